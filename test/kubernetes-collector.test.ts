import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { instant } from '../src/base/instant.ts';
import type { Batch, TakeIn } from '../src/core/ports.ts';
import { ingest } from '../src/app/ingest.ts';
import type { Access } from '../src/sources/kubernetes/api-server.ts';
import { kubernetesCollector } from '../src/sources/kubernetes/kubernetes-collector.ts';
import { type Timing, TIMING } from '../src/sources/kubernetes/reflector.ts';
import { type Fault, KubeApiServer, type KubeApiServerOptions } from './kube-api-server/kube-api-server.ts';
import { eventObject, nodeObject, podObject } from './kube-api-server/objects.ts';
import { OPAQUE } from './kube-api-server/versions.ts';
import { KUSTOMIZE, resourcesOf } from './manifests.ts';

const T0 = Date.UTC(2026, 10, 22, 3);
const pod = (name: string, note = '') =>
  podObject(
    { uid: `uid-${name}`, namespace: 'shop', name, node: 'node-0', createdAt: T0 },
    { acceptedAt: T0, startedAt: T0, ip: '10.244.0.7', phase: 'Running', note },
  );

const FAST: Timing = { ...TIMING, idleMs: 5_000, handOverEveryMs: 2, page: 2 };

/** A collector at a server; time stands still but for pauses, which pass at once and are counted. */
class Bench {
  readonly server: KubeApiServer;
  readonly batches: Batch[] = [];
  readonly log: string[] = [];
  readonly pauses: number[] = [];
  refusals = 0;
  now = T0 + 60_000;
  renewed = 0;
  credentials: () => Promise<RequestOptions> = () => Promise.resolve({ headers: {} });
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private collector: ReturnType<typeof kubernetesCollector> | null = null;

  constructor(options: Partial<KubeApiServerOptions> = {}) {
    this.server = new KubeApiServer({ now: () => this.now, versions: OPAQUE, ...options });
    // Most tests are of who is there: events may not be listed there, which is no trouble.
    this.server.forbidden.add('list events');
    this.server.put(nodeObject('node-0', T0));
    this.server.put(pod('a'));
    this.server.put(pod('b'));
    this.server.put(pod('c'));
  }

  async start(timing: Partial<Timing> = {}): Promise<void> {
    const url = new URL(await this.server.listen());
    const access: Access = {
      server: url,
      name: 'test',
      credentials: () => this.credentials(),
      renew: () => void this.renewed++,
    };
    const ports = {
      access,
      now: () => instant(this.now),
      random: () => 0.5,
      pause: async (ms: number) => {
        this.pauses.push(ms);
        this.now += ms;
        await new Promise(setImmediate);
      },
      log: (line: string) => void this.log.push(line),
    };
    const collector = kubernetesCollector(ports, { ...FAST, ...timing }, 'test');
    this.collector = collector;
    this.running = collector.run(this.take, this.stop.signal);
  }

  readonly take: TakeIn = async (objects, of) => {
    if (this.refusals > 0) {
      this.refusals--;
      throw new Error('the store is away');
    }
    const into = {
      write: (batches: readonly Batch[]) => {
        this.batches.push(...batches);
        return Promise.resolve(batches.map(() => ({ rows: 1, known: 0 })));
      },
      writeRows: 600_000,
      keepCursors: () => Promise.resolve(),
    };
    const options = { ...of, interrupted: () => false, progress: () => undefined };
    const taken = await ingest(objects, into, options);
    if (!taken.ok) throw new Error(taken.problem.what);
    return taken.value.objects;
  };

  get pods() {
    return this.batches.flatMap((batch) => batch.pods).map(({ name, event }) => `${event} ${name}`);
  }

  get nodes() {
    return this.batches.flatMap((batch) => batch.nodes).map(({ name, event }) => `${event} ${name}`);
  }

  get events() {
    return this.batches
      .flatMap((batch) => batch.events ?? [])
      .map(({ uid, name, count, component, node }) => `${uid} ${name} ${count} ${component} ${node}`);
  }

  measure(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return (this.collector?.measures() ?? [])
      .filter((one) => one.name === `unmasq_kubernetes_${name}`)
      .filter((one) =>
        Object.entries({ resource: 'pods', ...labels }).every(([key, value]) => one.labels[key] === value),
      )
      .reduce((sum, one) => sum + one.value, 0);
  }

  async check() {
    return this.collector?.check?.(this.stop.signal);
  }

  async until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries++) {
      if (tries > 1_500) throw new Error(`it did not come: ${this.pods.join(', ')}; ${this.log.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  async close(): Promise<void> {
    await this.end();
    await this.server.close();
  }
}

let bench: Bench | null = null;
const benchOf = async (options: Partial<KubeApiServerOptions> = {}, timing: Partial<Timing> = {}): Promise<Bench> => {
  bench = new Bench(options);
  await bench.start(timing);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});
/** What both resources need before the history goes on. */
const watching = (b: Bench): Promise<void> => b.until(() => b.server.watching === 2);

test('everything is listed, page by page, and watched from there; what changes nothing that is used is not written', async () => {
  const b = await benchOf();
  await watching(b);
  b.server.put(pod('a', 'another note'));
  b.server.put(pod('d'));
  b.server.remove(pod('b'));
  await b.until(() => b.pods.length === 5);
  expect(b.pods).toEqual(['listed a', 'listed b', 'listed c', 'added d', 'deleted b']);
  expect(b.nodes).toEqual(['listed node-0']);
  const looks = b.batches.flatMap((batch) => batch.looks);
  expect(looks.map(({ kind, of }) => `${kind} ${of}`).sort()).toEqual(['sample nodes', 'sample pods']);
  expect(b.measure('events_unchanged_total')).toBe(1);
  expect(b.measure('objects')).toBe(3);
  expect(new Set(b.batches.map(({ object }) => object)).size).toBe(2);
});

/** A collector that may list events, and has listed them. */
const withEvents = async (): Promise<Bench> => {
  const b = new Bench();
  bench = b;
  b.server.forbidden.clear();
  b.server.put(eventObject('e1', 'a', 1, T0, T0));
  await b.start();
  await watching(b);
  await b.until(() => b.server.requests.some((path) => path.startsWith('/api/v1/events?watch')));
  return b;
};

test('events are listed and watched where that is granted; that one is deleted says nothing of it', async () => {
  const b = await withEvents();
  const later = eventObject('e1', 'a', 2, T0, T0 + 30_000);
  b.server.put(later);
  b.server.put({ ...later, metadata: { ...later.metadata, labels: { a: 'b' } } });
  b.server.remove(later);
  b.server.put(eventObject('e2', 'b', 1, T0 + 40_000, T0 + 40_000));
  await b.until(() => b.events.length === 3);
  expect(b.events).toEqual([
    'uid-of-e1 a 1 kubelet node-0',
    'uid-of-e1 a 2 kubelet node-0',
    'uid-of-e2 b 1 kubelet node-0',
  ]);
  expect(await b.check()).toMatchObject({ ok: true, says: 'pods, nodes and events can be listed', fix: null });
});

test('events that were missed are listed again, and open no gap of pods', async () => {
  const b = await withEvents();
  b.now += 120_000;
  b.server.breakWatches('end');
  b.server.put(eventObject('e3', 'c', 1, T0, T0));
  b.server.compact();
  await b.until(() => b.events.length === 3);
  await watching(b);
  await b.end();
  const of = b.batches.filter(({ format }) => format === 'kubernetes-events');
  expect(of.flatMap(({ gaps, looks, rejects }) => [...gaps, ...looks, ...rejects])).toEqual([]);
  expect(b.events.at(-1)).toBe('uid-of-e3 c 1 kubelet node-0');
});

test('who may not list events goes on without them: nothing is logged, and a check says so', async () => {
  const b = await benchOf();
  await watching(b);
  expect(await b.check()).toEqual({
    name: 'kubernetes test',
    cluster: 'test',
    ok: true,
    says: 'pods and nodes can be listed; no events are read: system:serviceaccount:monitoring:unmasq may not list events in all namespaces',
    fix: expect.stringContaining('--resource=pods,nodes,events') as string,
  });
  expect(b.log).toEqual([]);
  expect(b.server.requests.filter((path) => path.startsWith('/api/v1/events'))).toHaveLength(2);
});

test('all that deploy/kustomize grants is what is asked for, and nothing else', async () => {
  const b = await withEvents();
  const asked = b.server.requests.map((path) => {
    const url = new URL(path, 'http://server');
    return `${url.searchParams.has('watch') ? 'watch' : 'list'} ${url.pathname.replace('/api/v1/', '')}`;
  });
  // Nothing but the base grants: what the others patch are no roles.
  const manifests = resourcesOf(join(KUSTOMIZE, 'base'));
  const rules = manifests.flatMap((one) => one.rules ?? []);
  const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((of) => verbs.map((verb) => `${group}${verb} ${of}`))),
  );
  expect(
    rules.flatMap((rule) => Object.keys(rule)).filter((key) => !/^(?:apiGroups|resources|verbs)$/.test(key)),
  ).toEqual([]);
  expect(new Set(granted)).toEqual(new Set(asked));
});

test('a connection whose other end is gone is given up, and the watch goes on elsewhere', async () => {
  const b = await benchOf({}, { idleMs: 60 });
  await watching(b);
  b.server.breakWatches('mute');
  b.server.put(pod('d'));
  await b.until(() => b.pods.includes('added d'));
  expect(b.measure('failures_total', { reason: 'idle' })).toBeGreaterThan(0);
  expect(b.measure('lists_total')).toBe(1);
});

test.each(['end', 'torn', 'reset'] as const)('a watch that breaks off (%s) goes on from where it was', async (how) => {
  const b = await benchOf();
  await watching(b);
  b.server.put(pod('d'));
  await b.until(() => b.pods.includes('added d'));
  // The version of the list is no longer known; that of the last event is.
  b.server.compact();
  b.server.breakWatches(how);
  b.server.remove(pod('a'));
  await b.until(() => b.pods.includes('deleted a'));
  expect(b.pods).toEqual(['listed a', 'listed b', 'listed c', 'added d', 'deleted a']);
  expect(b.measure('lists_total')).toBe(1);
});

test.each(['status', 'event'] as const)(
  'a version that is too old (410 as %s) is listed anew, and leaves a gap',
  async (how) => {
    const b = await benchOf();
    await watching(b);
    b.server.expiredAs = how;
    b.server.put(pod('d'));
    await b.until(() => b.pods.includes('added d'));
    b.server.breakWatches('reset');
    b.server.remove(pod('d'));
    b.server.put(pod('e'));
    b.server.compact();
    await b.until(() => b.pods.includes('listed e'));
    await watching(b);
    expect(b.measure('lists_total', { reason: 'expired' })).toBe(1);
    expect(b.pods).not.toContain('deleted d');
    const [gap] = b.batches.flatMap((batch) => batch.gaps);
    expect(gap).toMatchObject({ source: 'watch', why: 'the watch ended: 410 expired' });
    // Who is missing in the list that is of a known time was deleted in between.
    expect(
      b.batches.flatMap((batch) => batch.looks).filter((look) => look.kind === 'sample' && look.of === 'pods').length,
    ).toBe(2);
  },
);

test('a continuation that expires begins the list again, and pages grow until they come in time', async () => {
  const b = new Bench();
  bench = b;
  for (let i = 0; i < 20; i++) b.server.put(pod(`p${i}`));
  // Each page that is asked for is of a past that is gone by then.
  const compacting = setInterval(() => {
    b.server.put(nodeObject('node-0', T0, String(Math.random())));
    b.server.compact();
  }, 0);
  await b.start({ page: 1 });
  await b.until(() => b.measure('objects') === 23);
  clearInterval(compacting);
  expect(b.measure('failures_total', { reason: 'expired' })).toBeGreaterThanOrEqual(2);
  expect(b.server.requests).toContain('/api/v1/pods?limit=2');
});

test('a page that fails is asked for again, and not those before it', async () => {
  const b = new Bench();
  bench = b;
  for (let i = 0; i < 7; i++) b.server.put(pod(`p${i}`));
  b.server.faults.push({ on: 'page', times: 3, status: 429, reason: 'TooManyRequests' });
  await b.start();
  await watching(b);
  expect(b.server.requests.filter((path) => path === '/api/v1/pods?limit=2').length).toBe(1);
  expect(b.pods.length).toBe(10);
  expect(b.batches.flatMap((batch) => batch.looks).filter(({ of }) => of === 'pods').length).toBe(1);
});

test.each<[string, Omit<Fault, 'on' | 'times'>, string]>([
  ['is a bad request', { status: 400, reason: 'BadRequest' }, 'http-400'],
  [
    'is of a future that the server does not know',
    { status: 504, reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
    'version-unknown',
  ],
])('a watch that %s would be so again: everything is listed anew', async (_, fault, reason) => {
  const b = await benchOf();
  await watching(b);
  b.server.faults.push({ on: 'watch', times: 2, ...fault });
  b.server.breakWatches('end');
  b.server.remove(pod('a'));
  await b.until(() => b.measure('lists_total', { reason: 'failed' }) > 0);
  await watching(b);
  expect(b.measure('failures_total', { reason })).toBeGreaterThan(0);
  expect(b.batches.flatMap((batch) => batch.gaps).map(({ why }) => why)).toContain(
    `the watch ended: ${fault.status} failed`,
  );
});

test('a refusal whose end never comes is one nevertheless', async () => {
  const b = new Bench();
  bench = b;
  b.server.faults.push({ on: 'any', times: 3, status: 500, reason: 'InternalError', hangs: true });
  await b.start({ answerMs: 40 });
  await watching(b);
  expect(b.pods).toEqual(['listed a', 'listed b', 'listed c']);
});

test('nothing ends it but being told to: neither what cannot be sent, nor credentials that never come', async () => {
  const b = new Bench();
  bench = b;
  const ways = [
    () => Promise.resolve({ headers: { Authorization: 'Bearer a\nb' } }),
    () => Promise.reject(new Error('no such file')),
    () => new Promise<RequestOptions>(() => undefined),
  ];
  let asked = 0;
  // Pods, nodes and events ask, each by itself.
  b.credentials = () => (ways[Math.floor(asked++ / 3)] ?? (() => Promise.resolve({ headers: {} })))();
  await b.start({ answerMs: 40 });
  await watching(b);
  expect(b.log[0]).toContain('Invalid character in header content');
  expect(b.measure('failures_total', { reason: 'credentials' })).toBe(2);
  // The end is not kept waiting either.
  b.credentials = () => new Promise(() => undefined);
  b.server.breakWatches('end');
  await b.until(() => b.server.watching === 0);
  await b.end();
});

test('what the server asks for is honoured, and a pause stands between any two rounds', async () => {
  const b = new Bench();
  bench = b;
  b.server.faults.push({
    on: 'list',
    times: 6,
    status: 429,
    reason: 'TooManyRequests',
    headers: { 'Retry-After': '45' },
  });
  b.server.faults.push({ on: 'watch', times: 20, status: 503, reason: 'ServiceUnavailable' });
  await b.start();
  await watching(b);
  expect(b.pauses.filter((ms) => ms >= 45_000).length).toBe(6);
  expect(b.pauses.length).toBe(26);
  // Doubled, spread by half, up to half a minute.
  expect(Math.max(...b.pauses.filter((ms) => ms < 45_000))).toBe(22_500);
});

test('a watch that ends as soon as it began is not asked for in a tight loop', async () => {
  const b = await benchOf();
  await watching(b);
  const before = { requests: b.server.requests.length, now: b.now };
  const ending = setInterval(() => b.server.breakWatches('end'), 0);
  await b.until(() => b.server.requests.length - before.requests >= 30);
  clearInterval(ending);
  expect((b.now - before.now) / 30).toBeGreaterThan(5_000);
});

test('who may not is told which line grants it, and goes on when it was granted', async () => {
  const b = new Bench();
  bench = b;
  b.server.forbidden.add('list pods').add('watch nodes');
  await b.start();
  await b.until(() => ['pods', 'nodes'].every((of) => b.log.some((line) => line.includes(`kubernetes ${of}`))));
  const GRANT =
    'kubectl create clusterrole unmasq --verb=list,watch --resource=pods,nodes,events && kubectl create clusterrolebinding unmasq --clusterrole=unmasq --serviceaccount=monitoring:unmasq';
  const who = 'system:serviceaccount:monitoring:unmasq may not';
  expect(await b.check()).toEqual({
    name: 'kubernetes test',
    cluster: 'test',
    ok: false,
    says: `${who} list pods in all namespaces`,
    fix: GRANT,
  });
  expect(b.log).toContain(`kubernetes pods of test: ${who} list pods in all namespaces: ${GRANT}`);
  expect(b.log).toContain(`kubernetes nodes of test: ${who} watch nodes in all namespaces: ${GRANT}`);
  b.server.forbidden.clear();
  await watching(b);
  expect(await b.check()).toMatchObject({ ok: true, says: 'pods, nodes and events can be listed', fix: null });
  expect(b.log.at(-1)).toMatch(/again$/);
});

test('credentials that are no longer taken are made anew', async () => {
  const b = await benchOf();
  await watching(b);
  b.server.token = 'another';
  b.server.breakWatches('reset');
  await b.until(() => b.renewed >= 2);
  expect(b.log[0]).toContain('does not know who we are');
});

/** The watches break off, and for a minute nobody can be reached; then they go on. */
const away = async (b: Bench, meanwhile: () => void): Promise<void> => {
  const faults = [0, 1].map(() => ({ on: 'watch' as const, times: 1_000, status: 503, reason: 'ServiceUnavailable' }));
  b.server.faults.push(...faults);
  b.server.breakWatches('reset');
  meanwhile();
  b.now += 60_000;
  for (const fault of faults) fault.times = 0;
};
const phase = (name: string, uid = `uid-${name}`) =>
  podObject({ uid, namespace: 'shop', name, node: 'node-0', createdAt: T0 }, { acceptedAt: T0, phase: 'Failed' });

test('what happened while nobody watched is of then; of a deletion nobody knows more than that it was over', async () => {
  const b = await benchOf();
  await watching(b);
  const lost = b.now;
  await away(b, () => {
    b.now = lost + 10_000;
    b.server.put(phase('a'));
    b.now = lost + 12_000;
    b.server.remove(phase('a'));
  });
  await b.until(() => b.pods.includes('deleted a'));
  const [modified, deleted] = b.batches.flatMap((batch) => batch.pods).slice(-2);
  expect([modified?.event, modified?.at]).toEqual(['modified', lost + 10_000]);
  expect(deleted?.at).toBeGreaterThanOrEqual(lost + 72_000);
});

test('a watch that is behind has come as far as what it told, and no further', async () => {
  const b = await benchOf();
  await watching(b);
  const lost = b.now;
  await away(b, () => {
    b.now = lost + 10_000;
    b.server.put(pod('d'));
    b.now = lost + 20_000;
    b.server.put(pod('e'));
    b.server.remove(pod('e'));
    b.server.cutAfter = 1;
    b.server.whenCut = () => b.server.compact();
  });
  await b.until(() => b.measure('lists_total', { reason: 'expired' }) > 0);
  const looks = b.batches
    .flatMap((batch) => batch.looks)
    .filter(({ kind, of }) => kind === 'watching' && of === 'pods');
  expect(Math.max(...looks.filter(({ from }) => from <= lost).map(({ until }) => until))).toBe(lost + 10_000);
});

test('what comes after a list is later than the list, though stamps are whole seconds', async () => {
  const b = new Bench();
  bench = b;
  b.now += 700;
  await b.start();
  await watching(b);
  b.now += 100;
  b.server.put(pod('d'));
  await b.until(() => b.pods.includes('added d'));
  const listed = b.batches.flatMap((batch) => batch.looks).find(({ kind, of }) => kind === 'sample' && of === 'pods');
  expect(b.batches.flatMap((batch) => batch.pods).at(-1)?.at).toBeGreaterThanOrEqual(listed?.from ?? Infinity);
});

test('a store that is away stops the reading, and nothing is lost or told out of order', async () => {
  const b = await benchOf();
  await watching(b);
  b.refusals = 3;
  for (let i = 0; i < 50; i++) b.server.put(pod(`p${i}`));
  await b.until(() => b.pods.length === 53);
  expect(b.pods.slice(3)).toEqual(Array.from({ length: 50 }, (_, i) => `added p${i}`));
  expect(b.measure('hand_over_failures_total') + b.measure('hand_over_failures_total', { resource: 'nodes' })).toBe(3);
});

test('an idle cluster is known to be watched: bookmarks say so, once a minute and no more', async () => {
  const b = await benchOf();
  await watching(b);
  const watchedUntil = () =>
    b.batches
      .flatMap((batch) => batch.looks)
      .filter((look) => look.kind === 'watching' && look.of === 'pods')
      .map((look) => look.until - T0);
  for (let i = 0; i < 30; i++) {
    b.now += 10_000;
    const seen = b.measure('events_total', { type: 'BOOKMARK' });
    b.server.bookmark();
    await b.until(() => b.measure('events_total', { type: 'BOOKMARK' }) > seen);
  }
  await b.end();
  // Five minutes and what the end adds; each ten seconds behind its bookmark.
  expect(watchedUntil().length).toBeGreaterThanOrEqual(5);
  expect(watchedUntil().length).toBeLessThanOrEqual(7);
  expect(watchedUntil().at(-1)).toBe(60_000 + 300_000 - 10_000);
});
