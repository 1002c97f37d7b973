import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant, MINUTE, SECOND } from '../src/base/instant.ts';
import { CONNTRACK_KINDS, DIRECTIONS, FLOW_STATES } from '../src/core/facts.ts';
import { entryAt, nodeSeen, podSeen, recordAt } from './one-fact.ts';
import { batchesOf, type EventFact, ip, NOW, type RandomWorld, type RecordFact, START } from './random-world.ts';
import { stored } from './parity.ts';
import { temporaryStore } from './temporary-store.ts';

/*
 * What is told late changes what it can change, and nothing that it can is missed: a few facts of a tuple, near and far, are told one by one in any
 * order, with a pass after each. Many tuples go side by side.
 */
const { engine, store } = await temporaryStore();

type Facts = Pick<RandomWorld, 'records' | 'events'>;

/** When an entry was made, as its line states it: to the second. 0: nobody says. */
const startedAt = (at: number, madeBefore: number): number =>
  madeBefore === 0 ? 0 : Math.floor((at - madeBefore) / SECOND) * SECOND;

/** Around all that is a bound somewhere: how far clocks differ, ten idle minutes, twenty minutes, hours. */
const MOMENTS = [...[0, 8, 25, 100].map((s) => s * SECOND), ...[9, 11, 19, 24, 180].map((m) => m * MINUTE)];
const moment = fc
  .tuple(fc.constantFrom(...MOMENTS), fc.constantFrom(0, 0, 1, 500))
  .map(([far, more]) => START + far + more);
const lasts = fc.constantFrom(0, 400, 50 * SECOND, 8 * MINUTE, 40 * MINUTE);

const records = fc
  .record({
    at: moment,
    state: fc.constantFrom(...Object.values(FLOW_STATES)),
    lasts,
    isWhole: fc.boolean(),
    sent: fc.nat(5),
  })
  .map(({ at, state, lasts: ms, isWhole, sent }): Facts => {
    const direction = sent === 0 ? DIRECTIONS.I : DIRECTIONS.O;
    const one = (ago: number, of: number): RecordFact => recordAt(at + ago, { direction, state: of });
    return {
      records: isWhole ? [one(0, FLOW_STATES.B), one(ms, FLOW_STATES.E)] : [one(0, state)],
      events: [],
    };
  });
const lines = fc
  .record({
    at: moment,
    kind: fc.constantFrom(...Object.values(CONNTRACK_KINDS), CONNTRACK_KINDS.NEW, CONNTRACK_KINDS.DESTROY),
    lasts,
    isWhole: fc.boolean(),
    origin: fc.constantFrom('10.244.0.2', '10.244.0.2', '10.244.0.3'),
    madeBefore: fc.constantFrom(0, 0, 0, 30 * SECOND, 30 * MINUTE),
  })
  .map(({ at, kind, lasts: ms, isWhole, origin, madeBefore }): Facts => {
    const one = (ago: number, of: EventFact['kind'], rest: Partial<EventFact> = {}): EventFact =>
      entryAt(at + ago, { originIp: origin, kind: of, ...rest });
    return {
      records: [],
      events: isWhole
        ? [one(0, CONNTRACK_KINDS.NEW), one(ms, CONNTRACK_KINDS.DESTROY)]
        : [one(0, kind, kind === CONNTRACK_KINDS.NEW ? {} : { startedAt: startedAt(at, madeBefore) })],
    };
  });
const ofOneTuple = fc.array(fc.oneof(records, lines), { minLength: 2, maxLength: 4 });

const STEPS = 4;
const inventory = {
  pods: [podSeen('a', START - HOUR), podSeen('b', START - HOUR, { ips: [ip('10.244.0.3')] })],
  nodes: [nodeSeen(START - HOUR)],
};
/** Of most tuples the clocks of both sources agree, so ticks are read tuple by tuple. */
const ANCHORS: Facts = {
  records: Array.from({ length: 200 }, (_, i) => recordAt(START - MINUTE, { srcPort: 10_000 + i })),
  events: Array.from({ length: 200 }, (_, i) => entryAt(START - MINUTE, { srcPort: 10_000 + i })),
};

const worldOf = (facts: readonly Facts[], rest: Partial<RandomWorld>): RandomWorld => ({
  records: facts.flatMap((some) => some.records),
  events: facts.flatMap((some) => some.events),
  pods: [],
  nodes: [],
  watch: null,
  gaps: [],
  count: 1,
  ...rest,
});
/** Each tuple has a port of its own and a time of its own, so that what is told of another touches none of its windows; every other one is UDP. */
const onTuple = ({ records: rows, events }: Facts, i: number, apart = 37 * SECOND): Facts => {
  const tuple = { srcPort: 20_000 + i, protocol: i % 2 === 0 ? 6 : 17 };
  const later = i * apart;
  return {
    records: rows.map((row) => ({ ...row, ...tuple, at: row.at + later })),
    events: events.map((event) => ({
      ...event,
      ...tuple,
      at: event.at + later,
      startedAt: event.startedAt === 0 ? 0 : event.startedAt + later,
    })),
  };
};

const secondOf = ({ records: [row], events: [event] }: Facts): number =>
  Math.floor((row?.at ?? event?.at ?? 0) / SECOND);

let worlds = 0;

test('facts of a tuple that are told one by one, in any order, end in the same flows as told at once', {
  timeout: 240_000,
}, async () => {
  const tuples = fc.array(ofOneTuple, { minLength: 40, maxLength: 40 });
  // The hours are being told all the time, or are over one by one.
  const moments = fc.constantFrom(
    Array.from({ length: STEPS }, () => START),
    Array.from({ length: STEPS }, (_, i) => START + i * HOUR),
  );
  await fc.assert(
    fc.asyncProperty(tuples, moments, async (told, nows) => {
      const [whole, cut] = [`w${worlds}`, `c${worlds++}`];
      const all = told.map((facts, i) => facts.map((some) => onTuple(some, i)));
      await store.write(batchesOf(worldOf([ANCHORS, ...all.flat()], inventory), whole));
      await store.attribute(whole, NOW);
      await store.write(batchesOf(worldOf([ANCHORS], inventory), cut));
      for (const [i, now] of nows.entries()) {
        await store.attribute(cut, instant(now));
        const facts = all.flatMap((some) => some.slice(i, i + 1));
        // What is of one time together: what is close to the first of a write is looked at for all of it.
        for (const [, some] of Map.groupBy(facts, secondOf)) await store.write(batchesOf(worldOf(some, {}), cut));
      }
      await store.attribute(cut, instant(nows.at(-1) ?? START));
      expect(await stored(engine, cut)).toEqual(await stored(engine, whole));
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 1), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

/** A fact of a tuple, told at a time. */
type Telling = (at: number) => Facts;

const recordsOf = (states: readonly number[], directions: readonly number[]): readonly Telling[] =>
  states.flatMap((state) =>
    directions.map(
      (direction): Telling =>
        (at) => ({ records: [recordAt(at, { direction, state })], events: [] }),
    ),
  );
const RECORDS = recordsOf(Object.values(FLOW_STATES), Object.values(DIRECTIONS));
const LINES: readonly Telling[] = [
  ...['10.244.0.2', '10.244.0.3'].map((originIp) => ({ kind: CONNTRACK_KINDS.NEW, originIp })),
  ...[CONNTRACK_KINDS.UPDATE, CONNTRACK_KINDS.DESTROY].flatMap((kind) =>
    [0, 30 * SECOND, 30 * MINUTE].map((madeBefore) => ({ kind, madeBefore })),
  ),
].map(
  ({ madeBefore = 0, ...rest }: Partial<EventFact> & { readonly madeBefore?: number }): Telling =>
    (at) => ({
      records: [],
      events: [entryAt(at, { ...rest, startedAt: startedAt(at, madeBefore) })],
    }),
);
const WHOLE: Telling = (at) => ({
  records: [],
  events: [entryAt(at, { kind: CONNTRACK_KINDS.NEW }), entryAt(at + 8 * MINUTE, { kind: CONNTRACK_KINDS.DESTROY })],
});

/** Facts and how long each is told of before the last. */
type Case = readonly (readonly [ago: number, telling: Telling])[];
const ANY = [...RECORDS, ...LINES, WHOLE];
const SOME = recordsOf([FLOW_STATES.B, FLOW_STATES.E], [DIRECTIONS.O]);
const two = (minutes: number): readonly Case[] =>
  ANY.flatMap((early) =>
    ANY.map(
      (late): Case => [
        [minutes * MINUTE, early],
        [0, late],
      ],
    ),
  );
const three = (earlies: readonly Telling[], betweens: readonly Telling[]): readonly Case[] =>
  earlies.flatMap((early) =>
    betweens.flatMap((between) =>
      ANY.map(
        (late): Case => [
          [48 * MINUTE, early],
          [24 * MINUTE, between],
          [0, late],
        ],
      ),
    ),
  );
const CASES: readonly Case[] = [
  ...[9, 24, 180].flatMap(two),
  ...three([...LINES, WHOLE], SOME),
  ...three(SOME, LINES),
  ...three(LINES, LINES),
];
/** No tuple's fact is in the tick of another's, nor of another fact of any. */
const TUPLES_APART = 20 * SECOND;
const FACTS_APART = 7 * SECOND;
const FIRST = START + 180 * MINUTE + 2 * FACTS_APART;

test('of facts of a tuple that are far apart the one that is told later changes what it can, whichever it is', {
  timeout: 240_000,
}, async () => {
  const told = [0, 1, 2].map((): Facts[] => []);
  for (const [i, facts] of CASES.entries())
    for (const [k, [ago, telling]] of facts.entries())
      told[k]?.push(onTuple(telling(FIRST - ago + (k - facts.length) * FACTS_APART), i, TUPLES_APART));
  await store.write(batchesOf(worldOf([ANCHORS, ...told.flat()], inventory), 'together'));
  await store.attribute('together', NOW);
  const together = await stored(engine, 'together');
  for (const [k, later] of told.entries()) {
    const cluster = `fact ${k} later`;
    const first = told.filter((facts) => facts !== later).flat();
    await store.write(batchesOf(worldOf([ANCHORS, ...first], inventory), cluster));
    await store.attribute(cluster, instant(START));
    await store.write(batchesOf(worldOf(later, {}), cluster));
    await store.attribute(cluster, instant(START));
    expect(await stored(engine, cluster)).toEqual(together);
  }
});
