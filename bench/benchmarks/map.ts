import { mapOf } from '../../src/app/map.ts';
import { allFlows } from '../../src/core/all-flows.ts';
import { MAP_HIDE } from '../../src/core/flow-map.ts';
import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { attributedStore, CLUSTER, rangeOf, withStore } from '../unmasq.ts';

/** More than this many lines nobody draws. */
const EDGES = 40;
/** As the console asks at first, by what a person would call a destination, and without what is usual. */
const ASKED_AS = [
  { to: 'address', by: 'flows', hide: [] },
  { to: 'host', by: 'bytes', hide: [] },
  { to: 'tag', by: 'flows', hide: MAP_HIDE },
] as const;

export const map: Benchmark = {
  name: 'map',
  unit: 's',
  better: 'less',
  floor: null,
  aim: null,
  what: '`map` over all attributed flows, engine open: by address, by host name, and by service tag without what is usual, one after the other.',
  limit:
    'Flows that are counted together already are summed up at some million rows/s; those that no translation explains are looked up one by one.',
  peers: 'none.',
  data: MAIN_TEXT,
  rounds: { small: 3 },
  prepare: async (scale) => void (await attributedStore(await dataFor(MAIN[scale]))),
  run: {
    unmasq: async (scale) =>
      withStore(await attributedStore(dataOf(MAIN[scale])), async ({ store }) => {
        const range = await rangeOf(store);
        const { value, seconds, cpuSeconds } = await timed(async () => {
          let flows = 0;
          for (const how of ASKED_AS) {
            const query = { ...allFlows(CLUSTER, range), sender: 'workload' as const, ...how, edges: EDGES, named: [] };
            const { coverage, hidden } = await mapOf(store, { range, tz: 'UTC', query });
            flows += hidden.reduce((sum, one) => sum + one.flows, coverage.flows);
          }
          return flows;
        });
        return { value: seconds, rows: value, checksum: { exact: `flows=${Math.round(value)}` }, cpuSeconds };
      }),
  },
};
