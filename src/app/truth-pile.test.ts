import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { scratchFile } from '../sources/files/scratch-file.ts';
import type { TruthRow } from './truth.ts';
import { TruthPile } from './truth-pile.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-pile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const scratch = () => {
  const path = join(folder, String(files++));
  return scratchFile(path, async () => rmSync(path));
};

const row = fc.record({
  tuple: fc.oneof(fc.string({ maxLength: 60 }), fc.constant('10.224.0.4 41822 203.0.113.66 443 tcp')),
  begin: fc
    .oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 946_684_800_000, max: 4_102_444_799_999 }))
    .map(instant),
  podUid: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
  oracle: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});
const sorted = (rows: readonly TruthRow[]): readonly string[] => rows.map((r) => JSON.stringify(r)).sort();

test('every row comes back once, newest first, whatever the runs, the pieces and the helpings, and the same once more after rewinding', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 60 }),
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 20 }),
      async (rows, runBytes, pieceBytes, helping) => {
        const pile = new TruthPile(scratch, runBytes, pieceBytes);
        for (const one of rows) if (pile.add(one)) await pile.putAside();
        const back: TruthRow[] = [];
        for (;;) {
          const some = await pile.take(helping);
          back.push(...some);
          if (some.length < helping) break;
        }
        pile.rewind();
        const again = await pile.take(rows.length + 1);
        await pile.close();
        expect(again).toEqual(back);
        expect(sorted(back)).toEqual(sorted(rows));
        expect(back.map(({ begin }) => begin)).toEqual(back.map(({ begin }) => begin).toSorted((a, b) => b - a));
        expect(pile.rows).toBe(rows.length);
        expect([pile.from, pile.until]).toEqual([
          Math.min(...rows.map(({ begin }) => begin)),
          Math.max(...rows.map(({ begin }) => begin)),
        ]);
      },
    ),
    { numRuns: 200 },
  );
});

test('of rows of one moment the order is the same, however many are taken at a time', async () => {
  const told = (tuple: string, begin: number): TruthRow => ({
    tuple,
    begin: instant(begin),
    podUid: null,
    oracle: null,
  });
  const taken = async (helping: number): Promise<readonly string[]> => {
    const pile = new TruthPile(scratch);
    pile.add(told('old', 0));
    await pile.putAside();
    for (const one of [told('new', 1), told('old too', 0)]) pile.add(one);
    const back: TruthRow[] = [];
    while (back.length < 3) back.push(...(await pile.take(helping)));
    await pile.close();
    return back.map(({ tuple }) => tuple);
  };
  for (const helping of [1, 2, 3]) expect(await taken(helping)).toEqual(['new', 'old', 'old too']);
});

test('a pile that fits in memory touches no disk', async () => {
  const pile = new TruthPile(async () => {
    throw new Error('no disk');
  });
  expect(pile.add({ tuple: 't', begin: instant(1), podUid: null, oracle: null })).toBe(false);
  expect(await pile.take(2)).toEqual([{ tuple: 't', begin: 1, podUid: null, oracle: null }]);
  await pile.close();
});
