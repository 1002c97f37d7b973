import { renderInstant } from '../base/instant.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import { type EgressPath, type PathOf, pathsIn } from '../core/egress/egress-path.ts';
import { networkOf } from '../core/egress/network.ts';
import type { Workload } from '../core/facts.ts';
import type { FlowRow, PodNamed, VerdictKind } from '../core/ports.ts';

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
  /** How many flows it stands for, where Traffic Analytics summed them up. */
  readonly flows?: number;
  readonly egressPath: EgressPath;
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

/** Where nothing is told of the network. */
export const pathUntold: PathOf = pathsIn(networkOf('', []));

export const flowLine = (row: FlowRow, pathOf: PathOf = pathUntold): FlowLine => {
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
    ...(row.observedBy.includes('traffic-analytics') ? { flows: row.flows } : {}),
    egressPath: pathOf({ ip: row.srcIp, node: row.node }, row.destIp).path,
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

/** Only what is certain, or probable enough, is named. */
const named = (row: FlowRow): Pick<FlowLine, 'workload' | 'pod'> => {
  const { pod, podPort, verdict, probable } = row;
  if (pod !== null) return { workload: { ...workloadOf(pod), confidence: 1 }, pod: podLine(pod, podPort, 1) };
  if (verdict !== 'probable' || probable === null || probable.workload === null) return { workload: null, pod: null };
  const { kind, namespace, name } = probable.workload;
  const place = row.candidates.findIndex((one) => one !== null && isSame(one.workload, probable.workload));
  const likeliest = row.candidates[place] ?? null;
  return {
    workload: { kind, namespace, name, confidence: probable.chance },
    pod: likeliest === null ? null : podLine(likeliest, null, row.chances[place] as number),
  };
};

const workloadOf = ({ workload: { kind, namespace, name } }: PodNamed): Workload => ({ kind, namespace, name });

const isSame = (a: Workload, b: Workload | null): boolean =>
  a.name === b?.name && a.namespace === b.namespace && a.kind === b.kind;

const podLine = ({ uid, namespace, name, ip }: PodNamed, port: number | null, confidence: number): FlowLine['pod'] => ({
  uid,
  namespace,
  name,
  ip,
  port,
  confidence,
});

const candidatesOf = (row: FlowRow): Pick<FlowLine, 'candidates' | 'candidateCount'> => {
  const { listed, chances, others } = possibleOf(row);
  const candidateCount = listed.length + others;
  const lines = listed.map((pod, i) => candidate(pod, chances[i] as number));
  const rest = Math.max(0, 1 - chances.reduce((sum, chance) => sum + chance, 0));
  return {
    candidates: others === 0 ? lines : [...lines, { others, probability: rest }],
    candidateCount,
  };
};

export interface Possible {
  /** At most ten; `null` is the node, which is always among them where it is possible. */
  readonly listed: readonly (PodNamed | null)[];
  /** The probability of each of them. */
  readonly chances: readonly number[];
  readonly others: number;
}

/** Who could have sent it: the one pod of an exact flow, the node of a node's flow, else the candidates. */
export const possibleOf = ({ verdict, pod, candidates, chances, candidateCount }: FlowRow): Possible => {
  if (pod !== null) return { listed: [pod], chances: [1], others: 0 };
  if (chances.length > 0) {
    const places = [...candidates.keys()].slice(0, LISTED);
    const node = candidates.indexOf(null);
    if (node >= LISTED) places.splice(-1, 1, node);
    return {
      listed: places.map((place) => candidates[place] as PodNamed | null),
      chances: places.map((place) => chances[place] as number),
      others: candidateCount - places.length,
    };
  }
  if (verdict === 'node') return { listed: [null], chances: [1], others: 0 };
  const orNode = candidates.includes(null);
  const pods = candidates.filter((candidate) => candidate !== null).slice(0, LISTED - (orNode ? 1 : 0));
  const listed = orNode ? [...pods, null] : pods;
  const others = Math.max(0, candidateCount - listed.length);
  return { listed, chances: listed.map(() => 1 / (listed.length + others)), others };
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
