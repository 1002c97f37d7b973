import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant } from '../../../base/instant.ts';
import type { PodLease } from '../lease.ts';
import { podLease } from '../pod-lease.testing.ts';
import { type Placement, placementOf } from './placement.ts';

const T = 10 * HOUR;
const lease = (podUid: string, from: number, until: number, rest: Partial<PodLease> = {}): PodLease => ({
  ...podLease({ podUid, edges: [T + from, T + from, T + until, T + until] }),
  ...rest,
});
const MINUTE = 60_000;

/** Each cell as text: when its stretches begin (in minutes), and who was there for how many seconds; what all nodes send is left out. */
const written = (placement: Placement): readonly string[] =>
  placement.nodes.flatMap((node, place) => {
    const { from, cell } = placement.stretches[place] as Placement['stretches'][number];
    return [...new Set(cell)].map((one) => {
      const begins = [...from].filter((_, i) => cell[i] === one).map((at) => (at - T) / MINUTE);
      const shares = Array.from(
        { length: (placement.first[one + 1] as number) - (placement.first[one] as number) },
        (_, i) => {
          const share = (placement.first[one] as number) + i;
          const sender = placement.sender[share] as number;
          const name =
            placement.workloads[sender]?.name ?? placement.nodes[sender - placement.workloads.length - 1] ?? 'all';
          return `${name} ${name === 'all' ? node : placement.seconds[share]}`;
        },
      );
      return `${node} at ${begins.join(', ')}: ${shares.filter((share) => share !== `all ${node}`).join(', ')}`;
    });
  });

test.each<[string, readonly PodLease[], number, readonly string[]]>([
  ['an empty node is alone', [], 60, ['node-0 at 0: node-0 3600']],
  ['a pod for the whole hour', [lease('a', -HOUR, 2 * HOUR)], 60, ['node-0 at 0: a 3600, node-0 3600']],
  [
    'a pod that comes and goes',
    [lease('a', 10 * MINUTE, 40 * MINUTE)],
    60,
    ['node-0 at 0, 40: node-0 1800', 'node-0 at 10: a 1800, node-0 1800'],
  ],
  [
    'an hour is a cell of its own',
    [lease('a', 0, 2 * HOUR)],
    90,
    ['node-0 at 0: a 3600, node-0 3600', 'node-0 at 60: a 1800, node-0 1800'],
  ],
  [
    'a pod that possibly is there counts half',
    [podLease({ podUid: 'a', edges: [T, T + 30 * MINUTE, T + HOUR, T + HOUR] })],
    60,
    ['node-0 at 0: a 900, node-0 1800', 'node-0 at 30: a 1800, node-0 1800'],
  ],
  [
    'a pod that no look proved counts half for as long as it may have been there',
    [podLease({ podUid: 'a', edges: [T, T + HOUR, T, T + HOUR] })],
    60,
    ['node-0 at 0: a 1800, node-0 3600'],
  ],
  [
    'a pod with two addresses is one',
    [lease('a', 0, HOUR), lease('a', 0, HOUR, { ip: 'fd00::2' as PodLease['ip'] })],
    60,
    ['node-0 at 0: a 3600, node-0 3600'],
  ],
  [
    'a pod on the host network is the node',
    [lease('a', 0, HOUR, { hostNetwork: true })],
    60,
    ['node-0 at 0: node-0 3600'],
  ],
  [
    'two pods of one workload are one share',
    [lease('a', 0, HOUR), lease('b', 0, HOUR, { workload: lease('a', 0, 0).workload })],
    60,
    ['node-0 at 0: a 7200, node-0 3600'],
  ],
  [
    'nodes are in the order of their names',
    [lease('a', 0, HOUR, { node: 'node-1' })],
    60,
    ['node-0 at 0: node-0 3600', 'node-1 at 0: a 3600, node-1 3600'],
  ],
])('%s', (_, leases, minutes, expected) => {
  expect(written(placementOf(leases, ['node-0'], instant(T), instant(T + minutes * MINUTE)))).toEqual(expected);
});

test('however pods come and go, every second of a pod and of a node is in exactly one cell', () => {
  const at = fc.integer({ min: -30, max: 200 });
  fc.assert(
    fc.property(fc.array(fc.tuple(at, at, fc.constantFrom('node-0', 'node-1')), { maxLength: 12 }), (spans) => {
      const leases = spans.map(([a, b, node], i) =>
        lease(`p${i}`, Math.min(a, b) * MINUTE, Math.max(a, b) * MINUTE, { node }),
      );
      const minutes = 150;
      const placement = placementOf(leases, ['node-0', 'node-1'], instant(T), instant(T + minutes * MINUTE));
      const secondsOf = (is: (sender: number) => boolean): number =>
        placement.seconds.reduce(
          (sum, seconds, share) => sum + (is(placement.sender[share] as number) ? seconds : 0),
          0,
        );
      const expected = spans.reduce(
        (sum, [a, b]) => sum + Math.max(0, Math.min(Math.max(a, b), minutes) - Math.max(Math.min(a, b), 0)) * 60,
        0,
      );
      expect(secondsOf((sender) => sender < placement.workloads.length)).toBeCloseTo(expected, 6);
      expect(placement.podSeconds.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(expected, 6);
      expect(secondsOf((sender) => sender > placement.workloads.length)).toBeCloseTo(2 * minutes * 60, 6);
    }),
  );
});
