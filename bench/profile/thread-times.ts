import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of CPU that each thread of this process has used so far, by its number. Linux alone tells. */
type ThreadTimes = ReadonlyMap<string, { readonly kind: ThreadKind; readonly cpuSeconds: number }>;

/** `program`: where our main thread runs; `session`: where statements begin (decision 28); `node`: collecting rubbish, compiling, files. */
export const THREAD_KINDS = ['program', 'session', 'verdicts', 'node', 'engine', 'merges'] as const;
type ThreadKind = (typeof THREAD_KINDS)[number];
export type CpuByThread = Readonly<Record<ThreadKind, number>>;

const threadTimes = (): ThreadTimes => {
  const times = new Map<string, { kind: ThreadKind; cpuSeconds: number }>();
  for (const id of readdirSync('/proc/self/task')) {
    const folder = `/proc/self/task/${id}`;
    try {
      // The first number is nanoseconds on a core: https://docs.kernel.org/scheduler/sched-stats.html
      const cpuSeconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
      times.set(id, { kind: threadKind(Number(id) === process.pid, readFileSync(`${folder}/comm`, 'utf8').trim()), cpuSeconds });
    } catch {
      // It ended between the two.
    }
  }
  return times;
};

/** Whose a thread is, by its name. Ours are named where they are begun; the engine names its own by what they do. */
export const threadKind = (isMain: boolean, name: string): ThreadKind => {
  if (isMain) return 'program';
  if (name === 'session' || name === 'verdicts') return name;
  if (/^(libuv|V8|v8:|DelayedTask|Signal|node)/.test(name)) return 'node';
  return /^(Merge|BgSchPool)/.test(name) ? 'merges' : 'engine';
};

/** Begins to count; what it gives says what was used since. A thread that ended is lost with what it used since it was last looked at. */
export const countCpu = (): (() => CpuByThread) => {
  const before = threadTimes();
  return () => {
    const used = Object.fromEntries(THREAD_KINDS.map((kind) => [kind, 0])) as Record<ThreadKind, number>;
    for (const [id, { kind, cpuSeconds }] of threadTimes()) used[kind] += cpuSeconds - (before.get(id)?.cpuSeconds ?? 0);
    return used;
  };
};
