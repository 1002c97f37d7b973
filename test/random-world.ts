import fc from 'fast-check';
import { type Instant, instant } from '../src/base/instant.ts';
import { type Ip, parseIp } from '../src/base/ip.ts';
import type { Column, Table } from '../src/base/table.ts';
import { CONNTRACK_KINDS, DIRECTIONS, FLOW_STATES, type NodeSeen, type PodSeen } from '../src/core/facts.ts';
import type { Batch } from '../src/core/ports.ts';

/** When passes are made, as they are told: long after everything. */
export const NOW = instant(Date.UTC(2026, 10, 23));

/** Just before a full hour, so that flows, translations and leases cross the border between two windows. */
export const START = Date.UTC(2026, 10, 22, 2, 59, 50);

export interface RecordFact {
  readonly at: number;
  readonly state: number;
  readonly direction: number;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: number;
  readonly bytes: number;
}

export interface EventFact {
  readonly at: number;
  readonly kind: number;
  readonly originIp: string;
  readonly originPort: number;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: number;
  readonly startedAt: number;
  readonly timeout: number;
  readonly forced: boolean;
  /** Of a connection that nothing translates: told by the conntrack of a node that did not send it. */
  readonly elsewhere: boolean;
}

export interface RandomWorld {
  readonly records: readonly RecordFact[];
  readonly events: readonly EventFact[];
  readonly pods: readonly PodSeen[];
  readonly nodes: readonly NodeSeen[];
  readonly watch: { readonly from: number; readonly until: number } | null;
  /** Worlds whose node 0 lost conntrack lines. */
  readonly gaps: readonly number[];
  readonly count: number;
}

/** Few addresses, ports and moments, so that things collide: reused ports, reused addresses, events in one millisecond. */
export const NODES = ['10.224.0.4', '10.224.0.5'];
export const PODS = ['10.244.0.2', '10.244.0.3', '10.244.1.2'];
const OUTSIDE = ['203.0.113.9', '198.51.100.7'];

const moment = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((step) => START + step * 500),
  fc.integer({ min: 0, max: 20_000 }).map((ms) => START + ms),
  fc.integer({ min: 0, max: 30 }).map((step) => START + step * 61_000),
  // Exactly as far apart as a flow may be idle.
  fc.integer({ min: 0, max: 3 }).map((step) => START + step * 600_000),
);
const port = fc.constantFrom(40_000, 40_001);
const protocol = fc.constantFrom(6, 17);
const counter = fc.integer({ min: 0, max: 1_000 });

const record: fc.Arbitrary<RecordFact> = fc.record({
  at: moment,
  state: fc.constantFrom(FLOW_STATES.B, FLOW_STATES.B, FLOW_STATES.C, FLOW_STATES.E, FLOW_STATES.E, FLOW_STATES.D),
  direction: fc.constantFrom(DIRECTIONS.O, DIRECTIONS.O, DIRECTIONS.O, DIRECTIONS.I),
  srcIp: fc.constantFrom(...NODES, ...NODES, ...NODES, ...PODS, '10.9.9.9', '192.0.2.1'),
  srcPort: port,
  destIp: fc.constantFrom(...OUTSIDE, OUTSIDE[0] as string, PODS[2] as string, '10.224.0.5'),
  destPort: fc.constantFrom(443),
  protocol,
  bytes: counter,
});

const event: fc.Arbitrary<EventFact> = fc
  .record({
    at: moment,
    kind: fc.constantFrom(
      CONNTRACK_KINDS.NEW,
      CONNTRACK_KINDS.NEW,
      CONNTRACK_KINDS.UPDATE,
      CONNTRACK_KINDS.DESTROY,
      CONNTRACK_KINDS.DUMP,
    ),
    originIp: fc.constantFrom(...PODS, ...PODS, 'self', '192.0.2.77', '10.244.9.9'),
    originPort: fc.constantFrom(40_000, 50_000),
    srcIp: fc.constantFrom(...NODES, ...NODES, PODS[0] as string),
    srcPort: port,
    destIp: fc.constantFrom(...OUTSIDE, OUTSIDE[0] as string, PODS[2] as string, '10.224.0.5', '127.0.0.1'),
    destPort: fc.constantFrom(443),
    protocol,
    startedAt: fc.constantFrom(0, 0, START - 20_000, START + 1_000),
    timeout: fc.constantFrom(0, 5, 30),
    forced: fc.boolean(),
    elsewhere: fc.boolean(),
  })
  .map((e) => ({
    ...e,
    originIp: e.originIp === 'self' ? e.srcIp : e.originIp,
    startedAt: Math.min(e.startedAt, Math.floor(e.at / 1_000) * 1_000),
  }));

/** What really happens: opened, recorded at both ends of its life, closed. */
const connection = fc
  .record({
    at: moment,
    lasts: fc.constantFrom(0, 1, 300, 5_000, 400_000),
    /** How long the entry outlives it. */
    lingers: fc.constantFrom(10_000, 10_000, 0),
    originIp: fc.constantFrom(...PODS, 'self'),
    srcIp: fc.constantFrom(...NODES),
    // Half of them share their tuple with nobody.
    srcPort: fc.oneof(port, fc.integer({ min: 42_000, max: 60_000 })),
    destIp: fc.constantFrom(...OUTSIDE),
    protocol,
    lost: fc.constantFrom('', '', '', 'NEW', 'DESTROY', 'B', 'E', 'records', 'lines'),
    bytes: counter,
    timeout: fc.constantFrom(0, 5, 30),
    forced: fc.boolean(),
    /** A further line in the millisecond of the first or of the last. */
    beside: fc.constantFrom('', 'NEW', 'DESTROY'),
  })
  .map((c) => {
    const tuple = { srcIp: c.srcIp, srcPort: c.srcPort, destIp: c.destIp, destPort: 443, protocol: c.protocol };
    const origin = {
      originIp: c.originIp === 'self' ? c.srcIp : c.originIp,
      originPort: 50_000,
      startedAt: 0,
      timeout: c.timeout,
      forced: false,
      elsewhere: false,
    };
    const end = c.at + c.lasts + c.lingers;
    const lines: EventFact[] = [
      ...(c.lost === 'NEW' ? [] : [{ ...tuple, ...origin, at: c.at, kind: CONNTRACK_KINDS.NEW }]),
      ...(c.lost === 'DESTROY'
        ? []
        : [{ ...tuple, ...origin, at: end, timeout: 0, forced: c.forced, kind: CONNTRACK_KINDS.DESTROY }]),
      ...(c.beside === ''
        ? []
        : [{ ...tuple, ...origin, at: c.beside === 'NEW' ? c.at : end, timeout: 30, kind: CONNTRACK_KINDS.UPDATE }]),
    ];
    const rows: RecordFact[] = [
      ...(c.lost === 'B' ? [] : [{ ...tuple, at: c.at, state: FLOW_STATES.B, direction: DIRECTIONS.O, bytes: 0 }]),
      ...(c.lost === 'E'
        ? []
        : [{ ...tuple, at: c.at + c.lasts, state: FLOW_STATES.E, direction: DIRECTIONS.O, bytes: c.bytes }]),
    ];
    return { records: c.lost === 'records' ? [] : rows, events: c.lost === 'lines' ? [] : lines };
  });

const second = (ms: number): Instant => (Math.floor(ms / 1_000) * 1_000) as Instant;

const pod = fc
  .record({
    ip: fc.constantFrom(...PODS),
    accepted: fc.constantFrom(START - 100_000, START - 100_000, START, START + 4_000, START + 60_000, START + 395_000),
    starts: fc.constantFrom<number>(0, 500, 2_000),
    lives: fc.constantFrom<number>(300, 4_000, 900_000, 10_000_000),
    finished: fc.boolean(),
    deleted: fc.boolean(),
    hostNetwork: fc.constantFrom(false, false, false, true),
  })
  .map((p) => {
    const node = p.ip.startsWith('10.244.0.') ? 0 : 1;
    return { ...p, node, ip: p.hostNetwork ? (NODES[node] as string) : p.ip };
  });

export const ip = (text: string): Ip => {
  const parsed = parseIp(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};

const podSeen = (
  p: {
    ip: string;
    node: number;
    accepted: number;
    starts: number;
    lives: number;
    finished: boolean;
    deleted: boolean;
    hostNetwork: boolean;
  },
  i: number,
): PodSeen[] => {
  const started = p.accepted + p.starts;
  const ends = started + p.lives;
  const base: PodSeen = {
    uid: `uid-${i}`,
    namespace: i === 0 ? 'kube-system' : 'shop',
    name: `pod-${i}`,
    node: `node-${p.node}`,
    ips: [ip(p.ip)],
    hostIps: [],
    hostNetwork: p.hostNetwork,
    workload: { kind: 'Deployment', namespace: 'shop', name: `app-${i}` },
    phase: 'Running',
    terminating: false,
    createdAt: second(p.accepted),
    acceptedAt: second(p.accepted),
    startedAt: second(started),
    finishedAt: null,
    deletionAskedAt: null,
    event: 'added',
    at: second(started),
  };
  const over = ends < START + 3_600_000;
  return [
    base,
    ...(over && p.finished
      ? [
          {
            ...base,
            event: 'modified' as const,
            phase: 'Succeeded' as const,
            finishedAt: second(ends),
            at: second(ends + 2_000),
          },
        ]
      : []),
    ...(over && p.deleted
      ? [{ ...base, event: 'deleted' as const, finishedAt: p.finished ? second(ends) : null, at: second(ends + 3_000) }]
      : []),
  ];
};

const nodes: readonly NodeSeen[] = NODES.map((address, i) => ({
  uid: `node-uid-${i}`,
  name: `node-${i}`,
  ips: [ip(address)],
  podCidrs: [`10.244.${i}.0/24`, `fd00:${i + 1}::/64`],
  os: i === 0 ? 'linux' : 'windows',
  labels: {},
  createdAt: (START - 10_000_000) as Instant,
  event: 'listed',
  at: (START - 1_000) as Instant,
}));

const watch = fc.constantFrom(
  null,
  { from: START - 100_000, until: START + 3_600_000 },
  { from: START, until: START + 5_000 },
);

type SmallWorld = typeof oneWorld extends fc.Arbitrary<infer World> ? World : never;

const oneWorld = fc.record({
  connections: fc.array(connection, { maxLength: 10 }),
  records: fc.array(record, { maxLength: 12 }),
  events: fc.array(event, { maxLength: 9 }),
  pods: fc.array(pod, { maxLength: 6 }),
  nodeCount: fc.constantFrom(2, 2, 2, 1, 0),
  gap: fc.boolean(),
});

/** What chance seldom makes: lines that share a millisecond and disagree, entries that outlive their pod, exact distances. */
const corners = (): SmallWorld => {
  const [one, two] = OUTSIDE as [string, string];
  const udp = { srcIp: NODES[0] as string, destPort: 443, protocol: 17 };
  const tcp = { srcIp: NODES[1] as string, destPort: 443, protocol: 6 };
  const line = (
    ms: number,
    kind: keyof typeof CONNTRACK_KINDS,
    tuple: Pick<EventFact, 'srcPort' | 'destIp'>,
    rest: Partial<EventFact> = {},
  ): EventFact => ({
    ...udp,
    originIp: PODS[0] as string,
    originPort: 50_000,
    startedAt: 0,
    timeout: 0,
    forced: false,
    elsewhere: false,
    at: START + ms,
    kind: CONNTRACK_KINDS[kind],
    ...tuple,
    ...rest,
  });
  const row = (
    ms: number,
    state: keyof typeof FLOW_STATES,
    tuple: Pick<RecordFact, 'srcIp' | 'srcPort' | 'destIp' | 'destPort' | 'protocol'>,
  ): RecordFact => ({
    ...tuple,
    at: START + ms,
    state: FLOW_STATES[state],
    direction: DIRECTIONS.O,
    bytes: 1 + (ms % 7),
  });
  /** A datagram entry from one holder of the address into the time of the next. */
  const outlives = (tuple: Pick<EventFact, 'srcPort' | 'destIp'>, between: readonly EventFact[], forced = false) => ({
    events: [line(100_000, 'NEW', tuple, { timeout: 30 }), ...between, line(420_000, 'DESTROY', tuple, { forced })],
    records: [row(100_000, 'B', { ...udp, ...tuple }), row(410_000, 'E', { ...udp, ...tuple })],
  });
  const [a, b, c, d, e, f] = [
    { srcPort: 40_000, destIp: one },
    { srcPort: 40_001, destIp: one },
    { srcPort: 40_000, destIp: two },
    { srcPort: 40_001, destIp: two },
    { srcPort: 40_000, destIp: '192.0.2.10' },
    { srcPort: 40_001, destIp: '192.0.2.10' },
  ] as const;
  const [idle, idleTwice, told] = [
    { ...tcp, ...a },
    { ...tcp, ...b },
    { ...tcp, ...c },
  ];
  // Far from the hour in which the flow counts: a record an hour later or earlier, a line that tells of a start or an end long ago.
  const [late, early, since, whole] = ['192.0.2.11', '192.0.2.12', '192.0.2.13', '192.0.2.14'].map((destIp) => ({
    ...tcp,
    srcPort: 40_000,
    destIp,
  })) as [typeof idle, typeof idle, typeof idle, typeof idle];
  const seen = { ip: PODS[0] as string, node: 0, hostNetwork: false, starts: 0 };
  return {
    connections: [
      outlives(a, [line(200_000, 'DUMP', a, { timeout: 5 })]),
      outlives(b, [line(420_000, 'UPDATE', b)], true),
      outlives(c, [line(101_000, 'UPDATE', c, { timeout: 5 })]),
      outlives(d, [line(100_000, 'UPDATE', d)]),
      outlives(e, [line(100_000, 'UPDATE', e, { timeout: 5 })]),
      // And a second entry of the same tuple later on.
      outlives(f, [line(800_000, 'NEW', f, { timeout: 30 }), line(810_000, 'DESTROY', f)]),
    ],
    records: [
      // Recorded every ten minutes, on the minute, across the full hour: its begin is far behind the border.
      ...Array.from({ length: 9 }, (_, i) => row(10_000 + i * 600_000, i === 0 ? 'B' : 'C', { ...tcp, ...d })),
      row(0, 'B', idle),
      row(600_000, 'C', idle),
      row(1_200_001, 'C', idle),
      row(0, 'B', idleTwice),
      row(600_000, 'B', idleTwice),
      row(600_000, 'E', idleTwice),
      row(5_400_000, 'B', late),
      row(600_000, 'E', early),
      // Of a connection that nothing translates: its line measures no clock, as its teller speaks for no address of a pod.
      row(700_400, 'B', { ...tcp, ...a, srcIp: PODS[2] as string }),
    ],
    events: [
      line(30_000, 'DUMP', told, { ...tcp, startedAt: START - 20_000 }),
      line(30_000, 'DUMP', told, { ...tcp, startedAt: START + 1_000 }),
      line(600_000, 'NEW', late, tcp),
      line(600_000, 'NEW', { ...late, srcPort: 40_001 }, { ...tcp, originIp: tcp.srcIp, elsewhere: true }),
      line(5_400_000, 'DUMP', early, tcp),
      line(5_400_000, 'DUMP', since, { ...tcp, startedAt: START + 600_000 }),
      line(600_000, 'NEW', whole, tcp),
      line(5_400_000, 'DESTROY', whole, tcp),
      line(700_000, 'NEW', a, { ...tcp, ...a, srcIp: PODS[2] as string, originIp: PODS[2] as string, elsewhere: true }),
      // The same told by the receiver's node is not believed.
      line(700_000, 'NEW', b, { ...tcp, ...b, srcIp: PODS[2] as string, originIp: PODS[2] as string }),
    ],
    pods: [
      {
        ip: PODS[2] as string,
        node: 1,
        hostNetwork: false,
        starts: 0,
        accepted: START - 100_000,
        lives: 100_000_000,
        finished: false,
        deleted: false,
      },
      {
        ip: NODES[1] as string,
        node: 1,
        hostNetwork: true,
        starts: 0,
        accepted: START - 100_000,
        lives: 100_000_000,
        finished: false,
        deleted: false,
      },
      { ...seen, accepted: START - 100_000, lives: 300_000, finished: true, deleted: false },
      { ...seen, accepted: START + 395_000, lives: 10_000_000, finished: false, deleted: false },
    ],
    nodeCount: 2,
    gap: false,
  };
};

/** What lone worlds are made of. */
const HOUR_4 = 3_610_000;
const HOUR_5 = HOUR_4 + 3_600_000;
const wire = (node: 0 | 1, srcPort: number) => ({
  srcIp: NODES[node] as string,
  srcPort,
  destIp: OUTSIDE[0] as string,
  destPort: 443,
  protocol: 6,
});
const told = (
  ms: number,
  kind: keyof typeof CONNTRACK_KINDS,
  tuple: ReturnType<typeof wire>,
  started = 0,
): EventFact => ({
  ...tuple,
  at: START + ms,
  kind: CONNTRACK_KINDS[kind],
  originIp: PODS[0] as string,
  originPort: 50_000,
  startedAt: started === 0 ? 0 : START + started,
  timeout: 0,
  forced: false,
  elsewhere: false,
});
const logged = (ms: number, state: keyof typeof FLOW_STATES, tuple: ReturnType<typeof wire>): RecordFact => ({
  ...tuple,
  at: START + ms,
  state: FLOW_STATES[state],
  direction: DIRECTIONS.O,
  bytes: state === 'B' ? 0 : 1,
});
const alone = (facts: Pick<SmallWorld, 'records' | 'events'> & Partial<SmallWorld>): SmallWorld => ({
  connections: [],
  pods: [
    {
      ip: PODS[0] as string,
      node: 0,
      hostNetwork: false,
      accepted: START - 1_000_000_000,
      starts: 0,
      lives: 2_000_000_000,
      finished: false,
      deleted: false,
    },
  ],
  nodeCount: 2,
  gap: false,
  ...facts,
});

/** Clocks that are five minutes off, one each way, and what they bring over the border of an hour to the millisecond. */
const apart = (): SmallWorld => {
  const MOST = 300_000;
  return alone({
    connections: ([0, 1] as const).flatMap((node) =>
      Array.from({ length: 9 }, (_, i) => {
        const tuple = wire(node, 43_000 + i);
        const [opened, off] = [MOST + 20_000 + i * 1_000, node === 0 ? MOST : -MOST];
        return {
          // One of them is over in the millisecond in which it began.
          events: [told(opened, 'NEW', tuple), told(opened + (i === 8 ? 0 : 5_000), 'DESTROY', tuple)],
          records: [logged(opened + off, 'B', tuple), logged(opened + off + 5_000, 'E', tuple)],
        };
      }),
    ),
    records: [],
    events: [
      told(HOUR_4 - MOST, 'NEW', wire(0, 44_000)),
      told(HOUR_5 + MOST - 1, 'NEW', wire(1, 44_000)),
      told(HOUR_5 + 2 * MOST, 'DUMP', wire(0, 44_001), HOUR_4 - MOST),
      told(HOUR_5 + 4_000_000, 'DUMP', wire(1, 44_001), HOUR_5 + MOST - 2_000),
    ],
  });
};

/**
 * A flow recorded every ten minutes from twenty minutes before an hour, its B, still earlier, on the first of these;
 * and an entry whose record is twenty minutes after that hour.
 */
const chained = (): SmallWorld =>
  alone({
    gap: true,
    records: [
      logged(HOUR_4 - 1_500_000, 'B', wire(0, 40_000)),
      ...[-1_200_000, -600_000, 0].map((ms) => logged(HOUR_4 + ms, 'C', wire(0, 40_000))),
      logged(HOUR_4 + 1_200_000, 'B', wire(1, 40_000)),
    ],
    events: [told(HOUR_4 - 1_800_000, 'NEW', wire(1, 40_000))],
  });

/** Lines five days from the hour of their record; and one whose record, twenty minutes after its hour, carries a B from before. */
const old = (): SmallWorld => {
  const FIVE_DAYS = 5 * 86_400_000;
  return alone({
    records: [
      logged(2_000, 'B', wire(0, 40_003)),
      ...[40_000, 40_001, 40_002].map((of) => logged(HOUR_4 + 1_000, 'B', wire(0, of))),
      logged(HOUR_4 + 900_000, 'B', wire(0, 40_004)),
      logged(HOUR_4 + 1_260_000, 'E', wire(0, 40_004)),
    ],
    events: [
      told(2_000, 'NEW', wire(0, 40_003)),
      told(HOUR_4 - FIVE_DAYS, 'NEW', wire(0, 40_000)),
      told(HOUR_5 + FIVE_DAYS - 1, 'DUMP', wire(0, 40_001)),
      told(HOUR_4 - FIVE_DAYS - 10_000, 'NEW', wire(0, 40_002)),
      told(HOUR_4 + 2_000, 'DESTROY', wire(0, 40_002)),
      told(HOUR_4 - 1_800_000, 'NEW', wire(0, 40_004)),
    ],
  });
};

/** A node whose conntrack shows an hour later only, by its first translation, that the address is its own. */
const toldLate = (): SmallWorld => {
  const own = wire(0, 40_000);
  return alone({
    records: [logged(2_000, 'B', own)],
    events: [{ ...told(2_000, 'NEW', own), originIp: own.srcIp }, told(HOUR_4, 'NEW', wire(0, 41_000))],
  });
};

/** Several small worlds in one cluster, apart by their addresses: a statement of the engine costs the same for one as for many. */
const worldsOf = (minLength: number, maxLength: number, also: readonly SmallWorld[] = []): fc.Arbitrary<RandomWorld> =>
  fc
    .record({
      worlds: fc.array(oneWorld, { minLength, maxLength, size: 'max' }).map((some) => [...some, ...also]),
      watch,
    })
    .map(({ worlds, watch: watched }) => ({
      records: worlds.flatMap((w, k) =>
        distinct([...w.records, ...w.connections.flatMap((c) => c.records)]).map((r) => moved(r, k)),
      ),
      events: worlds.flatMap((w, k) =>
        distinct([...w.events, ...w.connections.flatMap((c) => c.events)]).map((e) => moved(e, k)),
      ),
      pods: worlds.flatMap((w, k) => w.pods.flatMap(podSeen).map((p) => podMoved(p, k))),
      nodes: worlds.flatMap((w, k) => nodes.slice(0, w.nodeCount).map((n) => nodeMoved(n, k))),
      watch: watched,
      gaps: worlds.flatMap((w, k) => (w.gap ? [k] : [])),
      count: worlds.length,
    }));

/** The records and lines of one small world, without an inventory. */
export const smallFacts = oneWorld.map((w) => ({
  records: distinct([...w.records, ...w.connections.flatMap((c) => c.records)]),
  events: distinct([...w.events, ...w.connections.flatMap((c) => c.events)]),
}));

export const randomWorld = worldsOf(1, 16);
/** For tests that write it in many pieces. */
export const smallWorld = worldsOf(1, 2);
/** As many as there can be: for tests that look at few. */
export const richWorld = worldsOf(15, 15, [corners()]);
/** For tests that bring it in several times. */
export const fewWorlds = worldsOf(4, 4, [corners()]);

/** Each alone, as nothing else may lie beside it. */
export const loneWorlds: readonly fc.Arbitrary<RandomWorld>[] = [
  worldsOf(0, 0, [apart()]),
  worldsOf(0, 0, [chained()]),
  worldsOf(0, 0, [old()]),
];
/** Its last line is to be written after everything else. */
export const lateWorld = worldsOf(0, 0, [toldLate()]);

/** What a world's node 0 may have lost of conntrack. */
export const GAP = { from: START + 1_000, until: START + 3_000 };

/** The address of the same part in world k: the third number says which world it is of. */
const address = (text: string, k: number): string =>
  text.replace(/^10\.(\d+)\.(\d+)\./, (_, a: string, b: string) => `10.${a}.${Number(b) + 16 * k}.`);
const worldOf = (text: string): number => Math.floor(Number(text.split('.')[2]) / 16);

const moved = <T extends { readonly srcIp: string; readonly destIp: string; readonly originIp?: string }>(
  fact: T,
  k: number,
): T => ({
  ...fact,
  srcIp: address(fact.srcIp, k),
  destIp: address(fact.destIp, k),
  ...(fact.originIp === undefined ? {} : { originIp: address(fact.originIp, k) }),
});
const podMoved = (p: PodSeen, k: number): PodSeen => ({
  ...p,
  uid: `${p.uid}-${k}`,
  node: `${p.node}-${k}`,
  ips: p.ips.map((text) => ip(address(text, k))),
});
const nodeMoved = (n: NodeSeen, k: number): NodeSeen => ({
  ...n,
  uid: `${n.uid}-${k}`,
  name: `${n.name}-${k}`,
  ips: n.ips.map((text) => ip(address(text, k))),
  podCidrs: n.podCidrs.map((text) => address(text, k)),
});

const distinct = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const ipColumn = (texts: readonly string[]): Column => {
  const values = new Uint8Array(texts.length * 16);
  for (const [i, text] of texts.entries())
    values.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...text.split('.').map(Number)], i * 16);
  return { type: 'IPv6', values };
};
const u8 = (values: readonly number[]): Column => ({ type: 'UInt8', values: Uint8Array.from(values) });
const u16 = (values: readonly number[]): Column => ({ type: 'UInt16', values: Uint16Array.from(values) });
const i64 = (values: readonly number[]): Column => ({ type: 'Int64', values: BigInt64Array.from(values.map(BigInt)) });
const u64 = (values: readonly number[]): Column => ({
  type: 'UInt64',
  values: BigUint64Array.from(values.map(BigInt)),
});
const words = (count: number): Column => ({ type: 'Dictionary', values: new Uint32Array(count), words: ['x'] });

/** Four counters that nobody can take for one another; or none. */
export const countersOf = ({ bytes }: RecordFact) => ({
  packetsOut: bytes,
  bytesOut: bytes * 10,
  packetsIn: bytes === 0 ? 0 : bytes + 1,
  bytesIn: bytes * 7,
});

export const recordTable = (records: readonly RecordFact[]): Table => ({
  rows: records.length,
  columns: {
    at_ms: i64(records.map((r) => r.at)),
    src_ip: ipColumn(records.map((r) => r.srcIp)),
    dest_ip: ipColumn(records.map((r) => r.destIp)),
    src_port: u16(records.map((r) => r.srcPort)),
    dest_port: u16(records.map((r) => r.destPort)),
    protocol: u8(records.map((r) => r.protocol)),
    direction: u8(records.map((r) => r.direction)),
    state: u8(records.map((r) => r.state)),
    packets_out: u64(records.map((r) => countersOf(r).packetsOut)),
    bytes_out: u64(records.map((r) => countersOf(r).bytesOut)),
    packets_in: u64(records.map((r) => countersOf(r).packetsIn)),
    bytes_in: u64(records.map((r) => countersOf(r).bytesIn)),
    encryption: words(records.length),
    rule: words(records.length),
    mac: u64(records.map((r) => r.direction)),
    resource: words(records.length),
    logged_ms: i64(records.map((r) => r.at)),
    log: u8(records.map(() => 0)),
  },
});

/** The kernel has counted nothing when it tells of a new entry. */
const counted = ({ kind }: EventFact): number => Number(kind !== CONNTRACK_KINDS.NEW);
/** Four counters that nobody can take for one another. */
export const countedOf = (e: EventFact) => ({
  packetsOut: counted(e),
  bytesOut: 60 * counted(e),
  packetsIn: 2 * counted(e),
  bytesIn: 150 * counted(e),
});

export const eventTable = (events: readonly EventFact[]): Table => ({
  rows: events.length,
  columns: {
    at_ms: i64(events.map((e) => e.at)),
    kind: u8(events.map((e) => e.kind)),
    id: { type: 'UInt32', values: new Uint32Array(events.length) },
    protocol: u8(events.map((e) => e.protocol)),
    orig_src_ip: ipColumn(events.map((e) => e.originIp)),
    orig_dest_ip: ipColumn(events.map((e) => e.destIp)),
    orig_src_port: u16(events.map((e) => e.originPort)),
    orig_dest_port: u16(events.map((e) => e.destPort)),
    reply_src_ip: ipColumn(events.map((e) => e.destIp)),
    reply_dest_ip: ipColumn(events.map((e) => e.srcIp)),
    reply_src_port: u16(events.map((e) => e.destPort)),
    reply_dest_port: u16(events.map((e) => e.srcPort)),
    started_ms: i64(events.map((e) => (e.startedAt === 0 ? -1 : e.startedAt))),
    packets_orig: u64(events.map((e) => countedOf(e).packetsOut)),
    bytes_orig: u64(events.map((e) => countedOf(e).bytesOut)),
    packets_reply: u64(events.map((e) => countedOf(e).packetsIn)),
    bytes_reply: u64(events.map((e) => countedOf(e).bytesIn)),
    counted: u8(events.map(counted)),
    unreplied: u8(events.map((e) => 1 - counted(e))),
    assured: u8(events.map(() => 0)),
    forced: u8(events.map((e) => Number(e.forced))),
    timeout_s: { type: 'UInt32', values: Uint32Array.from(events.map((e) => e.timeout)) },
  },
});

export const emptyBatch = (cluster: string, object: string): Batch => ({
  cluster,
  object,
  format: 'vnet-flow-log',
  node: '',
  flowRecords: null,
  conntrack: null,
  pods: [],
  nodes: [],
  looks: [],
  gaps: [],
  logLines: [],
  aggregates: [],
  sightings: [],
  rejects: [],
});

/** The conntrack that tells the line: that of the node with the wire's source address, or on which the pod with it runs; or another's. */
export const tellerOf = ({
  srcIp,
  originIp,
  elsewhere,
}: Pick<EventFact, 'srcIp' | 'originIp' | 'elsewhere'>): string => {
  const own = Number(srcIp.endsWith('.5'));
  const node = srcIp.includes('10.224.') ? (elsewhere && originIp === srcIp ? 1 - own : own) : Number(elsewhere);
  return `${node} of ${worldOf(srcIp)}`;
};

/** The world as batches, one for each source; conntrack is one object for each node that tells. */
export const batchesOf = (world: RandomWorld, cluster: string): Batch[] => [
  { ...emptyBatch(cluster, 'records'), flowRecords: recordTable(world.records) },
  ...[...Map.groupBy(world.events, tellerOf)].map(([teller, events]) => ({
    ...emptyBatch(cluster, `conntrack ${teller}`),
    format: 'conntrack' as const,
    conntrack: eventTable(events),
  })),
  ...world.gaps.map((k) => ({
    ...emptyBatch(cluster, `conntrack 0 of ${k}`),
    format: 'conntrack' as const,
    gaps: [
      {
        source: 'conntrack' as const,
        node: '',
        from: GAP.from as Instant,
        until: GAP.until as Instant,
        why: 'lost lines',
      },
    ],
  })),
  {
    ...emptyBatch(cluster, 'inventory'),
    format: 'kubernetes-watch',
    pods: world.pods,
    nodes: world.nodes,
    looks:
      world.watch === null
        ? []
        : [{ kind: 'watch', of: 'pods', from: world.watch.from as Instant, until: world.watch.until as Instant }],
  },
];
