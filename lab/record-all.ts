/**
 * Records again every run that is kept in lab/recorded, each from its own seed; the words about a run (README.md) stay.
 *   node lab/record-all.ts [NAME…]
 */
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check, ENOUGH } from './check.ts';
import type { RecipeName } from './recipes.ts';
import { record, type RecordOptions } from './record.ts';

const RUNS: Readonly<Partial<Record<RecipeName, Omit<RecordOptions, 'out' | 'recipe'>>>> = {
  incident: { seed: 7, seconds: 20 },
  'skewed-clocks': { seed: 11, seconds: 16, flowLogAheadMs: 2_000, skewMs: new Map([[1, -1_000]]) },
  'pod-ip-reuse': { seed: 13, seconds: 20 },
  'port-remap': { seed: 17, seconds: 16 },
  'host-and-node-port': { seed: 19, seconds: 14 },
  'dual-stack': { seed: 23, seconds: 14 },
};

const KEPT = join(import.meta.dirname, 'recorded');
/** Flow logs and truth stay readable as they are; of the rest, what is larger is compressed. */
const COMPRESS_ABOVE_BYTES = 60_000;
const STAYS = /PT1H\.json$|truth\.jsonl$/;

const compress = (folder: string): void => {
  for (const path of globSync(join(folder, '**/*'))) {
    const entry = statSync(path);
    if (!entry.isFile() || entry.size < COMPRESS_ABOVE_BYTES || STAYS.test(path)) continue;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    rmSync(path);
  }
};

const replace = (kept: string, fresh: string): void => {
  for (const name of globSync('*', { cwd: kept }))
    if (name !== 'README.md') rmSync(join(kept, name), { recursive: true });
  for (const name of readdirSync(fresh)) cpSync(join(fresh, name), join(kept, name), { recursive: true });
};

const asked = process.argv.slice(2);
for (const [name, options] of Object.entries(RUNS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const out = mkdtempSync(join(tmpdir(), `unmasq-lab-${name}-`));
  try {
    await record({ ...options, recipe: name as RecipeName, out });
    compress(out);
    const result = check(out);
    console.log(JSON.stringify({ ...result, run: name }));
    if (result.inConntrack < ENOUGH || result.rightPod < ENOUGH)
      throw new Error(`${name}: conntrack and truth do not agree; the kept run stays as it was`);
    replace(join(KEPT, name), out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
