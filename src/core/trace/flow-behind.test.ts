import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { FlowRow } from '../ports.ts';
import type { Sighting } from '../facts.ts';
import { flowsBehind } from './flow-behind.ts';
import { leaseRow, sighting } from './sighting.testing.ts';

const DEST = '203.0.113.66' as Ip;
const mine = leaseRow('web');
const flow = (name: string, rest: Partial<FlowRow> = {}): FlowRow => ({
  flow: name,
  cluster: 'c',
  begin: instant(1_005),
  end: instant(1_500),
  last: instant(1_500),
  node: 'n1',
  srcIp: '10.224.0.4',
  srcPort: 41_823,
  destIp: DEST,
  destPort: 443,
  protocol: 'tcp',
  direction: 'outbound',
  decision: 'allowed',
  rule: null,
  packetsOut: 1,
  bytesOut: 1,
  packetsIn: 1,
  bytesIn: 1,
  observedBy: ['flow-log'],
  flows: 1,
  translated: true,
  verdict: 'exact',
  reason: null,
  pod: mine,
  podPort: 41_822,
  candidates: [],
  chances: [],
  probable: null,
  sighted: null,
  candidateCount: 0,
  evidence: [],
  ...rest,
});
const open = { verdict: 'ambiguous', pod: null, podPort: null, candidates: [mine, null], candidateCount: 2 } as const;
const others = { pod: leaseRow('other') };
const call = { destIp: DEST, destPort: 443, protocol: 6, localPort: 41_822 } as const;

test.each<[string, Partial<Sighting>, readonly FlowRow[], readonly string[]]>([
  ["the pod's own, by its port", call, [flow('a')], ['a pod-and-port']],
  ["the pod's own, another port", call, [flow('a', { podPort: 5 })], []],
  ['without a port the pod suffices', { ...call, localPort: 0 }, [flow('a')], ['a pod']],
  [
    "behind a sidecar the application's port is not the wire's",
    { ...call, redirected: true },
    [flow('a', { podPort: 5 })],
    ['a pod'],
  ],
  ["another pod's for certain", call, [flow('a', others)], []],
  ['open, and the port was kept', call, [flow('a', { ...open, srcPort: 41_822 }), flow('b', open)], ['a port']],
  ['open, and no port tells', call, [flow('a', open), flow('b', open)], ['a possible', 'b possible']],
  ['the strongest tie alone counts', call, [flow('a', open), flow('b')], ['b pod-and-port']],
  ["the node's own", call, [flow('a', { verdict: 'node', pod: null })], []],
  ['another destination', call, [flow('a', { destIp: '203.0.113.67' })], []],
  ['another port of it', call, [flow('a', { destPort: 80 })], []],
  ['the span tells no port', { ...call, destPort: 0 }, [flow('a')], ['a pod-and-port']],
  ['another protocol', call, [flow('a', { protocol: 'udp' })], []],
  ['the span tells no protocol', { ...call, protocol: 0 }, [flow('a', { protocol: 'udp' })], ['a pod-and-port']],
  ['ICMP', { ...call, protocol: 1, localPort: 0 }, [flow('a'), flow('b', { protocol: 'icmp' })], ['b pod']],
  ['the lowest port there is', { ...call, localPort: 1 }, [flow('a', { podPort: 1 })], ['a pod-and-port']],
  ['a pod that the inventory no longer knows', call, [flow('a', { pod: null, podPort: null })], ['a possible']],
  ['another node', call, [flow('a', { node: 'n2' })], []],
  ['inbound', call, [flow('a', { direction: 'inbound' })], []],
  ['it began ε after the call ended', call, [flow('a', { begin: instant(1_110) })], ['a pod-and-port']],
  ['it began later', call, [flow('a', { begin: instant(1_111) })], []],
  ['it ended ε before the call began', call, [flow('a', { begin: instant(0), end: instant(990) })], ['a pod-and-port']],
  ['it ended earlier', call, [flow('a', { begin: instant(0), end: instant(989) })], []],
  ['kept alive for hours, and not ended', call, [flow('a', { begin: instant(0), end: null })], ['a pod-and-port']],
  [
    'the nearest first',
    { ...call, localPort: 0 },
    [flow('far', { begin: instant(0) }), flow('near')],
    ['near pod', 'far pod'],
  ],
])('%s', (_, told, flows, expected) => {
  const found = flowsBehind(sighting(told), { uid: mine.uid, node: 'n1' }, flows, { offsetMs: 0, uncertaintyMs: 10 });
  expect(found.map(({ flow: f, tie }) => `${f.flow} ${tie}`)).toEqual(expected);
});

test('both edges move with the clock', () => {
  const ask = (rest: Partial<FlowRow>): number =>
    flowsBehind(sighting(call), { uid: mine.uid, node: 'n1' }, [flow('a', rest)], { offsetMs: 100, uncertaintyMs: 10 })
      .length;
  const at = (begin: number, end: number): number => ask({ begin: instant(begin), end: instant(end) });
  expect([at(0, 1_089), at(0, 1_090), at(1_210, 2_000), at(1_211, 2_000)]).toEqual([0, 1, 1, 0]);
});

test('a clock that is off is taken into account', () => {
  const shifted = flow('a', { begin: instant(3_605_005), end: instant(3_605_500) });
  const ask = (offsetMs: number): number =>
    flowsBehind(sighting(call), { uid: mine.uid, node: 'n1' }, [shifted], { offsetMs, uncertaintyMs: 10 }).length;
  expect([ask(0), ask(3_604_000)]).toEqual([0, 1]);
});

test('of an unknown pod the port tells, and nobody is ruled out', () => {
  const found = flowsBehind(
    sighting(call),
    { uid: null, node: '' },
    [flow('a', others), flow('b', { ...open, srcPort: 1 })],
    { offsetMs: 0, uncertaintyMs: 10 },
  );
  expect(found.map(({ flow: f, tie }) => `${f.flow} ${tie}`)).toEqual(['a port']);
});
