import { allFlows } from '../../src/core/all-flows.ts';
import { mapOf } from '../../src/app/map.ts';
import { instant, SECOND } from '../../src/base/instant.ts';
import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { attributedStore, CLUSTER, rangeOf, withStore } from '../unmasq.ts';

const PODS = 20;

export const senders: Benchmark = {
  name: 'senders',
  unit: 'ms',
  better: 'less',
  floor: 500,
  aim: 50,
  what: '`map --sender pod --to all --by sent --limit 20` over the attributed flows but those of the first and the last second, engine open.',
  limit:
    'Planning the statement takes the engine a tenth of a second; sums of senders are some millions of rows a day.',
  peers: 'none.',
  data: MAIN_TEXT,
  rounds: { small: 3 },
  prepare: async (scale) => void (await attributedStore(await dataFor(MAIN[scale]))),
  run: {
    unmasq: async (scale) =>
      withStore(await attributedStore(dataOf(MAIN[scale])), async ({ store }) => {
        const whole = await rangeOf(store);
        // At no whole minute: minutes and flows are asked, too.
        const range = { ...whole, from: instant(whole.from + SECOND), until: instant(whole.until - SECOND) };
        const query = {
          ...allFlows(CLUSTER, range),
          sender: 'pod',
          to: 'all',
          by: 'sent',
          hide: [],
          edges: PODS,
          named: [],
        } as const;
        const ask = () => mapOf(store, { range, tz: 'UTC', query });
        // The first opens what is opened once.
        await ask();
        const { value, seconds, cpuSeconds } = await timed(ask);
        const sent = value.items.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
        return {
          value: seconds * 1_000,
          rows: value.coverage.flows,
          checksum: { exact: `flows=${Math.round(value.coverage.flows)} bytes=${Math.round(sent)}` },
          cpuSeconds,
        };
      }),
  },
};
