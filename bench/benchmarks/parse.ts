import { readFileSync } from 'node:fs';
import type { Table } from '../../src/base/table.ts';
import { decoderFor } from '../../src/formats/decoder-for.ts';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { type RecordSums, recordText } from '../checksum.ts';
import { dataFor, dataOf } from '../data.ts';
import { type NaiveRecord, naiveRecords, naiveRecordSums } from '../peers/naive.ts';
import { MAIN } from '../sizes.ts';
import { timed } from '../stopwatch.ts';

const PIECE = 1 << 20;
/** As many as ingest hands over at a time. */
const TAKEN_AT = 180_000;
/** Enough for a rate: more would measure the garbage collector on what is kept for the sums. */
const MOST_BYTES = 300e6;

const bytesOf = (scale: Scale): readonly Buffer[] => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for (const path of dataOf(MAIN[scale]).blobs) {
    if (bytes > MOST_BYTES) break;
    const read = readFileSync(path);
    kept.push(read);
    bytes += read.length;
  }
  return kept;
};

const decode = (blobs: readonly Buffer[]): readonly Table[] => {
  const tables: Table[] = [];
  for (const blob of blobs) {
    const decoder = decoderFor('vnet-flow-log', { name: 'PT1H.json', at: null });
    const take = (): void => {
      const { flowRecords } = decoder.take().facts;
      if (flowRecords !== null) tables.push(flowRecords);
    };
    for (let at = 0; at < blob.length; at += PIECE) {
      decoder.push(blob.subarray(at, at + PIECE));
      if (decoder.waiting >= TAKEN_AT) take();
    }
    decoder.end();
    take();
  }
  return tables;
};

const sumsOf = (tables: readonly Table[]): RecordSums => {
  const sums = { records: 0, bytes: 0 };
  for (const { rows, columns } of tables) {
    sums.records += rows;
    for (const name of ['bytes_out', 'bytes_in']) {
      for (const value of (columns[name] as { readonly values: BigUint64Array }).values) sums.bytes += Number(value);
    }
  }
  return sums;
};

/** Does it twice: what is compiled is what counts, and the first time is told beside it. The sums are in the time of both. */
const warmed = async (blobs: readonly Buffer[], work: () => RecordSums): Promise<Outcome> => {
  const megabytes = blobs.reduce((sum, { length }) => sum + length, 0) / 1e6;
  const cold = await timed(work);
  const { value, seconds, cpuSeconds } = await timed(work);
  return {
    value: megabytes / seconds,
    rows: value.records,
    checksum: recordText(value),
    cpuSeconds,
    more: { 'M tuples/s': value.records / 1e6 / seconds, 'cold, MB/s': megabytes / cold.seconds },
  };
};

export const parse: Benchmark = {
  name: 'parse',
  unit: 'MB/s',
  better: 'more',
  floor: null,
  aim: null,
  what: 'Hour blobs in memory to typed columns, every field checked; the second time, when the code is compiled.',
  limit: 'Memory copies at 5 GB/s; a byte scanner in JavaScript reads about 450 MB/s a thread.',
  peers: 'naive: JSON.parse, split, one object a tuple, nothing checked.',
  data: { small: 'the blobs of the main run (7 MB)', full: '300 MB of the blobs of the main run' },
  prepare: async (scale) => void (await dataFor(MAIN[scale])),
  run: {
    unmasq: async (scale) => {
      const blobs = bytesOf(scale);
      return warmed(blobs, () => sumsOf(decode(blobs)));
    },
    naive: async (scale) => {
      const blobs = bytesOf(scale);
      return warmed(blobs, () => {
        const records: NaiveRecord[] = [];
        for (const blob of blobs) naiveRecords(blob.toString(), records);
        return naiveRecordSums(records);
      });
    },
  },
};
