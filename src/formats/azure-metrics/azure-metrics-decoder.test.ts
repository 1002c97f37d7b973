import fc from 'fast-check';
import { expect, test } from 'vitest';
import { METRIC_AGGREGATIONS } from '../../core/facts.ts';
import { recognise } from '../recognise.ts';
import { azureMetricsDecoder } from './azure-metrics-decoder.ts';
import { durationMs } from './iso-duration.ts';

test.each<[string, number]>([
  ['PT1M', 60_000],
  ['PT1H30M', 5_400_000],
  ['P1D', 86_400_000],
  ['PT0.5S', 0],
  ['FULL', 0],
  ['', 0],
])('%s is %i ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

const data = fc.record({
  timeStamp: fc.oneof(
    fc.constantFrom('2026-11-22T03:00:00Z', '2026-11-22T03:01:00+00:00'),
    fc.constantFrom('', 'soon'),
  ),
  ...Object.fromEntries(
    METRIC_AGGREGATIONS.map((name) => [name, fc.option(fc.integer({ min: 0, max: 999 }), { nil: null })]),
  ),
}) as fc.Arbitrary<Record<string, unknown>>;
const series = fc.record({
  metadatavalues: fc.array(
    fc.record({ name: fc.record({ value: fc.constantFrom('BackendIPAddress', 'protocol') }), value: fc.string() }),
    { maxLength: 2 },
  ),
  data: fc.array(data, { maxLength: 4 }),
});
const ID =
  '/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/loadBalancers/LB/providers/Microsoft.Insights/metrics/UsedSnatPorts';
const metric = fc.record({
  id: fc.constant(ID),
  name: fc.record({ value: fc.constantFrom('UsedSnatPorts', 'ByteCount') }),
  timeseries: fc.array(series, { maxLength: 3 }),
});

const decode = (text: string, cuts: readonly number[]) => {
  const decoder = azureMetricsDecoder();
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, from] of edges.slice(0, -1).entries()) decoder.push(bytes.subarray(from, edges[i + 1]));
  decoder.end();
  const { facts, rejects, ignored } = decoder.take();
  return { samples: facts.samples ?? [], rejects, ignored };
};

test('every value is a sample, ignored or a reject, however the answer is cut', () => {
  fc.assert(
    fc.property(
      fc.array(metric, { maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.boolean(),
      (value, cuts, isBatch) => {
        const answer = { interval: 'PT1M', timespan: '2026-11-22T03:00:00Z/2026-11-22T03:05:00Z', value };
        const text = JSON.stringify(isBatch ? { values: [answer, answer] } : answer);
        const points = value.flatMap(({ timeseries }) => timeseries.flatMap((one) => one.data));
        const timed = points.filter(({ timeStamp }) => String(timeStamp).startsWith('2026'));
        const values = timed.map((point) => METRIC_AGGREGATIONS.filter((name) => point[name] !== null).length);
        const times = isBatch ? 2 : 1;
        const { samples, rejects, ignored } = decode(text, cuts);
        expect(samples.length).toBe(times * values.reduce((sum, n) => sum + n, 0));
        expect(rejects.length).toBe(times * (points.length - timed.length));
        expect(ignored['moments without a value'] ?? 0).toBe(times * values.filter((n) => n === 0).length);
        expect(decode(text, [])).toEqual({ samples, rejects, ignored });
        expect(new Set(samples.map(({ resource }) => resource)).size).toBeLessThanOrEqual(1);
        if (value.length > 0)
          expect(recognise(new TextEncoder().encode(text), '')).toEqual({ ok: true, value: 'azure-metrics' });
      },
    ),
    { numRuns: 150 },
  );
});

test('an answer that broke off is told, and what came before is there', () => {
  const text = JSON.stringify({
    interval: 'PT1M',
    value: [
      {
        id: ID,
        name: { value: 'UsedSnatPorts' },
        timeseries: [{ metadatavalues: [], data: [{ timeStamp: '2026-11-22T03:00:00Z', average: 1 }] }],
      },
    ],
  });
  const { samples, rejects } = decode(text.slice(0, -4), []);
  expect([samples.length, rejects.length]).toEqual([1, 1]);
});

test.each<[string, unknown]>([
  ['words', '1024'],
  ['more than anything counts', 1e300],
  ['less than nothing', -618],
  ['a list', [1]],
])('%s for a value are a reject with their place, and the values beside them stay', (_, average) => {
  const points = [
    { timeStamp: '2026-11-22T03:00:00Z', average, maximum: null },
    { timeStamp: '2026-11-22T03:01:00Z', average: 80 },
  ];
  const value = [{ id: ID, name: { value: 'UsedSnatPorts' }, timeseries: [{ metadatavalues: [], data: points }] }];
  const { samples, rejects } = decode(JSON.stringify({ interval: 'PT1M', value }), []);
  expect(samples.map((sample) => sample.value)).toEqual([80]);
  expect(rejects).toMatchObject([{ why: 'average: expected a number that Azure may have counted' }]);
});
