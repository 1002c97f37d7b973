import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import { type Instant, instant, MINUTE } from '../src/base/instant.ts';
import { parseCidr } from '../src/base/ip.ts';
import { OPEN } from '../src/core/attribution/lease.ts';
import type { Batch, FlowQuery } from '../src/core/ports.ts';
import { entryAt, podSeen, recordAt } from './one-fact.ts';
import { fromCore, stored } from './parity.ts';
import { batchesOf, type RandomWorld, randomWorld, START, smallWorld, NOW } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

const { engine, store } = await temporaryStore();

let worlds = 0;

test('the store says of every flow what the core says', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, async (world) => {
      const cluster = `w${worlds++}`;
      await store.write(batchesOf(world, cluster));
      await store.attribute(cluster, NOW);
      expect(await stored(engine, cluster)).toEqual(await fromCore(engine, world, cluster));
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 10), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

test('`who` says of flows that are counted together what it says of them one by one', {
  timeout: 120_000,
}, async () => {
  const everySender = ['0.0.0.0/0', '::/0'].flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const until = fc.integer({ min: 1, max: 4_000_000 });
  await fc.assert(
    fc.asyncProperty(randomWorld, fc.constantFrom(0, 5_000, 700_000), until, async (world, from, lasts) => {
      const cluster = `t${worlds++}`;
      await store.write(batchesOf(world, cluster));
      await store.attribute(cluster, NOW);
      for (const range of [
        { from: 0 as Instant, until: OPEN },
        { from: (START + from) as Instant, until: (START + from + lasts) as Instant },
      ]) {
        // Without those among all pods of a node, which are always looked at one by one.
        const query: FlowQuery = {
          ...allFlows(cluster, range),
          verdicts: ['exact', 'node', 'relayed', 'unattributed'],
          destPorts: [443],
        };
        expect(await store.who(query)).toEqual(await store.who({ ...query, srcIps: everySender }));
      }
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 4), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

test('order of arrival, repetition and batch size change no verdict', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(smallWorld, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), async (world, picks) => {
      const [whole, pieces] = [`a${worlds}`, `b${worlds++}`];
      await store.write(batchesOf(world, whole));
      await store.attribute(whole, NOW);
      const half = (part: number): RandomWorld => ({
        ...world,
        records: world.records.filter((_, i) => i % 3 !== part),
        events: world.events.filter((_, i) => i % 3 !== part),
        pods: world.pods,
      });
      const batches = [half(0), half(1), half(2)].flatMap((part) => batchesOf(part, pieces));
      const shuffled = [...batches.keys()].sort(
        (a, b) => ((picks[a % 6] ?? 0) % 97) - ((picks[b % 6] ?? 0) % 97) || b - a,
      );
      // One batch in a write, or two, or three.
      for (let [i, from] = [0, 0]; from < shuffled.length; from += 1 + (i++ % 3)) {
        await store.write(shuffled.slice(from, from + 1 + (i % 3)).map((at) => batches[at] as Batch));
        if (i % 3 === 1) await store.attribute(pieces, NOW);
      }
      await store.attribute(pieces, NOW);
      expect(await stored(engine, pieces)).toEqual(await stored(engine, whole));
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 4), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

/** By the clock of who answers the hours before and after `START` are being told, one of them is over, or both. */
const moments = fc.constantFrom(
  START,
  START + 5 * MINUTE,
  START + 14 * MINUTE,
  START + 16 * MINUTE,
  START + 80 * MINUTE,
  NOW,
);

/** What is counted together, hour by hour, whatever windows it was answered in. */
const totalsOf = (cluster: string): Promise<unknown[]> =>
  engine.rows(
    `SELECT dest_ip, hour_ms, dest_port, protocol, shard, toInt8(said) AS what, node, arraySort(pod_uids) AS pods, or_node, sum(flows) AS n,
         sum(bytes_out) AS sent, sum(bytes_in) AS received, min(first_begin_ms), max(last_begin_ms), min(first_last_ms), max(flow_total.last_ms)
     FROM flow_total
     WHERE cluster = {cluster:String} AND (shard, hour_ms, tick, generation) IN
         (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
     GROUP BY ALL ORDER BY ALL`,
    { cluster },
  );

test('facts that are told in any pieces, with passes at any time between, end in the same flows as told at once', {
  timeout: 240_000,
}, async () => {
  const pieces = fc.array(
    fc.record({ kept: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 7, maxLength: 7 }), now: moments }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(randomWorld, pieces, moments, async (world, told, end) => {
      const [whole, cut] = [`p${worlds}`, `q${worlds++}`];
      await store.write(batchesOf(world, whole));
      await store.attribute(whole, NOW);
      for (const [number, { kept, now }] of told.entries()) {
        // Each fact comes with one of the pieces at least, at the latest with the last.
        const among = <Fact>(facts: readonly Fact[]): Fact[] =>
          facts.filter((_, i) => number === told.length - 1 || kept[i % kept.length] === number);
        const { records, events, pods } = world;
        const some = { ...world, records: among(records), events: among(events), pods: number % 2 === 0 ? pods : [] };
        await store.write(batchesOf(some, cut));
        await store.attribute(cut, instant(now));
      }
      await store.attribute(cut, instant(end));
      expect(await stored(engine, cut)).toEqual(await stored(engine, whole));
      expect(await totalsOf(cut)).toEqual(await totalsOf(whole));
      expect(await store.attribute(cut, instant(end))).toMatchObject({ windows: 0, flows: 0, changes: [] });
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 8), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

test('a pod that is told of later, on a node whose address nobody tells, is named for what was translated for it', async () => {
  const [late, whole] = [`l${worlds}`, `w${worlds++}`];
  const begun = START + 600_000;
  const world: RandomWorld = {
    records: [recordAt(begun)],
    events: [entryAt(begun)],
    pods: [podSeen('late', START, { hostIps: [] })],
    nodes: [],
    watch: null,
    gaps: [],
    count: 1,
  };
  await store.write(batchesOf(world, whole));
  await store.attribute(whole, NOW);
  await store.write(batchesOf({ ...world, pods: [] }, late));
  await store.attribute(late, NOW);
  await store.write(batchesOf(world, late));
  await store.attribute(late, NOW);
  const [told] = await stored(engine, late);
  expect([told]).toMatchObject([{ pods: ['uid-of-late'] }]);
  expect([told]).toEqual(await stored(engine, whole));
});
