import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isRecipeName, RECIPES } from './recipes.ts';
import { record } from './record.ts';
import { renderScore, score } from './score.ts';

const USAGE = `usage: npm run lab -- [--scenario NAME] [--seconds 20] [--seed 1] [--nodes 3] [--scale 1] [--out DIR]
                      [--flow-log-ahead MS] [--skew node2=-1000 ...] [--continue-every MS] [--sample-every MS] [--keep-captures] [--no-score]
scenarios: ${Object.keys(RECIPES).join(' ')}`;

const refuse = (why: string): never => {
  console.error(`${why}\n${USAGE}`);
  process.exit(2);
};

const number = (name: string, text: string, low: number): number => {
  const value = Number(text);
  return Number.isFinite(value) && value >= low
    ? value
    : refuse(`--${name} wants a number of at least ${low}, got "${text}"`);
};

/** `node2=-1000`: the second node runs a second behind. */
const skew = (text: string): readonly [number, number] => {
  const [, node, ms] =
    /^node([1-9]\d*)=([+-]?\d+)$/.exec(text) ?? refuse(`--skew wants something like node2=-1000, got "${text}"`);
  return [Number(node) - 1, Number(ms)];
};

const options = {
  scenario: { type: 'string', default: 'everything' },
  seconds: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  nodes: { type: 'string', default: '3' },
  scale: { type: 'string', default: '1' },
  out: { type: 'string' },
  'flow-log-ahead': { type: 'string', default: '0' },
  skew: { type: 'string', multiple: true },
  'continue-every': { type: 'string', default: '5000' },
  'sample-every': { type: 'string', default: '5000' },
  'keep-captures': { type: 'boolean', default: false },
  'no-score': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const main = async (): Promise<void> => {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return console.log(USAGE);
  const recipe = values.scenario;
  if (!isRecipeName(recipe)) return refuse(`there is no scenario "${recipe}"`);
  const out = values.out ?? `build/lab/${recipe}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const summary = await record({
      out: isAbsolute(out) ? out : resolve(out),
      recipe,
      seed: number('seed', values.seed, 0),
      seconds: number('seconds', values.seconds, 3),
      nodes: number('nodes', values.nodes, 2),
      scale: number('scale', values.scale, 0),
      flowLogAheadMs: number('flow-log-ahead', values['flow-log-ahead'], -86_400_000),
      skewMs: new Map((values.skew ?? []).map(skew)),
      continueEveryMs: number('continue-every', values['continue-every'], 100),
      sampleEveryMs: number('sample-every', values['sample-every'], 100),
      keepCaptures: values['keep-captures'],
      signal: stop.signal,
    });
    console.log(JSON.stringify(summary, null, 2));
    if (!values['no-score']) console.log(renderScore(recipe, await score(summary.out)));
  } catch (error) {
    console.error(
      stop.signal.aborted
        ? 'interrupted; every namespace was removed'
        : error instanceof Error
          ? error.message
          : String(error),
    );
    process.exitCode = stop.signal.aborted ? 130 : 1;
  }
};

await main();
