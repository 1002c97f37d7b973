import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { REJECT_TEXT } from '../../src/formats/decoder.ts';
import { decodeWhole } from '../decode-whole.ts';
import { damaged } from './damage.ts';
import { FIRST_SEED, runsOf } from './runs.ts';

/*
 * Whatever bytes come, a decoder does not throw, says the same however they are cut, and repeats no more of them than a reject may hold. Inputs that once
 * found something lie in corpus/.
 */
const ROOT = join(import.meta.dirname, '../..');
const inputs = (pattern: string): readonly string[] => globSync(pattern, { cwd: ROOT }).sort();
const samples = inputs('src/formats/*/testdata/*.in.*');
const kept = inputs('test/fuzz/corpus/*');
const bytesOf = (path: string): Uint8Array => readFileSync(join(ROOT, path));
const all = [...samples, ...kept].map(bytesOf);
const FOUND = join(ROOT, 'build/fuzz');

interface Decoded {
  readonly rejects?: readonly { readonly text?: string; readonly why?: string }[];
}

/** Throws where the law is broken. */
const judge = (bytes: Uint8Array, seed: number): void => {
  const random = createRandom(seed);
  const whole = decodeWhole(bytes, 'input', () => bytes.length) as Decoded;
  const most = random.pick([2, 7, 64, 4_096]);
  // Not byte by byte, where there are many.
  const cut = decodeWhole(bytes, 'input', () => (bytes.length > 20_000 ? 1_000 : 0) + random.whole(1, most + 1));
  expect(cut).toEqual(whole);
  for (const { text = '', why = '' } of whole.rejects ?? [])
    expect([text.length <= REJECT_TEXT + 1, why.length <= 2 * REJECT_TEXT]).toEqual([true, true]);
};

test('there are inputs of every format', () => {
  expect(new Set(samples.map((path) => path.split('/')[2])).size).toBe(7);
});

test.each([...samples, ...kept])('as it is: %s', (path) => {
  expect(() => judge(bytesOf(path), 1)).not.toThrow();
});

test('damaged in any way', { timeout: 24 * 3_600_000 }, () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runsOf(1_500); seed++) {
    const random = createRandom(seed);
    const bytes = damaged(random.pick(all), all, random);
    expect(() => judgeAndKeep(bytes, seed)).not.toThrow();
  }
});

/** What breaks the law is there to be looked at. */
const judgeAndKeep = (bytes: Uint8Array, seed: number): void => {
  try {
    judge(bytes, seed);
  } catch (cause) {
    mkdirSync(FOUND, { recursive: true });
    writeFileSync(join(FOUND, `decoder-${seed}`), bytes);
    throw new Error(
      `build/fuzz/decoder-${seed} (FUZZ_SEED=${seed} FUZZ_RUNS=1): put it into test/fuzz/corpus once it is mended: ${(cause as Error).message}`,
      { cause },
    );
  }
};
