import { type Baseline, readBaseline } from '../baseline.ts';

/** What a fleet is reckoned from, all of it measured on one machine of two cores; where each figure is written stands in the page. */
export interface Measured {
  /** A server that is told of the running hour all the time. CPU of each flow with its records and lines, µs; and how soon it answers, p99. */
  readonly live: { readonly microseconds: number; readonly answeredS: number };
  /** Hour blobs and recordings that are read when each hour is over. */
  readonly batch: { readonly microseconds: number };
  /** Of that CPU: what the process that writes has to do itself, and what of it on its main thread. The rest is the engine's. */
  readonly writer: { readonly share: number; readonly mainThread: number };
  /** Work of one shard to twice that of the larger of two: 1 is perfect. */
  readonly secondShard: number;
  /** On disk for each flow: what verdicts rest on, and verdicts with what is counted of them. */
  readonly bytes: { readonly facts: number; readonly verdicts: number };
  /** The most that one process held. */
  readonly memoryMiB: number;
}

/** By `test/faults/server-load.ts`: 20,000 connections a second for ten minutes took 1.8 cores. */
const LIVE = { microseconds: (1.8 / 20_000) * 1e6, answeredS: 10.1 };
/** By `npm run profile -- --flows 10000000`, CPU seconds: of all threads of Node, of the main one, of all with the engine's. */
const PROFILED = { node: 71, main: 37, all: 136 };
/** By `npm run shards`, CPU seconds: on one shard, on the larger of two. */
const SHARDS = { one: 9.95, largerOfTwo: 5.43 };

/** Throws where the baseline lacks a figure at full scale. */
export const measured = ({ results }: Baseline = readBaseline()): Measured => {
  const of = (name: string): Baseline['results'][number] => {
    const result = results.find((one) => one.name === name && one.scale === 'full');
    if (result === undefined) throw new Error(`not measured: npm run bench -- ${name} --scale full --save`);
    return result;
  };
  // Both are of the same run.
  const [through, bytes] = [of('end-to-end'), of('bytes-per-flow')];
  const facts = (bytes.more['conntrack_event, B'] ?? 0) + (bytes.more['flow_record, B'] ?? 0);
  return {
    live: LIVE,
    batch: { microseconds: (through.cpuSeconds / bytes.rows) * 1e6 },
    writer: { share: PROFILED.node / PROFILED.all, mainThread: PROFILED.main / PROFILED.all },
    secondShard: SHARDS.one / (2 * SHARDS.largerOfTwo),
    bytes: { facts, verdicts: bytes.value - facts },
    memoryMiB: of('growth').rssMiB,
  };
};
