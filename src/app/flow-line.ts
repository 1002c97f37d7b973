import { renderInstant } from '../base/instant.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import type { Workload } from '../core/facts.ts';
import type { FlowRow, PodNamed, VerdictKind } from '../core/ports.ts';
import { isPrivate } from './address.ts';

export type CandidateLine =
  | {
      readonly workload: string;
      readonly namespace: string;
      readonly kind: string;
      readonly pod: string | null;
      readonly podUid: string | null;
      readonly probability: number;
    }
  | { readonly node: true; readonly probability: number }
  | { readonly others: number; readonly probability: number };

/** One flow as programs read it. Fields are only ever added. */
export interface FlowLine {
  readonly flow: string;
  readonly cluster: string;
  readonly begin: string;
  readonly end: string | null;
  readonly node: string | null;
  readonly srcIp: string;
  readonly srcPort: number | null;
  readonly nodeIp: string | null;
  readonly snatPort: number | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly direction: 'outbound' | 'inbound';
  readonly decision: 'allowed' | 'denied';
  readonly rule: string | null;
  readonly packetsOut: number | string;
  readonly bytesOut: number | string;
  readonly packetsIn: number | string;
  readonly bytesIn: number | string;
  readonly observedBy: readonly string[];
  readonly egressPath: 'vnet' | 'unknown';
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  readonly workload: (Workload & { readonly confidence: number }) | null;
  readonly pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly ip: string;
    readonly port: number | null;
    readonly confidence: number;
  } | null;
  readonly candidates: readonly CandidateLine[];
  readonly candidateCount: number;
  readonly evidence: readonly string[];
  /** With --changed-since only: what was said then, and when that changed last. */
  readonly was?: {
    readonly changedAt: string;
    readonly verdict: VerdictKind;
    readonly reason: Reason | null;
    /** Names are empty where the inventory no longer knows the pod. */
    readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string } | null;
  };
}

/** More would make one flow behind a full node longer than the page. */
const LISTED = 10;

export const flowLine = (row: FlowRow): FlowLine => {
  const translated = row.translated && row.direction === 'outbound';
  return {
    flow: row.flow,
    cluster: row.cluster,
    begin: renderInstant(row.begin),
    end: row.end === null ? null : renderInstant(row.end),
    node: row.node,
    srcIp: row.srcIp,
    srcPort: row.srcPort,
    nodeIp: translated ? row.srcIp : null,
    snatPort: translated ? row.srcPort : null,
    destIp: row.destIp,
    destPort: row.destPort,
    protocol: row.protocol,
    direction: row.direction,
    decision: row.decision,
    rule: row.rule,
    packetsOut: row.packetsOut,
    bytesOut: row.bytesOut,
    packetsIn: row.packetsIn,
    bytesIn: row.bytesIn,
    observedBy: row.observedBy,
    egressPath: isPrivate(row.destIp) ? 'vnet' : 'unknown',
    verdict: row.verdict,
    reason: row.reason,
    ...named(row),
    ...candidatesOf(row),
    evidence: row.evidence,
    ...wasOf(row),
  };
};

const wasOf = ({ was }: FlowRow): Pick<FlowLine, 'was'> => {
  if (was === undefined) return {};
  const { at, verdict, reason, pod } = was;
  return {
    was: {
      changedAt: renderInstant(at),
      verdict,
      reason,
      pod:
        pod === null
          ? null
          : 'name' in pod
            ? { uid: pod.uid, namespace: pod.namespace, name: pod.name }
            : { uid: pod.uid, namespace: '', name: '' },
    },
  };
};

/** Certainty is the only confidence there is without a calibrated model; anything less is absent, not invented. */
const named = ({ pod, podPort }: FlowRow): Pick<FlowLine, 'workload' | 'pod'> => {
  if (pod === null) return { workload: null, pod: null };
  const { uid, namespace, name, ip, workload } = pod;
  return {
    workload: { kind: workload.kind, namespace: workload.namespace, name: workload.name, confidence: 1 },
    pod: { uid, namespace, name, ip, port: podPort, confidence: 1 },
  };
};

const candidatesOf = (row: FlowRow): Pick<FlowLine, 'candidates' | 'candidateCount'> => {
  const { listed, others } = possibleOf(row);
  const candidateCount = listed.length + others;
  const each = 1 / candidateCount;
  const lines = listed.map((pod) => candidate(pod, each));
  return {
    candidates: others === 0 ? lines : [...lines, { others, probability: 1 - listed.length * each }],
    candidateCount,
  };
};

export interface Possible {
  /** At most ten; `null` is the node, which is always among them where it is possible. */
  readonly listed: readonly (PodNamed | null)[];
  readonly others: number;
}

/** Who could have sent it: the one pod of an exact flow, the node of a node's flow, else the candidates. */
export const possibleOf = ({ verdict, pod, candidates, candidateCount }: FlowRow): Possible => {
  if (pod !== null) return { listed: [pod], others: 0 };
  if (verdict === 'node') return { listed: [null], others: 0 };
  const orNode = candidates.includes(null);
  const pods = candidates.filter((candidate) => candidate !== null).slice(0, LISTED - (orNode ? 1 : 0));
  const listed = orNode ? [...pods, null] : pods;
  return { listed, others: Math.max(0, candidateCount - listed.length) };
};

const candidate = (pod: PodNamed | null, probability: number): CandidateLine =>
  pod === null
    ? { node: true, probability }
    : {
        workload: pod.workload.name,
        namespace: pod.workload.namespace,
        kind: pod.workload.kind,
        pod: pod.name,
        podUid: pod.uid,
        probability,
      };
