import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closedHoldSeconds, HOLDS, LIMITS } from './port-limits.ts';

/** Lines of the tables of the reference, cells without their blanks. */
const lines = readFileSync('docs/reference/snat-limits.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

test('the reference prints every hold and every limit, and no other', () => {
  const holds = HOLDS.map(({ by, after, seconds, setBy, onlySameDestination, rests, source }) => [
    by,
    after,
    `${seconds.toLocaleString('en-US')} s`,
    setBy ?? '—',
    onlySameDestination ? 'the same destination' : 'all',
    rests,
    source,
  ]);
  const limits = LIMITS.map(({ of, most, unit, source }) => [of, most.toLocaleString('en-US'), unit, source]);
  expect(lines.filter(([first]) => first !== 'where' && first !== 'of' && first?.startsWith('-') !== true)).toEqual([
    ...limits,
    ...holds,
  ]);
});

test('a load balancer keeps the port of a closed connection for 240 s, a NAT gateway for 65, a node for 120', () => {
  expect([closedHoldSeconds('lb'), closedHoldSeconds('nat-gateway'), closedHoldSeconds('node')]).toEqual([
    240, 65, 120,
  ]);
});
