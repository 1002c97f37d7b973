import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../simulator/random.ts';
import type { Batch } from '../../src/core/ports.ts';
import { stored } from '../parity.ts';
import { batchesOf, fewWorlds, NOW, type RandomWorld } from '../random-world.ts';
import { temporaryStore } from '../temporary-store.ts';
import { Pipeline } from './pipeline.ts';

/*
 * A seed decides how what is told is cut into messages, in what order statements run, which of them fail, whose answers are lost, when the process is
 * killed, and where the clock stands. By hand: `SIMULATED=500 SEED=new npm test test/simulation`; one run again: `SEED=N SIMULATED_PATH=PATH`.
 */
const { engine, reopened } = await temporaryStore();

const RUNS = Number(process.env['SIMULATED'] ?? 2);
const PATH = process.env['SIMULATED_PATH'];

let clusters = 0;

/** Each fact is in one message, or in two. */
const messagesOf = (world: RandomWorld, cluster: string, random: Random): Batch[] => {
  const pieces = random.whole(1, 5);
  const cut = <Fact>(facts: readonly Fact[]): Fact[][] => {
    const into: Fact[][] = Array.from({ length: pieces }, () => []);
    for (const fact of facts) {
      into[random.whole(0, pieces)]?.push(fact);
      if (random.next() < 0.1) into[random.whole(0, pieces)]?.push(fact);
    }
    return into;
  };
  const [records, events, pods] = [cut(world.records), cut(world.events), cut(world.pods)];
  const piece = (i: number): RandomWorld => ({
    ...world,
    records: records[i] ?? [],
    events: events[i] ?? [],
    pods: pods[i] ?? [],
    gaps: i === 0 ? world.gaps : [],
  });
  return Array.from({ length: pieces }, (_, i) => batchesOf(piece(i), cluster)).flat();
};

const run = async (world: RandomWorld, cluster: string, seed: number): Promise<Pipeline> => {
  const random = createRandom(seed);
  const pipeline = new Pipeline({
    engine,
    opened: reopened,
    cluster,
    messages: messagesOf(world, cluster, random),
    random,
  });
  await pipeline.run();
  return pipeline;
};

const countsOf = (cluster: string): Promise<unknown[]> =>
  engine.rows(
    `SELECT * FROM
     (
         SELECT 'records' AS what, count() + countIf(begun_ago_ms >= 0) AS n, sum(bytes_out) AS bytes FROM flow_record WHERE cluster = {cluster:String}
         UNION ALL
         SELECT 'lines' AS what, count() + countIf(new_ago_ms >= 0) AS n, sum(bytes_orig) AS bytes FROM conntrack_event WHERE cluster = {cluster:String}
     )
     ORDER BY what`,
    { cluster },
  );

test('whatever fails, is lost, is killed and comes again, in whatever order: each fact counts once, and flows are answered as if all had been told at once', {
  timeout: 3_600_000,
}, async () => {
  let [statements, crashes] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fewWorlds, fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (world, seed) => {
      const [whole, cut] = [`whole${clusters}`, `cut${clusters++}`];
      // Each process begins where the last one left the store.
      const one = await reopened();
      await one.write(batchesOf(world, whole));
      await one.attribute(whole, NOW);
      await one.grade(whole);
      const { trace, crashes: here } = await run(world, cut, seed);
      statements += trace.length;
      crashes += here;
      await (await reopened()).grade(cut);
      expect(await countsOf(cut)).toEqual(await countsOf(whole));
      expect(await stored(engine, cut)).toEqual(await stored(engine, whole));
    }),
    {
      numRuns: RUNS,
      ...(PATH === undefined ? {} : { path: PATH }),
      endOnFailure: process.env['SHRINK'] === undefined,
    },
  );
  console.log(`${statements} statements, ${crashes} crashes`);
});

test('one seed is one run', { timeout: 600_000 }, async () => {
  const [world] = fc.sample(fewWorlds, 1) as [RandomWorld];
  const traces = [];
  for (let i = 0; i < 2; i++) {
    // What a killed process left behind is another start.
    await (await reopened()).attribute('nobody', NOW);
    traces.push((await run(world, `same${clusters++}`, 7)).trace);
  }
  expect(traces[1]).toEqual(traces[0]);
});
