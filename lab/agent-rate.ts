import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { countNew, endAll, openStage, startAgent, startServer, unmasq } from './agent-stage.ts';
import { runInside } from './children.ts';

/**
 * How many new connections a second the agent tells of without an undeclared loss: real conntrack, real NAT, a server that stores them.
 * The kernel counts the connections too. `node lab/agent-rate.ts --rate 10000 --bursts 10 --count 20000`
 */

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    count: { type: 'string', default: '20000' },
    bursts: { type: 'string', default: '10' },
    pause: { type: 'string', default: '1000' },
    'buffer-size': { type: 'string', default: '64' },
    /** Bytes of `net.core.rmem_default` while conntrack starts, put back afterwards: -b of conntrack 1.4.7 sets the buffer of another socket. */
    'rmem-default': { type: 'string' },
    /** Spools only: the server shares the processors otherwise, as it would not on a node. */
    'no-server': { type: 'boolean', default: false },
  },
});

const DEST = '203.0.113.10';
const BURST = join(import.meta.dirname, 'burst.py');

/** Of a process: seconds of processor time, and the most memory it had. */
const usage = (pid: number): { readonly cpuSeconds: number; readonly peakMib: number } => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, peakMib: Math.round(Number(peak) / 1_024) };
};

/** MiB that a process has now: of its own, and pages of files, which are the binary's. */
const memory = (pid: number): Memory => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 102.4) / 10;
  return { rss: mib('VmRSS'), own: mib('RssAnon'), files: mib('RssFile') };
};

interface Memory {
  readonly rss: number;
  readonly own: number;
  readonly files: number;
}

/** conntrack, below the shell that the agent started. */
const listenerOf = (pid: number): number => {
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')) {
    if (child === '') continue;
    if (readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'conntrack') return Number(child);
    const below = listenerOf(Number(child));
    if (below > 0) return below;
  }
  return 0;
};

const RMEM_DEFAULT = '/proc/sys/net/core/rmem_default';

/** Sockets that are made meanwhile have this buffer. */
const withReceiveBuffer = async <Value>(bytes: string | undefined, work: () => Promise<Value>): Promise<Value> => {
  if (bytes === undefined) return work();
  const before = readFileSync(RMEM_DEFAULT, 'utf8');
  writeFileSync(RMEM_DEFAULT, bytes);
  try {
    return await work();
  } finally {
    writeFileSync(RMEM_DEFAULT, before);
  }
};

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-rate-'));
  const stage = await openStage(1);
  try {
    const tokens = join(folder, 'tokens');
    writeFileSync(tokens, 'ingest agent rate-0123456789abcdef\n');
    writeFileSync(join(folder, 'token'), 'rate-0123456789abcdef');
    const data = join(folder, 'data');
    const server = values['no-server'] ? null : await startServer(data, '0.0.0.0:0', ['--token-file', tokens]);
    const agent = await withReceiveBuffer(values['rmem-default'], async () => {
      const started = startAgent(stage.namespace, {
        server: `http://${stage.here}:${server?.port ?? 9}`,
        node: stage.node.name,
        spool: join(folder, 'spool'),
        flags: ['--token-file', join(folder, 'token'), '--buffer-size', values['buffer-size']],
      });
      await started.line(/nothing is lost any more/);
      return started;
    });
    await sleep(2_000);
    const listener = listenerOf(agent.pid);
    const idle = memory(agent.pid);
    let most = idle;
    const looking = setInterval(() => {
      const now = memory(agent.pid);
      if (now.rss > most.rss) most = now;
    }, 50);
    const before = [usage(agent.pid).cpuSeconds, usage(listener).cpuSeconds];
    const [new0, began] = [await countNew(stage.namespace), Date.now()];
    const rates: number[] = [];
    for (let burst = 0; burst < Number(values.bursts); burst++) {
      const out = await runInside(stage.pod, 'python3', [
        BURST,
        DEST,
        values.count,
        values.rate,
        String(burst * Number(values.count)),
      ]);
      const [sent = 0, seconds = 1] = out.trim().split(' ').map(Number);
      rates.push(Math.round(sent / seconds));
      await sleep(Number(values.pause));
    }
    await sleep(3_000);
    clearInterval(looking);
    const kernel = (await countNew(stage.namespace)) - new0;
    const wall = (Date.now() - began) / 1_000;
    const [own, conntrack] = [usage(agent.pid), usage(listener)];
    const after = memory(agent.pid);
    // The server takes its time, and its processors are those of the agent here.
    const behindFrom = Date.now();
    const until = server === null ? behindFrom : behindFrom + DRAINS_WITHIN_MS;
    while (Date.now() < until && sealedIn(join(folder, 'spool')) > 0) await sleep(500);
    const behindSeconds = round((Date.now() - behindFrom) / 1_000);
    await agent.end();
    const status = Object.fromEntries(
      (agent.said.findLast((line) => line.startsWith('events=')) ?? '').split(' ').map((word) => word.split('=')),
    ) as Readonly<Record<string, string>>;
    await server?.end();
    const told = server === null ? newIn(join(folder, 'spool')) : null;
    const stored = server === null ? null : await storedNew(data);
    console.log(
      JSON.stringify({
        asked: Number(values.rate),
        reached: rates,
        kernelNew: kernel,
        toldNew: told,
        storedRows: stored,
        events: Number(status['events']),
        kernelDropped: Number(status['kernel_dropped_events']),
        gaps: Number(status['gaps']) - 1,
        gapMs: Number(status['gap_ms']),
        droppedBySpool: Number(status['dropped_events']),
        mostQueueBytes: Number(status['kernel_queue_bytes']),
        agentCpuSeconds: round(own.cpuSeconds - (before[0] ?? 0)),
        conntrackCpuSeconds: round(conntrack.cpuSeconds - (before[1] ?? 0)),
        microsecondsAnEvent: round(((own.cpuSeconds - (before[0] ?? 0)) * 1e6) / Number(status['events'])),
        agentPeakMib: own.peakMib,
        agentIdle: idle,
        agentMost: most,
        agentAfter: after,
        conntrackPeakMib: conntrack.peakMib,
        wallSeconds: round(wall),
        serverBehindSeconds: behindSeconds,
        segmentsLeft: sealedIn(join(folder, 'spool')),
      }),
    );
  } finally {
    await endAll();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const DRAINS_WITHIN_MS = 150_000;
const sealedIn = (spool: string): number => readdirSync(spool).filter((file) => file.endsWith('.gz')).length;

/** Connections of the bursts that the spool tells to have begun. */
const newIn = (spool: string): number =>
  readdirSync(spool)
    .filter((file) => file.endsWith('.gz'))
    .flatMap((file) =>
      gunzipSync(readFileSync(join(spool, file)))
        .toString('latin1')
        .split('\n'),
    )
    .filter((line) => line.includes('[NEW]') && line.includes(` dst=${DEST} `)).length;

const round = (n: number): number => Math.round(n * 100) / 100;

const storedNew = async (data: string): Promise<number> => {
  const { items } = JSON.parse(await unmasq(['sources', '--data', data, '-o', 'json'])) as {
    readonly items: readonly { readonly kind: string; readonly rows: number }[];
  };
  return items.filter(({ kind }) => kind === 'conntrack').reduce((sum, { rows }) => sum + rows, 0);
};

await main();
