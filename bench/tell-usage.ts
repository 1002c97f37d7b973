import { writeFileSync } from 'node:fs';
import { peakRssMiB } from './stopwatch.ts';

/** Loaded before a program whose memory and CPU are asked for: puts them down when it ends. */
const file = process.env['UNMASQ_BENCH_USAGE'];
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  if (file !== undefined)
    writeFileSync(file, JSON.stringify({ rssMiB: peakRssMiB(), cpuSeconds: (user + system) / 1e6 }));
});
