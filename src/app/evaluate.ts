import { type Instant, parseInstant, renderInstant, SECOND } from '../base/instant.ts';
import { parseIp } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { FlowRow, SourceRow } from '../core/ports.ts';
import { isConntrack } from './completeness.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { possibleOf } from './flow-line.ts';
import { type Prediction, type Reliability, reliabilityOf, scoreOf } from './score.ts';

/** One connection as it truly was. */
export interface TruthRow {
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly begin: Instant;
  /** null: the node itself. */
  readonly podUid: string | null;
}

/** A flow and what it should have been. */
export interface Mistake {
  readonly flow: string;
  readonly begin: string;
  readonly said: string | null;
  readonly truth: string | null;
}

export interface Evaluation {
  readonly schemaVersion: 1;
  readonly kind: 'Evaluation';
  readonly flows: number;
  /** Flows for which the truth has a row. */
  readonly matched: number;
  /** Rows of the truth that no flow was found for. */
  readonly truthWithoutFlow: number;
  readonly coverage: Coverage;
  readonly exact: { readonly n: number; readonly correct: number };
  readonly exactWithoutTruth: { readonly n: number; readonly flows: readonly string[] };
  /** The first of the exact flows that named the wrong pod: there must be none. */
  readonly wrong: readonly Mistake[];
  /** Flows that have a translation and were sent by a pod: how many of them are exact. */
  readonly translated: { readonly flows: number; readonly exact: number };
  readonly workload: { readonly top1: number; readonly ece: number; readonly brier: number; readonly logLoss: number };
  readonly pod: { readonly top1: number };
  readonly reliability: readonly Reliability[];
}

/** Truth and flow may differ by that much and still be the same connection. */
const WITHIN = 3 * SECOND;
const LISTED = 20;

export const parseTruth = (line: string): Result<TruthRow, string> => {
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return fail('not JSON');
  }
  if (typeof row !== 'object' || row === null) return fail('not a JSON object');
  const { nodeIp, snatPort, destIp, destPort, protocol, begin, podUid, node } = row as Record<
    keyof TruthRow | 'node',
    unknown
  >;
  const [source, dest, at] = [parseIp(String(nodeIp)), parseIp(String(destIp)), parseInstant(String(begin))];
  if (!source.ok || !dest.ok) return fail('nodeIp and destIp must be addresses');
  if (!at.ok) return fail(`begin: ${at.problem}`);
  if (!Number.isInteger(snatPort) || !Number.isInteger(destPort))
    return fail('snatPort and destPort must be whole numbers');
  if (typeof podUid !== 'string' && node !== true) return fail('neither podUid nor node: true');
  return ok({
    nodeIp: source.value,
    snatPort: snatPort as number,
    destIp: dest.value,
    destPort: destPort as number,
    protocol: String(protocol),
    begin: at.value,
    podUid: typeof podUid === 'string' ? podUid : null,
  });
};

/** Compares what was said of the flows with what is true of them. */
export const evaluate = (
  flows: readonly FlowRow[],
  truth: readonly TruthRow[],
  sources: readonly SourceRow[],
): Evaluation => {
  const pairs = pair(flows, truth, sources);
  const workloads = workloadsOf(flows);
  const predictions = [...pairs].flatMap(([flow, row]) => predictionOf(flow, row, workloads));
  const exact = flows.filter((flow) => flow.verdict === 'exact');
  const judged = exact.filter((flow) => pairs.has(flow));
  const unjudged = exact.filter((flow) => !pairs.has(flow));
  const wrong = judged.filter((flow) => flow.pod?.uid !== pairs.get(flow)?.podUid);
  const translated = flows.filter(
    ({ translated: isTranslated, verdict, evidence, observedBy }) =>
      isTranslated &&
      verdict !== 'relayed' &&
      verdict !== 'node' &&
      (evidence.includes('translation') || observedBy.includes('conntrack')),
  );
  const { top1, podTop1, ece, brier, logLoss } = scoreOf(predictions);
  return {
    schemaVersion: 1,
    kind: 'Evaluation',
    flows: flows.length,
    matched: pairs.size,
    truthWithoutFlow: truth.length - new Set(pairs.values()).size,
    coverage: coverageOf(
      flows.map(({ verdict, reason, bytesOut, bytesIn }) => ({
        verdict,
        reason,
        flows: 1,
        bytes: Number(bytesOut) + Number(bytesIn),
      })),
    ),
    exact: { n: judged.length, correct: judged.length - wrong.length },
    exactWithoutTruth: { n: unjudged.length, flows: unjudged.slice(0, LISTED).map((flow) => flow.flow) },
    wrong: wrong.slice(0, LISTED).map((flow) => ({
      flow: flow.flow,
      begin: renderInstant(flow.begin),
      said: flow.pod?.uid ?? null,
      truth: pairs.get(flow)?.podUid ?? 'node',
    })),
    translated: { flows: translated.length, exact: translated.filter((flow) => flow.verdict === 'exact').length },
    workload: { top1, ece, brier, logLoss },
    pod: { top1: podTop1 },
    reliability: reliabilityOf(predictions),
  };
};

/** Each flow with the row that is nearest in time, each row and each flow once. */
const pair = (
  flows: readonly FlowRow[],
  truth: readonly TruthRow[],
  sources: readonly SourceRow[],
): ReadonlyMap<FlowRow, TruthRow> => {
  const rows = Map.groupBy(truth, (row) => tupleKey(row.nodeIp, row.snatPort, row.destIp, row.destPort, row.protocol));
  const ahead = flowLogAhead(sources);
  const near = flows.flatMap((flow) => {
    return (
      rows.get(tupleKey(flow.srcIp, flow.srcPort ?? -1, flow.destIp, flow.destPort, flow.protocol)) ?? []
    ).flatMap((row) => {
      const apart = Math.abs(flow.begin - ahead - row.begin);
      return apart <= WITHIN ? [{ flow, row, apart }] : [];
    });
  });
  near.sort((a, b) => a.apart - b.apart || a.flow.begin - b.flow.begin || (a.flow.flow < b.flow.flow ? -1 : 1));
  const pairs = new Map<FlowRow, TruthRow>();
  const taken = new Set<TruthRow>();
  for (const { flow, row } of near) {
    if (pairs.has(flow) || taken.has(row)) continue;
    pairs.set(flow, row);
    taken.add(row);
  }
  return pairs;
};

const tupleKey = (srcIp: string, srcPort: number, destIp: string, destPort: number, protocol: string): string =>
  `${srcIp} ${srcPort} ${destIp} ${destPort} ${protocol}`;

/**
 * What the flow log's clock is ahead of true time, by what the nodes report: the median of its offsets against them, as most nodes
 * keep time. A single node's offset would move the truth by that node's own error.
 */
const flowLogAhead = (sources: readonly SourceRow[]): number => {
  const offsets = sources
    .filter(isConntrack)
    .flatMap(({ clockOffsetMs }) => (clockOffsetMs === null ? [] : [clockOffsetMs]));
  return offsets.sort((a, b) => a - b)[Math.floor((offsets.length - 1) / 2)] ?? 0;
};

const NODE = 'node';

const workloadsOf = (flows: readonly FlowRow[]): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const flow of flows) {
    for (const pod of possibleOf(flow).listed) {
      if (pod !== null && !names.has(pod.uid))
        names.set(pod.uid, `${pod.workload.namespace}/${pod.workload.kind}/${pod.workload.name}`);
    }
  }
  return names;
};

/** What was said of one flow, as probabilities; nothing when nobody was named. */
const predictionOf = (
  flow: FlowRow,
  truth: TruthRow,
  workloads: ReadonlyMap<string, string>,
): readonly Prediction[] => {
  const { listed, others } = possibleOf(flow);
  const each = 1 / (listed.length + others);
  if (!Number.isFinite(each)) return [];
  const byWorkload = new Map<string, number>();
  const byPod = new Map<string, number>();
  const add = (workload: string, pod: string): void => {
    byWorkload.set(workload, (byWorkload.get(workload) ?? 0) + each);
    byPod.set(pod, each);
  };
  for (const pod of listed) add(pod === null ? NODE : (workloads.get(pod.uid) as string), pod?.uid ?? NODE);
  // Candidates that are counted and not listed: the truth is one of them when it is none of the listed.
  for (let i = 0; i < others; i++) add(`other ${i}`, `other ${i}`);
  const uid = truth.podUid;
  const pod = uid ?? NODE;
  const unlisted = !byPod.has(pod) && others > 0;
  const workload = uid === null ? NODE : (workloads.get(uid) ?? `pod ${uid}`);
  return [
    {
      byWorkload,
      byPod,
      workload: unlisted && !byWorkload.has(workload) ? 'other 0' : workload,
      pod: unlisted ? 'other 0' : pod,
    },
  ];
};
