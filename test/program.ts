import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';

/** The program itself, as its users start it. */

const main = join(import.meta.dirname, '../src/main.ts');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const unmasq = (words: readonly string[], env: NodeJS.ProcessEnv = {}): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
};

const running = new Set<ChildProcess>();

export interface ServerAsked {
  readonly dataDir?: string;
  /** Where the store is, in the place of a folder. */
  readonly place?: readonly string[];
  /** 0: any that is free. */
  readonly port?: number;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The command that it runs under, with its arguments: what takes part of the machine away from it. */
  readonly under?: readonly string[];
}

/** A server on a free port, and what it said on stderr so far. */
export const serving = (dataDir: string, ...flags: readonly string[]) => startServer({ dataDir, flags });

/** Throws what it said where it ends before it listens. */
export const startServer = async ({
  dataDir = '',
  place = ['--data', dataDir],
  port = 0,
  flags = [],
  env = {},
  under = [],
}: ServerAsked) => {
  const listen = [...place, '--listen', `127.0.0.1:${port}`];
  const [command, ...words] = [...under, process.execPath, main, 'serve', ...listen, ...flags] as [string, ...string[]];
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  running.add(child);
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      const at = /^listening on (\S+)$/.exec(line)?.[1];
      if (at !== undefined) resolve(at);
    });
    child.once('exit', () => reject(new Error(said.join('\n'))));
  });
  return {
    url,
    said,
    pid: child.pid as number,
    /** Resolves when it has ended, however. */
    ended: once(child, 'exit').then(() => undefined),
    end: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      running.delete(child);
      return code;
    },
  };
};

export type Serving = Awaited<ReturnType<typeof serving>>;

/** Runs the program, and kills it after `ms`. Whether it had done before. */
export const killedAfter = async (words: readonly string[], ms: number): Promise<boolean> => {
  const child = spawn(process.execPath, [main, ...words], { stdio: 'ignore' });
  running.add(child);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await Promise.race([ended, after(ms)]);
  child.kill('SIGKILL');
  const [code] = await ended;
  running.delete(child);
  return code === 0;
};

/** Ends what a failed test left running. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
