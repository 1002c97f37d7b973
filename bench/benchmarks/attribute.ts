import { join } from 'node:path';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { type FlowSums, flowText } from '../checksum.ts';
import { type Data, dataFor, dataOf } from '../data.ts';
import { duckFlowSums, loadedDuck, withDuckDb } from '../peers/duckdb.ts';
import {
  naiveAttribute,
  naiveFlowSums,
  naiveFlows,
  naiveLeases,
  naiveRecordsOf,
  naiveTranslations,
} from '../peers/naive.ts';
import { onCopyOf } from '../place.ts';
import { ATTRIBUTED, ATTRIBUTED_TEXT } from '../sizes.ts';
import { type Timed, timed } from '../stopwatch.ts';
import { flowSums } from '../store-sums.ts';
import { attributeComputed, attributeWritten, ingestedStore, type Opened, withStore } from '../unmasq.ts';

const data = (scale: Scale): Data => dataOf(ATTRIBUTED[scale]);

const prepare = async (scale: Scale): Promise<void> => {
  const made = await dataFor(ATTRIBUTED[scale]);
  await ingestedStore(made);
  await loadedDuck(made);
};

const outcome = ({ seconds, cpuSeconds }: Timed<unknown>, sums: FlowSums, more: Outcome['more'] = {}): Outcome => ({
  value: sums.flows / 1e6 / seconds,
  rows: sums.flows,
  checksum: flowText(sums),
  cpuSeconds,
  more,
});

const ours = async (scale: Scale, work: (opened: Opened) => Promise<FlowSums | void>): Promise<Outcome> =>
  onCopyOf(await ingestedStore(data(scale)), (folder) =>
    withStore(folder, async (opened) => {
      const took = await timed(() => work(opened));
      return outcome(took, took.value ?? (await flowSums(opened.engine)));
    }),
  );

/** Records are grouped into flows, lines paired to translations, and both joined; `isKept` says whether into a table on disk. */
const duckdb = async (scale: Scale, isKept: boolean): Promise<Outcome> =>
  onCopyOf(await loadedDuck(data(scale)), (folder) =>
    withDuckDb(join(folder, 'duck.db'), data(scale), async (duck) => {
      const grouped = await timed(async () => {
        await duck.run('translations');
        await duck.run('flows');
      });
      const joined = await timed(async () => {
        await duck.run(isKept ? 'attribute' : 'attribute-computed');
        if (isKept) await duck.run('checkpoint');
        return isKept ? null : duckFlowSums(duck);
      });
      const sums = joined.value ?? (await duckFlowSums(duck));
      const took = {
        value: null,
        seconds: grouped.seconds + joined.seconds,
        cpuSeconds: grouped.cpuSeconds + joined.cpuSeconds,
      };
      return outcome(took, sums, { 'joins alone, M flows/s': sums.flows / 1e6 / joined.seconds });
    }),
  );

/** Everything is in memory before the watch starts. */
const naive = async (scale: Scale): Promise<Outcome> => {
  const { blobs, conntrack, folder, run } = data(scale);
  const nodes = new Set(run.nodes.map(({ ip }) => ip));
  const records = naiveRecordsOf(blobs);
  const leases = naiveLeases(join(folder, 'placement.jsonl'));
  const translations = naiveTranslations(conntrack, nodes);
  const took = await timed(() => {
    const flows = naiveFlows(records, nodes, leases);
    naiveAttribute(flows, nodes, translations, leases);
    return flows;
  });
  return outcome(took, naiveFlowSums(took.value));
};

const LIMIT = 'A probe of a hash table in memory costs about 100 ns, two a flow: 10 M flows/s on two cores.';

export const attribute: Benchmark = {
  name: 'attribute',
  unit: 'M flows/s',
  better: 'more',
  floor: 2,
  aim: 6,
  what: 'From stored records, conntrack lines and inventory to verdicts; computed, not written.',
  limit: LIMIT,
  peers:
    'duckdb: group, pair, two ASOF joins, summed up. naive: Map and binary search over objects in memory. Both are given the leases as they truly were, and guess where unmasq says that it cannot tell.',
  data: ATTRIBUTED_TEXT,
  prepare,
  run: {
    unmasq: (scale) => ours(scale, attributeComputed),
    duckdb: (scale) => duckdb(scale, false),
    naive,
  },
};

export const attributeWrittenBench: Benchmark = {
  name: 'attribute-written',
  unit: 'M flows/s',
  better: 'more',
  floor: 0.8,
  aim: 2,
  what: 'From stored records, conntrack lines and inventory to verdicts that are written and in force.',
  limit: `${LIMIT} The engine writes 1.8 M such rows a second.`,
  peers:
    'duckdb: group, pair, two ASOF joins into a table. naive: Map and binary search over objects in memory, nothing written. Both are given the leases as they truly were, and guess where unmasq says that it cannot tell.',
  data: ATTRIBUTED_TEXT,
  rounds: { small: 3 },
  prepare,
  run: {
    unmasq: (scale) => ours(scale, attributeWritten),
    duckdb: (scale) => duckdb(scale, true),
    naive,
  },
};
