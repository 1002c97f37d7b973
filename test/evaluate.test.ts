import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, expect, test } from 'vitest';
import { evaluated } from '../bench/evaluated.ts';
import { type Evaluation, evaluate } from '../src/app/evaluate.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { readTruth } from '../src/app/read-truth.ts';
import { TruthPile } from '../src/app/truth-pile.ts';
import { instant, LATEST } from '../src/base/instant.ts';
import type { ByteObject } from '../src/core/ports.ts';
import { filesAt } from '../src/sources/files/file-objects.ts';
import { scratchFile } from '../src/sources/files/scratch-file.ts';
import { temporaryStore } from './temporary-store.ts';

/** The engine's answers, cut in stretches, add up to what they are in one. */

const { store, folder, read } = await temporaryStore();
const objectsAt = async (...paths: readonly string[]): Promise<readonly ByteObject[]> =>
  (await filesAt(paths, () => Readable.from([]))).objects;

const RUNS = join(import.meta.dirname, '../lab/recorded');
const recorded = join(RUNS, 'skewed-clocks');
const PARTS = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'];
beforeAll(() => read('default', ...PARTS.map((part) => join(recorded, part))));

test.each(['dual-stack', 'host-and-node-port', 'pod-ip-reuse', 'port-remap'])(
  'of the recorded run "%s" no exact verdict is wrong',
  async (run) => {
    await read(run, ...PARTS.map((part) => join(RUNS, run, part)));
    const { wrong, exact } = await evaluated(store, join(RUNS, run), run);
    expect(wrong).toEqual([]);
    expect(exact.correct).toBe(exact.n);
    expect(exact.n).toBeGreaterThan(100);
  },
);

let piles = 0;
const evaluatedBy = async (atATime: number, runBytes: number): Promise<Evaluation> => {
  const path = join(folder, String(piles++));
  const pile = new TruthPile(() => scratchFile(path, async () => rmSync(path)), runBytes, 1_000);
  for (const object of await objectsAt(join(recorded, 'truth.jsonl'))) {
    const truth = await readTruth(object, pile, () => undefined);
    expect(truth.ok).toBe(true);
  }
  const report = await evaluate(store, 'default', pile, { atATime, progress: () => undefined });
  await pile.close();
  return report;
};

test('small stretches and a truth put aside in runs give the report of one stretch', async () => {
  const whole = await evaluatedBy(100_000, 10_000_000);
  expect(whole).toMatchObject({ wrong: [], exact: { correct: whole.exact.n } });
  expect(whole.exact.n).toBeGreaterThan(100);
  expect(await evaluatedBy(150, 20_000)).toEqual(whole);
  expect(await evaluatedBy(1_000, 100)).toEqual(whole);
});

test('pods are found by UID, and what is not known is left out', async () => {
  const flows = await store.flows({
    ...allFlows('default', { from: instant(0), until: LATEST }),
    verdicts: ['exact'],
    limit: 5,
  });
  const named = flows.flatMap(({ pod }) => pod ?? []);
  expect(named.length).toBeGreaterThan(0);
  const found = await store.pods('default', [...named.map(({ uid }) => uid), 'nobody']);
  expect(found).toEqual(new Map(named.map((pod) => [pod.uid, pod])));
  expect(await store.pods('default', [])).toEqual(new Map());
});
