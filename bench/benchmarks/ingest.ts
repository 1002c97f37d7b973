import { join } from 'node:path';
import type { Benchmark, Outcome } from '../benchmark.ts';
import { type RecordSums, recordText } from '../checksum.ts';
import { dataFor, dataOf } from '../data.ts';
import { duckRecordSums, withDuckDb } from '../peers/duckdb.ts';
import { naiveRecordSums, naiveRecordsOf } from '../peers/naive.ts';
import { inScratch } from '../place.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { type Timed, timed } from '../stopwatch.ts';
import { recordSums } from '../store-sums.ts';
import { ingestInto, withStore } from '../unmasq.ts';

const outcome = ({ seconds, cpuSeconds }: Timed<unknown>, sums: RecordSums): Outcome => ({
  value: sums.records / 1e6 / seconds,
  rows: sums.records,
  checksum: recordText(sums),
  cpuSeconds,
});

export const ingest: Benchmark = {
  name: 'ingest',
  unit: 'M records/s',
  better: 'more',
  floor: 0.5,
  aim: 1,
  what: 'Hour blobs on disk to typed rows in the store: checked, deduplicated, rejects counted, on the disk for good (fsync).',
  limit: 'The engine takes 3.7 M such rows a second from a binary file; the scanner reads 5 M a second on one thread.',
  peers:
    'duckdb: read_json, unnest, split into a database file; checks and deduplicates nothing. naive: parses into objects, keeps nothing.',
  data: MAIN_TEXT,
  prepare: async (scale) => void (await dataFor(MAIN[scale])),
  run: {
    unmasq: (scale) =>
      inScratch((folder) =>
        withStore(folder, async ({ store, engine }) => {
          const took = await timed(() => ingestInto(store, dataOf(MAIN[scale]).blobs));
          return outcome(took, await recordSums(engine));
        }),
      ),
    duckdb: (scale) =>
      inScratch((folder) =>
        withDuckDb(join(folder, 'duck.db'), dataOf(MAIN[scale]), async (duck) => {
          const took = await timed(async () => {
            await duck.run('load-records');
            await duck.run('checkpoint');
          });
          return outcome(took, await duckRecordSums(duck));
        }),
      ),
    naive: async (scale) => {
      const took = await timed(() => naiveRecordsOf(dataOf(MAIN[scale]).blobs));
      return outcome(took, naiveRecordSums(took.value));
    },
  },
};
