import { type Instant, renderInstant } from '../base/instant.ts';
import type { FlowRow, PodNamed, SourceRow, Store, VerdictKind } from '../core/ports.ts';
import type { Coverage } from './coverage.ts';
import { Judging, type VerdictScore } from './judging.ts';
import { mismatchOf, Sample } from './mismatch.ts';
import { newestFirst } from './newest-first.ts';
import type { ByNodeHour, Exactness } from './node-hours.ts';
import { Pairing } from './pairing.ts';
import type { Reliability, Score } from './score.ts';
import type { GradedScore } from './slices.ts';
import { type TruthRow, tupleOfFlow, wireOf } from './truth.ts';
import { SAMPLED, type TruthClock, truthClock } from './truth-clock.ts';
import type { TruthPile } from './truth-pile.ts';
import { type Fact, whyReport } from './why.ts';

/** A flow that was said to be exact and is not, with what it rests on. */
export interface Mistake {
  readonly flow: string;
  readonly begin: string;
  /** Pod UIDs; `node` is the node itself. */
  readonly said: string | null;
  readonly truth: string | null;
  readonly saidPod: string | null;
  readonly truthPod: string | null;
  readonly node: string | null;
  readonly tuple: string;
  readonly for: readonly Fact[];
  readonly against: readonly Fact[];
  readonly ruledOut: readonly Fact[];
}

export interface Unpaired {
  readonly begin: string;
  readonly tuple: string;
  /** A pod's UID, or `node`. */
  readonly truth: string;
}

export interface Evaluation {
  readonly schemaVersion: 1;
  readonly kind: 'Evaluation';
  readonly flows: number;
  /** Flows for which the truth has a row. */
  readonly matched: number;
  /** Rows of the truth that no flow was found for. */
  readonly truthWithoutFlow: number;
  /** The oldest of them. */
  readonly unpaired: readonly Unpaired[];
  /** By which the truth was written, and what the flow log is ahead of it; null: as far as of each flow's node. */
  readonly truthClock: { readonly goesBy: TruthClock['goesBy']; readonly aheadMs: number | null };
  /** Where the truth matches no flow at all: what may be wrong. */
  readonly mismatch: readonly string[];
  readonly coverage: Coverage;
  readonly byVerdict: Readonly<Record<VerdictKind, VerdictScore>>;
  readonly exact: Exactness['exact'];
  readonly exactWithoutTruth: { readonly n: number; readonly flows: readonly string[] };
  /** The first of the exact flows that named the wrong pod: there must be none. */
  readonly wrong: readonly Mistake[];
  readonly translated: Exactness['translated'];
  readonly byNodeHour: ByNodeHour;
  readonly workload: Score;
  readonly pod: { readonly top1: number };
  readonly reliability: readonly Reliability[];
  /** Of the flows that the rates alone name. */
  readonly graded: GradedScore;
}

type Asked = Pick<Store, 'extent' | 'flows' | 'pods' | 'evidence' | 'sources'>;

export interface EvaluateOptions {
  /** Flows, and rows, that are held at a time. What comes out does not depend on it. */
  readonly atATime: number;
  readonly progress: (flows: number) => void;
  /** Is told what was said of each flow. */
  readonly telling?: Telling;
}

/** Somebody who remembers what was said of each flow, more than fits in memory. */
export interface Telling {
  /** `right`: how far the workload that was named first is the true one; null where the truth does not tell. */
  add(flow: FlowRow, right: number | null): void;
  /** Called between stretches. */
  makeRoom(): Promise<void>;
}

/** Compares what is said of the flows with what is true of them, from the newest to the oldest, holding a stretch of both at a time. */
export const evaluate = async (
  store: Asked,
  cluster: string,
  truth: TruthPile,
  { atATime, progress, telling }: EvaluateOptions,
): Promise<Evaluation> => {
  const [sources, extent] = await Promise.all([store.sources(cluster), store.extent(cluster)]);
  let rows = await truth.take(SAMPLED);
  let rowsAsked = SAMPLED;
  const clock = await truthClock(store, cluster, rows, { sources, extent, atATime });
  const judging = new Judging(
    (uids) => store.pods(cluster, uids),
    (flow, right) => telling?.add(flow, right),
  );
  const pairing = new Pairing(clock, (flow, row) => judging.settle(flow, row));
  const sample = new Sample(truth.sample, clock);
  const pages = extent === null ? null : newestFirst(store, cluster, extent, atATime);
  /** By the flow log's clock; rows, and what both have come to, by the truth's. */
  let flowsDownTo = pages === null ? NEVER : Number.POSITIVE_INFINITY;
  let rowsDownTo = Number.POSITIVE_INFINITY;
  while (flowsDownTo > NEVER || rowsDownTo > NEVER) {
    // Whichever has come less far goes on: what is held is what the other has told beyond it.
    if (pages !== null && flowsDownTo - clock.leastAheadMs >= rowsDownTo) {
      const page = await pages.next();
      if (page.done !== true)
        for (const flow of page.value.flows.filter(isSingle)) {
          const tuple = tupleOfFlow(flow);
          pairing.flow(flow, tuple);
          sample.compare(flow, tuple);
        }
      flowsDownTo = page.done === true ? NEVER : page.value.from;
    } else {
      for (const row of rows) pairing.row(row);
      rowsDownTo = rows.length < rowsAsked ? NEVER : (rows.at(-1) as TruthRow).begin;
      rowsAsked = atATime;
      rows = rowsDownTo === NEVER ? [] : await truth.take(rowsAsked);
    }
    const unsettled = pairing.settleDownTo(Math.max(flowsDownTo - clock.leastAheadMs, rowsDownTo));
    await judging.judge(Math.max(unsettled, flowsDownTo));
    await telling?.makeRoom();
    progress(judging.flows);
  }
  return reportOf(judging, pairing, sample, { clock, store, cluster, truth, sources, extent });
};

/** Of what was summed up no row of the truth can be found. */
const isSingle = ({ observedBy }: FlowRow): boolean => !observedBy.includes('traffic-analytics');

const NEVER = Number.NEGATIVE_INFINITY;

const reportOf = async (
  judging: Judging,
  pairing: Pairing,
  sample: Sample,
  asked: {
    readonly clock: TruthClock;
    readonly store: Asked;
    readonly cluster: string;
    readonly truth: TruthPile;
    readonly sources: readonly SourceRow[];
    readonly extent: { readonly from: Instant; readonly until: Instant } | null;
  },
): Promise<Evaluation> => {
  const { exact, translated } = judging.nodeHours.total();
  const { workload, pod } = judging.scoring.score();
  const { clock, cluster, truth, extent } = asked;
  return {
    schemaVersion: 1,
    kind: 'Evaluation',
    flows: judging.flows,
    matched: judging.matched,
    truthWithoutFlow: pairing.rowsAlone,
    unpaired: pairing.alone.items().map(({ begin, tuple, podUid }) => ({
      begin: renderInstant(begin),
      tuple: wireOf(tuple),
      truth: podUid ?? 'node',
    })),
    truthClock: { goesBy: clock.goesBy, aheadMs: clock.everywhereMs },
    mismatch: judging.matched > 0 || truth.rows === 0 ? [] : mismatchOf(sample, truth, cluster, extent),
    coverage: judging.coverage(),
    byVerdict: judging.byVerdict(),
    exact,
    exactWithoutTruth: { n: judging.exactAlone, flows: judging.alone.items().map(({ flow }) => flow) },
    wrong: await mistakesOf(judging.wrong.items(), asked),
    translated,
    byNodeHour: judging.nodeHours.report(),
    workload,
    pod,
    reliability: judging.scoring.reliability(),
    graded: judging.graded.score(),
  };
};

const mistakesOf = async (
  wrong: readonly { readonly flow: FlowRow; readonly podUid: string | null }[],
  { store, cluster, sources }: Pick<Parameters<typeof reportOf>[3], 'store' | 'cluster' | 'sources'>,
): Promise<readonly Mistake[]> => {
  const pods = await store.pods(cluster, [...new Set(wrong.flatMap(({ podUid }) => podUid ?? []))]);
  const mistakes: Mistake[] = [];
  for (const { flow, podUid } of wrong) {
    const evidence = await store.evidence(cluster, flow.flow);
    const why = evidence === null ? null : whyReport(flow.flow, evidence, sources, renderInstant);
    mistakes.push({
      flow: flow.flow,
      begin: renderInstant(flow.begin),
      said: flow.pod?.uid ?? null,
      truth: podUid ?? 'node',
      saidPod: nameOf(flow.pod),
      truthPod: nameOf(podUid === null ? null : pods.get(podUid)),
      node: flow.node,
      tuple: wireOf(tupleOfFlow(flow)),
      for: why?.for ?? [],
      against: why?.against ?? [],
      ruledOut: why?.ruledOut ?? [],
    });
  }
  return mistakes;
};

const nameOf = (pod: PodNamed | null | undefined): string | null =>
  pod === null || pod === undefined ? null : `${pod.namespace}/${pod.name}`;
