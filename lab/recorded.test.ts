import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, ENOUGH } from './check.ts';

const KEPT = join(import.meta.dirname, 'recorded');

test.each(readdirSync(KEPT))('in %s the kernel and the applications tell the same story', (name) => {
  const result = check(join(KEPT, name));
  expect(result.truth).toBeGreaterThan(500);
  expect(result.inConntrack).toBeGreaterThanOrEqual(ENOUGH);
  expect(result.rightPod).toBeGreaterThanOrEqual(ENOUGH);
  // A UDP flow may go on under its next owner: then the log has no beginning for that one.
  expect(result.inFlowLog).toBeGreaterThan(0.99);
});
