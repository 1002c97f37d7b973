import { type ChildProcess, execFile, spawn, type StdioOptions } from 'node:child_process';

/** Runs a command to its end; its error output is the message when it fails. */
export const run = (command: string, args: readonly string[], input?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(command, [...args], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });

/** How to start `command` inside a namespace. nsenter, since `ip netns exec` also remounts /sys, at a cost, for programs that need it. */
const inside = (namespace: string, command: string, ...args: readonly string[]): readonly [string, string[]] => [
  'nsenter',
  [`--net=/run/netns/${namespace}`, command, ...args],
];

export const runInside = (
  namespace: string,
  command: string,
  args: readonly string[],
  input?: string,
): Promise<string> => {
  const [program, all] = inside(namespace, command, ...args);
  return run(program, all, input);
};

/** The processes of one run: every one is ended by `end`, and the kernel ends them should the recorder itself be killed. */
export interface Children {
  start(namespace: string, command: string, args: readonly string[], stdio: StdioOptions): ChildProcess;
  end(): Promise<void>;
}

export const createChildren = (): Children => {
  const alive = new Set<ChildProcess>();
  const killAll = (): void => {
    for (const child of alive) child.kill('SIGKILL');
  };
  process.on('exit', killAll);
  return {
    start: (namespace, command, args, stdio) => {
      const [program, all] = inside(namespace, 'setpriv', '--pdeathsig', 'KILL', command, ...args);
      const child = spawn(program, all, { stdio });
      alive.add(child);
      child.on('error', () => alive.delete(child));
      child.on('exit', () => alive.delete(child));
      return child;
    },
    end: async () => {
      const gone = [...alive].map((child) => exited(child));
      killAll();
      await Promise.all(gone);
      process.off('exit', killAll);
    },
  };
};

export const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
