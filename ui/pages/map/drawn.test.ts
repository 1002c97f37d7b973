import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFlowFilter } from '../../../src/contract/flow-filter.ts';
import { type Drawn, graphOf, type Item, sankeyOf, short } from './drawn.ts';
import { edgeLink, fromLink, toLink } from './links.ts';

const shares = (exact: number, probable: number, ambiguous: number): Item['byVerdict'] => {
  const of = (n: number) => ({ flows: n, bytes: n * 100 });
  return {
    exact: of(exact),
    probable: of(probable),
    ambiguous: of(ambiguous),
    relayed: of(0),
    node: of(0),
    unattributed: of(0),
  };
};

/** Names as somebody may choose them. */
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"quoted\' and" or (',
  '\u202Eoverwritten',
  '',
  'a'.repeat(300),
  '__proto__',
];
const workload = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name });

const item = (from: Item['from'], to: Partial<Item['to']>, byVerdict = shares(3, 0, 0)): Item => {
  const flows = Object.values(byVerdict).reduce((sum, one) => sum + one.flows, 0);
  return {
    from,
    to: {
      kind: 'address',
      name: '203.0.113.66',
      workload: null,
      node: null,
      dest: '203.0.113.66',
      addresses: ['203.0.113.66'],
      addressCount: 1,
      ...to,
    },
    flows,
    bytes: flows * 100,
    bytesOut: flows * 60,
    bytesIn: flows * 40,
    byVerdict,
    first: '2026-11-25T10:20:16.000Z',
    last: '2026-11-25T10:20:17.000Z',
    edges: 1,
    senders: 1,
    destinations: 1,
  };
};
const sentBy = (name: string): Item['from'] => ({ kind: 'workload', workload: workload(name), node: null, pod: null });
const OTHER_FROM: Item['from'] = { kind: 'other', workload: null, node: null, pod: null };
const OTHER_TO = { kind: 'other', name: 'other', dest: null, addresses: [], addressCount: 0 } as const;
const address = (n: number): string => `198.51.${n >> 8}.${n & 255}`;
const to = (n: number) => ({ name: address(n), dest: address(n), addresses: [address(n)] });

const some = fc.uniqueArray(
  fc
    .record({
      sender: fc.integer({ min: 0, max: 12 }),
      dest: fc.integer({ min: 0, max: 12 }),
      // Of a workload that sends, too, itself among them.
      held: fc.boolean(),
      verdicts: fc.tuple(fc.nat(1_000_000), fc.nat(3), fc.nat(50)),
    })
    .filter(({ verdicts }) => verdicts.some((n) => n > 0)),
  { selector: ({ sender, dest, held }) => `${sender} ${dest} ${held}`, maxLength: 60 },
);
const items = some.map((all) =>
  all.map(({ sender, dest, held, verdicts }) =>
    item(
      sentBy(HOSTILE[sender] ?? `app-${sender}`),
      { ...to(dest + (held ? 100 : 0)), workload: held ? workload(HOSTILE[dest] ?? `app-${dest}`) : null },
      shares(...verdicts),
    ),
  ),
);

const numbersIn = (path: string): readonly number[] =>
  path
    .split(/[A-Z ]+/)
    .filter((one) => one !== '')
    .map(Number);
const checked = (drawn: Drawn, all: readonly Item[]): void => {
  const { places, ribbons, width, height } = drawn;
  for (const { path } of ribbons)
    for (const n of numbersIn(path)) expect(n >= 0 && n <= Math.max(width, height)).toBe(true);
  // As many ribbons as there are verdicts of edges, and none twice.
  const parts = all.reduce((sum, one) => sum + Object.values(one.byVerdict).filter(({ flows }) => flows > 0).length, 0);
  expect([ribbons.length, new Set(ribbons.map(({ key }) => key)).size]).toEqual([parts, parts]);
  expect(new Set(places.map(({ key }) => key)).size).toBe(places.length);
  for (const [x, column] of Map.groupBy(places, (place) => place.x)) {
    expect(x >= 0 && x + (column[0]?.width ?? 0) <= width).toBe(true);
    for (const [i, place] of column.entries()) {
      const above = column[i - 1];
      if (above !== undefined) expect(place.y >= above.y + above.height).toBe(true);
      expect(place.y + place.height <= height).toBe(true);
    }
  }
};

test.each([300, 640, 1_180])('whatever there is is drawn, %d pixels wide', (width) => {
  fc.assert(
    fc.property(items, fc.constantFrom('flows' as const, 'bytes' as const), (all, by) => {
      checked(sankeyOf(all, by, width), all);
      if (width >= 640) checked(graphOf(all, by, width), all);
    }),
  );
});

test.each<[string, readonly Item[], number]>([
  ['no edge', [], 0],
  ['one edge', [item(sentBy('app'), {})], 2],
  ['only what is summed up', [item(OTHER_FROM, OTHER_TO)], 2],
  [
    '1,000 of 5,000 workloads, and the rest',
    [
      ...Array.from({ length: 1_000 }, (_, n) => item(sentBy(`app-${n}`), to(n))),
      item(OTHER_FROM, OTHER_TO, shares(4_000, 0, 0)),
    ],
    2_002,
  ],
])('%s', (_, all, places) => {
  for (const draw of [sankeyOf, graphOf]) {
    const drawn = draw(all, 'flows', 900);
    checked(drawn, all);
    expect(drawn.places.length).toBe(places);
  }
});

test('a workload is one place of the graph, whatever its addresses, and sends from there', () => {
  const web = { workload: workload('web') };
  const all = [
    item(sentBy('app'), { ...to(1), ...web }),
    item(sentBy('app'), { ...to(2), ...web }),
    item(sentBy('web'), to(3)),
  ];
  expect(graphOf(all, 'flows', 900).places.map(({ label, to: dests }) => [label, dests.length])).toEqual([
    ['shop/app', 0],
    ['shop/web', 2],
    [address(3), 1],
  ]);
  expect(sankeyOf(all, 'flows', 900).places.length).toBe(5);
});

test.each([
  ['shop/app', 20, 'shop/app'],
  ['aks-nodepool1-41820763-vmss000001', 15, 'aks-node…000001'],
  ['🜨🜨🜨🜨🜨🜨', 4, '🜨🜨…🜨'],
])('%s in %d letters', (text, most, is) => expect(short(text, most)).toBe(is));

/** The words of the address, in place of a router. */
const view = { to: (page: string, words: object = {}) => `${page} ${JSON.stringify(words)}` };
const whereOf = (link: string | null): unknown => {
  const { where = '' } = JSON.parse(link?.slice(link.indexOf(' ')) ?? '{}') as { where?: string };
  const parsed = parseFlowFilter(where);
  return parsed.ok ? parsed.parameters : parsed.mistake.says;
};

test.each<[string, string | null, unknown]>([
  ['a sender leads to its flows', fromLink(view, item(sentBy('app'), {}), null), { workload: ['shop/app'] }],
  [
    'narrowed as the map is',
    fromLink(view, item(sentBy('app'), {}), 'dest-port = 443'),
    { workload: ['shop/app'], 'dest-port': ['443'] },
  ],
  [
    'unless both speak of the same',
    fromLink(view, item(sentBy('app'), {}), 'workload in (a, b)'),
    { workload: ['shop/app'] },
  ],
  [
    'a node by its verdict',
    fromLink(view, item({ kind: 'node', workload: null, node: 'n1', pod: null }, {}), null),
    { verdict: ['node'], node: ['n1'] },
  ],
  [
    'those that are not told apart',
    fromLink(view, item({ kind: 'ambiguous', workload: null, node: null, pod: null }, {}), null),
    { verdict: ['ambiguous'] },
  ],
  [
    'an edge to a port',
    edgeLink(view, item(sentBy('app'), { kind: 'port', dest: '[2001:db8::1]:443/tcp' }), null),
    { workload: ['shop/app'], dest: ['[2001:db8::1]:443'], proto: ['tcp'] },
  ],
  [
    'a block',
    edgeLink(view, item(sentBy('app'), { kind: 'block', dest: '203.0.113.0/24' }), null),
    { workload: ['shop/app'], dest: ['203.0.113.0/24'] },
  ],
  [
    'a tag whose addresses are all told',
    toLink(
      view,
      [item(sentBy('app'), { kind: 'tag', dest: null, addresses: [address(1), address(2)], addressCount: 2 })],
      null,
    ),
    { dest: [address(1), address(2)] },
  ],
  ...[...HOSTILE, '"', "x' and verdict = exact"].map((name): [string, string | null, unknown] => [
    `a name like ${name.slice(0, 20)}`,
    fromLink(view, item(sentBy(name), {}), null),
    name.includes('"') && name.includes("'") ? {} : { workload: [`shop/${name}`] },
  ]),
])('%s', (_, link, parameters) => expect(whereOf(link)).toEqual(parameters));

test('a destination leads to who talks to it, what is summed up or too many nowhere', () => {
  expect(toLink(view, [item(sentBy('app'), {})], null)).toBe('/who {"dest":"203.0.113.66"}');
  const many = item(sentBy('app'), { kind: 'tag', dest: null, addresses: [address(1)], addressCount: 11 });
  expect([toLink(view, [many], null), toLink(view, [], null), edgeLink(view, many, null)]).toEqual([null, null, null]);
  expect(fromLink(view, item(OTHER_FROM, OTHER_TO), null)).toBeNull();
});
