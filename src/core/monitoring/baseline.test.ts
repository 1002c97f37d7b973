import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compared, decodeBaseline, encodeBaseline, nameOf } from './baseline.ts';

const word = fc.constantFrom('a', 'b', 'azurerm_x.y["z"]', '');
const finding = fc.record({ code: fc.constantFrom('TF001', 'DCR002'), file: word, subject: word, key: word });

test('what was written is known when it is read again, all of it and nothing else', () => {
  fc.assert(
    fc.property(fc.array(finding), fc.array(finding), (before, more) => {
      const known = decodeBaseline(encodeBaseline(before));
      expect(known.ok).toBe(true);
      const { isKnown, gone } = compared([...before, ...more], known.ok ? known.value : []);
      expect([...isKnown.values()].filter(Boolean)).toHaveLength(before.length);
      expect(gone).toEqual([]);
    }),
  );
});

test('what is found no more is gone, as often as it is', () => {
  const one = { code: 'TF001', file: 'a', subject: 's', key: '' };
  const known = decodeBaseline(encodeBaseline([one, one, one]));
  expect(compared([{ ...one }], known.ok ? known.value : []).gone).toEqual([{ ...one, count: 2 }]);
});

test('the order of findings does not show', () => {
  fc.assert(
    fc.property(fc.array(finding), (all) => {
      const sorted = all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1));
      expect(encodeBaseline(sorted)).toBe(encodeBaseline(all));
    }),
  );
});

test.each(['{', '[]', '{"code":"TF001"}', 'null'])('%s is no line of a baseline', (line) => {
  const known = decodeBaseline(`\n${line}\n`);
  expect(known.ok ? null : known.problem).toMatch(/^line 2: expected/);
});
