import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';

const CALLS = {
  fsync: 'fsync,fdatasync',
  rename: 'rename,renameat,renameat2',
  unlink: 'unlink,unlinkat',
  open: 'openat',
  mkdir: 'mkdir,mkdirat',
  /** To whatever: a fault of it is none of the disk alone. */
  write: 'write,pwrite64,writev,pwritev',
} as const;
export type Call = keyof typeof CALLS;

export const canDisturb = spawnSync('strace', ['-V']).status === 0;

/**
 * From now on the system calls of a running process are disturbed: `signal=KILL`, `error=EIO`. Each thread's first from now on, or by `when`
 * another (strace's word). Gives what ends it.
 */
export const disturb = async (pid: number, call: Call, fault: string, when = '1'): Promise<() => Promise<void>> => {
  const calls = CALLS[call];
  const inject = `inject=${calls}:${fault}:when=${when}`;
  const words = ['-f', '-qq', '-o', '/dev/null', '-p', String(pid), '-e', `trace=${calls}`, '-e', inject];
  const strace = spawn('strace', words, { stdio: 'ignore' });
  const ended = once(strace, 'exit');
  while (strace.exitCode === null && !isTraced(pid)) await after(5);
  return async () => {
    if (strace.exitCode === null && strace.signalCode === null) strace.kill('SIGINT');
    await ended;
  };
};

const isTraced = (pid: number): boolean => {
  try {
    return !/^TracerPid:\s*0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
