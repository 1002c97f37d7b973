import type { Instant } from '../base/instant.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import type { FlowQuery, VerdictKind, WhoRows } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { filterParams, inventoryInForce, ofChosen, readPods } from './read-flows.ts';

interface ShareRow {
  readonly uid: string;
  readonly node: string;
  readonly flows: number;
  readonly exact_flows: number;
  readonly bytes_out: number;
  readonly bytes_in: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly confidence: number;
}

/** Pods and nodes behind the flows of the query, and how well the flows are covered. */
export const readWho = async (engine: Engine, query: FlowQuery): Promise<WhoRows> => {
  const inventory = await inventoryInForce(engine, query.cluster);
  const params = { ...filterParams(query), inventory, tuple: 0 };
  const [shares, coverage] = await Promise.all([
    engine.rows<ShareRow>(ofChosen('who'), params),
    engine.rows<{ verdict: VerdictKind; reason: string; flows: number; bytes: number }>(ofChosen('coverage'), params),
  ]);
  const uids = shares.flatMap((row) => (row.uid === '' ? [] : [row.uid]));
  const pods = uids.length === 0 ? new Map() : await readPods(engine, query.cluster, inventory, uids);
  return {
    pods: shares.map((row) => {
      const pod = pods.get(row.uid) ?? null;
      return {
        pod,
        node: pod === null ? row.node : pod.node,
        flows: row.flows,
        exactFlows: row.exact_flows,
        bytesOut: row.bytes_out,
        bytesIn: row.bytes_in,
        first: row.first_ms as Instant,
        last: row.last_ms as Instant,
        confidence: row.confidence,
      };
    }),
    coverage: coverage.map(({ verdict, reason, flows, bytes }) => ({
      verdict,
      reason: reason === '' ? null : (reason as Reason),
      flows,
      bytes,
    })),
  };
};
