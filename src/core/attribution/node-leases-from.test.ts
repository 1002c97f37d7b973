import { expect, test } from 'vitest';
import { instant, SECOND } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { OPEN } from './lease.ts';
import { type NodeHistory, nodeLeasesFrom } from './node-leases-from.ts';

const START = Date.UTC(2026, 10, 22, 3);
const at = (seconds: number) => instant(START + seconds * SECOND);

interface Told {
  readonly node: string;
  readonly created?: number;
  readonly seen: readonly [number, number];
  readonly deleted?: number;
  readonly ip?: string;
}
const history = ({ node, created, seen, deleted, ip = '10.224.0.4' }: Told): NodeHistory => ({
  nodeUid: `uid of ${node}`,
  node,
  ip: ip as Ip,
  os: 'linux',
  createdAt: created === undefined ? null : at(created),
  firstSeenAt: at(seen[0]),
  lastSeenAt: at(seen[1]),
  deletedAt: deleted === undefined ? null : at(deleted),
});

const EVER = -START / SECOND;
const NEVER = (OPEN - START) / SECOND;
type Row = readonly [string, number, number];

test.each<[string, readonly Told[], readonly Row[]]>([
  [
    'a node has its address from its creation, less the clocks, until nobody knows when',
    [{ node: 'a', created: 100, seen: [110, 200] }],
    [['a', 95, NEVER]],
  ],
  [
    'a node that only pods tell of may always have had its address',
    [{ node: 'a', seen: [110, 200] }],
    [['a', EVER, NEVER]],
  ],
  [
    'a deleted node object leaves a machine that sends for another minute',
    [{ node: 'a', created: 0, seen: [1, 200], deleted: 200 }],
    [['a', -5, 260]],
  ],
  [
    'an address that passed to another node belongs to it from its creation on',
    [
      { node: 'a', created: 0, seen: [1, 100] },
      { node: 'b', created: 500, seen: [510, 600] },
    ],
    [
      ['a', -5, 500],
      ['b', 495, NEVER],
    ],
  ],
  [
    'an old node that is still seen after the new one was made has the address that long',
    [
      { node: 'a', created: 0, seen: [1, 520] },
      { node: 'b', created: 500, seen: [530, 600] },
    ],
    [
      ['a', -5, 520.001],
      ['b', 495, NEVER],
    ],
  ],
  [
    'a deleted node ends a minute later, not when the next was made',
    [
      { node: 'a', created: 0, seen: [1, 100], deleted: 100 },
      { node: 'b', created: 500, seen: [510, 600] },
    ],
    [
      ['a', -5, 160],
      ['b', 495, NEVER],
    ],
  ],
  [
    'a node that only pods tell of may have had the address since the one before was last seen',
    [
      { node: 'a', seen: [1, 100] },
      { node: 'b', seen: [510, 600] },
    ],
    [
      ['a', EVER, 510],
      ['b', 100, NEVER],
    ],
  ],
  [
    'the order in which nodes are told of does not matter',
    [
      { node: 'b', created: 500, seen: [510, 600] },
      { node: 'a', created: 0, seen: [1, 100] },
    ],
    [
      ['a', -5, 500],
      ['b', 495, NEVER],
    ],
  ],
  [
    'two addresses of one node do not end each other',
    [
      { node: 'a', created: 0, seen: [1, 100] },
      { node: 'a', created: 0, seen: [1, 100], ip: 'fd00::4' },
    ],
    [
      ['a', -5, NEVER],
      ['a', -5, NEVER],
    ],
  ],
])('%s', (_, told, expected) => {
  expect(
    nodeLeasesFrom(told.map(history)).map(({ node, mayFrom, mayUntil }) => [
      node,
      (mayFrom - START) / SECOND,
      (mayUntil - START) / SECOND,
    ]),
  ).toEqual(expected);
});
