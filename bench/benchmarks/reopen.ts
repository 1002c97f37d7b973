import { allFlows } from '../../src/core/all-flows.ts';
import { who } from '../../src/app/who.ts';
import { instant } from '../../src/base/instant.ts';
import { only } from '../../src/app/address.ts';
import { parseIp } from '../../src/base/ip.ts';
import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { LONG, LONG_TEXT } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { attributedStore, CLUSTER, withStore } from '../unmasq.ts';

/** What every simulated cluster talks to. */
const DESTINATION = '203.0.113.1';

export const reopen: Benchmark = {
  name: 'reopen',
  unit: 's',
  better: 'less',
  floor: 3,
  aim: 1,
  what: 'Open a store of many windows, and the first answer to `who IP` for one hour.',
  limit: 'The engine opens an empty folder in 0.4 s.',
  peers: 'none: DuckDB has no windows to find.',
  data: LONG_TEXT,
  rounds: { small: 3 },
  prepare: async (scale) => void (await attributedStore(await dataFor(LONG[scale]))),
  run: {
    unmasq: async (scale) => {
      const folder = await attributedStore(dataOf(LONG[scale]));
      const ip = parseIp(DESTINATION);
      if (!ip.ok) throw new Error(ip.problem);
      const dest = [only(ip.value)];
      const { value, seconds, cpuSeconds } = await timed(() =>
        withStore(folder, async ({ store }) => {
          const extent = await store.extent(CLUSTER);
          if (extent === null) throw new Error('the store is empty');
          const from = instant(extent.until - 3_600_000);
          const range = { from, until: instant(extent.until + 1), chosen: true, notes: [] };
          const query = { ...allFlows(CLUSTER, range), dest };
          return (await who(store, { dest: DESTINATION, range, tz: 'UTC', query })).coverage.flows;
        }),
      );
      return { value: seconds, rows: value, checksum: { exact: `flows=${value}` }, cpuSeconds };
    },
  },
};
