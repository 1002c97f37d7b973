import { renderInstant } from '../base/instant.ts';
import type { Workload } from '../core/facts.ts';
import type {
  FlowMap,
  MapDestination,
  MapEdge,
  MapHide,
  MapHolder,
  MapQuery,
  MapSender,
  MapShare,
  MapSum,
  MapTier,
  MapUncut,
} from '../core/flow-map.ts';
import { type SourceRow, type Store, VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';
import { renderEndpoint } from './address.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import type { TimeRange } from './time-range.ts';

/** Who sent it: a pod, a workload, a node itself, or the group of those of which nobody is named. `other`: senders that have no line of their own. */
export interface MapFrom {
  readonly kind: MapSender['kind'] | 'other';
  /** Of a pod its own. */
  readonly workload: Workload | null;
  readonly node: string | null;
  readonly pod: { readonly uid: string; readonly name: string } | null;
}

/** `other`: all that the sender sent beside the lines of its own. */
export interface MapTarget {
  readonly kind: MapDestination['kind'] | 'other';
  /** As a person would write it. */
  readonly name: string;
  /** What of the cluster is there, where one had the address all the time. */
  readonly workload: Workload | null;
  readonly node: string | null;
  /** What `unmasq who` takes for it; null where it is no one thing for it. */
  readonly dest: string | null;
  /** At most ten. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
}

interface MapCounts extends MapShare {
  readonly byVerdict: Readonly<Record<VerdictKind, MapShare>>;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly first: string;
  readonly last: string;
}

export interface MapItem extends MapCounts {
  readonly from: MapFrom;
  readonly to: MapTarget;
  /** How many lines it would be; more than one only where something is `other`. */
  readonly edges: number;
  readonly senders: number;
  readonly destinations: number;
}

export interface MapReport {
  readonly schemaVersion: 1;
  readonly kind: 'FlowMap';
  readonly query: {
    readonly cluster: string;
    readonly from: string;
    readonly until: string;
    readonly tz: string;
    readonly sender: MapQuery['sender'];
    readonly to: MapQuery['to'];
    readonly by: MapQuery['by'];
    readonly hide: readonly MapHide[];
    readonly limit: number;
  };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** What it was counted from; none where there is nothing. All come to the same. */
  readonly tiers: readonly MapTier[];
  /** What an edge of the time cuts and is counted whole, as nothing finer of it is kept: no more than this is counted too much. */
  readonly uncut: readonly (Omit<MapUncut, 'from' | 'until'> & {
    readonly at: string;
    readonly from: string;
    readonly until: string;
  })[];
  /** What should be known of how it was grouped and hidden. */
  readonly notes: readonly string[];
  /** Of all items together; what is hidden is beside them. */
  readonly coverage: MapShare & { readonly byVerdict: Readonly<Record<VerdictKind, MapShare>> };
  readonly hidden: readonly (MapCounts & { readonly preset: MapHide })[];
  readonly items: readonly MapItem[];
}

export interface MapAsked {
  readonly range: TimeRange;
  readonly tz: string;
  readonly query: MapQuery;
}

/** Who talks to what: the largest edges, and the rest as sums, so that together they are all that there is. */
export const mapOf = async (
  store: Pick<Store, 'flowMap' | 'sources'>,
  { range, tz, query }: MapAsked,
): Promise<MapReport> => {
  const [told, sources] = await Promise.all([store.flowMap(query), store.sources(query.cluster)]);
  const items = told.edges.map(itemOf);
  return {
    schemaVersion: 1,
    kind: 'FlowMap',
    query: {
      cluster: query.cluster,
      from: renderInstant(range.from),
      until: renderInstant(range.until),
      tz,
      sender: query.sender,
      to: query.to,
      by: query.by,
      hide: query.hide,
      limit: query.edges,
    },
    sources: sources.map(sourceLine),
    completeness: completenessBySums(query, range, sources, told),
    tiers: told.tiers,
    uncut: told.uncut.map((uncut) => ({
      ...uncut,
      at: renderInstant(query[uncut.edge]),
      from: renderInstant(uncut.from),
      until: renderInstant(uncut.until),
    })),
    notes: notesOf(query, told.serviceTags),
    coverage: totalOf(items),
    hidden: told.hidden.map(({ preset, ...sum }) => ({ preset, ...countsOf(sum) })),
    items,
  };
};

/** Where sums stand for flows that are no longer kept: what they do not tell. */
const completenessBySums = (
  query: MapQuery,
  range: TimeRange,
  sources: readonly SourceRow[],
  { kept, uncut }: FlowMap,
): Completeness => {
  if (kept.from >= kept.flowsFrom || query.from >= kept.flowsFrom) return completenessOf(range, sources, []);
  const { reasons } = completenessOf(range, sources, [], { from: kept.from, first: kept.summedFirst });
  const isNarrowed = query.namespaces.length + query.workloads.length > 0;
  const all = [
    ...reasons,
    ...uncut.map(uncutText(query)),
    ...(isNarrowed
      ? [
          `flows are kept from ${renderInstant(kept.flowsFrom)} on: of earlier ones those that several may have sent are counted for no namespace and no workload`,
        ]
      : []),
  ];
  return { complete: all.length === 0, reasons: all };
};

const uncutText =
  (query: MapQuery) =>
  ({ edge, tier, from, until, flows, bytes }: MapUncut): string =>
    `nothing finer than ${tier} is kept of the time around ${renderInstant(query[edge])} (${edge}), so that it cannot be cut there: ${rounded(flows)} flows of ${rounded(bytes)} bytes that ended from ${renderInstant(from)} to ${renderInstant(until)} are counted whole, and some of them may be outside the time`;

const notesOf = ({ to, hide }: MapQuery, serviceTags: number | null): readonly string[] => {
  if (serviceTags !== 0) return [];
  const how = 'az network list-service-tags -l REGION > tags.json; unmasq ingest tags.json';
  return [
    ...(to === 'tag' ? [`no service tags are told, so addresses stand for themselves: ${how}`] : []),
    ...(hide.includes('azure')
      ? [`no service tags are told, so of Azure only 168.63.129.16 and 169.254.169.254 are known: ${how}`]
      : []),
  ];
};

const itemOf = (edge: MapEdge): MapItem => ({
  from: fromOf(edge.from),
  to: edge.to === null ? OTHER : targetOf(edge.to),
  ...countsOf(edge),
  edges: edge.edges,
  senders: edge.senders,
  destinations: edge.destinations,
});

const fromOf = (from: MapSender | null): MapFrom => {
  if (from?.kind === 'pod') {
    const { kind, uid, name, workload } = from;
    return { kind, workload, node: null, pod: { uid, name } };
  }
  return { kind: from?.kind ?? 'other', ...holderOf(from), pod: null };
};

const OTHER: MapTarget = {
  kind: 'other',
  name: 'other',
  workload: null,
  node: null,
  dest: null,
  addresses: [],
  addressCount: 0,
};

const targetOf = (to: MapDestination): MapTarget => {
  const { kind, addresses, addressCount } = to;
  const only = addressCount === 1 ? (addresses[0] ?? null) : null;
  switch (to.kind) {
    case 'address':
      return { kind, name: to.ip, ...holderOf(to.holder), dest: to.ip, addresses, addressCount };
    case 'port': {
      const dest = `${renderEndpoint(to.ip, to.port)}/${to.protocol}`;
      return { kind, name: dest, ...holderOf(to.holder), dest, addresses, addressCount };
    }
    case 'all':
      return { kind, name: 'all', ...holderOf(null), dest: null, addresses, addressCount };
    case 'block':
      return { kind, name: to.block, ...holderOf(null), dest: to.block, addresses, addressCount };
    case 'host':
    case 'tag':
      return { kind, name: to.name, ...holderOf(null), dest: only, addresses, addressCount };
    case 'workload':
      return {
        kind,
        name: `${to.workload.namespace}/${to.workload.name}`,
        ...holderOf(to),
        dest: only,
        addresses,
        addressCount,
      };
    case 'node':
      return { kind, name: to.node, ...holderOf(to), dest: only, addresses, addressCount };
  }
};

const holderOf = (
  holder: Exclude<MapSender, { kind: 'pod' }> | MapHolder | null,
): Pick<MapFrom, 'workload' | 'node'> => ({
  workload: holder?.kind === 'workload' ? holder.workload : null,
  node: holder?.kind === 'node' ? holder.node : null,
});

const countsOf = ({ byVerdict, bytesOut, bytesIn, first, last }: MapSum): MapCounts => ({
  ...sumOf(VERDICT_KINDS.map((verdict) => byVerdict[verdict])),
  bytesOut,
  bytesIn,
  byVerdict,
  first: renderInstant(first),
  last: renderInstant(last),
});

const totalOf = (items: readonly MapItem[]): MapReport['coverage'] => ({
  ...sumOf(items),
  byVerdict: Object.fromEntries(
    VERDICT_KINDS.map((verdict) => [verdict, sumOf(items.map(({ byVerdict }) => byVerdict[verdict]))]),
  ) as Record<VerdictKind, MapShare>,
});

/** Flows may be parts of what was summed up (docs/guide/log-analytics.md): the last digits are the computer's. */
const sumOf = (shares: readonly MapShare[]): MapShare => ({
  flows: rounded(shares.reduce((sum, { flows }) => sum + flows, 0)),
  bytes: rounded(shares.reduce((sum, { bytes }) => sum + bytes, 0)),
});
const rounded = (n: number): number => Math.round(n * 1e6) / 1e6;
