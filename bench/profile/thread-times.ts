import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of CPU that each thread of this process has used so far, by its number. Linux alone tells. */
type ThreadTimes = ReadonlyMap<string, { readonly kind: ThreadKind; readonly cpuSeconds: number }>;

/** `program`: our main thread; `session`: where statements begin (decision 28); `node`: collecting rubbish, compiling, files; `profiler`: what is there for us alone. */
export const THREAD_KINDS = ['program', 'session', 'verdicts', 'node', 'engine', 'merges', 'profiler'] as const;
type ThreadKind = (typeof THREAD_KINDS)[number];
export type CpuByThread = Readonly<Record<ThreadKind, number>>;

const threadTimes = (): ThreadTimes => {
  const times = new Map<string, { kind: ThreadKind; cpuSeconds: number }>();
  for (const id of readdirSync('/proc/self/task')) {
    const folder = `/proc/self/task/${id}`;
    try {
      // The first number is nanoseconds on a core: https://docs.kernel.org/scheduler/sched-stats.html
      const cpuSeconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
      times.set(id, {
        kind: threadKind(Number(id) === process.pid, readFileSync(`${folder}/comm`, 'utf8').trim()),
        cpuSeconds,
      });
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
  if (name.startsWith('v8:Prof')) return 'profiler';
  if (/^(libuv|V8|DelayedTask|Signal|node)/.test(name)) return 'node';
  return /^(Merge|BgSchPool)/.test(name) ? 'merges' : 'engine';
};

/**
 * Begins to count; what it gives says what was used since. What threads used that ended meanwhile is that of the verdicts, whose thread ends
 * with its pass: none of the others does.
 */
export const countCpu = (): (() => CpuByThread) => {
  const [before, begun] = [threadTimes(), process.cpuUsage()];
  return () => {
    const used = Object.fromEntries(THREAD_KINDS.map((kind) => [kind, 0])) as Record<ThreadKind, number>;
    for (const [id, { kind, cpuSeconds }] of threadTimes())
      used[kind] += cpuSeconds - (before.get(id)?.cpuSeconds ?? 0);
    const { user, system } = process.cpuUsage(begun);
    const seen = THREAD_KINDS.reduce((sum, kind) => sum + used[kind], 0);
    used.verdicts = Math.max(0, (user + system) / 1e6 - seen + used.verdicts);
    return used;
  };
};
