import { existsSync, mkdirSync } from 'node:fs';
import { nodeResource } from '../core/kernel-counters.ts';
import type { EstateNames, Store } from '../core/ports.ts';
import { horizonsAt } from '../core/retention.ts';
import { attributeCluster } from './attribution/attribute-cluster.ts';
import { readChanges } from './attribution/changes.ts';
import { engineFolder, openChdb } from './chdb.ts';
import { rowsInMemory } from './memory.ts';
import { keepCursors, readCursors } from './cursors.ts';
import { dropTables, SCRATCH } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { readEvents } from './events.ts';
import { expire } from './expire.ts';
import type { Gate } from './gate.ts';
import { gradeCluster } from './grading/grade-cluster.ts';
import { Horizon } from './horizon.ts';
import { type HttpEngine, openHttp } from './http-engine.ts';
import { ipText } from './ip-text.ts';
import { KeptAnswers } from './kept-answers.ts';
import { localTables } from './kql/local-tables.ts';
import { lock } from './lock.ts';
import { type OpenedParts, openParts, upgradeBesideOthers } from './open-parts.ts';
import { type Company, companyOf } from './company.ts';
import { ALONE, fenced, type Ownership, ownershipOf, PACE, type Pace } from './ownership.ts';
import { Tenure } from './tenure.ts';
import { Writers } from './writers.ts';
import { inOnePlace, type Parts } from './parts.ts';
import { readAccuracy } from './read-accuracy.ts';
import { readConnections } from './read-connections.ts';
import { flowEvidence } from './read-evidence.ts';
import { readExtent } from './read-extent.ts';
import { inventoryInForce, podsInForce, readFlows } from './read-flows.ts';
import { readHoldings } from './read-holdings.ts';
import { readMap } from './read-map.ts';
import { readMetrics } from './read-metrics.ts';
import { readPodPorts } from './read-pod-ports.ts';
import { readSignals } from './read-signals.ts';
import { readPortPaths } from './read-port-paths.ts';
import { readPorts, readPortSteps } from './read-ports.ts';
import { countSightings, readPodsTold, readSightings } from './read-sightings.ts';
import { readClusters, readSources } from './read-sources.ts';
import { readFlowSteps } from './read-flow-steps.ts';
import { readWho } from './read-who.ts';
import { finishPlan } from './purge/run-plan.ts';
import { StandIns } from './purge/stand-ins.ts';
import { assertSettings, upgrade } from './schema.ts';
import { readNetwork } from './resources.ts';
import { makeReady } from './ready-server.ts';
import type { ServerAt } from './server-at.ts';
import { sql } from './sql.ts';
import { isMarkedForSweep, partsInForce, sweep } from './sweep.ts';

/** Opens the embedded store in a data folder, which this process then owns until `close`. Throws a `StoreError`. */
export const openStore = async ({ dataDir }: { readonly dataDir: string }): Promise<Store> =>
  (await openFolder(dataDir)).store;

/** The same, with the engine beneath it. */
export const openFolder = async (dataDir: string): Promise<{ readonly engine: Engine; readonly store: Store }> => {
  mkdirSync(dataDir, { recursive: true });
  const unlock = lock(dataDir);
  try {
    if (isMarkedForSweep(dataDir)) await sweepFirst(dataDir);
    const { engine, store } = await openedIn(dataDir);
    return {
      engine,
      store: {
        ...store,
        close: async () => {
          await store.close();
          unlock();
        },
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
};

const openedIn = async (dataDir: string): Promise<{ readonly engine: Engine; readonly store: Store }> => {
  const engine = openChdb(dataDir);
  try {
    return { engine, store: await storeOn(engine) };
  } catch (error) {
    // Its threads would keep the process.
    await engine.close();
    throw error;
  }
};

/** A purge that was killed is brought to its end when the store is opened; what it deleted still lies on the disk. */
const sweepFirst = async (dataDir: string): Promise<void> => {
  const { engine, store } = await openedIn(dataDir);
  const inForce = await partsInForce(engine);
  await store.close();
  await sweep(dataDir, inForce);
};

/** What a server's store takes from the world. */
export interface ServerWorld {
  /** Letters and digits that no other process has. */
  readonly nonce: string;
  /** A clock that only goes on. */
  readonly elapsedMs: () => number;
  readonly pace?: Pace;
}

/** Opens the store on a ClickHouse server. Any number of processes may read it and write to it, each the parts that it owns. Throws a `StoreError`. */
export const openServerStore = async (at: ServerAt, world: ServerWorld): Promise<Store> =>
  (await openServer(at, world)).store;

/** The same, with what is beneath it. */
export const openServer = async (
  at: ServerAt,
  { nonce, elapsedMs, pace = PACE }: ServerWorld,
): Promise<{ readonly parts: Parts; readonly store: Store }> => {
  const owning = (engine: HttpEngine): Ownership => ownershipOf(engine, elapsedMs, pace);
  const opened = await (at.cluster === null ? openWhole(at, nonce, owning) : openParts(at, at.cluster, nonce, owning));
  const { parts, owns, unfenced } = opened;
  try {
    const company = companyOf(unfenced[0] as HttpEngine, pace);
    const store = await storeIn(parts, owns, { company, beatMs: pace.beatMs, unfenced });
    return { parts, store: onServer(store, `${at.url.origin}/${at.database}`) };
  } catch (error) {
    for (const ownership of owns) await ownership.release();
    await closeAll(parts);
    throw error;
  }
};

/** One server that has all of it. */
const openWhole = async (
  at: ServerAt,
  nonce: string,
  owning: (engine: HttpEngine) => Ownership,
): Promise<OpenedParts> => {
  const engine = openHttp(at, nonce);
  const ownership = owning(engine);
  try {
    await makeReady(engine, at, at.database, [`CREATE DATABASE IF NOT EXISTS ${at.database}`]);
    const own = fenced(engine, ownership);
    await upgradeBesideOthers(own, { own: () => ownership.take() });
    return { parts: inOnePlace(own, engine), owns: [ownership], unfenced: [engine] };
  } catch (error) {
    await ownership.release();
    await engine.close();
    throw error;
  }
};

const onServer = (store: Store, server: string): Store => ({
  ...store,
  server,
  until: (signal) => onServer(store.until(signal), server),
});

/** Whether there is one that was opened before. */
export const holdsStore = (dataDir: string): boolean => existsSync(engineFolder(dataDir));

/** The store over any engine: what is above this line is embedded, what is below is the same on a server. */
export const storeOn = async (engine: Engine): Promise<Store> => {
  await upgrade(engine);
  return storeIn(inOnePlace(engine));
};

/** Others who write to the same store, and the way to what is theirs. */
interface Others {
  readonly company: Company;
  readonly beatMs: number;
  /** Each part, as whoever does not own it hands over what is its own. */
  readonly unfenced: readonly Engine[];
}

/** The store whose tables are there. `owns`: who owns each part. */
export const storeIn = async (
  parts: Parts,
  owns: readonly Ownership[] = parts.each.map(() => ALONE),
  others: Others | null = null,
): Promise<Store> => {
  for (const part of parts.each) await assertSettings(part);
  const horizon = await Horizon.of(parts.every);
  const purged = { standIns: StandIns.nobody };
  /** Of one part, or of the first with what is whole on each. Gives the newest number there. */
  const prepare = async (place: number, gone: readonly string[]): Promise<number> => {
    const here = place === 0 ? parts.eachFor(0) : [parts.each[place] as Engine];
    for (const part of here) await dropScratch(part, others === null ? null : gone);
    // Whoever was killed may have given a number on one part alone.
    const newest = await Promise.all(here.map((part) => part.rows<{ write: number }>(sql('read/newest-write'))));
    if (place === 0) await finishPlan(parts.every);
    purged.standIns = await StandIns.of(parts.all);
    await horizon.refresh();
    return Math.max(0, ...newest.map(([row]) => row?.write ?? 0));
  };
  const tenure = new Tenure({ owns, company: others?.company ?? null, beatMs: others?.beatMs ?? 0, prepare });
  const writers = new Writers(parts, tenure, others?.unfenced ?? [], horizon, purged);
  // What was taken to make the tables is kept.
  if (owns.some(({ isHad }) => isHad)) await tenure.join();
  writers.begin();
  // Others may change what a server's store has.
  const kept = new KeptAnswers(others === null && parts.each.length === 1 ? parts.all : null);
  const store = storeOver(parts, tenure, writers, horizon, kept);
  return {
    ...store,
    close: async () => {
      await writers.end();
      await tenure.leave();
      await store.close();
    },
  };
};

const storeOver = (parts: Parts, tenure: Tenure, writers: Writers, horizon: Horizon, kept: KeptAnswers): Store => {
  const { all: engine, each } = parts;
  /** By the owner of the first part alone; others have nothing to do. */
  const byFirst = async <Value>(work: (gate: Gate) => Promise<Value>, orElse: Value): Promise<Value> => {
    await tenure.join();
    return (await tenure.using(0, 'passes', work)) ?? orElse;
  };
  return {
    write: (batches) => writers.write(batches),
    attribute: async (cluster, now, progress = () => undefined, clocks = 'measured') => {
      await tenure.join();
      return tenure.usingAll((places) =>
        attributeCluster(
          parts,
          places.map((place) => ({ place, gate: tenure.gateOf(place) })),
          cluster,
          horizon.current,
          now,
          progress,
          clocks,
        ),
      );
    },
    changes: (cluster, since) => readChanges(engine, cluster, since),
    grade: (cluster, progress = () => undefined) =>
      byFirst((gate) => gradeCluster(parts, cluster, gate, horizon.current, progress), { days: 0, flows: 0 }),
    accuracy: (cluster) => readAccuracy(engine, kept, cluster),
    clusters: () => readClusters(engine),
    extent: (cluster) => readExtent(engine, kept, cluster, horizon.current.flows),
    flows: (query) => readFlows(engine, query, horizon.current.flows),
    who: (query) => readWho(engine, kept, query, horizon.current.flows),
    flowSteps: (query, stepMs) => readFlowSteps(engine, query, stepMs, horizon.current.flows),
    flowMap: (query) => readMap(engine, query, horizon.current),
    pods: (cluster, uids) => podsInForce(engine, cluster, uids),
    evidence: (cluster, flow) => flowEvidence(engine, kept, cluster, flow, horizon.current.flows),
    sightings: (query) => readSightings(engine, query, horizon.current.sightings),
    sightingCounts: (query) => countSightings(engine, query, horizon.current.sightings),
    podsTold: (cluster, told) => readPodsTold(engine, cluster, told),
    nodesAt: async (cluster, ips) => {
      if (ips.length === 0) return new Map();
      const inventory = await inventoryInForce(engine, cluster);
      const rows = await engine.rows<{ ip: string; nodes: readonly string[] }>(sql('read/nodes-at'), {
        cluster,
        inventory,
        ips,
      });
      return new Map(rows.map(({ ip, nodes }) => [ipText(ip), nodes]));
    },
    nodesAlive: async (cluster, at) => {
      const inventory = await inventoryInForce(engine, cluster);
      const rows = await engine.rows<{ node: string }>(sql('read/nodes-alive'), { cluster, inventory, at_ms: at });
      return rows.map(({ node }) => node);
    },
    nodesNamed: async (cluster) => {
      const inventory = await inventoryInForce(engine, cluster);
      const asked = { cluster, inventory, prefix: nodeResource('') };
      return (await engine.rows<{ name: string }>(sql('read/nodes-named'), asked)).map(({ name }) => name);
    },
    names: () => engine.rows<EstateNames>(sql('read/names')),
    namespacesNamed: async (cluster) => {
      const inventory = await inventoryInForce(engine, cluster);
      const rows = await engine.rows<{ name: string }>(sql('read/namespaces-named'), { cluster, inventory });
      return rows.map(({ name }) => name);
    },
    network: (cluster) => readNetwork(engine, cluster),
    nodeIps: async (cluster, node) => {
      const inventory = await inventoryInForce(engine, cluster);
      const rows = await engine.rows<{ ip: string }>(sql('read/node-ips'), { cluster, inventory, node });
      return rows.map(({ ip }) => ipText(ip));
    },
    connectionsTo: (query) => readConnections(engine, query),
    ports: (query, limit) => readPorts(engine, query, limit, horizon.current.flows),
    portSteps: (query, stepMs) => readPortSteps(engine, query, stepMs, horizon.current.flows),
    portPaths: (query, stepMs, holders) => readPortPaths(engine, query, stepMs, horizon.current.flows, holders),
    podPorts: (query, limit) => readPodPorts(engine, query, limit, horizon.current.flows),
    holdings: (query, least, limit) => readHoldings(engine, query, least, limit, horizon.current.flows),
    metrics: (query) => readMetrics(engine, query, horizon.current.metrics),
    signals: (query) => readSignals(engine, query, horizon.current.flows),
    events: (query) => readEvents(engine, query, horizon.current.records),
    sources: (cluster) => readSources(engine, kept, cluster, horizon.current),
    rejects: (cluster, limit) =>
      engine.rows(
        'SELECT object, place, why, text FROM reject FINAL WHERE cluster = {cluster:String} ORDER BY object, place LIMIT {limit:UInt32}',
        {
          cluster,
          limit,
        },
      ),
    cursors: (cluster, source, span) => readCursors(engine, cluster, source, span),
    writeRows: rowsInMemory(600_000, 100),
    keepCursors: async (cluster, cursors) => keepCursors(await writers.anybody(), cluster, cursors),
    until: (signal) => storeOver({ ...parts, all: engine.until(signal) }, tenure, writers, horizon, kept),
    horizons: () => Promise.resolve(horizon.current),
    expire: async (retention, now, isSure = false) => {
      // Nobody lets go of a part for nothing.
      if (!tenure.isAlone) await horizon.refresh();
      if (!tenure.isAlone && !(await horizon.isBehind(horizonsAt(retention, now, horizon.current)))) return [];
      return tenure.withAll((gate) => expire(parts, gate, horizon, retention, now, isSure));
    },
    tables: () => tablesOf(each),
    kqlTables: async (cluster) =>
      localTables(
        engine,
        cluster === null
          ? null
          : { cluster, inventory: await inventoryInForce(engine, cluster), kept_ms: horizon.current.flows },
      ),
    server: null,
    probe: () => writers.probe(),
    workers: writers,
    close: () => closeAll(parts),
  };
};

/** What is whole on each part takes its room on each. */
const tablesOf = async (each: readonly Engine[]): ReturnType<Store['tables']> => {
  const found = await Promise.all(
    each.map((part) => part.rows<Awaited<ReturnType<Store['tables']>>[number]>(sql('read/tables'))),
  );
  return [...Map.groupBy(found.flat(), ({ table }) => table)].map(([table, of]) => ({
    table,
    rows: of.reduce((sum, { rows }) => sum + rows, 0),
    bytes: of.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
};

const closeAll = async ({ all, each }: Parts): Promise<void> => {
  for (const engine of new Set([all, ...each])) await engine.close();
};

/** Tables that a killed process left half-way through a write or a pass; `gone`: of those alone, and of whoever began a day ago; null: of any. */
const dropScratch = async (engine: Engine, gone: readonly string[] | null): Promise<void> => {
  const tables = await engine.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase()
       AND match(name, {scratch:String})
       AND ({any:UInt8} OR multiSearchAny(name, {gone:Array(String)}) OR metadata_modification_time < now() - INTERVAL 1 DAY)`,
    { scratch: SCRATCH, any: Number(gone === null), gone: gone ?? [] },
  );
  if (tables.length > 0)
    await dropTables(
      engine,
      tables.map(({ name }) => name),
    );
};
