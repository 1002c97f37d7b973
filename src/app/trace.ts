import { renderInstant } from '../base/instant.ts';
import { pathsIn } from '../core/egress/egress-path.ts';
import type { LeaseRow, SightingRow, SourceRow, Store } from '../core/ports.ts';
import { TellingPods, toldBy } from '../core/trace/pod-told.ts';
import { type Call, skewsOf } from '../core/trace/skew.ts';
import { callsOut, spanTree, type TreeNode } from '../core/trace/span-tree.ts';
import { type Completeness, type SourceLine, sourceLine } from './completeness.ts';
import { findRequest, type TraceRange } from './trace-find.ts';
import { flowsOfCalls } from './trace-flows.ts';
import type { TraceItem } from './trace-item.ts';
import { Journey } from './trace-journey.ts';

export interface TraceReport {
  readonly schemaVersion: 1;
  readonly kind: 'Trace';
  readonly query: { readonly id: string; readonly from: string | null; readonly until: string | null };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly id: string;
  /** Traces that were found, by their ids. */
  readonly traces: readonly string[];
  /** Sightings that carry the id itself; the items may be fewer, as a limit says then. */
  readonly carry: number;
  readonly items: readonly TraceItem[];
  /** Clocks of nodes that calls between them show to differ: `node` is ahead by something between these. */
  readonly skews: readonly {
    readonly node: string;
    readonly against: string;
    readonly leastMs: number | null;
    readonly mostMs: number;
    readonly calls: number;
  }[];
}

type Node = TreeNode<SightingRow>;

/** The journey of a request: what carries its id, in order, with the flows behind its calls and its holes as holes. */
export const traceReport = async (
  store: Pick<Store, 'sightings' | 'sightingCounts' | 'podsTold' | 'flows' | 'sources' | 'network'>,
  asked: string,
  range: TraceRange & { readonly chosen: boolean },
): Promise<TraceReport> => {
  const found = await findRequest(store, asked, range);
  const sources = await store.sources(range.cluster);
  const pods = new TellingPods(await store.podsTold(range.cluster, toldBy(found.sightings)));
  const named = new Map(found.sightings.map((sighting) => [sighting, pods.of(sighting)]));
  const podOf = (sighting: SightingRow): LeaseRow | null => named.get(sighting) ?? null;
  const calleeOf = (call: SightingRow): LeaseRow | null => (call.destIp === null ? null : pods.at(call.destIp, call));
  const behind = await flowsOfCalls(store, range.cluster, found.sightings, podOf, calleeOf, sources);
  const tree = spanTree(found.sightings);
  const pathOf = pathsIn(await store.network(range.cluster));
  const items = new Journey(podOf, calleeOf, behind, pathOf).items(tree);
  const reasons = [...lacking(sources), ...found.limits];
  return {
    schemaVersion: 1,
    kind: 'Trace',
    query: {
      id: asked,
      from: range.chosen ? renderInstant(range.from) : null,
      until: range.chosen ? renderInstant(range.until) : null,
    },
    sources: sources.map(sourceLine),
    completeness: { complete: reasons.length === 0, reasons },
    id: asked,
    traces: [...new Set(found.sightings.map(({ traceId }) => traceId))].filter((id) => id !== ''),
    carry: found.carry,
    items,
    skews: skewsOf(callsIn(tree, podOf)).map((skew) => ({
      ...skew,
      leastMs: Number.isFinite(skew.leastMs) ? skew.leastMs : null,
    })),
  };
};

const lacking = (sources: readonly SourceRow[]): readonly string[] => {
  if (sources.length === 0) return ['nothing has been ingested yet'];
  const has = (kind: string): boolean => sources.some((source) => source.kind === kind && source.rows > 0);
  return [
    ...(has('sighting') ? [] : ['no traces and no logs with ids were ingested']),
    ...(has('inventory') ? [] : ['no pod inventory was ingested: pods are named as the spans name them']),
    ...(has('flow-log') || has('conntrack') ? [] : ['neither flow log nor conntrack was ingested: no flow is known']),
  ];
};

const callsIn = (roots: readonly Node[], podOf: (sighting: SightingRow) => LeaseRow | null): readonly Call[] => {
  const calls: Call[] = [];
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    waiting.push(...node.children);
    const caller = node.sighting;
    if (caller === null || !callsOut(caller)) continue;
    for (const { sighting: callee } of node.children) {
      if (callee?.kind !== 'server') continue;
      const on = (s: SightingRow): string => podOf(s)?.node ?? s.node;
      calls.push({ caller, callee, callerNode: on(caller), calleeNode: on(callee) });
    }
  }
  return calls;
};
