import { expect, test } from 'vitest';
import { type SeenBySnapshots, sharersOf, verdictBySnapshots } from './by-snapshots.ts';

test.each<[string, SeenBySnapshots, string, number]>([
  ['pods on the node that has the address', { pods: 3, atNode: true, isPodAddress: false }, 'ambiguous aggregated', 5],
  [
    'one pod on the node, which may have sent it too',
    { pods: 1, atNode: true, isPodAddress: false },
    'ambiguous aggregated',
    3,
  ],
  [
    'a node without any pod that was seen',
    { pods: 0, atNode: true, isPodAddress: false },
    'unattributed inventory-gap',
    2,
  ],
  [
    'the only pod that was seen with its own address',
    { pods: 1, atNode: false, isPodAddress: true },
    'ambiguous lease-uncertain',
    2,
  ],
  ['two pods with one address', { pods: 2, atNode: false, isPodAddress: true }, 'ambiguous ip-shared', 3],
  [
    'an address of pods that none was seen with',
    { pods: 0, atNode: false, isPodAddress: true },
    'unattributed no-lease-then',
    1,
  ],
  ['an address of nobody', { pods: 0, atNode: false, isPodAddress: false }, 'unattributed node-unknown', 1],
])('%s', (_, seen, says, sharers) => {
  const { kind, reason } = verdictBySnapshots(seen);
  expect([`${kind} ${reason}`, sharersOf(seen)]).toEqual([says, sharers]);
});
