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
