import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../facts.ts';
import type { FlowRecord } from './flow.ts';
import { podLease } from './pod-lease.testing.ts';
import { type ConntrackEvent, type Translation, translationsOf } from './translation.ts';
import { attributeTuple, isNear, isOf, isSendersOwn, TWICE } from './tuple.ts';
import { nodeLease, worldWith } from './world.testing.ts';
import type { World } from './world.ts';

/* Everything known of one tuple: 10.224.0.4:40000 → 203.0.113.9:443. The pod behind it is 10.244.0.2. Times are milliseconds. */
const NODE = '10.224.0.4' as Ip;
const OUTSIDE = '203.0.113.9' as Ip;
const POD = '10.244.0.2' as Ip;
const NEIGHBOUR = '10.244.0.3' as Ip;
const ELSEWHERE = '10.244.1.2' as Ip;

const podLeases = [
  podLease({ podUid: 'web', ip: POD, edges: [0, 0, 900_000, 900_000] }),
  podLease({ podUid: 'neighbour', ip: NEIGHBOUR, edges: [0, 0, 900_000, 900_000] }),
  podLease({ podUid: 'elsewhere', ip: ELSEWHERE, node: 'node-1', edges: [0, 0, 900_000, 900_000] }),
];
const world = worldWith({ podLeases, nodeLeases: [nodeLease('node-0', NODE)] });

const record = (at: number, state: keyof typeof FLOW_STATES): FlowRecord => ({
  at: instant(at),
  state: FLOW_STATES[state],
  rule: '',
  packetsOut: 1n,
  bytesOut: 1n,
  packetsIn: 1n,
  bytesIn: 1n,
});
const line = (at: number, kind: keyof typeof CONNTRACK_KINDS, originIp: Ip = POD): ConntrackEvent => ({
  at: instant(at),
  kind: CONNTRACK_KINDS[kind],
  originIp,
  originPort: 50_000,
  startedAt: 0,
  timeoutMs: 0,
  forced: false,
  packetsOut: 0n,
  bytesOut: 0n,
  packetsIn: 0n,
  bytesIn: 0n,
});

const flow = [record(10_000, 'B'), record(20_000, 'E')];
const lines = [line(10_000, 'NEW'), line(30_000, 'DESTROY')];

interface Case {
  readonly sent?: readonly FlowRecord[];
  readonly received?: readonly FlowRecord[];
  readonly events?: readonly ConntrackEvent[];
  readonly src?: Ip;
  readonly dest?: Ip;
  readonly world?: World;
}
/** Seen by; begin, last; direction; verdict. */
type Row = readonly ['flow-log' | 'conntrack', number, number, 'out' | 'in', string];

const rowsOf = ({
  sent = [],
  received = [],
  events = [],
  src = NODE,
  dest = OUTSIDE,
  world: then = world,
}: Case): Row[] =>
  attributeTuple(
    { tuple: { srcIp: src, srcPort: 40_000, destIp: dest, destPort: 443, protocol: 6 }, sent, received, events },
    then,
  ).map(({ observedBy, begin, last, outbound, verdict }) => [
    observedBy === 'both' ? 'flow-log' : observedBy,
    begin,
    last,
    outbound ? 'out' : 'in',
    verdict.kind,
  ]);

/** A connection that nothing translates. */
const own = (src: Ip): Case => ({ events: [line(10_000, 'NEW', src)], src });
const podFrom = (from: number, until: number): World =>
  worldWith({ podLeases: [podLease({ podUid: 'web', ip: POD, edges: [from, from, until, until] })] });
const nodeFrom = (from: number, until: number): World =>
  worldWith({ nodeLeases: [nodeLease('node-0', NODE, { mayFrom: instant(from), mayUntil: instant(until) })] });

const ahead: World = { ...world, clockOf: () => ({ offsetMs: 3_000, uncertaintyMs: 10, pairs: 9 }) };

test.each<[string, Case, readonly Row[]]>([
  [
    'a flow that the log and conntrack saw is one flow',
    { sent: flow, events: lines },
    [['flow-log', 10_000, 20_000, 'out', 'exact']],
  ],
  [
    'a connection that the log has not brought yet is a flow already',
    { events: lines },
    [['conntrack', 10_000, 30_000, 'out', 'exact']],
  ],
  [
    "its times are those of the flow log's clock",
    { events: lines, world: ahead },
    [['conntrack', 13_000, 33_000, 'out', 'exact']],
  ],
  [
    'the clocks are set right before the log and conntrack are held together',
    { sent: [record(13_000, 'B'), record(23_000, 'E')], events: lines, world: ahead },
    [['flow-log', 13_000, 23_000, 'out', 'exact']],
  ],
  [
    'a second connection that the log lost stands beside the first',
    { sent: flow, events: [...lines, line(60_000, 'NEW'), line(70_000, 'DESTROY')] },
    [
      ['flow-log', 10_000, 20_000, 'out', 'exact'],
      ['conntrack', 60_000, 70_000, 'out', 'exact'],
    ],
  ],
  [
    'an entry whose end was lost may have lasted until the flow',
    { sent: flow, events: [line(5_000, 'NEW')] },
    [['flow-log', 10_000, 20_000, 'out', 'ambiguous']],
  ],
  [
    'two NICs that log one flow log it once',
    { sent: flow, received: flow },
    [['flow-log', 10_000, 20_000, 'out', 'ambiguous']],
  ],
  [
    'what the receiver saw five seconds after the sender is still that flow',
    { sent: [record(10_000, 'B')], received: [record(10_000 + TWICE, 'B')] },
    [['flow-log', 10_000, 10_000, 'out', 'ambiguous']],
  ],
  [
    "what it saw later than that the sender's log lost",
    { sent: [record(10_000, 'B')], received: [record(10_001 + TWICE, 'B')] },
    [
      ['flow-log', 10_000, 10_000, 'out', 'ambiguous'],
      ['flow-log', 10_001 + TWICE, 10_001 + TWICE, 'in', 'ambiguous'],
    ],
  ],
  [
    'what only the receiver logged is a flow',
    { received: flow, events: lines },
    [['flow-log', 10_000, 20_000, 'in', 'exact']],
  ],
  [
    'a denied attempt is a flow of its own',
    { sent: [record(10_000, 'D')] },
    [['flow-log', 10_000, 10_000, 'out', 'ambiguous']],
  ],
  ['what a node sends to itself never leaves it', { events: [line(10_000, 'NEW', NODE)], dest: NODE }, []],
  ['what comes back to the pod that sent it never leaves the node', { events: lines, dest: POD }, []],
  ['what goes to the loopback never leaves the node', { events: lines, dest: '127.0.0.1' as Ip }, []],
  ['what goes to a pod of the same node never leaves it', { events: lines, dest: NEIGHBOUR }, []],
  [
    'what goes to a pod of another node does',
    { events: lines, dest: ELSEWHERE },
    [['conntrack', 10_000, 30_000, 'out', 'exact']],
  ],
  [
    "a pod's own connection to a pod of its node never leaves it",
    { events: [line(10_000, 'NEW')], src: POD, dest: NEIGHBOUR },
    [],
  ],
  [
    "a pod's own connection to a pod of another node does",
    { events: [line(10_000, 'NEW')], src: POD, dest: ELSEWHERE },
    [['conntrack', 10_000, 10_000, 'out', 'exact']],
  ],
  [
    "what comes from an address that is no pod's and no node's is no flow of ours",
    { events: [line(10_000, 'NEW', '192.0.2.7' as Ip)], src: '192.0.2.7' as Ip },
    [],
  ],
  [
    'a translation tells of its node, even where no inventory does',
    { events: lines, world: worldWith({ podLeases }) },
    [['conntrack', 10_000, 30_000, 'out', 'exact']],
  ],
  ['what a pod sends to its own node never leaves it', { events: lines, dest: NODE }, []],
  [
    "a pod's own connection of its first moment is its",
    { ...own(POD), world: podFrom(10_000, 900_000) },
    [['conntrack', 10_000, 10_000, 'out', 'exact']],
  ],
  ['of the moment after its last it is not', { ...own(POD), world: podFrom(0, 10_000) }, []],
  ['nor of one before its first', { ...own(POD), world: podFrom(10_001, 900_000) }, []],
  [
    "a node's own connection of its first moment is its",
    { ...own(NODE), world: nodeFrom(10_000, 900_000) },
    [['conntrack', 10_000, 10_000, 'out', 'node']],
  ],
  ['of the moment after its last it is none of ours', { ...own(NODE), world: nodeFrom(0, 10_000) }, []],
  ['nor of one before its first', { ...own(NODE), world: nodeFrom(10_001, 900_000) }, []],
])('%s', (_, given, expected) => {
  expect(rowsOf(given)).toEqual(expected);
});

test('a flow that only conntrack saw is as its entry says', () => {
  const tuple = { srcIp: NODE, srcPort: 40_000, destIp: OUTSIDE, destPort: 443, protocol: 6 };
  const flowOf = (events: readonly ConntrackEvent[]) =>
    attributeTuple({ tuple, sent: [], received: [], events }, world);
  const counters = { packetsOut: 1n, bytesOut: 2n, packetsIn: 3n, bytesIn: 4n };
  expect(flowOf([line(10_000, 'NEW'), { ...line(30_000, 'DESTROY'), ...counters }])).toMatchObject([
    { begun: true, ended: true, denied: false, rule: '', ...counters },
  ]);
  expect(flowOf([line(10_000, 'UPDATE')])).toMatchObject([{ begun: false, ended: false, denied: false }]);
});

test('two NICs tell of one flow within five seconds of it, the fifth included', () => {
  const seen = { begin: 10_000, last: 20_000 };
  expect([4_999, 5_000, 15_000, 25_000, 25_001].map((at) => isNear(at, seen))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

/** A flow from 10 s to 20 s on the node's clock; clocks differ by up to ten milliseconds. */
test.each<[string, readonly ConntrackEvent[], boolean]>([
  ['opened at the last moment of the flow that the clocks allow', [line(20_010, 'NEW')], true],
  ['opened a millisecond later', [line(20_011, 'NEW')], false],
  ['went at the first moment that the clocks allow', [line(5_000, 'NEW'), line(9_990, 'DESTROY')], true],
  ['went a millisecond earlier', [line(5_000, 'NEW'), line(9_989, 'DESTROY')], false],
  ['was not seen to go before another took its tuple during the flow', [line(5_000, 'NEW'), line(10_011, 'NEW')], true],
  ['was gone by then: another had taken its tuple', [line(5_000, 'NEW'), line(10_010, 'NEW')], false],
  ['was there long before the line that shows it', [{ ...line(30_000, 'DUMP'), startedAt: instant(15_000) }], true],
  ['was made after the flow, as the line says', [{ ...line(30_000, 'DUMP'), startedAt: instant(25_000) }], false],
])('is the entry one of the flow that %s', (_, events, expected) => {
  const [entry] = translationsOf(events);
  for (const offsetMs of [0, 3_000, -3_000]) {
    const seen = { begin: 10_000 + offsetMs, last: 20_000 + offsetMs };
    expect(isOf(entry as Translation, seen, { offsetMs, uncertaintyMs: 10, pairs: 9 })).toBe(expected);
  }
});

const moved = worldWith({
  podLeases: [
    podLease({ podUid: 'before', ip: POD, edges: [0, 0, 100, 100] }),
    podLease({ podUid: 'after', ip: POD, node: 'node-1', edges: [100, 100, 900_000, 900_000] }),
  ],
});
test.each<[string, readonly string[], Ip, boolean, World, boolean]>([
  ['told by nobody knows whom is believed', [], POD, false, world, true],
  ["told by the pod's own node is the sender's", ['node-0'], POD, false, world, true],
  ["told by another node is the receiver's", ['node-1'], POD, false, world, false],
  ["told by two, one of them the pod's own, is the sender's", ['node-1', 'node-0'], POD, false, world, true],
  ["told by a node on which another holder of the address ran is the sender's", ['node-1'], POD, false, moved, true],
  ["that shows a translation is the translator's", ['node-1'], POD, true, world, true],
  ["of an address that is no pod's is believed", ['node-1'], NODE, false, world, true],
])('a line %s', (_, tellers, srcIp, isTranslated, then, expected) => {
  expect(isSendersOwn(tellers, srcIp, isTranslated, then)).toBe(expected);
});
