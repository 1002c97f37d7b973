import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { instant } from '../src/base/instant.ts';
import type { Batch, TakeIn } from '../src/core/ports.ts';
import type { PodLease, Watched } from '../src/core/attribution/lease.ts';
import { ingest } from '../src/app/ingest.ts';
import { kubernetesCollector } from '../src/sources/kubernetes/kubernetes-collector.ts';
import { TIMING } from '../src/sources/kubernetes/reflector.ts';
import { inventoryFrom, watchedSpans } from '../src/store/inventory.ts';
import { inOnePlace } from '../src/store/parts.ts';
import { SEED } from './drawn.ts';
import { KubeApiServer } from './kube-api-server/kube-api-server.ts';
import { RandomCluster, type Step } from './kube-api-server/random-cluster.ts';
import { NUMBERS, OPAQUE } from './kube-api-server/versions.ts';
import { temporaryStore, type TemporaryStore } from './temporary-store.ts';

let store: TemporaryStore;
beforeAll(async () => {
  store = await temporaryStore();
});

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 10, 22, 3);

/** What befalls the collector, or the way between it and the server. */
type Mishap =
  | { readonly do: 'break'; readonly how: 'end' | 'torn' | 'reset' | 'mute' }
  | { readonly do: 'restart'; readonly how: 'kill' | 'term' }
  | { readonly do: 'away'; readonly until: 'a version that is gone' | 'a version that is there' }
  | { readonly do: 'fault'; readonly status: 429 | 500 | 503; readonly times: number }
  | { readonly do: 'store-away'; readonly times: number }
  | { readonly do: 'settle' };
type Happening = { readonly wait: number } & (Step | Mishap);

/** A random cluster, its server, and collectors at it, one after another. Time is what the history says it is. */
class World {
  readonly batches: Batch[] = [];
  readonly cluster: RandomCluster;
  now: number;
  readonly began: number;
  private readonly server: KubeApiServer;
  private refusals = 0;
  private isDown = false;
  private url = new URL('http://nowhere');
  private stop = new AbortController();
  private alive = { is: true };
  private running: Promise<void> = Promise.resolve();
  private collector: ReturnType<typeof kubernetesCollector> | null = null;

  constructor(number: number, skews: readonly number[], isOpaque: boolean) {
    this.began = T0 + number * DAY;
    this.now = this.began;
    this.server = new KubeApiServer({ now: () => this.now, versions: isOpaque ? OPAQUE : NUMBERS });
    this.cluster = new RandomCluster(this.server, () => this.now, skews, number);
  }

  async open(): Promise<void> {
    this.url = new URL(await this.server.listen());
    this.start();
    await this.settle();
  }

  async happen({ wait, ...what }: Happening): Promise<void> {
    // A watch is behind by a moment, not by minutes: what is under way arrives before time goes on.
    await this.drain();
    this.now += wait;
    switch (what.do) {
      case 'break':
        return this.server.breakWatches(what.how);
      case 'restart':
        return this.restart(what.how === 'kill');
      case 'away':
        this.isDown = what.until === 'a version that is gone';
        if (this.isDown) this.server.breakWatches('reset');
        return;
      case 'fault':
        this.server.faults.push({ on: 'any', times: what.times, status: what.status, reason: 'Injected' });
        return;
      case 'store-away':
        this.refusals += what.times;
        return;
      case 'settle':
        return this.settle();
      default:
        this.cluster.step(what);
    }
  }

  /** The collector has seen everything, and the store has it. */
  async settle(): Promise<void> {
    if (this.isDown) this.server.compact();
    this.isDown = false;
    // A store that is still away when the collector is stopped loses what waits for it.
    this.refusals = 0;
    for (let tries = 0; ; tries++) {
      if (tries > 2_000) throw new Error('the collector does not come to rest');
      await this.drain();
      if (this.server.isAtRest) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.server.bookmark();
    await this.drain();
  }

  async close(): Promise<void> {
    await this.settle();
    this.now += 120_000;
    this.server.bookmark();
    await this.drain();
    this.stop.abort();
    await this.running;
    await this.server.close();
  }

  private async drain(): Promise<void> {
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
  }

  private async restart(isKill: boolean): Promise<void> {
    // Of a killed process nothing is stored any more, whatever it still had.
    this.alive.is = !isKill;
    this.stop.abort();
    await this.running;
    this.start();
  }

  private start(): void {
    const alive = { is: true };
    const stop = new AbortController();
    Object.assign(this, { alive, stop });
    const ports = {
      access: {
        server: this.url,
        name: 'test',
        // Where the way to the server is cut, nothing is listened to.
        credentials: () => (this.isDown ? Promise.reject(new Error('down')) : Promise.resolve({})),
        renew: () => undefined,
      },
      now: () => instant(this.now),
      random: () => 0.5,
      pause: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
      log: () => undefined,
    };
    this.collector = kubernetesCollector(ports, { ...TIMING, idleMs: 25, handOverEveryMs: 1, page: 3 }, 'test');
    this.running = this.collector.run(this.takeWhile(alive), stop.signal);
  }

  private takeWhile(alive: { readonly is: boolean }): TakeIn {
    return async (objects, of) => {
      if (!alive.is) throw new Error('killed');
      if (this.refusals > 0) {
        this.refusals--;
        throw new Error('the store is away');
      }
      const batches: Batch[] = [];
      const into = {
        write: (some: readonly Batch[]) => {
          batches.push(...some);
          return Promise.resolve(some.map(() => ({ rows: 0, known: 0 })));
        },
        writeRows: 600_000,
        keepCursors: () => Promise.resolve(),
      };
      const taken = await ingest(objects, into, { ...of, interrupted: () => false, progress: () => undefined });
      if (!taken.ok || !alive.is) throw new Error('killed');
      this.batches.push(...batches);
      return taken.value.objects;
    };
  }
}

const step: fc.Arbitrary<Step | Mishap> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('create' as const), which: fc.nat(99) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('go-on' as const), which: fc.nat(99) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('delete' as const, 'force' as const, 'finish' as const, 'touch' as const),
      which: fc.nat(99),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill-node' as const), which: fc.nat(99) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('break' as const),
      how: fc.constantFrom('end' as const, 'torn' as const, 'reset' as const, 'mute' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      how: fc.constantFrom('kill' as const, 'term' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('away' as const), until: fc.constant('a version that is gone' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      status: fc.constantFrom(429 as const, 500 as const, 503 as const),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('store-away' as const), times: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
);
const happening: fc.Arbitrary<Happening> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 4_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 4_000, max: 60_000 }) },
    ),
    step,
  )
  .map(([wait, what]) => ({ wait, ...what }));

/** Of the first start of each world one batch, and so on: a write costs by the batch, and what is in the store is the same. */
const together = (worlds: readonly World[], cluster: string): Batch[] => {
  const all = worlds.flatMap(({ batches }) => {
    const objects = [...new Set(batches.map((batch) => batch.object))].sort();
    return batches.map((batch) => ({
      ...batch,
      object: `${batch.object.split('/')[1]} ${objects.indexOf(batch.object)}`,
    }));
  });
  return [...Map.groupBy(all, (batch) => batch.object).values()].map((some) => ({
    ...(some[0] as Batch),
    cluster,
    pods: some.flatMap((batch) => batch.pods),
    nodes: some.flatMap((batch) => batch.nodes),
    looks: some.flatMap((batch) => batch.looks),
    gaps: some.flatMap((batch) => batch.gaps),
  }));
};

/** What is wrong with the leases of one world, as sentences; times in milliseconds since it began. */
const wrongs = (
  { cluster: { truth }, began, now: end }: World,
  leases: readonly PodLease[],
  watched: readonly Watched[],
): string[] => {
  const wrong: string[] = [];
  for (const held of truth) {
    const { uid, ip, from, until: last, shownFrom, shownUntil } = held;
    const until = Math.min(last, end);
    const lease = leases.find((one) => one.podUid === uid && one.ip === ip);
    const told = `${uid} held ${ip} from ${from - began} to ${last - began}`;
    if (lease === undefined) {
      if (watched.some((span) => span.from < Math.min(shownUntil, end) && shownFrom < span.until))
        wrong.push(`${told}: unknown, and yet watched`);
      continue;
    }
    const { mayFrom, heldFrom, heldUntil, mayUntil } = lease;
    const bands = `may ${mayFrom - began} to ${mayUntil - began}, held ${heldFrom - began} to ${heldUntil - began}`;
    if (mayFrom > from || mayUntil < until) wrong.push(`${told}: not within ${bands}`);
    if (heldFrom < heldUntil && (heldFrom < from || heldUntil > last)) wrong.push(`${told}: more is certain: ${bands}`);
    // The world came to rest at its end: whoever was gone by then is known to be.
    if (shownUntil < end && mayUntil > end + 60_000)
      wrong.push(`${told}: gone at ${shownUntil - began}, and yet ${bands}`);
  }
  return wrong;
};

const worldsOf = fc.tuple(
  fc.array(happening, { minLength: 60, maxLength: 100 }),
  fc.array(fc.integer({ min: -2_000, max: 2_000 }), { minLength: 3, maxLength: 3 }),
  fc.boolean(),
);
const WORLDS = Number(process.env['WORLDS'] ?? 16);

test('law: whatever happens to pods, connections, server, store and collector, each lease holds the truth', async () => {
  const worlds: World[] = [];
  for (const [number, [happenings, skews, isOpaque]] of fc.sample(worldsOf, { numRuns: WORLDS }).entries()) {
    const world = new World(number, skews, isOpaque);
    worlds.push(world);
    await world.open();
    for (const one of happenings) await world.happen(one);
    await world.close();
  }
  await store.store.write(together(worlds, 'test'));
  const { podLeases } = await inventoryFrom(inOnePlace(store.engine), 'test');
  const watched = await watchedSpans(store.engine, 'test');
  const wrong = worlds.flatMap((world) => wrongs(world, podLeases, watched));
  expect(wrong, `SEED=${SEED}`).toEqual([]);
  // Laws that hold of nothing say nothing.
  const truth = worlds.flatMap(({ cluster }) => cluster.truth);
  const known = truth.flatMap(({ uid }) => podLeases.find((lease) => lease.podUid === uid) ?? []);
  const certain = known.filter(({ heldFrom, heldUntil }) => heldFrom < heldUntil);
  expect(known.length).toBeGreaterThan(WORLDS);
  expect(certain.length).toBeGreaterThan(known.length / 3);
  expect(worlds.flatMap(({ batches }) => batches.flatMap(({ gaps }) => gaps)).length).toBeGreaterThan(WORLDS / 2);
});
