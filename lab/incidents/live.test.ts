import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canRun, CLIENT_TOOLS } from '../can-run.ts';
import { inStoreOfItsOwn, seenIn } from './diagnosis.ts';
import { play } from './playing.ts';
import type { Truth } from './truth.ts';

const may = await canRun(false, CLIENT_TOOLS);
const SEED = 11;

interface Read {
  readonly format: string;
  readonly objects: number;
  readonly rows: number;
  readonly rejects: number;
}

const ingested = (folder: string): Promise<readonly Read[]> =>
  inStoreOfItsOwn(async (unmasq) => {
    const report = JSON.parse(await unmasq('ingest', '-o', 'json', ...seenIn(folder))) as {
      readonly formats: readonly Read[];
    };
    return report.formats;
  });

const played = async (
  folder: string,
  only: string,
): Promise<{ readonly truth: Truth; readonly read: readonly Read[] }> => {
  const truth = await play(SEED, folder, only, new AbortController().signal);
  if (truth === null) throw new Error(`${only} could not be played`);
  return { truth, read: await ingested(folder) };
};

/** The recordings are sound; what diagnose makes of them is npm run lab:incidents. A busy machine fails calls by itself. */
test.skipIf(!may.ok)(
  `live: one incident and one healthy run, each source of which unmasq takes whole${may.ok ? '' : ` (skipped: ${may.why})`}`,
  { timeout: 150_000, retry: 2 },
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'unmasq-incidents-'));
    try {
      const [refusing, healthy] = await Promise.all([
        played(join(out, 'refusing'), 'destination-refusing'),
        played(join(out, 'healthy'), 'healthy'),
      ]);
      for (const { read } of [refusing, healthy]) {
        expect(read.filter(({ format, rejects }) => rejects > 0 || format === '(not recognised)')).toEqual([]);
        expect(read.map(({ format }) => format)).toEqual(
          expect.arrayContaining([
            'conntrack',
            'vnet-flow-log',
            'kubernetes-pods',
            'kubernetes-nodes',
            'KubePodInventory',
          ]),
        );
      }
      const [cause] = refusing.truth.causes;
      expect(cause).toMatchObject({ cause: 'destination-refusing', bit: true });
      expect(cause?.during.failed).toBeGreaterThan(0.8 * (cause?.during.calls ?? 0) - 3);
      expect(healthy.truth).toMatchObject({ causes: [], disturbed: false });
      expect(healthy.truth.healthy.calls).toBeGreaterThan(100);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
);
