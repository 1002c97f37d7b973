import { expect, test } from 'vitest';
import { type GradedFlow, GradedScoring } from './slices.ts';

const scored = (flows: readonly (GradedFlow & { times?: number })[]) => {
  const scoring = new GradedScoring();
  for (const { times = 1, ...flow } of flows) for (let i = 0; i < times; i++) scoring.add(flow);
  return scoring.score();
};
const flow = { dest: '203.0.113.9 443 tcp', workload: 'shop/Deployment/a', podUid: 'a1', top: 0.8, right: 1 };

test('nothing said, nothing scored', () => {
  expect(scored([])).toEqual({ surest: { n: 0, right: 0 }, slices: [] });
});

test('each flow is in the slices that it is of, and the worst calibrated stands first after all', () => {
  const { slices, surest } = scored([
    { ...flow, times: 16 },
    { ...flow, right: 0, times: 4 },
    { ...flow, podUid: 'a2', times: 10, top: 0.995 },
    { ...flow, dest: '203.0.113.10 443 tcp', workload: 'shop/Deployment/b', podUid: 'b1', right: 0, times: 19 },
    { ...flow, workload: null, podUid: null, top: 0.6, right: 1, times: 5 },
  ]);
  expect(slices.map(({ slice, n }) => [slice, n])).toEqual([
    ['all', 54],
    ['rare-destination', 19],
    ['singleton', 19],
    ['host', 5],
  ]);
  expect(slices[1]).toEqual({
    slice: 'rare-destination',
    n: 19,
    top1: 0,
    meanConfidence: expect.closeTo(0.8),
    ece: expect.closeTo(0.8),
  });
  expect(slices[3]).toMatchObject({ top1: 1, meanConfidence: expect.closeTo(0.6), ece: expect.closeTo(0.4) });
  // By bin, so that too much here does not make up for too little there.
  expect(slices[0]?.ece).toBeCloseTo((39 * 0.8 - 16 + (10 - 9.95) + (5 - 3)) / 54, 9);
  expect(surest).toEqual({ n: 10, right: 10 });
});

test.each([
  [19, true],
  [20, false],
])('a destination with %i flows is rare: %s', (times, isRare) => {
  expect(scored([{ ...flow, times }]).slices.some(({ slice }) => slice === 'rare-destination')).toBe(isRare);
});

test('the worst is first also where a slice has no flows', () => {
  const { slices } = scored([
    { ...flow, dest: 'rare', top: 0.9, right: 1, times: 10 },
    { ...flow, podUid: 'a2', times: 30 },
    { ...flow, workload: null, podUid: null, top: 0.5, right: 0, times: 25 },
  ]);
  expect(slices.map(({ slice }) => slice)).toEqual(['all', 'host', 'rare-destination']);
});
