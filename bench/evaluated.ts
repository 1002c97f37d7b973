import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Evaluation, evaluate } from '../src/app/evaluate.ts';
import { readTruth } from '../src/app/read-truth.ts';
import { TruthPile } from '../src/app/truth-pile.ts';
import type { Store } from '../src/core/ports.ts';
import { filesAt } from '../src/sources/files/file-objects.ts';
import { scratchFile } from '../src/sources/files/scratch-file.ts';
import { CLUSTER } from './unmasq.ts';

/** What `unmasq evaluate` says of a store that holds the run in the folder. */
export const evaluated = async (store: Store, run: string, cluster: string = CLUSTER): Promise<Evaluation> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-truth-'));
  const truth = new TruthPile(() => scratchFile(join(folder, 'scratch'), () => Promise.resolve()));
  try {
    const [object] = (await filesAt([join(run, 'truth.jsonl')], () => Readable.from([]))).objects;
    if (object === undefined) throw new Error(`there is no truth in ${run}`);
    const read = await readTruth(object, truth, () => undefined);
    if (!read.ok) throw new Error(read.problem.what);
    return await evaluate(store, cluster, truth, { atATime: 50_000, progress: () => undefined });
  } finally {
    await truth.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
