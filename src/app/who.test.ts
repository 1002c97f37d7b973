import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import type { PodNamed, SourceRow, WhoRow } from '../core/ports.ts';
import { allFlows } from '../core/all-flows.ts';
import { type WhoAsked, whoReport } from './who.ts';

const FROM = instant(Date.UTC(2026, 10, 23, 3, 0));
const UNTIL = instant(Date.UTC(2026, 10, 23, 3, 10));
const pod = (workload: string, uid: string): PodNamed => ({
  uid,
  namespace: 'shop',
  name: `${workload}-${uid}`,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name: workload },
});
const row = (of: PodNamed | null, flows: number, exactFlows: number, more: Partial<WhoRow> = {}): WhoRow => ({
  pod: of,
  node: 'n1',
  flows,
  exactFlows,
  bytesOut: 10,
  bytesIn: 1,
  first: FROM,
  last: FROM,
  confidence: 1,
  ...more,
});
const source = (name: string, kind: string, more: Partial<SourceRow> = {}): SourceRow => ({
  name,
  kind,
  cluster: 'default',
  rows: 1,
  rejects: 0,
  first: FROM,
  watermark: UNTIL,
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
  ...more,
});
const EVERY = [source('flow log', 'flow-log'), source('conntrack n1', 'conntrack'), source('pods', 'inventory')];
const asked = (chosen: boolean, until = UNTIL): WhoAsked => {
  const range = { from: FROM, until, chosen, notes: [] };
  return { dest: '203.0.113.66', range, tz: 'utc', query: allFlows('default', range) };
};

test('pods stand under their workload, most flows first; the node is a bucket of its own', () => {
  const later = instant(FROM + 60_000);
  const { items } = whoReport(
    asked(false),
    {
      pods: [
        row(pod('job', 'j'), 1, 1),
        row(null, 2, 2, { node: 'n2' }),
        row(pod('web', 'a'), 2, 2, { last: later }),
        row(pod('web', 'b'), 1.5, 0),
      ],
      coverage: [],
    },
    EVERY,
    null,
  );
  expect(
    items.map((item) => [
      item.workload?.name ?? item.node,
      item.flows,
      item.exactFlows,
      item.pods.map(({ uid }) => uid),
    ]),
  ).toEqual([
    ['web', 3.5, 2, ['a', 'b']],
    ['n2', 2, 2, []],
    ['job', 1, 1, ['j']],
  ]);
  expect(items[0]).toMatchObject({
    bytesOut: 20,
    bytesIn: 2,
    first: '2026-11-23T03:00:00.000Z',
    last: '2026-11-23T03:01:00.000Z',
  });
  expect(items[0]).not.toHaveProperty('node');
});

test('coverage has every verdict, also at zero', () => {
  const { coverage } = whoReport(
    asked(false),
    {
      pods: [],
      coverage: [
        { verdict: 'exact', reason: null, flows: 3, bytes: 30 },
        { verdict: 'ambiguous', reason: 'no-translation', flows: 1, bytes: 5 },
      ],
    },
    EVERY,
    null,
  );
  const none = { flows: 0, bytes: 0 };
  expect(coverage).toEqual({
    flows: 4,
    bytes: 35,
    byVerdict: {
      exact: { flows: 3, bytes: 30 },
      probable: none,
      ambiguous: { flows: 1, bytes: 5 },
      relayed: none,
      node: none,
      unattributed: none,
    },
    byReason: [{ verdict: 'ambiguous', reason: 'no-translation', flows: 1, bytes: 5 }],
  });
});

const gap = { from: FROM, until: instant(FROM + 1_000), node: 'n1', why: 'the buffer was full' };

test.each<[string, WhoAsked, readonly WhoRow[], readonly SourceRow[], readonly RegExp[]]>([
  ['everything there is, from every source: complete', asked(false), [row(pod('web', 'a'), 1, 1)], EVERY, []],
  ['an empty store', asked(false), [], [], [/nothing has been ingested/]],
  [
    'no conntrack at all',
    asked(false),
    [],
    [EVERY[0] as SourceRow, EVERY[2] as SourceRow],
    [/no conntrack was ingested/],
  ],
  ['no inventory', asked(false), [], EVERY.slice(0, 2), [/no pod inventory/]],
  [
    'no conntrack of a node that sent what is not proven',
    asked(false),
    [row(pod('web', 'a'), 2, 1, { node: 'n10' })],
    EVERY,
    [/no conntrack from node n10/],
  ],
  [
    'a node whose flows are all proven needs none',
    asked(false),
    [row(pod('web', 'a'), 2, 2, { node: 'n10' })],
    EVERY,
    [],
  ],
  [
    'a range that goes beyond the flow log',
    asked(true, instant(UNTIL + 1)),
    [],
    EVERY,
    [/end at 2026-11-23T03:10:00.000Z/],
  ],
  ['a range up to the flow log', asked(true), [], EVERY, []],
  [
    'a range that begins before any flow that was read',
    { ...asked(true), range: { ...asked(true).range, from: instant(FROM - 1) } },
    [],
    EVERY,
    [/tells of flows from 2026-11-23T\d\d:\d\d:00.000Z on: earlier flows are not known/],
  ],
  [
    'a node whose clock is behind saw its first line as early as the range begins',
    asked(true),
    [],
    [
      source('conntrack n1', 'conntrack', { first: instant(FROM - 1_000), clockOffsetMs: 1_000 }),
      ...EVERY.map((every) => ({ ...every, first: instant(FROM + 1) })),
    ],
    [],
  ],
  [
    'a gap in the range',
    asked(true),
    [],
    [...EVERY.slice(0, 1), source('conntrack n1', 'conntrack', { gaps: [gap] }), ...EVERY.slice(2)],
    [/conntrack n1 may have lost data .* \(the buffer was full\)/],
  ],
  [
    'a gap that ended as the range begins',
    asked(true),
    [],
    [...EVERY, source('conntrack n2', 'conntrack', { gaps: [{ ...gap, from: instant(FROM - 5), until: FROM }] })],
    [],
  ],
])('%s', (_, about, pods, sources, reasons) => {
  const { completeness } = whoReport(about, { pods, coverage: [] }, sources, null);
  expect(completeness.complete).toBe(reasons.length === 0);
  expect(completeness.reasons).toHaveLength(reasons.length);
  for (const [i, reason] of reasons.entries()) expect(completeness.reasons[i]).toMatch(reason);
});
