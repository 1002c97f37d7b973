import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { setTimeout as after } from 'node:timers/promises';
import { dataFor } from '../../bench/data.ts';
import { inScratch } from '../../bench/place.ts';
import { ingestInto } from '../../bench/unmasq.ts';
import { instant } from '../../src/base/instant.ts';
import { openServerStore } from '../../src/store/open-store.ts';
import { parseServerAt } from '../../src/store/server-at.ts';
import { PASSWORD, startCluster, USER } from './start-clickhouse.ts';

/**
 * `npm run workers -- [--flows N] [--nodes N] [--seed N]`: the CPU that it takes to read one simulated hour into a store of two shards and to answer it, by one worker and by two that
 * share its files. Each worker is a process; so is each shard. On a machine of two cores the workers do not get faster by being two: what counts is how much each of them has to do.
 */
const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '1000000' },
    nodes: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    worker: { type: 'string' },
  },
});

const CLUSTER = 'workers';
const LONG_AFTER = instant(Date.UTC(2100, 0));
const PACE = { leaseMs: 60_000, beatMs: 1_000 };

const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Of a process so far, in hundredths of a second as Linux counts. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const serverSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

type Order = { readonly owns: number } | { readonly read: readonly string[] } | 'attribute' | 'end';

/** One worker: does what it is told, a line each, and answers with what it took. */
const work = async (url: string): Promise<void> => {
  const at = parseServerAt(url, { user: USER, password: PASSWORD, ca: null });
  if (!at.ok) throw new Error(at.problem);
  const nonce = randomBytes(16).toString('hex');
  const store = await openServerStore(at.value, { nonce, elapsedMs: () => performance.now(), pace: PACE });
  await store.workers.stay();
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    const before = ownSeconds();
    let windows = 0;
    if (order === 'end') break;
    else if (order === 'attribute') ({ windows } = await store.attribute(CLUSTER, LONG_AFTER));
    else if ('read' in order) await ingestInto(store, order.read, CLUSTER);
    else while (store.workers.places.owned !== order.owns) await after(100);
    console.log(JSON.stringify({ seconds: ownSeconds() - before, all: ownSeconds(), windows }));
  }
  await store.close();
};

interface Told {
  readonly seconds: number;
  /** Since it was started. */
  readonly all: number;
  readonly windows: number;
}

const asked = async (child: ChildProcess, order: Order): Promise<Told> => {
  const told = once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line') as Promise<[string]>;
  child.stdin?.write(`${JSON.stringify(order)}\n`);
  return JSON.parse((await told)[0]) as Told;
};

interface Spent {
  readonly servers: number;
  readonly each: readonly number[];
}

const byWorkers = (count: number, paths: readonly string[]): Promise<Spent> =>
  inScratch(async (folder) => {
    const cluster = await startCluster(folder, 2);
    const workers = Array.from({ length: count }, () =>
      spawn(process.execPath, [import.meta.filename, '--worker', cluster.url], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    try {
      const began = await Promise.all(workers.map((one) => asked(one, { owns: 2 / count })));
      const servers = (): number => cluster.servers.reduce((sum, { pid }) => sum + serverSeconds(pid), 0);
      const before = servers();
      const read = workers.map((_, i) => paths.filter((__, n) => n % count === i));
      await Promise.all(workers.map((one, i) => asked(one, { read: read[i] as readonly string[] })));
      let ended: readonly Told[] = [];
      do {
        ended = [];
        for (const one of workers) ended = [...ended, await asked(one, 'attribute')];
      } while (ended.some(({ windows }) => windows > 0));
      return { servers: servers() - before, each: ended.map(({ all }, i) => all - (began[i] as Told).all) };
    } finally {
      for (const one of workers) one.kill('SIGKILL');
      await cluster.stop();
    }
  });

const compare = async (): Promise<void> => {
  const [flows, nodes, seed] = [Number(values.flows), Number(values.nodes), Number(values.seed)];
  const data = await dataFor({ flows, nodes, seed, podsPerNode: 20 });
  const paths = [...data.kube, ...data.conntrack, ...data.blobs];
  const records = ((data.run.flowLog.records ?? 0) + (data.run.conntrack?.lines ?? 0)) / 1e6;
  console.log(`${records.toFixed(2)} M records and lines`);
  for (const count of [1, 2]) {
    const { servers, each } = await byWorkers(count, paths);
    const sum = each.reduce((total, one) => total + one, 0);
    console.log(
      `${count} workers: ${((servers + sum) / records).toFixed(2)} s of CPU a million, of them the servers ${(servers / records).toFixed(2)}, ` +
        `each worker ${each.map((one) => (one / records).toFixed(2)).join(' and ')}`,
    );
  }
};

await (values.worker === undefined ? compare() : work(values.worker));
