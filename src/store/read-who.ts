import type { Instant } from '../base/instant.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import type { FlowQuery, VerdictKind, WhoRows } from '../core/ports.ts';
import type { Engine, Params } from './engine.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { filterParams, keptInventory, ofChosen } from './read-flows.ts';
import { keptPods } from './read-pods.ts';
import { filtering } from './sql.ts';

interface ShareRow {
  readonly uid: string;
  readonly node: string;
  /** Of a row of the coverage; empty on a share. */
  readonly verdict: VerdictKind | '';
  readonly reason: string;
  readonly flows: number;
  readonly exact_flows: number;
  readonly relayed_flows: number;
  readonly bytes_out: number;
  readonly bytes_in: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly confidence: number;
  /** 1: it counts flows that were not alive in the interval. */
  readonly partly: number;
}

/** Pods and nodes behind the flows of the query, and how well the flows are covered. */
export const readWho = async (
  engine: Engine,
  kept: KeptAnswers,
  query: FlowQuery,
  keptFrom: Instant,
): Promise<WhoRows> => {
  const states = await kept.look();
  const inventory = await keptInventory(engine, kept, query.cluster, states);
  const params = { ...filterParams(query, keptFrom), inventory, tuple: 0 };
  const rows = await sharesOf(engine, query, params);
  const shares = rows.filter(({ verdict }) => verdict === '');
  const uids = shares.flatMap((row) => (row.uid === '' ? [] : [row.uid]));
  const pods = await keptPods(engine, kept, states, query.cluster, inventory, uids);
  return {
    pods: shares.map((row) => {
      const pod = pods.get(row.uid) ?? null;
      return {
        pod,
        node: pod === null ? row.node : pod.node,
        flows: row.flows,
        exactFlows: row.exact_flows,
        ...(row.relayed_flows > 0 ? { relayedFlows: row.relayed_flows } : {}),
        bytesOut: row.bytes_out,
        bytesIn: row.bytes_in,
        first: row.first_ms as Instant,
        last: row.last_ms as Instant,
        confidence: row.confidence,
      };
    }),
    coverage: coverageFrom(rows),
  };
};

/** Whole flows and bytes: of what was summed up, one part may be named and another not. */
const coverageFrom = (rows: readonly ShareRow[]): WhoRows['coverage'] => {
  const told = rows.flatMap((row) => (row.verdict === '' ? [] : [{ ...row, verdict: row.verdict }]));
  const flows = wholeNumbers(told.map((row) => row.flows));
  const bytes = wholeNumbers(told.map((row) => row.bytes_out + row.bytes_in));
  return told.map(({ verdict, reason }, i) => ({
    verdict,
    reason: reason === '' ? null : (reason as Reason),
    flows: flows[i] as number,
    bytes: bytes[i] as number,
  }));
};

/** Rounded so that their sum stays what it is: those with the largest fractions are rounded up. */
const wholeNumbers = (numbers: readonly number[]): readonly number[] => {
  const whole = numbers.map((number) => Math.floor(number + ROUNDING));
  const fraction = numbers.map((number, i) => number - (whole[i] as number));
  const left = Math.round(fraction.reduce((sum, part) => sum + part, 0));
  const up = new Set(
    [...numbers.keys()].sort((a, b) => (fraction[b] as number) - (fraction[a] as number)).slice(0, left),
  );
  return whole.map((number, i) => number + Number(up.has(i)));
};
const ROUNDING = 1e-6;

/** Verdicts that name every pod of the node. */
const AMONG: ReadonlySet<string> = new Set([
  'no-translation',
  'aggregated',
  'translation-uncertain',
  'conntrack-gap',
  'windows-node',
] satisfies Reason[]);

/**
 * The cheapest question that can answer. Flows that are counted together already, unless a filter or the interval cuts through them.
 * Else the flows, at first without the pods that a node had, which are joined to each flow and cost more than all the rest; where some
 * verdict is among these, with them. A filter by pods needs to know them from the start.
 */
const sharesOf = async (engine: Engine, query: FlowQuery, params: Params): Promise<readonly ShareRow[]> => {
  const byPods = query.namespaces.length > 0 || query.workloads.length > 0;
  const bySender = query.srcIps.length > 0 || query.srcPorts.length > 0;
  if (!byPods && !bySender) {
    const rows = await engine.rows<ShareRow>(filtering('read/who-totals', params), params);
    const isTold = rows.every(({ reason, partly }) => partly === 0 && !AMONG.has(reason));
    if (isTold) return rows;
    if (rows.some(({ reason }) => AMONG.has(reason))) return engine.rows<ShareRow>(ofChosen('who', params), params);
  }
  if (!byPods) {
    const rows = await engine.rows<ShareRow>(ofChosen('who', params, false), params);
    if (!rows.some(({ reason }) => AMONG.has(reason))) return rows;
  }
  return engine.rows<ShareRow>(ofChosen('who', params), params);
};
