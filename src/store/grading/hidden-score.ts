import type { Table } from '../../base/table.ts';
import type { Tallied } from '../../core/attribution/rates/tallied.ts';
import { mostProbable } from './candidates.ts';
import type { KindTally } from './day-tallies.ts';
import type { Fitted } from './fit-kinds.ts';

const BINS = 10;
/** Fewer flows to a destination in a day than this are few. */
const RARE = 20;

export interface Counted {
  flows: number;
  confidence: number;
  right: number;
}

/** By slice, in tenths of the confidence. */
export type HiddenCounts = ReadonlyMap<string, readonly Counted[]>;

/** How right the rates are on the flows that were hidden from them, by slice and by tenth of the confidence: rows of `hidden_flow`. */
export class HiddenScore {
  private readonly bins = new Map<string, Counted[]>();

  /** Without slices: all and those that the flow is in. */
  add({ tally, of, probability }: Pick<Fitted, 'tally' | 'of' | 'probability'>, slices?: readonly string[]): void {
    for (const { cell, sender, flows } of tally.hidden) {
      const top = mostProbable(probability, of.first[cell] as number, of.first[cell + 1] as number);
      const place = of.senders.indexOf(sender);
      const right = of.sender[top] === place ? flows : 0;
      for (const slice of slices ?? slicesOf(tally, of, place))
        this.count(slice, probability[top] as number, flows, right);
    }
  }

  counts(): HiddenCounts {
    return this.bins;
  }

  addAll(counts: HiddenCounts): void {
    for (const [slice, bins] of counts)
      for (const [bin, { flows, confidence, right }] of bins.entries()) {
        const into = this.binsOf(slice)[bin] as Counted;
        into.flows += flows;
        into.confidence += confidence;
        into.right += right;
      }
  }

  table(): Table {
    const rows = [...this.bins].flatMap(([slice, bins]) =>
      bins.map((bin, place) => ({ slice, place, ...bin })).filter(({ flows }) => flows > 0),
    );
    const slices = [...new Set(rows.map(({ slice }) => slice))];
    return {
      rows: rows.length,
      columns: {
        slice: {
          type: 'Dictionary',
          values: Uint32Array.from(rows, ({ slice }) => slices.indexOf(slice)),
          words: slices,
        },
        bin: { type: 'UInt8', values: Uint8Array.from(rows, ({ place }) => place) },
        flows: { type: 'UInt64', values: BigUint64Array.from(rows, ({ flows }) => BigInt(flows)) },
        confidence: { type: 'Float64', values: Float64Array.from(rows, ({ confidence }) => confidence) },
        right: { type: 'UInt64', values: BigUint64Array.from(rows, ({ right }) => BigInt(right)) },
      },
    };
  }

  private count(slice: string, confidence: number, flows: number, right: number): void {
    const bin = this.binsOf(slice)[Math.min(BINS - 1, Math.floor(confidence * BINS))] as Counted;
    bin.flows += flows;
    bin.confidence += confidence * flows;
    bin.right += right;
  }

  private binsOf(slice: string): readonly Counted[] {
    const bins = this.bins.get(slice) ?? Array.from({ length: BINS }, () => ({ flows: 0, confidence: 0, right: 0 }));
    this.bins.set(slice, bins);
    return bins;
  }
}

const slicesOf = (tally: KindTally, of: Tallied, place: number): readonly string[] => [
  'all',
  ...(tally.destFlows < RARE ? ['rare-destination'] : []),
  ...(place >= of.firstNode ? ['node'] : []),
  ...(place >= 0 && place < of.firstNode && isAlone(of, place) ? ['singleton'] : []),
];

/** Never two pods of it on one node. */
const isAlone = ({ sender, pods }: Tallied, place: number): boolean =>
  sender.every((who, share) => who !== place || (pods[share] as number) <= 1);
