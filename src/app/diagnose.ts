import { renderInstant } from '../base/instant.ts';
import type { Cause } from '../core/diagnosis/causes.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { Fact, Finding, Lack, Status } from '../core/diagnosis/hypothesis.ts';
import type { SignalsQuery, Store } from '../core/ports.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { signalsOf } from './diagnosis-signals.ts';
import { nextOf } from './next-action.ts';
import type { TimeRange } from './time-range.ts';

/** One cause, and what is known of it. */
export interface Hypothesis {
  readonly cause: Cause;
  readonly status: Status;
  /** From 1 on; the likeliest first. */
  readonly rank: number;
  readonly facts: readonly Fact[];
  readonly missing: readonly Lack[];
  /** Failed calls or connections that it is behind, about; 0 where it is not ruled in. */
  readonly explains: number;
  /** Whether what failed counted or logged it itself, so that it is no inference. */
  readonly proved: boolean;
}

export interface Diagnosis {
  readonly schemaVersion: 1;
  readonly kind: 'Diagnosis';
  readonly query: { readonly cluster: string; readonly from: string; readonly until: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly hypotheses: readonly Hypothesis[];
  /** One sentence: what to do next. */
  readonly next: string;
}

/** What is behind calls that fail in the interval, and what is not. */
export const diagnosisOf = async (
  store: Pick<Store, 'signals' | 'metrics' | 'sources' | 'network'>,
  query: SignalsQuery,
  range: TimeRange,
): Promise<Diagnosis> => {
  const [signals, sources] = await signalsOf(store, query);
  const findings = diagnose(signals);
  return {
    schemaVersion: 1,
    kind: 'Diagnosis',
    query: { cluster: query.cluster, from: renderInstant(query.from), until: renderInstant(query.until) },
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, []),
    hypotheses: findings.map(hypothesisOf),
    next: nextOf(findings),
  };
};

const hypothesisOf = ({ cause, status, facts, missing, explains, directness }: Finding, place: number): Hypothesis => ({
  cause,
  status,
  rank: place + 1,
  facts,
  missing,
  explains,
  proved: status === 'ruled-in' && directness === 3,
});
