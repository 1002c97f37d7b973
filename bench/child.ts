import { BENCHMARKS } from './list.ts';
import type { Contender, Measured, Scale } from './benchmark.ts';
import { peakRssMiB } from './stopwatch.ts';

/** One run of one contender, in a process of its own: `child.ts NAME prepare|unmasq|duckdb|naive SCALE`. The outcome goes to the parent as a message. */
const [, , name = '', what = '', scale = ''] = process.argv;
const benchmark = BENCHMARKS.find((one) => one.name === name);
if (benchmark === undefined) throw new Error(`no benchmark is called ${name}`);
if (what === 'prepare') {
  await benchmark.prepare(scale as Scale);
  process.send?.(null);
} else {
  const run = benchmark.run[what as Contender];
  if (run === undefined) throw new Error(`${name} has no ${what}`);
  const outcome = await run(scale as Scale);
  const measured: Measured = { rssMiB: peakRssMiB(), ...outcome };
  process.send?.(measured);
}
process.disconnect?.();
