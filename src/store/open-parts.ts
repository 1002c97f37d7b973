import { setTimeout as after } from 'node:timers/promises';
import {
  COLUMNS,
  type ColumnNamed,
  clusterBeginning,
  clusterDatabases,
  movesRows,
  onCluster,
  questionTables,
  shardDatabase,
} from './cluster-schema.ts';
import type { Engine } from './engine.ts';
import { type HttpEngine, openHttp } from './http-engine.ts';
import { fenced, type Ownership } from './ownership.ts';
import { inParts, type Parts } from './parts.ts';
import { makeReady } from './ready-server.ts';
import { type SchemaWays, upgrade } from './schema.ts';
import type { ClusterAt, ServerAt } from './server-at.ts';
import { StoreError } from './store-error.ts';

/**
 * What is asked is joined where it is asked, as tables that a question makes on the way are there alone.
 * https://clickhouse.com/docs/operations/settings/settings#prefer_global_in_and_join
 */
const ASKING = { prefer_global_in_and_join: '1', distributed_product_mode: 'global' } as const;

/** Opens the parts of a store on a cluster: a server of each shard, the first of which is asked. Throws a `StoreError`. */
export const openParts = async (
  at: ServerAt,
  { name, others }: ClusterAt,
  nonce: string,
  ownershipOn: (engine: HttpEngine) => Ownership,
): Promise<OpenedParts> => {
  const own = shardDatabase(at.database);
  const names = { cluster: name, database: at.database };
  const asked = openHttp(at, nonce, { lane: 'q', settings: ASKING });
  const servers = [at.url, ...others].map((url) => ({ ...at, url, database: own }));
  const each = servers.map((server) => openHttp(server, nonce));
  const first = each[0] as HttpEngine;
  const owns = each.map(ownershipOn).map((ownership, place): Ownership => {
    if (place > 0) return ownership;
    // Whoever has the first part writes to the others what is whole on each.
    return withTake(ownership, async () => {
      const gone = await ownership.take();
      for (const other of each.slice(1)) for (const mark of gone) await other.endThoseOf(mark);
      return gone;
    });
  });
  const ownEach = each.map((engine, place) => fenced(engine, owns[place] as Ownership));
  const eachFor = owns.map((ownership) => each.map((engine) => fenced(engine, ownership)));
  try {
    for (const [i, server] of servers.entries()) {
      await needsShards(each[i] as HttpEngine, server, name, servers.length);
      await makeReady(each[i] as HttpEngine, server, own, clusterDatabases(names));
    }
    const parts = inParts(asked, ownEach, (place) => eachFor[place] as readonly Engine[]);
    const tellAll = async (statements: readonly string[]): Promise<void> => {
      for (const statement of statements) {
        for (const ownership of owns) ownership.check();
        await first.changeServer(statement);
      }
    };
    await upgradeBesideOthers(
      { ...parts.every, rows: (sql, params) => first.rows(sql, params) },
      {
        own: () => takeAll(owns),
        begin: () => tellAll(clusterBeginning(names)),
        change: (statement) =>
          movesRows(statement) ? parts.every.run(statement) : tellAll([onCluster(statement, names)]),
        finish: async () => {
          await tellAll(questionTables(names, await first.rows<ColumnNamed>(COLUMNS)));
          for (const [part, engine] of parts.each.entries())
            await engine.run('INSERT INTO part_here SELECT {part:UInt32}, {parts:UInt32}', {
              part,
              parts: each.length,
            });
        },
      },
    );
    for (const [i, server] of servers.entries()) await needsPart(each[i] as HttpEngine, server, i, servers.length);
    return { parts, owns, unfenced: each };
  } catch (error) {
    for (const ownership of owns) await ownership.release();
    for (const engine of [asked, ...each]) await engine.close();
    throw error;
  }
};

/** Parts of a store on a server, who owns each, and each as anybody may reach it. */
export interface OpenedParts {
  readonly parts: Parts;
  readonly owns: readonly Ownership[];
  readonly unfenced: readonly HttpEngine[];
}

const withTake = (ownership: Ownership, take: Ownership['take']): Ownership => ({
  isAlone: ownership.isAlone,
  get isHad() {
    return ownership.isHad;
  },
  take,
  check: () => ownership.check(),
  release: () => ownership.release(),
});

/** All of them or none. */
const takeAll = async (owns: readonly Ownership[]): Promise<void> => {
  try {
    // In one order, so that of several who want all one has them.
    for (const ownership of owns) await ownership.take();
  } catch (error) {
    for (const ownership of owns) await ownership.release();
    throw error;
  }
};

/** How often whoever finds another at an upgrade looks again, and for how long. */
const UPGRADE_LOOK_MS = 500;
const UPGRADE_LOOKS = 120;

/** Several may be started at once, and one of them makes the tables: the others wait for it. */
export const upgradeBesideOthers = async (engine: Engine, ways: Partial<SchemaWays>): Promise<void> => {
  for (let looks = 1; ; looks++) {
    try {
      return await upgrade(engine, ways);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'E_STORE_BUSY' || looks === UPGRADE_LOOKS) throw error;
      await after(UPGRADE_LOOK_MS);
    }
  }
};

/** Throws where the server does not know the cluster as `--store` tells it. */
const needsShards = async (
  engine: HttpEngine,
  { url }: Pick<ServerAt, 'url'>,
  cluster: string,
  named: number,
): Promise<void> => {
  const known = await engine.ofServer<{ cluster: string; shards: number }>(
    'SELECT cluster, uniqExact(shard_num) AS shards FROM system.clusters GROUP BY cluster ORDER BY cluster',
  );
  const shards = known.find((one) => one.cluster === cluster)?.shards;
  if (shards === undefined)
    throw new StoreError(
      'E_STORE_CLUSTER',
      `${url.origin} knows no cluster ${cluster}; it knows ${known.map((one) => one.cluster).join(', ') || 'none'}`,
    );
  if (shards !== named)
    throw new StoreError(
      'E_STORE_CLUSTER',
      `by ${url.origin} the cluster ${cluster} has ${shards} shards, and --store names servers of ${named}`,
    );
};

/** Throws where the server has another part of the store: rows would be looked for, and written, in the wrong place. */
const needsPart = async (
  engine: HttpEngine,
  { url }: Pick<ServerAt, 'url'>,
  part: number,
  parts: number,
): Promise<void> => {
  const here = await engine.rows<{ part: number; parts: number }>('SELECT DISTINCT part, parts FROM part_here');
  const [only] = here;
  if (here.length === 1 && only?.part === part && only.parts === parts) return;
  throw new StoreError(
    'E_STORE_CLUSTER',
    only === undefined || here.length > 1
      ? `${url.origin} has ${only === undefined ? 'no part' : 'parts of several shards'} of the store: --store is to name one server of each shard`
      : `${url.origin} has part ${only.part + 1} of ${only.parts} of the store, and --store names it as ${part + 1} of ${parts}`,
  );
};
