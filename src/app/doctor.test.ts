import { expect, test } from 'vitest';
import { DAY, HOUR, instant, MINUTE, SECOND } from '../base/instant.ts';
import type { SourceRow, Store, Workers } from '../core/ports.ts';
import { allFor, EVERYTHING, horizonsAt } from '../core/retention.ts';
import { examine } from './doctor.ts';
import { checksOf } from './source-checks.ts';

const NOW = instant(Date.UTC(2026, 10, 22, 3));
const before = (ms: number) => instant(NOW - ms);

const row = (kind: string, name: string, rest: Partial<SourceRow> = {}): SourceRow => ({
  cluster: 'c',
  name,
  kind,
  rows: 10,
  rejects: 0,
  first: before(DAY),
  watermark: before(30 * SECOND),
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
  ...rest,
});
const WHOLE = [
  row('flow-log', 'flow log'),
  row('conntrack', 'conntrack n1'),
  row('inventory', 'pods'),
  row('inventory', 'nodes'),
];
const without = (name: string): readonly SourceRow[] => WHOLE.filter((one) => one.name !== name);
const changed = (name: string, rest: Partial<SourceRow>): readonly SourceRow[] =>
  WHOLE.map((one) => (one.name === name ? { ...one, ...rest } : one));
const gap = (from: number, until: number | null) => ({
  from: before(from),
  until: until === null ? null : before(until),
  node: '',
  why: 'lost',
});

test.each<[string, readonly SourceRow[], readonly string[], readonly string[]]>([
  ['everything is there', WHOLE, ['n1'], []],
  [
    'no flow log',
    without('flow log'),
    ['n1'],
    ['failed flow log: there is none: only what conntrack saw is known, and no denied attempt'],
  ],
  [
    'no conntrack',
    without('conntrack n1'),
    ['n1'],
    ['failed conntrack: there is none: no flow that left through a node address can be exact'],
  ],
  ['no pods', without('pods'), ['n1'], ['failed pods: there is no inventory: no address can be given a name']],
  [
    'no nodes',
    without('nodes'),
    [],
    ['warning nodes: there is no list: nodes are known by their host-network pods alone'],
  ],
  [
    'a node without conntrack',
    WHOLE,
    ['n1', 'n2'],
    ['failed conntrack: none of 1 of 2 nodes (n2): flows there cannot be exact'],
  ],
  [
    'many of them',
    WHOLE,
    ['n2', 'n3', 'n4', 'n5'],
    ['failed conntrack: none of 4 of 4 nodes (n2, n3 …): flows there cannot be exact'],
  ],
  ['a flow log just in time', changed('flow log', { watermark: before(20 * MINUTE) }), ['n1'], []],
  [
    'a flow log that is late',
    changed('flow log', { watermark: before(20 * MINUTE + 1) }),
    ['n1'],
    ['warning flow log: nothing for 20 min: it ends at 2026-11-22T02:39:59.999Z'],
  ],
  [
    'a watch that ended',
    changed('pods', { watermark: before(3 * HOUR) }),
    ['n1'],
    ['warning pods: nothing for 3 h: it ends at 2026-11-22T00:00:00.000Z'],
  ],
  ['an agent just in time', changed('conntrack n1', { watermark: before(2 * MINUTE) }), ['n1'], []],
  [
    'an agent that is silent',
    changed('conntrack n1', { watermark: before(2 * MINUTE + 1) }),
    ['n1'],
    ['warning conntrack: of 1 of 1 nothing for 2 min (n1)'],
  ],
  [
    'some agents are silent',
    [
      ...WHOLE,
      row('conntrack', 'conntrack n2', { watermark: before(DAY) }),
      row('conntrack', 'conntrack n3', { watermark: null }),
    ],
    ['n1', 'n2'],
    ['warning conntrack: of 2 of 3 nothing for 24 h or longer (n2, n3)'],
  ],
  [
    'a gap of today',
    changed('conntrack n1', { gaps: [gap(HOUR, HOUR - MINUTE)] }),
    ['n1'],
    ['warning conntrack n1: a gap within a day, the last from 2026-11-22T02:00:00.000Z (lost)'],
  ],
  [
    'a gap that goes on',
    changed('conntrack n1', { gaps: [gap(2 * DAY, null)] }),
    ['n1'],
    ['warning conntrack n1: a gap within a day, the last from 2026-11-20T03:00:00.000Z (lost)'],
  ],
  ['a gap of long ago', changed('conntrack n1', { gaps: [gap(2 * DAY, DAY)] }), ['n1'], []],
  [
    'rows that could not be read',
    changed('flow log', { rejects: 3 }),
    ['n1'],
    ['warning flow log: 3 rows could not be read'],
  ],
])('%s', (_, sources, nodes, expected) => {
  const checks = checksOf('c', sources, nodes, NOW);
  const told = checks.filter(({ status }) => status !== 'ok');
  expect(told.map(({ status, source, says }) => `${status} ${source}: ${says}`)).toEqual(expected);
  // Whatever is not well has something to do about it.
  expect(told.every(({ fix }) => fix !== null)).toBe(true);
});

test('what is well is said too, and how late it is', () => {
  expect(checksOf('c', WHOLE, ['n1'], NOW).map(({ source, says }) => `${source}: ${says}`)).toEqual([
    'flow log: up to 30 s ago',
    'conntrack: of 1 of 1 up to 30 s ago (n1)',
    'pods: up to 30 s ago',
  ]);
});

const workersOf = (...hosts: readonly string[]): Workers => ({
  stay: async () => undefined,
  seenOf: hosts.map((host, i) => ({ host, pid: 1, isThis: i === 0 })),
  places: { owned: 1, all: 1 },
  reads: () => true,
  onWritten: () => undefined,
});

const storeOf = (
  rest: Partial<Store>,
): Pick<Store, 'probe' | 'server' | 'workers' | 'clusters' | 'sources' | 'nodesAlive' | 'horizons'> => ({
  horizons: async () => EVERYTHING,
  probe: async () => undefined,
  server: null,
  workers: workersOf(),
  clusters: async () => ['c'],
  sources: async () => WHOLE,
  nodesAlive: async () => ['n1'],
  ...rest,
});

test.each<[string, Partial<Store>, string | null, readonly string[]]>([
  ['well', {}, null, ['ok store: it can be written and read']],
  [
    'keeps some for longer',
    { horizons: async () => horizonsAt({ ...allFor(1e15), flows: DAY, minutes: 30 * DAY }, NOW, EVERYTHING) },
    null,
    ['ok store: it can be written and read; it keeps flows from 2026-11-21 on, minutes from 2026-10-23 on'],
  ],
  ['of one cluster', {}, 'c', ['ok store: it can be written and read']],
  [
    'written to by several',
    { server: 'https://ch/unmasq', workers: workersOf('one', 'two') },
    null,
    ['ok store: https://ch/unmasq can be written and read; 2 processes write to it: one (1), two (1)'],
  ],
  [
    'of a cluster that it does not have',
    {},
    'd',
    ['ok store: it can be written and read', 'failed store: it has nothing of the cluster d'],
  ],
  ['empty', { clusters: async () => [] }, null, ['ok store: it can be written and read', 'failed store: it is empty']],
  ['full', { probe: () => Promise.reject(new Error('no room')) }, null, ['failed store: no room']],
])('a store that is %s', async (_, rest, cluster, expected) => {
  const { checks } = await examine(storeOf(rest), [], cluster, NOW);
  expect(
    checks.filter(({ source }) => source === 'store').map(({ status, source, says }) => `${status} ${source}: ${says}`),
  ).toEqual(expected);
});

test('a source that is read by itself says whether it can be had, beside what there is of it', async () => {
  const told = { name: 'https://a/logs', cluster: 'c', ok: false, says: 'there is no container', fix: 'make it' };
  const check = {
    cluster: 'c',
    source: 'https://a/logs',
    status: 'failed',
    says: 'there is no container',
    fix: 'make it',
  };
  const of = async (cluster: string | null) => (await examine(storeOf({}), [told], cluster, NOW)).checks;
  expect(await of('c')).toContainEqual(check);
  expect(await of(null)).toContainEqual(check);
  expect(await of('d')).not.toContainEqual(check);
});
