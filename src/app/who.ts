import { compareText } from '../base/compare-text.ts';
import { type Instant, instant, renderInstant } from '../base/instant.ts';
import type { Workload } from '../core/facts.ts';
import { stepMsOf } from '../core/flow-steps.ts';
import { type FlowQuery, type SourceRow, type Store, type WhoRow, type WhoRows } from '../core/ports.ts';
import { type Accuracy, accuracyOf } from './accuracy.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine, withoutConntrack } from './completeness.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { flowsOver, type FlowsOver } from './flows-over.ts';
import type { TimeRange } from './time-range.ts';

export interface WhoPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** Expected number: a sum of probabilities. */
  readonly flows: number;
  readonly exactFlows: number;
  /** Of these the ones that it only forwarded, as a relay; absent: none. */
  readonly relayedFlows?: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly first: string;
  readonly last: string;
  readonly confidence: number;
}

/** One workload, or one node as the origin itself (`workload: null`). */
export interface WhoItem {
  readonly workload: Workload | null;
  readonly node?: string;
  readonly pods: readonly WhoPod[];
  readonly flows: number;
  readonly exactFlows: number;
  /** Of these the ones that it only forwarded, as a relay; absent: none. */
  readonly relayedFlows?: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly first: string;
  readonly last: string;
}

export interface WhoReport {
  readonly schemaVersion: 1;
  readonly kind: 'WhoReport';
  readonly query: { readonly dest: string; readonly from: string; readonly until: string; readonly tz: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** null: no probability is by rates. */
  readonly accuracy: Accuracy | null;
  readonly coverage: Coverage;
  readonly items: readonly WhoItem[];
  /** Absent: not asked for. */
  readonly over?: FlowsOver;
}

export interface WhoAsked {
  /** As the user would write it. */
  readonly dest: string;
  readonly range: TimeRange;
  readonly tz: string;
  readonly query: FlowQuery;
  /** Into how many equal steps the interval is cut; absent: into none. */
  readonly steps?: number;
}

/** Who talked to a destination, by workload, most flows first. */
export const who = async (
  store: Pick<Store, 'who' | 'flowSteps' | 'sources' | 'accuracy'>,
  asked: WhoAsked,
): Promise<WhoReport> => {
  const { query, steps } = asked;
  const stepMs = steps === undefined ? null : stepMsOf(query, steps);
  const [rows, sources, accuracy, stepRows] = await Promise.all([
    store.who(query),
    store.sources(query.cluster),
    store.accuracy(query.cluster),
    stepMs === null ? [] : store.flowSteps(query, stepMs),
  ]);
  const report = whoReport(asked, rows, sources, accuracyOf(accuracy));
  return stepMs === null ? report : { ...report, over: flowsOver(query, stepMs, stepRows) };
};

export const whoReport = (
  { dest, range, tz }: WhoAsked,
  rows: WhoRows,
  sources: readonly SourceRow[],
  accuracy: Accuracy | null,
): WhoReport => ({
  schemaVersion: 1,
  kind: 'WhoReport',
  query: { dest, from: renderInstant(range.from), until: renderInstant(range.until), tz },
  sources: sources.map(sourceLine),
  completeness: completenessOf(range, sources, nodesWithoutConntrack(rows.pods, sources)),
  accuracy: rows.pods.some(({ flows, exactFlows }) => flows > exactFlows) ? accuracy : null,
  coverage: coverageOf(rows.coverage),
  items: itemsOf(rows.pods),
});

/** Nodes that sent flows no translation explains, and of which no conntrack was read. */
export const nodesWithoutConntrack = (rows: readonly WhoRow[], sources: readonly SourceRow[]): readonly string[] =>
  withoutConntrack(
    rows.filter((row) => row.exactFlows < row.flows && row.node !== '').map((row) => row.node),
    sources,
  );

const itemsOf = (rows: readonly WhoRow[]): readonly WhoItem[] =>
  [...Map.groupBy(rows, senderOf).values()]
    .map(itemOf)
    .sort((a, b) => b.flows - a.flows || b.bytesOut - a.bytesOut || compareText(nameOf(a), nameOf(b)));

/** Rows with the same one stand in one item: those of one workload, or of one node itself. */
export const senderOf = ({ pod, node }: WhoRow): string =>
  JSON.stringify(pod === null ? [node] : [pod.workload.namespace, pod.workload.kind, pod.workload.name]);
export const nameOf = ({ workload, node }: Pick<WhoItem, 'workload' | 'node'>): string =>
  workload === null ? (node ?? '') : `${workload.namespace}/${workload.name}`;

export const itemOf = (rows: readonly WhoRow[]): WhoItem => {
  const { pod, node } = rows[0] as WhoRow;
  const sum = (of: (row: WhoRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    workload:
      pod === null ? null : { kind: pod.workload.kind, namespace: pod.workload.namespace, name: pod.workload.name },
    ...(pod === null ? { node } : {}),
    pods: rows
      .flatMap(podOf)
      .sort(
        (a, b) =>
          b.flows - a.flows || b.bytesOut - a.bytesOut || compareText(a.name, b.name) || compareText(a.uid, b.uid),
      ),
    flows: sum((row) => row.flows),
    exactFlows: sum((row) => row.exactFlows),
    ...relayedOf(sum((row) => row.relayedFlows ?? 0)),
    bytesOut: sum((row) => row.bytesOut),
    bytesIn: sum((row) => row.bytesIn),
    first: renderInstant(
      edge(
        rows.map((row) => row.first),
        Math.min,
      ),
    ),
    last: renderInstant(
      edge(
        rows.map((row) => row.last),
        Math.max,
      ),
    ),
  };
};

const relayedOf = (relayedFlows: number): { readonly relayedFlows?: number } =>
  relayedFlows > 0 ? { relayedFlows } : {};

const edge = (times: readonly Instant[], pick: (a: number, b: number) => number): Instant =>
  instant(times.reduce<number>((a, b) => pick(a, b), times[0] as number));

const podOf = ({
  pod,
  node,
  flows,
  exactFlows,
  relayedFlows,
  bytesOut,
  bytesIn,
  first,
  last,
  confidence,
}: WhoRow): readonly WhoPod[] =>
  pod === null
    ? []
    : [
        {
          name: pod.name,
          uid: pod.uid,
          node,
          flows,
          exactFlows,
          ...relayedOf(relayedFlows ?? 0),
          bytesOut,
          bytesIn,
          first: renderInstant(first),
          last: renderInstant(last),
          confidence,
        },
      ];
