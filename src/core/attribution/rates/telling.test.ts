import { expect, test } from 'vitest';
import { HOUR, instant } from '../../../base/instant.ts';
import { podLease } from '../pod-lease.testing.ts';
import { MODEL } from './model.ts';
import { placementOf } from './placement.ts';
import { exposureOf, type Told, talliedOf } from './tallied.ts';
import { type Telling, tellingOf } from './telling.ts';

const T = 10 * HOUR;
const HOURS = 2;
const EXPOSURE = HOURS * 3_600;

/** One pod that told so much, on a node that sent one flow in each hour. */
const telling = (told: Told | null): Telling => {
  const placement = placementOf(
    [podLease({ podUid: 'a', node: 'n', edges: [T, T, T + HOURS * HOUR, T + HOURS * HOUR] })],
    ['n'],
    instant(T),
    instant(T + HOURS * HOUR),
  );
  const cells = Int32Array.from({ length: placement.cells }, (_, cell) => cell);
  const tally = {
    cells,
    flows: new Float64Array(cells.length).fill(1),
    known: [],
    before: new Map<number, never>(),
    told: new Map(told === null ? [] : [[0, told]]),
  };
  return tellingOf(talliedOf(placement, exposureOf(placement), tally, MODEL.steady), MODEL);
};

test('a fifth that is told stands beside four fifths that are not: its exposure is a quarter of theirs', () => {
  expect(telling({ flows: 0, share: 0.2 }).seconds(0)).toBeCloseTo(EXPOSURE / 4, 6);
  expect(telling({ flows: 0, share: 1 }).seconds(0)).toBeCloseTo(9 * EXPOSURE, 6);
});

test('who tells nothing says nothing', () => {
  for (const none of [telling(null), telling({ flows: 0, share: 0 })]) {
    expect([none.flows(0), none.seconds(0), none.tells(0, 1), none.likelihood(0, 1)]).toEqual([0, 0, 0, 0]);
  }
});

test('who told of one flow tells of its flows there', () => {
  expect(telling({ flows: 1, share: 0.2 }).tells(0, 1_000)).toBe(1);
});

test('the more a silent one is thought to send, the less it is thought to tell', () => {
  const { tells } = telling({ flows: 0, share: 0.2 });
  expect(tells(0, 0)).toBeCloseTo(MODEL.tells, 9);
  expect(tells(0, 1 / EXPOSURE)).toBeGreaterThan(tells(0, 10 / EXPOSURE));
  expect(tells(0, 1_000 / EXPOSURE)).toBeLessThan(1e-9);
});

test('silence makes a high rate unlikely, and never impossible', () => {
  const { likelihood } = telling({ flows: 0, share: 0.2 });
  expect(likelihood(0, 0)).toBeCloseTo(0, 9);
  expect(likelihood(0, 1)).toBeCloseTo(Math.log(1 - MODEL.tells), 6);
});

test('what was told is likeliest at as many flows as the share makes of it', () => {
  const { likelihood } = telling({ flows: 10, share: 0.2 });
  const at = (flows: number): number => likelihood(0, flows / EXPOSURE);
  expect(at(40)).toBeGreaterThan(at(30));
  expect(at(40)).toBeGreaterThan(at(50));
});

test('told flows are not discounted for bursts, as untold ones come in the same', () => {
  expect(telling({ flows: 100, share: 0.2 }).flows(0)).toBe(100);
});
