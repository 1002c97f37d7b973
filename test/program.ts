import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

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

/** A server on a free port, and what it said on stderr so far. */
export const serving = async (dataDir: string, ...flags: readonly string[]) => {
  const child = spawn(process.execPath, [main, 'serve', '--data', dataDir, '--listen', '127.0.0.1:0', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
    end: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      running.delete(child);
      return code;
    },
  };
};

export type Serving = Awaited<ReturnType<typeof serving>>;

/** Ends what a failed test left running. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
