import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../base/instant.ts';
import { type FlowRow, type PodNamed, type SourceRow, type Store, VERDICT_KINDS } from '../core/ports.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { type TruthRow, tupleOf } from './truth.ts';
import { TruthPile } from './truth-pile.ts';

const AT = 1_795_403_057_000;
const HOUR = 3_600_000;
const AN_HOUR = AT - (AT % HOUR);
const pod = (uid: string, workload = 'web', node = 'n1'): PodNamed => ({
  uid,
  namespace: 'shop',
  name: uid,
  ip: '10.244.1.7',
  node,
  workload: { kind: 'Deployment', namespace: 'shop', name: workload },
});
const flow = (id: string, more: Partial<FlowRow> = {}): FlowRow => ({
  flow: id,
  cluster: 'default',
  begin: instant(AT),
  end: null,
  last: more.begin ?? instant(AT),
  node: 'n1',
  srcIp: '10.224.0.4',
  srcPort: 41_822,
  destIp: '203.0.113.66',
  destPort: 443,
  protocol: 'tcp',
  direction: 'outbound',
  decision: 'allowed',
  rule: null,
  packetsOut: 1,
  bytesOut: 2,
  packetsIn: 3,
  bytesIn: 4,
  observedBy: ['flow-log'],
  flows: 1,
  translated: true,
  verdict: 'exact',
  reason: null,
  pod: pod('a'),
  podPort: 1,
  candidates: [],
  chances: [],
  probable: null,
  sighted: null,
  candidateCount: 1,
  evidence: ['translation', 'lease'],
  ...more,
});
const ambiguous = (candidates: readonly (PodNamed | null)[], candidateCount = candidates.length): Partial<FlowRow> => ({
  verdict: 'ambiguous',
  pod: null,
  candidates,
  candidateCount,
});
const truth = (podUid: string | null, begin = AT, more: Partial<TruthRow> = {}): TruthRow => ({
  tuple: tupleOf('10.224.0.4', 41_822, '203.0.113.66', 443, 'tcp'),
  begin: instant(begin),
  podUid,
  oracle: null,
  ...more,
});
const conntrack = (clockOffsetMs: number): SourceRow => ({
  name: 'conntrack n1',
  kind: 'conntrack',
  cluster: 'default',
  rows: 1,
  rejects: 0,
  first: null,
  watermark: null,
  gaps: [],
  clockOffsetMs,
  clockUncertaintyMs: 5,
  clockPairs: 9,
});

/** What is asked of a store, from values: the real one is compared with itself in test/evaluate.test.ts. */
const storeOf = (
  flows: readonly FlowRow[],
  inventory: readonly PodNamed[] = [],
  sources: readonly SourceRow[] = [],
): Pick<Store, 'extent' | 'flows' | 'pods' | 'evidence' | 'sources'> => {
  const oldestFirst = flows.toSorted((a, b) => a.begin - b.begin);
  return {
    extent: async () =>
      flows.length === 0
        ? null
        : {
            from: instant(Math.min(...flows.map(({ begin }) => begin))),
            until: instant(Math.max(...flows.map(({ last }) => last)) + 1),
          },
    flows: async ({ from, until, limit }) => {
      const alive = oldestFirst.filter(({ begin, last }) => begin < until && last >= from);
      return alive.slice(-(limit ?? alive.length));
    },
    pods: async (_, uids) => new Map(inventory.filter(({ uid }) => uids.includes(uid)).map((one) => [one.uid, one])),
    sources: async () => sources,
    evidence: async (_, id) => {
      const found = flows.find((one) => one.flow === id);
      return found === undefined
        ? null
        : {
            flow: found,
            accuracy: null,
            records: [],
            translations: [
              {
                originIp: '10.244.1.7',
                originPort: 41_822,
                mayFrom: found.begin,
                seenFrom: found.begin,
                seenUntil: found.last,
                mayUntil: found.last,
                opened: true,
                closed: true,
                objects: [],
              },
            ],
            leases: [],
            clock: { offsetMs: 0, uncertaintyMs: 10, pairs: 9 },
            gaps: [],
            conntrackCover: null,
            inventoryCover: null,
          };
    },
  };
};

const evaluated = async (
  store: ReturnType<typeof storeOf>,
  rows: readonly TruthRow[],
  atATime = 100,
): Promise<Evaluation> => {
  const pile = new TruthPile(async () => {
    throw new Error('no disk');
  });
  for (const row of rows) pile.add(row);
  return evaluate(store, 'default', pile, { atATime, progress: () => undefined });
};

test.each<[string, readonly FlowRow[], readonly TruthRow[], object]>([
  ['right', [flow('f')], [truth('a')], { matched: 1, exact: { n: 1, correct: 1 }, wrong: [] }],
  [
    'sure and wrong',
    [flow('f')],
    [truth('b')],
    {
      exact: { n: 1, correct: 0 },
      wrong: [
        {
          flow: 'f',
          said: 'a',
          saidPod: 'shop/a',
          truth: 'b',
          truthPod: 'shop/b',
          node: 'n1',
          tuple: '10.224.0.4:41822-203.0.113.66:443/tcp',
          for: [
            { text: expect.stringMatching(/^10\.244\.1\.7:41822 → 203\.0\.113\.66:443 left as 10\.224\.0\.4:41822/) },
          ],
          against: [],
          ruledOut: [{ text: expect.stringMatching(/^the node itself/) }],
        },
      ],
    },
  ],
  [
    'the node was meant',
    [flow('f')],
    [truth(null)],
    { exact: { n: 1, correct: 0 }, wrong: [{ truth: 'node', truthPod: null }] },
  ],
  [
    'a pod that the inventory does not know was meant',
    [flow('f')],
    [truth('z')],
    { wrong: [{ truth: 'z', truthPod: null }] },
  ],
  [
    'nobody knows',
    [flow('f')],
    [],
    { matched: 0, exact: { n: 0, correct: 0 }, exactWithoutTruth: { n: 1, flows: ['f'] } },
  ],
  ['3 s apart still matches', [flow('f')], [truth('a', AT + 3_000)], { matched: 1, truthWithoutFlow: 0 }],
  ['3 s before it too', [flow('f')], [truth('a', AT - 3_000)], { matched: 1, truthWithoutFlow: 0 }],
  ['more than 3 s apart does not', [flow('f')], [truth('a', AT + 3_001)], { matched: 0, truthWithoutFlow: 1 }],
  [
    'one tuple used twice: each flow takes the nearer row, once',
    [flow('f1'), flow('f2', { begin: instant(AT + 1_000), pod: pod('b') })],
    [truth('b', AT + 900), truth('a', AT + 10)],
    { matched: 2, exact: { n: 2, correct: 2 } },
  ],
  [
    'the nearest pair of all goes first, whoever else loses its nearest',
    [flow('f1'), flow('f2', { begin: instant(AT + 2_000), pod: pod('b') })],
    [truth('b', AT + 1_100)],
    { matched: 1, exact: { n: 1, correct: 1 }, exactWithoutTruth: { flows: ['f1'] } },
  ],
  [
    'the node is right',
    [flow('f', { verdict: 'node', pod: null })],
    [truth(null)],
    {
      workload: { top1: 1 },
      exact: { n: 0 },
      translated: { flows: 0, exact: 0 },
      byVerdict: { node: { n: 1, withTruth: 1, right: 1, madeByPod: 0 } },
    },
  ],
  [
    'the node is wrong',
    [flow('f', { verdict: 'node', pod: null })],
    [truth('a')],
    { workload: { top1: 0 }, byVerdict: { node: { n: 1, withTruth: 1, right: 0, madeByPod: 1 } } },
  ],
  [
    'two replicas of one workload: workload right, pod a coin toss',
    [flow('f', ambiguous([pod('a'), pod('b')]))],
    [truth('b')],
    {
      workload: { top1: 1, brier: 0 },
      pod: { top1: 0.5 },
      translated: { flows: 1, exact: 0 },
      byVerdict: { ambiguous: { n: 1, withTruth: 1, right: 1, madeByPod: 1 } },
    },
  ],
  [
    'no candidate is the true one',
    [flow('f', ambiguous([pod('c', 'api'), null]))],
    [truth('b')],
    { workload: { top1: 0 }, pod: { top1: 0 }, byVerdict: { ambiguous: { right: 0 } } },
  ],
  [
    'no candidate is the true one, but one is of its workload, which only the inventory knows',
    [flow('f', ambiguous([pod('a'), pod('c', 'api')]))],
    [truth('b')],
    { workload: { top1: 0.5 }, pod: { top1: 0 }, byVerdict: { ambiguous: { right: 0 } } },
  ],
  [
    'the node is a candidate, and is the true one',
    [flow('f', ambiguous([pod('a'), null]))],
    [truth(null)],
    { pod: { top1: 0.5 }, byVerdict: { ambiguous: { right: 1, madeByPod: 0 } } },
  ],
  [
    'a candidate that is counted and not listed has its chance',
    [flow('f', ambiguous([pod('a')], 4))],
    [truth('z')],
    { workload: { top1: 0.25, logLoss: expect.closeTo(Math.log(4), 9) } },
  ],
  [
    'a pod of that node is a candidate that is not listed',
    [flow('f', ambiguous([pod('a')], 4))],
    [truth('b')],
    { byVerdict: { ambiguous: { withTruth: 1, right: 1 } } },
  ],
  [
    'a pod of another node is none',
    [flow('f', ambiguous([pod('a')], 4))],
    [truth('far')],
    { byVerdict: { ambiguous: { withTruth: 1, right: 0 } } },
  ],
  [
    'probable, and the workload is right',
    [
      flow('f', {
        ...ambiguous([pod('a'), pod('c', 'api')]),
        verdict: 'probable',
        probable: { workload: pod('a').workload, chance: 0.97 },
      }),
    ],
    [truth('b')],
    { byVerdict: { probable: { n: 1, withTruth: 1, right: 1 } } },
  ],
  [
    'probable, and it is another workload',
    [
      flow('f', {
        ...ambiguous([pod('c', 'api'), pod('a')]),
        verdict: 'probable',
        probable: { workload: pod('c', 'api').workload, chance: 0.97 },
      }),
    ],
    [truth('a')],
    { byVerdict: { probable: { right: 0 } } },
  ],
  [
    'nobody was named, and a pod made it',
    [
      flow('f1', { verdict: 'unattributed', reason: 'node-unknown', node: null, pod: null, candidateCount: 0 }),
      flow('f2', {
        verdict: 'relayed',
        reason: 'forwarded-inbound',
        begin: instant(AT + 60_000),
        pod: null,
        candidateCount: 0,
      }),
    ],
    [truth('a'), truth(null, AT + 60_000)],
    {
      byVerdict: {
        unattributed: { n: 1, withTruth: 1, right: null, madeByPod: 1 },
        relayed: { n: 1, withTruth: 1, right: null, madeByPod: 0 },
      },
      coverage: { byReason: [{ reason: 'forwarded-inbound', flows: 1, bytes: 6 }, { reason: 'node-unknown' }] },
      reliability: [],
    },
  ],
  [
    'a pod address on the wire is no translation',
    [flow('f', { translated: false, evidence: ['lease'] })],
    [truth('a')],
    { translated: { flows: 0, exact: 0 }, exact: { n: 1, correct: 1 } },
  ],
  [
    'a translation that did not lead to a name',
    [flow('f', { ...ambiguous([pod('a'), pod('b')]), evidence: ['translation'] })],
    [],
    { translated: { flows: 1, exact: 0 } },
  ],
  ['who knows the rates', [flow('f')], [truth('a', AT, { oracle: 0.75 })], { workload: { top1: 1, oracleTop1: 0.75 } }],
  [
    'hours of nodes, the wrong ones first, then those with most that is not exact',
    [
      flow('f1', { begin: instant(AT - HOUR) }),
      flow('f2', { begin: instant(AT - 2 * HOUR), ...ambiguous([pod('a'), pod('b')]) }),
      flow('f3', { begin: instant(AT), node: 'n2' }),
      flow('f4', { begin: instant(AT + 60_000), node: null, translated: false }),
    ],
    [truth('a', AT - HOUR), truth('b', AT)],
    {
      byNodeHour: {
        nodeHours: 4,
        items: [
          {
            node: 'n2',
            hour: '2026-11-23T03:00:00.000Z',
            flows: 1,
            exact: { n: 1, correct: 0 },
            translated: { flows: 1, exact: 1 },
          },
          {
            node: 'n1',
            hour: '2026-11-23T01:00:00.000Z',
            exact: { n: 0, correct: 0 },
            translated: { flows: 1, exact: 0 },
          },
          {
            node: 'n1',
            hour: '2026-11-23T02:00:00.000Z',
            exact: { n: 1, correct: 1 },
            translated: { flows: 1, exact: 1 },
          },
          {
            node: null,
            hour: '2026-11-23T03:00:00.000Z',
            exact: { n: 0, correct: 0 },
            translated: { flows: 0, exact: 0 },
          },
        ],
        rest: { nodeHours: 0, flows: 0, exact: { n: 0, correct: 0 }, translated: { flows: 0, exact: 0 } },
      },
    },
  ],
])('%s', async (_, flows, rows, expected) => {
  const inventory = [pod('a'), pod('b'), pod('far', 'web', 'n2'), pod('c', 'api')];
  expect(await evaluated(storeOf(flows, inventory), rows)).toMatchObject(expected);
});

test('what the flow log runs ahead of most nodes is taken off before times are compared', async () => {
  const rows = [truth('a', AT - 60_000)];
  const matchedWith = async (...sources: readonly SourceRow[]): Promise<number> =>
    (await evaluated(storeOf([flow('f')], [], sources), rows)).matched;
  expect(await matchedWith()).toBe(0);
  expect(await matchedWith(conntrack(60_000))).toBe(1);
  expect(await matchedWith(conntrack(60_000), conntrack(90_000), conntrack(60_000))).toBe(1);
});

/** Connections of two nodes, a second apart each, in the time of the flow log; and the truth of them by other clocks. */
const ofTwoNodes = Array.from({ length: 12 }, (_, i) =>
  flow(`f${i}`, { begin: instant(AT + i * 1_000), srcPort: 50_000 + i, node: i % 3 === 0 ? 'n1' : 'n2' }),
);
const rowOf = ({ srcIp, srcPort, destIp, destPort, begin, pod: made }: FlowRow, byMs = 0): TruthRow =>
  truth(made?.uid ?? null, begin - byMs, { tuple: tupleOf(srcIp, srcPort, destIp, destPort, 'tcp') });
const conntrackN2 = (ms: number): SourceRow => ({ ...conntrack(ms), name: 'conntrack n2' });
/** Most nodes are right, and one of the two is a minute and a half ahead. */
const NODES_OFF = [conntrack(-90_000), conntrackN2(90_000), { ...conntrack(1), name: 'conntrack n3' }];

test.each<[string, readonly SourceRow[], readonly TruthRow[], Evaluation['truthClock'], number]>([
  [
    'of the flow log, though no node is right',
    [conntrack(-90_000), conntrackN2(90_000)],
    ofTwoNodes.map((one) => rowOf(one)),
    { goesBy: 'flow-log', aheadMs: 0 },
    12,
  ],
  [
    'of the flow log, on which none of the nodes agrees with the others',
    [conntrack(-2_000), conntrackN2(1_500)],
    ofTwoNodes.map((one) => rowOf(one, 3)),
    { goesBy: 'flow-log', aheadMs: 0 },
    12,
  ],
  [
    'of most nodes, which the flow log does not keep',
    [conntrack(7_000), conntrackN2(97_000), { ...conntrack(7_000), name: 'conntrack n3' }],
    ofTwoNodes.map((one) => rowOf(one, 7_000)),
    { goesBy: 'most-nodes', aheadMs: 7_000 },
    12,
  ],
  [
    'of each node',
    NODES_OFF,
    ofTwoNodes.map((one) => rowOf(one, one.node === 'n1' ? -90_000 : 90_000)),
    { goesBy: 'own-node', aheadMs: null },
    12,
  ],
  [
    'of each node, where one was not measured and keeps time as most do',
    [conntrack(-90_000), { ...conntrack(1), name: 'conntrack n3' }, { ...conntrack(1), name: 'conntrack n4' }],
    ofTwoNodes.map((one) => rowOf(one, one.node === 'n1' ? -90_000 : 1)),
    { goesBy: 'own-node', aheadMs: null },
    12,
  ],
  [
    'another, that no source tells of',
    NODES_OFF,
    ofTwoNodes.map((one) => rowOf(one, 20_000)),
    { goesBy: 'another', aheadMs: 20_000 },
    12,
  ],
  [
    'another five minutes away',
    [],
    ofTwoNodes.map((one) => rowOf(one, -300_000)),
    { goesBy: 'another', aheadMs: -300_000 },
    12,
  ],
  [
    'another still farther away is none',
    [],
    ofTwoNodes.map((one) => rowOf(one, 300_001)),
    { goesBy: 'flow-log', aheadMs: 0 },
    0,
  ],
  [
    'seven rows measure none',
    [],
    ofTwoNodes.slice(0, 7).map((one) => rowOf(one, 20_000)),
    { goesBy: 'flow-log', aheadMs: 0 },
    0,
  ],
  [
    'eight rows do',
    [],
    ofTwoNodes.slice(0, 8).map((one) => rowOf(one, 20_000)),
    { goesBy: 'another', aheadMs: 20_000 },
    8,
  ],
  [
    'rows that half of them do not agree on measure none',
    [],
    ofTwoNodes.map((one, i) => rowOf(one, i < 6 ? 20_000 : 30_000 + i * 8_000)),
    { goesBy: 'flow-log', aheadMs: 0 },
    0,
  ],
  [
    'one that most rows go by leaves the others alone',
    [],
    ofTwoNodes.map((one, i) => rowOf(one, i < 7 ? 20_000 : 30_000 + i * 8_000)),
    { goesBy: 'another', aheadMs: 20_000 },
    7,
  ],
])("the truth's clock: %s", async (_, sources, rows, truthClock, matched) => {
  const store = storeOf(ofTwoNodes, [], sources);
  for (const atATime of [1, 5, 100]) {
    const report = await evaluated(store, rows, atATime);
    expect(report).toMatchObject({ truthClock, matched, truthWithoutFlow: rows.length - matched });
    expect(report.exact).toEqual({ n: matched, correct: matched });
  }
});

test('a port that is used again when the clock of its node comes to the same is not taken for the connection before', async () => {
  const again = flow('again', { begin: instant(AT + 90_000), srcPort: 50_000, node: 'n1', pod: pod('b') });
  const rows = ofTwoNodes.map((one) => rowOf(one));
  const flows = [...ofTwoNodes.slice(1), again];
  expect(await evaluated(storeOf(flows, [], NODES_OFF), rows)).toMatchObject({
    matched: 11,
    exact: { n: 11, correct: 11 },
    exactWithoutTruth: { flows: ['again'] },
    truthWithoutFlow: 1,
    unpaired: [{ begin: '2026-11-23T03:04:17.000Z', tuple: '10.224.0.4:50000-203.0.113.66:443/tcp', truth: 'a' }],
  });
});

test('of many rows without a flow the oldest are listed', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => truth(i === 0 ? null : 'a', AT + HOUR + i * 60_000));
  const { unpaired, truthWithoutFlow } = await evaluated(storeOf([flow('f')]), rows.toReversed(), 7);
  expect(truthWithoutFlow).toBe(50);
  expect(unpaired.map(({ truth: uid }) => uid)).toEqual(['node', ...Array.from({ length: 19 }, () => 'a')]);
  expect(unpaired[19]?.begin).toBe('2026-11-23T04:23:17.000Z');
});

test('of many hours of nodes the worst are listed and the others summed, and of many mistakes the oldest are listed', async () => {
  const flows = Array.from({ length: 70 }, (_, i) => flow(`f${i}`, { begin: instant(AT + i * HOUR) }));
  const rows = flows.map(({ begin }, i) => truth(i < 60 ? 'b' : 'a', begin));
  const { byNodeHour, wrong, exact } = await evaluated(storeOf(flows), rows, 7);
  expect(byNodeHour.items).toHaveLength(50);
  expect(byNodeHour.items[0]).toMatchObject({ hour: '2026-11-23T03:00:00.000Z', exact: { n: 1, correct: 0 } });
  expect(byNodeHour.rest).toEqual({
    nodeHours: 20,
    flows: 20,
    exact: { n: 20, correct: 10 },
    translated: { flows: 20, exact: 20 },
  });
  expect(wrong.map((one) => one.flow)).toEqual(flows.slice(0, 20).map((one) => one.flow));
  expect(exact).toEqual({ n: 70, correct: 10 });
});

test('a row waits for a flow exactly 3 s away, also when others of its millisecond were taken before it', async () => {
  const flows = [flow('f', { begin: instant(AT + 3_000) })];
  const rows = [truth('b', AT, { tuple: 'other' }), truth('a', AT), truth('b', AT, { tuple: 'another' })];
  for (const atATime of [1, 2, 3]) expect((await evaluated(storeOf(flows), rows, atATime)).matched).toBe(1);
});

test('the clock that is known is taken off before a truth is said to be off by another', async () => {
  const { mismatch } = await evaluated(storeOf([flow('f')], [], [conntrack(5_000)]), [truth('a', AT + 5_000)]);
  expect(mismatch[1]).toMatch(/nearest flow began 10\.000 s earlier/);
});

test.each<[string, readonly FlowRow[], TruthRow, readonly RegExp[]]>([
  ['an empty store', [], truth('a'), [/cluster default has no flow/]],
  [
    'another day',
    [flow('f')],
    truth('a', AT + 24 * HOUR),
    [
      /rows of the truth begin from 2026-11-24T03:04:17.000Z to .*flows of cluster default run from 2026-11-23T03:04:17.000Z .*another time range, or a time zone/,
      /nearest flow began 86400\.000 s earlier/,
    ],
  ],
  [
    'another cluster at the same time',
    [flow('f')],
    truth('a', AT, { tuple: 'other' }),
    [/^rows of the truth begin.*Z$/, /another cluster or another run/],
  ],
  [
    'a clock',
    [flow('f'), flow('g', { begin: instant(AT + 60_000) })],
    truth('a', AT + 50_000),
    [/./, /nearest flow began 10\.000 s later than its row: a clock/],
  ],
])('a truth that matches nothing says what may be wrong: %s', async (_, flows, row, says) => {
  const { mismatch, matched } = await evaluated(storeOf(flows), [row]);
  expect(matched).toBe(0);
  expect(mismatch).toHaveLength(says.length);
  for (const [i, say] of says.entries()) expect(mismatch[i]).toMatch(say);
});

test('neither the cut into stretches nor the order of truth and flows shows in the report', async () => {
  const begin = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -10, max: 10 }).map((n) => AN_HOUR + n * 500) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 * HOUR }).map((n) => AN_HOUR + n) },
  );
  const port = fc.integer({ min: 1, max: 2 });
  const uid = fc.constantFrom('a', 'b', 'c', 'z', null);
  const flows = fc
    .array(
      fc.tuple(begin, port, fc.constantFrom(...VERDICT_KINDS), fc.constantFrom('n1', 'n2', null), fc.nat({ max: 5 })),
      {
        maxLength: 25,
      },
    )
    .map((all) =>
      all.map(([at, srcPort, verdict, node, more], i) =>
        flow(`f${i}`, {
          begin: at as Instant,
          last: (at + more * 1_800_000) as Instant,
          srcPort,
          verdict,
          node,
          ...(verdict === 'exact' || verdict === 'node'
            ? { pod: verdict === 'exact' ? pod('a') : null }
            : ambiguous([pod('a'), pod('b'), pod('c', 'api')].slice(0, more), more)),
        }),
      ),
    );
  const rows = fc.array(
    fc
      .tuple(begin, port, uid, fc.option(fc.double({ min: 0, max: 1, noNaN: true })))
      .map(([at, srcPort, podUid, oracle]) =>
        truth(podUid, at, { oracle, tuple: tupleOf('10.224.0.4', srcPort, '203.0.113.66', 443, 'tcp') }),
      ),
    { minLength: 1, maxLength: 25 },
  );
  const offset = fc.constantFrom(0, 700, -2_500);
  await fc.assert(
    fc.asyncProperty(flows, rows, offset, fc.integer({ min: 1, max: 9 }), async (some, known, ahead, atATime) => {
      const storeOfThem = (them: readonly FlowRow[]) =>
        storeOf(them, [pod('a'), pod('b'), pod('c', 'api')], [conntrack(ahead)]);
      const store = storeOfThem(some);
      const whole = await evaluated(store, known, 1_000);
      expect(await evaluated(store, known, atATime)).toEqual(whole);
      expect(await evaluated(storeOfThem(some.toReversed()), known.toReversed(), atATime + 1)).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});
