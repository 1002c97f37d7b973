import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import type { Instant } from '../src/base/instant.ts';
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
