import type { Sighting } from '../facts.ts';
import { callsOut, isSpan } from './span-tree.ts';

/** A sighting with whose it is and whom it calls, as far as the inventory knows: `namespace/workload`; empty where it does not. */
export interface Placed {
  readonly sighting: Pick<Sighting, 'kind' | 'spanId' | 'parentSpanId' | 'traceId' | 'ids'>;
  readonly workload: string;
  /** By the address it connected to, for a call; by the address it came from, for a request. */
  readonly other: string;
}

/** How ids travel between two workloads. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** Calls that spans of the caller tell of. */
  readonly calls: number;
  /** Trace ids that the caller had when it called, and how many of them the callee had too. */
  readonly traceIds: number;
  readonly traceIdsArrived: number;
  /** The same for correlation ids. */
  readonly ids: number;
  readonly idsArrived: number;
  /** Requests from the caller with which the callee began a trace of its own. */
  readonly restarted: number;
  /** Connections that flows show, where no span tells of a call. */
  readonly flows: number;
  /** Where ids are lost, in one word. */
  readonly lost: 'nowhere' | 'in-part' | 'callee-silent' | 'caller-silent' | 'not-passed' | 'restarted';
  /** Some ids that did not arrive. */
  readonly examples: readonly string[];
}

interface Count {
  calls: number;
  restarted: number;
  flows: number;
  readonly traceIds: Set<string>;
  readonly ids: Set<string>;
}

const EXAMPLES = 3;

/**
 * Which share of ids survives each hop. An id survived when anything of the callee carries it: its span or a line of its log. A caller
 * is joined to its callee by a span under its own, else by the pod that held the address it called. `flows` are pairs that flows show.
 */
export const propagationOf = (
  placed: readonly Placed[],
  flows: readonly { readonly from: string; readonly to: string }[],
): readonly Hop[] => {
  const carried = new Map<string, Set<string>>();
  const takers = new Map<string, Placed>();
  for (const one of placed) {
    const { sighting, workload } = one;
    if (workload === '') continue;
    const had = carried.get(workload) ?? new Set<string>();
    carried.set(workload, had);
    for (const id of [sighting.traceId, ...sighting.ids]) if (id !== '') had.add(id);
    if (isSpan(sighting) && !callsOut(sighting) && sighting.parentSpanId !== '')
      takers.set(`${sighting.traceId} ${sighting.parentSpanId}`, one);
  }
  const counts = new Map<string, Count>();
  const count = (from: string, to: string): Count => {
    const key = `${from}\n${to}`;
    const known = counts.get(key) ?? { calls: 0, restarted: 0, flows: 0, traceIds: new Set(), ids: new Set() };
    counts.set(key, known);
    return known;
  };
  for (const { sighting, workload, other } of placed) {
    if (workload === '') continue;
    if (callsOut(sighting)) {
      const taker = takers.get(`${sighting.traceId} ${sighting.spanId}`)?.workload ?? '';
      const to = taker === '' || taker === workload ? other : taker;
      if (to === '' || to === workload) continue;
      const hop = count(workload, to);
      hop.calls++;
      if (sighting.traceId !== '') hop.traceIds.add(sighting.traceId);
      for (const id of sighting.ids) hop.ids.add(id);
    } else if (sighting.kind === 'server' && sighting.parentSpanId === '' && other !== '' && other !== workload)
      count(other, workload).restarted++;
  }
  for (const { from, to } of flows) if (from !== to) count(from, to).flows++;
  return [...counts]
    .map(([key, hop]): Hop => {
      const [from = '', to = ''] = key.split('\n');
      const there = carried.get(to) ?? new Set<string>();
      const lostIds = [...hop.traceIds, ...hop.ids].filter((id) => !there.has(id));
      const arrived = (ids: ReadonlySet<string>): number => [...ids].filter((id) => there.has(id)).length;
      const numbers = {
        calls: hop.calls,
        traceIds: hop.traceIds.size,
        traceIdsArrived: arrived(hop.traceIds),
        ids: hop.ids.size,
        idsArrived: arrived(hop.ids),
        restarted: hop.restarted,
        flows: hop.flows,
      };
      return { from, to, ...numbers, lost: whereLost(numbers, there.size > 0), examples: lostIds.slice(0, EXAMPLES) };
    })
    .sort((a, b) => lostOf(b) - lostOf(a) || b.calls - a.calls || (a.from < b.from ? -1 : 1));
};

const lostOf = (hop: Pick<Hop, 'traceIds' | 'traceIdsArrived' | 'ids' | 'idsArrived'>): number =>
  hop.traceIds - hop.traceIdsArrived + hop.ids - hop.idsArrived;

const whereLost = (hop: Omit<Hop, 'from' | 'to' | 'lost' | 'examples'>, isCalleeHeard: boolean): Hop['lost'] => {
  if (hop.calls === 0) return 'caller-silent';
  if (lostOf(hop) === 0) return 'nowhere';
  if (!isCalleeHeard) return 'callee-silent';
  if (hop.traceIdsArrived + hop.idsArrived > 0) return 'in-part';
  return hop.restarted > 0 ? 'restarted' : 'not-passed';
};
