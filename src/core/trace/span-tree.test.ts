import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Sighting } from '../facts.ts';
import { sighting } from './sighting.testing.ts';
import { beginOf, spanTree, type TreeNode } from './span-tree.ts';

type Told = readonly [kind: Sighting['kind'], id: string, parent: string, begin: number, rest?: Partial<Sighting>];
const of = (told: readonly Told[]): readonly Sighting[] =>
  told.map(([kind, spanId, parentSpanId, begin, rest]) =>
    sighting({ kind, spanId, parentSpanId, begin: instant(begin), text: kind, ...rest }),
  );
const drawn = (nodes: readonly TreeNode<Sighting>[]): string =>
  nodes
    .map(
      ({ sighting: s, spanId, children }) =>
        `${s === null ? `?${spanId}` : `${s.text}${spanId}`}${children.length === 0 ? '' : `(${drawn(children)})`}`,
    )
    .join(' ');

test.each<[string, readonly Told[], string]>([
  [
    'children under their parent, by time',
    [
      ['server', 'a', '', 1],
      ['client', 'c', 'a', 5],
      ['client', 'b', 'a', 3],
    ],
    'servera(clientb clientc)',
  ],
  [
    'a line under its span',
    [
      ['server', 'a', '', 1],
      ['log', 'a', '', 9],
    ],
    'servera(loga)',
  ],
  [
    'a line of no span by itself',
    [
      ['server', 'a', '', 1],
      ['log', '', '', 0],
    ],
    'log servera',
  ],
  [
    'a line of no span, under the one whose id it carries',
    [
      ['server', 'a', '', 1],
      ['client', 'b', 'a', 2, { ids: ['r'], pod: 'p' }],
      ['log', '', '', 3, { ids: ['r'], pod: 'p' }],
      ['log', '', '', 4, { ids: ['r'], pod: 'q' }],
    ],
    'servera(clientb(log)) log',
  ],
  [
    'a missing parent is a hole, once',
    [
      ['server', 'b', 'a', 1],
      ['server', 'c', 'a', 2],
    ],
    '?a(serverb serverc)',
  ],
  [
    'caller and callee share an id',
    [
      ['server', 'a', '', 2],
      ['client', 'a', '', 3],
    ],
    'clienta(servera)',
  ],
  [
    'two sources tell of one span: the fuller one',
    [
      ['client', 'a', '', 1, { text: 'thin' }],
      ['client', 'a', '', 1, { pod: 'p' }],
    ],
    'clienta',
  ],
  [
    "spans that are each other's parents",
    [
      ['client', 'a', 'b', 1],
      ['client', 'b', 'a', 2],
      ['client', 'c', 'a', 3],
    ],
    'clienta(clientc) clientb',
  ],
  ['a span that is its own parent', [['client', 'a', 'a', 1]], 'clienta'],
  [
    'spans without an id',
    [
      ['client', '', '', 2],
      ['server', '', '', 1],
    ],
    'server client',
  ],
  [
    'nanoseconds keep the order',
    [
      ['client', 'b', '', 1, { beginNanos: 2 }],
      ['client', 'a', '', 1, { beginNanos: 1 }],
    ],
    'clienta clientb',
  ],
  [
    'another trace, the same span id',
    [
      ['server', 'a', '', 1],
      ['client', 'b', 'a', 2, { traceId: 'other' }],
    ],
    'servera ?a(clientb)',
  ],
  [
    'a producer and who takes it share an id',
    [
      ['server', 'a', '', 2],
      ['producer', 'a', '', 3],
    ],
    'producera(servera)',
  ],
  [
    'a consumer and who takes it share an id',
    [
      ['server', 'a', '', 2],
      ['consumer', 'a', '', 3],
    ],
    'consumera(servera)',
  ],
  [
    'of two that tell as much the first',
    [
      ['client', 'a', '', 1, { text: 'one' }],
      ['client', 'a', '', 2, { text: 'two' }],
    ],
    'onea',
  ],
  [
    'a hole stands where its first child began',
    [
      ['server', 'b', 'a', 1],
      ['server', 'd', '', 5],
      ['server', 'c', 'a', 9],
    ],
    '?a(serverb serverc) serverd',
  ],
])('%s', (_, told, expected) => {
  expect(drawn(spanTree(of(told)))).toBe(expected);
});

test.each<[string, Partial<Sighting>]>([
  ['the UID of its pod', { podUid: 'u' }],
  ['its node', { node: 'n' }],
  ['where it connected to', { destIp: '203.0.113.9' as Ip }],
  ['its own port', { localPort: 1 }],
])('of two copies of a span the one that tells %s is kept', (_, more) => {
  const copies = [sighting({ spanId: 'a', text: 'thin' }), sighting({ spanId: 'a', text: 'full', ...more })];
  for (const order of [copies, copies.toReversed()]) expect(spanTree(order)[0]?.sighting?.text).toBe('full');
});

test('a hole began with the first of its children', () => {
  const [hole] = spanTree(
    of([
      ['server', 'b', 'a', 7],
      ['server', 'c', 'a', 3],
    ]),
  );
  expect(hole === undefined ? null : beginOf(hole)).toBe(3);
});

test('law: each sighting is there once, in whatever order they came', () => {
  const id = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e');
  const one = fc.record({
    kind: fc.constantFrom<Sighting['kind']>('client', 'server', 'internal', 'log'),
    spanId: id,
    parentSpanId: id,
    begin: fc.nat(9).map(instant),
  });
  const shuffled = fc
    .array(one, { maxLength: 12 })
    .map((all) => all.map((rest) => sighting(rest)))
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  const count = (nodes: readonly TreeNode<Sighting>[]): number =>
    nodes.reduce((sum, { sighting: s, children }) => sum + Number(s !== null) + count(children), 0);
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const distinct = new Set(
        all.map(({ kind, spanId }, n) => (kind === 'log' || spanId === '' ? n : `${kind}${spanId}`)),
      ).size;
      expect([count(spanTree(all)), count(spanTree(other))]).toEqual([distinct, distinct]);
    }),
    { numRuns: 300 },
  );
});
