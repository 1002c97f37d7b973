import type { Cause } from '../core/diagnosis/causes.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { Fact, Finding, Lack, Status } from '../core/diagnosis/hypothesis.ts';
import type { SignalsQuery, Store } from '../core/ports.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { signalsOf } from './diagnosis-signals.ts';
import { nextOf } from './next-action.ts';
import { type SnatQuery, snatQuery } from './snat-ledger.ts';
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
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** What of the namespaces that were asked about is told; else empty. */
  readonly assumed: readonly string[];
  readonly hypotheses: readonly Hypothesis[];
  /** One sentence: what to do next. */
  readonly next: string;
}

/** What is behind calls that fail in the interval, and what is not. */
export const diagnosisOf = async (
  store: Pick<Store, 'signals' | 'metrics' | 'sources' | 'network' | 'podsTold'>,
  query: SignalsQuery,
  range: TimeRange,
  namespaces: readonly string[] = [],
): Promise<Diagnosis> => {
  const { signals, sources, assumed } = await signalsOf(store, query, namespaces);
  const findings = diagnose(signals);
  return {
    schemaVersion: 1,
    kind: 'Diagnosis',
    query: snatQuery({ ...query, namespaces }),
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, []),
    assumed,
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
