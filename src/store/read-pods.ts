import type { PodNamed } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { ipText } from './ip-text.ts';
import type { KeptAnswers, States } from './kept-answers.ts';
import { sql } from './sql.ts';

/** What is asked for one by one; of more, all that there is is cheaper. */
export const BY_UID = 2_000;

/** What names a pod, of a row of `pod_lease`. */
export interface PodRow {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly workload_kind: string;
  readonly workload_name: string;
  readonly node: string;
  readonly ip: string;
}

/** Pods by UID, as the inventory in force names them. */
export const readPods = async (
  engine: Engine,
  cluster: string,
  inventory: number,
  uids: readonly string[],
): Promise<ReadonlyMap<string, PodNamed>> => {
  if (uids.length === 0) return new Map();
  const asked = { cluster, inventory, uids: uids.length > BY_UID ? [] : uids };
  return byUid(await engine.rows<PodRow>(sql('read/pods'), asked));
};

/** The same; where all that there are are read, they are kept. */
export const keptPods = async (
  engine: Engine,
  kept: KeptAnswers,
  states: States,
  cluster: string,
  inventory: number,
  uids: readonly string[],
): Promise<ReadonlyMap<string, PodNamed>> => {
  if (uids.length <= BY_UID) return readPods(engine, cluster, inventory, uids);
  const rows = await kept.rows<PodRow>(engine, states, 'read/pods', { cluster, inventory, uids: [] });
  const pods = podsOf.get(rows) ?? byUid(rows);
  podsOf.set(rows, pods);
  return pods;
};
const podsOf = new WeakMap<readonly PodRow[], ReadonlyMap<string, PodNamed>>();

const byUid = (rows: readonly PodRow[]): ReadonlyMap<string, PodNamed> =>
  new Map(rows.map((row) => [row.uid, podNamed(row)]));

export const podNamed = ({ uid, namespace, name, workload_kind, workload_name, node, ip }: PodRow): PodNamed => ({
  uid,
  namespace,
  name,
  ip: ipText(ip),
  node,
  workload: { kind: workload_kind, namespace, name: workload_name },
});
