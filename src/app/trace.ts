import { type Instant, instant, renderInstant, SECOND } from '../base/instant.ts';
import type { LeaseRow, SightingRow, SourceRow, Store } from '../core/ports.ts';
import { TellingPods, toldBy } from '../core/trace/pod-told.ts';
import { type Call, skewsOf } from '../core/trace/skew.ts';
import { beginOf, callsOut, isSpan, spanTree, type TreeNode } from '../core/trace/span-tree.ts';
import { renderEndpoint } from './address.ts';
import { type Completeness, type SourceLine, sourceLine } from './completeness.ts';
import { type FlowLine, flowLine } from './flow-line.ts';
import { findRequest, type TraceRange } from './trace-find.ts';
import { type Behind, flowsOfCalls } from './trace-flows.ts';
import { GAPS, gapItem, NOBODY, sightingItem, type TraceItem, whoOf } from './trace-item.ts';

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
  store: Pick<Store, 'sightings' | 'sightingCounts' | 'podsTold' | 'flows' | 'sources'>,
  asked: string,
  range: TraceRange & { readonly chosen: boolean },
): Promise<TraceReport> => {
  const found = await findRequest(store, asked, range);
  const sources = await store.sources(range.cluster);
  const pods = new TellingPods(await store.podsTold(range.cluster, toldBy(found.sightings)));
  const named = new Map(found.sightings.map((sighting) => [sighting, pods.of(sighting)]));
  const podOf = (sighting: SightingRow): LeaseRow | null => named.get(sighting) ?? null;
  const behind = await flowsOfCalls(store, range.cluster, found.sightings, podOf, sources);
  const tree = spanTree(found.sightings);
  const journey = new Journey(pods, podOf, behind);
  const items = journey.items(tree);
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

/** A second, or a tenth of the whole, without anything. */
const QUIET = { leastMs: SECOND, share: 0.1 } as const;

class Journey {
  private readonly pods: TellingPods;
  private readonly podOf: (sighting: SightingRow) => LeaseRow | null;
  private readonly behind: ReadonlyMap<SightingRow, Behind>;
  private readonly out: TraceItem[] = [];
  /** Services whose spans name no pod are told of once. */
  private readonly unnamed = new Set<string>();

  constructor(
    pods: TellingPods,
    podOf: (sighting: SightingRow) => LeaseRow | null,
    behind: ReadonlyMap<SightingRow, Behind>,
  ) {
    this.pods = pods;
    this.podOf = podOf;
    this.behind = behind;
  }

  items(roots: readonly Node[]): readonly TraceItem[] {
    const [from, until] = [Math.min(...roots.map(beginOf)), Math.max(...roots.map(endOf))];
    const quiet = Math.max(QUIET.leastMs, (until - from) * QUIET.share);
    let told = Number.POSITIVE_INFINITY;
    for (const root of roots) {
      const begin = beginOf(root);
      if (begin - told >= quiet)
        this.out.push(gapItem(instant(told), 0, 'quiet', `nothing was told of for ${Math.round(begin - told)} ms`));
      told = Math.max(told === Number.POSITIVE_INFINITY ? 0 : told, endOf(root));
      this.walk(root);
    }
    return this.out;
  }

  /** Children after their parent. By hand and not by recursion, as deep as a file may be. */
  private walk(root: Node): void {
    const waiting: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, depth } = next;
      this.node(node, depth);
      waiting.push(...node.children.toReversed().map((child) => ({ node: child, depth: depth + 1 })));
    }
  }

  private node({ sighting, spanId, children, ...rest }: Node, depth: number): void {
    if (sighting === null) {
      const at = beginOf({ sighting, spanId, children, ...rest }) as Instant;
      this.out.push(gapItem(at, depth, 'parent-missing', `span ${spanId} ${GAPS['parent-missing']}`));
      return;
    }
    const pod = this.podOf(sighting);
    this.out.push(sightingItem(sighting, pod, depth));
    if (pod === null) this.unknown(sighting, depth + 1);
    this.flows(sighting, pod, depth + 1);
    if (sighting.kind === 'client') this.callee(sighting, children, depth + 1);
  }

  private unknown(sighting: SightingRow, depth: number): void {
    const { pod, podUid, service, namespace } = sighting;
    const key = `${namespace}/${pod}/${podUid}/${service}`;
    if (this.unnamed.has(key)) return;
    this.unnamed.add(key);
    const text =
      pod === '' && podUid === '' && sighting.podIp === null
        ? 'it names no pod: have the Collector add k8s.pod.uid (k8sattributes)'
        : `the inventory knows no pod ${pod === '' ? podUid || sighting.podIp : pod} at that time`;
    this.out.push(
      gapItem(sighting.begin, depth, 'pod-unknown', text, { ...NOBODY, service: service === '' ? null : service }),
    );
  }

  private flows(sighting: SightingRow, pod: LeaseRow | null, depth: number): void {
    const behind = this.behind.get(sighting);
    if (behind === undefined) return;
    if ('why' in behind) {
      this.out.push(gapItem(sighting.begin, depth, 'no-flow', behind.why));
      return;
    }
    const [best] = behind.flows;
    if (best === undefined) return;
    const { flow, tie } = best;
    const line = flowLine(flow);
    this.out.push({
      at: line.begin,
      kind: 'flow',
      depth,
      ...whoOf(sighting, pod),
      text: flowText(line),
      ...(flow.end === null ? {} : { durationMs: flow.end - flow.begin }),
      flow: line,
      tie,
      among: behind.flows.length,
    });
  }

  /** A call into the cluster that nobody took. */
  private callee(call: SightingRow, children: readonly Node[], depth: number): void {
    if (call.destIp === null || children.some(({ sighting }) => sighting !== null && isSpan(sighting))) return;
    const pod = this.pods.at(call.destIp, call);
    if (pod === null) return;
    this.out.push(
      gapItem(call.begin, depth, 'callee-silent', `${pod.namespace}/${pod.name} ${GAPS['callee-silent']}`, {
        workload: pod.workload,
        pod: { uid: pod.uid, namespace: pod.namespace, name: pod.name },
        node: pod.node,
        service: null,
      }),
    );
  }
}

const flowText = (flow: FlowLine): string => {
  const snat = flow.snatPort === null ? '' : `, SNAT port ${flow.snatPort}`;
  return `${renderEndpoint(flow.srcIp, flow.srcPort)} → ${renderEndpoint(flow.destIp, flow.destPort)}/${flow.protocol}: ${flow.verdict}, ${flow.decision}${snat}`;
};

const endOf = (root: Node): number => {
  let end = 0;
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    end = Math.max(end, node.sighting?.until ?? 0);
    waiting.push(...node.children);
  }
  return end;
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
