import type { Instant } from '../base/instant.ts';
import type { FlowRow, VerdictKind } from '../core/ports.ts';
import type { Telling } from './evaluate.ts';
import { workloadName } from './judging.ts';
import { type TruthRow, tupleOfFlow } from './truth.ts';
import type { TruthPile } from './truth-pile.ts';

/** What a store says of one flow. */
export interface Told {
  readonly flow: string;
  readonly tuple: string;
  readonly begin: Instant;
  readonly verdict: VerdictKind;
  /** What the verdict names: a pod's UID, and a workload; the node itself is a workload of its own. null: none. */
  readonly podUid: string | null;
  readonly workload: string | null;
  /** How far the workload that was named first is the true one; null where the truth does not tell. */
  readonly right: number | null;
}

const NODE = 'node';

const namedBy = ({ verdict, pod, probable }: FlowRow): Pick<Told, 'podUid' | 'workload'> => {
  if (verdict === 'exact' && pod !== null) return { podUid: pod.uid, workload: workloadName(pod.workload) };
  if (verdict === 'node') return { podUid: null, workload: NODE };
  const workload = verdict === 'probable' ? (probable?.workload ?? null) : null;
  return { podUid: null, workload: workload === null ? null : workloadName(workload) };
};

/**
 * What a store says of its flows, however many, given back newest first. The pile of a truth does the work, which sorts and puts aside what
 * does not fit in memory: what is said stands where a row of the truth has the pod.
 */
export class ToldPile implements Telling {
  private readonly pile: TruthPile;
  private isFull = false;

  constructor(pile: TruthPile) {
    this.pile = pile;
  }

  add(flow: FlowRow, right: number | null): void {
    const { podUid, workload } = namedBy(flow);
    const said: Said = [flow.flow, flow.verdict, podUid, workload];
    const row = { tuple: tupleOfFlow(flow), begin: flow.begin, podUid: JSON.stringify(said), oracle: right };
    if (this.pile.add(row)) this.isFull = true;
  }

  async makeRoom(): Promise<void> {
    if (this.isFull) await this.pile.putAside();
    this.isFull = false;
  }

  /** As rows, which `toldBy` reads. */
  take(most: number): Promise<readonly TruthRow[]> {
    return this.pile.take(most);
  }

  close(): Promise<void> {
    return this.pile.close();
  }
}

type Said = readonly [flow: string, verdict: VerdictKind, podUid: string | null, workload: string | null];

export const toldBy = ({ tuple, begin, podUid: said, oracle: right }: TruthRow): Told => {
  const [flow, verdict, podUid, workload] = JSON.parse(said ?? '[]') as Said;
  return { flow, tuple, begin, verdict, podUid, workload, right };
};
