import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of this system, and when it started: a number alone is used again. */
export interface ProcessStarted {
  readonly pid: number;
  /** In clock ticks since boot; empty where the system does not tell. */
  readonly started: string;
}

/** A process of any system, as it says of itself now and then. */
export interface Heard extends ProcessStarted {
  readonly host: string;
  /** What tells processes of its system from those of others, wherever they have the same names and numbers; empty where it is not told. */
  readonly machine: string;
  readonly unheard_ms: number;
}

export const thisProcess = () => ({
  host: hostname(),
  machine: machine(),
  pid: process.pid,
  started: startOf(process.pid),
});

/** Whether it may be alive: it was heard of within so long, and is not known to be gone. */
export const isHeard = ({ unheard_ms, machine: of, ...started }: Heard, withinMs: number): boolean =>
  unheard_ms < withinMs && (of === '' || of !== machine() || lifeOf(started) !== 'gone');

const machine = (): string => {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
};

/** `ending`: it was killed, or is on its way out, and may have files open still. */
export const lifeOf = ({ pid, started }: ProcessStarted): 'alive' | 'ending' | 'gone' => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'gone';
  }
  if (startOf(pid) !== started) return 'gone';
  // a process that has ended keeps its number until its parent asks what became of it: some never do
  const { state, threads, isKilled } = statusOf(pid);
  if (state === 'Z' || state === 'X') return threads > 1 ? 'ending' : 'gone';
  return isKilled ? 'ending' : 'alive';
};

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the fields from the third on. Nothing: there is no /proc, or no such process. */
const statOf = (pid: number): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
};

/** Of a process, in clock ticks since boot; empty where the system does not tell. */
export const startOf = (pid: number): string => statOf(pid)[19] ?? '';

/** `PF_EXITING` among the flags of a process: https://github.com/torvalds/linux/blob/master/include/linux/sched.h */
const EXITING = 0x4;
const SIGKILL_PENDING = 1n << 8n;

const statusOf = (pid: number): { readonly state: string; readonly threads: number; readonly isKilled: boolean } => {
  const stat = statOf(pid);
  const [state = '', flags, threads] = [stat[0], Number(stat[6]), Number(stat[17])];
  return { state, threads, isKilled: (flags & EXITING) !== 0 || hasKillPending(pid) };
};

const hasKillPending = (pid: number): boolean => {
  try {
    const pending = readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(?:Sig|Shd)Pnd:\s*([0-9a-f]+)$/gm);
    return [...pending].some(([, mask = '0']) => (BigInt(`0x${mask}`) & SIGKILL_PENDING) !== 0n);
  } catch {
    return false;
  }
};
