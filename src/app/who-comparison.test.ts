import { expect, test } from 'vitest';
import { HOUR, type Instant, instant } from '../base/instant.ts';
import type { CoverageRow, PodNamed, SourceRow, WhoRow, WhoRows } from '../core/ports.ts';
import { allFlows } from '../core/all-flows.ts';
import type { TimeRange } from './time-range.ts';
import { comparedRanges, comparisonOf, type WhoComparison } from './who-comparison.ts';

const FROM = instant(Date.UTC(2026, 10, 23, 3));
const UNTIL = instant(FROM + HOUR);
const NOW: TimeRange = { from: FROM, until: UNTIL, chosen: true, notes: [] };
const BEFORE: TimeRange = { from: instant(FROM - HOUR), until: FROM, chosen: true, notes: [] };

const pod = (workload: string, uid: string, namespace = 'shop'): PodNamed => ({
  uid,
  namespace,
  name: `${workload}-${uid}`,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace, name: workload },
});
const row = (of: PodNamed | null, flows: number, exactFlows = flows, more: Partial<WhoRow> = {}): WhoRow => ({
  pod: of,
  node: 'n1',
  flows,
  exactFlows,
  bytesOut: flows * 100,
  bytesIn: 0,
  first: FROM,
  last: FROM,
  confidence: exactFlows === flows ? 1 : 0.1,
  ...more,
});
const source = (name: string, kind: string, first: Instant, watermark: Instant = UNTIL): SourceRow => ({
  name,
  kind,
  cluster: 'default',
  rows: 1,
  rejects: 0,
  first,
  watermark,
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
});
const from = (first: Instant): readonly SourceRow[] => [
  source('flow log', 'flow-log', first),
  source('conntrack n1', 'conntrack', first),
  source('pods', 'inventory', first),
];
const EVERY = from(BEFORE.from);
const rows = (pods: readonly WhoRow[], coverage: readonly CoverageRow[] = []): WhoRows => ({ pods, coverage });
const exact = (flows: number): CoverageRow => ({ verdict: 'exact', reason: null, flows, bytes: 0 });
const compared = (
  before: WhoRows,
  now: WhoRows,
  sources: readonly SourceRow[] = EVERY,
  ever: readonly WhoRow[] = [],
  namespaces: readonly string[] = [],
): WhoComparison =>
  comparisonOf(
    { dest: '203.0.113.66', range: NOW, before: BEFORE, tz: 'utc', query: allFlows('default', NOW), namespaces },
    before,
    now,
    rows(ever),
    sources,
  );
const told = ({ items }: WhoComparison): readonly unknown[] =>
  items.map(({ workload, node, change, certainty, notes }) => [workload?.name ?? node, change, certainty, notes]);

test('new first, then grown, gone, shrunk and the same; the most flows first among equals', () => {
  const report = compared(
    rows([row(pod('grew', 'g'), 100), row(pod('left', 'l'), 3), row(pod('less', 's'), 300), row(pod('same', 'e'), 9)]),
    rows([
      row(pod('grew', 'g'), 300),
      row(pod('less', 's'), 100),
      row(pod('same', 'e'), 9),
      row(pod('few', 'f'), 1),
      row(pod('many', 'm'), 20),
      row(null, 2, 2, { node: 'n9' }),
    ]),
  );
  expect(told(report)).toEqual([
    ['many', 'new', 'certain', []],
    ['n9', 'new', 'certain', []],
    ['few', 'new', 'certain', []],
    ['grew', 'grown', 'certain', []],
    ['left', 'gone', 'certain', []],
    ['less', 'shrunk', 'certain', []],
    ['same', 'same', 'certain', []],
  ]);
});

test('both sides tell flows, bytes, share and pods; a side without flows is null', () => {
  const { items } = compared(
    rows([], [exact(10)]),
    rows([row(pod('web', 'a'), 3), row(pod('web', 'b'), 2)], [exact(10)]),
    EVERY,
    [row(pod('web', 'a'), 9, 9, { first: instant(FROM + 5) })],
  );
  expect(items).toEqual([
    expect.objectContaining({
      before: null,
      now: expect.objectContaining({ flows: 5, exactFlows: 5, possibleFlows: 5, bytesOut: 500, share: 0.5 }),
      firstSeen: '2026-11-23T03:00:00.005Z',
    }),
  ]);
  expect(items[0]?.now?.pods.map(({ uid }) => uid)).toEqual(['a', 'b']);
});

const ambiguous = (flows: number): CoverageRow => ({ verdict: 'ambiguous', reason: 'no-translation', flows, bytes: 0 });
const nobodys = (reason: 'no-lease-then' | 'not-outbound'): CoverageRow => ({
  verdict: 'unattributed',
  reason,
  flows: 2,
  bytes: 0,
});
const late = from(instant(FROM - 1));

test.each<[string, WhoRows, WhoRows, readonly SourceRow[], string, string, readonly string[]]>([
  [
    'a sure flow where every flow before is named',
    rows([], [exact(4)]),
    rows([row(pod('a', '1'), 1)]),
    EVERY,
    'new',
    'certain',
    [],
  ],
  [
    'it may have sent one of the flows before',
    rows([row(pod('a', '1'), 0.3, 0)], [ambiguous(3)]),
    rows([row(pod('a', '1'), 1)]),
    EVERY,
    'new',
    'possible',
    ['up to 3 flows before may be its'],
  ],
  [
    'two replicas may have sent the same flow: it is one',
    rows([row(pod('a', '1'), 0.1, 0), row(pod('a', '2'), 0.1, 0)], [ambiguous(1)]),
    rows([row(pod('a', '1'), 1)]),
    EVERY,
    'new',
    'possible',
    ['up to 1 flow before may be its'],
  ],
  [
    'flows before that name nobody may be its',
    rows([], [nobodys('no-lease-then')]),
    rows([row(pod('a', '1'), 1)]),
    EVERY,
    'new',
    'possible',
    ['2 flows before name nobody'],
  ],
  [
    'what came in from outside is nobody here',
    rows([], [nobodys('not-outbound')]),
    rows([row(pod('a', '1'), 1)]),
    EVERY,
    'new',
    'certain',
    [],
  ],
  [
    'it is only a candidate now',
    rows([]),
    rows([row(pod('a', '1'), 0.2, 0)], [ambiguous(2)]),
    EVERY,
    'new',
    'possible',
    ['no flow now is surely its'],
  ],
  [
    'the sources begin within the interval before',
    rows([]),
    rows([row(pod('a', '1'), 1)]),
    late,
    'new',
    'possible',
    ['not all flows before were seen'],
  ],
  [
    'the same does not make what is gone doubtful',
    rows([row(pod('a', '1'), 1)]),
    rows([]),
    late,
    'gone',
    'certain',
    [],
  ],
  [
    'the flow log ends within the interval now',
    rows([row(pod('a', '1'), 1)]),
    rows([]),
    [source('flow log', 'flow-log', BEFORE.from, instant(UNTIL - 1)), ...EVERY.slice(1)],
    'gone',
    'possible',
    ['not all flows now were seen'],
  ],
  [
    'without a flow log, the conntrack of a node that was not there before',
    rows([]),
    rows([row(pod('a', '1'), 1)]),
    [source('conntrack n1', 'conntrack', BEFORE.from), source('conntrack n2', 'conntrack', FROM)],
    'new',
    'possible',
    ['not all flows before were seen'],
  ],
  [
    'with one, that the flows of that node were seen is told by the log',
    rows([]),
    rows([row(pod('a', '1'), 1)]),
    [...EVERY, source('conntrack n2', 'conntrack', FROM)],
    'new',
    'certain',
    [],
  ],
  [
    'other pods of the same workload',
    rows([row(pod('a', '1'), 5)]),
    rows([row(pod('a', '2'), 5)]),
    EVERY,
    'same',
    'certain',
    ['none of its pods is one of those before: rolled out anew, or moved'],
  ],
  [
    'one pod stayed',
    rows([row(pod('a', '1'), 5)]),
    rows([row(pod('a', '2'), 4), row(pod('a', '1'), 1)]),
    EVERY,
    'same',
    'certain',
    [],
  ],
])('%s', (_, before, now, sources, change, certainty, notes) => {
  expect(told(compared(before, now, sources))).toEqual([['a', change, certainty, notes]]);
});

test.each<[string, PodNamed, PodNamed, boolean]>([
  ['a version in its name', pod('web', '1'), pod('web-v2', '2'), true],
  ['another colour', pod('web-blue', '1'), pod('web-green', '2'), true],
  ['another namespace', pod('web', '1'), pod('web', '2', 'shop-eu'), true],
  ['a part of the name is no more than that', pod('api-gateway', '1'), pod('api-server', '2'), false],
  ['a version in another namespace', pod('web', '1'), pod('web-v2', '2', 'shop-eu'), false],
])('renamed: %s', (_, gone, fresh, isAlike) => {
  const notes = compared(rows([row(gone, 5)]), rows([row(fresh, 5)])).items.map((item) => item.notes);
  const named = (of: PodNamed): string => `deployment ${of.namespace}/${of.workload.name}`;
  expect(notes).toEqual(
    isAlike ? [[`perhaps ${named(gone)}, which is gone`], [`perhaps now ${named(fresh)}, which is new`]] : [[], []],
  );
});

test('new against before is not new altogether', () => {
  const ever = [row(pod('a', '1'), 9, 9, { first: instant(BEFORE.from - 1) })];
  expect(told(compared(rows([]), rows([row(pod('a', '1'), 1)]), EVERY, ever))).toEqual([
    ['a', 'new', 'certain', ['not for the first time: it did so before both intervals']],
  ]);
});

test('a namespace narrows what is listed, not what is known', () => {
  const report = compared(
    rows([], [nobodys('no-lease-then')]),
    rows([row(pod('a', '1'), 1), row(pod('b', '2', 'other'), 1), row(null, 1)], [exact(3)]),
    EVERY,
    [],
    ['shop'],
  );
  expect(told(report)).toEqual([['a', 'new', 'possible', ['2 flows before name nobody']]]);
  expect(report.coverage.flows).toBe(3);
});

test('what keeps the interval before from being the whole one stands beside it', () => {
  const { completeness, before } = compared(rows([]), rows([]), late);
  expect(completeness).toEqual({ complete: true, reasons: [] });
  expect(before.completeness.reasons).toEqual([
    'what was read tells of flows from 2026-11-23T02:59:59.999Z on: earlier flows are not known',
  ]);
  expect(compared(rows([]), rows([]), []).before.completeness.reasons).toEqual([
    'neither flow log nor conntrack was ingested: no flow is known',
    'nothing has been ingested yet',
  ]);
});

test.each<[string, string, TimeRange, readonly [number, number] | RegExp]>([
  ['a day before', '24h', NOW, [BEFORE.from - 23 * HOUR, FROM - 23 * HOUR]],
  ['as long as the range: they touch', '1h', NOW, [BEFORE.from, FROM]],
  ['shorter than the range: they would share flows', '59m', NOW, /shorter than the range/],
  ['without a range the newest so long', '30m', { ...NOW, chosen: false }, [FROM, FROM + HOUR / 2]],
  ['no duration', 'yesterday', NOW, /expected how long before/],
  ['no time at all', '0s', NOW, /expected how long before/],
])('compared with %s', (_, apart, range, expected) => {
  const ranges = comparedRanges(apart, range);
  if (expected instanceof RegExp) expect(!ranges.ok && ranges.problem.what).toMatch(expected);
  else expect(ranges.ok && [ranges.value.before.from, ranges.value.before.until]).toEqual(expected);
});
