import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { fail, ok } from '../base/result.ts';
import type { KernelCounts } from '../core/kernel-counters.ts';
import { CounterLines } from './counter-lines.ts';

/** What is told where the kernel says this, one look after another, ten seconds apart; `full`: looks of which no line is taken. */
const told = async (looks: readonly (KernelCounts | null)[], full: readonly number[] = []): Promise<string[]> => {
  const lines: string[] = [];
  let at = -1;
  const counters = new CounterLines({
    now: () => instant(Date.UTC(2026, 10, 22, 3, 4, 10 * at)),
    read: async () => looks[++at] ?? null,
    keep: async (line) => {
      if (full.includes(at)) return fail('the spool is full');
      lines.push(line);
      return ok(null);
    },
  });
  for (let times = 0; times < looks.length; times++) await counters.tell();
  return lines.map((line) => line.replaceAll(/2026-11-22T03:(\d\d:\d\d).000Z/g, '$1'));
};

test('the first look only begins a stretch, and stretches touch', async () => {
  expect(await told([{ entries: 5, drop: 40 }])).toEqual([]);
  expect(
    await told([
      { entries: 5, drop: 40 },
      { entries: 7, drop: 41 },
      { entries: 6, drop: 43 },
    ]),
  ).toEqual(['# counters 04:00 04:10 entries=7 drop=1\n', '# counters 04:10 04:20 entries=6 drop=2\n']);
});

test('what could not be read or kept is in the next line', async () => {
  expect(await told([{ drop: 40 }, null, { drop: 42 }])).toEqual(['# counters 04:00 04:20 drop=2\n']);
  expect(await told([{ drop: 40 }, { drop: 41 }, { drop: 42 }], [1])).toEqual(['# counters 04:00 04:20 drop=2\n']);
});

test('counters that went back begin a new stretch', async () => {
  expect(await told([{ drop: 40 }, { drop: 1 }, { drop: 3 }])).toEqual(['# counters 04:10 04:20 drop=2\n']);
});

test('where they cannot be read nothing is said', async () => {
  expect(await told([null, null])).toEqual([]);
});
