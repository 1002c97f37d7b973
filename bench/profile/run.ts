import { openChdb } from '../../src/store/chdb.ts';
import { storeOn } from '../../src/store/open-store.ts';
import { dataOf } from '../data.ts';
import { inScratch } from '../place.ts';
import { peakRssMiB, timed } from '../stopwatch.ts';
import { flowSums, lineSums, mergeAll, recordSums, tableBytes } from '../store-sums.ts';
import { attributeWritten, ingestInto } from '../unmasq.ts';
import { profiled } from './asked.ts';
import type { ColumnBytes, Run, Stage } from './profile.ts';
import { counted } from './statements.ts';
import { countCpu } from './thread-times.ts';

/** The run, in a process of its own, that Node's profiler looks at: `run.ts FLOWS`. The outcome goes to the parent as a message. */
const { kube, conntrack, blobs, run } = dataOf(profiled(Number(process.argv[2])));

const done = await inScratch(async (folder): Promise<Run> => {
  const { engine, take } = counted(openChdb(folder));
  const store = await storeOn(engine);
  take();
  const stages: Stage[] = [];
  const stage = async (
    name: string,
    of: string,
    work: () => Promise<unknown>,
    rows: () => Promise<number>,
  ): Promise<void> => {
    const cpu = countCpu();
    const { seconds, cpuSeconds } = await timed(work);
    const [threads, statements] = [cpu(), take()];
    stages.push({
      name,
      of,
      rows: await rows(),
      seconds,
      cpuSeconds: cpuSeconds - threads.profiler,
      threads,
      statements,
    });
    take();
  };
  await stage(
    'inventory',
    'pods',
    () => ingestInto(store, kube),
    () => Promise.resolve(run.counts.pods),
  );
  await stage(
    'conntrack',
    'lines',
    () => ingestInto(store, conntrack),
    async () => (await lineSums(engine)).lines,
  );
  await stage(
    'flow log',
    'records',
    () => ingestInto(store, blobs),
    async () => (await recordSums(engine)).records,
  );
  await stage(
    'attribution',
    'flows',
    () => attributeWritten({ store, engine }),
    async () => (await flowSums(engine)).flows,
  );
  const peakMiB = peakRssMiB();
  await mergeAll(engine);
  const columns = await engine.rows<ColumnBytes>(
    `SELECT table, column, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns
     WHERE active AND database = currentDatabase() AND column_data_compressed_bytes > 0 GROUP BY table, column ORDER BY bytes DESC`,
  );
  const tables = Object.entries(await tableBytes(engine)).map(([table, bytes]) => ({ table, bytes }));
  const [flows, records, lines] = [await flowSums(engine), await recordSums(engine), await lineSums(engine)];
  await store.close();
  return { flows: flows.flows, records: records.records, lines: lines.lines, peakMiB, stages, tables, columns };
});
process.send?.(done);
process.disconnect?.();
