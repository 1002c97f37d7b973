import type { Measured } from './measured.ts';

export interface Fleet {
  readonly nodes: number;
  /** Connections, the mean over a day. */
  readonly flowsPerSecond: number;
  /** The busiest hour of a week to the mean. */
  readonly peak: number;
  readonly keepDays: number;
  /** Each row on so many machines. */
  readonly replicas: number;
  readonly coresOfShard: number;
}

/** Verdicts may rest on facts of six days before (`core/retention.ts`). */
const FACTS_LONGER_DAYS = 6;
/** What may be in use in the busiest hour: the rest is for questions, merges and catching up. */
const IN_USE = 0.7;
const DAY_S = 86_400;

export interface Needs {
  /** Cores in use in the busiest hour: of engines, and of what writes. */
  readonly engineCores: number;
  readonly writerCores: number;
  /** Processes that write, as one has one main thread: more than one is more than one store. */
  readonly writers: number;
  readonly shards: number;
  /** Flows a second that all of it can do. */
  readonly capacity: number;
  readonly terabytes: { readonly facts: number; readonly verdicts: number };
}

/** What a fleet needs that is fed by `how`. Doubling the shards costs as much each time as it did from one to two. */
export const needsOf = (fleet: Fleet, how: 'live' | 'batch', of: Measured): Needs => {
  const busiest = (fleet.flowsPerSecond * fleet.peak * of[how].microseconds) / 1e6;
  const engine = busiest * (1 - of.writer.share);
  const shards = shardsFor(engine, fleet.coresOfShard * IN_USE, of.secondShard);
  const writers = Math.max(1, Math.ceil((busiest * of.writer.mainThread) / IN_USE));
  const perDay = fleet.flowsPerSecond * DAY_S * fleet.replicas;
  return {
    engineCores: engine / efficiency(shards, of.secondShard),
    writerCores: busiest * of.writer.share,
    writers,
    shards,
    capacity:
      Math.min(
        capacityOfShards(shards, fleet.coresOfShard, of.secondShard) / (1 - of.writer.share),
        writers / of.writer.mainThread,
      ) /
      (of[how].microseconds / 1e6),
    terabytes: {
      facts: (perDay * (fleet.keepDays + FACTS_LONGER_DAYS) * of.bytes.facts) / 1e12,
      verdicts: (perDay * fleet.keepDays * of.bytes.verdicts) / 1e12,
    },
  };
};

const efficiency = (shards: number, secondShard: number): number => secondShard ** Math.log2(shards);
const capacityOfShards = (shards: number, cores: number, secondShard: number): number =>
  shards * cores * efficiency(shards, secondShard);

const shardsFor = (cores: number, ofShard: number, secondShard: number): number => {
  let shards = 1;
  while (capacityOfShards(shards, ofShard, secondShard) < cores) shards++;
  return shards;
};
