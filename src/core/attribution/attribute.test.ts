import { expect, test } from 'vitest';
import { type Instant, instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { attribute, attributeAggregate, candidatesOf, type Judgement, nodeAt } from './attribute.ts';
import type { NodeLease, PodLease, Watched } from './lease.ts';
import { podLease } from './pod-lease.testing.ts';
import { RELAY_ROLES } from './relay.ts';
import type { Translation } from './translation.ts';
import { REASONS, type Verdict } from './verdict.ts';
import type { World } from './world.ts';
import { nodeLease, worldWith } from './world.testing.ts';

/*
 * One flow of node-0 (10.224.0.4) to 203.0.113.9, recorded from 10 s to 20 s; the clocks agree within ten milliseconds.
 * 10.244.0.2 is the address of `web`, 10.244.0.3 that of `job`; both run on node-0.
 */
const NODE = '10.224.0.4' as Ip;
const WEB = '10.244.0.2' as Ip;
const JOB = '10.244.0.3' as Ip;
const STRANGER = '192.0.2.77' as Ip;
const [TCP, UDP] = [6, 17];
const [BEGIN, LAST] = [10_000, 20_000];

const web = podLease({ podUid: 'web', ip: WEB, edges: [0, 1_000, 90_000, 90_000] });
const job = podLease({ podUid: 'job', ip: JOB, edges: [0, 1_000, 90_000, 90_000] });
const node = nodeLease('node-0', NODE);

type Edges = Partial<Pick<Translation, 'opened' | 'closed'>> & {
  readonly may?: readonly [number, number];
  readonly activeUntil?: number;
};
/** NEW and DESTROY of one origin; `may` widens an end that was not seen. */
const entry = (
  originIp: Ip,
  seenFrom: number,
  seenUntil: number,
  { may = [seenFrom, seenUntil], activeUntil = may[1], opened = true, closed = true }: Edges = {},
): Translation => ({
  originIp,
  originPort: 50_000,
  mayFrom: instant(may[0]),
  seenFrom: instant(seenFrom),
  seenUntil: instant(seenUntil),
  mayUntil: instant(may[1]),
  activeUntil: instant(activeUntil),
  opened,
  closed,
  packetsOut: 0n,
  bytesOut: 0n,
  packetsIn: 0n,
  bytesIn: 0n,
});

interface Case {
  readonly entries?: readonly Translation[];
  readonly pods?: readonly PodLease[];
  readonly nodes?: readonly NodeLease[];
  readonly src?: Ip;
  readonly protocol?: number;
  readonly inbound?: boolean;
  readonly unseenBegin?: boolean;
  readonly watched?: readonly Watched[];
  readonly gap?: Watched;
  readonly clock?: ReturnType<World['clockOf']>;
  readonly at?: readonly [number, number];
}

const judged = ({
  entries = [],
  pods = [web, job],
  nodes = [node],
  src = NODE,
  protocol = TCP,
  inbound = false,
  unseenBegin = false,
  watched = [],
  gap,
  clock,
  at = [BEGIN, LAST],
}: Case): Judgement & { readonly candidates: readonly string[] } => {
  const flow = {
    srcIp: src,
    protocol,
    begin: instant(at[0]),
    last: instant(at[1]),
    begun: !unseenBegin,
    destPort: 443,
    outbound: !inbound,
  };
  const world = worldWith({
    podLeases: pods,
    nodeLeases: nodes,
    watched,
    conntrackGaps: () => (gap === undefined ? [] : [gap]),
    ...(clock === undefined ? {} : { clockOf: () => clock }),
  });
  const judgement = attribute(flow, entries, world);
  return { ...judgement, candidates: candidatesOf(judgement, flow, world) };
};

/** Without what it rests on; pods by name. */
const told = ({ verdict, candidates }: ReturnType<typeof judged>): Told =>
  verdict.kind === 'ambiguous'
    ? { kind: verdict.kind, reason: verdict.reason, podUids: candidates, orNode: verdict.orNode }
    : verdict.kind === 'unattributed'
      ? { kind: verdict.kind, reason: verdict.reason }
      : verdict;
type Told =
  | Exclude<Verdict, { kind: 'ambiguous' | 'unattributed' }>
  | {
      readonly kind: 'ambiguous';
      readonly reason: string;
      readonly podUids: readonly string[];
      readonly orNode: boolean;
    }
  | { readonly kind: 'unattributed'; readonly reason: string };

const span = (from: number, until: number): Watched => ({ from: instant(from), until: instant(until) });
const exact = (podUid: string): Told => ({ kind: 'exact', by: 'translation', podUid });
const owner = (podUid: string): Told => ({ kind: 'exact', by: 'lease', podUid });
const ambiguous = (reason: keyof typeof REASONS, podUids: readonly string[], orNode = false): Told => ({
  kind: 'ambiguous',
  reason,
  podUids,
  orNode,
});
const nobody = (reason: keyof typeof REASONS): Told => ({ kind: 'unattributed', reason });

/** `late` took web's address over: between 10 and 11 s either may have held it. */
const early = podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 10_000, 11_000] });
const late = podLease({ podUid: 'late', ip: WEB, edges: [10_000, 11_000, 90_000, 90_000] });

const rows: readonly (readonly [string, Case, Told])[] = [
  // Translated.
  ['one translation through a certain lease names the pod', { entries: [entry(WEB, BEGIN, 30_000)] }, exact('web')],
  ['a translation of the node itself names the node', { entries: [entry(NODE, BEGIN, 30_000)] }, { kind: 'node' }],
  [
    'a translation of an address from outside was only forwarded',
    { entries: [entry(STRANGER, BEGIN, 30_000)] },
    { kind: 'relayed', reason: 'forwarded-inbound' },
  ],
  [
    'a translation of a pod address that no pod is known to have held names nobody',
    { entries: [entry('10.244.9.9' as Ip, BEGIN, 30_000)] },
    nobody('no-lease-then'),
  ],
  [
    'a translation of another private address names nobody',
    { entries: [entry('10.9.9.9' as Ip, BEGIN, 30_000)] },
    nobody('no-lease-then'),
  ],
  [
    'a translation of a pod that had gone by then names nobody',
    {
      entries: [entry(WEB, BEGIN, 30_000)],
      pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 1_000, 9_000, 10_000] })],
    },
    nobody('no-lease-then'),
  ],
  [
    'a translation while a second pod may have had the address leaves both',
    { entries: [entry(WEB, BEGIN, 30_000)], pods: [early, late] },
    ambiguous('lease-uncertain', ['early', 'late']),
  ],
  [
    'a translation through an uncertain lease is not sure, even of the only one possible',
    {
      entries: [entry(WEB, BEGIN, 30_000)],
      pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 15_000, 90_000, 90_000] })],
    },
    ambiguous('lease-uncertain', ['web']),
  ],
  [
    'the only one possible is sure while a watch saw every pod',
    {
      entries: [entry(WEB, BEGIN, 30_000)],
      pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 15_000, 90_000, 90_000] })],
      watched: [span(0, 60_000)],
    },
    exact('web'),
  ],
  [
    'a host-network pod never holds a pod address',
    { entries: [entry(WEB, BEGIN, 30_000)], pods: [{ ...web, hostNetwork: true }] },
    nobody('no-lease-then'),
  ],
  [
    'a flow from a node that no inventory knows is named by its translation',
    { entries: [entry(WEB, BEGIN, 30_000)], nodes: [] },
    exact('web'),
  ],

  // Two on one tuple.
  [
    "two pods that shared the tuple within the clocks' uncertainty share the flow",
    { entries: [entry(WEB, BEGIN - 5_000, BEGIN, { opened: false }), entry(JOB, BEGIN + 5, 30_000)], protocol: UDP },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    'a pod and the node that shared the tuple share the flow',
    { entries: [entry(NODE, BEGIN - 5_000, BEGIN, { opened: false }), entry(WEB, BEGIN + 5, 30_000)], protocol: UDP },
    ambiguous('tuple-shared', ['web'], true),
  ],
  [
    "two entries of one pod are that pod's",
    { entries: [entry(WEB, 5_000, 12_000), entry(WEB, 13_000, 30_000)], protocol: UDP },
    exact('web'),
  ],
  [
    'two entries that name nobody, one from outside, name nobody',
    { entries: [entry(STRANGER, 5_000, 12_000), entry('10.244.9.9' as Ip, 13_000, 30_000)], protocol: UDP },
    nobody('no-lease-then'),
  ],
  [
    "a TCP connection is its SYN's: an entry that closed as it began is an earlier connection's",
    { entries: [entry(WEB, 2_000, BEGIN - 5), entry(JOB, BEGIN, 30_000)] },
    exact('job'),
  ],
  [
    "a TCP entry that opened as the flow ended is the next connection's",
    { entries: [entry(WEB, BEGIN, LAST), entry(JOB, LAST + 1, 30_000)] },
    exact('web'),
  ],
  [
    'an entry that opened at the edge of the uncertainty may be the one of the begin, however short the flow',
    { entries: [entry(WEB, BEGIN, BEGIN + 9), entry(JOB, BEGIN + 10, 30_000)], at: [BEGIN, BEGIN + 15] },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    'a TCP entry that opened in the middle of the flow shares it',
    { entries: [entry(WEB, BEGIN, 14_000), entry(JOB, 15_000, 30_000)] },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    "an earlier entry counts where the flow's begin was not seen",
    { entries: [entry(WEB, 2_000, BEGIN), entry(JOB, BEGIN + 1, 30_000)], unseenBegin: true },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    "a datagram that follows another owner's within the uncertainty may be either's",
    { entries: [entry(WEB, 2_000, BEGIN), entry(JOB, BEGIN + 1, 30_000)], protocol: UDP },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    'an entry whose end was lost ended before another opened on its tuple',
    {
      entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, BEGIN] }), entry(JOB, BEGIN, 30_000)],
      protocol: UDP,
    },
    exact('job'),
  ],
  [
    'another that opens at the first moment of the uncertainty proves as much',
    {
      entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, BEGIN - 10] }), entry(JOB, BEGIN - 10, 30_000)],
      protocol: UDP,
    },
    exact('job'),
  ],
  [
    'and so at the last',
    {
      entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, BEGIN + 10] }), entry(JOB, BEGIN + 10, 30_000)],
      protocol: UDP,
    },
    exact('job'),
  ],
  [
    'an entry whose end was lost, last seen within the uncertainty, may be the one of the begin',
    {
      entries: [entry(WEB, 2_000, BEGIN - 10, { closed: false, may: [2_000, BEGIN] }), entry(JOB, BEGIN, 30_000)],
      protocol: UDP,
    },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    'a datagram entry that was idle as the flow began is not its own, where another opened then',
    {
      entries: [entry(WEB, 2_000, BEGIN, { activeUntil: BEGIN - 11 }), entry(JOB, BEGIN + 1, 30_000)],
      protocol: UDP,
    },
    exact('job'),
  ],
  [
    'its last packet within the uncertainty may be the first of the flow',
    {
      entries: [entry(WEB, 2_000, BEGIN, { activeUntil: BEGIN - 10 }), entry(JOB, BEGIN + 1, 30_000)],
      protocol: UDP,
    },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    'a TCP entry that opened at the first moment of the uncertainty may be the one of the begin',
    { entries: [entry(WEB, BEGIN - 10, BEGIN - 5), entry(JOB, BEGIN, 30_000)] },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    "a TCP entry that opened at the first moment at which the flow may have ended is the next connection's",
    { entries: [entry(WEB, BEGIN, LAST - 20), entry(JOB, LAST - 10, 30_000)] },
    exact('web'),
  ],
  [
    'one that may have been there and one that certainly was share the flow',
    {
      entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, 15_000] }), entry(JOB, 15_000, 30_000)],
      protocol: UDP,
    },
    ambiguous('tuple-shared', ['job', 'web']),
  ],
  [
    "two entries of the node are the node's",
    { entries: [entry(NODE, 5_000, 12_000), entry(NODE, 13_000, 30_000)], protocol: UDP },
    { kind: 'node' },
  ],
  [
    'two entries that may each be one of two pods share the flow',
    {
      entries: [entry(WEB, BEGIN, BEGIN + 20), entry(WEB, BEGIN + 30, 30_000)],
      pods: [early, late],
      protocol: UDP,
    },
    ambiguous('tuple-shared', ['early', 'late']),
  ],

  // When a translation is certain.
  [
    'the edge of the uncertainty still counts as there',
    { entries: [entry(WEB, LAST + 10, 30_000)], protocol: UDP },
    exact('web'),
  ],
  [
    'a millisecond beyond it no longer does',
    { entries: [entry(WEB, LAST + 11, 30_000)], protocol: UDP },
    ambiguous('no-translation', ['job', 'web'], true),
  ],
  [
    'an entry that ended within the uncertainty before counts as there',
    { entries: [entry(WEB, 2_000, BEGIN - 10)], protocol: UDP },
    exact('web'),
  ],
  [
    'an entry that ended a millisecond earlier does not',
    { entries: [entry(WEB, 2_000, BEGIN - 11)], protocol: UDP },
    ambiguous('no-translation', ['job', 'web'], true),
  ],
  [
    'an entry that may have been there, with no line that proves it, is not enough',
    { entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, 90_000] })] },
    ambiguous('translation-uncertain', ['job', 'web'], true),
  ],
  [
    'such an entry on a node that no inventory knows leaves nobody to name',
    { entries: [entry(WEB, 2_000, 3_000, { closed: false, may: [2_000, 90_000] })], nodes: [] },
    nobody('node-unknown'),
  ],
  [
    'the clock of the node is corrected before anything is compared',
    {
      entries: [entry(WEB, BEGIN, BEGIN + 100)],
      at: [BEGIN + 3_600, BEGIN + 3_700],
      clock: { offsetMs: 3_600, uncertaintyMs: 10, pairs: 100 },
    },
    exact('web'),
  ],
  [
    "so is the time of the flow's last record",
    {
      entries: [entry(WEB, LAST + 11, 30_000)],
      at: [BEGIN + 3_600, LAST + 3_600],
      clock: { offsetMs: 3_600, uncertaintyMs: 10, pairs: 100 },
      protocol: UDP,
    },
    ambiguous('no-translation', ['job', 'web'], true),
  ],

  // Lost lines.
  [
    'a node that lost lines as the connection opened may have lost the one that matters',
    { entries: [entry(WEB, BEGIN, 30_000)], gap: span(9_000, 10_001) },
    ambiguous('conntrack-gap', ['job', 'web'], true),
  ],
  [
    'a gap that begins with the last moment at which the connection can have opened lies across it',
    { entries: [entry(WEB, BEGIN, 30_000)], gap: span(BEGIN + 10, 16_000) },
    ambiguous('conntrack-gap', ['job', 'web'], true),
  ],
  [
    'lines lost later do not matter to a TCP connection: its SYN was seen',
    { entries: [entry(WEB, BEGIN, 30_000)], gap: span(15_000, 16_000) },
    exact('web'),
  ],
  [
    'lines lost later matter to datagrams, whose entry may have changed hands',
    { entries: [entry(WEB, BEGIN, 30_000)], gap: span(15_000, 16_000), protocol: UDP },
    ambiguous('conntrack-gap', ['job', 'web'], true),
  ],
  [
    'a gap that ended before the flow does not matter',
    { entries: [entry(WEB, BEGIN, 30_000)], gap: span(9_000, 9_990) },
    exact('web'),
  ],

  // Datagram entries outlive pods.
  [
    'a datagram entry that outlives its pod is inherited by the next holder of the address',
    {
      entries: [entry(WEB, 9_000, 40_000)],
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 9_500, 9_600] }),
        podLease({ podUid: 'late', ip: WEB, edges: [9_500, 9_600, 90_000, 90_000] }),
      ],
      protocol: UDP,
    },
    ambiguous('lease-uncertain', ['early', 'late']),
  ],
  [
    "a datagram entry that was idle before the next holder came is its pod's",
    {
      entries: [entry(WEB, 9_000, 40_000, { activeUntil: 9_400 })],
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 9_500, 9_600] }),
        podLease({ podUid: 'late', ip: WEB, edges: [9_500, 9_600, 90_000, 90_000] }),
      ],
      protocol: UDP,
    },
    exact('early'),
  ],
  [
    "a TCP connection stays its opener's, whoever gets the address",
    {
      entries: [entry(WEB, BEGIN - 5, 40_000)],
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 12_000, 12_000] }),
        podLease({ podUid: 'late', ip: WEB, edges: [12_000, 12_000, 90_000, 90_000] }),
      ],
    },
    exact('early'),
  ],
  [
    'an entry that nobody saw open is named as of the flow',
    {
      entries: [entry(WEB, 15_000, 40_000, { opened: false, may: [0, 40_000] })],
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 12_000, 12_000] }),
        podLease({ podUid: 'late', ip: WEB, edges: [12_000, 12_000, 90_000, 90_000] }),
      ],
    },
    exact('early'),
  ],

  // No translation.
  [
    'without a translation every pod of the node is possible, and the node',
    {},
    ambiguous('no-translation', ['job', 'web'], true),
  ],
  [
    'pods of other nodes are not possible',
    { pods: [web, { ...job, node: 'node-1' }] },
    ambiguous('no-translation', ['web'], true),
  ],
  [
    'host-network pods are the node',
    { pods: [web, { ...job, ip: NODE, hostNetwork: true }] },
    ambiguous('no-translation', ['web'], true),
  ],
  [
    'pods that came after the flow are not possible',
    { pods: [web, podLease({ podUid: 'job', ip: JOB, edges: [LAST + 1, 30_000, 90_000, 90_000] })] },
    ambiguous('no-translation', ['web'], true),
  ],
  [
    'a pod that came with the last record is possible',
    { pods: [web, podLease({ podUid: 'job', ip: JOB, edges: [LAST, 30_000, 90_000, 90_000] })] },
    ambiguous('no-translation', ['job', 'web'], true),
  ],
  [
    'a pod that had gone as the flow began is not possible',
    { pods: [web, podLease({ podUid: 'job', ip: JOB, edges: [0, 1_000, 9_000, BEGIN] })] },
    ambiguous('no-translation', ['web'], true),
  ],
  [
    "both are meant on the node's clock",
    {
      pods: [
        web,
        podLease({ podUid: 'job', ip: JOB, edges: [0, 1_000, 9_000, BEGIN + 1] }),
        podLease({ podUid: 'late', ip: JOB, edges: [LAST + 1, LAST + 1, 90_000, 90_000] }),
      ],
      at: [BEGIN + 3_600, LAST + 3_600],
      clock: { offsetMs: 3_600, uncertaintyMs: 10, pairs: 100 },
    },
    ambiguous('no-translation', ['job', 'web'], true),
  ],
  [
    'a Windows node translates without Linux conntrack',
    { nodes: [nodeLease('node-0', NODE, { os: 'windows' })] },
    ambiguous('windows-node', ['job', 'web'], true),
  ],
  ['a node of which no inventory shows a pod at that time', { pods: [] }, nobody('inventory-gap')],
  ['an address that no node is known to have had', { nodes: [] }, nobody('node-unknown')],
  [
    'an address that a node had at another time only',
    { nodes: [nodeLease('node-0', NODE, { mayFrom: instant(BEGIN + 1) })] },
    nobody('node-unknown'),
  ],
  [
    'what entered from outside was sent by no pod of this cluster',
    { nodes: [], src: STRANGER, inbound: true },
    nobody('not-outbound'),
  ],

  // A pod's own address on the wire.
  ["the pod's own address on the wire names it through its certain lease", { src: WEB }, owner('web')],
  ['its conntrack then has nothing to say', { src: WEB, entries: [entry(JOB, BEGIN, 30_000)] }, owner('web')],
  [
    "an address that changed hands within the uncertainty may be either pod's",
    {
      src: WEB,
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, 10_005, 10_005] }),
        podLease({ podUid: 'late', ip: WEB, edges: [10_005, 10_005, 90_000, 90_000] }),
      ],
    },
    ambiguous('ip-shared', ['early', 'late']),
  ],
  [
    'the last moment at which the flow may have begun counts',
    {
      src: WEB,
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, BEGIN + 10, BEGIN + 10] }),
        podLease({ podUid: 'late', ip: WEB, edges: [BEGIN + 10, BEGIN + 10, 90_000, 90_000] }),
      ],
    },
    ambiguous('ip-shared', ['early', 'late']),
  ],
  [
    'a pod that had gone at the first such moment had nothing to do with it',
    {
      src: WEB,
      pods: [
        podLease({ podUid: 'early', ip: WEB, edges: [0, 1_000, BEGIN - 10, BEGIN - 10] }),
        podLease({ podUid: 'late', ip: WEB, edges: [BEGIN - 10, BEGIN - 10, 90_000, 90_000] }),
      ],
    },
    owner('late'),
  ],
  [
    "an address that was not certainly the pod's leaves it in doubt",
    { src: WEB, pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 15_000, 90_000, 90_000] })] },
    ambiguous('lease-uncertain', ['web']),
  ],
  [
    'the only pod that can have it is sure while a watch saw every pod',
    {
      src: WEB,
      pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 15_000, 90_000, 90_000] })],
      watched: [span(0, 60_000)],
    },
    owner('web'),
  ],
  [
    'a pod address that nobody held then names nobody',
    { src: WEB, pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 1_000, 5_000, 5_000] })] },
    nobody('no-lease-then'),
  ],
];

test.each(rows)('%s', (_, given, expected) => {
  expect(told(judged(given))).toEqual(expected);
});

test('the table shows every reason there is, and every kind of verdict', () => {
  const verdicts = rows.map(([, , verdict]) => verdict);
  // What is summed up has a table of its own, below.
  const shown = new Set([
    'aggregated',
    ...verdicts.flatMap((verdict) => ('reason' in verdict ? [verdict.reason] : [])),
  ]);
  // Those of relays: relay.test.ts.
  expect([...shown, ...RELAY_ROLES].sort()).toEqual(Object.keys(REASONS).sort());
  expect([...new Set(verdicts.map(({ kind }) => kind))].sort()).toEqual([
    'ambiguous',
    'exact',
    'node',
    'relayed',
    'unattributed',
  ]);
});

const nodeFrom = (name: string, mayFrom: number, mayUntil = 1_000): NodeLease =>
  nodeLease(name, NODE, { nodeUid: name, mayFrom: instant(mayFrom), mayUntil: instant(mayUntil) });
test.each<[string, number, readonly NodeLease[], string | undefined]>([
  ['before the first had it nobody did', 99, [nodeFrom('a', 100)], undefined],
  ['the first moment is in', 100, [nodeFrom('a', 100)], 'a'],
  ['the last is out', 1_000, [nodeFrom('a', 100)], undefined],
  ['before the second came the first had it', 499, [nodeFrom('a', 100), nodeFrom('b', 500)], 'a'],
  ['of two that may have had it, the one that came last did', 500, [nodeFrom('a', 100), nodeFrom('b', 500)], 'b'],
  ['of two that came together, the one whose uid is first', 500, [nodeFrom('a', 500), nodeFrom('b', 500)], 'a'],
])('of the nodes of one address, %s', (_, at, leases, expected) => {
  expect(nodeAt(leases, at)?.node).toBe(expected);
  expect(nodeAt(leases.toReversed(), at)?.node).toBe(expected);
});

test.each<[string, Case, unknown]>([
  ['a translation', { entries: [entry(WEB, BEGIN, 30_000)], pods: [early, late] }, 'translation'],
  ['the holder of the address', { src: WEB, pods: [early, late] }, 'lease'],
  ['nobody', { entries: [entry('10.9.9.9' as Ip, BEGIN, 30_000)] }, 'translation'],
  [
    'nobody at all',
    { src: WEB, pods: [podLease({ podUid: 'web', ip: WEB, edges: [0, 1_000, 5_000, 5_000] })] },
    'lease',
  ],
  ['nothing but the node', {}, null],
  ['nothing', { nodes: [] }, null],
])('a verdict that names %s says what it rests on', (_, given, expected) => {
  const { verdict } = judged(given);
  expect('by' in verdict ? verdict.by : verdict.kind).toBe(expected);
});

test.each<[string, Case, Partial<Judgement>]>([
  [
    'one that a translation names',
    { entries: [entry(WEB, BEGIN, 30_000)] },
    { node: 'node-0', isTranslated: true, podPort: 50_000 },
  ],
  ['one that nothing names', {}, { node: 'node-0', isTranslated: false, podPort: 0, goneAt: 0 }],
  [
    "one of a pod's own address",
    { src: WEB, pods: [{ ...web, node: 'node-7' }], nodes: [] },
    { node: 'node-7', isTranslated: false, podPort: 0, goneAt: 0 },
  ],
  [
    "a translation of a pod's own address",
    { src: WEB, entries: [entry(WEB, BEGIN, 30_000)] },
    { node: 'node-0', isTranslated: true, podPort: 0, goneAt: 30_000 as Instant },
  ],
  [
    'one that may be two pods',
    { entries: [entry(WEB, BEGIN, 30_000)], pods: [early, { ...late, node: 'node-7' }], nodes: [] },
    { node: 'node-0', isTranslated: true, podPort: 0, goneAt: 30_000 as Instant },
  ],
  ['one that nobody sent', { nodes: [] }, { node: '', isTranslated: false, podPort: 0, goneAt: 0 }],
])('of a flow, %s: the node, whether it is translated, and the port that the pod used', (_, given, expected) => {
  expect(judged(given)).toMatchObject(expected);
});

const aggregated: Verdict = { kind: 'ambiguous', reason: 'aggregated', by: null, podUids: 'every', orNode: true };
const unsure: Verdict = { kind: 'ambiguous', reason: 'lease-uncertain', by: 'lease', podUids: ['web'], orNode: false };
const none = (reason: 'inventory-gap' | 'node-unknown' | 'not-outbound'): Verdict => ({
  kind: 'unattributed',
  reason,
  by: null,
});
const lease = (...edges: [number, number, number, number]): PodLease => podLease({ podUid: 'web', ip: WEB, edges });
const until = (at: number): NodeLease => nodeLease('node-0', NODE, { mayUntil: instant(at) });
const from = (at: number): NodeLease => nodeLease('node-1', NODE, { mayFrom: instant(at) });

const ofWeb: Verdict = { kind: 'exact', by: 'lease', podUid: 'web' };
const shared: Verdict = {
  kind: 'ambiguous',
  reason: 'ip-shared',
  by: 'lease',
  podUids: ['next', 'web'],
  orNode: false,
};
/** Of a pod that surely never had the address, and possibly from then on. */
const next = (mayFrom: number): PodLease => ({ ...lease(mayFrom, 80_000, 90_000, 90_000), podUid: 'next' });

/* Flows that Traffic Analytics summed up: all of them between 10 s and 20 s, nobody knows when. */
test.each<[string, Partial<Pick<Case, 'pods' | 'nodes' | 'src' | 'inbound' | 'watched' | 'clock'>>, Verdict, string]>([
  ["a node's address is any of its pods', or the node", {}, aggregated, 'node-0'],
  ['a Windows node says no more', { nodes: [nodeLease('node-0', NODE, { os: 'windows' })] }, aggregated, 'node-0'],
  ['no pod is known on the node', { pods: [] }, none('inventory-gap'), 'node-0'],
  ['a stranger', { src: STRANGER }, none('node-unknown'), ''],
  ['from outside', { src: STRANGER, inbound: true }, none('not-outbound'), ''],
  ['the address went from node to node meanwhile', { nodes: [until(15_000), from(15_000)] }, none('node-unknown'), ''],
  [
    "a pod's own address that it held throughout",
    { src: WEB },
    { kind: 'exact', by: 'lease', podUid: 'web' },
    'node-0',
  ],
  ['held from the middle on', { src: WEB, pods: [lease(15_000, 15_000, 90_000, 90_000)] }, unsure, 'node-0'],
  ['held up to the middle', { src: WEB, pods: [lease(0, 0, 15_000, 15_000)] }, unsure, 'node-0'],
  ['an end that is not certain', { src: WEB, pods: [lease(0, 0, 19_999, 30_000)] }, unsure, 'node-0'],
  [
    'held to the last moment',
    { src: WEB, pods: [lease(10_000, 10_000, 20_001, 20_001)] },
    { kind: 'exact', by: 'lease', podUid: 'web' },
    'node-0',
  ],
  [
    'lost and had again',
    { src: WEB, pods: [lease(0, 0, 14_000, 14_000), lease(15_000, 15_000, 90_000, 90_000)] },
    unsure,
    'node-0',
  ],
  [
    'handed on meanwhile',
    { src: WEB, pods: [lease(0, 0, 15_000, 15_000), { ...lease(16_000, 16_000, 90_000, 90_000), podUid: 'next' }] },
    { kind: 'ambiguous', reason: 'ip-shared', by: 'lease', podUids: ['next', 'web'], orNode: false },
    'node-0',
  ],
  [
    'the next may have had it as the last may have ended, clocks being a hundredth apart',
    { src: WEB, pods: [web, next(20_010)] },
    shared,
    'node-0',
  ],
  ['the next had it after that', { src: WEB, pods: [web, next(20_011)] }, ofWeb, 'node-0'],
  [
    'the one before ended as the first may have begun',
    { src: WEB, pods: [web, { ...lease(0, 0, 9_990, 9_990), podUid: 'next' }] },
    ofWeb,
    'node-0',
  ],
  [
    'the one before may have ended after that',
    { src: WEB, pods: [web, { ...lease(0, 0, 9_990, 9_991), podUid: 'next' }] },
    shared,
    'node-0',
  ],
  [
    'the flow log is 3 s ahead: held from there on',
    { src: WEB, pods: [lease(7_000, 7_000, 17_001, 17_001)], clock: { offsetMs: 3_000, uncertaintyMs: 10, pairs: 9 } },
    ofWeb,
    'node-0',
  ],
  [
    'the flow log is 3 s behind',
    {
      src: WEB,
      pods: [lease(13_000, 13_000, 23_001, 23_001)],
      clock: { offsetMs: -3_000, uncertaintyMs: 10, pairs: 9 },
    },
    ofWeb,
    'node-0',
  ],
  [
    'nobody held it then',
    { src: WEB, pods: [lease(0, 0, 5_000, 5_000)] },
    { kind: 'unattributed', reason: 'no-lease-then', by: 'lease' },
    '',
  ],
])(
  'summed up: %s',
  (_, { pods = [web, job], nodes = [node], src = NODE, inbound = false, watched = [], clock }, verdict, on) => {
    const seen = { srcIp: src, destPort: 443, begin: instant(BEGIN), last: instant(LAST), outbound: !inbound };
    const world = {
      podLeases: pods,
      nodeLeases: nodes,
      watched,
      ...(clock === undefined ? {} : { clockOf: () => clock }),
    };
    const judgement = attributeAggregate(seen, worldWith(world));
    expect(judgement).toEqual({ verdict, node: on, isTranslated: false, podPort: 0, goneAt: 0 });
  },
);

test.each<[string, PodLease[], number, Verdict]>([
  [
    'of a DNS server to port 53 is its clients',
    [web],
    53,
    { kind: 'relayed', reason: 'dns', by: 'lease', podUid: 'web' },
  ],
  ['of a DNS server elsewhere is its own', [web], 443, ofWeb],
  ['that is not surely its', [lease(15_000, 15_000, 90_000, 90_000)], 53, unsure],
])('summed up: what %s', (_, podLeases, destPort, verdict) => {
  const seen = { srcIp: WEB, destPort, begin: instant(BEGIN), last: instant(LAST), outbound: true };
  const world = worldWith({ podLeases, nodeLeases: [node], relays: new Map([['web', 'dns']]) });
  expect(attributeAggregate(seen, world).verdict).toEqual(verdict);
});
