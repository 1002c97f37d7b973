import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, type Instant, instant, LATEST } from '../../base/instant.ts';
import { ok } from '../../base/result.ts';
import { isKernelCounter, KERNEL_COUNTERS } from '../../core/kernel-counters.ts';
import { decode, NOWHERE, rowsOf } from './decode-lines.testing.ts';
import { decodeRemark, encodeRemark, type RemarkLine } from './remark-lines.ts';

const FROM = '2026-11-22T03:04:05.000Z';
const UNTIL = '2026-11-22T03:04:07.250Z';
const [from, until] = [instant(Date.parse(FROM)), instant(Date.parse(UNTIL))];

test.each<[string, string, RemarkLine | string]>([
  ['a stretch in which nothing was lost', `# complete ${FROM} ${UNTIL}`, { kind: 'complete', from, until }],
  ['a stretch of no length', `# complete ${FROM} ${FROM}`, { kind: 'complete', from, until: from }],
  [
    'a gap says why',
    `# gap ${FROM} ${UNTIL} the buffer ran over`,
    { kind: 'gap', from, until, why: 'the buffer ran over' },
  ],
  ['when a dump was read', `# dump ${FROM}`, { kind: 'dump', at: from }],
  ['whatever else is a comment', '# conntrack of aks-1', { kind: 'comment' }],
  ['a word that only begins alike is a comment', '# gaps are bad', { kind: 'comment' }],
  ['a gap without a reason', `# gap ${FROM} ${UNTIL}`, '# gap: expected two times and the reason'],
  ['a gap that ends before it begins', `# gap ${UNTIL} ${FROM} x`, '# gap: it ends before it begins'],
  [
    'words behind what is complete',
    `# complete ${FROM} ${UNTIL} x`,
    '# complete: expected two times and nothing behind them',
  ],
  ['one time only', `# complete ${FROM}`, '# complete: expected a time like 2026-11-22T03:04:17Z, got ""'],
  [
    'what the kernel counted between two times',
    `# counters ${FROM} ${UNTIL} entries=120 max=65536 insert_failed=3 drop=0 early_drop=1 clash_resolve=2`,
    {
      kind: 'counters',
      from,
      until,
      counts: { entries: 120, max: 65_536, insert_failed: 3, drop: 0, early_drop: 1, clash_resolve: 2 },
    },
  ],
  ['one counter alone', `# counters ${FROM} ${UNTIL} drop=7`, { kind: 'counters', from, until, counts: { drop: 7 } }],
  ['no counter', `# counters ${FROM} ${UNTIL}`, '# counters: expected two times and what was counted'],
  ['a counter that is not known', `# counters ${FROM} ${UNTIL} found=1`, '# counters: there is no counter "found"'],
  [
    'no counter has the name of a method',
    `# counters ${FROM} ${UNTIL} toString=1`,
    '# counters: there is no counter "toString"',
  ],
  ['less than nothing', `# counters ${FROM} ${UNTIL} drop=-1`, '# counters: expected NAME=NUMBER, got "drop=-1"'],
  [
    'a number too long to be one',
    `# counters ${FROM} ${UNTIL} drop=${'9'.repeat(16)}`,
    `# counters: expected NAME=NUMBER, got "drop=${'9'.repeat(16)}"`,
  ],
  ['two blanks', `# counters ${FROM} ${UNTIL}  drop=1`, '# counters: expected NAME=NUMBER, got ""'],
  ['a counter twice', `# counters ${FROM} ${UNTIL} drop=1 drop=1`, '# counters: "drop" stands there twice'],
  ['counters of no time', `# counters ${FROM} ${FROM} drop=1`, '# counters: it ends as it begins'],
  ['counters that end before they begin', `# counters ${UNTIL} ${FROM} drop=1`, '# counters: it ends before it begins'],
  ['two times of a dump', `# dump ${FROM} ${UNTIL}`, '# dump: expected one time and nothing behind it'],
])('%s', (_, line, expected) => {
  expect(decodeRemark(line)).toEqual(
    typeof expected === 'string' ? { ok: false, problem: expected } : { ok: true, value: expected },
  );
});

const COUNTERS = Object.keys(KERNEL_COUNTERS).filter(isKernelCounter);
const time = fc.integer({ min: EARLIEST + 1, max: LATEST - 1 }).map((ms) => instant(ms));
const stretch = fc.tuple(time, time).map(([a, b]) => [Math.min(a, b) as Instant, Math.max(a, b) as Instant] as const);
const remark: fc.Arbitrary<Exclude<RemarkLine, { kind: 'comment' }>> = fc.oneof(
  stretch.map(([a, b]) => ({ kind: 'complete', from: a, until: b }) as const),
  fc
    .tuple(stretch, fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', 'é', '#', '9') }))
    .map(([[a, b], why]) => ({ kind: 'gap', from: a, until: b, why }) as const),
  time.map((at) => ({ kind: 'dump', at }) as const),
  fc
    .tuple(time, fc.dictionary(fc.constantFrom(...COUNTERS), fc.nat(), { minKeys: 1 }))
    .map(([end, counts]) => ({ kind: 'counters', from: instant(end - 1), until: end, counts }) as const),
);

test('what is written is read again', () => {
  fc.assert(
    fc.property(remark, (line) => {
      const text = encodeRemark(line);
      expect(text.endsWith('\n')).toBe(true);
      expect(decodeRemark(text.slice(0, -1))).toEqual(ok(line));
    }),
  );
});

const ENTRY =
  'udp      17 29 src=10.244.3.7 dst=203.0.113.9 sport=35150 dport=53 [UNREPLIED] src=203.0.113.9 dst=10.224.0.4 sport=53 dport=35150 id=7';

test('gaps and complete stretches are facts, and lines of a dump have the time above them', () => {
  const lines = [
    '# conntrack of aks-1',
    `# dump ${FROM}`,
    ENTRY,
    `# complete ${FROM} ${UNTIL}`,
    `# dump ${UNTIL}`,
    ENTRY,
    `# gap ${FROM} ${UNTIL} it was away`,
    '# gap never',
  ];
  const { facts, rejects, ignored } = decode(`${lines.join('\n')}\n`, NOWHERE, [50, 120, 300]);
  expect(rowsOf(facts.conntrack).map((row) => row['at_ms'])).toEqual([from, until]);
  expect(facts.gaps).toEqual([{ source: 'conntrack', node: '', from, until, why: 'it was away' }]);
  expect(facts.looks).toEqual([{ kind: 'watch', of: 'conntrack', from, until }]);
  expect(rejects.map(({ place }) => place)).toEqual(['line 8']);
  expect(ignored).toEqual({ comments: 1, 'times of dumps': 2 });
});

const counted = (metric: string, aggregation: string, value: number, resource = 'nodes/aks-1') => ({
  resource,
  metric,
  aggregation,
  dimensions: [],
  at: from,
  intervalMs: until - from,
  value,
  told: until,
});

test('what the kernel counted is samples of its node', () => {
  const lines = `# counters ${FROM} ${UNTIL} entries=120 insert_failed=3\n${ENTRY}\n# counters ${FROM} ${UNTIL} found=1\n`;
  const { facts, rejects, recording } = decode(lines, { ...NOWHERE, node: 'aks-1' }, [30, 200]);
  expect(facts.samples).toEqual([
    counted('conntrack_entries', 'maximum', 120),
    counted('conntrack_insert_failed', 'total', 3),
  ]);
  expect(rejects.map(({ why }) => why)).toEqual(['# counters: there is no counter "found"']);
  expect([facts.conntrack?.rows, recording]).toEqual([1, ENTRY]);
});

test('of a node that nobody named the samples are those of the file', () => {
  const { facts } = decode(`# counters ${FROM} ${UNTIL} max=9\n`, { name: 'a/aks-1.txt', at: null });
  expect(facts.samples).toEqual([counted('conntrack_max', 'maximum', 9, 'nodes/a/aks-1.txt')]);
});

test('a remark that the input ends within may be cut, and is refused', () => {
  const { facts, rejects } = decode(`# gap ${FROM} ${UNTIL} it was aw`);
  expect([facts.gaps.length, rejects.length]).toEqual([0, 1]);
});
