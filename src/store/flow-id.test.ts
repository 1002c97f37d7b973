import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATEST } from '../base/instant.ts';
import { flowId, parseFlowId } from './flow-id.ts';

const tuple = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const beginMs = fc.integer({ min: 0, max: LATEST });

test('an id says which flow it is', () => {
  fc.assert(
    fc.property(tuple, beginMs, (t, ms) => {
      expect(parseFlowId(flowId({ tuple: t, beginMs: ms }))).toEqual({ tuple: t, beginMs: ms });
    }),
  );
});

test('an id is one word of one length, so that a table of them stands in line', () => {
  fc.assert(
    fc.property(tuple, beginMs, (t, ms) => {
      expect(flowId({ tuple: t, beginMs: ms })).toMatch(/^f_[0-9a-z]{22}$/);
    }),
  );
});

test.each([
  ['nothing', ''],
  ["another thing's id", 'p_0000000000000000000000'],
  ['a shortened id', 'f_000000000000000000000'],
  ['an id with a digit too many', 'f_00000000000000000000000'],
  ['capitals', 'f_ABC0000000000000000000'],
  ['a tuple beyond 64 bits', `f_${'z'.repeat(22)}`],
  ['a line after it', 'f_0000000000000000000000\n'],
])('%s is no id', (_, text) => {
  expect(parseFlowId(text)).toBeNull();
});
