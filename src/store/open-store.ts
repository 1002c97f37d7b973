import { existsSync, mkdirSync } from 'node:fs';
import { nodeResource } from '../core/kernel-counters.ts';
import type { Store } from '../core/ports.ts';
import { attributeCluster } from './attribution/attribute-cluster.ts';
import { readChanges } from './attribution/changes.ts';
import { engineFolder, openChdb } from './chdb.ts';
import { rowsInMemory } from './memory.ts';
import { keepCursors, readCursors } from './cursors.ts';
import type { Engine } from './engine.ts';
import { readEvents } from './events.ts';
import { expire } from './expire.ts';
import { Gate } from './gate.ts';
import { gradeCluster } from './grading/grade-cluster.ts';
import { Horizon } from './horizon.ts';
import { ipText } from './ip-text.ts';
import { localTables } from './kql/local-tables.ts';
import { lock } from './lock.ts';
import { readAccuracy } from './read-accuracy.ts';
import { readConnections } from './read-connections.ts';
import { flowEvidence } from './read-evidence.ts';
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
import { assertSettings, upgrade } from './schema.ts';
import { readNetwork } from './resources.ts';
import { sql } from './sql.ts';
import { writeBatches } from './write.ts';

/** Opens the embedded store in a data folder, which this process then owns until `close`. Throws a `StoreError`. */
export const openStore = async ({ dataDir }: { readonly dataDir: string }): Promise<Store> => {
  mkdirSync(dataDir, { recursive: true });
  const unlock = lock(dataDir);
  try {
    const engine = openChdb(dataDir);
    const store = await storeOn(engine);
    return {
      ...store,
      close: async () => {
        await store.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
};

/** Whether there is one that was opened before. */
export const holdsStore = (dataDir: string): boolean => existsSync(engineFolder(dataDir));

/** The store over any engine: what is above this line is embedded, what is below is the same on a server. */
export const storeOn = async (engine: Engine): Promise<Store> => {
  await upgrade(engine);
  await assertSettings(engine);
  await dropScratch(engine);
  const [newest] = await engine.rows<{ write: number }>(sql('read/newest-write'));
  return storeOver(engine, new Gate(newest?.write ?? 0), await Horizon.of(engine));
};

const storeOver = (engine: Engine, gate: Gate, horizon: Horizon): Store => {
  return {
    write: (batches) => gate.write((write) => writeBatches(engine, batches, write, horizon.current, gate.hasLooked)),
    attribute: (cluster, now, progress = () => undefined) =>
      attributeCluster(engine, cluster, gate, horizon.current, now, progress),
    changes: (cluster, since) => readChanges(engine, cluster, since),
    grade: (cluster, progress = () => undefined) => gradeCluster(engine, cluster, gate, horizon.current, progress),
    accuracy: (cluster) => readAccuracy(engine, cluster),
    clusters: () => readClusters(engine),
    extent: async (cluster) => {
      const [row] = await engine.rows<{ from_ms: number; until_ms: number; flows: number }>(sql('read/extent'), {
        cluster,
        kept_ms: horizon.current.flows,
      });
      return row === undefined || row.flows === 0 ? null : { from: row.from_ms as never, until: row.until_ms as never };
    },
    flows: (query) => readFlows(engine, query, horizon.current.flows),
    who: (query) => readWho(engine, query, horizon.current.flows),
    flowSteps: (query, stepMs) => readFlowSteps(engine, query, stepMs, horizon.current.flows),
    flowMap: (query) => readMap(engine, query, horizon.current.flows, horizon.current.sightings),
    pods: async (cluster, uids) =>
      uids.length === 0 ? new Map() : readPods(engine, cluster, await inventoryInForce(engine, cluster), uids),
    evidence: (cluster, flow) => flowEvidence(engine, cluster, flow, horizon.current.flows),
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
    sources: (cluster) => readSources(engine, cluster, horizon.current),
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
    keepCursors: (cluster, cursors) => keepCursors(engine, cluster, cursors),
    until: (signal) => storeOver(engine.until(signal), gate, horizon),
    horizons: () => Promise.resolve(horizon.current),
    expire: (retention, now, isSure = false) => expire(engine, gate, horizon, retention, now, isSure),
    tables: () => engine.rows(sql('read/tables')),
    kqlTables: async (cluster) =>
      localTables(
        engine,
        cluster === null
          ? null
          : { cluster, inventory: await inventoryInForce(engine, cluster), kept_ms: horizon.current.flows },
      ),
    probe: async () => {
      const newestProbe = async (): Promise<number> =>
        (await engine.rows<{ at: number }>('SELECT max(at) AS at FROM probe'))[0]?.at ?? 0;
      const at = (await newestProbe()) + 1;
      await engine.run('INSERT INTO probe SELECT 1, {at:UInt64}', { at });
      if ((await newestProbe()) < at) throw new Error('what was written was not read back');
    },
    close: () => engine.close(),
  };
};

/** Tables that a killed process left half-way through a write or a pass. */
const dropScratch = async (engine: Engine): Promise<void> => {
  const tables = await engine.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '^(staged|known|fresh|asked|compared|ways|local)_[0-9]')`,
  );
  for (const { name } of tables) await engine.run('DROP TABLE IF EXISTS {name:Identifier} SYNC', { name });
};
