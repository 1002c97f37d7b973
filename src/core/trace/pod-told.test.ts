import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Sighting } from '../facts.ts';
import type { LeaseRow } from '../ports.ts';
import { TellingPods, toldBy } from './pod-told.ts';
import { leaseRow, sighting } from './sighting.testing.ts';

const IP = '10.244.1.7' as Ip;
const web = leaseRow('web');
const early = leaseRow('early', { heldUntil: instant(1_000), mayUntil: instant(1_000) });
const late = leaseRow('late', { heldFrom: instant(1_101), mayFrom: instant(1_101) });

test.each<[string, Partial<Sighting>, readonly LeaseRow[], string | null]>([
  ['by UID, whatever else it says', { podUid: 'uid-web', pod: 'other' }, [web, leaseRow('other')], 'web'],
  ['by name', { pod: 'web' }, [web], 'web'],
  [
    'by name and namespace',
    { pod: 'web', namespace: 'shop' },
    [web, leaseRow('web', { uid: 'x', namespace: 'ops' })],
    'web',
  ],
  ['a name in another namespace', { pod: 'web', namespace: 'ops' }, [web], null],
  ['a name that two pods have', { pod: 'web' }, [web, leaseRow('web', { uid: 'x', namespace: 'ops' })], null],
  ['a name on another node', { pod: 'web', node: 'n2' }, [web], null],
  ['by address', { podIp: IP }, [web], 'web'],
  ['an address that a later pod has', { podIp: IP, until: instant(1_100) }, [web, late], 'web'],
  [
    'an address that changed hands: the end belongs to the next',
    { podIp: IP },
    [early, leaseRow('next', { heldFrom: instant(1_000), mayFrom: instant(1_000) })],
    'next',
  ],
  ['an address that two held at once', { podIp: IP }, [web, leaseRow('dup')], null],
  ['an address of a pod on the host network', { podIp: IP }, [leaseRow('proxy', { hostNetwork: true })], null],
  ['a lease that begins a second late', { podIp: IP }, [late], 'late'],
  [
    'a lease of another hour',
    { podIp: IP },
    [leaseRow('gone', { mayFrom: instant(900_000), heldFrom: instant(900_000), heldUntil: instant(990_000) })],
    null,
  ],
  ['a name that is no pod, and an address', { pod: '3f2a9c', podIp: IP }, [web], 'web'],
  [
    'a name that is another pod, and an address',
    { pod: 'dup', podIp: IP },
    [web, leaseRow('dup', { ip: '10.244.1.8' })],
    'dup',
  ],
  [
    'it holds the address from the last millisecond on, another from the next',
    { podIp: IP },
    [leaseRow('edge', { heldFrom: instant(1_100), mayFrom: instant(1_100) }), late],
    'edge',
  ],
  [
    'two that perhaps held it',
    { podIp: IP },
    [late, leaseRow('too', { heldFrom: instant(1_101), mayFrom: instant(1_101) })],
    null,
  ],
  [
    'a minute late',
    { podIp: IP },
    [leaseRow('edge', { heldFrom: instant(61_100), mayFrom: instant(61_100), heldUntil: instant(70_000) })],
    'edge',
  ],
  [
    'later than a minute',
    { podIp: IP },
    [leaseRow('edge', { heldFrom: instant(61_101), mayFrom: instant(61_101), heldUntil: instant(70_000) })],
    null,
  ],
  [
    'ended within a minute',
    { podIp: IP, begin: instant(100_000), until: instant(100_100) },
    [leaseRow('edge', { mayUntil: instant(40_001) })],
    'edge',
  ],
  [
    'ended a minute before',
    { podIp: IP, begin: instant(100_000), until: instant(100_100) },
    [leaseRow('edge', { mayUntil: instant(40_000) })],
    null,
  ],
  [
    'last seen long ago, and no end known',
    { podIp: IP, begin: instant(100_000), until: instant(100_100) },
    [web],
    'web',
  ],
  ['nothing', {}, [web], null],
])('%s', (_, told, leases, expected) => {
  expect(new TellingPods(leases).of(sighting(told))?.name ?? null).toBe(expected);
});

test('what is looked up is what is told, each once', () => {
  expect(toldBy([sighting({ podUid: 'u', pod: 'p', destIp: IP }), sighting({ podUid: 'u', clientIp: IP })])).toEqual({
    uids: ['u'],
    names: ['p'],
    ips: [IP],
  });
});
