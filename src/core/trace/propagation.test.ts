import { expect, test } from 'vitest';
import type { Sighting } from '../facts.ts';
import { type Hop, type Placed, propagationOf } from './propagation.ts';
import { sighting } from './sighting.testing.ts';

const placed = (workload: string, other: string, rest: Partial<Sighting>): Placed => ({
  workload,
  other,
  sighting: sighting(rest),
});
const calls = (id: string, traceId: string, ids: readonly string[] = []): Placed =>
  placed('shop/a', 'shop/b', { kind: 'client', spanId: id, traceId, ids });
const takes = (parentSpanId: string, traceId: string, ids: readonly string[] = []): Placed =>
  placed('shop/b', '', { kind: 'server', parentSpanId, traceId, ids });

test.each<[string, readonly Placed[], Partial<Hop>]>([
  ['all arrive', [calls('1', 't1'), takes('1', 't1')], { calls: 1, traceIds: 1, traceIdsArrived: 1, lost: 'nowhere' }],
  [
    'some arrive',
    [calls('1', 't1'), calls('2', 't2'), takes('1', 't1')],
    { traceIds: 2, traceIdsArrived: 1, lost: 'in-part', examples: ['t2'] },
  ],
  ['the callee is silent', [calls('1', 't1')], { traceIdsArrived: 0, lost: 'callee-silent' }],
  ['the callee knows other ids only', [calls('1', 't1'), takes('', 't9')], { lost: 'not-passed' }],
  [
    'the callee begins its own traces',
    [calls('1', 't1'), placed('shop/b', 'shop/a', { kind: 'server', traceId: 't9' })],
    { restarted: 1, lost: 'restarted' },
  ],
  [
    'a line of the log of the callee carries it',
    [calls('1', 't1'), placed('shop/b', '', { kind: 'log', traceId: 't1' })],
    { traceIdsArrived: 1, lost: 'nowhere' },
  ],
  [
    'a correlation id arrives where the trace id does not',
    [calls('1', 't1', ['r1']), placed('shop/b', '', { kind: 'log', traceId: '', ids: ['r1'] })],
    { traceIdsArrived: 0, ids: 1, idsArrived: 1, lost: 'in-part' },
  ],
  [
    'joined by the span, where the address tells nothing',
    [placed('shop/a', '', { spanId: '1', traceId: 't1' }), takes('1', 't1')],
    { to: 'shop/b', traceIdsArrived: 1 },
  ],
])('%s', (_, all, expected) => {
  expect(propagationOf(all, [])).toEqual([expect.objectContaining({ from: 'shop/a', to: 'shop/b', ...expected })]);
});

test('flows show who calls without telling; what loses most comes first', () => {
  const hops = propagationOf(
    [calls('1', 't1')],
    [
      { from: 'shop/c', to: 'shop/a' },
      { from: 'shop/a', to: 'shop/a' },
    ],
  );
  expect(hops.map(({ from, to, lost }) => [from, to, lost])).toEqual([
    ['shop/a', 'shop/b', 'callee-silent'],
    ['shop/c', 'shop/a', 'caller-silent'],
  ]);
});

test('what loses most comes first, then who calls most, then by name', () => {
  const call = (to: string, n: number, ids: readonly string[] = []): Placed =>
    placed('shop/a', to, { spanId: `${to}${n}`, traceId: 'shared', ids });
  const takers = ['shop/x', 'shop/y', 'shop/z'].map((name) => placed(name, '', { kind: 'server', traceId: 'shared' }));
  const hops = propagationOf(
    [...takers, call('shop/z', 1), call('shop/y', 1), call('shop/y', 2), call('shop/x', 1, ['lost'])],
    [
      { from: 'shop/b', to: 'shop/a' },
      { from: 'shop/b', to: 'shop/a' },
    ],
  );
  expect(hops.map((hop) => [hop.to, hop.calls, hop.flows, hop.ids - hop.idsArrived])).toEqual([
    ['shop/x', 1, 0, 1],
    ['shop/y', 2, 0, 0],
    ['shop/z', 1, 0, 0],
    ['shop/a', 0, 2, 0],
  ]);
});

test('who is known to nobody has no hop', () => {
  expect(propagationOf([placed('', 'shop/b', {}), placed('shop/a', '', {})], [])).toEqual([]);
});
