import type { Column } from '../../base/table.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import { dictionary } from '../attribution/flow-rows.ts';

/** Less is left out: of ten thousand flows not five. */
const LEAST = 0.0005;

/** The pods of one workload in a cell, and how probable each is. */
export interface Share {
  readonly pods: readonly { readonly uid: string; readonly chance: number }[];
}

/** Who a flow may be from. */
export interface Candidates {
  readonly shares: readonly Share[];
  readonly node: number;
}

/** Of a cell, from the probability of each of its shares: a workload's is shared out over its pods by how long each was there. */
export const candidatesOf = (placement: Placement, cell: number, probabilities: Float64Array): Candidates => {
  const { first, firstPod, podUids, podSeconds } = placement;
  const from = first[cell] as number;
  const shares: Share[] = [];
  for (let share = 0; share < probabilities.length - 2; share++) {
    const [pod, until] = [firstPod[from + share] as number, firstPod[from + share + 1] as number];
    let seconds = 0;
    for (let at = pod; at < until; at++) seconds += podSeconds[at] as number;
    const each = (probabilities[share] as number) / seconds;
    shares.push({
      pods: Array.from({ length: until - pod }, (_, i) => ({
        uid: podUids[pod + i] as string,
        chance: each * (podSeconds[pod + i] as number),
      })),
    });
  }
  return { shares, node: probabilities.at(-1) as number };
};

/** The place of the greatest probability, the first of equal ones. */
export const mostProbable = (probabilities: Float64Array, from: number, until: number): number => {
  let top = from;
  for (let at = from; at < until; at++) if ((probabilities[at] as number) > (probabilities[top] as number)) top = at;
  return top;
};

/** The same with each pod's odds multiplied: what is not named by `factorOf` counts 1. */
export const weighed = (
  { shares, node }: Candidates,
  factorOf: ReadonlyMap<string, number>,
  least: number,
): Candidates => {
  const more = shares.map(({ pods }) => ({
    pods: pods.map(({ uid, chance }) => {
      const factor = factorOf.get(uid);
      return { uid, chance: factor === undefined ? chance : Math.max(least, chance) * factor };
    }),
  }));
  const all = more.reduce((sum, share) => sum + chanceOf(share), node);
  return {
    shares: more.map(({ pods }) => ({ pods: pods.map(({ uid, chance }) => ({ uid, chance: chance / all })) })),
    node: node / all,
  };
};

export const chanceOf = ({ pods }: Share): number => pods.reduce((sum, { chance }) => sum + chance, 0);

/** Columns that hold candidates, most probable workload first, and its most probable pod first. */
export class CandidateColumns {
  private readonly node: number[] = [];
  private readonly workload: number[] = [];
  private readonly ends: number[] = [];
  private readonly uids = dictionary(1_024);
  private readonly probabilities: number[] = [];

  add({ shares, node }: Candidates): void {
    const listed = shares
      .map((share) => ({ share, chance: chanceOf(share) }))
      .filter(({ chance }) => chance >= LEAST)
      .sort((a, b) => b.chance - a.chance);
    const ofNode = node >= LEAST ? node : 0;
    const all = listed.reduce((sum, { chance }) => sum + chance, ofNode);
    for (const { share } of listed)
      for (const { uid, chance } of [...share.pods].sort((a, b) => b.chance - a.chance)) {
        this.uids.push(uid);
        this.probabilities.push(chance / all);
      }
    this.node.push(ofNode / all);
    this.workload.push((listed[0]?.chance ?? 0) / all);
    this.ends.push(this.uids.size());
  }

  columns(): Readonly<Record<string, Column>> {
    const ends = BigUint64Array.from(this.ends, BigInt);
    return {
      pod_uids: { type: 'Dictionaries', ends, ...this.uids.done() },
      probabilities: { type: 'Floats', ends, values: Float32Array.from(this.probabilities) },
      node_probability: { type: 'Float32', values: Float32Array.from(this.node) },
      workload_probability: { type: 'Float32', values: Float32Array.from(this.workload) },
    };
  }
}
