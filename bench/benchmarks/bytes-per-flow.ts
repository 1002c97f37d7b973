import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { type FlowSums, flowText } from '../checksum.ts';
import { dataFor, dataOf, sizeOf } from '../data.ts';
import { attributedDuck, duckFlowSums, withDuckDb } from '../peers/duckdb.ts';
import { onCopyOf } from '../place.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { flowSums, mergeAll, tableBytes } from '../store-sums.ts';
import { attributedStore, withStore } from '../unmasq.ts';

const outcome = (bytes: number, sums: FlowSums, more: Outcome['more'] = {}): Outcome => ({
  value: bytes / sums.flows,
  rows: sums.flows,
  checksum: flowText(sums),
  cpuSeconds: 0,
  more,
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const gzipped = async (paths: readonly string[]): Promise<number> => {
  let bytes = 0;
  for (const path of paths) {
    for await (const piece of createReadStream(path).pipe(createGzip())) bytes += (piece as Buffer).length;
  }
  return bytes;
};

/** Of many blobs every tenth says enough of how well they pack. */
const packed = async (paths: readonly string[], scale: Scale): Promise<number> => {
  const some = paths.filter((_, i) => scale === 'small' || i % 10 === 0);
  return ((await gzipped(some)) / sizeOf(some)) * sizeOf(paths);
};

export const bytesPerFlow: Benchmark = {
  name: 'bytes-per-flow',
  unit: 'B',
  better: 'less',
  floor: 24,
  aim: 12,
  what: 'What is on disk, all tables, over the number of flows: records, conntrack lines, inventory, verdicts with their evidence; after the merges (OPTIMIZE … FINAL).',
  limit: 'A destination and a port that nothing predicts are 6 B; so are two times to the millisecond.',
  peers:
    'duckdb: the same facts and verdicts in one file. Raw text of blobs and conntrack, and gzip of it, are named below the table.',
  data: MAIN_TEXT,
  rounds: { small: 1, full: 1 },
  prepare: async (scale) => {
    const data = await dataFor(MAIN[scale]);
    await attributedStore(data);
    await attributedDuck(data);
  },
  run: {
    unmasq: async (scale) => {
      const data = dataOf(MAIN[scale]);
      return onCopyOf(await attributedStore(data), (folder) =>
        withStore(folder, async ({ engine }) => {
          const sums = await flowSums(engine);
          const before = sum(Object.values(await tableBytes(engine)));
          await mergeAll(engine);
          const tables = await tableBytes(engine);
          const largest = Object.entries(tables).filter(([, bytes]) => bytes / sums.flows >= 0.1);
          const raw = [...data.blobs, ...data.conntrack];
          return outcome(sum(Object.values(tables)), sums, {
            ...Object.fromEntries(largest.map(([table, bytes]) => [`${table}, B`, bytes / sums.flows])),
            'before the merges, B': before / sums.flows,
            'raw text, B': sizeOf(raw) / sums.flows,
            'gzip of the raw text, B': (await packed(raw, scale)) / sums.flows,
          });
        }),
      );
    },
    duckdb: async (scale) => {
      const path = join(await attributedDuck(dataOf(MAIN[scale])), 'duck.db');
      return withDuckDb(path, null, async (duck) => outcome(statSync(path).size, await duckFlowSums(duck)));
    },
  },
};
