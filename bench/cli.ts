import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Scale } from './benchmark.ts';
import { BENCHMARKS } from './list.ts';
import { measure, type Result } from './rounds.ts';
import { renderResults } from './table.ts';

/** `npm run bench -- [NAME…] [--scale small|full] [--json FILE] [--rounds N]` */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: 'small' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const names = BENCHMARKS.map(({ name }) => name);
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined || !['small', 'full'].includes(values.scale)) {
  console.error(
    `bench: ${unknown ?? values.scale} is not known; benchmarks are ${names.join(', ')}; scales are small and full`,
  );
  process.exit(2);
}
const scale = values.scale as Scale;
const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const results: Result[] = [];
let failed = 0;
for (const benchmark of chosen) {
  const rounds = Math.min(Number(values.rounds), benchmark.rounds?.[scale] ?? Number.POSITIVE_INFINITY);
  try {
    results.push(await measure(benchmark, scale, rounds, (text) => tell(`${benchmark.name}: ${text}`)));
  } catch (error) {
    failed++;
    tell('');
    console.error(`bench: ${(error as Error).message}`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
tell('');
for (const line of renderResults(results)) console.log(line);
process.exitCode = failed > 0 ? 1 : 0;

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
