import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Connection, inventory, type Sent, step } from './ledger.ts';
import { judge, settled } from './oracle.ts';
import { deliver } from './send.ts';
import { startServer } from '../program.ts';

/**
 * `node test/faults/server-load.ts --rate N --seconds N`: a server that is sent so many connections a second, each as two records of the flow log and
 * two lines of conntrack from three nodes. How long until they are durable, and from then on until a question gives them with their verdict.
 */
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '30' } },
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
const LOOK_EVERY = 5;

const folder = mkdtempSync(join(tmpdir(), 'unmasq-load-'));
const server = await startServer({ dataDir: join(folder, 'data') });

const ofProcess = (file: string, pattern: RegExp): readonly string[] =>
  pattern.exec(readFileSync(`/proc/${server.pid}/${file}`, 'utf8')) ?? [];
const rssMib = (): number => Math.round(Number(ofProcess('status', /VmRSS:\s+(\d+)/)[1]) / 1_024);
/** Of user and system, in seconds: a tick is a hundredth. */
const cpuSeconds = (): number =>
  ofProcess('stat', /\) \S(?: \S+){10} (\d+) (\d+) /)
    .slice(1)
    .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);

const bring = (sent: Sent): Promise<unknown> => deliver(() => server.url, sent);

const untilAnswered = async ({ at, nodeIp, snatPort, bytesOut }: Connection): Promise<void> => {
  const around = [at - 1, at + 1].map((ms) => new Date(ms).toISOString());
  const query = new URLSearchParams({ src: `${nodeIp}:${snatPort}`, since: around[0] ?? '', until: around[1] ?? '' });
  for (;;) {
    const response = await fetch(`${server.url}/api/v1/flows?${query.toString()}`);
    const { items } = (await response.json()) as { items?: readonly { verdict: string; bytesOut: number }[] };
    if (items?.some((flow) => flow.verdict === 'exact' && flow.bytesOut === bytesOut) === true) return;
    await after(100);
  }
};

const at = (share: number, of: readonly number[]): string =>
  `${Math.round(of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(share * of.length))] ?? 0)} ms`;

for (const sent of inventory()) await bring(sent);
const steps = Array.from({ length: seconds }, (_, k) => step(k, k * rate, rate));
const [durable, answered]: [number[], number[]] = [[], []];
const [began, cpu] = [performance.now(), cpuSeconds()];
const sending: Promise<void>[] = [];
for (const [k, made] of steps.entries()) {
  await after(Math.max(0, began + k * 1_000 - performance.now()));
  sending.push(
    (async () => {
      const from = performance.now();
      await Promise.all(made.sent.map(bring));
      const taken = performance.now();
      durable.push(taken - from);
      const last = made.connections.at(-1);
      if (k % LOOK_EVERY !== 0 || last === undefined) return;
      await untilAnswered(last);
      answered.push(performance.now() - taken);
    })(),
  );
  if (k % 10 === 9) console.log(`${k + 1} s: ${durable.length} s of them durable, ${rssMib()} MiB`);
}
await Promise.all(sending);
await settled(server.url);
const took = (performance.now() - began) / 1_000;
console.log(
  `${rate} connections/s for ${seconds} s: all with verdicts after ${took.toFixed(1)} s (${Math.round((rate * seconds) / took)}/s)`,
);
console.log(`sent → durable p50 ${at(0.5, durable)}, p99 ${at(0.99, durable)}`);
console.log(`durable → answered p50 ${at(0.5, answered)}, p99 ${at(0.99, answered)}`);
console.log(`CPU ${(cpuSeconds() - cpu).toFixed(0)} s, ${rssMib()} MiB`);
console.log(
  JSON.stringify(
    await judge(
      server.url,
      steps.flatMap((made) => made.connections),
    ),
  ),
);
await server.end();
rmSync(folder, { recursive: true, force: true });
