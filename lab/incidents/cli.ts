import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CAUSES } from './causes.ts';
import { diagnose, truthIn } from './diagnosis.ts';
import { isOnly } from './incident.ts';
import { play, whyNot } from './playing.ts';
import { renderSummary, renderVerdict, type Scored } from './tally.ts';

const USAGE = `usage: npm run lab:incidents -- [--count 10] [--seed 1] [--only CAUSE] [--parallel 2] [--out DIR] [--keep] [--record-only]
       npm run lab:incidents -- --score DIR [--parallel 2]
causes: ${CAUSES.join(' ')}
--only also takes healthy, busy and two`;

const refuse = (why: string): never => {
  console.error(`${why}\n${USAGE}`);
  process.exit(2);
};

const whole = (name: string, text: string, low: number): number =>
  /^\d{1,9}$/.test(text) && Number(text) >= low
    ? Number(text)
    : refuse(`--${name} wants a whole number of at least ${low}, got "${text}"`);

const options = {
  count: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string' },
  parallel: { type: 'string', default: '2' },
  out: { type: 'string' },
  score: { type: 'string' },
  keep: { type: 'boolean', default: false },
  'record-only': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const scoreOf = async (folder: string): Promise<Scored> => {
  const { seed, causes } = truthIn(folder);
  return {
    seed,
    truth: causes.map(({ cause }) => cause),
    isTold: causes.every(({ told }) => told),
    hypotheses: await diagnose(folder),
  };
};

const scoreAll = async (root: string, parallel: number): Promise<void> => {
  const scored: Scored[] = [];
  const left = readdirSync(root)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(root, name))
    .filter((folder) => isRecording(folder) && whyNot(truthIn(folder)) === null);
  const work = async (): Promise<void> => {
    for (let folder = left.shift(); folder !== undefined && !stop.signal.aborted; folder = left.shift()) {
      const one = await scoreOf(folder);
      scored.push(one);
      console.log(renderVerdict(one));
    }
  };
  await Promise.all(Array.from({ length: parallel }, () => work()));
  console.log(`\n${renderSummary(scored)}`);
};

const isRecording = (folder: string): boolean => {
  try {
    return readdirSync(folder).includes('incident.json');
  } catch {
    return false;
  }
};

/** A seed that comes to nothing is followed by the next, but not for ever. */
const TRIES = 3;

const playAll = async (
  values: { readonly [name in 'count' | 'seed' | 'parallel']: number } & {
    readonly out: string;
    readonly only: string;
    readonly keeps: boolean;
    readonly recordsOnly: boolean;
  },
): Promise<void> => {
  const { count, out, only, keeps, recordsOnly } = values;
  const scored: Scored[] = [];
  const left: string[] = [];
  let [next, counted, under] = [values.seed, 0, 0];
  mkdirSync(out, { recursive: true });
  const work = async (): Promise<void> => {
    while (!stop.signal.aborted && counted + under < count && next < values.seed + TRIES * count) {
      const seed = next++;
      const folder = join(out, String(seed));
      under += 1;
      const truth = await play(seed, folder, only, stop.signal);
      under -= 1;
      const why = truth === null ? 'it could not be played' : whyNot(truth);
      if (truth === null || why !== null) {
        left.push(`seed ${seed}: ${why}`);
        console.log(left.at(-1));
        continue;
      }
      counted += 1;
      const name = truth.causes.map(({ cause }) => cause).join(' + ') || truth.kind;
      if (recordsOnly) console.log(`seed ${seed}  ${name}: ${truth.all.failed} of ${truth.all.calls} calls failed`);
      else {
        const one = await scoreOf(folder);
        scored.push(one);
        console.log(renderVerdict(one));
      }
      if (!keeps && !recordsOnly) rmSync(folder, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: values.parallel }, () => work()));
  if (left.length > 0) console.log(`\nplayed and not counted: ${left.length}`);
  console.log(recordsOnly ? `\n${counted} recordings in ${out}` : `\n${renderSummary(scored)}`);
};

const main = async (): Promise<void> => {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return console.log(USAGE);
  const { only = '' } = values;
  if (only !== '' && !isOnly(only)) return refuse(`there is no cause "${only}"`);
  const parallel = whole('parallel', values.parallel, 1);
  if (values.score !== undefined) return scoreAll(resolve(values.score), parallel);
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  await playAll({
    count: whole('count', values.count, 1),
    seed: whole('seed', values.seed, 0),
    parallel,
    out: resolve(values.out ?? `build/lab/incidents-${time}Z`),
    only,
    keeps: values.keep,
    recordsOnly: values['record-only'],
  });
  if (stop.signal.aborted) process.exitCode = 130;
  return undefined;
};

try {
  await main();
} catch (error) {
  // What is being played beside it ends and removes its namespaces.
  stop.abort();
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
