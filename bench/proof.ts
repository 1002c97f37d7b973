import { type ChildProcess, fork } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '../simulator/random.ts';
import { dataFor, type RunSums } from './data.ts';
import { inScratch } from './place.ts';
import { proofRun } from './proof-run.ts';
import type { StoreHash } from './store-hash.ts';
import { timed } from './stopwatch.ts';

/**
 * `npm run proof -- [--flows N] [--kills N] [--seed N]`: a simulated cluster with known truth through the whole path, killed again and
 * again on the way. Nothing may be lost, nothing twice, and no exact verdict wrong. 24 million flows are 50 million records.
 */
const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const [flows, kills, seed] = [Number(values.flows), Number(values.kills), Number(values.seed)];
const random = createRandom(seed);
let failed = 0;

const check = (isSo: boolean, what: string): void => {
  console.log(`${isSo ? 'OK   ' : 'FAIL '} ${what}`);
  if (!isSo) failed++;
};

type Step = 'ingest' | 'attribute' | 'look' | 'evaluate';

const begin = (step: Step, folder: string): { readonly child: ChildProcess; readonly done: Promise<unknown> } => {
  const child = fork(join(import.meta.dirname, 'proof-child.ts'), [step, folder, String(flows)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const done = new Promise((resolve, reject) => {
    let said: unknown;
    child.on('message', (message) => {
      said = message;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(said);
      else reject(new Error(signal ?? `ended with ${code}`));
    });
  });
  return { child, done };
};

const through = async (step: Step, folder: string): Promise<unknown> => begin(step, folder).done;

/** Starts the step, and kills it after `ms`. False: it was done before. */
const killed = async (step: Step, folder: string, ms: number): Promise<boolean> => {
  const { child, done } = begin(step, folder);
  const end = done.then(
    () => false,
    (error: Error) => {
      if (error.message !== 'SIGKILL') throw error;
      return true;
    },
  );
  // The clock runs while it works, not while it starts.
  await Promise.race([new Promise((resolve) => child.once('message', resolve)), end]);
  const stop = new AbortController();
  const waited = after(ms, undefined, { signal: stop.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  const wasKilled = await end;
  stop.abort();
  await waited;
  return wasKilled;
};

/** Kills the step at so many random moments, then lets it end. */
const disturbed = async (step: Step, folder: string, seconds: number): Promise<number> => {
  let times = 0;
  for (let i = 0; i < kills; i++) if (await killed(step, folder, random.between(0, seconds * 1_000))) times++;
  await through(step, folder);
  return times;
};

interface Looked {
  readonly records: { readonly records: number; readonly bytes: number };
  readonly lines: { readonly lines: number; readonly packets: number };
  readonly hash: StoreHash;
}

interface Scored {
  readonly exact: { readonly n: number; readonly correct: number };
  readonly matched: number;
  readonly truthWithoutFlow: number;
  readonly translated: { readonly flows: number; readonly exact: number };
}

const whole = (n: number): string => n.toLocaleString('en');

const { value: data, seconds: making } = await timed(() => dataFor(proofRun(flows)));
const { flowLog, conntrack }: RunSums = data.run;
console.log(
  `${data.folder.split('/').at(-1)}: ${whole(flowLog.records)} flow records, ${whole(conntrack?.lines ?? 0)} lines of conntrack, made in ${Math.round(making)} s`,
);

await inScratch(async (scratch) => {
  const [calm, hard] = [join(scratch, 'calm'), join(scratch, 'hard')];
  const ingested = await timed(() => through('ingest', calm));
  const attributed = await timed(() => through('attribute', calm));
  console.log(
    `undisturbed: ingest ${ingested.seconds.toFixed(1)} s (${(flowLog.records / 1e6 / ingested.seconds).toFixed(2)} M records/s, with conntrack and inventory), attribute ${attributed.seconds.toFixed(1)} s`,
  );
  const expected = (await through('look', calm)) as Looked;
  const duringIngest = await disturbed('ingest', hard, ingested.seconds);
  const duringAttribute = await disturbed('attribute', hard, attributed.seconds);
  console.log(`disturbed: killed ${duringIngest} times while it read, ${duringAttribute} times while it attributed`);
  const found = (await through('look', hard)) as Looked;
  check(duringIngest + duringAttribute > 0, 'it was killed at all');
  check(found.records.records === flowLog.records, `${whole(found.records.records)} records, as written`);
  check(found.records.bytes === flowLog.bytesOut + flowLog.bytesIn, `${whole(found.records.bytes)} bytes, as written`);
  check(found.lines.lines === conntrack?.lines, `${whole(found.lines.lines)} lines of conntrack, as written`);
  for (const kind of ['records', 'lines', 'flows'] as const)
    check(found.hash[kind] === expected.hash[kind], `${kind} as in the undisturbed store: ${found.hash[kind]}`);
  const again = join(scratch, 'again');
  cpSync(hard, again, { recursive: true });
  await through('ingest', again);
  await through('attribute', again);
  const twice = (await through('look', again)) as Looked;
  check(JSON.stringify(twice.hash) === JSON.stringify(found.hash), 'reading everything once more changes nothing');
  const { exact, matched, truthWithoutFlow, translated } = (await through('evaluate', hard)) as Scored;
  check(
    exact.n > 0 && exact.correct >= 0.9999 * exact.n,
    `precision of exact ${(exact.correct / exact.n).toFixed(6)}: ${whole(exact.correct)} of ${whole(exact.n)}`,
  );
  console.log(
    `${whole(matched)} flows matched the truth, ${whole(truthWithoutFlow)} rows of it have none; of translated flows ${((100 * translated.exact) / translated.flows).toFixed(2)} % exact`,
  );
});
process.exitCode = failed > 0 ? 1 : 0;
