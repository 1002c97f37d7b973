import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, type Instant, LATEST, parseInstant, renderInstant } from '../base/instant.ts';
import { parseTruth, type TruthRow } from './truth.ts';

const LINE = {
  nodeIp: '10.224.0.4',
  snatPort: 41_822,
  destIp: '203.0.113.66',
  destPort: 443,
  protocol: 'tcp',
  begin: '2026-11-23T03:04:17.003Z',
  podUid: 'a',
};
const ROW: TruthRow = {
  tuple: '10.224.0.4 41822 203.0.113.66 443 tcp',
  begin: 1_795_403_057_003 as Instant,
  podUid: 'a',
  oracle: null,
};

test.each<[string, object, Partial<TruthRow>]>([
  ['a pod', {}, {}],
  ['the node', { podUid: undefined, node: true }, { podUid: null }],
  ['fields that nobody knows', { requestId: 7, rates: { a: 1 } }, {}],
  ['another spelling of an address', { destIp: '2001:DB8:0::1' }, { tuple: '10.224.0.4 41822 2001:db8::1 443 tcp' }],
  ['a mapped address', { nodeIp: '::ffff:10.224.0.4' }, {}],
  ['an offset', { begin: '2026-11-23T04:04:17.003+01:00' }, {}],
  ['the chance of who knows the rates', { oracle: 0.25 }, { oracle: 0.25 }],
  ['whether its best guess is right, which counts for more', { oracle: 0.25, oracleTop1: 1 }, { oracle: 1 }],
  ['a best guess that is no chance', { oracle: 0.25, oracleTop1: 'web' }, { oracle: 0.25 }],
  ['that it would be right', { oracle: true }, { oracle: 1 }],
  ['that it would be wrong', { oracle: false }, { oracle: 0 }],
  ['an oracle of another kind', { oracle: { workload: 'web' } }, { oracle: null }],
  ['an oracle that is no chance', { oracle: 1.5 }, { oracle: null }],
])('a truth with %s', (_, more, expected) => {
  expect(parseTruth(JSON.stringify({ ...LINE, ...more }))).toEqual({ ok: true, value: { ...ROW, ...expected } });
});

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /not JSON/],
  ['a number', '5', /not a JSON object/],
  ['null', 'null', /not a JSON object/],
  ['no address', '{"nodeIp":"x"}', /addresses/],
  ['no port', JSON.stringify({ ...LINE, snatPort: '1' }), /whole numbers/],
  ['no time', JSON.stringify({ ...LINE, begin: '03:04' }), /begin: expected a time/],
  ['a day that there is not', JSON.stringify({ ...LINE, begin: '2026-02-30T00:00:00.000Z' }), /begin: no such time/],
  ['neither pod nor node', JSON.stringify({ ...LINE, podUid: undefined }), /neither/],
])('a truth with %s is refused', (_, line, says) => {
  const row = parseTruth(line);
  expect(row.ok ? '' : row.problem).toMatch(says);
});

test('a time is what every time is, whatever was read before it', () => {
  const time = fc.oneof(
    fc.integer({ min: EARLIEST, max: LATEST - 1 }).map((at) => renderInstant(at as Instant)),
    fc.integer({ min: 0, max: 86_400_000 }).map((ms) => renderInstant((1_795_392_000_000 + ms) as Instant)),
    fc.constantFrom(
      '2026-11-23T23:59:60.500Z',
      '2026-11-23T23:59:59.9Z',
      '2026-11-23T24:00:00.000Z',
      '2026-11-23T23:60:00.000Z',
      '2026-11-23T23:59:61.000Z',
      '2026-11-23t03:04:17.003z',
      '2026-11-23T03:04:17,003Z',
      '2026-11-23T03-04:17.003Z',
      '2026-11-23T03:04:1x.003Z',
      '2026-11-23T03:04:17.0030',
    ),
  );
  fc.assert(
    fc.property(fc.array(time), (times) => {
      for (const begin of times) {
        const row = parseTruth(JSON.stringify({ ...LINE, begin }));
        const at = parseInstant(begin);
        expect(row.ok ? row.value.begin : row.problem).toBe(at.ok ? at.value : `begin: ${at.problem}`);
      }
    }),
  );
});
