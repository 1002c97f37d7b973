import { type Instant, renderInstant } from '../base/instant.ts';
import type { PortsQuery, Store } from '../core/ports.ts';
import { type ConntrackTable, conntrackTables, TABLE_METRICS } from '../core/snat/conntrack-table.ts';
import { type Completeness, type SourceLine, sourceLine } from './completeness.ts';
import { type SnatQuery, snatQuery } from './snat-ledger.ts';

/** How full the connection tracking of one node was. null: its kernel does not tell. */
export interface ConntrackItem extends Omit<ConntrackTable, 'peakAt'> {
  readonly peakAt: string | null;
}

export interface SnatConntrackLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatConntrackLedger';
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** Nodes that were there, and whose counters are not known. */
  readonly untold: readonly string[];
  /** Fullest first. */
  readonly items: readonly ConntrackItem[];
}

/** How full the connection tracking of each node was, as its kernel counted. */
export const snatConntrackLedger = async (
  store: Pick<Store, 'metrics' | 'nodesAlive' | 'sources'>,
  query: Pick<PortsQuery, 'cluster' | 'from' | 'until' | 'nodes'>,
): Promise<SnatConntrackLedger> => {
  const { cluster, from, until } = query;
  const [metrics, sources, first, last] = await Promise.all([
    store.metrics({ cluster, from, until, metrics: TABLE_METRICS }),
    store.sources(cluster),
    store.nodesAlive(cluster, from),
    store.nodesAlive(cluster, (until - 1) as Instant),
  ]);
  const isAsked = (node: string): boolean => query.nodes.length === 0 || query.nodes.includes(node);
  const items = conntrackTables(metrics).filter(({ node }) => isAsked(node));
  const told = new Set(items.map(({ node }) => node));
  const untold = [...new Set([...first, ...last])].filter((node) => isAsked(node) && !told.has(node)).sort();
  const reasons = untoldReason(untold, items.length);
  return {
    schemaVersion: 1,
    kind: 'SnatConntrackLedger',
    query: snatQuery({ cluster, from, until }),
    sources: sources.map(sourceLine),
    completeness: { complete: reasons.length === 0, reasons },
    untold,
    items: items.map(({ peakAt, ...rest }) => ({ ...rest, peakAt: peakAt === null ? null : renderInstant(peakAt) })),
  };
};

const untoldReason = (untold: readonly string[], told: number): readonly string[] => {
  if (untold.length === 0) return told === 0 ? ['nothing is known of any node'] : [];
  const some = untold.length > 3 ? `${untold.slice(0, 2).join(', ')} …` : untold.join(', ');
  return [
    `what the kernel counts is not known of ${untold.length} ${untold.length === 1 ? 'node' : 'nodes'} (${some}): unmasq agent on the node tells it, or the loop of docs/guide/collect-conntrack.md`,
  ];
};
