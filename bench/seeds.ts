import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Evaluation } from '../src/app/evaluate.ts';
import { calibrationError, type Reliability } from '../src/app/score.ts';
import { DEFAULTS, type Parameters } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { dataAt } from './data.ts';
import { evaluated } from './evaluated.ts';
import { inScratch } from './place.ts';
import { timed } from './stopwatch.ts';
import { attributeWritten, CLUSTER, ingestInto, withStore } from './unmasq.ts';

/**
 * `npm run seeds -- --shape NODESxHOURS --seeds FROM-UNTIL [--traces SHARE] [--conntrack NODES] [--json FILE]`: how good the rates are on
 * simulated clusters that do not assume the model, 15 pods and 700 flows a node and hour. One line for each seed, then all together.
 */
const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: '5x2' },
    seeds: { type: 'string', default: '201-210' },
    traces: { type: 'string', default: '0' },
    conntrack: { type: 'string', default: '0' },
    json: { type: 'string' },
  },
});

const asked = (name: keyof typeof values, pattern: RegExp, expected: string): readonly number[] => {
  const found = pattern.exec(values[name] ?? '');
  if (found === null) {
    console.error(`seeds: --${name} ${values[name]}: expected ${expected}`);
    process.exit(2);
  }
  return found.slice(1).map(Number);
};
const COUNT = '([1-9]\\d{0,3})';
const [nodes = 0, hours = 0] = asked('shape', new RegExp(`^${COUNT}x${COUNT}$`), 'NODESxHOURS, as 5x2');
const [first = 0, last = 0] = asked('seeds', new RegExp(`^${COUNT}-${COUNT}$`), 'FROM-UNTIL, as 201-210');
const [traces = 0] = asked('traces', /^(0(?:\.\d+)?|1)$/, 'a share from 0 to 1');
const [translated = 0] = asked('conntrack', /^(\d{1,4})$/, 'how many nodes');
if (last < first) {
  console.error(`seeds: --seeds ${values.seeds}: the last comes before the first`);
  process.exit(2);
}
const FLOWS_OF_A_NODE_AND_HOUR = 700;

const parametersOf = (seed: number): Parameters => ({
  ...DEFAULTS,
  seed,
  nodes,
  hours,
  podsPerNode: 15,
  flows: nodes * hours * FLOWS_OF_A_NODE_AND_HOUR,
  traffic: 'lively',
  traces: traces,
  updates: false,
  without: translated === 0 ? ['conntrack'] : [],
});

const evaluationOf = (seed: number): Promise<Evaluation> =>
  inScratch(async (folder) => {
    const run = join(folder, 'run');
    await simulate(run, parametersOf(seed));
    const { blobs, conntrack, kube } = dataAt(run);
    const told = traces > 0 ? [join(run, 'otlp')] : [];
    return withStore(join(folder, 'store'), async (opened) => {
      await ingestInto(opened.store, [
        ...blobs,
        ...kube,
        ...conntrack.slice(0, translated),
        join(run, 'log-analytics'),
        ...told,
      ]);
      await attributeWritten(opened);
      await opened.store.grade(CLUSTER);
      return evaluated(opened.store, run);
    });
  });

const share = (value: number): string => value.toFixed(3);

/** Bins of several runs, as if all flows were of one. */
const together = (runs: readonly (readonly Reliability[])[]): readonly Reliability[] =>
  [...Map.groupBy(runs.flat(), ({ from }) => from).values()].map((bins) => {
    const n = bins.reduce((sum, bin) => sum + bin.n, 0);
    const mean = (of: (bin: Reliability) => number): number =>
      bins.reduce((sum, bin) => sum + bin.n * of(bin), 0) / Math.max(1, n);
    return {
      ...(bins[0] as Reliability),
      n,
      meanConfidence: mean((b) => b.meanConfidence),
      accuracy: mean((b) => b.accuracy),
    };
  });

const runs: Evaluation[] = [];
for (let seed = first; seed <= last; seed++) {
  const { value, seconds } = await timed(() => evaluationOf(seed));
  runs.push(value);
  const { workload, graded, matched } = value;
  const slices = graded.slices.map(({ slice, n, top1, ece }) => `${slice} ${n}: ${share(top1)} ± ${share(ece)}`);
  console.log(
    `seed ${seed}: ${matched} flows, top-1 ${share(workload.top1)}, of the oracle ${share(workload.top1 / (workload.oracleTop1 ?? Number.NaN))}, ` +
      `ECE ${share(workload.ece)}, Brier ${share(workload.brier)}, log loss ${share(workload.logLoss)}, ` +
      `≥ 0.99: ${graded.surest.n}, right ${share(graded.surest.right / graded.surest.n)}; ${slices.join('; ')}; ${Math.round(seconds)} s`,
  );
  if (values.json !== undefined)
    appendFileSync(values.json, `${JSON.stringify({ ...values, seed, evaluation: value })}\n`);
}
const mean = (of: (run: Evaluation) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
const surest = runs.reduce((sum, { graded }) => sum + graded.surest.n, 0);
const surestRight = runs.reduce((sum, { graded }) => sum + graded.surest.right, 0);
console.log(
  `${runs.length} seeds of ${values.shape}: top-1 ${share(mean(({ workload }) => workload.top1))}, ` +
    `of the oracle ${share(mean(({ workload }) => workload.top1 / (workload.oracleTop1 ?? Number.NaN)))}, ` +
    `ECE mean ${share(mean(({ workload }) => workload.ece))}, all flows ${share(calibrationError(together(runs.map(({ reliability }) => reliability))))}, ` +
    `≥ 0.99: ${surest}, right ${share(surestRight / surest)}`,
);
