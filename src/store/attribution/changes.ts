import type { Instant } from '../../base/instant.ts';
import { IDLE } from '../../core/attribution/flow.ts';
import type { Changes, Moved, Reopened, VerdictKind } from '../../core/ports.ts';
import { dropTables } from '../scratch-tables.ts';
import type { Engine, Params } from '../engine.ts';
import { podsInForce } from '../read-flows.ts';
import { sql } from '../sql.ts';
import type { Window } from './windows.ts';

/** A window that had an answer, and the generation of it. */
interface Answered extends Window {
  readonly generation: number;
}

/** How many flows moved from which verdict or pod to which. */
interface Pair {
  readonly verdict_before: VerdictKind;
  readonly uid_before: string;
  /** Empty: they are no more. */
  readonly verdict_after: VerdictKind | '';
  readonly uid_after: string;
  readonly flows: number;
}

/** What came of comparing a chunk's answers with those before. */
export interface Compared {
  readonly pairs: readonly Pair[];
  readonly reopened: Reopened;
}

/** Compares the answers of a generation that is written and not yet in force with those that it replaces, and keeps what changed. */
export const recordChanges = async (
  engine: Engine,
  cluster: string,
  answered: readonly Answered[],
  generation: number,
  keptFrom: Instant,
  now: Instant,
): Promise<Compared> => {
  const params: Params = {
    cluster,
    generation,
    compared: `compared_${generation}${engine.mark}`,
    at_ms: now,
    idle_ms: IDLE,
    // No flow of a window ended before its hour.
    from_ms: Math.max(keptFrom, Math.min(...answered.map(({ hour_ms }) => hour_ms))),
    w_shard: answered.map(({ shard }) => shard),
    w_hour: answered.map(({ hour_ms }) => hour_ms),
    w_tick: answered.map(({ tick }) => tick),
    w_before: answered.map((window) => window.generation),
  };
  try {
    await engine.run(sql('attribution/compare'), params);
    await engine.run(sql('attribution/changes-insert'), params);
    await engine.run(sql('attribution/reopened-insert'), params);
    const [pairs, reopened] = await Promise.all([
      engine.rows<Pair>(sql('attribution/changes'), params),
      engine.rows<Reopened>(sql('attribution/reopened'), params),
    ]);
    return { pairs, reopened: reopened[0] ?? NOTHING };
  } finally {
    await dropTables(engine, [params['compared'] as string]);
  }
};

const NOTHING: Reopened = { windows: 0, flows: 0, moved: 0, gone: 0 };

/** What some chunks come to together, with names. */
export const changesOf = async (engine: Engine, cluster: string, chunks: readonly Compared[]): Promise<Changes> => {
  const pairs = chunks.flatMap((chunk) => chunk.pairs);
  const uids = [...new Set(pairs.flatMap(({ uid_before, uid_after }) => [uid_before, uid_after]))].filter(Boolean);
  const pods = await podsInForce(engine, cluster, uids);
  const who = (verdict: VerdictKind | '', uid: string): string => {
    const pod = pods.get(uid);
    const named = pod === undefined ? uid : `${pod.namespace}/${pod.name}`;
    if (verdict === '') return NO_FLOW;
    if (uid === '') return verdict;
    return verdict === 'exact' ? named : `${verdict} by ${named}`;
  };
  const moved = new Map<string, Moved>();
  for (const pair of pairs) {
    const [from, to] = [who(pair.verdict_before, pair.uid_before), who(pair.verdict_after, pair.uid_after)];
    const key = `${from}\n${to}`;
    moved.set(key, { from, to, flows: pair.flows + (moved.get(key)?.flows ?? 0) });
  }
  return {
    changes: [...moved.values()].sort(
      (a, b) => b.flows - a.flows || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1),
    ),
    reopened: chunks
      .map(({ reopened }) => reopened)
      .reduce(
        (sum, { windows, flows, moved: m, gone }) => ({
          windows: sum.windows + windows,
          flows: sum.flows + flows,
          moved: sum.moved + m,
          gone: sum.gone + gone,
        }),
        NOTHING,
      ),
  };
};

/** In place of a verdict: late evidence showed that there is no such flow. */
const NO_FLOW = 'no flow';

/** What passes from `since` on changed and did not change back. */
export const readChanges = async (engine: Engine, cluster: string, since: Instant): Promise<Changes> => {
  const params: Params = { cluster, changed_since_ms: since, idle_ms: IDLE };
  const [pairs, reopened] = await Promise.all([
    engine.rows<Pair>(sql('read/changed-pairs'), params),
    engine.rows<Reopened>(sql('read/reopened-totals'), params),
  ]);
  return changesOf(engine, cluster, [{ pairs, reopened: reopened[0] ?? NOTHING }]);
};
