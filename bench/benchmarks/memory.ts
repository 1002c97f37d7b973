import { join } from 'node:path';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { type RecordSums, recordText } from '../checksum.ts';
import { type Data, dataFor, dataOf, sizeOf } from '../data.ts';
import { duckRecordSums, withDuckDb } from '../peers/duckdb.ts';
import { inScratch } from '../place.ts';
import { HUGE } from '../sizes.ts';
import { peakRssMiB, type Timed, timed } from '../stopwatch.ts';
import { recordSums } from '../store-sums.ts';
import { ingestInto, withStore } from '../unmasq.ts';

const data = (scale: Scale): Data => dataOf(HUGE[scale]);

const outcome = (scale: Scale, { seconds, cpuSeconds }: Timed<unknown>, sums: RecordSums, peak: number): Outcome => ({
  value: peak,
  rows: sums.records,
  checksum: recordText(sums),
  cpuSeconds,
  more: { 'blob, MB': sizeOf(data(scale).blobs) / 1e6, 'M records/s': sums.records / 1e6 / seconds },
});

export const memory: Benchmark = {
  name: 'memory',
  unit: 'MiB',
  better: 'less',
  floor: 2_048,
  aim: 1_024,
  what: 'The most memory that the process ever held while it ingested one blob.',
  limit: 'The engine alone takes about 300 MiB.',
  peers:
    'duckdb: read_json holds a whole blob as one value. Blobs beyond 512 MB cannot be one string in JavaScript, so there is no naive.',
  data: {
    small: 'one blob of 200 MB: one NIC, one hour',
    full: 'one blob of one NIC and one hour, as large as stands below',
  },
  rounds: { small: 1, full: 1 },
  prepare: async (scale) => void (await dataFor(HUGE[scale])),
  run: {
    unmasq: (scale) =>
      inScratch((folder) =>
        withStore(folder, async ({ store, engine }) => {
          const took = await timed(() => ingestInto(store, data(scale).blobs));
          const peak = peakRssMiB();
          return outcome(scale, took, await recordSums(engine), peak);
        }),
      ),
    duckdb: (scale) =>
      inScratch((folder) =>
        withDuckDb(join(folder, 'duck.db'), data(scale), async (duck) => {
          const took = await timed(() => duck.run('load-records'));
          const peak = peakRssMiB();
          return outcome(scale, took, await duckRecordSums(duck), peak);
        }),
      ),
  },
};
