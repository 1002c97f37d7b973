import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CAUSES } from './causes.ts';
import { DESTINATIONS } from './destinations.ts';
import { drawIncident } from './incident.ts';

const seed = fc.nat(100_000);

test('the same seed plans the same run, whatever the cause', () => {
  fc.assert(
    fc.property(seed, fc.constantFrom(...CAUSES, 'healthy' as const, 'busy' as const, 'two' as const), (n, only) => {
      const told = (): unknown => JSON.parse(JSON.stringify(drawIncident(n, only)));
      expect(told()).toEqual(told());
    }),
    { numRuns: 100 },
  );
});

test('a cause begins after a healthy stretch, ends within the run, and has calls that it can make fail', () => {
  fc.assert(
    fc.property(seed, fc.constantFrom(...CAUSES), (n, only) => {
      const { causes, cluster, seconds } = drawIncident(n, only);
      const [plan] = causes;
      expect(causes.map(({ cause }) => cause)).toEqual([only]);
      expect(plan?.fromMs).toBeGreaterThanOrEqual(5_000);
      expect(plan?.untilMs ?? 0).toBeLessThan(seconds * 1_000);
      expect(cluster.pods.some((pod) => pod.calls.some((call) => plan?.hits(pod, call) === true))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('two causes at once have destinations of their own', () => {
  fc.assert(
    fc.property(seed, (n) => {
      const hosts = drawIncident(n, 'two').causes.map(({ destination }) => destination?.host);
      expect(new Set(hosts).size).toBe(2);
      expect(DESTINATIONS.map(({ host }) => host)).toEqual(expect.arrayContaining(hosts));
    }),
  );
});

test('of twenty seeds in a row two are healthy, one is busy and healthy, two have two causes', () => {
  const kinds = Array.from({ length: 20 }, (_, i) => drawIncident(1_001 + i, null).kind).sort();
  expect(kinds).toEqual(['busy', 'healthy', 'healthy', ...Array.from({ length: 15 }, () => 'one'), 'two', 'two']);
});
