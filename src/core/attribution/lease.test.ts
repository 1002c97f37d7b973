import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import { type Holder, holderAt, type PodLease, type Watched } from './lease.ts';
import { podLease } from './pod-lease.testing.ts';

/** may, held, held, may. */
const lease = (podUid: string, ...edges: readonly [number, number, number, number]): PodLease =>
  podLease({ podUid, edges });
const web = lease('web', 0, 10, 90, 100);
const job = lease('job', 90, 110, 190, 200);
const watchedAlways: Watched[] = [{ from: instant(0), until: instant(1_000) }];

const certain = (one: PodLease): Holder => ({ kind: 'certain', lease: one });
const possible = (...leases: readonly PodLease[]): Holder => ({ kind: 'possible', leases });

test.each<[string, number, readonly PodLease[], readonly Watched[], Holder]>([
  ['well inside its lease a pod certainly holds the address', 50, [web, job], [], certain(web)],
  ['the first certain millisecond is in', 10, [web], [], certain(web)],
  ['the first possible millisecond is in', 0, [web], [], possible(web)],
  ['the last certain millisecond is out', 90, [web], [], possible(web)],
  ['at the edge of its lease a pod possibly holds the address', 5, [web], [], possible(web)],
  ['the only one possible is certain while a watch saw every pod', 5, [web], watchedAlways, certain(web)],
  [
    'the moment at which a watch ends is no longer watched',
    5,
    [web],
    [{ from: instant(0), until: instant(5) }],
    possible(web),
  ],
  ['the moment at which a watch begins is watched', 5, [web], [{ from: instant(5), until: instant(6) }], certain(web)],
  ['between two holders either is possible, watched or not', 95, [web, job], watchedAlways, possible(web, job)],
  ['after its lease a pod is not possible', 100, [web], watchedAlways, { kind: 'none-then' }],
  ['before its lease a pod is not possible', 89, [job], watchedAlways, { kind: 'none-then' }],
  ['nobody ever held the address', 50, [], watchedAlways, { kind: 'none-then' }],
  [
    'one certain holder wins over one that is merely possible',
    50,
    [web, lease('late', 40, 60, 90, 100)],
    [],
    certain(web),
  ],
  [
    'two certain holders contradict each other: nobody is certain',
    50,
    [web, lease('twin', 0, 10, 90, 100)],
    watchedAlways,
    possible(web, lease('twin', 0, 10, 90, 100)),
  ],
])('%s', (_, at, leases, watched, expected) => {
  expect(holderAt(leases, watched, instant(at))).toEqual(expected);
});
