import { join } from 'node:path';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { type FlowSums, flowText } from '../checksum.ts';
import { type Data, dataFor, dataOf } from '../data.ts';
import { duckFlowSums, DUCK_ALL, withDuckDb } from '../peers/duckdb.ts';
import {
  naiveAttribute,
  naiveFlowSums,
  naiveFlows,
  naiveLeases,
  naiveRecordsOf,
  naiveTranslations,
} from '../peers/naive.ts';
import { inScratch } from '../place.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { type Timed, timed } from '../stopwatch.ts';
import { flowSums } from '../store-sums.ts';
import { attributeWritten, ingestInto, withStore } from '../unmasq.ts';

const data = (scale: Scale): Data => dataOf(MAIN[scale]);

const outcome = (scale: Scale, { seconds, cpuSeconds }: Timed<unknown>, sums: FlowSums): Outcome => {
  const { records } = data(scale).run.flowLog;
  return { value: records / 1e6 / seconds, rows: records, checksum: flowText(sums), cpuSeconds };
};

export const endToEnd: Benchmark = {
  name: 'end-to-end',
  unit: 'M records/s',
  better: 'more',
  floor: 0.35,
  aim: 0.8,
  what: 'Files on disk (blobs, conntrack, lists and watches of pods and nodes) to verdicts that can be asked for; flow records a second, the other files are in the time.',
  limit:
    'The sum of its parts: 0.27 µs a record to insert it, as much for its conntrack line, 0.1 µs a flow for each look-up.',
  peers:
    'duckdb and naive: given the leases as they truly were; nothing checked, nothing deduplicated. naive: nothing written.',
  data: MAIN_TEXT,
  rounds: { small: 3 },
  prepare: async (scale) => void (await dataFor(MAIN[scale])),
  run: {
    unmasq: (scale) =>
      inScratch((folder) =>
        withStore(folder, async (opened) => {
          const { kube, conntrack, blobs } = data(scale);
          const took = await timed(async () => {
            await ingestInto(opened.store, [...kube, ...conntrack, ...blobs]);
            await attributeWritten(opened);
          });
          return outcome(scale, took, await flowSums(opened.engine));
        }),
      ),
    duckdb: (scale) =>
      inScratch((folder) =>
        withDuckDb(join(folder, 'duck.db'), data(scale), async (duck) => {
          const took = await timed(async () => {
            for (const query of DUCK_ALL) await duck.run(query);
          });
          return outcome(scale, took, await duckFlowSums(duck));
        }),
      ),
    naive: async (scale) => {
      const { blobs, conntrack, folder, run } = data(scale);
      const nodes = new Set(run.nodes.map(({ ip }) => ip));
      const took = await timed(() => {
        const leases = naiveLeases(join(folder, 'placement.jsonl'));
        const flows = naiveFlows(naiveRecordsOf(blobs), nodes, leases);
        naiveAttribute(flows, nodes, naiveTranslations(conntrack, nodes), leases);
        return flows;
      });
      return outcome(scale, took, naiveFlowSums(took.value));
    },
  },
};
