import { HOUR, type Instant } from '../../base/instant.ts';
import type { Engine } from '../engine.ts';
import type { Gate } from '../gate.ts';
import { sql } from '../sql.ts';

/** Of what was over before, `entry_reach` may say nothing. */
export const readForgotten = async (engine: Engine, cluster: string): Promise<Instant> => {
  const [row] = await engine.rows<{ until: Instant }>(
    'SELECT max(until_ms) AS until FROM entry_forgotten WHERE cluster = {cluster:String}',
    { cluster },
  );
  return row?.until ?? (0 as Instant);
};

/**
 * Forgets, once an hour, which entries were open that were gone before `until`: of tuples that were told of before then all rows are looked at again.
 * While no write is under way, as one asks how much is forgotten and then what is known.
 */
export const forgetEntries = async (
  engine: Engine,
  cluster: string,
  gate: Gate,
  until: number,
  lookbackMs: number,
): Promise<void> => {
  if (until < (await readForgotten(engine, cluster)) + HOUR) return;
  await gate.look(async () => {
    await engine.run('INSERT INTO entry_forgotten (cluster, until_ms) SELECT {cluster:String}, {until_ms:Int64}', {
      cluster,
      until_ms: until,
    });
    // What is said of one tuple in several rows is one.
    await engine.run('OPTIMIZE TABLE entry_reach FINAL');
    await engine.run(sql('attribution/entries-forget'), { cluster, until_ms: until, lookback_ms: lookbackMs });
  });
};
