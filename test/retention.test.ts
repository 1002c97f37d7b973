import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant } from '../src/base/instant.ts';
import { allFlows } from '../src/core/all-flows.ts';
import type { PodSeen } from '../src/core/facts.ts';
import type { Batch, Store } from '../src/core/ports.ts';
import { allFor, EVERYTHING, horizonsAt, type Retention } from '../src/core/retention.ts';
import { withoutExpired } from '../src/store/without-expired.ts';
import { bySender } from './by-sender.ts';
import { podSeen, recordAt } from './one-fact.ts';
import { batchesOf, emptyBatch, fewWorlds, ip, type RandomWorld, recordTable, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/* What is older than is kept goes, and nobody is told anything else of the rest. */

const { store, engine } = await temporaryStore();

const MONTH: Retention = allFor(30 * DAY);
/** Hours after which worlds begin ten seconds before midnight, as they do before three. */
const NIGHT = -3 * HOUR;
const NOW = instant(START + 2 * HOUR);
const HORIZON = instant(Math.floor((NOW - 30 * DAY) / DAY) * DAY);
/** Long gone; across the horizon of facts; between the two; across the horizon of flows; young. */
const AGES = [-41 * DAY, -36 * DAY + NIGHT, -33 * DAY, -30 * DAY + NIGHT, -29 * DAY, 0] as const;

const shifted = (world: RandomWorld, ms: number): RandomWorld => {
  const at = (time: Instant | null): Instant | null => (time === null ? null : instant(time + ms));
  const pod = (seen: PodSeen): PodSeen => ({
    ...seen,
    uid: ms === 0 ? seen.uid : `${seen.uid}-of-${ms}`,
    createdAt: at(seen.createdAt),
    acceptedAt: at(seen.acceptedAt),
    startedAt: at(seen.startedAt),
    finishedAt: at(seen.finishedAt),
    deletionAskedAt: at(seen.deletionAskedAt),
    at: instant(seen.at + ms),
  });
  return {
    records: world.records.map((record) => ({ ...record, at: record.at + ms })),
    events: world.events.map((event) => ({
      ...event,
      at: event.at + ms,
      startedAt: event.startedAt === 0 ? 0 : event.startedAt + ms,
    })),
    pods: world.pods.map(pod),
    // Nodes go on; each age sees them anew.
    nodes: world.nodes.map((node) => ({ ...node, createdAt: at(node.createdAt), at: instant(node.at + ms) })),
    watch: world.watch === null ? null : { from: world.watch.from + ms, until: world.watch.until + ms },
    gaps: ms === 0 ? world.gaps : [],
    count: world.count,
  };
};

/** Of the same addresses at each age, with pods of their own. */
const ofAllAges = (world: RandomWorld, cluster: string): Batch[] =>
  AGES.flatMap((ms) =>
    batchesOf(shifted(world, ms), cluster).map((batch) => ({ ...batch, object: `${batch.object} at ${ms}` })),
  );

/** All that can be asked of the time that is kept. */
const answers = async (cluster: string) => {
  const query = allFlows(cluster, { from: HORIZON, until: instant(NOW + DAY) });
  const flows = await store.flows({ ...query, everyCandidate: true });
  const some = flows.filter((_, i) => i % Math.ceil(flows.length / 2) === 0);
  return {
    flows,
    who: await store.who(query),
    whoTo: await store.who({ ...query, destPorts: [443], from: instant(HORIZON + 5_000) }),
    map: withoutHorizon(await store.flowMap(bySender(cluster, { from: instant(HORIZON + 5_000), until: query.until }))),
    byId: await Promise.all(some.map(({ flow }) => store.flows({ ...query, flow }))),
    evidence: await Promise.all(some.map(async ({ flow }) => kept(await store.evidence(cluster, flow)))),
    gaps: (await store.sources(cluster)).flatMap(({ gaps }) => gaps.filter(({ from }) => from >= HORIZON)),
  };
};

/** From when on there are flows is told with a map, and is what changes. */
const withoutHorizon = ({ kept: _kept, ...map }: Awaited<ReturnType<Store['flowMap']>>): unknown => map;

const AHEAD = horizonsAt(MONTH, NOW, EVERYTHING);

/** What is shown of a time that is not kept goes with it: the first lines of a long entry, leases that ended, what sources cover. */
const kept = (evidence: Awaited<ReturnType<Store['evidence']>>): unknown => {
  const clip = (at: Instant): number => (at < HORIZON ? 0 : at);
  return {
    ...evidence,
    accuracy: null,
    // How many there were is told until something new is measured.
    clock: { ...evidence?.clock, pairs: 0 },
    conntrackCover: null,
    inventoryCover: null,
    translations: evidence?.translations.map(({ objects: _objects, ...told }) => ({
      ...told,
      mayFrom: clip(told.mayFrom),
      seenFrom: clip(told.seenFrom),
    })),
    leases: evidence?.leases.filter(({ mayUntil }) => mayUntil === null || mayUntil >= AHEAD.records),
  };
};

const rowsOf = async (table: string, where = '1'): Promise<number> =>
  (await engine.rows<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`))[0]?.n ?? 0;

/** Every window is answered anew, whatever was kept of its facts. */
const touchEvery = (cluster: string): Promise<void> =>
  engine.run(
    `INSERT INTO window_touched (cluster, shard, hour_ms, write) SELECT DISTINCT cluster, shard, hour_ms, 1000000000 AS write FROM window_touched WHERE cluster = {cluster:String}`,
    { cluster },
  );

const each = async <Item, Value>(items: readonly Item[], of: (item: Item) => Promise<Value>): Promise<Value[]> => {
  const values: Value[] = [];
  for (const item of items) values.push(await of(item));
  return values;
};

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** The same of another cluster. */
const unnamed = (said: unknown): unknown => {
  const text = JSON.stringify(said, (key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return key === 'cluster' || (key === 'flow' && typeof value === 'string') ? '' : value;
  });
  return JSON.parse(text) as unknown;
};

/** Of a pod nothing was heard since it was made, two months ago: it may still be there. */
const quiet = (cluster: string): Batch[] => [
  {
    ...emptyBatch(cluster, 'long ago'),
    format: 'kubernetes-pods',
    pods: [podSeen('quiet', START - 60 * DAY, { event: 'listed', ips: [ip('10.244.250.9')] })],
  },
  { ...emptyBatch(cluster, 'just now'), flowRecords: recordTable([recordAt(START, { srcIp: '10.244.250.9' })]) },
];

/** As if what is gone had never been. */
const expectSame = async (): Promise<void> =>
  expect(unnamed(await answers('all'))).toEqual(unnamed(await answers('young')));

test('what is kept is answered as before, also anew, and as if the rest had never been', {
  timeout: 300_000,
}, async () => {
  const [world] = fc.sample(fewWorlds, { numRuns: 1, seed: 20261126 }) as [RandomWorld];
  const batches = [...ofAllAges(world, 'all'), ...quiet('all')];
  await store.write(batches);
  const young = batches.map((batch) => ({ ...withoutExpired(batch, AHEAD).batch, cluster: 'young' }));
  await store.write(young);
  const clusters = ['all', 'young'] as const;
  for (const cluster of clusters) await store.attribute(cluster, NOW);
  const before = await each(clusters, answers);
  expect(JSON.stringify(unnamed(before[1]?.who))).toContain('quiet');
  const across = before.flatMap(({ flows }) => flows).filter(({ begin, last }) => begin < HORIZON && last >= HORIZON);
  expect(across.length).toBeGreaterThan(0);

  const dropped = new Map((await store.expire(MONTH, NOW)).map(({ table, rows }) => [table, rows]));
  for (const table of ['flow', 'flow_total', 'sender_minute', 'sender_hour', 'flow_record', 'conntrack_event'])
    expect(dropped.get(table)).toBeGreaterThan(0);
  expect((await each(clusters, answers)).map(unnamed)).toEqual(before.map(unnamed));
  expect(await store.expire(MONTH, NOW)).toEqual([]);
  for (const cluster of clusters) await store.attribute(cluster, NOW);
  await expectSame();
  // Whoever brings it again, nothing comes back.
  const pods = await rowsOf('pod_seen');
  const written = await store.write(batches.map((batch) => ({ ...batch, pods: [], nodes: [] })));
  expect(sum(written, ({ rows }) => rows)).toBe(0);
  expect(sum(written, ({ expired = 0 }) => expired)).toBeGreaterThan(0);
  // The inventory is worked out of what is left of it.
  await store.write(young.map((batch) => ({ ...batch, pods: [], nodes: [] })));
  for (const cluster of clusters) {
    await touchEvery(cluster);
    await store.attribute(cluster, NOW);
  }
  expect(await rowsOf('flow', `last_ms < ${HORIZON}`)).toBe(0);
  expect(await rowsOf('flow_record', `at_ms < ${AHEAD.records}`)).toBe(0);
  expect(await rowsOf('pod_seen')).toBe(pods);
  await expectSame();
  expect(unnamed(await answers('young'))).toEqual(unnamed(before[1]));
});
