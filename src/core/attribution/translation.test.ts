import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { CONNTRACK_KINDS } from '../facts.ts';
import { OPEN } from './lease.ts';
import { type ConntrackEvent, type Translation, translationsOf } from './translation.ts';

const START = Date.UTC(2026, 10, 22, 3);
const WEB = '10.244.0.2' as Ip;
const JOB = '10.244.0.3' as Ip;

type Rest = Partial<Pick<ConntrackEvent, 'timeoutMs' | 'forced' | 'originPort'>> & { readonly started?: number };
const line = (
  ms: number,
  kind: keyof typeof CONNTRACK_KINDS,
  originIp: Ip = WEB,
  { started, ...rest }: Rest = {},
): ConntrackEvent => ({
  at: instant(START + ms),
  kind: CONNTRACK_KINDS[kind],
  originIp,
  originPort: 50_000,
  startedAt: started === undefined ? 0 : instant(START + started),
  timeoutMs: 0,
  forced: false,
  packetsOut: 0n,
  bytesOut: 0n,
  packetsIn: 0n,
  bytesIn: 0n,
  ...rest,
});

/** Whose; may, seen, seen, may; opened; closed. Times since the start; `ever` before anything, and no end. */
type Row = readonly [Ip, number, number, number, number, boolean, boolean];
const ever = -START;
const never = OPEN - START;
const rowOf = (t: Translation): Row => [
  t.originIp,
  t.mayFrom - START,
  t.seenFrom - START,
  t.seenUntil - START,
  t.mayUntil - START,
  t.opened,
  t.closed,
];

test.each<[string, readonly ConntrackEvent[], readonly Row[]]>([
  ['no line is no entry', [], []],
  [
    'NEW and DESTROY are the two ends of an entry',
    [line(0, 'NEW'), line(9_000, 'DESTROY')],
    [[WEB, 0, 0, 9_000, 9_000, true, true]],
  ],
  [
    'an entry may have lived and gone within one millisecond',
    [line(0, 'NEW'), line(0, 'DESTROY')],
    [[WEB, 0, 0, 0, 0, true, true]],
  ],
  [
    'a lost DESTROY leaves the end open until the tuple is taken by another',
    [line(0, 'NEW'), line(9_000, 'NEW', JOB)],
    [
      [WEB, 0, 0, 0, 9_000, true, false],
      [JOB, 9_000, 9_000, 9_000, never, true, false],
    ],
  ],
  [
    'a lost DESTROY before the same pod opens again is two entries',
    [line(0, 'NEW'), line(2_000, 'UPDATE'), line(9_000, 'NEW')],
    [
      [WEB, 0, 0, 2_000, 9_000, true, false],
      [WEB, 9_000, 9_000, 9_000, never, true, false],
    ],
  ],
  ['a lost NEW leaves the beginning open', [line(9_000, 'DESTROY')], [[WEB, ever, 9_000, 9_000, 9_000, false, true]]],
  [
    'a lost NEW can be no older than the end of the entry before',
    [line(0, 'NEW'), line(1_000, 'DESTROY'), line(9_000, 'DESTROY', JOB)],
    [
      [WEB, 0, 0, 1_000, 1_000, true, true],
      [JOB, 1_000, 9_000, 9_000, 9_000, false, true],
    ],
  ],
  [
    'a stated start is a whole second: the entry was there once that second was over',
    [line(9_500, 'DESTROY', WEB, { started: 4_000 })],
    [[WEB, 4_000, 5_000, 9_500, 9_500, false, true]],
  ],
  [
    'a stated start in the second of the line itself proves no more than the line',
    [line(9_500, 'DESTROY', WEB, { started: 9_000 })],
    [[WEB, 9_000, 9_500, 9_500, 9_500, false, true]],
  ],
  [
    'one line that states the start is enough',
    [line(9_500, 'DUMP', WEB, { started: 4_000 }), line(9_900, 'UPDATE')],
    [[WEB, 4_000, 5_000, 9_900, never, false, false]],
  ],
  [
    'of several stated starts the latest counts, in one millisecond too',
    [line(9_500, 'DUMP', WEB, { started: 4_000 }), line(9_500, 'UPDATE', WEB, { started: 6_000 })],
    [[WEB, 6_000, 7_000, 9_500, never, false, false]],
  ],
  [
    'NEW is sharper than a stated start',
    [line(4_300, 'NEW'), line(9_500, 'DESTROY', WEB, { started: 4_000 })],
    [[WEB, 4_300, 4_300, 9_500, 9_500, true, true]],
  ],
  [
    'a stated start cannot be before the entry that held the tuple until then',
    [line(0, 'NEW'), line(6_000, 'DESTROY'), line(9_500, 'DUMP', JOB, { started: 4_000 })],
    [
      [WEB, 0, 0, 6_000, 6_000, true, true],
      [JOB, 6_000, 6_000, 9_500, never, false, false],
    ],
  ],
  [
    'a tuple that is used again by another pod is another entry',
    [line(0, 'NEW'), line(1_000, 'DESTROY'), line(2_000, 'NEW', JOB), line(3_000, 'DESTROY', JOB)],
    [
      [WEB, 0, 0, 1_000, 1_000, true, true],
      [JOB, 2_000, 2_000, 3_000, 3_000, true, true],
    ],
  ],
  [
    'a line of another pod proves that the entry before is gone, its end lost or not',
    [line(0, 'NEW'), line(5_000, 'UPDATE', JOB)],
    [
      [WEB, 0, 0, 0, 5_000, true, false],
      [JOB, 0, 5_000, 5_000, never, false, false],
    ],
  ],
  [
    'the same pod from another of its ports is another entry',
    [line(0, 'NEW'), line(5_000, 'UPDATE', WEB, { originPort: 50_001 })],
    [
      [WEB, 0, 0, 0, 5_000, true, false],
      [WEB, 0, 5_000, 5_000, never, false, false],
    ],
  ],
  [
    'in one millisecond the old entry goes before the new one opens',
    [line(0, 'NEW'), line(5_000, 'NEW', JOB), line(5_000, 'DESTROY')],
    [
      [WEB, 0, 0, 5_000, 5_000, true, true],
      [JOB, 5_000, 5_000, 5_000, never, true, false],
    ],
  ],
  ['a dump shows an entry at one moment', [line(7_000, 'DUMP')], [[WEB, ever, 7_000, 7_000, never, false, false]]],
  [
    'lines after an end without NEW are of the next entry',
    [line(0, 'NEW'), line(1_000, 'DESTROY'), line(2_000, 'DUMP')],
    [
      [WEB, 0, 0, 1_000, 1_000, true, true],
      [WEB, 1_000, 2_000, 2_000, never, false, false],
    ],
  ],
])('%s', (_, events, expected) => {
  expect(translationsOf(events).map(rowOf)).toEqual(expected);
});

test.each<[string, readonly ConntrackEvent[], readonly number[]]>([
  [
    'an entry that a timeout ended was idle for that long',
    [line(0, 'NEW', WEB, { timeoutMs: 30_000 }), line(90_000, 'DESTROY')],
    [60_000],
  ],
  [
    'of several stated timeouts the shortest is sure',
    [
      line(0, 'NEW', WEB, { timeoutMs: 30_000 }),
      line(1_000, 'UPDATE', WEB, { timeoutMs: 10_000 }),
      line(90_000, 'DESTROY'),
    ],
    [80_000],
  ],
  [
    'a timeout of zero is one that nobody stated',
    [line(0, 'NEW', WEB, { timeoutMs: 30_000 }), line(1_000, 'UPDATE'), line(90_000, 'DESTROY')],
    [60_000],
  ],
  [
    'a dump shows what is left of the timeout, which proves nothing',
    [line(0, 'NEW'), line(1_000, 'DUMP', WEB, { timeoutMs: 3_000 }), line(90_000, 'DESTROY')],
    [90_000],
  ],
  [
    'an entry that a program deleted may have been busy to the end',
    [line(0, 'NEW', WEB, { timeoutMs: 30_000 }), line(90_000, 'DESTROY', WEB, { forced: true })],
    [90_000],
  ],
  [
    'of two ends that one millisecond tells, one by a program is enough for that',
    [
      line(0, 'NEW', WEB, { timeoutMs: 30_000 }),
      line(90_000, 'DESTROY', WEB, { forced: true }),
      line(90_000, 'DESTROY'),
    ],
    [90_000],
  ],
  ['an entry that nobody saw end may still be busy', [line(0, 'NEW', WEB, { timeoutMs: 30_000 })], [never]],
])('%s', (_, events, expected) => {
  expect(translationsOf(events).map((t) => t.activeUntil - START)).toEqual(expected);
});

test('what opens in one millisecond is in the order of its origins, whatever came first', () => {
  const opened = [50_000, 50_001].map((originPort) => line(0, 'NEW', WEB, { originPort }));
  for (const lines of [opened, opened.toReversed()])
    expect(translationsOf(lines).map((t) => t.originPort)).toEqual([50_000, 50_001]);
});

const anyLine = fc
  .record({
    ms: fc.integer({ min: 0, max: 20 }),
    kind: fc.constantFrom<keyof typeof CONNTRACK_KINDS>('NEW', 'UPDATE', 'DESTROY', 'DUMP'),
    ip: fc.constantFrom(WEB, JOB),
    started: fc.option(fc.integer({ min: -20, max: 0 })),
  })
  .map(({ ms, kind, ip, started }) => line(ms * 500, kind, ip, started === null ? {} : { started: started * 1_000 }));

test('the order in which lines arrive does not matter, nor does a line that comes twice', () => {
  fc.assert(
    fc.property(fc.array(anyLine), (lines) => {
      expect(translationsOf([...lines, ...lines].toReversed())).toEqual(translationsOf(lines));
    }),
  );
});

test('a tuple has one entry at a time, and what was seen lies within what may be', () => {
  fc.assert(
    fc.property(fc.array(anyLine), (lines) => {
      const entries = translationsOf(lines);
      for (const [i, t] of entries.entries()) {
        expect(t.mayFrom).toBeLessThanOrEqual(t.seenFrom);
        expect(t.seenFrom).toBeLessThanOrEqual(t.seenUntil);
        expect(t.seenUntil).toBeLessThanOrEqual(t.mayUntil);
        const next = entries[i + 1];
        if (next !== undefined) expect(t.seenUntil).toBeLessThanOrEqual(next.seenFrom);
      }
    }),
  );
});
