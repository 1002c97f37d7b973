import { diagnosisOf } from '../../src/app/diagnose.ts';
import { allFlows } from '../../src/core/all-flows.ts';
import type { Benchmark } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { timed } from '../stopwatch.ts';
import { attributedStore, CLUSTER, rangeOf, withStore } from '../unmasq.ts';

export const diagnose: Benchmark = {
  name: 'diagnose',
  unit: 's',
  better: 'less',
  floor: null,
  aim: null,
  what: '`diagnose` of an hour, towards every destination: what became of each connection, the questions to DNS, the ports of nodes and of pods.',
  limit: 'Five passes over the flows of the hour, two of which sort the moments of each connection.',
  peers: 'none: nothing else answers this.',
  data: MAIN_TEXT,
  rounds: { small: 3, full: 3 },
  prepare: async (scale) => {
    await attributedStore(await dataFor(MAIN[scale]));
  },
  run: {
    unmasq: async (scale) =>
      withStore(await attributedStore(dataOf(MAIN[scale])), async ({ store }) => {
        const range = await rangeOf(store);
        const { value, seconds, cpuSeconds } = await timed(() => diagnosisOf(store, allFlows(CLUSTER, range), range));
        const found = value.hypotheses.map(({ cause, status }) => `${cause}=${status}`).toSorted();
        return { value: seconds, rows: found.length, checksum: { exact: found.join(' ') }, cpuSeconds };
      }),
  },
};
