import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Children, exited, run, runInside } from './children.ts';

/** A tool that writes what it sees to a file until it is told to stop. */
export interface Recorder {
  readonly file: string;
  stop(): Promise<void>;
}

/** The default of 208 KiB loses events under a burst (ENOBUFS). */
const NETLINK_BUFFER_BYTES = 16_777_216;
const STARTS_WITHIN_MS = 3_000;

/**
 * `conntrack -E` in a node's namespace, its output untouched and its warnings among it.
 * A skewed node's conntrack runs under libfaketime: the tool takes its `timestamp` from the wall clock when it reads the event,
 * so the times shift as they would on a node whose clock is off. The kernel's `delta-time` is a difference and stays right.
 */
export const recordConntrack = async (
  children: Children,
  namespace: string,
  file: string,
  skewMs: number,
): Promise<Recorder> => {
  const args = ['-E', '-o', 'timestamp,id,extended', '-e', 'NEW,UPDATES,DESTROY', '-b', String(NETLINK_BUFFER_BYTES)];
  const clock = skewMs === 0 ? [] : await fakeClock(skewMs);
  return recordTo(children, file, namespace, ['env', ...clock, 'conntrack', ...args], (text) =>
    text.includes('buffer size'),
  );
};

/**
 * Dumps a node's table again and again, as an agent does that makes up for lost events, and throws the dump away. On the way the
 * kernel takes out entries that have expired; left alone it does so after anything up to a minute, so a short run would hardly
 * see an entry end. (net/netfilter/nf_conntrack_core.c, gc_worker; nf_conntrack_netlink.c, ctnetlink_dump_table)
 */
export const reconcile = async (namespace: string, everyMs: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    for (const family of ['ipv4', 'ipv6']) await runInside(namespace, 'conntrack', ['-L', '-f', family]);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
};

/** The environment of a process whose clock is `skewMs` ahead. Set directly, since the faketime wrapper keeps signals to itself. */
const fakeClock = async (skewMs: number): Promise<readonly string[]> => {
  const preload = (await run('faketime', ['-f', '+0s', 'printenv', 'LD_PRELOAD'])).trim();
  const sign = skewMs < 0 ? '-' : '+';
  return [`LD_PRELOAD=${preload}`, `FAKETIME=${sign}${(Math.abs(skewMs) / 1_000).toFixed(3)}s`];
};

/** Headers of every packet on a link, from inside the fabric. */
export const recordPackets = async (
  children: Children,
  namespace: string,
  link: string,
  file: string,
): Promise<Recorder> => {
  const tcpdump = [
    'tcpdump',
    '-i',
    link,
    '-n',
    '-s',
    '96',
    '-B',
    '16384',
    '--immediate-mode',
    '-U',
    '-Z',
    'root',
    '-w',
    file,
    'tcp or udp',
  ];
  const recorder = await recordTo(children, `${file}.log`, namespace, tcpdump, (text) => text.includes('listening on'));
  return { file, stop: () => recorder.stop() };
};

export const recordTo = async (
  children: Children,
  file: string,
  namespace: string,
  command: readonly string[],
  hasStarted: (text: string) => boolean,
): Promise<Recorder> => {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a');
  const [program = '', ...args] = command;
  const child = children.start(namespace, program, args, ['ignore', descriptor, descriptor]);
  closeSync(descriptor);
  await started(child, command, () => hasStarted(readFileSync(file, 'utf8')));
  return {
    file,
    stop: async () => {
      child.kill('SIGINT');
      await exited(child);
    },
  };
};

const started = async (child: ChildProcess, command: readonly string[], check: () => boolean): Promise<void> => {
  for (let waited = 0; waited < STARTS_WITHIN_MS; waited += 20) {
    if (check()) return;
    if (child.exitCode !== null) break;
    await sleep(20);
  }
  throw new Error(`${command.join(' ')} did not start`);
};
