import { HOUR, instant, MINUTE, SECOND } from '../../src/base/instant.ts';
import { MAX_APART } from '../../src/core/attribution/clock.ts';
import { IDLE } from '../../src/core/attribution/flow.ts';
import type { FlowAggregate } from '../../src/core/facts.ts';
import type { Batch, Store } from '../../src/core/ports.ts';
import { recordChanges } from '../../src/store/attribution/changes.ts';
import type { Engine, Params } from '../../src/store/engine.ts';
import { sql } from '../../src/store/sql.ts';
import { entryAt, NODE_IP, podSeen, recordAt, summedUp } from '../one-fact.ts';
import { emptyBatch, type EventFact, eventTable, ip, NOW, type RecordFact, recordTable } from '../random-world.ts';

/*
 * Queries that decide no verdict of a single flow: what changed, who relays, what Traffic Analytics alone tells of. Each is asked of facts
 * in which every part of it bears on the answer: just within a bound and just beyond it, in another cluster, shard, window, generation.
 */

const T = Date.UTC(2026, 10, 22, 3);
const OTHER_NODE = '10.224.0.5';
const POD = '10.244.0.2';

/** Gives what a query answers, in an order that does not depend on the engine. */
export type Ask = () => Promise<unknown>;

export const answersOn = async (engine: Engine, store: Store): Promise<Readonly<Record<string, Ask>>> => {
  const changed = await whatChanged(engine);
  const aggregates = await aggregatesAlone(engine, store);
  return {
    'attribution/compare': changed,
    'attribution/changes-insert': changed,
    'attribution/reopened-insert': changed,
    'attribution/changes': changed,
    'attribution/reopened': changed,
    'attribution/aggregates': () => aggregates('attribution/aggregates'),
    'attribution/summed': () => aggregates('attribution/summed'),
    'inventory/relay-clients': await relayClients(engine, store),
  };
};

const sorted = (rows: readonly unknown[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

interface FlowFact {
  readonly port: number;
  readonly begin: number;
  readonly last: number;
  readonly said: string;
  readonly uid?: string;
  readonly by?: number;
}

const EXACT = 'exact by translation';
const OPEN = 'no-translation';
/** Of one tuple, the flows of the answer before and of that after. */
const PAIRS: readonly (readonly [
  before: readonly Omit<FlowFact, 'port'>[],
  after: readonly Omit<FlowFact, 'port'>[],
])[] = [
  // The same is said, or the same but for the reason, or of the pods that are possible.
  [[{ begin: 10, last: 20, said: EXACT, uid: 'web' }], [{ begin: 10, last: 20, said: EXACT, uid: 'web' }]],
  [[{ begin: 10, last: 20, said: OPEN }], [{ begin: 10, last: 20, said: 'tuple-shared' }]],
  [
    [{ begin: 10, last: 20, said: 'tuple-shared', uid: 'web' }],
    [{ begin: 10, last: 20, said: 'tuple-shared', uid: 'job' }],
  ],
  // Another verdict, another pod, another pod that relayed it.
  [[{ begin: 10, last: 20, said: OPEN }], [{ begin: 10, last: 20, said: EXACT, uid: 'web' }]],
  [[{ begin: 10, last: 20, said: EXACT, uid: 'web' }], [{ begin: 10, last: 20, said: EXACT, uid: 'job' }]],
  [
    [{ begin: 10, last: 20, said: 'dns by lease', uid: 'web' }],
    [{ begin: 10, last: 20, said: 'proxy by lease', uid: 'job' }],
  ],
  // No more, or too far.
  [[{ begin: 10, last: 20, said: EXACT, uid: 'web' }], []],
  [[{ begin: 10, last: 20, said: OPEN }], [{ begin: 10 + IDLE + 1, last: 20 + IDLE, said: OPEN }]],
  [[{ begin: IDLE + 10, last: IDLE + 20, said: OPEN }], [{ begin: 9, last: 9, said: OPEN }]],
  // As far as may be, and alive though it began long before.
  [[{ begin: 10, last: 20, said: OPEN }], [{ begin: 10 + IDLE, last: 20 + IDLE, said: 'node' }]],
  [[{ begin: 2 * IDLE, last: 2 * IDLE, said: OPEN }], [{ begin: 0, last: 2 * IDLE, said: EXACT, uid: 'web' }]],
  // The one that was alive, and not the one that began nearer; else the one that began nearest, on either side.
  [
    [{ begin: 5_000, last: 6_000, said: OPEN }],
    [
      { begin: 0, last: 5_000, said: EXACT, uid: 'web' },
      { begin: 5_001, last: 6_000, said: EXACT, uid: 'job' },
    ],
  ],
  [
    [{ begin: 5_000, last: 6_000, said: OPEN }],
    [
      { begin: 0, last: 1_000, said: EXACT, uid: 'web' },
      { begin: 6_000, last: 7_000, said: EXACT, uid: 'job' },
      { begin: 5_000 + 2 * IDLE, last: 5_000 + 2 * IDLE, said: 'node' },
    ],
  ],
  [
    [{ begin: 5_000, last: 6_000, said: OPEN }],
    [
      { begin: 4_500, last: 4_900, said: EXACT, uid: 'web' },
      { begin: 6_000, last: 7_000, said: EXACT, uid: 'job' },
    ],
  ],
  // Two flows became one.
  [
    [
      { begin: 0, last: 100, said: OPEN },
      { begin: 9_000, last: 9_100, said: 'node' },
    ],
    [{ begin: 0, last: 9_100, said: EXACT, uid: 'web' }],
  ],
  // Of what Traffic Analytics summed up something better tells, or it is of another pod.
  [[{ begin: 10, last: 20, said: OPEN, by: 4 }], []],
  [[{ begin: 10, last: 20, said: 'exact by lease', uid: 'web', by: 4 }], [{ begin: 10, last: 20, said: OPEN, by: 4 }]],
  // Its last moment is the first of its hour.
  [[{ begin: -5_000, last: 0, said: OPEN }], [{ begin: -5_000, last: 0, said: EXACT, uid: 'web' }]],
];

const FLOW = {
  cluster: 'String',
  shard: 'UInt8',
  generation: 'UInt64',
  last_ms: 'Int64',
  lasted_ms: 'Int64',
  src_ip: 'IPv6',
  dest_ip: 'IPv6',
  src_port: 'UInt16',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  observed_by: 'UInt8',
  said: 'String',
  pod_uids: 'Array(String)',
} as const;

/** Windows that have answers, and the generation of each. Nothing changes in the last two; in the one before them one flow moved, one is gone. */
const [SHARDS, HOURS, BEFORE] = [
  [1, 1, 2, 3, 4, 5],
  [T, T + HOUR, T, T, T, T],
  [10, 11, 12, 10, 11, 12],
];
const AFTER = 20;

/** What comes of comparing answers, and what of it is written down. */
const whatChanged = async (engine: Engine): Promise<Ask> => {
  const cluster = 'changed';
  const rowOf = (
    shard: number,
    hour: number,
    generation: number,
    { port, begin, last, said, uid, by = 1 }: FlowFact,
  ) => ({
    cluster,
    shard,
    generation,
    last_ms: hour + last,
    lasted_ms: last - begin,
    src_ip: NODE_IP,
    dest_ip: '203.0.113.9',
    src_port: 1_000 * shard + 100 * Number(hour > T) + port,
    dest_port: 443,
    protocol: 6,
    observed_by: by,
    said,
    pod_uids: uid === undefined ? [] : [uid],
  });
  const pairsOf = (place: number): typeof PAIRS => {
    if (place < 2) return PAIRS;
    if (place === 2) return PAIRS.slice(3, 4);
    return place === 3 ? [...PAIRS.slice(3, 4), ...PAIRS.slice(6, 7)] : PAIRS.slice(0, 1);
  };
  const rows = SHARDS.flatMap((shard, place) => {
    const [hour, before] = [HOURS[place] as number, BEFORE[place] as number];
    return pairsOf(place).flatMap(([old, now], port) => {
      const own = [
        ...old.map((flow) => rowOf(shard, hour, before, { port, ...flow })),
        ...now.map((flow) => rowOf(shard, hour, AFTER, { port, ...flow })),
      ];
      // Other answers, before the one and after the other, of which the opposite is said; and another cluster's.
      const stray = [...old, ...now].flatMap((flow) =>
        [before - 5, AFTER + 1].map((generation) =>
          rowOf(shard, hour, generation, { port, ...flow, said: flow.said === EXACT ? OPEN : EXACT, uid: 'stray' }),
        ),
      );
      return [
        ...own,
        ...stray,
        ...[...own, ...stray].slice(1).map((row) => ({ ...row, cluster: 'stray', said: 'node', pod_uids: [] })),
      ];
    });
  });
  const columns = Object.keys(FLOW).join(', ');
  await engine.load(`INSERT INTO flow (${columns}) SELECT ${columns} FROM {source}`, {
    bytes: [new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'))],
    format: 'JSONEachRow',
    structure: Object.entries(FLOW)
      .map(([name, type]) => `${name} ${type}`)
      .join(', '),
  });
  const answered = SHARDS.map((shard, i) => ({
    shard,
    hour_ms: HOURS[i] as number,
    tick: 0,
    generation: BEFORE[i] as number,
  }));
  return async () => {
    for (const table of ['verdict_change', 'window_reopened']) await engine.run(`TRUNCATE TABLE ${table}`);
    // Of the window in which nothing changes a pass that was killed said that something does; and other rows that are none of ours.
    await engine.run(`INSERT INTO window_reopened (cluster, shard, hour_ms, before, generation, at_ms, flows, moved, gone) VALUES
      ('changed', 4, ${T}, 11, 15, 0, 1, 1, 0), ('stray', 5, ${T}, 12, 20, 0, 5, 3, 2), ('stray', 2, ${T}, 12, 20, 0, 5, 3, 2),
      ('changed', 9, ${T}, 11, 15, 0, 7, 5, 2)`);
    const { pairs, reopened } = await recordChanges(engine, cluster, answered, AFTER, instant(0), instant(T));
    return [
      sorted(pairs),
      reopened,
      sorted(await engine.rows('SELECT * FROM verdict_change')),
      sorted(await engine.rows('SELECT * FROM window_reopened FINAL')),
    ];
  };
};

/** How many clients pods with these addresses had while they held them. */
const relayClients = async (engine: Engine, store: Store): Promise<Ask> => {
  const [FROM, UNTIL] = [T, T + HOUR];
  const [RELAY, SECOND_RELAY] = ['10.244.0.10', '10.244.0.11'];
  let n = 0;
  const to = { destIp: RELAY, destPort: 3_128 };
  const line = (at: number, client: string, rest: Partial<EventFact> = {}): EventFact =>
    entryAt(at, { ...to, srcIp: client, srcPort: 40_000 + n++, originIp: client, ...rest });
  const record = (at: number, client: string, rest: Partial<RecordFact> = {}): RecordFact =>
    recordAt(at, { ...to, srcIp: client, srcPort: 40_000 + n++, ...rest });
  const client = (last: number): string => `10.244.7.${last}`;
  const before = line(FROM - 5_000, client(20));
  const begun = record(FROM - 5_000, client(21), { bytes: 0 });
  const events = [
    line(FROM, client(1)),
    line(FROM - 1, client(2)),
    line(UNTIL - 1, client(3)),
    line(UNTIL, client(4)),
    // Whoever translates it on the way: who opened it counts.
    line(FROM + 1, client(5), { srcIp: NODE_IP }),
    line(FROM + 1, client(6), { srcIp: NODE_IP }),
    line(FROM + 1, RELAY),
    line(FROM + 1, NODE_IP),
    // Opened before, and told of when it ended.
    before,
    { ...before, at: FROM + 5_000, kind: 2 },
    line(FROM + 1, client(7), { destPort: 9_100 }),
    line(FROM + 1, client(8), { destIp: SECOND_RELAY }),
    line(FROM + 1, client(9), { destIp: '10.244.0.12' }),
  ];
  const records = [
    record(FROM, client(11)),
    record(FROM - 1, client(12)),
    record(UNTIL - 1, client(13)),
    record(UNTIL, client(14)),
    begun,
    { ...begun, at: FROM + 5_000, state: 2, bytes: 5 },
    record(FROM + 1, client(15), { state: 3 }),
    record(FROM + 1, client(1)),
    record(FROM + 1, RELAY),
    record(FROM + 1, client(16), { destPort: 9_100 }),
    record(FROM + 1, client(17), { destIp: SECOND_RELAY }),
    record(FROM + 1, client(18), { destIp: '10.244.0.12' }),
  ];
  const tables = (rest: object): Partial<Batch> => ({
    flowRecords: recordTable(records.map((one) => ({ ...one, ...rest }))),
    conntrack: eventTable(events.map((one) => ({ ...one, ...rest }))),
  });
  await store.write([{ ...emptyBatch('relays', 'all'), ...tables({}) }]);
  const others = { flowRecords: recordTable(records.map((one) => ({ ...one, srcIp: `${one.srcIp}9` }))) };
  await store.write([
    {
      ...emptyBatch('stray relays', 'all'),
      ...others,
      conntrack: eventTable(events.map((one) => ({ ...one, originIp: '10.244.8.1' }))),
    },
  ]);
  const params: Params = {
    cluster: 'relays',
    leases: [0, 1, 2],
    ips: [RELAY, RELAY, SECOND_RELAY],
    from: [FROM, FROM - HOUR, FROM],
    until: [UNTIL, FROM - 1, UNTIL],
    nodes: [NODE_IP],
  };
  return async () => sorted(await engine.rows(sql('inventory/relay-clients'), params));
};

/** What of many aggregates nothing else tells. */
const aggregatesAlone = async (engine: Engine, store: Store): Promise<(query: string) => Promise<unknown>> => {
  const cluster = 'summed';
  const slack = SECOND;
  const records: RecordFact[] = [];
  const lines: EventFact[] = [];
  const elsewhere: EventFact[] = [];
  const rows: FlowAggregate[] = [];
  let dest = 0;
  const summed = (from: number, until: number, rest: Partial<FlowAggregate> = {}): void => {
    rows.push(summedUp(T + from, T + until, { destIp: ip(`203.0.113.${dest}`), rule: `rule ${dest}`, ...rest }));
  };
  const to = () => ({ destIp: `203.0.113.${dest}` });
  const record = (at: number, rest: Partial<RecordFact> = {}): void => {
    records.push(recordAt(T + at, { ...to(), ...rest }));
  };
  const line = (at: number, rest: Partial<EventFact> = {}): void => {
    lines.push(entryAt(T + at, { ...to(), ...rest }));
  };
  // A row that two moments stand on: told of from the first to the last.
  const folded = (first: number, last: number): void => {
    record(first, { bytes: 0 });
    record(last, { state: 2, bytes: 5 });
  };
  const opened = (first: number, last: number): void => {
    line(first);
    line(last, { kind: 2 });
  };
  const [FROM, UNTIL] = [20 * MINUTE, 30 * MINUTE];
  /** One that left a NIC, and to another destination one that entered one, each with what tells of it. */
  const both = (tell: () => void, from: number = FROM, until: number = UNTIL): void => {
    dest++;
    summed(from, until);
    tell();
    dest++;
    summed(from, until, { direction: 'inbound' });
    tell();
  };
  /** One that entered a NIC, and one that left one. */
  const ends = (from: number, until: number, leftFrom: number, leftUntil: number): void => {
    dest++;
    summed(from, until, { direction: 'inbound' });
    summed(leftFrom, leftUntil);
  };
  both(() => undefined);
  const edges = (margin: number) => [FROM - margin - 1, FROM - margin, UNTIL + margin, UNTIL + margin + 1];
  for (const at of edges(slack)) both(() => record(at));
  for (const at of edges(MAX_APART)) both(() => line(at));
  ends(FROM, UNTIL, FROM - 50_000, FROM - slack - 1);
  ends(FROM, UNTIL, FROM - 50_000, FROM - slack);
  ends(FROM, UNTIL, UNTIL + slack, UNTIL + 50_000);
  ends(FROM, UNTIL, UNTIL + slack + 1, UNTIL + 50_000);
  // The first and the last of the chunk, each told of at the furthest.
  both(() => record(-slack), 0, 9_000);
  both(() => line(-MAX_APART), 0, 9_000);
  ends(0, 9_000, -60_000, -slack);
  both(() => record(HOUR - 1 + slack), HOUR - 9_000, HOUR - 1);
  both(() => line(HOUR - 1 + MAX_APART), HOUR - 9_000, HOUR - 1);
  ends(HOUR - 9_000, HOUR - 1, HOUR - 1 + slack, HOUR + 60_000);
  for (const two of [folded, opened]) {
    both(() => two(FROM - 9 * MINUTE, FROM + 1));
    both(() => two(UNTIL - 1, UNTIL + 9 * MINUTE));
    both(() => two(FROM - 9 * MINUTE, UNTIL + 9 * MINUTE));
    both(() => two(-9 * MINUTE, 4_000), 0, 9_000);
    both(() => two(HOUR - 5_000, HOUR + 9 * MINUTE), HOUR - 9_000, HOUR - 1);
  }
  // Two in a minute tell of what lies between them; two rows that end in different minutes do not.
  both(
    () => {
      record(FROM + 10_000);
      record(FROM + 50_000);
    },
    FROM + 20_000,
    FROM + 30_000,
  );
  both(
    () => {
      record(FROM + 10_000);
      record(FROM + 50_000, { bytes: 0, srcPort: 40_001 });
      record(FROM + 3 * MINUTE, { state: 2, bytes: 5, srcPort: 40_001 });
    },
    FROM + 20_000,
    FROM + 30_000,
  );
  for (const [early, late] of [
    [FROM + 10_000 - MAX_APART, FROM + 30_000 - MAX_APART],
    [UNTIL + 10_000 + MAX_APART, UNTIL + 30_000 + MAX_APART],
  ] as const)
    both(
      () => {
        line(early);
        line(late);
      },
      FROM + 30_000,
      UNTIL + 10_000,
    );
  // The last that began before need not be the longest.
  both(() => {
    folded(FROM - 9 * MINUTE, FROM + 1);
    record(FROM - 5 * MINUTE, { srcPort: 40_001 });
  });
  // Other ports, protocols and senders tell of nothing.
  for (const rest of [{ destPort: 80 }, { protocol: 17 }, { srcIp: POD }]) {
    both(() => record(FROM, rest));
    both(() => line(FROM, rest));
  }
  // A line that shows no translation is believed of who speaks for the address, and of a pod's own.
  both(() => line(FROM, { originIp: NODE_IP }));
  both(() => {
    elsewhere.push(entryAt(T + FROM, { ...to(), originIp: NODE_IP }));
  });
  for (const [srcIp, rule] of [
    [POD, 'of a pod'],
    [OTHER_NODE, 'of a node'],
  ] as const) {
    dest++;
    summed(FROM, UNTIL, { srcIp: ip(srcIp), rule });
    elsewhere.push(entryAt(T + FROM, { ...to(), srcIp, originIp: srcIp }));
  }
  dest++;
  summed(FROM, UNTIL, { decision: 'denied' });
  // Of the hour before, the last of the hour, and the first of the next.
  for (const until of [-1, 0, HOUR - 1, HOUR, 5 * HOUR]) {
    dest++;
    summed(until === 0 ? 0 : until - 60_000, until);
  }
  const alive = podSeen('web', T - HOUR);
  const pods = [
    alive,
    { ...alive, event: 'modified' as const, at: instant(T + 2 * HOUR) },
    // Shares the address of its node.
    podSeen('host', T - HOUR, { ips: [ip(OTHER_NODE)], hostIps: [ip(OTHER_NODE)], hostNetwork: true, node: 'node-1' }),
  ];
  for (const [name, moved] of [
    [cluster, 0],
    // Another cluster tells of all that this one does not.
    ['stray', 5 * MINUTE],
  ] as const) {
    const shift = <Fact extends { readonly at: number }>(facts: readonly Fact[]): Fact[] =>
      facts.map((fact) => ({ ...fact, at: fact.at + moved }));
    await store.write([
      {
        ...emptyBatch(name, name === cluster ? 'all' : 'elsewhere'),
        pods,
        flowRecords: recordTable(shift(records)),
        conntrack: eventTable(shift(lines)),
        aggregates: rows.map((row) => ({ ...row, from: instant(row.from + moved), until: instant(row.until + moved) })),
      },
      { ...emptyBatch(name, name === cluster ? 'elsewhere' : 'all'), conntrack: eventTable(shift(elsewhere)) },
    ]);
    await store.attribute(name, NOW);
  }
  const shards = await engine.rows<{ shard: number }>(
    'SELECT DISTINCT shard FROM flow_aggregate WHERE cluster = {cluster:String} ORDER BY shard',
    { cluster },
  );
  const [current] = await engine.rows<{ inventory: number }>(
    'SELECT max(generation) AS inventory FROM pod_lease WHERE cluster = {cluster:String}',
    { cluster },
  );
  const ask = (query: string, of: readonly number[], from: number): Promise<unknown[]> =>
    engine.rows(sql(query), {
      cluster,
      shards: of,
      from_ms: from,
      until_ms: from + HOUR,
      slack_ms: slack,
      apart_ms: MAX_APART,
      inventory: current?.inventory ?? 0,
    });
  const all = shards.map(({ shard }) => shard);
  const none = Array.from({ length: 256 }, (_, shard) => shard).filter((shard) => !all.includes(shard));
  return async (query) => {
    const answers: unknown[] = [];
    for (const hours of [-1, 0, 1, 4, 5, 9]) answers.push(sorted(await ask(query, all, T + hours * HOUR)));
    for (const of of [all.slice(0, 1), all.slice(1), none]) answers.push(sorted(await ask(query, of, T)));
    return answers;
  };
};
