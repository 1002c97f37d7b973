import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { Sampling } from './sampling.ts';

test.each([
  ['every trace: no threshold', 1, ''],
  ['half', 0.5, 'ot=th:8'],
  ['a quarter', 0.25, 'ot=th:c'],
  ['a tenth', 0.1, 'ot=th:e666'],
  ['one in a thousand, as exactly', 0.001, 'ot=th:ffbe76'],
  ['hardly any', 1e-12, 'ot=th:ffffffff'],
])('%s', (_, share, traceState) => {
  expect(new Sampling(share).traceState).toBe(traceState);
});

test.each([1, 0.5, 0.1, 0.02])('of traces a share of %f is kept, by the last 56 bits of their ids', (share) => {
  const random = createRandom(7);
  const sampling = new Sampling(share);
  const ids = Array.from({ length: 20_000 }, () => sampling.traceId(random)).filter((id) => id !== null);
  expect(ids.length / 20_000).toBeCloseTo(share, 2);
  const threshold = BigInt(`0x${sampling.traceState.replace('ot=th:', '').padEnd(14, '0')}`);
  for (const id of ids) {
    expect(id).toMatch(/^[\da-f]{32}$/);
    expect(BigInt(`0x${id.slice(18)}`)).toBeGreaterThanOrEqual(threshold);
  }
});
