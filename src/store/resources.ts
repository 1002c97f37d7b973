import type { AzureResource } from '../core/egress/azure-resource.ts';
import { type Network, networkOf, tagsNeeded } from '../core/egress/network.ts';
import type { Batch, Written } from '../core/ports.ts';
import { dropTables } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { loadRows } from './load-rows.ts';
import { sql } from './sql.ts';

const STRUCTURE = { type: 'String', id: 'String', told: 'String' } as const;

/** Writes what a batch tells of Azure's resources. Of two about one the later counts; what is told already is left out. */
export const writeResources = async (engine: Engine, batch: Batch, write: number): Promise<Written> => {
  const { cluster, object, resources = [] } = batch;
  if (resources.length === 0) return { rows: 0, known: 0 };
  const staged = `staged_${write}${engine.mark}_azure_resource`;
  const last = new Map(resources.map((one) => [`${one.type} ${one.id}`, one]));
  const stored = async (): Promise<number> => {
    const [count] = await engine.rows<{ rows: number }>(
      'SELECT count() AS rows FROM azure_resource WHERE cluster = {cluster:String} AND write = {write:UInt64}',
      { cluster, write },
    );
    return count?.rows ?? 0;
  };
  try {
    await loadRows(
      engine,
      'CREATE TABLE {staged:Identifier} ENGINE = Memory AS SELECT * FROM {source}',
      STRUCTURE,
      [...last.values()].map(({ type, id, ...told }) => ({ type, id, told: JSON.stringify(told) })),
      { staged },
    );
    const before = await stored();
    await engine.run(sql('write/resource-insert'), { staged, cluster, object, write });
    const rows = (await stored()) - before;
    return { rows, known: resources.length - rows };
  } finally {
    await dropTables(engine, [staged]);
  }
};

/** What is known of how packets leave a cluster. */
export const readNetwork = async (engine: Engine, cluster: string): Promise<Network> => {
  const resources = await readResources(engine, { cluster, tags: 0, names: [] });
  const names = tagsNeeded(resources);
  const tags = names.length === 0 ? [] : await readResources(engine, { cluster, tags: 1, names });
  return networkOf(cluster, [...resources, ...tags]);
};

const readResources = async (
  engine: Engine,
  asked: { readonly cluster: string; readonly tags: number; readonly names: readonly string[] },
): Promise<readonly AzureResource[]> => {
  const rows = await engine.rows<{ type: string; id: string; told: string }>(sql('read/resources'), asked);
  return rows.map(({ type, id, told }) => ({ type, id, ...JSON.parse(told) }) as AzureResource);
};
