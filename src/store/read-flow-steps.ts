import type { Instant } from '../base/instant.ts';
import type { FlowQuery, FlowStep, VerdictKind } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { filterParams, inventoryInForce, ofChosen } from './read-flows.ts';

interface Row {
  readonly step: number;
  readonly verdict: VerdictKind;
  readonly count: number;
  readonly list_rows: number;
  readonly is_among: number;
}

/** How many flows of the query began in each step, by verdict. */
export const readFlowSteps = async (
  engine: Engine,
  query: FlowQuery,
  stepMs: number,
  keptFrom: Instant,
): Promise<readonly FlowStep[]> => {
  const inventory = await inventoryInForce(engine, query.cluster);
  const params = { ...filterParams(query, keptFrom), inventory, tuple: 0, first_ms: query.from, step_ms: stepMs };
  const byPods = query.namespaces.length > 0 || query.workloads.length > 0;
  const ask = (isAmong: boolean) => engine.rows<Row>(ofChosen('steps', params, isAmong), params);
  // As in read-who.ts: the pods that a node had are looked up for those flows alone that need it.
  const bare = byPods ? null : await ask(false);
  const rows = bare === null || bare.some(({ is_among }) => is_among === 1) ? await ask(true) : bare;
  return rows.map(({ step, verdict, count, list_rows }) => ({ step, verdict, flows: count, rows: list_rows }));
};
