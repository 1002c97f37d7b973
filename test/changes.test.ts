import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import { HOUR, type Instant, instant } from '../src/base/instant.ts';
import { IDLE } from '../src/core/attribution/flow.ts';
import type { PodSeen } from '../src/core/facts.ts';
import type { Batch, Changes, FlowQuery, FlowRow } from '../src/core/ports.ts';
import { replaceSql } from '../src/store/sql.ts';
import { entryAt, NODE_IP, podSeen, recordAt } from './one-fact.ts';
import {
  batchesOf,
  emptyBatch,
  type EventFact,
  eventTable,
  ip,
  type RecordFact,
  recordTable,
  richWorld,
  START,
} from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

const { engine, reopened: openedAnew, ...opened } = await temporaryStore();
let { store } = opened;

/** When the first pass was made, the second, … */
const pass = (n: number): Instant => instant(Date.UTC(2026, 10, 23) + n * HOUR);

const record = (ms: number, rest: Partial<RecordFact> = {}): RecordFact => recordAt(START + ms, rest);
const entry = (ms: number, rest: Partial<EventFact> = {}): EventFact => entryAt(START + ms, rest);
const pod = (name: string, address: string): readonly PodSeen[] => {
  const seen = podSeen(name, START - 60_000, { ips: [ip(address)] });
  return [seen, { ...seen, event: 'modified', at: instant(START + 2 * HOUR) }];
};
const PODS = [...pod('web', '10.244.0.2'), ...pod('job', '10.244.0.3')];

const write = async (cluster: string, object: string, rest: Partial<Batch>): Promise<void> => {
  await store.write([{ ...emptyBatch(cluster, object), ...rest }]);
};
const query = (cluster: string): FlowQuery =>
  allFlows(cluster, { from: instant(START - HOUR), until: instant(START + 3 * HOUR) });
const said = ({ srcPort, verdict, reason, pod: of, was }: FlowRow): unknown => [
  srcPort,
  of?.name ?? reason ?? verdict,
  was === undefined ? null : [was.verdict, was.reason, was.pod?.uid ?? null, was.at],
];
const NONE: Changes = { changes: [], reopened: { windows: 0, flows: 0, moved: 0, gone: 0 } };

/** Two flows without conntrack, answered once. */
const withoutConntrack = async (cluster: string): Promise<void> => {
  await write(cluster, 'log', { flowRecords: recordTable([record(0), record(5, { srcPort: 40_001 })]), pods: PODS });
  expect(await store.attribute(cluster, pass(1))).toMatchObject(NONE);
};
const CONNTRACK = { conntrack: eventTable([entry(0)]) };
const MOVED: Changes = {
  changes: [{ from: 'ambiguous', to: 'shop/web', flows: 1 }],
  reopened: { windows: 1, flows: 2, moved: 1, gone: 0 },
};

test('the first answer is no change, late conntrack names what moved, and the same again changes nothing', async () => {
  await withoutConntrack('late');
  expect(await store.changes('late', pass(0))).toEqual(NONE);
  expect(await store.flows({ ...query('late'), changedSince: pass(0) })).toEqual([]);
  expect(await engine.rows('SELECT * FROM window_reopened')).toEqual([]);

  await write('late', 'conntrack', CONNTRACK);
  expect(await store.attribute('late', pass(2))).toMatchObject(MOVED);
  await write('late', 'conntrack', CONNTRACK);
  expect(await store.attribute('late', pass(3))).toEqual({ windows: 0, flows: 0, ...NONE });

  expect(await store.changes('late', pass(2))).toEqual(MOVED);
  expect(await store.changes('late', instant(pass(2) + 1))).toEqual(NONE);
  const changed = await store.flows({ ...query('late'), changedSince: pass(1) });
  expect(changed.map(said)).toEqual([[40_000, 'web', ['ambiguous', 'no-translation', null, pass(2)]]]);
  expect(await store.flows({ ...query('late'), changedSince: instant(pass(2) + 1) })).toEqual([]);
  expect((await store.flows(query('late'))).map(said)).toEqual([
    [40_000, 'web', null],
    [40_001, 'no-translation', null],
  ]);
});

test('conntrack that shows only later whose it is re-opens what it told before', async () => {
  await withoutConntrack('whose');
  // Either end of a connection may have told this: nobody is named by it.
  await write('whose', 'conntrack', { conntrack: eventTable([entry(0, { originIp: NODE_IP })]) });
  expect(await store.attribute('whose', pass(2))).toMatchObject(NONE);
  await write('whose', 'conntrack', { conntrack: eventTable([entry(HOUR, { srcPort: 41_000 })]) });
  expect((await store.attribute('whose', pass(3))).changes).toEqual([{ from: 'ambiguous', to: 'node', flows: 1 }]);
});

test('what is new, and what another source tells of the same flow, is no change', async () => {
  await withoutConntrack('new');
  await write('new', 'more', {
    flowRecords: recordTable([record(700), record(90_000, { srcPort: 40_002 })]),
  });
  expect(await store.attribute('new', pass(2))).toMatchObject(NONE);
  expect(await engine.rows("SELECT * FROM window_reopened WHERE cluster = 'new'")).toEqual([]);
});

/** The statement at which a pass is killed. */
const killedAt = async (statement: string, work: () => Promise<unknown>): Promise<void> => {
  replaceSql(statement, `SELECT throwIf(1, 'killed')`);
  await expect(work()).rejects.toThrow(/killed/);
  replaceSql(statement, null);
  // Who comes next opens the store anew.
  store = await openedAnew();
};

test.each([
  'attribution/compare',
  'attribution/changes-insert',
  'attribution/reopened-insert',
  'attribution/changes',
  'attribution/make-current',
])('a pass that was killed at %s, and made again, changes the same', async (statement) => {
  await withoutConntrack(statement);
  await write(statement, 'conntrack', CONNTRACK);
  for (const n of [2, 3]) await killedAt(statement, () => store.attribute(statement, pass(n)));
  expect(await store.changes(statement, pass(0))).toEqual(NONE);
  expect(await store.flows({ ...query(statement), changedSince: pass(0) })).toEqual([]);

  expect(await store.attribute(statement, pass(4))).toMatchObject(MOVED);
  expect(await store.changes(statement, pass(0))).toEqual(MOVED);
  const changed = await store.flows({ ...query(statement), changedSince: pass(0) });
  expect(changed.map(said)).toEqual([[40_000, 'web', ['ambiguous', 'no-translation', null, pass(4)]]]);
  expect(await store.attribute(statement, pass(5))).toMatchObject(NONE);
});

test('what a killed pass said does not stand where the next one, which knows more, says nothing', async () => {
  await withoutConntrack('unsaid');
  await write('unsaid', 'conntrack', CONNTRACK);
  await killedAt('attribution/make-current', () => store.attribute('unsaid', pass(2)));
  // Another pod had the same tuple at the same time: it stays ambiguous.
  await write('unsaid', 'more', { conntrack: eventTable([entry(1, { originIp: '10.244.0.3' })]) });
  expect(await store.attribute('unsaid', pass(3))).toMatchObject(NONE);
  expect(await store.changes('unsaid', pass(0))).toEqual(NONE);
  expect(await store.flows({ ...query('unsaid'), changedSince: pass(0) })).toEqual([]);
});

test('of what changed twice the first is said, and of what changed back nothing', async () => {
  await withoutConntrack('twice');
  await write('twice', 'conntrack', CONNTRACK);
  await store.attribute('twice', pass(2));
  await write('twice', 'more', { conntrack: eventTable([entry(1, { originIp: '10.244.0.3' })]) });
  expect((await store.attribute('twice', pass(3))).changes).toEqual([{ from: 'shop/web', to: 'ambiguous', flows: 1 }]);
  expect((await store.flows({ ...query('twice'), changedSince: pass(3) })).map(said)).toEqual([
    [40_000, 'tuple-shared', ['exact', null, 'uid-of-web', pass(3)]],
  ]);
  expect(await store.flows({ ...query('twice'), changedSince: pass(2) })).toEqual([]);
  // What was done stays counted.
  expect(await store.changes('twice', pass(2))).toEqual({
    changes: [],
    reopened: { windows: 2, flows: 4, moved: 2, gone: 0 },
  });
});

test('a flow that turns out to have begun before is the same flow', async () => {
  await write('before', 'log', { flowRecords: recordTable([record(1_000, { state: 1 })]), pods: PODS });
  await store.attribute('before', pass(1));
  await write('before', 'more', { flowRecords: recordTable([record(0)]), ...CONNTRACK });
  expect(await store.attribute('before', pass(2))).toMatchObject({
    changes: [{ from: 'ambiguous', to: 'shop/web', flows: 1 }],
    reopened: { flows: 1, moved: 1, gone: 0 },
  });
  expect((await store.flows({ ...query('before'), changedSince: pass(1) })).map(said)).toEqual([
    [40_000, 'web', ['ambiguous', 'no-translation', null, pass(2)]],
  ]);
});

test('of two flows on its tuple the one that was alive then is the same flow, and not the one that began nearer', async () => {
  await write('nearer', 'log', { flowRecords: recordTable([record(100_000, { state: 1 })]), pods: PODS });
  await store.attribute('nearer', pass(1));
  await write('nearer', 'more', {
    flowRecords: recordTable([record(0), record(150_000)]),
    conntrack: eventTable([entry(0), entry(150_000, { originIp: '10.244.0.3' })]),
  });
  expect((await store.attribute('nearer', pass(2))).changes).toEqual([{ from: 'ambiguous', to: 'shop/web', flows: 1 }]);
  expect((await store.flows({ ...query('nearer'), changedSince: pass(1) })).map(said)).toEqual([
    [40_000, 'web', ['ambiguous', 'no-translation', null, pass(2)]],
  ]);
});

const tupleOf = ({ srcIp, srcPort, destIp, destPort, protocol }: FlowRow): string =>
  `${srcIp}:${srcPort} ${destIp}:${destPort} ${protocol}`;

/** The flow that an id of before means now (docs/decisions/0006-flow-ids.md). */
const resolved = ({ begin }: FlowRow, flows: readonly FlowRow[]): FlowRow | undefined => {
  const apart = (flow: FlowRow): number => Math.abs(flow.begin - begin);
  const alive = flows.filter((flow) => flow.begin <= begin && begin <= flow.last);
  const near = flows.filter((flow) => apart(flow) <= IDLE);
  return (alive.length > 0 ? alive : near).toSorted((a, b) => apart(a) - apart(b))[0];
};

test('law: no flow of an earlier answer goes uncounted, and what an id resolves to says what moved', {
  timeout: 120_000,
}, async () => {
  let run = 0;
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(richWorld, async (world) => {
      const cluster = `law ${run++}`;
      const batches = batchesOf(world, cluster);
      const all = { ...allFlows(cluster, { from: instant(START - 48 * HOUR), until: instant(START + 48 * HOUR) }) };
      await store.write(batches.slice(0, -1));
      await store.attribute(cluster, pass(1));
      const before = await store.flows(all);
      await store.write(batches.slice(-1));
      const { reopened, changes } = await store.attribute(cluster, pass(2));
      const after = Map.groupBy(await store.flows(all), tupleOf);
      const now = before.map((was) => resolved(was, after.get(tupleOf(was)) ?? []));
      const moved = before.filter((was, i) => {
        const is = now[i];
        return is !== undefined && (is.verdict !== was.verdict || is.pod?.uid !== was.pod?.uid);
      });
      const gone = now.filter((flow) => flow === undefined);
      expect([reopened.moved, reopened.gone]).toEqual([moved.length, gone.length]);
      expect(changes.reduce((sum, { flows }) => sum + flows, 0)).toBe(moved.length + gone.length);
      expect(reopened.flows).toBeGreaterThanOrEqual(moved.length + gone.length);
      expect(reopened.flows).toBeLessThanOrEqual(before.length);
      const shown = await store.flows({ ...all, changedSince: pass(2) });
      expect(new Set(shown.map(({ flow }) => flow))).toEqual(
        new Set(now.flatMap((is, i) => (is !== undefined && moved.includes(before[i] as FlowRow) ? [is.flow] : []))),
      );
      changed += moved.length;
    }),
    { numRuns: 3, seed: 20_261_123 },
  );
  expect(changed, 'no world changed anything: the law shows nothing').toBeGreaterThan(10);
});
