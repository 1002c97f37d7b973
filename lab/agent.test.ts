import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { EARLIEST, LATEST } from '../src/base/instant.ts';
import { type KernelCounter, kernelMetric } from '../src/core/kernel-counters.ts';
import { openStore } from '../src/store/open-store.ts';
import {
  countNew,
  endAll,
  openStage,
  reachable,
  type Running,
  type Stage,
  startAgent,
  startServer,
  unmasq,
} from './agent-stage.ts';
import { burst, compare } from './agent-told.ts';
import { canRun } from './can-run.ts';
import { createChildren, run, runInside } from './children.ts';
import { EXHAUSTED, exhaustPorts } from './exhausted-ports.ts';
import { record } from './record.ts';

/** The agent over real NAT. `AGENT=all` tries everything; otherwise what is quick. */
const may = await canRun();
const folder = mkdtempSync(join(tmpdir(), 'unmasq-agent-'));
const GUIDE = join(import.meta.dirname, '../docs/guide/collect-conntrack.md');
const [TOKEN, TOKENS] = ['agent-0123456789abcdef', join(folder, 'tokens')];
writeFileSync(TOKENS, `ingest agent ${TOKEN}\n`);
writeFileSync(join(folder, 'token'), TOKEN);
const WITH_TOKEN = ['--token-file', join(folder, 'token')];

let stage: Stage | null = null;
const opened = async (): Promise<Stage> => (stage ??= await openStage(1));
afterEach(endAll);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const skipped = may.ok ? '' : ` (skipped: ${may.why})`;
const all = may.ok && process.env['AGENT'] === 'all';

let cases = 0;
interface Case {
  readonly data: string;
  readonly spool: string;
  readonly times: string;
  readonly dest: string;
  readonly serve: (port?: number) => ReturnType<typeof startServer>;
  readonly agent: (port: number, flags?: readonly string[]) => Running;
}

const caseOn = ({ namespace, node, here }: Stage): Case => {
  const dest = DESTS[cases] ?? '';
  const name = join(folder, String(++cases));
  return {
    dest,
    data: `${name}-data`,
    spool: `${name}-spool`,
    times: `${name}-times`,
    serve: (port = 0) => startServer(`${name}-data`, `0.0.0.0:${port}`, ['--token-file', TOKENS]),
    agent: (port, flags = []) =>
      startAgent(namespace, {
        server: `http://${here}:${port}`,
        node: node.name,
        spool: `${name}-spool`,
        flags: [...WITH_TOKEN, ...flags],
      }),
  };
};

/** One for each case: entries outlive the case that made them. */
const DESTS = [
  '203.0.113.10',
  '203.0.113.25',
  '203.0.113.80',
  '203.0.113.81',
  '203.0.113.66',
  '203.0.113.90',
  '203.0.113.91',
];
const SOUND = /nothing is lost any more/;

test.skipIf(!may.ok)(
  `agent and server are killed again and again: nothing is lost without a gap, nothing is there twice${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const one = caseOn(on);
    let server = await one.serve();
    const { port } = server;
    let agent = one.agent(port);
    await agent.line(SOUND);
    const before = await countNew(on.namespace);
    const sending = burst(on.pod, 8_000, 2_500, one);
    for (const victim of ['agent', 'server', 'agent'] as const) {
      await sleep(400 + Math.random() * 500);
      if (victim === 'agent') {
        await agent.end('SIGKILL');
        agent = one.agent(port);
        // One that is killed before it has begun leaves one gap with the one before.
        await agent.line(SOUND);
      } else {
        await server.end('SIGKILL');
        server = await one.serve(port);
      }
    }
    await sending;
    await sleep(1_500);
    const left = (await countNew(on.namespace)) - before;
    const notEntered = await exhaustPorts(on.namespace, on.pod);
    expect(await agent.end()).toBe(0);
    await server.end();
    const { sent, told, twice, silentlyLost, gaps } = await compare(one);
    console.log({ sent, told, gaps: gaps.map(({ from, until, why }) => `${until - from} ms ${why}`) });
    expect(left).toBe(sent);
    expect({ twice, silentlyLost }).toEqual({ twice: 0, silentlyLost: 0 });
    expect(gaps.filter(({ why }) => why.includes('the agent did not run')).length).toBe(2);
    expect(told).toBeGreaterThan(sent / 2);
    expect(notEntered).toBeGreaterThan(0);
    expect(await countersOf(one.data)).toEqual({
      resource: `nodes/${on.node.name}`,
      notEntered,
      mayHold: Number(await runInside(on.namespace, 'cat', ['/proc/sys/net/netfilter/nf_conntrack_max'])),
    });
  },
);

test.skipIf(!may.ok)(
  `record.sh of the guide writes what the kernel counts between its events${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const { data } = caseOn(on);
    const [, script = ''] = /```sh\n(counters\(\)[^]*?)```/.exec(readFileSync(GUIDE, 'utf8')) ?? [];
    const recording = join(folder, 'by-hand.txt');
    const children = createChildren();
    // Through a pipe, as kubectl reads it: what counts in the background ends when nobody reads.
    const { stdout } = children.start(
      on.namespace,
      'sh',
      ['-c', script.replace('sleep 10', 'sleep 1')],
      ['ignore', 'pipe', 'inherit'],
    );
    stdout?.on('data', (chunk: Buffer) => appendFileSync(recording, chunk));
    await sleep(2_500);
    const notEntered = await exhaustPorts(on.namespace, on.pod);
    await sleep(2_500);
    await children.end();
    stdout?.destroy();
    await unmasq(['ingest', '--data', data, '--node', on.node.name, recording]);
    expect(await countersOf(data)).toMatchObject({ resource: `nodes/${on.node.name}`, notEntered });
    expect((await unmasq(['flows', '--all', '--data', data, '--dest', EXHAUSTED])).split('\n').length).toBeGreaterThan(
      2,
    );
  },
);

/** What the store knows of the kernel's counters, of one node alone. */
const countersOf = async (dataDir: string) => {
  const store = await openStore({ dataDir });
  try {
    const metrics = [kernelMetric('insert_failed'), kernelMetric('max')];
    const rows = await store.metrics({ cluster: 'default', from: EARLIEST, until: LATEST, metrics });
    const of = (name: KernelCounter) => rows.find(({ metric }) => metric === kernelMetric(name));
    return { resource: rows[0]?.resource, notEntered: of('insert_failed')?.total, mayHold: of('max')?.last };
  } finally {
    await store.close();
  }
};

test.skipIf(!all)(
  `more comes than the kernel keeps for a listener: a gap says so, and all that is missing lies in it${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const one = caseOn(on);
    const server = await one.serve();
    const agent = one.agent(server.port);
    await agent.line(SOUND);
    await burst(on.pod, 20_000, 1e9, one);
    await sleep(2_500);
    await agent.end();
    await server.end();
    const { sent, told, twice, silentlyLost, gaps } = await compare(one);
    console.log({ sent, told, gaps: gaps.length });
    expect({ sent, twice, silentlyLost }).toEqual({ sent: 20_000, twice: 0, silentlyLost: 0 });
    expect(gaps.some(({ why }) => why.includes('ENOBUFS'))).toBe(true);
  },
);

test.skipIf(!all)(
  `what a killed agent had not read is not said to be complete${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const one = caseOn(on);
    const server = await one.serve();
    let agent = one.agent(server.port);
    await agent.line(SOUND);
    const pids = (await run('ip', ['netns', 'pids', on.namespace])).split('\n').filter((pid) => pid !== '');
    const cat = Number(pids.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cat\n'));
    // As on a node that is too busy to let it run.
    process.kill(cat, 'SIGSTOP');
    await burst(on.pod, 40, 1_000, one);
    // No dump tells of them.
    await runInside(on.namespace, 'conntrack', ['-D', '-d', one.dest]);
    await sleep(3_000);
    await agent.end('SIGKILL');
    process.kill(cat, 'SIGKILL');
    agent = one.agent(server.port);
    await agent.line(SOUND);
    await agent.end();
    await server.end();
    expect(await compare(one)).toMatchObject({ sent: 40, told: 0, silentlyLost: 0 });
  },
);

test.skipIf(!all)(
  `a table that is flushed is dumped again, and what comes after is told${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const one = caseOn(on);
    const server = await one.serve();
    const agent = one.agent(server.port);
    await agent.line(SOUND);
    await burst(on.pod, 300, 1_000, { ...one, times: `${one.times}-before`, dest: '203.0.113.53' });
    await sleep(600);
    await runInside(on.namespace, 'conntrack', ['-F']);
    await agent.line(/flushed; it is dumped/);
    await burst(on.pod, 400, 1_000, one);
    await sleep(600);
    await agent.end();
    await server.end();
    expect(await compare(one)).toMatchObject({ sent: 400, told: 400, silentlyLost: 0 });
  },
);

test.skipIf(!all)(
  `a spool that is full keeps the oldest, drops the newest, and says so${skipped}`,
  { timeout: 120_000 },
  async () => {
    const on = await opened();
    const one = caseOn(on);
    const away = await one.serve();
    await away.end();
    const agent = one.agent(away.port, ['--spool-size', '1']);
    await agent.line(SOUND);
    await burst(on.pod, 50_000, 15_000, one);
    await agent.line(/the spool has reached its bound/);
    const server = await one.serve(away.port);
    await agent.line(/handing over again/);
    await sleep(3_000);
    await agent.end();
    await server.end();
    const { sent, told, twice, silentlyLost, gaps } = await compare(one);
    console.log({ sent, told, gaps: gaps.map(({ from, until, why }) => `${until - from} ms ${why}`) });
    expect({ twice, silentlyLost }).toEqual({ twice: 0, silentlyLost: 0 });
    expect(told).toBeLessThan(sent);
    expect(gaps.some(({ why }) => why.includes('the spool has reached its bound'))).toBe(true);
  },
);

test.skipIf(!all)(
  `what the agents of a small cluster tell names the pods, and none wrongly${skipped}`,
  { timeout: 180_000 },
  async () => {
    await stage?.close();
    stage = null;
    const out = join(folder, 'cluster');
    const data = join(folder, 'cluster-data');
    const server = await startServer(data, '0.0.0.0:0', ['--token-file', TOKENS]);
    await record({
      out,
      recipe: 'everything',
      seconds: 4,
      nodes: 2,
      beside: async (node, namespace) => {
        const here = await reachable(namespace, 8 + node.index);
        const agent = startAgent(namespace, {
          server: `http://${here}:${server.port}`,
          node: node.name,
          spool: join(folder, `spool-${node.index}`),
          flags: WITH_TOKEN,
        });
        await agent.line(SOUND);
        return { stop: async () => void (await agent.end()) };
      },
    });
    await server.end();
    await run(process.execPath, [
      join(import.meta.dirname, '../src/main.ts'),
      'ingest',
      '--data',
      data,
      join(out, 'kube'),
      join(out, 'insights-logs-flowlogflowevent'),
    ]);
    const { exact, coverage } = JSON.parse(
      await unmasq(['evaluate', '--truth', join(out, 'truth.jsonl'), '--data', data, '-o', 'json']),
    ) as { exact: { n: number; correct: number }; coverage: { byVerdict: Record<string, { flows: number }> } };
    console.log({ exact, coverage: coverage.byVerdict });
    expect(exact.n).toBe(exact.correct);
    expect(exact.n).toBeGreaterThan(50);
  },
);
