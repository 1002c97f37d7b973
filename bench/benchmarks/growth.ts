import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { inScratch } from '../place.ts';
import { GROWING } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { flowSums, recordSums } from '../store-sums.ts';
import { attributeWritten, ingestInto, withStore } from '../unmasq.ts';

export const growth: Benchmark = {
  name: 'growth',
  unit: 'x',
  better: 'more',
  floor: null,
  aim: 1,
  what: 'How much of the rate of end-to-end is left at the largest size, of what it is at the smallest; 1 is linear. Rates at each size are named below the table.',
  limit: '1, but for what a start costs, which the smallest pays most of: then above 1.',
  peers: 'none.',
  data: { small: '0.02, 0.04, 0.12 M flows', full: '1 M and 10 M flows of an hour, 100 M of ten; conntrack gzipped' },
  rounds: { small: 1, full: 1 },
  prepare: async (scale) => {
    for (const asked of GROWING[scale]) await dataFor(asked);
  },
  run: {
    unmasq: async (scale) => {
      const more: Record<string, number> = {};
      const rates: number[] = [];
      let cpuSeconds = 0;
      let exact = '';
      for (const asked of GROWING[scale]) {
        const { kube, conntrack, blobs } = dataOf(asked);
        await inScratch((folder) =>
          withStore(folder, async (opened) => {
            const read = await timed(() => ingestInto(opened.store, blobs));
            const rest = await timed(() => ingestInto(opened.store, [...kube, ...conntrack]));
            const said = await timed(() => attributeWritten(opened));
            const [{ records }, { flows }] = [await recordSums(opened.engine), await flowSums(opened.engine)];
            const size = `${asked.flows / 1e6} M`;
            more[`ingest at ${size}, M records/s`] = records / 1e6 / read.seconds;
            more[`attribute-written at ${size}, M flows/s`] = flows / 1e6 / said.seconds;
            rates.push(records / (read.seconds + rest.seconds + said.seconds));
            cpuSeconds += read.cpuSeconds + rest.cpuSeconds + said.cpuSeconds;
            exact += `${exact === '' ? '' : ' '}records=${records} flows=${flows}`;
          }),
        );
      }
      const value = (rates.at(-1) as number) / (rates[0] as number);
      return { value, rows: rates.length, checksum: { exact }, cpuSeconds, more };
    },
  },
};
