import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { type FlowRow, type PodNamed, VERDICT_KINDS } from '../core/ports.ts';
import { type Move, movesBetween } from './moves.ts';
import { ToldPile } from './told-pile.ts';
import { TruthPile } from './truth-pile.ts';

const AT = 1_795_403_057_000;
type Said = Pick<FlowRow, 'verdict' | 'pod' | 'probable'>;
const pod = (uid: string, workload: string): PodNamed => ({
  uid,
  namespace: 'shop',
  name: uid,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name: workload },
});
const exact = (uid: string, workload: string): Said => ({ verdict: 'exact', pod: pod(uid, workload), probable: null });
const probable = (workload: string | null): Said => ({
  verdict: 'probable',
  pod: null,
  probable: { workload: workload === null ? null : pod('x', workload).workload, chance: 0.97 },
});
const nobody = (verdict: FlowRow['verdict']): Said => ({ verdict, pod: null, probable: null });
/** Rates have a favourite here too, which is not named. */
const ambiguous: Said = { ...probable('web'), verdict: 'ambiguous' };

interface Flow extends Said {
  readonly port: number;
  readonly begin: number;
  readonly right: number | null;
}
const flow = (said: Said, { port = 1, begin = 0, right = null as number | null } = {}): Flow => ({
  ...said,
  port,
  begin,
  right,
});
const pileOf = (flows: readonly Flow[]): ToldPile => {
  const pile = new ToldPile(
    new TruthPile(async () => {
      throw new Error('a few flows stay in memory');
    }),
  );
  for (const { port, begin, right, ...said } of flows) {
    const row = { flow: `f_${port}_${begin}`, begin: instant(AT + begin), srcIp: '10.224.0.4', srcPort: port };
    pile.add({ ...row, destIp: '203.0.113.66', destPort: 443, protocol: 'tcp', ...said } as FlowRow, right);
  }
  return pile;
};
const between = (before: readonly Flow[], after: readonly Flow[], atATime = 100) =>
  movesBetween(pileOf(before), pileOf(after), atATime);
const alone = async (before: Said, after: Said): Promise<Move | undefined> =>
  (await between([flow(before)], [flow(after)])).moves[0];

test.each<[string, Said, Said, number]>([
  ['the same pod', exact('a', 'web'), exact('a', 'web'), 0],
  ['another pod of the same workload', exact('a', 'web'), exact('b', 'web'), 1],
  ['the pod of the workload that was probable', probable('web'), exact('a', 'web'), 0],
  ['the pod of another one than was probable', probable('web'), exact('a', 'api'), 1],
  ['another probable one', probable('web'), probable('api'), 1],
  ['the node where a pod was named', exact('a', 'web'), nobody('node'), 1],
  ['the node in both', nobody('node'), nobody('node'), 0],
  ['the favourite of an ambiguous one is not named', ambiguous, exact('a', 'api'), 0],
  ['nobody where somebody was named', exact('a', 'web'), nobody('unattributed'), 0],
  ['a relay where a workload was probable', probable('web'), nobody('relayed'), 0],
  ['what is probable is not known', probable(null), exact('a', 'web'), 0],
])('%s is another one: %#', async (_, before, after, renamed) => {
  expect(await alone(before, after)).toMatchObject({ from: before.verdict, to: after.verdict, flows: 1, renamed });
});

test.each<[string, number, { both: number; onlyBefore: number; onlyAfter: number }]>([
  ['three seconds later it is the same flow', 3_000, { both: 1, onlyBefore: 0, onlyAfter: 0 }],
  ['a millisecond more and it is another', 3_001, { both: 0, onlyBefore: 1, onlyAfter: 1 }],
])('%s', async (_, begin, flows) => {
  const moved = await between([flow(ambiguous)], [flow(exact('a', 'web'), { begin })]);
  expect(moved.flows).toEqual(flows);
});

test('a flow that only one store has moved from nowhere, or to nowhere', async () => {
  const { moves } = await between(
    [flow(ambiguous, { port: 1, right: 1 })],
    [flow(exact('a', 'web'), { port: 2, right: null })],
  );
  expect(moves).toEqual([
    expect.objectContaining({ from: 'ambiguous', to: null, flows: 1, withTruth: 1, rightBefore: 1, rightAfter: 0 }),
    expect.objectContaining({ from: null, to: 'exact', flows: 1, withTruth: 0, rightBefore: 0, rightAfter: 0 }),
  ]);
});

test('a move says how right it was before and is after, and lists the flows that name another one first, then the oldest', async () => {
  const ports = [5, 4, 3, 2, 1];
  const { moves } = await between(
    ports.map((port) => flow(probable('web'), { port, begin: port, right: port === 5 ? null : 0.25 })),
    ports.map((port) =>
      flow(exact('a', port === 4 ? 'api' : 'web'), { port, begin: port, right: port === 5 ? null : 1 }),
    ),
  );
  expect(moves).toEqual([
    {
      from: 'probable',
      to: 'exact',
      flows: 5,
      renamed: 1,
      withTruth: 4,
      rightBefore: 1,
      rightAfter: 4,
      first: ['f_4_4', 'f_1_1', 'f_2_2'],
    },
  ]);
});

const said = fc.oneof(
  fc.constantFrom(...VERDICT_KINDS.filter((kind) => kind !== 'exact').map(nobody)),
  fc.constantFrom(exact('a', 'web'), exact('b', 'web'), exact('c', 'api'), probable('web'), probable('api'), ambiguous),
);
const flows = fc.uniqueArray(
  fc
    .record({
      said,
      port: fc.integer({ min: 1, max: 3 }),
      // Whole seconds: flows of one tuple that are as near to each other as to what they are compared with.
      begin: fc.integer({ min: 0, max: 20 }).map((s) => s * 1_000),
      right: fc.constantFrom(null, 0, 0.5, 1),
    })
    .map(({ said: what, ...more }) => flow(what, more)),
  { maxLength: 25, selector: ({ port, begin }) => `${port} ${begin}` },
);

test('no flow is lost or counted twice, however many are held at a time', async () => {
  await fc.assert(
    fc.asyncProperty(flows, flows, fc.integer({ min: 1, max: 30 }), async (before, after, atATime) => {
      const moved = await between(before, after, atATime);
      const of = (some: (move: Move) => boolean): number =>
        moved.moves.filter(some).reduce((sum, move) => sum + move.flows, 0);
      for (const kind of VERDICT_KINDS) {
        expect(of(({ from }) => from === kind)).toBe(before.filter(({ verdict }) => verdict === kind).length);
        expect(of(({ to }) => to === kind)).toBe(after.filter(({ verdict }) => verdict === kind).length);
      }
      expect(of(({ from, to }) => from !== null && to !== null)).toBe(moved.flows.both);
      expect(of(({ to }) => to === null)).toBe(moved.flows.onlyBefore);
      expect(of(({ from }) => from === null)).toBe(moved.flows.onlyAfter);
      expect(moved).toEqual(await between(before.toReversed(), after.toReversed(), 100));
    }),
  );
});

test('a store compared with itself moves nothing, and the other way round everything moves back', async () => {
  await fc.assert(
    fc.asyncProperty(flows, flows, async (some, others) => {
      const { moves, flows: counts } = await between(some, some);
      expect(counts).toEqual({ both: some.length, onlyBefore: 0, onlyAfter: 0 });
      for (const { from, to, renamed, rightBefore, rightAfter } of moves)
        expect([to, renamed, rightAfter]).toEqual([from, 0, rightBefore]);
      const there = await between(some, others);
      const back = await between(others, some);
      expect(back.flows).toEqual({
        both: there.flows.both,
        onlyBefore: there.flows.onlyAfter,
        onlyAfter: there.flows.onlyBefore,
      });
    }),
  );
});
