import type { HttpEngine } from './http-engine.ts';
import type { Pace } from './ownership.ts';
import { type Heard, isHeard, thisProcess } from './process-life.ts';

/** What a process that writes asks of the others: its share of the parts, all of them for a while, what nobody else has, or nothing any more. */
export type Wish = 'share' | 'all' | 'rest' | 'gone';

/** A process that writes to the store. */
export interface Worker {
  /** As in the names of its tables and statements. */
  readonly mark: string;
  readonly host: string;
  readonly pid: number;
  readonly wish: Wish;
}

/** Who else writes to the store. */
export interface Company {
  readonly mark: string;
  /** Says that this process lives. */
  tell(wish: Wish): Promise<void>;
  /** Those that were heard of, this one among them, by their marks. */
  living(): Promise<readonly Worker[]>;
}

/** Of those who open the same first part: a table there, with one row for each that was heard of within a day. */
export const companyOf = (engine: HttpEngine, { leaseMs }: Pace): Company => {
  let isThere = false;
  const makeTable = async (): Promise<void> => {
    if (!isThere)
      await engine.run(
        `CREATE TABLE IF NOT EXISTS worker (mark String, host String, machine String, pid UInt32, started String, wish String, at DateTime64(3))
         ENGINE = ReplacingMergeTree(at) ORDER BY mark TTL toDateTime(at) + INTERVAL 1 DAY`,
      );
    isThere = true;
  };
  return {
    mark: engine.mark,
    tell: async (wish) => {
      await makeTable();
      await engine.note(
        'INSERT INTO worker SELECT {mark:String}, {host:String}, {machine:String}, {pid:UInt32}, {started:String}, {wish:String}, now64(3)',
        { mark: engine.mark, ...thisProcess(), wish },
      );
    },
    living: async () => {
      await makeTable();
      const told = await engine.rows<Worker & Heard>(
        `SELECT mark, host, machine, pid, started, wish, dateDiff('millisecond', at, now64(3)) AS unheard_ms
         FROM worker FINAL WHERE wish != 'gone' ORDER BY mark`,
      );
      return told.filter((one) => isHeard(one, leaseMs));
    },
  };
};
