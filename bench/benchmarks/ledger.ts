import { join } from 'node:path';
import { snatLedger } from '../../src/app/snat-ledger.ts';
import { allFlows } from '../../src/core/all-flows.ts';
import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { attributedDuck, withDuckDb } from '../peers/duckdb.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { attributedStore, CLUSTER, rangeOf, withStore } from '../unmasq.ts';

/** Destinations that are listed; the others are counted. */
const LISTED = 50;

export const ledger: Benchmark = {
  name: 'ledger',
  unit: 's',
  better: 'less',
  floor: 10,
  aim: 3,
  what: '`snat ledger` of an hour: the most ports that each destination held of each node, and who held them where most were held.',
  limit: 'Two moments of each connection are sorted by destination: the engine sorts 20 M of them in 2 s.',
  peers:
    'duckdb: the same moments and a running sum over each destination, from its table of verdicts; it knows of no entry when it was let go of, and names nobody.',
  data: MAIN_TEXT,
  rounds: { small: 3, full: 3 },
  prepare: async (scale) => {
    const data = await dataFor(MAIN[scale]);
    await attributedStore(data);
    await attributedDuck(data);
  },
  run: {
    unmasq: async (scale) =>
      withStore(await attributedStore(dataOf(MAIN[scale])), async ({ store }) => {
        const range = await rangeOf(store);
        const { value, seconds, cpuSeconds } = await timed(() =>
          snatLedger(store, { ...allFlows(CLUSTER, range), inside: [] }, range, LISTED),
        );
        return { value: seconds, rows: value.destinations, checksum: textOf(value.destinations), cpuSeconds };
      }),
    duckdb: async (scale) =>
      withDuckDb(join(await attributedDuck(dataOf(MAIN[scale])), 'duck.db'), null, async (duck) => {
        const { value, seconds, cpuSeconds } = await timed(() => duck.ledger());
        return { value: seconds, rows: value.length, checksum: textOf(value.length), cpuSeconds };
      }),
  },
};

/** Connections that conntrack alone saw are no flows of the peer's: now and then they are a destination's only ones. */
const textOf = (destinations: number) => ({ exact: '', near: { destinations } });
