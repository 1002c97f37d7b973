import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import { HOUR, instant } from '../src/base/instant.ts';
import { CONNTRACK_KINDS, FLOW_STATES, type LogLine, type PodSeen } from '../src/core/facts.ts';
import type { Batch, FlowQuery, Written } from '../src/core/ports.ts';
import { sql } from '../src/store/sql.ts';
import { entryAt, podSeen, recordAt, TUPLE } from './one-fact.ts';
import {
  emptyBatch,
  type EventFact,
  eventTable,
  ip,
  type RecordFact,
  recordTable,
  START,
  NOW,
} from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

const { engine, parts, store, reopened } = await temporaryStore();

const record = (ms: number, rest: Partial<RecordFact> = {}): RecordFact => recordAt(START + ms, rest);
const event = (ms: number, rest: Partial<EventFact> = {}): EventFact => entryAt(START + ms, rest);
const pod = (uid: string, rest: Partial<PodSeen> = {}): PodSeen =>
  podSeen(uid, START - 60_000, { uid, hostIps: [], ...rest });
const later = (uid: string): PodSeen => pod(uid, { event: 'modified', at: instant(START + 600_000) });
const logLine = (message: string): LogLine => ({
  at: instant(START),
  node: 'node-0',
  namespace: 'shop',
  pod: 'web',
  podUid: 'uid',
  container: 'app',
  stream: 'stdout',
  level: '',
  message,
});

const batch = (cluster: string, object: string, rest: Partial<Batch>): Batch => ({
  ...emptyBatch(cluster, object),
  ...rest,
});
const query = (cluster: string): FlowQuery =>
  allFlows(cluster, { from: instant(START - HOUR), until: instant(START + 2 * HOUR) });

const full = (cluster: string, object = 'one', n = 3): Batch =>
  batch(cluster, object, {
    flowRecords: recordTable(Array.from({ length: n }, (_, i) => record(i))),
    conntrack: eventTable(Array.from({ length: n }, (_, i) => event(i))),
    pods: Array.from({ length: n }, (_, i) => pod(`pod-${i}`)),
  });

test('the same batch twice adds nothing', async () => {
  expect(await writeOne(store, full('twice'))).toEqual({ rows: 9, known: 0 });
  expect(await writeOne(store, full('twice'))).toEqual({ rows: 0, known: 9 });
});

test('batches of several clusters in one call go each into its own, whatever their order', async () => {
  const [one, other] = [full('among'), full('others')];
  const written = await store.write([one, other, full('among', 'two', 5)]);
  expect(written).toEqual([
    { rows: 9, known: 0 },
    { rows: 9, known: 0 },
    { rows: 6, known: 9 },
  ]);
  for (const table of ['flow_record', 'conntrack_event'])
    expect(
      await engine.rows(
        `SELECT cluster, toUInt32(count()) AS rows FROM ${table} WHERE cluster IN ('among', 'others') GROUP BY cluster ORDER BY cluster`,
      ),
    ).toEqual([
      { cluster: 'among', rows: 5 },
      { cluster: 'others', rows: 3 },
    ]);
  expect(await store.write([])).toEqual([]);
});

test('an object that grew adds what it grew by', async () => {
  expect(await writeOne(store, full('grown'))).toEqual({ rows: 9, known: 0 });
  expect(await writeOne(store, full('grown', 'one', 5))).toEqual({ rows: 6, known: 9 });
});

test('the same record from two objects counts once', async () => {
  expect(await writeOne(store, full('copied'))).toEqual({ rows: 9, known: 0 });
  expect(await writeOne(store, full('copied', 'a copy of it'))).toEqual({ rows: 0, known: 9 });
});

test('what two recordings say alike of an untranslated connection is two lines; what two copies of one say is one, and so is a translation', async () => {
  const untranslated = event(0, { originIp: event(0).srcIp, originPort: event(0).srcPort });
  const line = (cluster: string, object: string, of: Partial<Batch>, one = untranslated): Promise<Written> =>
    writeOne(store, batch(cluster, object, { ...of, conntrack: eventTable([one]) }));
  const [isNew, isKnown] = [
    { rows: 1, known: 0 },
    { rows: 0, known: 1 },
  ];
  expect(await line('heard', 'log', { recording: 'a' })).toEqual(isNew);
  expect(await line('heard', 'log.1', { recording: 'a' })).toEqual(isKnown);
  expect(await line('heard', 'log', { recording: 'b' })).toEqual(isNew);
  expect(await line('heard', 'told', { recording: 'a', node: 'node-1' })).toEqual(isNew);
  expect(await line('heard', 'told.1', { recording: 'b', node: 'node-1' })).toEqual(isKnown);
  expect(await line('heard', 'nothing told', {})).toEqual(isNew);
  expect(await line('heard', 'nothing told', {})).toEqual(isKnown);
  const destroy = event(5, { ...untranslated, at: START + 5, kind: CONNTRACK_KINDS.DESTROY, timeout: 0 });
  // Its NEW rides on it, and is known or not by itself.
  expect(
    await writeOne(store, batch('heard', 'log', { recording: 'a', conntrack: eventTable([untranslated, destroy]) })),
  ).toEqual({ rows: 1, known: 1 });
  expect(await line('translated', 'log', { recording: 'a' }, event(0))).toEqual(isNew);
  expect(await line('translated', 'log', { recording: 'b' }, event(0))).toEqual(isKnown);
});

test('what rides on a later row is known when it comes again alone', async () => {
  const [first, last] = [record(0, { bytes: 0 }), record(60_000, { state: FLOW_STATES.E })];
  const [opened, closed] = [event(0), event(7_200_000, { kind: CONNTRACK_KINDS.DESTROY, timeout: 0 })];
  const of = (records: readonly RecordFact[], events: readonly EventFact[]): Promise<Written> =>
    writeOne(store, batch('riding', 'one', { flowRecords: recordTable(records), conntrack: eventTable(events) }));
  expect(await of([first, last], [opened, closed])).toEqual({ rows: 4, known: 0 });
  expect(await engine.rows("SELECT count() AS rows FROM flow_record WHERE cluster = 'riding'")).toEqual([{ rows: 1 }]);
  expect(await engine.rows("SELECT count() AS rows FROM conntrack_event WHERE cluster = 'riding'")).toEqual([
    { rows: 1 },
  ]);
  expect(await of([first], [opened])).toEqual({ rows: 0, known: 2 });
  expect(await of([last], [closed])).toEqual({ rows: 0, known: 2 });
});

test.each([
  ['its first word', 0],
  ['its last word', 5_000],
])('of what came alone before, %s, nothing counts again when it comes together with the other', async (_, alone) => {
  const cluster = `alone ${alone}`;
  const [first, last] = [record(0, { state: FLOW_STATES.B, bytes: 0 }), record(5_000, { state: FLOW_STATES.E })];
  const [opened, gone] = [event(0, { kind: CONNTRACK_KINDS.NEW }), event(5_000, { kind: CONNTRACK_KINDS.DESTROY })];
  const of = (records: readonly RecordFact[], events: readonly EventFact[]): Batch =>
    batch(cluster, 'one', { flowRecords: recordTable(records), conntrack: eventTable(events) });
  const before = alone === 0 ? of([first], [opened]) : of([last], [gone]);
  expect(await writeOne(store, before)).toEqual({ rows: 2, known: 0 });
  expect(await writeOne(store, of([first, last], [opened, gone]))).toEqual({ rows: 2, known: 2 });
});

test('when an entry was made is kept as its line states it', async () => {
  const second = Math.floor(START / 1_000) * 1_000;
  const stated = [0, second, second + 7, second - 1_000, second - 40 * 24 * HOUR, second + 1_000];
  const events = stated.map((startedAt, i) => event(i, { srcPort: 40_000 + i, startedAt }));
  const write = (): Promise<Written> => writeOne(store, batch('made', 'one', { conntrack: eventTable(events) }));
  const made = (): Promise<{ made_ms: number }[]> =>
    engine.rows("SELECT made_ms FROM conntrack_event WHERE cluster = 'made' ORDER BY reply_dest_port");
  expect(await write()).toEqual({ rows: 6, known: 0 });
  expect((await made()).map(({ made_ms }) => made_ms)).toEqual(stated);
  expect(await write()).toEqual({ rows: 0, known: 6 });
  // As it was written before schema/0018-entry-starts.sql.
  await parts.every.run(
    `INSERT INTO conntrack_event (cluster, at_ms, new_ago_ms, started_ms)
     SELECT 'made before', at_ms, new_ago_ms, made_ms FROM conntrack_event WHERE cluster = 'made' ORDER BY reply_dest_port`,
  );
  const before = await engine.rows<{ made_ms: number }>(
    "SELECT made_ms FROM conntrack_event WHERE cluster = 'made before' ORDER BY at_ms",
  );
  expect(before.map(({ made_ms }) => made_ms)).toEqual(stated);
});

test('a record that stands twice in one object counts once', async () => {
  expect(
    await writeOne(
      store,
      batch('doubled', 'one', { flowRecords: recordTable([record(0), record(0)]), pods: [pod('web'), pod('web')] }),
    ),
  ).toEqual({ rows: 2, known: 2 });
});

test('records that differ in one counter alone are two', async () => {
  expect(
    await writeOne(store, batch('counters', 'one', { flowRecords: recordTable([record(0), record(0, { bytes: 2 })]) })),
  ).toEqual({ rows: 2, known: 0 });
});

test('a batch that spans midnight is there whole', async () => {
  const records = [record(0), record(86_400_000), record(2 * 86_400_000)];
  expect(await writeOne(store, batch('days', 'one', { flowRecords: recordTable(records) }))).toEqual({
    rows: 3,
    known: 0,
  });
  expect(await writeOne(store, batch('days', 'one', { flowRecords: recordTable(records) }))).toEqual({
    rows: 0,
    known: 3,
  });
});

test('two clusters with the same addresses never mix', async () => {
  const facts = (cluster: string, uid: string): Batch =>
    batch(cluster, 'one', {
      flowRecords: recordTable([record(0)]),
      conntrack: eventTable([event(0)]),
      pods: [pod(uid), later(uid)],
    });
  for (const [cluster, uid] of [
    ['east', 'of-east'],
    ['west', 'of-west'],
  ] as const)
    expect(await writeOne(store, facts(cluster, uid))).toMatchObject({ known: 0 });
  // A third has the flow and the translation, and knows no pod.
  await writeOne(
    store,
    batch('bare', 'one', { flowRecords: recordTable([record(0)]), conntrack: eventTable([event(0)]) }),
  );
  for (const cluster of ['east', 'west', 'bare']) await store.attribute(cluster, NOW);
  const said = await Promise.all(
    ['east', 'west', 'bare'].map(async (cluster) =>
      (await store.flows(query(cluster))).map((flow) => [flow.verdict, flow.pod?.uid ?? null]),
    ),
  );
  expect(said).toEqual([[['exact', 'of-east']], [['exact', 'of-west']], [['unattributed', null]]]);
});

test('a connection whose first line came hours after it began stays where it is when its own hour is computed anew', async () => {
  const line = event(5 * 3_600_000, { kind: 2, startedAt: Math.floor(START / 1_000) * 1_000 });
  await writeOne(store, batch('late line', 'one', { conntrack: eventTable([line]), pods: [pod('web'), later('web')] }));
  await store.attribute('late line', NOW);
  const before = await store.flows(query('late line'));
  // Another connection of that hour and node touches the window of the first.
  await writeOne(store, batch('late line', 'two', { flowRecords: recordTable([record(0, { srcPort: 40_001 })]) }));
  await store.attribute('late line', NOW);
  expect([
    before.length,
    (await store.flows(query('late line'))).map((flow) => flow.srcPort).toSorted((a, b) => Number(a) - Number(b)),
  ]).toEqual([1, [40_000, 40_001]]);
});

test('a file whose lines come in several writes speaks for an address in all of them as soon as it shows a translation', async () => {
  const both = (ms: number, originIp: string): Promise<Written> =>
    writeOne(
      store,
      batch('speaks', 'one', {
        flowRecords: recordTable([record(ms, { srcPort: ms })]),
        conntrack: eventTable([event(ms, { srcPort: ms, originIp })]),
      }),
    );
  const pairs = async (): Promise<unknown> =>
    (await engine.rows<{ apart: unknown }>(sql('inventory/clock-pairs'), { cluster: 'speaks' })).map(
      ({ apart }) => apart,
    );
  await both(1, TUPLE.srcIp);
  expect(await pairs()).toEqual([]);
  await both(2, '10.244.0.2');
  await both(3, TUPLE.srcIp);
  expect(await pairs()).toEqual([[0, 0, 0]]);
});

test('an id of a flow of one cluster finds nothing in another', async () => {
  const [flow] = await store.flows(query('east'));
  expect(await store.flows({ ...query('west'), flow: flow?.flow ?? '' })).toEqual([]);
  expect(await store.evidence('west', flow?.flow ?? '')).toBeNull();
});

const HOSTILE: readonly (readonly [string, string])[] = [
  ['quotes of every kind', `' " \` ''`],
  ['backslashes', "\\ \\\\ \\n \\' \\N"],
  ['the end of a statement', `'); DROP TABLE flow_record; --`],
  ['what a parameter looks like', '{cluster:String} {source} {x:Identifier}'],
  ['tabs and line breaks', 'a\tb\nc\r\nd'],
  ['colours of a terminal', '\u001B[31mred\u001B[0m'],
  ['a NUL', 'a\0b'],
  ['names that JavaScript knows', '__proto__'],
  ['another such', 'constructor'],
  ['what a word for nothing looks like', 'NULL'],
  ['nothing but space', ' '],
  ['other scripts and signs', 'Ünïcödé 日本 🦀 \u202E'],
  ['a megabyte', 'x'.repeat(1_000_000)],
];

const ALL = HOSTILE.map(([, text]) => text);
const WITHOUT_MEGABYTE = ALL.filter((text) => text.length < 1_000).join('');

test('whatever stands in names and messages comes back as it went in', async () => {
  const pods = ALL.map((text, i) =>
    pod(text, {
      namespace: text,
      name: text,
      ips: [ip(`10.244.0.${i}`)],
      workload: { kind: text, namespace: text, name: text },
    }),
  );
  const table = recordTable(ALL.map((_, i) => record(0, { srcPort: i })));
  const facts = batch('hostile', WITHOUT_MEGABYTE, {
    flowRecords: {
      ...table,
      columns: { ...table.columns, rule: { type: 'Dictionary', values: Uint32Array.from(ALL.keys()), words: ALL } },
    },
    conntrack: eventTable(ALL.map((_, i) => event(0, { srcPort: i, originIp: `10.244.0.${i}` }))),
    pods: pods.flatMap((one) => [one, { ...one, event: 'modified' as const, at: instant(START + 600_000) }]),
    logLines: ALL.map(logLine),
    rejects: ALL.map((text) => ({ place: text, why: text, text })),
  });
  await writeOne(store, facts);
  await store.attribute('hostile', NOW);
  const flows = await store.flows(query('hostile'));
  expect(
    flows
      .toSorted((one, other) => (one.srcPort ?? 0) - (other.srcPort ?? 0))
      .map((flow) => [
        flow.rule,
        flow.pod?.uid,
        flow.pod?.name,
        flow.pod?.namespace,
        flow.pod?.workload.kind,
        flow.pod?.workload.name,
      ]),
  ).toEqual(ALL.map((text) => Array<string>(6).fill(text)));
  const rejects = await store.rejects('hostile', 100);
  expect(rejects.toSorted(byText)).toEqual(
    ALL.map((text) => ({ object: WITHOUT_MEGABYTE, place: text, why: text, text })).sort(byText),
  );
  const lines = await engine.rows<{ text: string }>(`SELECT message AS text FROM log_line WHERE cluster = 'hostile'`);
  expect(lines.sort(byText)).toEqual(ALL.map((text) => ({ text })).sort(byText));
  expect(await writeOne(store, { ...facts, logLines: [], rejects: [] })).toEqual({ rows: 0, known: 4 * ALL.length });
});

const byText = (a: { readonly text: string }, b: { readonly text: string }): number => (a.text < b.text ? -1 : 1);

test.each<[string, string]>([
  ['all of that together', WITHOUT_MEGABYTE],
  ['a word for nothing', 'NULL'],
  ['what ends a parameter', '\\N\t'],
])('%s may be the name of a cluster and a filter', async (_, text) => {
  const web = pod('web', { namespace: text });
  await writeOne(
    store,
    batch(text, text, {
      flowRecords: recordTable([record(0)]),
      conntrack: eventTable([event(0)]),
      pods: [web, { ...later('web'), namespace: text }],
    }),
  );
  await store.attribute(text, NOW);
  expect(await store.clusters()).toContain(text);
  expect(
    (await store.flows({ ...query(text), namespaces: [text] })).map((flow) => [flow.cluster, flow.pod?.namespace]),
  ).toEqual([[text, text]]);
  expect(await store.flows({ ...query(text), namespaces: [`${text}?`] })).toEqual([]);
});

test('half a character, as JSON can spell it, does not stop a write', async () => {
  const written = await writeOne(
    store,
    batch('half', 'one', { pods: [pod('\uD83D')], logLines: [logLine('half of a \uD83D')] }),
  );
  expect(written).toEqual({ rows: 2, known: 0 });
});

test('a pass that begins in the middle of a write does not take its rows for answered', async () => {
  const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = await reopened((part) => ({
    ...part,
    run: async (text, params) => {
      if (/^INSERT INTO flow_record\b/m.test(text)) {
        reached.resolve();
        await held.promise;
      }
      return part.run(text, params);
    },
  }));
  const writing = slow.write([full('in between', 'one', 1)]);
  await reached.promise;
  const passing = slow.attribute('in between', NOW);
  await Promise.race([passing, setTimeout(500)]);
  held.resolve();
  await Promise.all([writing, passing]);
  await slow.attribute('in between', NOW);
  expect(await slow.flows(query('in between'))).toHaveLength(1);
  expect((await slow.flows(query('in between')))[0]?.observedBy).toEqual(['flow-log', 'conntrack']);
});
