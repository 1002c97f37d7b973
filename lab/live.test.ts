import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canRun } from './can-run.ts';
import { record } from './record.ts';
import { renderScore, score } from './score.ts';

const may = await canRun(true);

/** The figures of the lab: no exact verdict is wrong, and hardly a flow with a translation goes without one. */
test.skipIf(!may.ok)(
  `live: real NAT, the flow log 2 s ahead, one node 1 s behind${may.ok ? '' : ` (skipped: ${may.why})`}`,
  { timeout: 180_000 },
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'unmasq-live-'));
    try {
      await record({
        out,
        recipe: 'everything',
        seed: Date.now() % 100_000,
        seconds: 10,
        flowLogAheadMs: 2_000,
        skewMs: new Map([[1, -1_000]]),
      });
      const result = await score(out);
      console.log(renderScore('live', result));
      expect(result.wrong).toBe(0);
      expect(result.translated).toBeGreaterThan(500);
      // A flow in which several pods had a part cannot be exact: no one name is right. Nor can one at a time when the kernel says that
      // conntrack lost lines, as it does on a busy machine: the lab's recorder is the real tool.
      const lost = result.reasons['conntrack-gap'] ?? 0;
      expect(result.translatedExact / (result.translated - result.shared - lost)).toBeGreaterThanOrEqual(0.999);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
);
