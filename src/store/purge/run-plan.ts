import type { PurgeStep } from '../../core/purge.ts';
import type { Engine, Params } from '../engine.ts';
import { forgetPlan, planUnderWay } from './plan.ts';
import { type Step, STEPS } from './steps.ts';

interface Span {
  readonly from: number;
  readonly until: number;
}

const paramsOf = ({ from, until }: Span): Params => ({ from_ms: from, until_ms: until });

const rowsOf = async (engine: Engine, { table, where }: Step, span: Span): Promise<number> => {
  const [row] = await engine.rows<{ rows: number }>(
    `SELECT count() AS rows FROM ${table} WHERE ${where}`,
    paramsOf(span),
  );
  return row?.rows ?? 0;
};

/** What a plan would do to each table. */
export const countSteps = async (engine: Engine, span: Span): Promise<readonly PurgeStep[]> => {
  const counted: PurgeStep[] = [];
  for (const step of STEPS) {
    const { table, action } = step;
    const rows = await rowsOf(engine, step, span);
    if (rows > 0) counted.push({ table, action, rows });
  }
  return counted;
};

/** Does it. Each step can be done again, so whoever opens the store after a kill does all of it once more. */
export const runPlan = async (
  engine: Engine,
  span: Span,
  progress: (table: string) => void,
): Promise<readonly PurgeStep[]> => {
  const done: PurgeStep[] = [];
  for (const step of STEPS) {
    const { table, action } = step;
    progress(table);
    const rows = await rowsOf(engine, step, span);
    if (rows === 0) continue;
    await runStep(engine, step, span);
    done.push({ table, action, rows });
  }
  // What is graded rests on sightings, too: whoever grades next does it anew.
  if (done.some(({ table, action }) => table === 'sighting' && action === 'deleted'))
    await engine.run(
      "ALTER TABLE grade_current UPDATE basis = '' WHERE cluster IN (SELECT cluster FROM purge_name) SETTINGS mutations_sync = 1",
    );
  await engine.run('TRUNCATE TABLE pod_expired');
  return done;
};

const runStep = async (engine: Engine, { table, action, where, sets, anew }: Step, span: Span): Promise<void> => {
  const params = paramsOf(span);
  const remove = (which: string): Promise<void> =>
    engine.run(`ALTER TABLE ${table} DELETE WHERE ${which} SETTINGS mutations_sync = 1`, params);
  const set = Object.entries(sets);
  if (action === 'deleted') return remove(where);
  if (anew === null)
    return engine.run(
      `ALTER TABLE ${table} UPDATE ${set.map(([column, is]) => `${column} = ${is}`).join(', ')} WHERE ${where} SETTINGS mutations_sync = 1`,
      params,
    );
  if (anew !== '') await remove(anew);
  const columns = await engine.rows<{ name: string }>(
    "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') ORDER BY position",
    { table },
  );
  const named = columns.map(({ name }) => name);
  // Under names of their own: one of a column would stand for what it becomes, also where another is made of it.
  const made = named.map((name) => `${sets[name] ?? name} AS new_${name}`);
  await engine.run(
    `INSERT INTO ${table} (${named.join(', ')}) SELECT ${made.join(', ')} FROM ${table} WHERE ${where} SETTINGS max_partitions_per_insert_block = 0`,
    params,
  );
  await remove(where);
};

/** Brings a purge to its end that was confirmed and killed. */
export const finishPlan = async (engine: Engine): Promise<void> => {
  const [row] = await engine.rows<{ rows: number }>('SELECT count() AS rows FROM purge_name');
  if ((row?.rows ?? 0) === 0) return;
  const under = await planUnderWay(engine);
  if (under !== null) {
    // Statements of a process that was killed go on by themselves.
    for (const table of new Set(STEPS.map((step) => step.table)))
      await engine.run(`ALTER TABLE ${table} DELETE WHERE 0 SETTINGS mutations_sync = 1`);
    await runPlan(engine, under, () => undefined);
  }
  await forgetPlan(engine);
};
