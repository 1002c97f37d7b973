import { describe, expect, test } from 'vitest';
import { forecast } from './forecast.ts';

const LIMIT = 1_024;
const HORIZON = 4_000;

const line = (steps: number, at: (step: number) => number): readonly number[] =>
  Array.from({ length: steps }, (_, step) => at(step));

test.each<[string, readonly number[], ReturnType<typeof forecast>, limit?: number]>([
  [
    'too few steps tell nothing',
    line(19, (i) => 10 * i),
    { at: null, low: null, high: null, reason: 'not-enough-data' },
  ],
  ['none at all tell nothing', [], { at: null, low: null, high: null, reason: 'not-enough-data' }],
  [
    'none at all tell nothing of a limit of none',
    [],
    { at: null, low: null, high: null, reason: 'not-enough-data' },
    0,
  ],
  ['what is used up needs no forecast', line(5, () => LIMIT), { at: 4, low: 4, high: 4, reason: 'exhausted' }],
  ['what stands still is not growing', line(60, () => 500), { at: null, low: null, high: null, reason: 'not-growing' }],
  [
    'what falls is not growing',
    line(60, (i) => 900 - 5 * i),
    { at: null, low: null, high: null, reason: 'not-growing' },
  ],
  [
    'what grows too slowly is beyond the horizon',
    line(60, (i) => 10 + 0.01 * i),
    { at: null, low: null, high: null, reason: 'beyond-horizon' },
  ],
])('%s', (_, counted, said, limit = LIMIT) => {
  expect(forecast(counted, limit, HORIZON)).toEqual(said);
});

test('a straight line reaches the limit where it does, and the bounds hold it', () => {
  const { at, low, high, reason } = forecast(
    line(100, (i) => 24 + 5 * i),
    LIMIT,
    HORIZON,
  );
  expect(reason).toBe(null);
  expect(at).toBeGreaterThan(190);
  expect(at).toBeLessThan(210);
  expect(low).toBeLessThan(200);
  expect(high).toBeGreaterThan(200);
});

test('a burst that is over brings the limit nearer by no more than another such burst', () => {
  const plain = forecast(
    line(120, (i) => 100 + 3 * i),
    LIMIT,
    HORIZON,
  );
  const burst = forecast(
    line(120, (i) => 100 + 3 * i + (i >= 40 && i < 46 ? 300 : 0)),
    LIMIT,
    HORIZON,
  );
  expect(burst.at).toBeLessThanOrEqual(plain.at ?? 0);
  expect((plain.at ?? 0) - (burst.at ?? 0)).toBeLessThan(300 / 3);
});

test('the same numbers are told the same', () => {
  const counted = line(80, (i) => 100 + 2 * i + ((i * 7) % 13));
  expect(forecast(counted, LIMIT, HORIZON)).toEqual(forecast(counted, LIMIT, HORIZON));
});

/*
 * Growth of many kinds, of which the futures are known: connections that come and go at a growing rate, the same with a slow wobble, with bursts, and
 * connections that are never given back. Four times out of five the limit is reached between the bounds.
 */
describe('four futures out of five lie between the bounds', () => {
  const chances = (seed: number) => {
    let state = seed;
    const next = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    const count = (mean: number): number => {
      if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      let [k, product] = [0, next()];
      for (const least = Math.exp(-mean); product > least; k++) product *= next();
      return k;
    };
    return { next, normal, count };
  };
  type Chance = ReturnType<typeof chances>;
  type Series = (chance: Chance, start: number, slope: number) => () => number;

  const comeAndGo: Series = ({ next, count }, start, slope) => {
    const stay = 4 + Math.floor(next() * 12);
    const arrived: number[] = [];
    return () => {
      const rate = (start + slope * arrived.length) / stay;
      arrived.push(count(rate));
      let held = 0;
      for (let k = 1; k <= stay; k++) held += arrived.at(-k) ?? rate;
      return held;
    };
  };
  const wobbling: Series = (chance, start, slope) => {
    const held = comeAndGo(chance, start, slope);
    let wobble = 0;
    return () => {
      wobble = 0.9 * wobble + Math.sqrt(0.19) * chance.normal();
      return held() + 20 * wobble;
    };
  };
  const bursting: Series = (chance, start, slope) => {
    const held = comeAndGo(chance, start, slope);
    let burst = 0;
    return () => {
      burst = chance.next() < 0.02 ? 60 * chance.next() : 0.7 * burst;
      return held() + burst;
    };
  };
  const leaking: Series = ({ count }, start, slope) => {
    let leaked = 0;
    return () => {
      leaked += count(slope);
      return start + leaked + count(30);
    };
  };

  test.each<[string, Series, number]>([
    ['come and go', comeAndGo, 11],
    ['come and go, with a wobble', wobbling, 22],
    ['come and go, with bursts', bursting, 33],
    ['are never given back', leaking, 44],
  ])('connections that %s', (_, series, seed) => {
    const chance = chances(seed);
    let [within, told] = [0, 0];
    for (let run = 0; run < 150; run++) {
      const next = series(chance, 100 + 400 * chance.next(), 0.2 + 2 * chance.next());
      const counted = line(60 + Math.floor(120 * chance.next()), () => Math.round(next()));
      const { low, high, reason } = forecast(counted, LIMIT, 2_500);
      if (low === null || reason === 'exhausted') continue;
      let step = counted.length - 1;
      for (let value = 0; value < LIMIT && step < counted.length + 2_500; step++) value = Math.round(next());
      told++;
      if (low <= step && step <= (high ?? Number.POSITIVE_INFINITY)) within++;
    }
    expect(told).toBeGreaterThan(130);
    // Of 150 runs the share itself is off by three hundredths.
    expect(within / told).toBeGreaterThan(0.72);
    expect(within / told).toBeLessThan(0.88);
  });
});
