import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY, instant, LATEST } from '../src/base/instant.ts';
import type { KubeEvent } from '../src/core/facts.ts';
import { FOR_EVER } from '../src/core/retention.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { emptyBatch, START } from './random-world.ts';
import { unmasq } from './program.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/** Events of Kubernetes in the store: each once, as it was told last. */

const { engine, store, read, folder, reopened } = await temporaryStore();

const event = (uid: string, rest: Partial<KubeEvent> = {}): KubeEvent => ({
  uid,
  reason: 'Unhealthy',
  type: 'Warning',
  kind: 'Pod',
  namespace: 'shop',
  name: 'checkout-0',
  node: 'node-0',
  message: 'Readiness probe failed',
  count: 1,
  first: instant(START),
  last: instant(START),
  component: 'kubelet',
  ...rest,
});
const tell = (cluster: string, ...events: readonly KubeEvent[]) =>
  writeOne(store, { ...emptyBatch(cluster, 'events'), format: 'kubernetes-events', events });
const asked = (cluster: string) => ({ cluster, from: instant(0), until: LATEST });
const counts = async (cluster: string): Promise<readonly number[]> =>
  (await store.events(asked(cluster))).map(({ count }) => count);

test('the same look again changes nothing, a later one counts, and an older one no more', async () => {
  const later = { count: 3, last: instant(START + 60_000) };
  expect(await tell('again', event('a'), event('b'))).toEqual({ rows: 2, known: 0 });
  expect(await tell('again', event('b'), event('a'))).toEqual({ rows: 0, known: 2 });
  expect(await tell('again', event('a', later))).toEqual({ rows: 1, known: 0 });
  expect(await tell('again', event('a'))).toEqual({ rows: 0, known: 1 });
  expect(await tell('again', event('b', { last: instant(START + 1) }))).toEqual({ rows: 1, known: 0 });
  const found = await store.events(asked('again'));
  expect(found).toEqual([event('b', { last: instant(START + 1) }), event('a', later)]);
  await engine.run('OPTIMIZE TABLE kubernetes_event FINAL');
  expect(await store.events(asked('again'))).toEqual(found);
  expect(await (await reopened()).events(asked('again'))).toEqual(found);
});

test('of several looks at one event in one write the one that tells most counts', async () => {
  expect(await tell('looks', event('a'), event('a', { count: 9 }), event('a', { count: 4 }))).toEqual({
    rows: 1,
    known: 2,
  });
  expect(await counts('looks')).toEqual([9]);
  const batches = [11, 10, 12].map((count) => ({
    ...emptyBatch('looks', `events-${count}`),
    format: 'kubernetes-events' as const,
    events: [event('a', { count })],
  }));
  expect((await store.write(batches)).map(({ rows }) => rows)).toEqual([1, 0, 1]);
  await engine.run('OPTIMIZE TABLE kubernetes_event FINAL');
  expect(await counts('looks')).toEqual([12]);
});

test('an event that tells no uid is known by what it is about', async () => {
  const [one, other] = [event('', { count: 2 }), event('', { message: 'Liveness probe failed' })];
  expect((await tell('about', event(''), one, other)).rows).toBe(2);
  expect((await tell('about', one, event('', { name: 'checkout-1' }))).rows).toBe(1);
  expect((await counts('about')).toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
});

test('what happened at some moment of an interval is found, its end left out; the newest where there are many', async () => {
  await tell(
    'when',
    event('a', { last: instant(START + 1_000) }),
    event('b', { first: instant(START + 500), last: instant(START + 500) }),
  );
  const found = async (from: number, until: number, limit?: number): Promise<readonly string[]> =>
    (
      await store.events({
        cluster: 'when',
        from: instant(START + from),
        until: instant(START + until),
        ...(limit === undefined ? {} : { limit }),
      })
    ).map(({ uid }) => uid);
  expect(await found(0, 2_000)).toEqual(['b', 'a']);
  expect(await found(0, 2_000, 1)).toEqual(['a']);
  expect(await found(-10, 0)).toEqual([]);
  expect(await found(0, 500)).toEqual(['a']);
  expect(await found(501, 502)).toEqual(['a']);
  expect(await found(1_000, 1_001)).toEqual(['a']);
  expect(await found(1_001, 9_000)).toEqual([]);
});

test('a reader of some namespaces sees the events of these alone, and none of nodes', async () => {
  await tell(
    'whose',
    event('own'),
    event('other', { namespace: 'bank' }),
    event('node', { kind: 'Node', namespace: '', name: 'node-0' }),
  );
  const seen = await restrictedTo(store, ['shop']).events(asked('whose'));
  expect(seen.map(({ uid }) => uid)).toEqual(['own']);
  const asking = await restrictedTo(store, ['shop']).events({ ...asked('whose'), namespaces: ['bank'] });
  expect(asking).toEqual([]);
});

const testdata = join(import.meta.dirname, '../src/formats');
const KUBECTL = join(testdata, 'kube/testdata/events-old-new-and-broken.in.json');
const INSIGHTS = join(testdata, 'log-analytics/testdata/kube-events.in.jsonl');

test('files of events are read, counted with their rejects, and once', async () => {
  for (let i = 0; i < 2; i++) await read('files', KUBECTL, INSIGHTS);
  const events = await store.events(asked('files'));
  expect(events).toHaveLength(9);
  expect(events.find(({ reason }) => reason === 'Scheduled')?.message).toMatch(/^Successfully assigned shop/);
  expect((await store.sources('files')).filter(({ kind }) => kind === 'event')).toMatchObject([
    { name: 'events', rows: 9, rejects: 7, first: Date.parse('2026-11-22T03:00:00Z'), gaps: [] },
  ]);
});

test('unmasq ingest takes a file of events, and unmasq sources counts them', () => {
  const data = ['--data', join(folder, 'program'), '--cluster', 'shop'];
  const ingested = unmasq(['ingest', ...data, KUBECTL, '-o', 'json']);
  expect(ingested.status).toBe(0);
  expect(JSON.parse(ingested.stdout)).toMatchObject({
    objects: [{ format: 'kubernetes-events', rows: 6, rejects: 5 }],
  });
  const again = unmasq(['ingest', ...data, KUBECTL, '-o', 'json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ objects: [{ rows: 0, known: 6, rejects: 5 }] });
  const sources = unmasq(['sources', ...data, '-o', 'json']);
  expect(JSON.parse(sources.stdout)).toMatchObject({
    items: [{ name: 'events', kind: 'event', rows: 6, watermark: '2026-11-22T03:11:00.000Z' }],
  });
}, 180_000);

/** The last: it moves the horizon of the store. */
test('an event is kept as long as what verdicts rest on, by when it happened last', async () => {
  const now = instant(START + 40 * DAY);
  const old = event('old');
  const goesOn = event('goes on', { last: instant(START + 20 * DAY) });
  const batch = { ...emptyBatch('kept', 'events'), format: 'kubernetes-events' as const, events: [old, goesOn] };
  await writeOne(store, batch);
  await store.expire({ ...FOR_EVER, flows: 30 * DAY }, now, true);
  expect((await store.events(asked('kept'))).map(({ uid }) => uid)).toEqual(['goes on']);
  expect(await engine.rows('SELECT uid FROM kubernetes_event')).toEqual([{ uid: 'goes on' }]);
  expect(await writeOne(store, { ...batch, events: [old] })).toMatchObject({ rows: 0, expired: 1 });
});
