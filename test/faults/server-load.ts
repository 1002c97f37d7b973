import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Connection, inventory, type Sent, step } from './ledger.ts';
import { judge, type Judgement, NOTHING_WRONG, settled } from './oracle.ts';
import { deliver } from './send.ts';
import { startServer } from '../program.ts';

/**
 * `node test/faults/server-load.ts --rate N --seconds N [--one-span-of N] [--data FOLDER --asked-of CLUSTER]`: a server that is sent so many connections a second as they happen, each as
 * two records of the flow log and two lines of conntrack from three nodes, and every tenth (`--one-span-of`; 0: none) as a client span of its pod, as
 * traces are sampled. How long until they are durable, and from then on until a question gives them with their verdict. With a folder that holds
 * flows of a cluster already: how long its `who` takes meanwhile, over all of its time, and the pods that sent most. What is sent stays in the folder.
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    'one-span-of': { type: 'string', default: '10' },
    data: { type: 'string' },
    'asked-of': { type: 'string' },
  },
});
const [rate, seconds, oneSpanOf] = [Number(values.rate), Number(values.seconds), Number(values['one-span-of'])];
const LOOK_EVERY = 5;
/** Connections that are judged one by one, at most; evenly spread seconds of them. */
const JUDGED = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'unmasq-load-'));
const server = await startServer({
  dataDir: values.data ?? join(folder, 'data'),
  // As `bin/unmasq` has it.
  env: { MALLOC_ARENA_MAX: '1' },
});

const ofProcess = (file: string, pattern: RegExp): readonly string[] =>
  pattern.exec(readFileSync(`/proc/${server.pid}/${file}`, 'utf8')) ?? [];
const rssMib = (): number => Math.round(Number(ofProcess('status', /VmRSS:\s+(\d+)/)[1]) / 1_024);
/** Of user and system, in seconds: a tick is a hundredth. */
const cpuSeconds = (): number =>
  ofProcess('stat', /\) \S(?: \S+){10} (\d+) (\d+) /)
    .slice(1)
    .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);

const bring = (sent: Sent): Promise<unknown> => deliver(() => server.url, sent);

const spanOf = ({ at, destIp, bytesOut }: Connection): object => ({
  traceId: bytesOut.toString(16).padStart(32, '0'),
  spanId: bytesOut.toString(16).padStart(16, '0'),
  name: 'GET',
  kind: 3,
  startTimeUnixNano: `${at}000000`,
  endTimeUnixNano: `${at + 300}000000`,
  attributes: [
    { key: 'network.peer.address', value: { stringValue: destIp } },
    { key: 'network.peer.port', value: { intValue: '443' } },
  ],
});

let spansSent = 0;
/** As the exporters of the pods would send it: again until it is taken. */
const bringSpans = async (connections: readonly Connection[]): Promise<void> => {
  const sampled = connections.filter(({ bytesOut }) => oneSpanOf > 0 && bytesOut % oneSpanOf === 0);
  if (sampled.length === 0) return;
  const resourceSpans = [...Map.groupBy(sampled, ({ podUid }) => podUid)].map(([uid, calls]) => ({
    resource: { attributes: [{ key: 'k8s.pod.uid', value: { stringValue: uid } }] },
    scopeSpans: [{ spans: calls.map(spanOf) }],
  }));
  const body = JSON.stringify({ resourceSpans });
  for (;;) {
    const { status } = await fetch(`${server.url}/v1/traces`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    if (status === 200) break;
    if (status !== 429 && status !== 503) throw new Error(`spans were answered with ${status}`);
    await after(250);
  }
  spansSent += sampled.length;
};

let questions = 0;
const untilAnswered = async ({ at, nodeIp, snatPort, bytesOut }: Connection): Promise<void> => {
  const around = [at - 1, at + 1].map((ms) => new Date(ms).toISOString());
  const query = new URLSearchParams({
    cluster: 'default',
    src: `${nodeIp}:${snatPort}`,
    since: around[0] ?? '',
    until: around[1] ?? '',
  });
  for (;;) {
    questions++;
    const response = await fetch(`${server.url}/api/v1/flows?${query.toString()}`);
    const { items } = (await response.json()) as { items?: readonly { verdict: string; bytesOut: number }[] };
    if (items?.some((flow) => flow.verdict === 'exact' && flow.bytesOut === bytesOut) === true) return;
    await after(250);
  }
};

/** Destinations of the cluster's newest flows, those of many flows oftener, are asked for in turn; every tenth question is for the pods that sent most. */
const ASK_EVERY_MS = 250;
const asked: Record<'who' | 'map', number[]> = { who: [], map: [] };
const askOn = async (cluster: string, signal: AbortSignal): Promise<void> => {
  const ask = async <Answer>(what: string, query: Record<string, string>): Promise<Answer> => {
    const response = await fetch(
      `${server.url}/api/v1/${what}?${new URLSearchParams({ cluster, ...query }).toString()}`,
    );
    if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  interface Flows {
    readonly query: { readonly from: string; readonly until: string };
    readonly items: readonly { readonly destIp: string }[];
  }
  const { items, query } = await ask<Flows>('flows', { limit: '400' });
  const time = { since: query.from, until: query.until };
  for (let i = 0; !signal.aborted; i++) {
    const what = i % 10 === 9 ? 'map' : 'who';
    const from = performance.now();
    await (what === 'map'
      ? ask('map', { ...time, sender: 'pod', to: 'all', by: 'sent', limit: '20' })
      : ask('who', { ...time, dest: items[(i * 7) % items.length]?.destIp ?? '' }));
    asked[what].push(performance.now() - from);
    await after(ASK_EVERY_MS);
  }
};

const at = (share: number, of: readonly number[]): string =>
  `${Math.round(of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(share * of.length))] ?? 0)} ms`;

const pace = { start: Date.now() - 2_000, apartMs: 1_000 / rate };
const made = (k: number) => step(k, k * rate, rate, pace);
for (const sent of inventory(pace)) await bring(sent);
const [durable, answered]: [number[], number[]] = [[], []];
const [began, cpu, own] = [performance.now(), cpuSeconds(), process.cpuUsage()];
const sending: Promise<void>[] = [];
const askingEnds = new AbortController();
const asking = values['asked-of'] === undefined ? null : askOn(values['asked-of'], askingEnds.signal);
let next = made(0);
for (let k = 0; k < seconds; k++) {
  await after(Math.max(0, began + k * 1_000 - performance.now()));
  const { sent, connections } = next;
  const last = connections.at(-1);
  sending.push(
    (async () => {
      const from = performance.now();
      await Promise.all([...sent.map(bring), bringSpans(connections)]);
      const taken = performance.now();
      durable.push(taken - from);
      if (k % LOOK_EVERY !== 0 || last === undefined) return;
      await untilAnswered(last);
      answered.push(performance.now() - taken);
    })(),
  );
  if (k % 10 === 9) console.log(`${k + 1} s: ${durable.length} s of them durable, ${rssMib()} MiB`);
  next = made(k + 1);
}
await Promise.all(sending);
askingEnds.abort();
await asking;
await settled(server.url);
const took = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(own);
console.log(
  `${rate} connections/s for ${seconds} s: all with verdicts after ${took.toFixed(1)} s (${Math.round((rate * seconds) / took)}/s)`,
);
if (spansSent > 0) console.log(`${spansSent} spans with them`);
console.log(`sent → durable p50 ${at(0.5, durable)}, p99 ${at(0.99, durable)}`);
console.log(`durable → answered p50 ${at(0.5, answered)}, p99 ${at(0.99, answered)}, ${questions} questions`);
console.log(
  `CPU ${(cpuSeconds() - cpu).toFixed(0)} s, of the sender ${((user + system) / 1e6).toFixed(0)} s, ${rssMib()} MiB`,
);

for (const [what, ms] of Object.entries(asked))
  if (ms.length > 0) console.log(`${what} meanwhile: ${ms.length} answers, p50 ${at(0.5, ms)}, p99 ${at(0.99, ms)}`);

const every = Math.max(1, Math.ceil((rate * seconds) / JUDGED));
const sums: Record<keyof Judgement | 'judged', number> = { judged: 0, ...NOTHING_WRONG, exact: 0 };
for (let k = 0; k < seconds; k += every) {
  const { connections } = made(k);
  const span = { from: connections[0]?.at ?? 0, until: made(k + 1).connections[0]?.at ?? 0 };
  const { unaccounted, ...found } = await judge(server.url, connections, 'default', span);
  sums.judged += connections.length;
  sums.unaccounted = unaccounted;
  for (const [what, count] of Object.entries(found)) sums[what as keyof typeof found] += count;
}
console.log(JSON.stringify(sums));
await server.end();
rmSync(folder, { recursive: true, force: true });
