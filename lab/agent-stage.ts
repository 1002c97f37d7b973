import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run, runInside } from './children.ts';
import { createNetwork, type Network } from './network.ts';
import { type NodePlan, planNodes, podAddresses } from './topology.ts';

/** `unmasq serve` and `unmasq agent` as their users start them, the agent in a node's namespace. */

const MAIN = join(import.meta.dirname, '../src/main.ts');
const AGENT = join(import.meta.dirname, '../deploy/image/unmasq-agent');

export interface Running {
  readonly pid: number;
  /** Its lines so far. */
  readonly said: readonly string[];
  /** The first line that matches, also one that was said already. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it and gives its exit code; null where the signal did. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Ends what a test that failed left running. */
export const endAll = async (): Promise<void> => {
  await Promise.all(
    [...alive].map(async (child) => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }),
  );
};

/** With the types of the source stripped once for all, as in the image. */
const ENV = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'unmasq-compiled'), NODE: process.execPath };

export const start = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = ENV): Running => {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  alive.add(child);
  const said: string[] = [];
  const waiting = new Set<(line: string) => void>();
  child.once('exit', () => alive.delete(child));
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    for (const one of waiting) one(line);
  });
  return {
    pid: child.pid ?? 0,
    said,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (line: string): void => {
          const found = pattern.exec(line);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        child.once('exit', () => reject(new Error(`${args.join(' ')} ended:\n${said.join('\n')}`)));
        for (const line of said) look(line);
      }),
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const gone = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await gone)[0];
    },
  };
};

/** A link from the machine into a node's namespace, so that an agent there reaches a server here. It goes with the namespace. */
export const reachable = async (namespace: string, index: number): Promise<string> => {
  const [here, there] = [`169.254.77.${4 * index + 1}`, `169.254.77.${4 * index + 2}`];
  const name = `umctl${index}-${process.pid}`.slice(0, 15);
  await run(
    'ip',
    ['-batch', '-'],
    `link add dev ${name} type veth peer name ctl0 netns ${namespace}\naddr add ${here}/30 dev ${name}\nlink set ${name} up\n`,
  );
  await run('ip', ['-n', namespace, '-batch', '-'], `addr add ${there}/30 dev ctl0\nlink set ctl0 up\n`);
  return here;
};

export const startServer = async (
  dataDir: string,
  listen: string,
  flags: readonly string[] = [],
): Promise<Running & { readonly port: number }> => {
  const server = start(process.execPath, [MAIN, 'serve', '--data', dataDir, '--listen', listen, ...flags]);
  const [, port] = await server.line(/^listening on \S+:(\d+)$/);
  return { ...server, port: Number(port) };
};

export const startAgent = (
  namespace: string,
  {
    server,
    node,
    spool,
    flags = [],
  }: { readonly server: string; readonly node: string; readonly spool: string; readonly flags?: readonly string[] },
): Running =>
  start('nsenter', [
    `--net=/run/netns/${namespace}`,
    AGENT,
    '--server',
    server,
    '--node',
    node,
    '--spool',
    spool,
    '--send-every',
    '1',
    ...flags,
  ]);

/** A command of unmasq, to its end. */
export const unmasq = async (words: readonly string[]): Promise<string> => run(process.execPath, [MAIN, ...words]);

export interface Stage {
  readonly network: Network;
  readonly node: NodePlan;
  readonly namespace: string;
  /** The namespace of the first pod; the node has as many as were asked for. */
  readonly pod: string;
  /** Address of this machine, as the node reaches it. */
  readonly here: string;
  close(): Promise<void>;
}

/** One node with pods of which each has a namespace, and a way to this machine. */
export const openStage = async (pods: number): Promise<Stage> => {
  const [node] = planNodes(1, new Map(), () => crypto.randomUUID()) as [NodePlan];
  const network = await createNetwork({
    nodes: [node],
    pods: Array.from({ length: pods }, () => 0),
    timeWaitSeconds: 5,
  });
  const namespace = network.node(0);
  for (let pod = 0; pod < pods; pod++) await network.attachPod(pod, node, podAddresses(node, 10 + pod));
  await runInside(namespace, 'nft', ['-f', '-'], COUNTER);
  return {
    network,
    node,
    namespace,
    pod: network.pod(0),
    here: await reachable(namespace, 0),
    close: async () => {
      // A listener whose agent was killed notices with the next event: none comes any more, and the namespace would stay with it.
      const left = (await run('ip', ['netns', 'pids', namespace])).split('\n').filter((pid) => pid !== '');
      for (const pid of left) process.kill(Number(pid), 'SIGKILL');
      await network.close();
    },
  };
};

/** The kernel's own count of the connections that pods made: the first packet of each. */
const COUNTER = `
table inet count {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state new counter
  }
}
`;

export const countNew = async (namespace: string): Promise<number> =>
  Number(/packets (\d+)/.exec(await runInside(namespace, 'nft', ['list', 'chain', 'inet', 'count', 'forward']))?.[1]);
