import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROOT } from '../data.ts';
import { needsOf } from './fleet.ts';
import { measured } from './measured.ts';
import { renderSizing } from './page.ts';
import { simulateYear } from './year.ts';

const of = measured();

test('the page is what is reckoned', () => {
  expect(readFileSync(join(ROOT, 'docs/reference/sizing.md'), 'utf8')).toBe(renderSizing(of));
});

const fleets = fc.record({
  nodes: fc.integer({ min: 1, max: 5_000 }),
  flowsPerSecond: fc.integer({ min: 1, max: 2_000_000 }),
  peak: fc.double({ min: 1, max: 4, noNaN: true }),
  keepDays: fc.integer({ min: 1, max: 400 }),
  replicas: fc.integer({ min: 1, max: 3 }),
  coresOfShard: fc.integer({ min: 2, max: 64 }),
});

test.each(['live', 'batch'] as const)(
  'what a fleet needs bears its busiest hour, and more traffic needs no less (%s)',
  (how) => {
    fc.assert(
      fc.property(fleets, fc.double({ min: 1, max: 10, noNaN: true }), (fleet, times) => {
        const [needs, more] = [
          needsOf(fleet, how, of),
          needsOf({ ...fleet, flowsPerSecond: fleet.flowsPerSecond * times }, how, of),
        ];
        expect(needs.capacity).toBeGreaterThanOrEqual(fleet.flowsPerSecond * fleet.peak);
        expect(more.shards).toBeGreaterThanOrEqual(needs.shards);
        expect(more.writers).toBeGreaterThanOrEqual(needs.writers);
        expect(more.terabytes.facts).toBeCloseTo(needs.terabytes.facts * times, 3);
      }),
    );
  },
);

const loads = fc.record({
  flowsPerSecond: fc.constant(1_000),
  peak: fc.double({ min: 1, max: 2, noNaN: true }),
  capacity: fc.integer({ min: 500, max: 5_000 }),
  keepDays: fc.integer({ min: 1, max: 60 }),
  outages: fc.array(
    fc.record({
      fromHour: fc.integer({ min: 0, max: 8_000 }),
      hours: fc.integer({ min: 1, max: 200 }),
      share: fc.constantFrom(1, 0.25),
    }),
    { maxLength: 3 },
  ),
  seed: fc.integer({ min: 1, max: 1_000 }),
});

test('of a year nothing is lost: what came was done or waits', () => {
  fc.assert(
    fc.property(loads, (load) => {
      const { flows, done, waiting, inUse, mostKept } = simulateYear(load);
      expect(Math.abs(flows - done - waiting)).toBeLessThan(1);
      expect(flows / 8_760 / 3_600 / load.flowsPerSecond).toBeCloseTo(1, 1);
      expect(inUse.most).toBeLessThanOrEqual(1);
      expect(mostKept).toBeLessThanOrEqual(done + 1);
    }),
    { numRuns: 30 },
  );
});

test('after an outage what waited is worked off by what is over, and not before', () => {
  const steady = { flowsPerSecond: 1_000, peak: 1, capacity: 2_000, keepDays: 1, seed: 1 };
  const outages = [{ fromHour: 1_000, hours: 6, share: 1 }];
  const year = simulateYear({ ...steady, outages });
  // Six hours wait, and each hour an hour's worth more is done than comes.
  expect(year.caughtUp).toEqual([6]);
  expect(year.hoursBehind).toBeGreaterThanOrEqual(11);
  expect(simulateYear({ ...steady, outages: [] }).hoursBehind).toBe(0);
  expect(simulateYear({ ...steady, capacity: 900, outages }).caughtUp).toEqual([null]);
});
