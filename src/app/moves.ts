import { type VerdictKind, VERDICT_KINDS } from '../core/ports.ts';
import { FirstOf } from './first-of.ts';
import { Pairing } from './pairing.ts';
import { Sum } from './score.ts';
import { type Told, toldBy } from './told-pile.ts';
import type { TruthRow } from './truth.ts';

/** Flows of which one thing was said before, and one after. */
export interface Move {
  /** null: the flow was not there. */
  readonly from: VerdictKind | null;
  readonly to: VerdictKind | null;
  readonly flows: number;
  /** Of them those for which both name somebody, and not the same one. */
  readonly renamed: number;
  /** Of them those that the truth tells of; and how many of these had the true workload named first. */
  readonly withTruth: number;
  readonly rightBefore: number;
  readonly rightAfter: number;
  /** The oldest of them: those that name another one where there are any. */
  readonly first: readonly string[];
}

export interface Moves {
  readonly flows: { readonly both: number; readonly onlyBefore: number; readonly onlyAfter: number };
  /** Every flow of both stores is in one of them, also where nothing moved; most flows first. */
  readonly moves: readonly Move[];
}

/** What was said, from the newest flow to the oldest; asked on until it gives fewer rows than it was asked for. */
interface Telling {
  take(most: number): Promise<readonly TruthRow[]>;
}

const NEVER = Number.NEGATIVE_INFINITY;
const LISTED = 3;

/**
 * Puts beside each other what two stores say of the same flows: of one tuple, and begun within three seconds. The evidence of one may show
 * an earlier begin than that of the other, so ids may differ.
 */
export const movesBetween = async (before: Telling, after: Telling, atATime: number): Promise<Moves> => {
  const tally = new Tally();
  const pairing = new Pairing<Told>(
    { aheadMs: () => 0 },
    (now, row) => tally.add(row === null ? null : toldBy(row), now),
    (row) => tally.add(toldBy(row), null),
  );
  let [beforeDownTo, afterDownTo] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  while (beforeDownTo > NEVER || afterDownTo > NEVER) {
    // Whichever has come less far goes on: what is held is what the other has told beyond it.
    const isBefore = beforeDownTo >= afterDownTo;
    const rows = await (isBefore ? before : after).take(atATime);
    const downTo = rows.length < atATime ? NEVER : (rows.at(-1) as TruthRow).begin;
    if (isBefore) {
      for (const row of rows) pairing.row(row);
      beforeDownTo = downTo;
    } else {
      for (const row of rows) pairing.flow(toldBy(row), row.tuple);
      afterDownTo = downTo;
    }
    pairing.settleDownTo(Math.max(beforeDownTo, afterDownTo));
  }
  return tally.moves();
};

interface Tallied {
  readonly from: VerdictKind | null;
  readonly to: VerdictKind | null;
  flows: number;
  renamed: number;
  withTruth: number;
  readonly rightBefore: Sum;
  readonly rightAfter: Sum;
  readonly first: FirstOf<{ readonly told: Told; readonly isRenamed: boolean }>;
}

class Tally {
  private readonly flows = { both: 0, onlyBefore: 0, onlyAfter: 0 };
  private readonly byKinds = new Map<string, Tallied>();

  add(before: Told | null, after: Told | null): void {
    const told = after ?? before;
    if (told === null) return;
    this.flows[before === null ? 'onlyAfter' : after === null ? 'onlyBefore' : 'both']++;
    const [from, to] = [before?.verdict ?? null, after?.verdict ?? null];
    const key = `${from} ${to}`;
    let of = this.byKinds.get(key);
    if (of === undefined) {
      const first = new FirstOf<{ readonly told: Told; readonly isRenamed: boolean }>(LISTED, renamedFirst);
      of = { from, to, flows: 0, renamed: 0, withTruth: 0, rightBefore: new Sum(), rightAfter: new Sum(), first };
      this.byKinds.set(key, of);
    }
    const isRenamed = before !== null && after !== null && namesDiffer(before, after);
    of.flows++;
    if (isRenamed) of.renamed++;
    of.first.add({ told, isRenamed });
    if ((before?.right ?? null) === null && (after?.right ?? null) === null) return;
    of.withTruth++;
    of.rightBefore.add(before?.right ?? 0);
    of.rightAfter.add(after?.right ?? 0);
  }

  moves(): Moves {
    const moves = [...this.byKinds.values()].map(({ rightBefore, rightAfter, first, ...counts }) => ({
      ...counts,
      rightBefore: rightBefore.over(1),
      rightAfter: rightAfter.over(1),
      first: first.items().map(({ told }) => told.flow),
    }));
    return { flows: this.flows, moves: moves.sort((a, b) => b.flows - a.flows || place(a) - place(b)) };
  }
}

const renamedFirst = (
  a: { readonly told: Told; readonly isRenamed: boolean },
  b: { readonly told: Told; readonly isRenamed: boolean },
): number =>
  Number(b.isRenamed) - Number(a.isRenamed) || a.told.begin - b.told.begin || (a.told.flow < b.told.flow ? -1 : 1);

/** Where one names a pod and the other only a workload, the workloads are compared. */
const namesDiffer = (a: Told, b: Told): boolean => {
  if (a.workload === null || b.workload === null) return false;
  if (a.podUid !== null && b.podUid !== null) return a.podUid !== b.podUid;
  return a.workload !== b.workload;
};

/** What was claimed most comes first. */
const place = ({ from, to }: Pick<Move, 'from' | 'to'>): number => rank(from) * (VERDICT_KINDS.length + 1) + rank(to);
const rank = (kind: VerdictKind | null): number => (kind === null ? VERDICT_KINDS.length : VERDICT_KINDS.indexOf(kind));
