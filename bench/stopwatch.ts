import { readFileSync } from 'node:fs';

export interface Timed<Value> {
  readonly value: Value;
  readonly seconds: number;
  /** All threads of this process, user and system. */
  readonly cpuSeconds: number;
}

/** Does the work and says how long it took. */
export const timed = async <Value>(work: () => Promise<Value> | Value): Promise<Timed<Value>> => {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const value = await work();
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { value, seconds, cpuSeconds: (user + system) / 1e6 };
};

/** The most memory this process ever held, MiB. Linux says it of the program; getrusage would count what forked it too. */
export const peakRssMiB = (): number => {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) / 1_024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1_024;
};

/** The value below which the share lies, of values in any order. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
};
