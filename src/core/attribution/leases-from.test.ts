import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant, SECOND } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { OPEN } from './lease.ts';
import { leasesFrom, type PodHistory } from './leases-from.ts';

const START = Date.UTC(2026, 10, 22, 3);
const at = (seconds: number) => instant(START + seconds * SECOND);

const TIMES = [
  'createdAt',
  'acceptedAt',
  'startedAt',
  'finishedAt',
  'deletionAskedAt',
  'firstSeenAt',
  'aliveAt',
  'goneAt',
  'absentAt',
] as const;
type Told = Partial<Record<(typeof TIMES)[number], number>> & {
  readonly podUid?: string;
  readonly deleted?: boolean;
  readonly hostNetwork?: boolean;
};

/** A pod's history; times in seconds since the start, what is not told is null. */
const history = ({ podUid = 'web', deleted = false, hostNetwork = false, ...told }: Told): PodHistory => ({
  podUid,
  namespace: 'shop',
  pod: podUid,
  workload: { kind: 'Deployment', namespace: 'shop', name: podUid },
  node: 'node-0',
  ip: '10.244.0.2' as Ip,
  hostNetwork,
  deleted,
  ...(Object.fromEntries(TIMES.map((name) => [name, told[name] === undefined ? null : at(told[name])])) as Record<
    (typeof TIMES)[number],
    ReturnType<typeof at>
  >),
});

const EVER = (0 - START) / SECOND;
const NEVER = (OPEN - START) / SECOND;
type Edges = readonly [string, number, number, number, number];
const edgesOf = (histories: readonly PodHistory[]): Edges[] =>
  leasesFrom(histories).map((lease) => [
    lease.podUid,
    ...([lease.mayFrom, lease.heldFrom, lease.heldUntil, lease.mayUntil].map((ms) => (ms - START) / SECOND) as [
      number,
      number,
      number,
      number,
    ]),
  ]);

test.each<[string, readonly Told[], readonly Edges[]]>([
  [
    'the address comes after the kubelet took the pod and before its first container starts',
    [{ createdAt: 0, acceptedAt: 2, startedAt: 4, firstSeenAt: 3, aliveAt: 100 }],
    [['web', 2, 5, 100, NEVER]],
  ],
  [
    'a whole second may have passed before what it stamps',
    [{ acceptedAt: 2, startedAt: 2, firstSeenAt: 3, aliveAt: 100 }],
    [['web', 2, 3, 100, NEVER]],
  ],
  [
    'a source that knows only when the pod was made allows for the clock of the API server',
    [{ createdAt: 10, startedAt: 14, firstSeenAt: 60, aliveAt: 60 }],
    [['web', 5, 15, 60, NEVER]],
  ],
  [
    'a sample that knows no start vouches from the sample on, less the clocks',
    [{ createdAt: 10, firstSeenAt: 60, aliveAt: 120 }],
    [['web', 5, 65, 120, NEVER]],
  ],
  [
    'a source that states nothing leaves the beginning open',
    [{ firstSeenAt: 60, aliveAt: 120 }],
    [['web', EVER, 65, 120, NEVER]],
  ],
  [
    'a pod that was seen once may live on',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 2 }],
    [['web', 0, 2, 2, NEVER]],
  ],
  [
    'a finished job gave the address back within the second that is stamped',
    [{ acceptedAt: 0, startedAt: 1, finishedAt: 30, firstSeenAt: 1, aliveAt: 29, goneAt: 31 }],
    [['web', 0, 2, 30, 31]],
  ],
  [
    'a failed pod that lingers for hours ended when its last container did',
    [{ acceptedAt: 0, startedAt: 1, finishedAt: 30, firstSeenAt: 1, aliveAt: 10, goneAt: 7_200 }],
    [['web', 0, 2, 30, 31]],
  ],
  [
    'a pod that failed at a time nobody states may have held on until it was seen failed',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60, goneAt: 120 }],
    [['web', 0, 2, 50, 120]],
  ],
  [
    'a sample may call a container running that died ten seconds ago',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60, absentAt: 120 }],
    [['web', 0, 2, 50, 180]],
  ],
  [
    'a pod that a complete look does not show was deleted: possible for a minute more, as after any deletion',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60, goneAt: 300, absentAt: 120 }],
    [['web', 0, 2, 50, 180]],
  ],
  [
    'a deleted pod is sure until deletion was asked for, less the clocks, and possible for a minute after it was gone',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 100, deletionAskedAt: 40, goneAt: 70, deleted: true }],
    [['web', 0, 2, 35, 130]],
  ],
  [
    'a deletion that is seen before it was asked for counts from the asking',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 50, deletionAskedAt: 80, goneAt: 70, deleted: true }],
    [['web', 0, 2, 40, 140]],
  ],
  [
    'a terminating pod that nobody saw go is sure only until deletion was asked for, less the clocks',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 100, deletionAskedAt: 40, absentAt: 120 }],
    [['web', 0, 2, 35, 180]],
  ],
  [
    'a terminating pod that is still shown may have given the address back',
    [{ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 100, deletionAskedAt: 40 }],
    [['web', 0, 2, 35, NEVER]],
  ],
  [
    'a pod that lived for less than a second is possible, and never certain',
    [{ acceptedAt: 10, startedAt: 10, finishedAt: 10, firstSeenAt: 10, goneAt: 11 }],
    [['web', 10, 11, 10, 11]],
  ],
])('%s', (_, told, expected) => {
  expect(edgesOf(told.map(history))).toEqual(expected);
});

const job = { podUid: 'job', acceptedAt: 0, startedAt: 1, firstSeenAt: 1 };
const next = { podUid: 'next', acceptedAt: 60, startedAt: 62, firstSeenAt: 62, aliveAt: 600 };
const nextEdges: Edges = ['next', 60, 63, 600, NEVER];

test.each<[string, readonly Told[], readonly Edges[]]>([
  [
    'the address of a finished job is used again',
    [{ ...job, finishedAt: 30, aliveAt: 29, goneAt: 31 }, next],
    [['job', 0, 2, 30, 31], nextEdges],
  ],
  [
    'a pod whose end nobody saw is sure until the next may have begun and possible until the next surely has',
    [{ ...job, aliveAt: 600 }, next],
    [['job', 0, 2, 60, 63], nextEdges],
  ],
  [
    'a failed pod that still shows the address does not hold it once another has it',
    [{ ...job, aliveAt: 10, goneAt: 7_200 }, next],
    [['job', 0, 2, 0, 63], nextEdges],
  ],
  [
    "host-network pods share the node's address and end nobody's lease",
    [
      { ...job, aliveAt: 600, hostNetwork: true },
      { ...next, hostNetwork: true },
    ],
    [['job', 0, 2, 600, NEVER], nextEdges],
  ],
  [
    'a host-network pod does not end the lease of a pod with an address of its own',
    [
      { ...next, hostNetwork: true },
      { ...job, aliveAt: 600 },
    ],
    [nextEdges, ['job', 0, 2, 600, NEVER]],
  ],
  [
    "a StatefulSet's pod that comes back under its name is another pod",
    [
      { ...job, podUid: 'db-0 (first)', aliveAt: 600 },
      { ...next, podUid: 'db-0 (second)' },
    ],
    [
      ['db-0 (first)', 0, 2, 60, 63],
      ['db-0 (second)', 60, 63, 600, NEVER],
    ],
  ],
  [
    'of two that surely held it from one moment on, neither came later: neither ends the other',
    [
      { podUid: 'one', acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60 },
      { podUid: 'two', acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60 },
    ],
    [
      ['one', 0, 2, 60, NEVER],
      ['two', 0, 2, 60, NEVER],
    ],
  ],
])('%s', (_, told, expected) => {
  expect(edgesOf(told.map(history))).toEqual(expected);
});

test('one pod with two addresses has two leases', () => {
  const web = history({ acceptedAt: 0, startedAt: 1, firstSeenAt: 1, aliveAt: 60 });
  expect(leasesFrom([web, { ...web, ip: 'fd00::2' as Ip }]).map((lease) => [lease.ip, lease.heldUntil])).toEqual([
    ['10.244.0.2', at(60)],
    ['fd00::2', at(60)],
  ]);
});

const anyHistory = fc
  .record({
    podUid: fc.constantFrom('a', 'b', 'c', 'd'),
    acceptedAt: fc.integer({ min: 0, max: 3_600 }),
    starts: fc.nat(5),
    aliveFor: fc.nat(600),
    ends: fc.constantFrom('finished', 'deleted', 'open'),
  })
  .map(({ podUid, acceptedAt, starts, aliveFor, ends }) => {
    const startedAt = acceptedAt + starts;
    const end = startedAt + aliveFor;
    const base = { podUid, acceptedAt, startedAt, firstSeenAt: startedAt, aliveAt: end };
    return history(
      ends === 'finished'
        ? { ...base, finishedAt: end }
        : ends === 'deleted'
          ? { ...base, goneAt: end, deleted: true }
          : base,
    );
  });
const histories = fc.uniqueArray(anyHistory, { selector: (one) => one.podUid });

test('at no moment do two pods certainly hold one address', () => {
  fc.assert(
    fc.property(histories, (list) => {
      const leases = leasesFrom(list);
      for (const a of leases) {
        for (const b of leases) {
          const together = Math.min(a.heldUntil, b.heldUntil) - Math.max(a.heldFrom, b.heldFrom);
          if (a.podUid !== b.podUid && a.heldFrom !== b.heldFrom) expect(together).toBeLessThanOrEqual(0);
        }
      }
    }),
  );
});

test('the order of the histories does not matter', () => {
  const sorted = (list: readonly PodHistory[]) => leasesFrom(list).sort((a, b) => (a.podUid < b.podUid ? -1 : 1));
  fc.assert(
    fc.property(histories, (list) => {
      expect(sorted(list.toReversed())).toEqual(sorted(list));
    }),
  );
});
