import { expect, test } from 'vitest';
import { fail, ok, type Result } from '../base/result.ts';
import { readTruth } from './read-truth.ts';
import { TruthPile } from './truth-pile.ts';

const GOOD = JSON.stringify({
  nodeIp: '10.224.0.4',
  snatPort: 41_822,
  destIp: '203.0.113.66',
  destPort: 443,
  protocol: 'tcp',
  begin: '2026-11-23T03:04:17.003Z',
  podUid: 'a',
});
const read = async (...pieces: readonly Result<string, string>[]) => {
  const encoder = new TextEncoder();
  const object = {
    name: 'truth.jsonl',
    read: async function* () {
      for (const piece of pieces) yield piece.ok ? ok(encoder.encode(piece.value)) : piece;
    },
  };
  const pile = new TruthPile(async () => {
    throw new Error('no disk');
  });
  const done = await readTruth(object, pile, () => undefined);
  return done.ok ? pile.rows : `${done.problem.code} ${done.problem.what}: ${done.problem.why}`;
};

test.each<[string, readonly Result<string, string>[], number | string]>([
  ['lines', [ok(`${GOOD}\n${GOOD}\n`)], 2],
  ['a last line without an end', [ok(`${GOOD}\n${GOOD}`)], 2],
  ['lines of Windows, with a mark at the front and blank ones', [ok(`\ufeff${GOOD}\r\n\r\n${GOOD}\r\n`)], 2],
  ['a line in two pieces', [ok(GOOD.slice(0, 9)), ok(GOOD.slice(9))], 1],
  ['a bad line has its number', [ok(`${GOOD}\n\n{`), ok('\n')], 'E203 truth.jsonl, line 3: not JSON: null'],
  ['a bad last line too', [ok(`${GOOD}\n{`)], 'E203 truth.jsonl, line 2: not JSON: null'],
  ['nothing in it', [ok('\n')], 'E203 truth.jsonl holds no row: null'],
  [
    'no line ends at all',
    [ok(`${GOOD}\n`), ok('x'.repeat(20_000)), ok('x')],
    'E203 truth.jsonl, line 2: longer than 16,384 characters: null',
  ],
  ['a disk that fails', [ok(`${GOOD}\n`), fail('broken gzip')], 'E203 truth.jsonl cannot be read: broken gzip'],
])('%s', async (_, pieces, expected) => {
  expect(await read(...pieces)).toBe(expected);
});

test('a file without line ends is left early', async () => {
  let pieces = 0;
  const endless = {
    name: 'truth.jsonl',
    read: async function* () {
      for (; pieces < 100; pieces++) yield ok(new TextEncoder().encode('x'.repeat(10_000)));
    },
  };
  const pile = new TruthPile(async () => {
    throw new Error('no disk');
  });
  expect((await readTruth(endless, pile, () => undefined)).ok).toBe(false);
  expect(pieces).toBe(1);
});

test('a disk that is full is said to be, with the way out', async () => {
  const object = {
    name: 'truth.jsonl',
    read: async function* () {
      yield ok(new TextEncoder().encode(`${GOOD}\n`));
    },
  };
  const pile = new TruthPile(async () => {
    throw new Error('ENOSPC: no space left on device');
  }, 10);
  expect(await readTruth(object, pile, () => undefined)).toMatchObject({
    ok: false,
    problem: { code: 'E203', why: expect.stringMatching(/no space left/), fix: expect.stringMatching(/TMPDIR/) },
  });
});
