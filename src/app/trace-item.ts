import { renderInstant } from '../base/instant.ts';
import type { Instant } from '../base/instant.ts';
import type { SightingKind, Workload } from '../core/facts.ts';
import type { LeaseRow, SightingRow } from '../core/ports.ts';
import type { Tie } from '../core/trace/flow-behind.ts';
import type { FlowLine } from './flow-line.ts';

/** Why the journey has a hole there. Codes are for ever. */
export const GAPS = {
  'parent-missing': 'was not told of: sampled away, or its program is not instrumented',
  'callee-silent': 'has no span of it: not instrumented, sampled away, or not passed the context',
  'pod-unknown': 'which pod this was is not known',
  'no-flow': 'no flow is known behind this call',
  quiet: 'nothing was told of for a while',
} as const satisfies Record<string, string>;

export type GapReason = keyof typeof GAPS;

/** One step of a journey. Fields are only ever added. */
export interface TraceItem {
  readonly at: string;
  readonly kind: 'span' | 'log' | 'flow' | 'gap';
  /** How deep it lies: what has a larger depth than the item before it happened under it. */
  readonly depth: number;
  readonly workload: Workload | null;
  readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string } | null;
  readonly node: string | null;
  /** `service.name`, or the role of Application Insights. */
  readonly service: string | null;
  readonly text: string;
  readonly durationMs?: number;
  readonly status?: 'ok' | 'error';
  readonly result?: string;
  readonly role?: SightingKind;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly ids?: readonly string[];
  readonly source?: string;
  /** For a flow. */
  readonly flow?: FlowLine;
  /** What ties it to the call above it. */
  readonly tie?: Tie;
  /** Flows that fit as well, this one among them. */
  readonly among?: number;
  /** For a gap. */
  readonly reason?: GapReason;
}

type Who = Pick<TraceItem, 'workload' | 'pod' | 'node' | 'service'>;
export const NOBODY: Who = { workload: null, pod: null, node: null, service: null };

/** Whose a sighting is: as the inventory has it, else as the sighting itself tells. */
export const whoOf = (sighting: SightingRow, pod: LeaseRow | null): Who => {
  const service = sighting.service === '' ? null : sighting.service;
  if (pod !== null)
    return {
      workload: pod.workload,
      pod: { uid: pod.uid, namespace: pod.namespace, name: pod.name },
      node: pod.node,
      service,
    };
  const { pod: name, podUid: uid, namespace, node } = sighting;
  return {
    workload: null,
    pod: name === '' && uid === '' ? null : { uid, namespace, name },
    node: node === '' ? null : node,
    service,
  };
};

export const sightingItem = (sighting: SightingRow, pod: LeaseRow | null, depth: number): TraceItem => {
  const isLine = sighting.kind === 'log' || sighting.kind === 'network';
  return {
    at: renderInstant(sighting.begin),
    kind: isLine ? 'log' : 'span',
    depth,
    ...whoOf(sighting, pod),
    text: sighting.text,
    ...(isLine ? {} : { durationMs: sighting.until - sighting.begin }),
    ...(sighting.status === '' ? {} : { status: sighting.status }),
    ...(sighting.result === '' ? {} : { result: sighting.result }),
    role: sighting.kind,
    traceId: sighting.traceId,
    spanId: sighting.spanId,
    ids: sighting.ids,
    source: `${sighting.format} ${sighting.object}`,
  };
};

export const gapItem = (at: Instant, depth: number, reason: GapReason, text: string, who: Who = NOBODY): TraceItem => ({
  at: renderInstant(at),
  kind: 'gap',
  depth,
  ...who,
  text,
  reason,
});
