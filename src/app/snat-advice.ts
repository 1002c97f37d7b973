import { type Instant, renderInstant } from '../base/instant.ts';
import type { Workload } from '../core/facts.ts';
import type { PortsQuery, Store } from '../core/ports.ts';
import { type Advice, adviceOn } from '../core/snat/advice.ts';
import type { Holding } from '../core/snat/holding.ts';
import { LEDGER_ASSUMED } from '../core/snat/assumed.ts';
import { NOTABLE, podsAtPeak } from '../core/snat/pattern.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { type SnatQuery, snatQuery, unnamedReason } from './snat-ledger.ts';
import { isNarrowed, isOf, type PortsAsked, portsNarrowed, readFor } from './of-namespaces.ts';
import type { TimeRange } from './time-range.ts';

/** What one workload holds towards one destination, which pattern that is, and what mends it. */
export interface AdviceItem extends Omit<Advice, 'lacks'> {
  /** null: processes of nodes. */
  readonly workload: Workload | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  /** On all nodes together. */
  readonly peakPorts: number;
  readonly peakAt: string;
  /** Of these the ones of connections that were open, and of those that had ended. */
  readonly openAtPeak: number;
  readonly closedAtPeak: number;
  /** Pods, or nodes themselves, that held some of them; and what one of them, and what one node held at most. */
  readonly holders: number;
  readonly largest: { readonly pod: string | null; readonly node: string | null; readonly ports: number };
  readonly largestNode: { readonly node: string | null; readonly ports: number };
  readonly began: number;
  readonly closed: number;
  readonly perSecond: number;
  readonly openAtStart: number;
  readonly openAtEnd: number;
  readonly lifeMs: number | null;
  readonly keptMs: number | null;
  readonly oldestMs: number | null;
  /** Of the connections that are open at the end the ones that moved nothing in the last five minutes, of those that a flow log tells of; null: it tells of none. */
  readonly silent: { readonly connections: number; readonly of: number } | null;
}

export interface SnatAdvice {
  readonly schemaVersion: 1;
  readonly kind: 'SnatAdvice';
  readonly query: SnatQuery;
  /** The part of the interval that anything is told of: rates and growth are of that. */
  readonly seen: { readonly from: string; readonly until: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** How many workloads and destinations hold ports of note, those that are not listed among them. */
  readonly holdings: number;
  /** Connections of pods that nobody is named for: they are in no item. null: whoever asks may not know. */
  readonly unnamed: number | null;
  /** For how long ports are taken to be held, and what of namespaces is told. */
  readonly assumed: readonly string[];
  /** Most ports first. */
  readonly items: readonly AdviceItem[];
}

/** Why so many ports are held, by workload and destination, and what mends it. */
export const snatAdvice = async (
  store: Pick<Store, 'holdings' | 'sources' | 'extent'>,
  query: PortsAsked,
  range: TimeRange,
  limit: number,
): Promise<SnatAdvice> => {
  const seen = seenOf(query, await store.extent(query.cluster));
  const [{ rows, holdings, unnamed }, sources] = await Promise.all([
    store.holdings({ ...query, ...seen }, NOTABLE, readFor(query, limit)),
    store.sources(query.cluster),
  ]);
  const ours = rows.filter(({ workload }) => isOf(query.namespaces)(workload));
  const { reasons } = completenessOf(range, sources, []);
  const all = [...reasons, ...unnamedReason(unnamed)];
  return {
    schemaVersion: 1,
    kind: 'SnatAdvice',
    query: snatQuery(query),
    seen: { from: renderInstant(seen.from), until: renderInstant(seen.until) },
    sources: sources.map(sourceLine),
    completeness: { complete: all.length === 0, reasons: all },
    holdings: isNarrowed(query) ? ours.length : holdings,
    unnamed,
    assumed: [...portsNarrowed(query, { read: rows.length, of: holdings }), ...LEDGER_ASSUMED],
    items: ours.slice(0, limit).map((holding) => itemOf(holding, seen.until - seen.from)),
  };
};

type Span = Pick<PortsQuery, 'from' | 'until'>;

/** A day of which an hour is known has the rates of that hour. */
const seenOf = ({ from, until }: Span, extent: Span | null): Span => {
  const first = Math.max(from, extent?.from ?? from);
  const last = Math.min(until, extent?.until ?? until);
  return first < last ? { from: first as Instant, until: last as Instant } : { from, until };
};

const itemOf = (holding: Holding, ms: number): AdviceItem => {
  const { lacks: _, ...advice } = adviceOn(holding, ms);
  const { holders, watched } = holding;
  const largest = holders.toSorted((a, b) => b.portsAtPeak - a.portsAtPeak)[0];
  const nodes = [...Map.groupBy(holders, ({ nodeIp }) => nodeIp).values()].map((of) => ({
    node: of[0]?.node ?? null,
    ports: of.reduce((sum, { portsAtPeak }) => sum + portsAtPeak, 0),
  }));
  return {
    workload: holding.workload,
    destIp: holding.destIp,
    destPort: holding.destPort,
    protocol: holding.protocol,
    ...advice,
    peakPorts: holding.peakPorts,
    peakAt: renderInstant(holding.peakAt),
    openAtPeak: holding.openAtPeak,
    closedAtPeak: holding.peakPorts - holding.openAtPeak,
    holders: podsAtPeak(holders),
    largest: {
      pod: largest?.pod === null || largest === undefined ? null : `${largest.pod.namespace}/${largest.pod.name}`,
      node: largest?.node ?? null,
      ports: largest?.portsAtPeak ?? 0,
    },
    largestNode: nodes.toSorted((a, b) => b.ports - a.ports)[0] ?? { node: null, ports: 0 },
    began: holding.began,
    closed: holding.closed,
    perSecond: (holding.began * 1_000) / ms,
    openAtStart: holding.openAtStart,
    openAtEnd: holding.openAtEnd,
    lifeMs: holding.lifeMs,
    keptMs: holding.keptMs,
    oldestMs: holding.oldestMs,
    silent: watched === 0 ? null : { connections: holding.silent, of: watched },
  };
};
