import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../base/instant.ts';
import type { Taken } from '../decoder.ts';
import { kubernetesDecoder } from './kubernetes-decoder.ts';

const decode = (
  bytes: Uint8Array | string,
  context: { name?: string; at?: Instant | null } = {},
  cuts: readonly number[] = [],
): Taken => {
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const decoder = kubernetesDecoder({ name: context.name ?? '', at: context.at ?? null });
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (all.length + 1)).sort((a, b) => a - b), all.length]) {
    decoder.push(all.slice(from, cut));
    from = cut;
  }
  decoder.end();
  return decoder.take();
};

const T0 = Date.UTC(2026, 10, 22, 3);
const iso = (s: number): string => new Date(T0 + s * 1_000).toISOString();
const at = (s: number): Instant => instant(T0 + s * 1_000);
const pod = (name: string, created: number, status: object = {}, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: `uid-${name}`, namespace: 'shop', creationTimestamp: iso(created), ...metadata },
  spec: { nodeName: 'n' },
  status: { phase: 'Running', ...status },
});
const podList = (items: readonly object[], metadata: object = { resourceVersion: '1' }): string =>
  JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items });
const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const ended = (finished: number): object => ({
  state: { terminated: { startedAt: iso(1), finishedAt: iso(finished) } },
});
const running = { state: { running: { startedAt: iso(1) } } };

test.each<[string, object, object, number | null]>([
  [
    'a finished job ended with its last container',
    { phase: 'Succeeded', containerStatuses: [ended(9), ended(7)] },
    {},
    9,
  ],
  [
    'all containers ended, but the pod runs on and will restart them',
    { phase: 'Running', containerStatuses: [ended(9)] },
    {},
    null,
  ],
  ['one container still runs', { phase: 'Failed', containerStatuses: [ended(9), running] }, {}, null],
  ['a terminating pod whose containers ended', { containerStatuses: [ended(9)] }, { deletionTimestamp: iso(30) }, 9],
  [
    'a sidecar outlives the job',
    { phase: 'Succeeded', containerStatuses: [ended(9)], initContainerStatuses: [running] },
    {},
    null,
  ],
  [
    'a sidecar ended after the job',
    { phase: 'Succeeded', containerStatuses: [ended(9)], initContainerStatuses: [ended(11)] },
    {},
    11,
  ],
  [
    'an end at an unknown time',
    { phase: 'Failed', containerStatuses: [{ state: { terminated: { finishedAt: null } } }] },
    {},
    null,
  ],
  ['an evicted pod that tells of no container', { phase: 'Failed', reason: 'Evicted', podIP: '10.244.1.5' }, {}, null],
])('end: %s', (_, status, metadata, expected) => {
  const [seen] = decode(podList([pod('a', 0, status, metadata)])).facts.pods;
  expect(seen?.finishedAt).toBe(expected === null ? null : at(expected));
});

test('the start is that of the first container that ever ran, restarts included', () => {
  const restarted = {
    state: { running: { startedAt: iso(50) } },
    lastState: { terminated: { startedAt: iso(20), finishedAt: iso(40) } },
  };
  const [seen] = decode(podList([pod('a', 0, { containerStatuses: [restarted] })])).facts.pods;
  expect(seen?.startedAt).toBe(at(20));
});

test.each<[string, { name?: string; at?: Instant }, number]>([
  ['what the caller says', { at: at(500), name: '2026-11-22T03-09-00Z.json' }, 500],
  ['else the time in the name', { name: 'pods-2026-11-22T03-09-00Z.json' }, 540],
  ['else the latest time in it, when the name is older', { name: 'pods-2026-11-22T03-00-01Z.json' }, 100],
  ['else the latest time in it', {}, 100],
])('a list was taken at: %s', (_, context, expected) => {
  const list = podList([
    pod('a', 100),
    pod('b', 5, {}, { deletionTimestamp: iso(900), deletionGracePeriodSeconds: 850 }),
  ]);
  const { facts } = decode(list, context);
  expect(facts.pods.map((seen) => seen.at)).toEqual([at(expected), at(expected)]);
  expect(facts.pods[1]?.deletionAskedAt).toBe(at(50));
  expect(facts.looks).toEqual([{ kind: 'list', of: 'pods', from: at(expected), until: at(expected) }]);
});

test.each<[string, string]>([
  ['a page of a longer list', podList([pod('a', 1)], { resourceVersion: '1', continue: 'next' })],
  ["one kubelet's list", podList([pod('a', 1)], {})],
  ['a torn list', podList([pod('a', 1), pod('b', 2)]).slice(0, -60)],
  ['a list with an element that could not be read', podList([pod('a', 1), { metadata: {} }])],
])('no look at everything: %s', (_, text) => {
  const { facts } = decode(text);
  expect(facts.pods.length).toBeGreaterThan(0);
  expect(facts.looks).toEqual([]);
});

test('an empty list is a look when the time is known', () => {
  expect(decode(podList([]), { at: at(7) }).facts.looks).toEqual([
    { kind: 'list', of: 'pods', from: at(7), until: at(7) },
  ]);
  expect(decode(podList([])).ignored).toEqual({ 'look: empty list without a time': 1 });
});

test('a list whose kind comes after its items is read all the same', () => {
  const items = [
    {
      metadata: { name: 'n', uid: 'u', creationTimestamp: iso(1) },
      status: { nodeInfo: { operatingSystem: 'windows' } },
    },
  ];
  const { facts } = decode(
    JSON.stringify({ apiVersion: 'v1', items, kind: 'NodeList', metadata: { resourceVersion: '5' } }),
  );
  expect(facts.nodes.map(({ name, os }) => [name, os])).toEqual([['n', 'windows']]);
  expect(facts.looks.map((look) => look.of)).toEqual(['nodes']);
});

test('a watch has watched nothing before it told what exists', () => {
  const { facts } = decode(
    event('ADDED', pod('old', 0)) +
      event('ADDED', pod('young', 60)) +
      event('MODIFIED', pod('old', 0)) +
      event('ADDED', pod('new', 90)),
  );
  expect(facts.looks).toEqual([{ kind: 'watch', of: 'pods', from: at(60), until: at(90) }]);
});

test('a watch that expired leaves a gap, and what follows is a stretch of its own', () => {
  const expired = event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
  const { facts, ignored } = decode(
    event('ADDED', pod('a', 0)) +
      event('DELETED', pod('a', 0, { containerStatuses: [ended(30)] })) +
      expired +
      event('ADDED', pod('b', 99)),
  );
  expect(facts.gaps).toEqual([
    { source: 'watch', node: '', from: at(30), until: null, why: 'the watch ended: 410 Expired' },
  ]);
  expect(facts.looks.map(({ from, until }) => [from, until])).toEqual([
    [at(0), at(30)],
    [at(99), at(99)],
  ]);
  expect(facts.pods[1]?.finishedAt).toBe(at(30));
  expect(ignored).toEqual({ ERROR: 1 });
});

test('an event that could not be read leaves a gap; a torn tail does not', () => {
  expect(decode(`${event('ADDED', pod('a', 0))}{"type":"MODIFIED","object":{}}\n`).facts.gaps.length).toBe(1);
  expect(decode(`${event('ADDED', pod('a', 0))}{"type":"MODI`).facts.gaps).toEqual([]);
});

test('hostile names survive untouched', () => {
  const name = '__proto__\u202e"\u0000<script>';
  const { facts } = decode(podList([pod(name, 0, {}, { labels: { constructor: 'x' }, namespace: name })]));
  expect(facts.pods.map((seen) => [seen.name, seen.namespace])).toEqual([[name, name]]);
});

const testdata = join(import.meta.dirname, 'testdata');
const samples = readdirSync(testdata)
  .filter((name) => name.includes('.in.'))
  .map((name) => readFileSync(join(testdata, name)));

test('law: the facts do not depend on how the input was cut', () => {
  const sample = fc.nat(samples.length - 1).map((i) => samples[i] as Uint8Array);
  fc.assert(
    fc.property(sample, fc.array(fc.nat(50_000)), (bytes, cuts) => {
      expect(decode(bytes, {}, cuts)).toEqual(decode(bytes));
    }),
    { numRuns: 30 },
  );
});

test('law: every element is a fact, ignored, or a reject', () => {
  const element = fc.oneof(
    fc.nat(99).map((i) => ({ row: pod(`p${i}`, i), counts: 'fact' })),
    fc
      .constantFrom('Service', '__proto__', 'toString')
      .map((kind) => ({ row: { kind, metadata: {} }, counts: 'ignored' })),
    fc
      .constantFrom<unknown>({}, [], 1, 'x', null, { kind: 'Pod' }, { kind: 'Node', metadata: { name: 'n' } })
      .map((row) => ({ row, counts: 'reject' })),
  );
  fc.assert(
    fc.property(fc.array(element), fc.constantFrom('list', 'lines'), (elements, layout) => {
      const rows = elements.map(({ row }) => JSON.stringify(row));
      const taken = decode(
        layout === 'list'
          ? `{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":""},"items":[${rows.join(',')}]}`
          : `[${rows.join(',\n')}]`,
      );
      const count = (what: string): number => elements.filter(({ counts }) => counts === what).length;
      const ignored = Object.entries(taken.ignored).filter(([name]) => !name.startsWith('look'));
      expect(taken.facts.pods.length).toBe(count('fact'));
      expect(ignored.reduce((sum, [, n]) => sum + n, 0)).toBe(count('ignored'));
      expect(taken.rejects.length).toBe(count('reject'));
    }),
    { numRuns: 200 },
  );
});
