import { instant, renderInstant } from '../base/instant.ts';
import type { Reject } from '../core/facts.ts';
import type { ByName, SourceRow, Store } from '../core/ports.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';

export interface SourceItem {
  readonly name: string;
  readonly kind: string;
  readonly cluster: string;
  readonly rows: number;
  /** Of Traffic Analytics: rows that are not counted, as something better tells of the same flows. */
  readonly toldOtherwise?: number;
  /** Of sightings: calls that told only the name of their destination, by what is known of it. Those of an unknown one count nowhere. */
  readonly byName?: ByName;
  readonly rejects: number;
  readonly first: string | null;
  readonly watermark: string | null;
  readonly gaps: readonly {
    readonly from: string;
    readonly until: string | null;
    readonly node: string;
    readonly why: string;
  }[];
  readonly clockOffsetMs: number | null;
  readonly clockUncertaintyMs: number | null;
  readonly clockPairs: number | null;
}

export interface SourcesReport {
  readonly schemaVersion: 1;
  readonly kind: 'Sources';
  readonly query: { readonly clusters: readonly string[] };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly items: readonly SourceItem[];
  /** The first of what was refused, newest objects first; `rejects` of the items has the numbers. */
  readonly rejects: readonly (Reject & { readonly object: string; readonly cluster: string })[];
}

/** How many refused pieces are shown; the rest is counted. */
const SHOWN_REJECTS = 20;

/** Any gap counts here, whenever it was. */
const ALWAYS = {
  from: instant(Number.NEGATIVE_INFINITY),
  until: instant(Number.POSITIVE_INFINITY),
  chosen: false,
} as const;

/** What has arrived, of which cluster, and up to when. */
export const sourcesReport = async (
  store: Pick<Store, 'sources' | 'rejects'>,
  clusters: readonly string[],
): Promise<SourcesReport> => {
  const items: SourceItem[] = [];
  const sources: SourceLine[] = [];
  const reasons: string[] = [];
  const rejects: (Reject & { readonly object: string; readonly cluster: string })[] = [];
  for (const cluster of clusters) {
    const rows = await store.sources(cluster);
    items.push(...rows.map(itemOf));
    sources.push(...rows.map(sourceLine));
    const lacks = completenessOf(ALWAYS, rows, []).reasons;
    reasons.push(...(clusters.length === 1 ? lacks : lacks.map((reason) => `${cluster}: ${reason}`)));
    rejects.push(...(await store.rejects(cluster, SHOWN_REJECTS)).map((reject) => ({ ...reject, cluster })));
  }
  if (clusters.length === 0) reasons.push(...completenessOf(ALWAYS, [], []).reasons);
  const completeness = { complete: reasons.length === 0, reasons };
  return { schemaVersion: 1, kind: 'Sources', query: { clusters }, sources, completeness, items, rejects };
};

const itemOf = (row: SourceRow): SourceItem => ({
  name: row.name,
  kind: row.kind,
  cluster: row.cluster,
  rows: row.rows,
  ...(row.byName === undefined ? {} : { byName: row.byName }),
  ...(row.toldOtherwise === undefined ? {} : { toldOtherwise: row.toldOtherwise }),
  rejects: row.rejects,
  first: row.first === null ? null : renderInstant(row.first),
  watermark: row.watermark === null ? null : renderInstant(row.watermark),
  gaps: row.gaps.map((gap) => ({
    ...gap,
    from: renderInstant(gap.from),
    until: gap.until === null ? null : renderInstant(gap.until),
  })),
  clockOffsetMs: row.clockOffsetMs,
  clockUncertaintyMs: row.clockUncertaintyMs,
  clockPairs: row.clockPairs,
});
