import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Outcome } from '../benchmark.ts';
import { ROOT } from '../data.ts';
import { median, timed } from '../stopwatch.ts';

const TIMES = 5;

/** Starts the program so often, one after the other. */
const startAgain = async (command: string, words: readonly string[], holds: string): Promise<Outcome> => {
  // As a user starts it: what this process keeps for its like is not at hand.
  const { NODE_COMPILE_CACHE: _cache, ...own } = process.env;
  const start = (more: NodeJS.ProcessEnv): string =>
    spawnSync(command, words, { encoding: 'utf8', env: { ...own, ...more } }).stdout;
  const ms: number[] = [];
  for (let i = 0; i <= TIMES; i++) {
    const { value, seconds } = await timed(() => start({}));
    if (!value.includes(holds)) throw new Error(`${command} did not say what it should`);
    // The first fills the compile cache.
    if (i > 0) ms.push(seconds * 1_000);
  }
  const { rssMiB, cpuSeconds } = usageOf(start);
  return { value: median(ms), rows: TIMES, checksum: { exact: 'said' }, cpuSeconds, rssMiB };
};

/** What a start takes is told by itself, once, not timed. */
const usageOf = (
  start: (more: NodeJS.ProcessEnv) => void,
): { readonly rssMiB: number; readonly cpuSeconds: number } => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-bench-'));
  try {
    const file = join(folder, 'usage.json');
    const teller = join(import.meta.dirname, '../tell-usage.ts');
    start({ NODE_OPTIONS: `--import=${teller}`, UNMASQ_BENCH_USAGE: file });
    return JSON.parse(readFileSync(file, 'utf8')) as { rssMiB: number; cpuSeconds: number };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const help: Benchmark = {
  name: 'help',
  unit: 'ms',
  better: 'less',
  floor: 150,
  aim: 80,
  what: `\`bin/unmasq --help\` from start to end, the median of ${TIMES}.`,
  limit: 'Node starts and ends in the time of naive.',
  peers: 'naive: Node with nothing to do.',
  data: { small: 'none', full: 'none' },
  prepare: () => Promise.resolve(),
  run: {
    unmasq: () => startAgain(join(ROOT, 'bin/unmasq'), ['--help'], 'Usage'),
    naive: () => startAgain(process.execPath, ['-e', 'console.log("nothing")'], 'nothing'),
  },
};
