import type { Hypothesis } from './diagnosis.ts';

/** A recording and what was said of it. `seed` tells which. */
export interface Scored {
  readonly seed: number;
  /** Empty: a healthy run. */
  readonly truth: readonly string[];
  /** Whether some source that was kept tells of each. */
  readonly isTold: boolean;
  /** Best first. */
  readonly hypotheses: readonly Hypothesis[];
}

export type Status = Hypothesis['status'] | 'not asked';

export interface Verdict {
  /** The best of those that were ruled in; null: none was. */
  readonly first: string | null;
  /** Of each true cause, in the order of the truth. */
  readonly truths: readonly { readonly cause: string; readonly status: Status }[];
  /** In a healthy run, or beside the truth: what was ruled in all the same. */
  readonly blamed: readonly string[];
}

export const judge = ({ truth, hypotheses }: Scored): Verdict => {
  const ruledIn = hypotheses.filter(({ status }) => status === 'ruled-in').map(({ cause }) => cause);
  return {
    first: ruledIn[0] ?? null,
    truths: truth.map((cause) => ({
      cause,
      status: hypotheses.find((one) => one.cause === cause)?.status ?? 'not asked',
    })),
    blamed: ruledIn.filter((cause) => !truth.includes(cause)),
  };
};

export const renderVerdict = (scored: Scored): string => {
  const { first, truths, blamed } = judge(scored);
  return [
    `seed ${scored.seed}`.padEnd(11),
    `${scored.truth.join(' + ') || 'healthy'}${scored.isTold ? '' : ', untold'}`.padEnd(34),
    `first: ${first ?? 'none'}`.padEnd(32),
    ...truths.map(({ cause, status }) => (truths.length > 1 ? `${cause} ${status}` : status)),
    ...(blamed.length === 0 ? [] : [`also ruled in: ${blamed.join(' ')}`]),
  ].join('  ');
};

interface Row {
  readonly runs: number;
  readonly first: number;
  readonly ruledIn: number;
  readonly cannotTell: number;
  readonly ruledOut: readonly number[];
}

const rowOf = (scored: readonly Scored[], isOf: (cause: string) => boolean, isTold = true): Row => {
  const of = scored.filter((one) => one.isTold === isTold && one.truth.some(isOf));
  const has = (one: Scored, status: Status): boolean =>
    judge(one).truths.some((told) => isOf(told.cause) && told.status === status);
  return {
    runs: of.length,
    first: of.filter((one) => one.truth.includes(judge(one).first ?? '')).length,
    // With two causes both have to be.
    ruledIn: of.filter((one) => judge(one).truths.every(({ cause, status }) => !isOf(cause) || status === 'ruled-in'))
      .length,
    cannotTell: of.filter((one) => has(one, 'cannot-tell')).length,
    ruledOut: of.filter((one) => has(one, 'ruled-out') || has(one, 'not asked')).map(({ seed }) => seed),
  };
};

export const renderSummary = (scored: readonly Scored[]): string => {
  const single = scored.filter(({ truth, isTold }) => isTold && truth.length === 1);
  const double = scored.filter(({ truth, isTold }) => isTold && truth.length > 1);
  const healthy = scored.filter(({ truth }) => truth.length === 0);
  const blamed = healthy.filter((one) => judge(one).blamed.length > 0);
  const causes = [...new Set(single.flatMap(({ truth }) => truth))].sort();
  const untold = rowOf(scored, () => true, false);
  const rows: readonly (readonly [string, Row])[] = [
    ...causes.map((cause) => [cause, rowOf(single, (one) => one === cause)] as const),
    ...(double.length === 0 ? [] : [['two at once', rowOf(double, () => true)] as const]),
    ['all', rowOf(scored, () => true)],
    ...(untold.runs === 0 ? [] : [['that no source tells of', untold] as const]),
  ];
  const render = ([name, { runs, first, ruledIn, cannotTell, ruledOut }]: readonly [string, Row]): string =>
    `${name.padEnd(24)}${String(runs).padStart(5)}${share(first, runs)}${share(ruledIn, runs)}${share(cannotTell, runs)}${share(ruledOut.length, runs)}${ruledOut.length === 0 ? '' : `  seeds ${ruledOut.join(' ')}`}`;
  return [
    `${'cause'.padEnd(24)} runs   first   ruled in   cannot tell   ruled out`,
    ...rows.map(render),
    `healthy runs: ${healthy.length}, blamed: ${blamed.length}${blamed.map((one) => `\n  seed ${one.seed}: ${judge(one).blamed.join(' ')}`).join('')}`,
    `runs in which something untrue was ruled in beside the truth: ${scored.filter((one) => one.truth.length > 0 && judge(one).blamed.length > 0).length}`,
  ].join('\n');
};

const share = (part: number, of: number): string =>
  (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`).padStart(10);
