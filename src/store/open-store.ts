import { existsSync, mkdirSync } from 'node:fs';
import { nodeResource } from '../core/kernel-counters.ts';
import type { Store } from '../core/ports.ts';
import { attributeCluster } from './attribution/attribute-cluster.ts';
import { readChanges } from './attribution/changes.ts';
import { engineFolder, openChdb } from './chdb.ts';
import { rowsInMemory } from './memory.ts';
import { keepCursors, readCursors } from './cursors.ts';
import { dropTables, SCRATCH } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { readEvents } from './events.ts';
import { expire } from './expire.ts';
import { Gate } from './gate.ts';
import { gradeCluster } from './grading/grade-cluster.ts';
import { Horizon } from './horizon.ts';
import { type HttpEngine, openHttp } from './http-engine.ts';
import { ipText } from './ip-text.ts';
import { KeptAnswers } from './kept-answers.ts';
import { localTables } from './kql/local-tables.ts';
import { lock } from './lock.ts';
import { openParts } from './open-parts.ts';
import { ALONE, fenced, type Ownership, ownershipOf, PACE, type Pace } from './ownership.ts';
import { inOnePlace, type Parts } from './parts.ts';
import { readAccuracy } from './read-accuracy.ts';
import { readConnections } from './read-connections.ts';
import { flowEvidence } from './read-evidence.ts';
import { readExtent } from './read-extent.ts';
import { inventoryInForce, readFlows, readPods } from './read-flows.ts';
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
import { writeBatches } from './write.ts';

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

/** Opens the store on a ClickHouse server. Any number of processes may read it; one at a time writes, from its first write until `close`. Throws a `StoreError`. */
export const openServerStore = async (at: ServerAt, world: ServerWorld): Promise<Store> =>
  (await openServer(at, world)).store;

/** The same, with what is beneath it. */
export const openServer = async (
  at: ServerAt,
  { nonce, elapsedMs, pace = PACE }: ServerWorld,
): Promise<{ readonly parts: Parts; readonly store: Store }> => {
  const owning = (engine: HttpEngine): Ownership => ownershipOf(engine, elapsedMs, pace);
  const { parts, ownership } = await (at.cluster === null
    ? openWhole(at, nonce, owning)
    : openParts(at, at.cluster, nonce, owning));
  try {
    return { parts, store: onServer(await storeIn(parts, ownership), `${at.url.origin}/${at.database}`) };
  } catch (error) {
    await ownership.release();
    await closeAll(parts);
    throw error;
  }
};

/** One server that has all of it. */
const openWhole = async (
  at: ServerAt,
  nonce: string,
  owning: (engine: HttpEngine) => Ownership,
): Promise<{ readonly parts: Parts; readonly ownership: Ownership }> => {
  const engine = openHttp(at, nonce);
  const ownership = owning(engine);
  try {
    await makeReady(engine, at, at.database, [`CREATE DATABASE IF NOT EXISTS ${at.database}`]);
    const own = fenced(engine, ownership);
    await upgrade(own, { own: () => ownership.take() });
    return { parts: inOnePlace(own), ownership };
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
  return storeIn(inOnePlace(engine), ALONE);
};

/** The store whose tables are there. */
export const storeIn = async (parts: Parts, ownership: Ownership): Promise<Store> => {
  const { all: engine, each, every } = parts;
  for (const part of each) await assertSettings(part);
  const gate = new Gate(0);
  const horizon = await Horizon.of(every);
  const purged = { standIns: StandIns.nobody };
  let isReady = false;
  let preparing: Promise<void> | null = null;
  const prepare = async (): Promise<void> => {
    const gone = await ownership.take();
    for (const part of new Set([engine, ...each])) await dropScratch(part, ownership.isAlone ? null : gone);
    // Whoever was killed may have given a number on one part alone.
    for (const part of each) {
      const [newest] = await part.rows<{ write: number }>(sql('read/newest-write'));
      gate.after(newest?.write ?? 0);
    }
    await finishPlan(engine);
    purged.standIns = await StandIns.of(engine);
    await horizon.refresh();
    isReady = true;
  };
  /** Before whatever writes: others may have written until now. */
  const own = async (): Promise<void> => {
    if (isReady) return ownership.check();
    preparing ??= prepare();
    await preparing.finally(() => {
      preparing = null;
    });
  };
  if (ownership.isAlone) await own();
  const store = storeOver(
    parts,
    gate,
    horizon,
    purged,
    new KeptAnswers(ownership.isAlone && each.length === 1 ? engine : null),
    own,
  );
  return {
    ...store,
    close: async () => {
      await ownership.release();
      await store.close();
    },
  };
};

const storeOver = (
  parts: Parts,
  gate: Gate,
  horizon: Horizon,
  purged: { readonly standIns: StandIns },
  kept: KeptAnswers,
  own: () => Promise<void>,
): Store => {
  const { all: engine, each, every } = parts;
  /** The same by its owner alone. */
  const owned =
    <Asked extends readonly unknown[], Value>(work: (...asked: Asked) => Promise<Value>) =>
    async (...asked: Asked): Promise<Value> => {
      await own();
      return work(...asked);
    };
  return {
    write: owned((batches) =>
      gate.write((write) => writeBatches(parts, batches, write, horizon.current, purged.standIns, gate.hasLooked)),
    ),
    attribute: owned((cluster, now, progress = () => undefined, clocks = 'measured') =>
      attributeCluster(parts, cluster, gate, horizon.current, now, progress, clocks),
    ),
    changes: (cluster, since) => readChanges(engine, cluster, since),
    grade: owned((cluster, progress = () => undefined) =>
      gradeCluster(parts, cluster, gate, horizon.current, progress),
    ),
    accuracy: (cluster) => readAccuracy(engine, kept, cluster),
    clusters: () => readClusters(engine),
    extent: (cluster) => readExtent(engine, kept, cluster, horizon.current.flows),
    flows: (query) => readFlows(engine, query, horizon.current.flows),
    who: (query) => readWho(engine, kept, query, horizon.current.flows),
    flowSteps: (query, stepMs) => readFlowSteps(engine, query, stepMs, horizon.current.flows),
    flowMap: (query) => readMap(engine, query, horizon.current),
    pods: async (cluster, uids) =>
      uids.length === 0 ? new Map() : readPods(engine, cluster, await inventoryInForce(engine, cluster), uids),
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
    keepCursors: owned((cluster, cursors) => keepCursors(every, cluster, cursors)),
    until: (signal) => storeOver({ ...parts, all: engine.until(signal) }, gate, horizon, purged, kept, own),
    horizons: () => Promise.resolve(horizon.current),
    expire: owned((retention, now, isSure = false) => expire(parts, gate, horizon, retention, now, isSure)),
    tables: () => tablesOf(each),
    kqlTables: async (cluster) =>
      localTables(
        engine,
        cluster === null
          ? null
          : { cluster, inventory: await inventoryInForce(engine, cluster), kept_ms: horizon.current.flows },
      ),
    server: null,
    probe: owned(async () => {
      for (const part of each) await probe(part);
    }),
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

const probe = async (engine: Engine): Promise<void> => {
  const newestProbe = async (): Promise<number> =>
    (await engine.rows<{ at: number }>('SELECT max(at) AS at FROM probe'))[0]?.at ?? 0;
  const at = (await newestProbe()) + 1;
  await engine.run('INSERT INTO probe SELECT 1, {at:UInt64}', { at });
  if ((await newestProbe()) < at) throw new Error('what was written was not read back');
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
