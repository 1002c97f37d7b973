import type { SourceRow } from '../core/ports.ts';
import type { Share } from './coverage.ts';
import type { Evaluation } from './evaluate.ts';
import type { Move, Moves } from './moves.ts';

/** What a store was fed: the conntrack of all nodes is one source. */
export interface Fed {
  readonly source: string;
  readonly rows: number;
}

export interface EvaluatedStore {
  /** The folder of the store. */
  readonly data: string;
  readonly cluster: string;
  readonly fed: readonly Fed[];
  /** Flows for which a pod, a workload, or the node itself is named. */
  readonly named: Share;
  readonly evaluation: Evaluation;
}

/** Two stores that were fed the same flows, and more or less evidence beside them. */
export interface EvaluationComparison {
  readonly schemaVersion: 1;
  readonly kind: 'EvaluationComparison';
  readonly before: EvaluatedStore;
  readonly after: EvaluatedStore;
  readonly flows: Moves['flows'];
  readonly moves: readonly Move[];
  /** Why the two may not be comparable. */
  readonly unlike: readonly string[];
}

/** What is said and true of the flows of one store. */
export const evaluatedStore = (
  evaluation: Evaluation,
  asked: { readonly data: string; readonly cluster: string; readonly sources: readonly SourceRow[] },
): EvaluatedStore => {
  const { exact, probable, node } = evaluation.coverage.byVerdict;
  const bySource = Map.groupBy(asked.sources, sourceOf);
  return {
    data: asked.data,
    cluster: asked.cluster,
    fed: [...bySource]
      .map(([source, of]) => ({ source, rows: of.reduce((sum, { rows }) => sum + rows, 0) }))
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
    named: {
      flows: exact.flows + probable.flows + node.flows,
      bytes: exact.bytes + probable.bytes + node.bytes,
    },
    evaluation,
  };
};

/** Of conntrack each node is a source; of the others the name says more than the kind. */
const sourceOf = ({ kind, name }: SourceRow): string => (kind === 'conntrack' ? kind : name);

export const evaluationComparison = (
  before: EvaluatedStore,
  after: EvaluatedStore,
  { flows, moves }: Moves,
): EvaluationComparison => ({
  schemaVersion: 1,
  kind: 'EvaluationComparison',
  before,
  after,
  flows,
  moves,
  unlike: unlikeness(before, after, flows),
});

const unlikeness = (before: EvaluatedStore, after: EvaluatedStore, flows: Moves['flows']): readonly string[] => {
  const some = Math.max(before.evaluation.flows, after.evaluation.flows);
  if (some > 0 && flows.both === 0) return ['no flow is in both stores: another time, or another cluster'];
  const [was, is] = [before, after].map(({ fed }) => fed.find(({ source }) => source === 'flow log')?.rows ?? 0);
  return was === is ? [] : [`the stores were not fed the same flow logs: ${was} and ${is} records`];
};
