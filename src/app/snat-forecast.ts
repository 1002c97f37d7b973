import { HOUR, type Instant, renderInstant } from '../base/instant.ts';
import type { NodeAddress, PortsQuery, PortsRow, Store } from '../core/ports.ts';
import { FORECAST_ASSUMED } from '../core/snat/assumed.ts';
import { type Forecast, FORECAST_MODEL, forecast } from '../core/snat/forecast.ts';
import { NODE_PORTS } from '../core/snat/port-limits.ts';
import { portsHeld } from '../core/snat/port-use.ts';
import { only } from './address.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { BACKEND_METRICS } from './azure-counts.ts';
import { nodePorts } from './node-ports.ts';
import { type SnatQuery, snatQuery, withoutTranslations } from './snat-ledger.ts';
import type { TimeRange } from './time-range.ts';
import type { Ip } from '../base/ip.ts';

/** When the ports of a node run out: all of them at its load balancer (`destIp` null), or those towards one destination at the node. */
export interface ForecastItem {
  readonly node: string | null;
  readonly nodeIp: string;
  readonly protocol: string;
  readonly destIp: string | null;
  readonly destPort: number | null;
  readonly limit: number;
  /** At the end of the interval. */
  readonly ports: number;
  readonly exhaustionAt: string | null;
  /** `ports` are no more than these, as a port of a load balancer serves several destinations: the limit is reached no earlier, and perhaps not at all. */
  readonly isBound: boolean;
  readonly low: string | null;
  readonly high: string | null;
  readonly model: typeof FORECAST_MODEL;
  /** `path-unknown`: what the node sends leaves by a path that no document tells, so nothing is known of the load balancer's ports. */
  readonly reason: Forecast['reason'] | 'path-unknown';
}

export interface SnatForecast {
  readonly schemaVersion: 1;
  readonly kind: 'SnatForecast';
  readonly query: SnatQuery & { readonly horizonMs: number };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** For how long ports are taken to be held. */
  readonly assumed: readonly string[];
  /** How many destinations of nodes there are, and how many of those that held most were looked at. */
  readonly destinations: number;
  readonly lookedAt: number;
  /** Soonest first. */
  readonly items: readonly ForecastItem[];
}

/** Steps that the interval is cut into: a trend of at most as many. */
const STEPS = 240;
const LEAST_STEP = 15_000;
/** As far ahead is looked, times the interval; but never further than a week. */
const AHEAD = 8;
const FURTHEST = 7 * 24 * HOUR;

/** When each node runs out of what its load balancer allocated, and of the ports towards the destinations that hold most. `rest` lets others have their turn: a series takes some milliseconds. */
export const snatForecast = async (
  store: Pick<Store, 'ports' | 'portSteps' | 'portPaths' | 'metrics' | 'sources'>,
  query: PortsQuery,
  range: TimeRange,
  limit: number,
  rest: () => Promise<void>,
): Promise<SnatForecast> => {
  const stepMs = Math.max(LEAST_STEP, Math.ceil((query.until - query.from) / STEPS));
  const horizonMs = Math.min(FURTHEST, Math.max(HOUR, AHEAD * (query.until - query.from)));
  const [{ rows, destinations }, paths, metrics, sources] = await Promise.all([
    store.ports(query, limit),
    store.portPaths(query, stepMs),
    store.metrics({ ...query, metrics: BACKEND_METRICS }),
    store.sources(query.cluster),
  ]);
  const horizon = Math.ceil(horizonMs / stepMs);
  const said = async (from: Instant, held: readonly number[], most: number): Promise<Pick<ForecastItem, Said>> => {
    await rest();
    const told = forecast(held, most, horizon);
    const at = (step: number | null): string | null =>
      step === null ? null : renderInstant((from + step * stepMs) as Instant);
    return {
      limit: most,
      ports: held.at(-1) ?? 0,
      exhaustionAt: at(told.at),
      low: at(told.low),
      high: at(told.high),
      model: FORECAST_MODEL,
      reason: told.reason,
    };
  };
  const ports = nodePorts(paths, metrics);
  const untold = new Set(ports.filter(({ egressPath }) => egressPath === 'unknown').map(addressOf));
  const byNode: ForecastItem[] = [];
  for (const one of ports) {
    if (one.allocated === null) continue;
    // Nothing is known to leave by it, and something may.
    const isUntold = one.most === 0 && untold.has(addressOf(one));
    const whole = { ...ends(one), destIp: null, destPort: null, isBound: one.largest < one.most };
    byNode.push(
      isUntold
        ? { ...whole, ...PATH_UNKNOWN, limit: one.allocated, ports: one.held.at(-1) ?? 0, model: FORECAST_MODEL }
        : { ...whole, ...(await said(one.from, one.held, one.allocated)) },
    );
  }
  const byDestination: ForecastItem[] = [];
  for (const row of rows.filter(isWorthIt)) {
    const dest = [only(row.destIp as Ip)];
    const own = await store.portSteps({ ...query, dest, destPorts: [row.destPort], nodes: [row.node ?? ''] }, stepMs);
    const one = own.find(({ nodeIp, protocol }) => nodeIp === row.nodeIp && protocol === row.protocol);
    if (one === undefined) continue;
    byDestination.push({
      ...ends(one),
      destIp: row.destIp,
      destPort: row.destPort,
      isBound: false,
      ...(await said(one.from, portsHeld(one), NODE_PORTS)),
    });
  }
  return {
    schemaVersion: 1,
    kind: 'SnatForecast',
    query: { ...snatQuery(query), horizonMs },
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, withoutTranslations(rows, sources)),
    assumed: FORECAST_ASSUMED,
    destinations,
    lookedAt: rows.length,
    items: [...byNode, ...byDestination].sort(soonest),
  };
};

type Said = 'limit' | 'ports' | 'exhaustionAt' | 'low' | 'high' | 'model' | 'reason';

const PATH_UNKNOWN = { exhaustionAt: null, low: null, high: null, reason: 'path-unknown' as const };

const addressOf = ({ nodeIp, protocol }: NodeAddress): string => `${nodeIp} ${protocol}`;

/** The node's own limit is far from a destination that holds some hundred ports. */
const isWorthIt = ({ peakPorts, node }: PortsRow): boolean => node !== null && peakPorts >= NODE_PORTS / 64;

const ends = ({ node, nodeIp, protocol }: Pick<ForecastItem, 'node' | 'nodeIp' | 'protocol'>) => ({
  node,
  nodeIp,
  protocol,
});

const soonest = (a: ForecastItem, b: ForecastItem): number => {
  const when = ({ low, exhaustionAt }: ForecastItem): string => exhaustionAt ?? low ?? '9';
  return when(a) < when(b) ? -1 : when(a) > when(b) ? 1 : b.ports / b.limit - a.ports / a.limit;
};
