import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withRun } from '../simulator/run-read.testing.ts';
import type { Parameters } from '../simulator/parameters.ts';
import { dataAt } from './data.ts';
import { evaluated } from './evaluated.ts';
import { type StoreHash, storeHash } from './store-hash.ts';
import { attributeWritten, ingestInto, withStore, type Opened } from './unmasq.ts';

/** What must hold on any cluster, tried on a small one that is hard in every way at once; LAWS=all tries each way alone too. */

const SIZE = { nodes: 3, podsPerNode: 12, hours: 0.1, flows: 800, without: ['pod-inventory'] } as const;

const ALONE: readonly [string, Partial<Parameters>][] = [
  ['addresses change hands', { ipReuse: 'high' }],
  ['ports change hands', { portReuse: 'high' }],
  ['clocks are two seconds off', { skewSpreadMs: 2_000, flowLogAheadMs: -2_000 }],
  ['conntrack lost lines', { loseConntrack: 0.05 }],
  ['records come late', { late: 0.1, loseRecords: 0.01 }],
];
const TOGETHER: [string, Partial<Parameters>] = [
  'everything at once',
  Object.assign({}, ...ALONE.map(([, hard]) => hard)) as Partial<Parameters>,
];
const HARD = process.env['LAWS'] === 'all' ? [TOGETHER, ...ALONE] : [TOGETHER];

/** However far the clocks of nodes are off, and the flow log's. */
const CLOCKS: readonly (readonly [skewSpreadMs: number, flowLogAheadMs: number])[] = [
  [2_000, 0],
  [90_000, 0],
  [90_000, 5_000],
];

const inStore = async <Value>(work: (opened: Opened) => Promise<Value>): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-law-'));
  try {
    return await withStore(folder, work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test.each(HARD)(
  '%s: order, repetition and the cut of the input change no flow, and exact is never wrong',
  {
    timeout: 60_000,
  },
  async (_, hard) => {
    await withRun({ ...SIZE, ...hard }, async (folder) => {
      const { kube, conntrack, blobs } = dataAt(folder);
      const once = await inStore(async (opened): Promise<StoreHash> => {
        await ingestInto(opened.store, [...kube, ...conntrack, ...blobs]);
        await attributeWritten(opened);
        const { exact } = await evaluated(opened.store, folder);
        expect(exact.n).toBeGreaterThan(400);
        expect(exact.correct).toBe(exact.n);
        return storeHash(opened.engine);
      });
      const otherwise = await inStore(async (opened): Promise<StoreHash> => {
        // Each file a write of its own, the last first, some twice; verdicts are asked for when half is known.
        for (const path of [...blobs.toReversed(), ...conntrack.slice(1)]) await ingestInto(opened.store, [path]);
        await attributeWritten(opened);
        for (const path of [...kube.toReversed(), ...blobs.slice(1), ...conntrack])
          await ingestInto(opened.store, [path]);
        await attributeWritten(opened);
        return storeHash(opened.engine);
      });
      expect(otherwise).toEqual(once);
    });
  },
);

test.each(process.env['LAWS'] === 'all' ? CLOCKS : CLOCKS.slice(-1))(
  'clocks of nodes are %s ms off, that of the flow log %s: each row of the truth has its flow, and that is the right one',
  {
    timeout: 60_000,
  },
  async (skewSpreadMs, flowLogAheadMs) => {
    await withRun({ ...SIZE, portReuse: 'high', skewSpreadMs, flowLogAheadMs }, async (folder, { counts }) => {
      const { kube, conntrack, blobs } = dataAt(folder);
      await inStore(async (opened) => {
        await ingestInto(opened.store, [...kube, ...conntrack, ...blobs]);
        await attributeWritten(opened);
        const { exact, matched, truthWithoutFlow } = await evaluated(opened.store, folder);
        expect(truthWithoutFlow).toBe(0);
        expect(matched).toBe(counts.truth);
        expect(exact.correct).toBe(exact.n);
        expect(exact.n).toBeGreaterThan(400);
      });
    });
  },
);
