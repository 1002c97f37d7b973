import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { flowLine } from '../src/app/flow-line.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { HOUR, instant, LATEST, MINUTE, SECOND } from '../src/base/instant.ts';
import type { Ip } from '../src/base/ip.ts';
import type { FlowAggregate, PodSeen } from '../src/core/facts.ts';
import type { Batch, FlowRow } from '../src/core/ports.ts';
import { sql } from '../src/store/sql.ts';
import { entryAt, podSeen, recordAt, summedUp, TUPLE } from './one-fact.ts';
import { emptyBatch, type EventFact, eventTable, ip, NOW, type RecordFact, recordTable } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** What becomes of single aggregates. `node-0` has 10.224.0.4; `early` runs on it to the half hour, `late` from then on. */

const { engine, parts, store } = await temporaryStore();

const START = Date.UTC(2026, 10, 22, 3);
const FAR = ip(TUPLE.destIp);
const OTHER = ip('10.224.0.5');
const at = (ms: number) => instant(START + ms);

const summed = (from: number, until: number, rest: Partial<FlowAggregate> = {}): FlowAggregate =>
  summedUp(at(from), at(until), rest);
const record = (ms: number, rest: Partial<RecordFact> = {}): RecordFact => recordAt(at(ms), rest);
const entry = (ms: number, rest: Partial<EventFact> = {}): EventFact => entryAt(at(ms), rest);
const seen = (name: string, address: string, from: number, rest: Partial<PodSeen>): PodSeen =>
  podSeen(name, at(from), { ips: [ip(address)], ...rest });

const HALF = 30 * MINUTE;
const PODS = [
  seen('early', '10.244.0.2', -HOUR, {}),
  seen('early', '10.244.0.2', -HOUR, { event: 'deleted', at: at(HALF), finishedAt: at(HALF) }),
  seen('late', '10.244.0.3', HALF, {}),
  seen('late', '10.244.0.3', HALF, { event: 'modified', at: at(2 * HOUR) }),
];

let clusters = 0;
/** Written and answered one after the other, in a cluster of its own. */
const clusterOf = async (...steps: readonly Partial<Batch>[]): Promise<string> => {
  const cluster = `c${clusters++}`;
  await store.write([{ ...emptyBatch(cluster, 'pods'), pods: PODS }]);
  for (const [i, step] of steps.entries()) {
    await store.write([{ ...emptyBatch(cluster, `step ${i}`), ...step }]);
    await store.attribute(cluster, NOW);
  }
  return cluster;
};
const asked = (cluster: string) => allFlows(cluster, { from: instant(0), until: LATEST });
const said = async (cluster: string, dest: Ip = FAR): Promise<readonly string[]> =>
  (await store.flows(asked(cluster)))
    .filter(({ destIp }) => destIp === dest)
    .map(({ observedBy, flows, verdict, reason }: FlowRow) => `${observedBy.join('+')} ${flows} ${reason ?? verdict}`);

test('flows of an interval are shared out by time over who was there, and are one line', async () => {
  const cluster = await clusterOf({ aggregates: [summed(0, HOUR - 1)] });
  const { pods, coverage } = await store.who(asked(cluster));
  const flowsOf = new Map(pods.map(({ pod, flows }) => [pod?.name ?? 'node', flows]));
  // Each half hour has a pod and the node, equally likely while nothing is known of their rates; edges are bands of seconds.
  expect(flowsOf.get('node')).toBeCloseTo(6, 0);
  expect(flowsOf.get('early')).toBeCloseTo(3, 0);
  expect(flowsOf.get('late')).toBeCloseTo(3, 0);
  expect(coverage).toEqual([{ verdict: 'ambiguous', reason: 'aggregated', flows: 12, bytes: 3_600 }]);
  const [line, ...more] = (await store.flows(asked(cluster))).map((row) => flowLine(row));
  expect(more).toEqual([]);
  expect(line).toMatchObject({ flows: 12, srcPort: null, candidateCount: 3, observedBy: ['traffic-analytics'] });
});

test('graded, they are what the rates say of each cell, and the same again is nothing new', async () => {
  const tenMinutes = Array.from({ length: 6 }, (_, i) => summed(i * 10 * MINUTE, (i + 1) * 10 * MINUTE - 1));
  // Nobody but `early` calls that one.
  const other = [0, 1, 2].map((i) => summed(i * 10 * MINUTE, (i + 1) * 10 * MINUTE - 1, { destPort: 5_432 }));
  const cluster = await clusterOf({ aggregates: [...tenMinutes, ...other] });
  expect(await store.grade(cluster)).toEqual({ days: 1, flows: 108 });
  expect(await store.grade(cluster)).toEqual({ days: 0, flows: 0 });
  const { pods } = await store.who({ ...asked(cluster), destPorts: [5_432] });
  const flowsOf = new Map(pods.map(({ pod, flows }) => [pod?.name ?? 'node', flows]));
  expect(flowsOf.get('late') ?? 0).toBeLessThan(1);
  expect((flowsOf.get('early') ?? 0) + (flowsOf.get('node') ?? 0)).toBeGreaterThan(35);
  const [taught] = await engine.rows<{ flows: number }>(
    'SELECT sum(flows) AS flows FROM rate WHERE cluster = {cluster:String} AND dest_port = 443',
    { cluster },
  );
  expect(
    await engine.rows('SELECT DISTINCT class FROM size_class WHERE cluster = {cluster:String}', { cluster }),
  ).toEqual([]);
  // Counted once each, not once for each of its minutes; bursts count less.
  expect(taught?.flows).toBeGreaterThan(36);
  expect(taught?.flows).toBeLessThan(108);
  for (const { candidates, evidence } of (await store.flows(asked(cluster))).map((row) => flowLine(row))) {
    expect(evidence).toEqual(['rates']);
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  }
});

const AGGREGATE = { aggregates: [summed(10_000, 20_000)] };
const TOLD = ['traffic-analytics 12 aggregated'];
const [LOG, CONNTRACK] = ['flow-log 1 no-translation', 'conntrack 1 exact'];
/** To a destination. */
type Facts = (destIp: Ip) => {
  readonly records?: readonly RecordFact[];
  readonly events?: readonly EventFact[];
  readonly aggregates?: readonly FlowAggregate[];
};
const aRecord =
  (ms: number, rest: Partial<RecordFact> = {}): Facts =>
  (destIp) => ({ records: [record(ms, { destIp, ...rest })] });
const aLine =
  (ms: number): Facts =>
  (destIp) => ({ events: [entry(ms, { destIp })] });
const aRow =
  (from: number, until: number, rest: Partial<FlowAggregate> = {}): Facts =>
  (destIp) => ({ aggregates: [summed(from, until, { destIp, ...rest })] });
/** What is told beside an aggregate from 10 s to 20 s, and what is said of both. */
const BESIDE: readonly (readonly [string, Facts, readonly string[]])[] = [
  ['a record of its time', aRecord(15_000), [LOG]],
  ['a record at its first moment', aRecord(10_000), [LOG]],
  ['a record at its last moment, but for rounding', aRecord(21_000), [LOG]],
  ['a record after it', aRecord(21_001), [...TOLD, LOG]],
  ['a record before it', aRecord(8_999), [LOG, ...TOLD]],
  ['a record before it, but for rounding', aRecord(9_000), [LOG]],
  ['a record to another port', aRecord(15_000, { destPort: 80 }), [...TOLD, LOG]],
  ['a record of another sender', aRecord(15_000, { srcIp: OTHER }), [...TOLD, 'flow-log 1 node-unknown']],
  ['a line of conntrack', aLine(15_000), [CONNTRACK]],
  ['a line of conntrack four minutes later', aLine(4 * MINUTE), [CONNTRACK]],
  ['a line of conntrack ten minutes later', aLine(10 * MINUTE), [...TOLD, CONNTRACK]],
  ['the row of the NIC at the other end', aRow(10_000, 20_000, { direction: 'inbound' }), TOLD],
  ['a row of the other NIC, of another time', aRow(30_000, 40_000, { direction: 'inbound' }), [...TOLD, ...TOLD]],
];

describe.each(['the aggregate', 'the rest'])('told once, where %s comes first', (first) => {
  const destOf = (i: number): Ip => ip(`203.0.113.${100 + i}`);
  let cluster: string;
  beforeAll(async () => {
    const facts = BESIDE.map(([, of], i) => of(destOf(i)));
    const aggregates = { aggregates: BESIDE.flatMap((_, i) => aRow(10_000, 20_000)(destOf(i)).aggregates ?? []) };
    const rest = {
      flowRecords: recordTable(facts.flatMap(({ records = [] }) => records)),
      conntrack: eventTable(facts.flatMap(({ events = [] }) => events)),
      aggregates: facts.flatMap((one) => one.aggregates ?? []),
    };
    cluster = await clusterOf(...(first === 'the rest' ? [rest, aggregates] : [aggregates, rest]));
  });

  test.each(BESIDE.map(([name, , expected], i) => [name, destOf(i), expected] as const))(
    '%s',
    async (_, destIp, expected) => {
      expect(await said(cluster, destIp)).toEqual(expected);
    },
  );

  test('sources count what others told', async () => {
    const source = (await store.sources(cluster)).find(({ kind }) => kind === 'flow-aggregate');
    const counted = BESIDE.flatMap(([, , expected]) => expected).filter((line) => TOLD.includes(line)).length;
    expect(source?.rows).toBe(BESIDE.length + 2);
    expect(source?.toldOtherwise).toBe(BESIDE.length + 2 - counted);
  });
});

test('told once, though it ends in another hour than what tells of it', async () => {
  const long = { aggregates: [summed(10 * MINUTE, 70 * MINUTE)] };
  const cluster = await clusterOf(long, { flowRecords: recordTable([record(12 * MINUTE)]) });
  expect(await said(cluster)).toEqual([LOG]);
  expect(await said(await clusterOf({ flowRecords: recordTable([record(12 * MINUTE)]) }, long))).toEqual([LOG]);
});

test('an interval that nobody told of is one flow at least; a denied one is denied', async () => {
  const cluster = await clusterOf({
    aggregates: [
      summed(0, SECOND, { flowsStarted: 0, flowsEnded: 0 }),
      summed(2 * SECOND, 3 * SECOND, { decision: 'denied', flowsStarted: 2 }),
    ],
  });
  expect((await store.flows(asked(cluster))).map(({ flows, decision }) => [flows, decision])).toEqual([
    [1, 'allowed'],
    [2, 'denied'],
  ]);
});

test('the same rows again, and rows that come late, change nothing of what they do not touch', async () => {
  const cluster = await clusterOf(AGGREGATE, AGGREGATE);
  expect(await said(cluster)).toEqual(TOLD);
  await store.write([{ ...emptyBatch(cluster, 'late'), flowRecords: recordTable([record(15_000)]) }]);
  const { changes } = await store.attribute(cluster, NOW);
  // Something better tells of the same flows: none of them is gone.
  expect(changes).toEqual([]);
});

/** Within and without the private blocks. */
const EDGES = [
  '10.1.2.3',
  '11.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '172.32.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '100.128.0.1',
  '169.254.1.1',
  '203.0.113.9',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'febf::1',
  'fec0::1',
  '2001:db8::1',
];

test('an aggregate is on the shard that the records of the same addresses are on', async () => {
  const block = fc.constantFrom(...EDGES);
  const pairs = fc.sample(fc.tuple(block, block), { numRuns: 150, seed: 1 });
  const cluster = await clusterOf({
    flowRecords: recordTable(pairs.map(([srcIp, destIp], i) => record(i, { srcIp, destIp }))),
    aggregates: pairs.map(([srcIp, destIp], i) => summed(i, i, { srcIp: ip(srcIp), destIp: ip(destIp) })),
  });
  const apart = await engine.rows(
    `SELECT DISTINCT a.src_ip, a.dest_ip FROM flow_aggregate AS a
     INNER JOIN flow_record AS r ON r.cluster = a.cluster AND r.src_ip = a.src_ip AND r.dest_ip = a.dest_ip
     WHERE a.cluster = {cluster:String} AND a.shard != r.shard`,
    { cluster },
  );
  expect(apart).toEqual([]);
});

test('rows that were read before there were verdicts on them are answered after the upgrade', async () => {
  const cluster = await clusterOf(AGGREGATE);
  await parts.every.run(
    `ALTER TABLE window_touched DELETE WHERE cluster = {cluster:String} SETTINGS mutations_sync = 1`,
    {
      cluster,
    },
  );
  await parts.every.run(
    `ALTER TABLE window_current DELETE WHERE cluster = {cluster:String} SETTINGS mutations_sync = 1`,
    {
      cluster,
    },
  );
  expect(await said(cluster)).toEqual([]);
  const touch = sql('schema/0007-traffic-analytics')
    .split(/;\s*\n/)
    .find((statement) => statement.includes('INSERT INTO window_touched'));
  await parts.every.run((touch ?? '').replace(/;\s*$/, ''));
  await store.attribute(cluster, NOW);
  expect(await said(cluster)).toEqual(TOLD);
});
