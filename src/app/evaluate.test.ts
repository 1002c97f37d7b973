import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import type { FlowRow, PodNamed, SourceRow } from '../core/ports.ts';
import { evaluate, parseTruth, type TruthRow } from './evaluate.ts';

const AT = 1_795_403_057_000;
const pod = (uid: string, workload = 'web'): PodNamed => ({
  uid,
  namespace: 'shop',
  name: uid,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name: workload },
});
const flow = (id: string, more: Partial<FlowRow> = {}): FlowRow => ({
  flow: id,
  cluster: 'default',
  begin: instant(AT),
  end: null,
  last: instant(AT),
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
  translated: true,
  verdict: 'exact',
  reason: null,
  pod: pod('a'),
  podPort: 1,
  candidates: [],
  candidateCount: 1,
  evidence: ['translation', 'lease'],
  ...more,
});
const truth = (podUid: string | null, begin = AT): TruthRow => ({
  nodeIp: '10.224.0.4',
  snatPort: 41_822,
  destIp: '203.0.113.66',
  destPort: 443,
  protocol: 'tcp',
  begin: instant(begin),
  podUid,
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

test.each<[string, readonly FlowRow[], readonly TruthRow[], object]>([
  ['right', [flow('f')], [truth('a')], { matched: 1, exact: { n: 1, correct: 1 }, wrong: [] }],
  [
    'sure and wrong',
    [flow('f')],
    [truth('b')],
    { exact: { n: 1, correct: 0 }, wrong: [{ flow: 'f', said: 'a', truth: 'b' }] },
  ],
  ['the node was meant', [flow('f')], [truth(null)], { exact: { n: 1, correct: 0 }, wrong: [{ truth: 'node' }] }],
  [
    'nobody knows',
    [flow('f')],
    [],
    { matched: 0, exact: { n: 0, correct: 0 }, exactWithoutTruth: { n: 1, flows: ['f'] } },
  ],
  ['3 s apart still matches', [flow('f')], [truth('a', AT + 3_000)], { matched: 1, truthWithoutFlow: 0 }],
  ['more than 3 s apart does not', [flow('f')], [truth('a', AT + 3_001)], { matched: 0, truthWithoutFlow: 1 }],
  [
    'one tuple used twice: each flow takes the nearer row, once',
    [flow('f1'), flow('f2', { begin: instant(AT + 1_000), pod: pod('b') })],
    [truth('b', AT + 900), truth('a', AT + 10)],
    { matched: 2, exact: { n: 2, correct: 2 } },
  ],
  [
    'the node is right',
    [flow('f', { verdict: 'node', pod: null })],
    [truth(null)],
    { workload: { top1: 1 }, exact: { n: 0 }, translated: { flows: 0, exact: 0 } },
  ],
  [
    'two replicas of one workload: workload right, pod a coin toss',
    [flow('f', { verdict: 'ambiguous', pod: null, candidates: [pod('a'), pod('b')], candidateCount: 2 })],
    [truth('b')],
    { workload: { top1: 1, brier: 0 }, pod: { top1: 0.5 }, translated: { flows: 1, exact: 0 } },
  ],
  [
    'a candidate that is counted and not listed has its chance',
    [flow('f', { verdict: 'ambiguous', pod: null, candidates: [pod('a')], candidateCount: 4 })],
    [truth('z')],
    { workload: { top1: 0.25, logLoss: Math.log(4) } },
  ],
  [
    'a pod address on the wire is no translation',
    [flow('f', { translated: false })],
    [],
    { translated: { flows: 0, exact: 0 } },
  ],
])('%s', (_, flows, rows, expected) => {
  expect(evaluate(flows, rows, [])).toMatchObject(expected);
});

test('what the flow log runs ahead of most nodes is taken off before times are compared', () => {
  const rows = [truth('a', AT - 60_000)];
  expect(evaluate([flow('f')], rows, []).matched).toBe(0);
  expect(evaluate([flow('f')], rows, [conntrack(60_000)]).matched).toBe(1);
  expect(evaluate([flow('f')], rows, [conntrack(60_000), conntrack(90_000), conntrack(60_000)]).matched).toBe(1);
});

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /not JSON/],
  ['a number', '5', /not a JSON object/],
  ['no address', '{"nodeIp":"x"}', /addresses/],
  [
    'neither pod nor node',
    '{"nodeIp":"10.0.0.1","destIp":"10.0.0.2","begin":"2026-11-23T03:04:17Z","snatPort":1,"destPort":2,"protocol":"tcp"}',
    /neither/,
  ],
])('a truth with %s is refused', (_, line, says) => {
  const row = parseTruth(line);
  expect(row.ok ? '' : row.problem).toMatch(says);
});
