import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseServerAt, type ServerAt } from '../../src/store/server-at.ts';
import type { Break, ServerOptions } from './server.ts';

/** No connection is kept: while a test waits for a program nobody sees that the other side closed it. */
const ONCE = { connection: 'close' };

export interface StandIn {
  readonly url: string;
  readonly at: ServerAt;
  /** What goes wrong from now on, in the place of what was said before. */
  breaks(...breaks: readonly Break[]): Promise<void>;
  readonly pid: number;
  /** As if the machine lost power. */
  stop(): Promise<void>;
}

export const USER = 'unmasq';
export const PASSWORD = 'pass word/§';

export interface StandInCluster {
  /** As `--store` has it. */
  readonly url: string;
  readonly at: ServerAt;
  readonly servers: readonly StandIn[];
  stop(): Promise<void>;
}

/** Starts a stand-in for each of so many shards: of two or more each is an engine in a process of its own. */
export const startCluster = async (folder: string, shards: number): Promise<StandInCluster> => {
  const servers = await Promise.all(
    Array.from({ length: shards }, (_, place) =>
      startClickhouse(join(folder, `shard-${place}`), { cluster: { name: 'lab', place, shards } }),
    ),
  );
  for (const { url } of servers)
    await fetch(`${url}/stand-in/peers`, {
      method: 'POST',
      headers: ONCE,
      body: JSON.stringify(servers.map((one) => one.url)),
    });
  const hosts = servers.map(({ url }) => new URL(url).host).join(',');
  const url = `http://${hosts}/unmasq?cluster=lab`;
  const at = parseServerAt(url, { user: USER, password: PASSWORD, ca: null });
  if (!at.ok) throw new Error(at.problem);
  return {
    url,
    at: at.value,
    servers,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
};

/** Starts the stand-in for a ClickHouse server in a process of its own, on the folder. */
export const startClickhouse = async (
  folder: string,
  options: Partial<ServerOptions> & { readonly ca?: string } = {},
): Promise<StandIn> => {
  const { ca = null, ...rest } = options;
  const given: ServerOptions = { users: { [USER]: PASSWORD }, tls: null, cluster: null, ...rest };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), folder, JSON.stringify(given)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (!Buffer.isBuffer(said)) throw new Error(`the stand-in ended with ${String(said)}`);
  const { port } = JSON.parse(said.toString()) as { port: number };
  const url = `${given.tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
  const at = parseServerAt(url, { user: USER, password: PASSWORD, ca });
  if (!at.ok) throw new Error(at.problem);
  return {
    url,
    at: at.value,
    pid: child.pid as number,
    breaks: async (...breaks) => {
      await fetch(`${url}/stand-in/breaks`, { method: 'POST', headers: ONCE, body: JSON.stringify(breaks) });
    },
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
};
