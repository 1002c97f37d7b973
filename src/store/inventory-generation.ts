import type { Instant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { type ClockOffset, MAX_APART } from '../core/attribution/clock.ts';
import { IDLE } from '../core/attribution/flow.ts';
import type { NodeLease, PodLease } from '../core/attribution/lease.ts';
import type { Engine } from './engine.ts';
import { allLeases, type Inventory, inventoryFrom, pooledClock } from './inventory.ts';
import { type Beside, type BesideChanged, besideChanged, besideFrom, NOTHING_BESIDE } from './inventory-beside.ts';
import { ipText } from './ip-text.ts';
import { type LeaseChange, leaseChanges } from './lease-changes.ts';
import type { Parts } from './parts.ts';
import { sql } from './sql.ts';

/** What verdicts rest on beside records and lines, and the generation of the stored part. */
export interface InForce {
  readonly generation: number;
  readonly inventory: Inventory;
  readonly beside: Beside;
}

/** The inventory in force, and the one before it where it was worked out anew. */
interface Renewed {
  readonly before: InForce;
  readonly now: InForce;
}

/** What gives numbers to what is written. */
type NextWrite = () => number;

/** As `renewInventory` and then `applyInventory` on each part, where one process has all of them. */
export const refreshInventory = async (
  parts: Parts,
  cluster: string,
  nextWrite: NextWrite,
  recordsFrom: Instant,
  clocks: 'measured' | 'kept' = 'measured',
): Promise<InForce> => {
  const renewed = await renewInventory(parts, cluster, nextWrite, recordsFrom, clocks);
  for (const engine of parts.each) await applyInventory(engine, cluster, renewed, nextWrite);
  return renewed.now;
};

/**
 * Computes the inventory anew if something was written since; where it came out different, stores it as a new generation.
 * `clocks`: whether they are measured anew, which goes through all that is kept, or kept as they were.
 */
export const renewInventory = async (
  parts: Parts,
  cluster: string,
  nextWrite: NextWrite,
  recordsFrom: Instant,
  clocks: 'measured' | 'kept' = 'measured',
): Promise<Renewed> => {
  const engine = parts.every;
  const { seen, clocksSeen, written, ...before } = await readCurrent(engine, cluster);
  const isMeasured = clocks === 'measured' || before.generation === 0;
  if (before.generation > 0 && (isMeasured ? clocksSeen : seen) === written) return { before, now: before };
  const inventory = isMeasured
    ? await inventoryFrom(parts, cluster)
    : { ...(await allLeases(engine, cluster)), clocks: before.inventory.clocks };
  const beside = await besideFrom(parts, cluster, inventory, recordsFrom);
  const isNew = before.generation === 0 || differences(before.inventory, inventory).changed.length > 0;
  const generation = isNew ? nextWrite() : before.generation;
  if (isNew) await save(engine, cluster, generation, inventory);
  await engine.run(
    `INSERT INTO inventory_current (cluster, generation, write, seen, clocks_seen, beside)
     SELECT {cluster:String}, {generation:UInt64}, {write:UInt64}, {seen:String}, {clocks:String}, {beside:String}`,
    {
      cluster,
      generation,
      write: nextWrite(),
      seen: written,
      clocks: isMeasured ? written : clocksSeen,
      beside: JSON.stringify(beside),
    },
  );
  return { before, now: { generation, inventory, beside } };
};

const readCurrent = async (
  engine: Engine,
  cluster: string,
): Promise<InForce & { readonly seen: string; readonly clocksSeen: string; readonly written: string }> => {
  const [current] = await engine.rows<
    Record<'seen' | 'clocks_seen' | 'written' | 'beside', string> & { readonly generation: number }
  >(sql('inventory/current'), { cluster });
  const { generation = 0, seen = '', clocks_seen: clocksSeen = '', written = '', beside = '' } = current ?? {};
  return {
    generation,
    inventory: await load(engine, cluster, generation),
    beside: besideOf(beside),
    seen,
    clocksSeen,
    written,
  };
};

const besideOf = (text: string): Beside =>
  text === '' ? NOTHING_BESIDE : { ...NOTHING_BESIDE, ...(JSON.parse(text) as Partial<Beside>) };

/**
 * Touches the windows of a part whose verdicts can change, as the inventory in force is another than the one that they rest on. `renewed`: by this process just now, before it
 * answers what it finds touched; null: by whoever does it, up to what was written a while ago. Gives the one in force; null: there is none yet.
 */
export const applyInventory = async (
  engine: Engine,
  cluster: string,
  renewed: Renewed | null,
  nextWrite: NextWrite,
): Promise<InForce | null> => {
  const { now } = renewed ?? { now: await readCurrent(engine, cluster) };
  if (now.generation === 0) return null;
  const [row] = await engine.rows<Record<'generation' | 'in_step' | 'leases', number> & { beside: string }>(
    sql('inventory/applied'),
    { cluster },
  );
  const {
    generation: before,
    in_step: inStep,
    leases,
    beside,
  } = row ?? { generation: 0, in_step: 1, leases: 0, beside: '' };
  const besideNow = JSON.stringify(now.beside);
  const isInStep = renewed !== null;
  if (before === now.generation && beside === besideNow && (inStep === 1) === isInStep) return now;
  if (before > 0) {
    // A verdict that knew less than was written may not have known of an object whose lines were there.
    const knows = isInStep && inStep === 1 ? 'all' : 'some';
    if (before === now.generation)
      await touchBeside(engine, cluster, besideChanged(besideOf(beside), now.beside, knows), nextWrite());
    else if (leases === 0) await engine.run(sql('inventory/touch-every'), { cluster, write: nextWrite() });
    else {
      const inventory =
        renewed?.before.generation === before ? renewed.before.inventory : await load(engine, cluster, before);
      const { changed, ofPods, held } = differences(inventory, now.inventory);
      await touch(engine, cluster, [...changed, ...(await translated(engine, cluster, ofPods))], nextWrite());
      await touchNamed(engine, cluster, held, nextWrite());
      await touchBeside(engine, cluster, besideChanged(besideOf(beside), now.beside, knows), nextWrite());
    }
  }
  await engine.run(
    `INSERT INTO inventory_applied (cluster, number, generation, beside, in_step)
     SELECT {cluster:String}, {number:UInt64}, {generation:UInt64}, {beside:String}, {in_step:UInt8}`,
    { cluster, number: nextWrite(), generation: now.generation, beside: besideNow, in_step: Number(isInStep) },
  );
  return now;
};

const rowsOf = (inventory: Inventory) => ({
  pods: inventory.podLeases.map((l) => ({
    pod_uid: l.podUid,
    namespace: l.namespace,
    pod: l.pod,
    workload_kind: l.workload.kind,
    workload_name: l.workload.name,
    node: l.node,
    ip: l.ip,
    host_network: Number(l.hostNetwork),
    may_from_ms: l.mayFrom,
    held_from_ms: l.heldFrom,
    held_until_ms: l.heldUntil,
    may_until_ms: l.mayUntil,
  })),
  nodes: inventory.nodeLeases.map((l) => ({
    node_uid: l.nodeUid,
    node: l.node,
    ip: l.ip,
    os: l.os,
    may_from_ms: l.mayFrom,
    may_until_ms: l.mayUntil,
  })),
  clocks: [...inventory.clocks].map(([ip, c]) => ({
    ip,
    offset_ms: c.offsetMs,
    uncertainty_ms: c.uncertaintyMs,
    pairs: c.pairs,
  })),
});

const STRUCTURE = {
  pod_lease:
    'pod_uid String, namespace String, pod String, workload_kind String, workload_name String, node String, ip IPv6, host_network UInt8, may_from_ms Int64, held_from_ms Int64, held_until_ms Int64, may_until_ms Int64',
  node_lease: 'node_uid String, node String, ip IPv6, os String, may_from_ms Int64, may_until_ms Int64',
  clock_offset: 'ip IPv6, offset_ms Int64, uncertainty_ms Int64, pairs UInt64',
} as const;

const save = async (engine: Engine, cluster: string, generation: number, inventory: Inventory): Promise<void> => {
  const { pods, nodes, clocks } = rowsOf(inventory);
  const insert = async (table: keyof typeof STRUCTURE, rows: readonly object[]): Promise<void> => {
    if (rows.length === 0) return;
    const structure = STRUCTURE[table];
    const columns = structure
      .split(', ')
      .map((column) => column.split(' ')[0])
      .join(', ');
    await engine.load(
      `INSERT INTO ${table} (cluster, generation, ${columns}) SELECT {cluster:String}, {generation:UInt64}, ${columns} FROM {source}`,
      {
        bytes: [new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'))],
        format: 'JSONEachRow',
        structure,
      },
      { cluster, generation },
    );
  };
  await insert('pod_lease', pods);
  await insert('node_lease', nodes);
  await insert('clock_offset', clocks);
};

type StoredRow = Readonly<Record<string, never>>;

const loadRows = (
  engine: Engine,
  table: keyof typeof STRUCTURE,
  cluster: string,
  generation: number,
): Promise<StoredRow[]> =>
  engine.rows<StoredRow>(
    `SELECT * EXCEPT (cluster, generation) FROM ${table} WHERE cluster = {cluster:String} AND generation = {generation:UInt64}`,
    { cluster, generation },
  );

const loadClocks = async (engine: Engine, cluster: string, generation: number): Promise<Map<Ip, ClockOffset>> =>
  new Map(
    (await loadRows(engine, 'clock_offset', cluster, generation)).map((r) => [
      ipText(r['ip']!),
      { offsetMs: r['offset_ms']!, uncertaintyMs: r['uncertainty_ms']!, pairs: r['pairs']! },
    ]),
  );

const load = async (engine: Engine, cluster: string, generation: number): Promise<Inventory> => {
  if (generation === 0) return { podLeases: [], nodeLeases: [], clocks: new Map() };
  const [pods, nodes, clocks] = await Promise.all([
    loadRows(engine, 'pod_lease', cluster, generation),
    loadRows(engine, 'node_lease', cluster, generation),
    loadClocks(engine, cluster, generation),
  ]);
  return {
    podLeases: pods.map(
      (r): PodLease => ({
        podUid: r['pod_uid']!,
        namespace: r['namespace']!,
        pod: r['pod']!,
        workload: { kind: r['workload_kind']!, namespace: r['namespace']!, name: r['workload_name']! },
        node: r['node']!,
        ip: ipText(r['ip']!),
        hostNetwork: Number(r['host_network']) === 1,
        mayFrom: r['may_from_ms']!,
        heldFrom: r['held_from_ms']!,
        heldUntil: r['held_until_ms']!,
        mayUntil: r['may_until_ms']!,
      }),
    ),
    nodeLeases: nodes.map(
      (r): NodeLease => ({
        nodeUid: r['node_uid']!,
        node: r['node']!,
        ip: ipText(r['ip']!),
        os: r['os']!,
        mayFrom: r['may_from_ms']!,
        mayUntil: r['may_until_ms']!,
      }),
    ),
    clocks,
  };
};

/** An address and the stretch over which what we know of it changed. */
interface Changed {
  readonly ip: Ip;
  readonly from: number;
  readonly until: number;
}

const ALWAYS = { from: 0, until: 4_102_444_800_000 };

interface Differences {
  readonly changed: readonly Changed[];
  /** Of addresses of pods alone. */
  readonly ofPods: readonly Changed[];
  readonly held: Held | null;
}

/** Who holds the addresses that changed hands, before or after, and the stretch over which they did; null: none did. */
interface Held {
  readonly uids: readonly string[];
  readonly from: number;
  readonly until: number;
}

const differences = (before: Inventory, after: Inventory): Differences => {
  const changes: Changed[] = [];
  const compare = <T>(a: readonly T[], b: readonly T[], affected: (item: T) => readonly Changed[]): void => {
    const [old, now] = [
      new Map(a.map((item) => [JSON.stringify(item), item])),
      new Map(b.map((item) => [JSON.stringify(item), item])),
    ];
    for (const [key, item] of old) if (!now.has(key)) changes.push(...affected(item));
    for (const [key, item] of now) if (!old.has(key)) changes.push(...affected(item));
  };
  const nodeIps = Map.groupBy([...before.nodeLeases, ...after.nodeLeases], (lease) => lease.node);
  const ofPods = leaseChanges(before.podLeases, after.podLeases);
  for (const { lease, from, until } of ofPods) {
    const ofNode = nodeIps.get(lease.node) ?? [];
    changes.push(...[lease.ip, ...ofNode.map((node) => node.ip)].map((ip) => ({ ip, from, until })));
  }
  for (const { lease, from, until } of leaseChanges(before.nodeLeases, after.nodeLeases))
    changes.push({ ip: lease.ip, from, until });
  // How many pairs a clock rests on changes with every record; what it says seldom does.
  const clocksOf = (inventory: Inventory) =>
    [...inventory.clocks].map(([ip, { offsetMs, uncertaintyMs }]) => ({ ip, offsetMs, uncertaintyMs }));
  compare(clocksOf(before), clocksOf(after), ({ ip }) => [{ ip, ...ALWAYS }]);
  const [pooledBefore, pooledAfter] = [pooledClock(before.clocks), pooledClock(after.clocks)];
  if (pooledBefore.offsetMs !== pooledAfter.offsetMs || pooledBefore.uncertaintyMs !== pooledAfter.uncertaintyMs) {
    changes.push({ ip: EVERY, ...ALWAYS });
  }
  return {
    changed: changes,
    ofPods: ofPods.map(({ lease: { ip }, from, until }) => ({ ip, from, until })),
    held: heldBy([...before.podLeases, ...after.podLeases], ofPods),
  };
};

const heldBy = (leases: readonly PodLease[], changes: readonly LeaseChange<PodLease>[]): Held | null => {
  if (changes.length === 0) return null;
  const ips = new Set(changes.map(({ lease }) => lease.ip));
  const [first, ...rest] = changes as readonly [LeaseChange<PodLease>, ...LeaseChange<PodLease>[]];
  return {
    uids: [...new Set(leases.filter(({ ip }) => ips.has(ip)).map(({ podUid }) => podUid))],
    from: rest.reduce((least, { from }) => Math.min(least, from), first.from),
    until: rest.reduce((most, { until }) => Math.max(most, until), first.until),
  };
};

/**
 * The same stretches of the addresses that these were translated to, whether or not they are their node's own: an egress gateway is another node, and of
 * a node nobody may have told.
 */
const translated = async (
  engine: Engine,
  cluster: string,
  changed: readonly Changed[],
): Promise<readonly Changed[]> => {
  if (changed.length === 0) return [];
  const ips = [...new Set(changed.map(({ ip }) => ip))];
  const since = changed.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER) - MAX_APART - IDLE;
  const rows = await engine.rows<{ ip: string; on_wire: string }>(sql('inventory/translators'), {
    cluster,
    ips,
    since_ms: since,
  });
  const wires = Map.groupBy(rows, ({ ip }) => ipText(ip));
  return changed.flatMap(({ ip, from, until }) =>
    (wires.get(ip) ?? []).map(({ on_wire }) => ({ ip: ipText(on_wire), from, until })),
  );
};

/** Stands for every address. */
const EVERY = '::' as Ip;
/** More changes than this are dearer to tell apart than to recompute for. */
const MANY = 20_000;

const touch = async (engine: Engine, cluster: string, changed: readonly Changed[], write: number): Promise<void> => {
  const merged = [...Map.groupBy(changed, (change) => change.ip).entries()].map(([ip, list]) => ({
    ip,
    from: Math.min(...list.map((change) => change.from)),
    until: Math.max(...list.map((change) => change.until)),
  }));
  const every = merged.length > MANY || merged.some((change) => change.ip === EVERY);
  await engine.run(sql(every ? 'inventory/touch-every' : 'inventory/touch'), {
    cluster,
    write,
    ...(every
      ? {}
      : {
          ips: merged.map((c) => c.ip),
          from: merged.map((c) => Math.max(0, c.from)),
          until: merged.map((c) => c.until),
        }),
  });
};

const touchNamed = async (engine: Engine, cluster: string, held: Held | null, write: number): Promise<void> => {
  if (held === null) return;
  const { uids, from, until } = held;
  await engine.run(sql('inventory/touch-named'), { cluster, write, uids, from_ms: from, until_ms: until });
};

const touchBeside = async (
  engine: Engine,
  cluster: string,
  { spans, gaps, relays, objects, isEverything }: BesideChanged,
  write: number,
): Promise<void> => {
  if (isEverything) return engine.run(sql('inventory/touch-every'), { cluster, write });
  const parts = [...gaps, ...relays];
  if (parts.length > 0) await touch(engine, cluster, parts, write);
  if (spans.length > 0) {
    const [from, until] = [spans.map((span) => span.from), spans.map((span) => span.until)];
    await engine.run(sql('inventory/touch-spans'), { cluster, write, from, until });
  }
  if (objects.length > 0) {
    await engine.run(sql('inventory/touch-objects'), { cluster, write, objects, apart_ms: MAX_APART });
  }
};
