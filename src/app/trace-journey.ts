import { type Instant, instant, SECOND } from '../base/instant.ts';
import type { PathOf } from '../core/egress/egress-path.ts';
import type { LeaseRow, SightingRow } from '../core/ports.ts';
import { beginOf, isSpan, type TreeNode } from '../core/trace/span-tree.ts';
import { renderEndpoint } from './address.ts';
import { type FlowLine, flowLine } from './flow-line.ts';
import type { Behind } from './trace-flows.ts';
import { GAPS, gapItem, NOBODY, sightingItem, type TraceItem, whoOf } from './trace-item.ts';

type Node = TreeNode<SightingRow>;
type Whose = (sighting: SightingRow) => LeaseRow | null;

/** A second, or a tenth of the whole, without anything. */
const QUIET = { leastMs: SECOND, share: 0.1 } as const;

/** Steps of a journey, in order. */
export class Journey {
  private readonly podOf: Whose;
  private readonly calleeOf: Whose;
  private readonly behind: ReadonlyMap<SightingRow, Behind>;
  private readonly pathOf: PathOf;
  private readonly out: TraceItem[] = [];
  /** Services whose spans name no pod are told of once. */
  private readonly unnamed = new Set<string>();

  constructor(podOf: Whose, calleeOf: Whose, behind: ReadonlyMap<SightingRow, Behind>, pathOf: PathOf) {
    this.podOf = podOf;
    this.calleeOf = calleeOf;
    this.behind = behind;
    this.pathOf = pathOf;
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
    const line = flowLine(flow, this.pathOf);
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
    const pod = this.calleeOf(call);
    if (pod === null || children.some(({ sighting }) => sighting !== null && isSpan(sighting))) return;
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
  return `${flow.verdict}, ${flow.decision}${snat}: ${renderEndpoint(flow.srcIp, flow.srcPort)} → ${renderEndpoint(flow.destIp, flow.destPort)}/${flow.protocol}`;
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
