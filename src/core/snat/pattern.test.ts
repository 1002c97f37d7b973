import { expect, test } from 'vitest';
import { habits } from './habits.testing.ts';
import { type HeldBy, holdingOf } from './holding.testing.ts';
import { openBy, type Pattern, patternOf, PATTERNS } from './pattern.ts';

const judge = (connections: readonly HeldBy[], ms: number): Pattern =>
  patternOf(holdingOf(connections, { from: 0, until: ms }), ms).pattern;

/** Those that thresholds were chosen on are 1 to 20. */
const SEEDS = Array.from(
  { length: Number(process.env['HABITS'] ?? 6) },
  (_, i) => Number(process.env['HABITS_FROM'] ?? 1_001) + i,
);

test('of habits that are known, on seeds that nothing was chosen on: nothing is taken for a leak that is none', {
  timeout: 300_000,
}, () => {
  const table = new Map<string, Map<Pattern, number>>();
  const wrong: string[] = [];
  const all = habits(SEEDS);
  for (const { name, truth, ms, connections, isWatched } of all) {
    const said = judge(connections, ms);
    const row = `${name} (${truth})${isWatched ? '' : ', no flow log'}`;
    const counts = table.get(row) ?? new Map<Pattern, number>();
    table.set(row, counts.set(said, (counts.get(said) ?? 0) + 1));
    if (said !== truth && said !== 'not-enough-data') wrong.push(`${row}: ${said}`);
  }
  if (process.env['HABITS'] !== undefined)
    console.log(
      [...table]
        .map(([row, said]) => `${row.padEnd(64)} ${PATTERNS.map((one) => `${one} ${said.get(one) ?? 0}`).join('  ')}`)
        .join('\n'),
    );
  expect(wrong.filter((row) => row.endsWith(': leak'))).toEqual([]);
  expect(wrong.length / all.length).toBeLessThan(0.05);
  const watched = [...table].filter(([row]) => !row.endsWith('no flow log'));
  const right = watched.map(([row, said]) => said.get(PATTERNS.find((one) => row.endsWith(`(${one})`)) ?? 'none') ?? 0);
  expect(right.reduce((sum, one) => sum + one, 0) / (all.length / 2)).toBeGreaterThan(0.85);
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FAR = 1_000 * HOUR;
const times = (n: number, make: (i: number) => Partial<HeldBy> & Pick<HeldBy, 'from'>): readonly HeldBy[] =>
  Array.from({ length: n }, (_, i) => {
    const one = make(i);
    const shut = one.shut ?? FAR;
    return { shut, freeAt: shut, until: shut + 2 * MINUTE, pod: 'pod-0', ...one };
  });
/** So many that nobody closes, all through the hour, each used once; as a flow log sees it. */
const more = (n: number) => times(n, (i) => ({ from: ((i + 0.5) * HOUR) / n, seen: (i * HOUR) / n }));
const lost = more(60);
/** Calls of 100 ms, `n` of them, all through the hour. */
const calls = (n: number) => times(n, (i) => ({ from: (i * HOUR) / n, shut: (i * HOUR) / n + 100 }));
/** One after the other. */
const inTurn = (n: number, life: number) => times(n, (i) => ({ from: i * (life + 1), shut: i * (life + 1) + life }));
/** Sixty at once, and as they are shut ten more. */
const twoBursts = (life: number) => [
  ...times(60, () => ({ from: 0, shut: life })),
  ...times(10, () => ({ from: life + 1, shut: 2 * life + 1 })),
];
/** Open all the time. */
const kept = (n: number, pods = 1) => times(n, (i) => ({ from: -HOUR - i, pod: `pod-${i % pods}` }));

test.each<[string, readonly HeldBy[], Pattern]>([
  ['nothing', [], 'none'],
  ['fifteen ports', kept(15), 'none'],
  ['sixteen ports of sixteen connections', kept(16), 'not-enough-data'],
  ['31 connections', kept(31), 'not-enough-data'],
  ['32 of one pod', kept(32), 'fan-out'],
  ['31 of each of two pods', kept(62, 2), 'none'],
  ['64 of eight pods', kept(64, 8), 'fan-out'],
  ['63 of eight pods', kept(63, 8), 'none'],
  ['64 of seven pods', kept(64, 7), 'none'],
  ['half of the ports after connections', [...kept(31), ...inTurn(33, 1)], 'fan-out'],
  ['and one more', [...kept(31), ...inTurn(34, 1)], 'churn'],
  ['that lived for as long as their ports were kept after them', [...kept(31), ...twoBursts(2 * MINUTE)], 'churn'],
  ['and for longer', [...kept(31), ...twoBursts(2 * MINUTE + 1)], 'fan-out'],
  ['after connections of before', [...kept(32), ...times(40, () => ({ from: -1_000, shut: -500 }))], 'fan-out'],
  ['one a minute, never closed', lost, 'leak'],
  ['the same, in a pod each', lost.map((one, i) => ({ ...one, pod: `pod-${i}` })), 'none'],
  ['the same in the first half alone', lost.map((one) => ({ ...one, from: one.from / 2 })), 'fan-out'],
  [
    'the same with as many closed that were there',
    [...lost, ...times(60, (i) => ({ from: -HOUR, shut: i * MINUTE + 30_000 }))],
    'fan-out',
  ],
  ['the same where no flow log tells', lost.map((one) => ({ ...one, seen: null })), 'not-enough-data'],
  ['that a flow log sees in use', lost.map((one) => ({ ...one, seen: HOUR })), 'fan-out'],
  ['of which it sees three quarters silent', lost.map((one, i) => ({ ...one, seen: i % 4 === 0 ? HOUR : 0 })), 'leak'],
  [
    'of which it sees fewer silent',
    lost.map((one, i) => ({ ...one, seen: i % 4 === 0 || i === 1 ? HOUR : 0 })),
    'fan-out',
  ],
  ['of which it tells of half', lost.map((one, i) => ({ ...one, seen: i % 2 === 0 ? null : 0 })), 'leak'],
  [
    'of which it tells of fewer',
    lost.map((one, i) => ({ ...one, seen: i % 2 === 0 || i === 1 ? null : 0 })),
    'not-enough-data',
  ],
  ['whose beginning was not seen', lost.map((one) => ({ ...one, begun: false })), 'fan-out'],
  ['eleven more in an hour', [...kept(40), ...more(11)], 'fan-out'],
  ['twelve more', [...kept(40), ...more(12)], 'leak'],
  [
    'that begin more and more',
    times(60, (i) => ({ from: HOUR * ((i + 0.5) / 60) ** 0.75, seen: 0 })),
    'not-enough-data',
  ],
  [
    'more and more that last for five minutes',
    times(1_800, (i) => ({
      from: HOUR * Math.sqrt(i / 1_800),
      shut: HOUR * Math.sqrt(i / 1_800) + 5 * MINUTE,
      seen: 0,
    })),
    'fan-out',
  ],
  ['beside many calls that are short', [...lost, ...calls(1_000)], 'leak'],
  ['beside so many that it hardly matters', [...more(13), ...calls(4_000)], 'churn'],
  ['beside fewer', [...more(13), ...calls(2_000)], 'leak'],
])('%s', (_, connections, pattern) => {
  if (connections.length === 0)
    return expect(patternOf({ ...holdingOf(lost, { from: 0, until: HOUR }), peakPorts: 0 }, HOUR).pattern).toBe(
      pattern,
    );
  expect(judge(connections, HOUR)).toBe(pattern);
});

test('what lasts about as long as was looked at may be closed in the end', () => {
  // Of each minute’s two one goes after 25 minutes.
  const connections = times(120, (i) => ({
    seen: 0,
    from: (i * MINUTE) / 2,
    ...(i % 2 === 0 ? { shut: (i * MINUTE) / 2 + 25 * MINUTE } : {}),
  }));
  const { pattern, lacks } = patternOf(holdingOf(connections, { from: 0, until: HOUR }), HOUR);
  expect([pattern, lacks]).toEqual(['not-enough-data', expect.stringContaining('a longer one tells')]);
});

test('growth is what is added in an hour, and how surely', () => {
  const { growth } = patternOf(holdingOf(lost, { from: 0, until: HOUR }), HOUR);
  expect(growth?.perHour).toBeCloseTo(60, 6);
  expect(growth?.p).toBeLessThan(1e-4);
});

test('what begins and closes adds up to what is open at the end', () => {
  for (const { ms, connections } of habits([3])) {
    const holding = holdingOf(connections, { from: 0, until: ms });
    expect(openBy(holding).at(-1)).toBe(holding.openAtEnd);
  }
});
