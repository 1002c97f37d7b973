import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare, readBaseline, saveBaseline } from './baseline.ts';
import type { Scale } from './benchmark.ts';
import { ROOT } from './data.ts';
import { BENCHMARKS } from './list.ts';
import { renderPage } from './page.ts';
import { measure, type Result } from './rounds.ts';
import { renderResults } from './table.ts';

/** `npm run bench -- [NAME…] [--scale small|full] [--json FILE] [--rounds N] [--save]` */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: 'small' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    // The results become the baseline, and the page is made anew.
    save: { type: 'boolean', default: false },
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
  const begun = performance.now();
  const rounds = Math.min(Number(values.rounds), benchmark.rounds?.[scale] ?? Number.POSITIVE_INFINITY);
  try {
    results.push(await measure(benchmark, scale, rounds, (text) => tell(`${benchmark.name}: ${text}`)));
  } catch (error) {
    failed++;
    tell('');
    console.error(`bench: ${(error as Error).message}`);
  }
  tell(`${benchmark.name}: ${Math.round((performance.now() - begun) / 1_000)} s`, '\n');
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
tell('');
for (const line of renderResults(results)) console.log(line);
for (const line of compare(readBaseline(), results)) console.log(line);
if (values.save) {
  const page = renderPage(BENCHMARKS, saveBaseline(results));
  writeFileSync(join(ROOT, 'docs/reference/benchmarks.md'), page);
}
process.exitCode = failed > 0 ? 1 : 0;

function tell(text: string, end = ''): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}${end}`);
  else if (end !== '') process.stderr.write(`${text}${end}`);
}
