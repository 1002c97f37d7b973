import type { Purged, PurgeAsked } from '../../core/purge.ts';
import type { Engine } from '../engine.ts';
import { openFolder } from '../open-store.ts';
import { markForSweep, type PartsInForce, partsInForce, sweep } from '../sweep.ts';
import { sql } from '../sql.ts';
import { confirmPlan, forgetPlan, planPurge } from './plan.ts';
import { countSteps, runPlan } from './run-plan.ts';

export interface PurgeWorld {
  readonly dataDir: string;
  /** Letters and digits that nobody can guess, others each time. */
  readonly random: () => string;
  readonly progress: (text: string) => void;
}

/**
 * Takes what is known of a namespace or a pod out of the store of a folder, which nobody else may have open: facts that it told go, in the inventory and in verdicts a stand-in
 * takes the place of its name. Done, or as if never begun: a kill on the way is made up for when the folder is opened again. Throws a `StoreError`.
 */
export const purge = async (asked: PurgeAsked, isDry: boolean, world: PurgeWorld): Promise<Purged> => {
  const { dataDir, random, progress } = world;
  const { engine, store } = await openFolder(dataDir);
  let inForce: PartsInForce | null = null;
  try {
    const { pods, words } = await planPurge(engine, asked, random);
    if (isDry) {
      const steps = await countSteps(engine, asked);
      await forgetPlan(engine);
      return { pods, steps, left: [] };
    }
    markForSweep(dataDir, true);
    await confirmPlan(engine, asked);
    const steps = await runPlan(engine, asked, (table) => progress(`purging: ${table}`));
    await forgetPlan(engine);
    await store.grade(asked.cluster);
    const left = await leftOf(engine, asked.cluster, words);
    inForce = await partsInForce(engine);
    return { pods, steps, left };
  } finally {
    await store.close();
    if (inForce !== null) await sweep(dataDir, inForce);
  }
};

/** Every text of every table is looked at, whatever the steps know of it. */
const leftOf = async (engine: Engine, cluster: string, words: readonly string[]): Promise<Purged['left']> => {
  const left: { table: string; column: string; rows: number }[] = [];
  for (const { table, name, hasCluster } of await engine.rows<{ table: string; name: string; hasCluster: number }>(
    sql('purge/columns'),
  )) {
    const [row] = await engine.rows<{ rows: number }>(
      `SELECT count() AS rows FROM ${table}
       WHERE hasAny(extractAll(toString(${name}), '[A-Za-z0-9-]+'), {words:Array(String)})${hasCluster === 1 ? ' AND cluster = {cluster:String}' : ''}`,
      { words, cluster },
    );
    if (row !== undefined && row.rows > 0) left.push({ table, column: name, rows: row.rows });
  }
  return left;
};
