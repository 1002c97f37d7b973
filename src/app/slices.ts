/** What was said of a flow by rates, and what is true of it. */
export interface GradedFlow {
  readonly dest: string;
  /** The true workload, and pod; null: the node itself. */
  readonly workload: string | null;
  readonly podUid: string | null;
  /** The probability of the sender that was found most probable, and how far it is the true one. */
  readonly top: number;
  readonly right: number;
}

export interface Slice {
  readonly slice: 'all' | 'rare-destination' | 'singleton' | 'host';
  readonly n: number;
  readonly top1: number;
  readonly meanConfidence: number;
  /** Expected calibration error, ten bins of equal width. */
  readonly ece: number;
}

export interface GradedScore {
  /** Of the flows of which at least 0.99 was said. */
  readonly surest: { readonly n: number; readonly right: number };
  /** All, then the others, the worst calibrated first; those without flows are left out. */
  readonly slices: readonly Slice[];
}

const BINS = 10;
/** A destination with fewer flows than this is rare. */
const RARE = 20;
const SUREST = 0.99;

/** By bin: flows, confidence, right. */
type Bins = Float64Array;
const noBins = (): Bins => new Float64Array(BINS * 3);

/** Adds up how right the rates are, also where there is least to learn from. Space by destination and workload, not by flow. */
export class GradedScoring {
  private readonly surest = { n: 0, right: 0 };
  private readonly byDest = new Map<string, Bins>();
  private readonly byWorkload = new Map<
    string,
    { readonly bins: Bins; readonly firstPod: string; isSingle: boolean }
  >();
  private readonly host = noBins();

  add({ dest, workload, podUid, top, right }: GradedFlow): void {
    const known = this.byDest.get(dest);
    const ofDest = known ?? noBins();
    if (known === undefined) this.byDest.set(dest, ofDest);
    const into = [ofDest];
    if (podUid === null) into.push(this.host);
    else if (workload !== null) {
      const before = this.byWorkload.get(workload) ?? { bins: noBins(), firstPod: podUid, isSingle: true };
      before.isSingle &&= before.firstPod === podUid;
      this.byWorkload.set(workload, before);
      into.push(before.bins);
    }
    const bin = Math.min(BINS - 1, Math.floor(top * BINS + 1e-9)) * 3;
    for (const bins of into) {
      bins[bin] = (bins[bin] as number) + 1;
      bins[bin + 1] = (bins[bin + 1] as number) + top;
      bins[bin + 2] = (bins[bin + 2] as number) + right;
    }
    if (top < SUREST) return;
    this.surest.n++;
    this.surest.right += right;
  }

  score(): GradedScore {
    const dests = [...this.byDest.values()];
    const all = sliceOf('all', dests);
    const others = [
      sliceOf(
        'rare-destination',
        dests.filter((bins) => flowsOf(bins) < RARE),
      ),
      sliceOf(
        'singleton',
        [...this.byWorkload.values()].filter(({ isSingle }) => isSingle).map(({ bins }) => bins),
      ),
      sliceOf('host', [this.host]),
    ];
    const worst = others.filter(({ n }) => n > 0).sort((a, b) => b.ece - a.ece);
    return { surest: this.surest, slices: all.n === 0 ? [] : [all, ...worst] };
  }
}

const flowsOf = (bins: Bins): number => {
  let flows = 0;
  for (let bin = 0; bin < BINS; bin++) flows += bins[bin * 3] as number;
  return flows;
};

const sliceOf = (slice: Slice['slice'], of: readonly Bins[]): Slice => {
  const sum = noBins();
  for (const bins of of) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (bins[i] as number);
  const n = flowsOf(sum);
  let [confidence, right, apart] = [0, 0, 0];
  for (let bin = 0; bin < BINS * 3; bin += 3) {
    confidence += sum[bin + 1] as number;
    right += sum[bin + 2] as number;
    apart += Math.abs((sum[bin + 1] as number) - (sum[bin + 2] as number));
  }
  return { slice, n, top1: right / n, meanConfidence: confidence / n, ece: apart / n };
};
