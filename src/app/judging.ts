import { type CoverageRow, type FlowRow, type PodNamed, VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { FirstOf } from './first-of.ts';
import type { Workload } from '../core/facts.ts';
import { possibleOf } from './flow-line.ts';
import { NodeHours } from './node-hours.ts';
import { Scoring } from './score.ts';
import { GradedScoring } from './slices.ts';
import type { TruthRow } from './truth.ts';

export interface VerdictScore {
  readonly n: number;
  readonly withTruth: number;
  /**
   * exact: the true pod is named. probable: the true workload is named. node: the node it was. ambiguous: the true one is a candidate; where
   * they are not all listed, a pod of that node counts as one. null: the verdict names nobody.
   */
  readonly right: number | null;
  /** A pod behind the node's address made them, not the node itself. */
  readonly madeByPod: number;
}

const LISTED = 20;
/** Pods that are remembered, known or not. */
const REMEMBERED = 100_000;
/** The store takes so many at once. */
const ASKED = 2_000;

const byBegin = (a: FlowRow, b: FlowRow): number => a.begin - b.begin || (a.flow < b.flow ? -1 : 1);

interface Wrong {
  readonly flow: FlowRow;
  /** null: the node. */
  readonly podUid: string | null;
}

/** Counts up what became of each flow, one after the other. */
export class Judging {
  flows = 0;
  matched = 0;
  exactAlone = 0;
  readonly nodeHours = new NodeHours();
  readonly scoring = new Scoring();
  readonly graded = new GradedScoring();
  /** Exact flows that the truth does not mention, and those that named the wrong pod: the oldest of each. */
  readonly alone = new FirstOf<FlowRow>(LISTED, byBegin);
  readonly wrong = new FirstOf<Wrong>(LISTED, (a, b) => byBegin(a.flow, b.flow));
  private readonly shares = new Map<string, { -readonly [Key in keyof CoverageRow]: CoverageRow[Key] }>();
  private readonly verdicts = Object.fromEntries(
    VERDICT_KINDS.map((verdict) => [verdict, { n: 0, withTruth: 0, right: 0, madeByPod: 0 }]),
  ) as Record<VerdictKind, { n: number; withTruth: number; right: number; madeByPod: number }>;
  /** Settled, and not yet judged: for some of them a pod has to be looked up. */
  private settled: { readonly flow: FlowRow; readonly row: TruthRow }[] = [];
  private readonly pods = new Map<string, PodNamed | null>();
  private readonly lookUp: (uids: readonly string[]) => Promise<ReadonlyMap<string, PodNamed>>;

  private readonly tell: (flow: FlowRow, right: number | null) => void;

  constructor(
    lookUp: (uids: readonly string[]) => Promise<ReadonlyMap<string, PodNamed>>,
    tell: (flow: FlowRow, right: number | null) => void = () => undefined,
  ) {
    this.lookUp = lookUp;
    this.tell = tell;
  }

  settle(flow: FlowRow, row: TruthRow | null): void {
    this.flows++;
    this.share(flow);
    const tally = this.nodeHours.tally(flow.node, flow.begin);
    const isExact = flow.verdict === 'exact';
    tally.flows++;
    if (wasTranslated(flow)) {
      tally.translated++;
      if (isExact) tally.translatedExact++;
    }
    this.verdicts[flow.verdict].n++;
    if (row !== null) {
      this.matched++;
      if (isExact) {
        tally.exact++;
        if (flow.pod?.uid === row.podUid) tally.correct++;
        else this.wrong.add({ flow, podUid: row.podUid });
      }
      this.settled.push({ flow, row });
    } else {
      this.tell(flow, null);
      if (!isExact) return;
      this.exactAlone++;
      this.alone.add(flow);
    }
  }

  /** Judges what is settled; no flow that is settled from now on began later than `newest`. */
  async judge(newest: number): Promise<void> {
    this.nodeHours.close(newest);
    const settled = this.settled;
    this.settled = [];
    await this.remember(settled);
    for (const { flow, row } of settled) this.tell(flow, this.judged(flow, row));
  }

  coverage(): Coverage {
    return coverageOf([...this.shares.values()]);
  }

  byVerdict(): Readonly<Record<VerdictKind, VerdictScore>> {
    const { relayed, unattributed } = this.verdicts;
    return { ...this.verdicts, relayed: { ...relayed, right: null }, unattributed: { ...unattributed, right: null } };
  }

  private share({ verdict, reason, bytesOut, bytesIn }: FlowRow): void {
    const key = reason === null ? verdict : `${verdict} ${reason}`;
    let share = this.shares.get(key);
    if (share === undefined) {
      share = { verdict, reason, flows: 0, bytes: 0 };
      this.shares.set(key, share);
    }
    share.flows++;
    share.bytes += Number(bytesOut) + Number(bytesIn);
  }

  /** Looks up the pods of the truth that are not among those a flow lists. */
  private async remember(settled: readonly { readonly flow: FlowRow; readonly row: TruthRow }[]): Promise<void> {
    const unknown = new Set<string>();
    if (this.pods.size > REMEMBERED) this.pods.clear();
    for (const { flow, row } of settled) {
      const uid = row.podUid;
      if (uid === null || flow.pod?.uid === uid || this.pods.has(uid)) continue;
      if (!flow.candidates.some((pod) => pod?.uid === uid)) unknown.add(uid);
    }
    const uids = [...unknown];
    for (let i = 0; i < uids.length; i += ASKED) {
      const asked = uids.slice(i, i + ASKED);
      const found = await this.lookUp(asked);
      for (const uid of asked) this.pods.set(uid, found.get(uid) ?? null);
    }
  }

  /** How far the workload that is named first is the true one. */
  private judged(flow: FlowRow, { podUid, oracle }: TruthRow): number {
    const score = this.verdicts[flow.verdict];
    score.withTruth++;
    if (podUid !== null) score.madeByPod++;
    const { listed, chances: shares, others } = possibleOf(flow);
    const rest = Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0));
    const otherChance = others === 0 ? 0 : rest / others;
    const named = listed.find((pod) => (pod?.uid ?? null) === podUid);
    const looked = podUid === null ? null : this.pods.get(podUid);
    const truth = named === undefined ? (looked ?? null) : named;
    const workload = podUid === null ? NODE : truth === null ? null : workloadOf(truth);
    const isListed = named !== undefined;
    switch (flow.verdict) {
      case 'exact':
        if (isListed) score.right++;
        break;
      case 'node':
        if (podUid === null) score.right++;
        break;
      case 'probable':
        if (isOf(flow, workload)) score.right++;
        break;
      case 'ambiguous':
        if (isListed || (others > 0 && truth !== null && truth.node === flow.node)) score.right++;
        break;
      default:
        break;
    }
    if (listed.length === 0 && others === 0) return 0;
    const workloads: string[] = [];
    const chances: number[] = [];
    for (const [place, pod] of listed.entries()) {
      const name = workloadOf(pod);
      const i = workloads.indexOf(name);
      const share = shares[place] as number;
      if (i < 0) {
        workloads.push(name);
        chances.push(share);
      } else chances[i] = (chances[i] as number) + share;
    }
    const place = workload === null ? -1 : workloads.indexOf(workload);
    if (flow.chances.length > 0) {
      const top = Math.min(1, Math.max(...chances));
      const right = place >= 0 && (chances[place] as number) >= top - EQUAL ? 1 : 0;
      this.graded.add({ dest: `${flow.destIp} ${flow.destPort} ${flow.protocol}`, workload, podUid, top, right });
    }
    // Candidates that are counted and not listed: the truth is one of them when it is none of the listed.
    return this.scoring.add({
      chances,
      others,
      otherChance,
      truth: place >= 0 ? (chances[place] as number) : otherChance,
      podTop1: podTop1(shares, others, otherChance, named === undefined ? -1 : listed.indexOf(named)),
      oracleTop1: oracle,
    });
  }
}

const NODE = 'node';

export const workloadName = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;
const workloadOf = (pod: PodNamed | null): string => (pod === null ? NODE : workloadName(pod.workload));

const isOf = ({ probable }: FlowRow, workload: string | null): boolean =>
  probable !== null && probable.workload !== null && workloadName(probable.workload) === workload;

/** How far the likeliest pod is the true one; of several that are equally likely, each is named in turn. */
const podTop1 = (shares: readonly number[], others: number, otherChance: number, truth: number): number => {
  const top = Math.max(otherChance, ...shares);
  const chance = truth < 0 ? otherChance : (shares[truth] as number);
  if (others === 0 && truth < 0) return 0;
  if (chance < top - EQUAL) return 0;
  return 1 / (shares.filter((share) => share >= top - EQUAL).length + (otherChance >= top - EQUAL ? others : 0));
};

/** Two chances that differ by less are equal: they came about by the same division. */
const EQUAL = 1e-12;

const wasTranslated = ({ translated, verdict, evidence, observedBy }: FlowRow): boolean =>
  translated &&
  verdict !== 'relayed' &&
  verdict !== 'node' &&
  (evidence.includes('translation') || observedBy.includes('conntrack'));
