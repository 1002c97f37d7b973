import { EXIT } from '../../app/errors.ts';
import { type Evaluation, evaluate, parseTruth, type TruthRow } from '../../app/evaluate.ts';
import { allFlows } from '../../app/flow-query.ts';
import { type Instant, instant } from '../../base/instant.ts';
import { print } from '../answer.ts';
import { chooseCluster, type Context, withStore } from '../context.ts';
import { textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';
import { count, percent, plural } from '../render/number.ts';
import { coverageLine } from './who.ts';

export const runEvaluate = async (context: Context, given: Given): Promise<number> => {
  const file = textOf(given, 'truth') ?? refuse('E103', '--truth FILE is required');
  const truth = await readTruth(file, context);
  return withStore(context, async (store) => {
    const cluster = await chooseCluster(store, context);
    const extent = (await store.extent(cluster)) ?? { from: instant(0), until: instant(0) };
    const flows = await store.flows(allFlows(cluster, { from: extent.from, until: (extent.until + 1) as Instant }));
    const report = evaluate(flows, truth, await store.sources(cluster));
    await print({ report, table: () => lines(report) }, context);
    for (const mistake of report.wrong)
      context.voice.warn(
        `${mistake.flow} is said to be exact and is wrong: said ${mistake.said ?? 'nobody'}, truth ${mistake.truth ?? 'unknown'}`,
      );
    return EXIT.done;
  });
};

const readTruth = async (path: string, { outside }: Context): Promise<readonly TruthRow[]> => {
  const { objects, skipped } = await outside.filesAt([path]);
  const [object] = objects;
  if (object === undefined || objects.length > 1)
    return refuse('E203', `${path} cannot be read`, { why: skipped[0]?.why ?? 'it is a folder' });
  const decoder = new TextDecoder();
  const rows: TruthRow[] = [];
  let rest = '';
  let number = 0;
  const take = (line: string): void => {
    number++;
    if (line.trim() === '') return;
    const row = parseTruth(line);
    if (!row.ok) return refuse('E203', `${path}, line ${number}: ${row.problem}`);
    rows.push(row.value);
  };
  for await (const piece of object.read()) {
    if (!piece.ok) return refuse('E203', `${path} cannot be read`, { why: piece.problem });
    const parts = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
  }
  take(rest);
  return rows;
};

const lines = (e: Evaluation): readonly string[] => [
  coverageLine(e.coverage),
  `truth: ${plural(e.matched, 'flow')} matched, ${plural(e.truthWithoutFlow, 'row')} without a flow`,
  `exact: ${count(e.exact.correct)} of ${count(e.exact.n)} right; ${count(e.exactWithoutTruth.n)} more that the truth does not mention`,
  `translated: ${count(e.translated.exact)} of ${plural(e.translated.flows, 'flow')} exact (${percent(e.translated.exact, e.translated.flows)})`,
  `workload named first: ${percent(e.workload.top1, 1)} right; pod: ${percent(e.pod.top1, 1)}`,
  `calibration: error ${e.workload.ece.toFixed(3)}, Brier ${e.workload.brier.toFixed(3)}, log loss ${e.workload.logLoss.toFixed(3)}`,
  ...e.reliability.map(
    (r) =>
      `  said ${r.from.toFixed(1)} to ${r.until.toFixed(1)}: ${plural(r.n, 'flow')}, mean ${r.meanConfidence.toFixed(3)}, right ${r.accuracy.toFixed(3)}`,
  ),
];
