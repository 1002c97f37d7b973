import { type Instant, hourOf, renderInstant } from '../base/instant.ts';
import { FirstOf } from './first-of.ts';

export interface Exactness {
  readonly flows: number;
  /** Of the exact flows that the truth tells of. */
  readonly exact: { readonly n: number; readonly correct: number };
  /** Flows that have a translation and were sent by a pod: how many of them are exact. */
  readonly translated: { readonly flows: number; readonly exact: number };
}

export interface NodeHour extends Exactness {
  /** null: flows of addresses that no node is known to have had. */
  readonly node: string | null;
  readonly hour: string;
}

/** The worst hours of all nodes one by one, the others summed. */
export interface ByNodeHour {
  readonly nodeHours: number;
  readonly items: readonly NodeHour[];
  readonly rest: Exactness & { readonly nodeHours: number };
}

const LISTED = 50;

export interface Tally {
  flows: number;
  exact: number;
  correct: number;
  translated: number;
  translatedExact: number;
}

const emptyTally = (): Tally => ({ flows: 0, exact: 0, correct: 0, translated: 0, translatedExact: 0 });

interface Counted {
  readonly node: string | null;
  readonly hour: number;
  readonly tally: Tally;
}

/** Counts by node and hour in the space of the hours that are still open. */
export class NodeHours {
  private nodeHours = 0;
  private readonly hours = new Map<number, Map<string | null, Tally>>();
  private readonly all = emptyTally();
  private readonly worst = new FirstOf<Counted>(LISTED, worseFirst);

  tally(node: string | null, begin: Instant): Tally {
    const hour = hourOf(begin);
    let nodes = this.hours.get(hour);
    if (nodes === undefined) {
      nodes = new Map();
      this.hours.set(hour, nodes);
    }
    let tally = nodes.get(node);
    if (tally === undefined) {
      tally = emptyTally();
      nodes.set(node, tally);
    }
    return tally;
  }

  /** No flow that is counted from now on began later than `newest`. */
  close(newest: number): void {
    for (const [hour, nodes] of this.hours) {
      if (hour <= newest) continue;
      this.hours.delete(hour);
      for (const [node, tally] of nodes) {
        this.nodeHours++;
        addTo(this.all, tally, 1);
        this.worst.add({ node, hour, tally });
      }
    }
  }

  report(): ByNodeHour {
    const listed = this.worst.items();
    const rest = { ...this.all };
    for (const { tally } of listed) addTo(rest, tally, -1);
    return {
      nodeHours: this.nodeHours,
      items: listed.map(({ node, hour, tally }) => ({
        node,
        hour: renderInstant(hour as Instant),
        ...exactnessOf(tally),
      })),
      rest: { nodeHours: this.nodeHours - listed.length, ...exactnessOf(rest) },
    };
  }

  total(): Exactness {
    return exactnessOf(this.all);
  }
}

/** Wrong names weigh most, then translations that did not lead to a name; then the older, so that the order is one. */
const worseFirst = (a: Counted, b: Counted): number =>
  b.tally.exact - b.tally.correct - (a.tally.exact - a.tally.correct) ||
  b.tally.translated - b.tally.translatedExact - (a.tally.translated - a.tally.translatedExact) ||
  a.hour - b.hour ||
  ((a.node ?? '') < (b.node ?? '') ? -1 : 1);

const addTo = (sum: Tally, part: Tally, times: 1 | -1): void => {
  sum.flows += times * part.flows;
  sum.exact += times * part.exact;
  sum.correct += times * part.correct;
  sum.translated += times * part.translated;
  sum.translatedExact += times * part.translatedExact;
};

const exactnessOf = ({ flows, exact, correct, translated, translatedExact }: Tally): Exactness => ({
  flows,
  exact: { n: exact, correct },
  translated: { flows: translated, exact: translatedExact },
});
