import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, type Instant } from '../src/base/instant.ts';
import { type Ip, parseCidr, renderIp } from '../src/base/ip.ts';
import type { Table } from '../src/base/table.ts';
import type { NodeLease, PodLease } from '../src/core/attribution/lease.ts';
import { RELAY_ROLES } from '../src/core/attribution/relay.ts';
import { attributeTuple, isSendersOwn } from '../src/core/attribution/tuple.ts';
import type { Verdict } from '../src/core/attribution/verdict.ts';
import { type Known, worldOf } from '../src/core/attribution/world.ts';
import { DIRECTIONS } from '../src/core/facts.ts';
import { foldEntries, foldRecords } from '../src/store/fold.ts';
import { type ChunkFacts, verdictsFrom } from '../src/store/attribution/verdicts.ts';
import { asEvent, asRecord, tupleText } from './parity.ts';
import {
  type EventFact,
  eventTable,
  NODES,
  PODS,
  type RecordFact,
  recordTable,
  START,
  smallFacts,
} from './random-world.ts';

/*
 * What is worked out from columns is what the core says of the same facts, row by row folded or not, in any order. No engine: thousands of
 * worlds in seconds, with clocks that are off by seconds and leases that end anywhere.
 */

const moment = (ms: number): Instant => (START + ms) as Instant;
const edges = fc
  .array(fc.integer({ min: -20_000, max: 1_300_000 }), { minLength: 4, maxLength: 4 })
  .map((some) => some.sort((a, b) => a - b).map(moment) as [Instant, Instant, Instant, Instant]);

const podLease = fc
  .record({
    edges,
    ip: fc.constantFrom(...PODS),
    uid: fc.integer({ min: 0, max: 5 }),
    node: fc.constantFrom('node-0', 'node-1'),
  })
  .map(
    ({ edges: [mayFrom, heldFrom, heldUntil, mayUntil], ip, uid, node }): PodLease => ({
      podUid: `uid-${uid}`,
      namespace: 'shop',
      pod: `pod-${uid}`,
      workload: { kind: 'Deployment', namespace: 'shop', name: 'app' },
      node,
      ip: ip as Ip,
      hostNetwork: false,
      mayFrom,
      heldFrom,
      heldUntil,
      mayUntil,
    }),
  );
const nodeLease = fc
  .record({
    edges,
    ip: fc.constantFrom(...NODES),
    os: fc.constantFrom('linux', 'windows'),
    uid: fc.integer({ min: 0, max: 3 }),
  })
  .map(
    ({ edges: [mayFrom, , , mayUntil], ip, os, uid }): NodeLease => ({
      nodeUid: `node-uid-${uid}`,
      node: ip.endsWith('.4') ? 'node-0' : 'node-1',
      ip: ip as Ip,
      os,
      mayFrom,
      mayUntil,
    }),
  );
const clock = fc.record({
  offsetMs: fc.constantFrom(0, 3, -1_000, 2_000),
  uncertaintyMs: fc.constantFrom(5, 50, 5_000),
  pairs: fc.constant(9),
});
const span = fc
  .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 60_000 }))
  .map(([from, lasts]) => ({ from: moment(from), until: moment(from + lasts) }));
const block = parseCidr('10.244.0.0/16');

const known: fc.Arbitrary<Known> = fc.record({
  podLeases: fc.array(podLease, { maxLength: 6 }),
  nodeLeases: fc.array(nodeLease, { maxLength: 3 }),
  watched: fc.array(span, { maxLength: 1 }),
  podBlocks: fc.constantFrom([], block.ok ? [block.value] : []),
  clocks: fc.array(fc.tuple(fc.constantFrom(...(NODES as Ip[])), clock)).map((some) => new Map(some)),
  pooledClock: clock,
  relays: fc
    .array(fc.tuple(fc.constantFrom('uid-0', 'uid-1', 'uid-2'), fc.constantFrom(...RELAY_ROLES)), { maxLength: 2 })
    .map((some) => new Map(some)),
  conntrackGaps: fc
    .array(fc.tuple(fc.constantFrom(...(NODES as Ip[])), fc.array(span, { maxLength: 1 })), { maxLength: 1 })
    .map((some) => new Map(some)),
});

/** Hashes that stand for the tuples' own; few, so that they lie beside each other. */
const numberOf = (texts: readonly string[]): BigUint64Array => {
  const places = [...new Set(texts)];
  return BigUint64Array.from(texts, (text) => BigInt(places.indexOf(text) + 1));
};

const withColumns = (table: Table, columns: Table['columns']): Table => ({
  ...table,
  columns: { ...table.columns, ...columns },
});
const renamed = (table: Table, names: Readonly<Record<string, string>>): Table => ({
  ...table,
  columns: Object.fromEntries(Object.entries(table.columns).map(([name, column]) => [names[name] ?? name, column])),
});

const shown = (table: Table) => {
  const c = table.columns as unknown as Readonly<
    Record<string, { values: ArrayLike<number | bigint>; words: string[]; ends: BigUint64Array }>
  >;
  const at = (name: string, row: number): number => Number(c[name]?.values[row]);
  return Array.from({ length: table.rows }, (_, row) => {
    const from = row === 0 ? 0 : Number(c['pod_uids']?.ends[row - 1]);
    const uids = Array.from(
      { length: Number(c['pod_uids']?.ends[row]) - from },
      (_unused, i) => c['pod_uids']?.words[at('pod_uids', from + i)],
    );
    const ip = (name: string): string => renderIp(c[name]?.values as unknown as Uint8Array, row * 16);
    return [
      `${ip('src_ip')}:${at('src_port', row)}>${ip('dest_ip')}:${at('dest_port', row)}/${at('protocol', row)}`,
      at('last_ms', row) - at('lasted_ms', row),
      at('last_ms', row),
      ['begun', 'ended', 'denied', 'direction', 'observed_by'].map((name) => at(name, row)).join(),
      ['packets_out', 'bytes_out', 'packets_in', 'bytes_in'].map((name) => String(c[name]?.values[row])).join(),
      c['rule']?.words[at('rule', row)],
      c['node']?.words[at('node', row)],
      at('said', row),
      uids.join(),
      at('or_node', row),
      at('src_port_moved', row),
      at('lingered', row),
    ].join(' | ');
  });
};

/** Rows of the table `flow_total`, as `added` writes them. */
const shownTotals = (table: Table): string[] => {
  const c = table.columns as unknown as Readonly<
    Record<string, { values: ArrayLike<number | bigint>; words: string[]; ends: BigUint64Array }>
  >;
  const at = (name: string, row: number): number => Number(c[name]?.values[row]);
  return Array.from({ length: table.rows }, (_, row) => {
    const from = row === 0 ? 0 : Number(c['pod_uids']?.ends[row - 1]);
    const count = Number(c['pod_uids']?.ends[row]) - from;
    const uids = Array.from({ length: count }, (_unused, i) => c['pod_uids']?.words[at('pod_uids', from + i)]);
    const ip = renderIp(c['dest_ip']?.values as unknown as Uint8Array, row * 16);
    const key = [
      `${ip}:${at('dest_port', row)}/${at('protocol', row)}`,
      at('shard', row),
      at('hour_ms', row),
      c['node']?.words[at('node', row)],
      at('said', row),
      uids.join(),
      at('or_node', row),
    ];
    const sums = ['flows', 'bytes_out', 'bytes_in', 'first_begin_ms', 'last_begin_ms', 'first_last_ms', 'last_ms'];
    return [...key, ...sums.map((name) => at(name, row))].join(' | ');
  });
};

/** The same, added up from flows as `shown` gives them. */
const added = (said: readonly string[]): string[] => {
  const flows = said.map((text) => {
    const [tuple, begin, last, flags, counters, , node, verdict, uids, orNode] = text.split(' | ');
    const [, bytesOut, , bytesIn] = (counters as string).split(',').map(Number);
    const hourOf = Number((flags as string).endsWith('2') ? begin : last);
    const hour = Math.floor(hourOf / HOUR) * HOUR;
    return {
      key: [(tuple as string).split('>')[1], 7, hour, node, verdict, uids, orNode].join(' | '),
      begin: Number(begin),
      last: Number(last),
      bytesOut,
      bytesIn,
    };
  });
  return [...Map.groupBy(flows, ({ key }) => key)].map(([key, together]) => {
    const of = (name: 'begin' | 'last' | 'bytesOut' | 'bytesIn'): number[] =>
      together.map((flow) => flow[name] as number);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
    const [begins, lasts] = [of('begin'), of('last')];
    const ends = [Math.min(...begins), Math.max(...begins), Math.min(...lasts), Math.max(...lasts)];
    return [key, together.length, sum(of('bytesOut')), sum(of('bytesIn')), ...ends].join(' | ');
  });
};

const SAID = [
  '',
  'exact translation',
  'exact lease',
  'node',
  'forwarded-inbound',
  'no-translation',
  'translation-uncertain',
  'conntrack-gap',
  'windows-node',
  'ip-shared lease',
  'lease-uncertain lease',
  'lease-uncertain translation',
  'tuple-shared translation',
  'node-unknown',
  'not-outbound',
  'inventory-gap',
  'no-lease-then lease',
  'no-lease-then translation',
  'dns translation',
  'dns lease',
  'proxy translation',
  'proxy lease',
  'egress-gateway translation',
  'egress-gateway lease',
  'sidecar translation',
  'sidecar lease',
];
const saidOf = (verdict: Verdict): number =>
  SAID.indexOf(
    [
      'reason' in verdict ? verdict.reason : verdict.kind,
      ...('by' in verdict && verdict.by !== null ? [verdict.by] : []),
    ].join(' '),
  );

/** Hours since the one that holds the start. */
const HOURS = [-2, -1, 0, 1, 2, 3];
const HOUR_0 = Math.floor(START / HOUR) * HOUR;

const fromCore = (
  records: readonly RecordFact[],
  events: readonly EventFact[],
  background: Known,
  tellers: ReadonlyMap<string, string[]>,
  hours: readonly number[] = HOURS,
) => {
  const world = worldOf(background);
  const heard = events.filter((e) =>
    isSendersOwn(tellers.get(objectOf(e)) ?? [], e.srcIp as Ip, e.originIp !== e.srcIp, world),
  );
  return [...Map.groupBy([...records, ...heard], tupleText)].flatMap(([text, facts]) => {
    const first = facts[0] as RecordFact;
    const of = records.filter((r) => tupleText(r) === text);
    return attributeTuple(
      {
        tuple: { ...first, srcIp: first.srcIp as Ip, destIp: first.destIp as Ip },
        sent: of.filter((r) => r.direction === DIRECTIONS.O).map(asRecord),
        received: of.filter((r) => r.direction === DIRECTIONS.I).map(asRecord),
        events: heard.filter((e) => tupleText(e) === text).map(asEvent),
      },
      world,
    )
      .filter((f) => hours.includes(Math.floor(((f.observedBy === 'conntrack' ? f.begin : f.last) - HOUR_0) / HOUR)))
      .map((f) =>
        [
          text,
          f.begin,
          f.last,
          [f.begun, f.ended, f.denied, !f.outbound]
            .map(Number)
            .concat({ 'flow-log': 1, conntrack: 2, both: 3 }[f.observedBy])
            .join(),
          [f.packetsOut, f.bytesOut, f.packetsIn, f.bytesIn].join(),
          f.rule,
          f.node,
          saidOf(f.verdict),
          ('podUid' in f.verdict
            ? [f.verdict.podUid]
            : f.verdict.kind === 'ambiguous' && f.verdict.podUids !== 'every'
              ? f.verdict.podUids
              : []
          ).join(),
          f.verdict.kind === 'ambiguous' && f.verdict.orNode ? 1 : 0,
          f.podPort === 0 ? 0 : (f.podPort - first.srcPort + 65_536) % 65_536,
          f.goneAt === 0 ? 0 : 1 + Math.min(65_534, Math.max(0, Math.ceil((f.goneAt - f.last) / 100))),
        ].join(' | '),
      );
  });
};

const OBJECTS = ['of node 0', 'of node 1'];
const objectOf = ({ elsewhere }: EventFact): string => OBJECTS[Number(elsewhere)] as string;

const fromColumns = (
  records: readonly RecordFact[],
  events: readonly EventFact[],
  background: Known,
  tellers: ReadonlyMap<string, string[]>,
  isFolded: boolean,
  asked: Pick<ChunkFacts, 'mayBeRecordedElsewhere' | 'only'> = { mayBeRecordedElsewhere: false, only: null },
  hours: readonly number[] = HOURS,
  readAs: (lines: Table) => Table = (lines) => lines,
  recordsAs: (table: Table) => Table = (table) => table,
) => {
  const texts = [...records.map(tupleText), ...events.map(tupleText)];
  const numbers = numberOf(texts);
  const u8 = (rows: number) => ({ type: 'UInt8', values: new Uint8Array(rows).fill(7) }) as const;
  const none = (rows: number) => ({ type: 'Int64', values: new BigInt64Array(rows).fill(-1n) }) as const;
  const marked = (table: Table, hashes: BigUint64Array): Table =>
    withColumns(table, { tuple: { type: 'UInt64', values: hashes }, shard: u8(table.rows) });
  const r = recordsAs(marked(recordTable(records), numbers.slice(0, records.length)));
  const l = withColumns(marked(eventTable(events), numbers.slice(records.length)), {
    object: { type: 'Dictionary', values: Uint32Array.from(events, (e) => Number(e.elsewhere)), words: OBJECTS },
  });
  const [folded, entries] = isFolded
    ? [foldRecords(r), foldEntries(l)]
    : [withColumns(r, { begun_ago_ms: none(r.rows) }), withColumns(l, { new_ago_ms: none(l.rows) })];
  const lines = renamed(entries, {
    orig_src_ip: 'origin_ip',
    orig_src_port: 'origin_port',
    reply_dest_ip: 'src_ip',
    reply_src_ip: 'dest_ip',
    reply_dest_port: 'src_port',
    reply_src_port: 'dest_port',
    packets_orig: 'packets_out',
    bytes_orig: 'bytes_out',
    packets_reply: 'packets_in',
    bytes_reply: 'bytes_in',
  });
  const { flows, counted, later } = verdictsFrom({ known: background, tellers })({
    records: folded,
    lines: readAs(lines),
    aggregates: null,
    // What is asked of the other shards says nothing of this one.
    windows: HOURS.map((h) => ({
      shard: hours.includes(h) ? 7 : 6 + 2 * (h & 1),
      hour_ms: HOUR_0 + h * HOUR,
      tick: 0,
    })),
    ...asked,
  });
  return {
    flows,
    said: flows.flatMap(shown),
    totals: shownTotals(counted.flow_total),
    later: later.map((hash) => texts.find((_, i) => numbers[i] === hash) as string),
  };
};

const tellersOf = fc
  .constantFrom<[string, string[]][]>(
    [],
    [
      ['of node 0', ['node-0']],
      ['of node 1', ['node-1']],
    ],
  )
  .map((some) => new Map(some));

test('columns say what the core says', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      smallFacts,
      known,
      tellersOf,
      fc.boolean(),
      fc.constantFrom(HOURS, [0], [1], [-1, 0], [1, 2]),
      ({ records, events }, background, tellers, isFolded, hours) => {
        const { said, totals } = fromColumns(records, events, background, tellers, isFolded, undefined, hours);
        expect(said.sort()).toEqual(fromCore(records, events, background, tellers, hours).sort());
        expect(totals.sort()).toEqual(added(said).sort());
      },
    ),
    { numRuns: Number(process.env['VERDICT_RUNS'] ?? 2_000) },
  );
});

test('a counter that no number holds is exact', () => {
  const [facts] = fc.sample(
    smallFacts.filter(({ records }) => records.length > 0),
    { numRuns: 1, seed: 1 },
  );
  const [background] = fc.sample(known, { numRuns: 1, seed: 1 }) as [Known];
  const huge = 2n ** 60n + 1n;
  const counted = (records: Table): Table =>
    withColumns(records, { bytes_out: { type: 'UInt64', values: BigUint64Array.of(huge) } });
  const [table] = fromColumns(
    [facts?.records[0] as RecordFact],
    [],
    background,
    new Map(),
    false,
    undefined,
    undefined,
    undefined,
    counted,
  ).flows as [Table];
  const column = table.columns['bytes_out'];
  expect(column?.type === 'UInt64' ? column.values[0] : column).toBe(huge);
});

test.each([0, 1, 2, 3])('a line is of a translation if word %s of the two addresses differs', (word) => {
  const [web] = PODS as [string];
  const [facts] = fc.sample(
    smallFacts.filter(({ events }) => events.length > 0),
    { numRuns: 1, seed: 1 },
  );
  const own = [
    {
      ...(facts?.events[0] as EventFact),
      srcIp: web,
      originIp: web,
      destIp: '203.0.113.9',
      elsewhere: true,
      startedAt: 0,
    },
  ];
  const [sample] = fc.sample(known, { numRuns: 1, seed: 1 }) as [Known];
  const [lease] = fc.sample(podLease, { numRuns: 1, seed: 1 }) as [PodLease];
  const background = { ...sample, podLeases: [{ ...lease, ip: web as Ip, node: 'node-0' }] };
  const tellers = new Map(OBJECTS.map((object) => [object, ['node-1']]));
  const another = (lines: Table): Table => {
    const bytes = (lines.columns['src_ip'] as { values: Uint8Array }).values.slice();
    new Uint32Array(bytes.buffer)[word] = 7;
    return withColumns(lines, { origin_ip: { type: 'IPv6', values: bytes } });
  };
  const flows = (readAs?: (lines: Table) => Table): number =>
    fromColumns([], own, background, tellers, false, undefined, HOURS, readAs).said.length;
  expect([flows(), flows(another)]).toEqual([0, 1]);
});

/** The tuple of a flow that only conntrack told of. */
const unrecorded = (said: readonly string[]): string[] => [
  ...new Set(said.filter((flow) => flow.split(' | ')[3]?.endsWith(',2')).map((flow) => flow.split(' | ')[0] as string)),
];

test('where records are further away, what only conntrack told of is asked again, and nothing else', () => {
  fc.assert(
    fc.property(smallFacts, known, tellersOf, fc.boolean(), ({ records, events }, background, tellers, isFolded) => {
      const all = fromCore(records, events, background, tellers);
      const first = fromColumns(records, events, background, tellers, isFolded, {
        mayBeRecordedElsewhere: true,
        only: null,
      });
      expect(first.later.sort()).toEqual(unrecorded(all).sort());
      const isLater = (fact: RecordFact | EventFact): boolean => first.later.includes(tupleText(fact));
      expect(first.said.sort()).toEqual(
        all.filter((flow) => !first.later.includes(flow.split(' | ')[0] as string)).sort(),
      );
      // Asked again with the records of those tuples alone, and all lines.
      const numbers = numberOf([...records.filter(isLater), ...events].map(tupleText));
      const only = new Set(
        [...records.filter(isLater), ...events].flatMap((fact, i) => (isLater(fact) ? (numbers[i] as bigint) : [])),
      );
      const again = fromColumns(records.filter(isLater), events, background, tellers, isFolded, {
        mayBeRecordedElsewhere: false,
        only,
      });
      expect([...first.said, ...again.said].sort()).toEqual(all.sort());
    }),
    { numRuns: Number(process.env['VERDICT_RUNS'] ?? 2_000) / 4 },
  );
});
