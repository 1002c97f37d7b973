import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND_METRICS, isOfFailed } from '../app/azure-counts.ts';
import { nodePorts } from '../app/node-ports.ts';
import { snatForecast } from '../app/snat-forecast.ts';
import { stepOf } from '../app/snat-status.ts';
import { PRIVATE } from '../base/address-block.ts';
import { HOUR, type Instant, MINUTE, parseInstant } from '../base/instant.ts';
import { allFlows } from '../core/all-flows.ts';
import type { MetricName } from '../core/metrics.ts';
import { type Measure, type MetricRow, type Store, VERDICT_KINDS } from '../core/ports.ts';

const EVERY_MS = MINUTE;
/** Prometheus waits ten seconds for all that it asks. */
const WAIT_MS = 3_000;
/** As far back as a trend needs. */
const BACK_MS = HOUR;
/** Failed connections are those of so long. */
const FAILED_MS = 5 * MINUTE;
/** What ended longer ago tells nothing of now. */
const STALE_MS = 15 * MINUTE;
/** As long as the steps are that an hour is counted in, at least. */
const LEAST_STEP = 5_000;
/** Destinations among which those that hold many are forecast. */
const DESTINATIONS = 20;

const rest = (): Promise<void> => new Promise(setImmediate);

type AskedStore = Pick<
  Store,
  'clusters' | 'extent' | 'ports' | 'portSteps' | 'portPaths' | 'metrics' | 'sources' | 'who'
>;

/** What is told of the last hour: the ports that nodes hold, and how well flows are named. Worked out for whoever asks, at most once a minute. */
export class RecentMeasures {
  private readonly store: AskedStore;
  private readonly now: () => Instant;
  private readonly log: (line: string) => void;
  private told: readonly Measure[] = [];
  private toldAt = 0;
  private looking: Promise<void> | null = null;

  constructor(store: AskedStore, now: () => Instant, log: (line: string) => void) {
    this.store = store;
    this.now = now;
    this.log = log;
  }

  measures(): readonly Measure[] {
    return this.told;
  }

  /** What is told is at most a minute old, or a look has begun and takes longer than whoever asks should wait: then it is told the next time. */
  async refresh(): Promise<void> {
    const now = this.now();
    if (this.looking === null && Math.abs(now - this.toldAt) >= EVERY_MS) {
      this.toldAt = now;
      this.looking = this.keepLook();
    }
    if (this.looking !== null) await Promise.race([this.looking, sleep(WAIT_MS, undefined, { ref: false })]);
  }

  async settled(): Promise<void> {
    await this.looking;
  }

  private async keepLook(): Promise<void> {
    try {
      this.told = await this.look();
    } catch (error) {
      this.told = [];
      this.log(`the last hour could not be looked at: ${(error as Error).message}`);
    } finally {
      this.looking = null;
    }
  }

  private async look(): Promise<readonly Measure[]> {
    const all: Measure[] = [];
    for (const cluster of await this.store.clusters()) all.push(...(await this.lookAt(cluster)));
    return all;
  }

  private async lookAt(cluster: string): Promise<readonly Measure[]> {
    const { store } = this;
    const extent = await store.extent(cluster);
    const now = this.now();
    if (extent === null || extent.until < now - STALE_MS) return [];
    // One step further than was told: so the last step counts everything.
    const until = Math.min(now, extent.until + LEAST_STEP) as Instant;
    const range = { from: (until - BACK_MS) as Instant, until, chosen: true, notes: [] };
    const told = { ...range, from: Math.max(extent.from, range.from) as Instant };
    const every = { cluster, dest: [], destPorts: [], nodes: [], inside: PRIVATE };
    const stepMs = stepOf(range);
    const [paths, metrics, forecast, failed, { coverage }] = await Promise.all([
      store.portPaths({ ...every, ...range }, stepMs),
      store.metrics({ cluster, ...range, metrics: BACKEND_METRICS }),
      snatForecast(store, { ...every, ...told }, told, DESTINATIONS, rest),
      store.metrics({ cluster, from: (now - FAILED_MS) as Instant, until: now, metrics: FAILED_METRICS }),
      store.who(allFlows(cluster, range)),
    ]);
    const flows = Map.groupBy(coverage, ({ verdict }) => verdict);
    return [
      ...VERDICT_KINDS.map((verdict) =>
        gauge(
          'unmasq_recent_flows',
          { cluster, verdict },
          (flows.get(verdict) ?? []).reduce((sum, row) => sum + row.flows, 0),
        ),
      ),
      ...nodePorts(paths, metrics).flatMap(({ node, nodeIp, protocol, egressPath, held, allocated, counted }) => {
        const labels = { cluster, node: node ?? '', node_ip: nodeIp, egress: egressPath, protocol };
        return [
          gauge('unmasq_snat_ports_used', labels, held.at(-1) ?? 0),
          ...(allocated === null ? [] : [gauge('unmasq_snat_ports_allocated', labels, allocated)]),
          ...(counted === null ? [] : [gauge('unmasq_snat_ports_counted', labels, counted)]),
        ];
      }),
      ...forecast.items.flatMap(({ node, nodeIp, protocol, destIp, destPort, exhaustionAt }) => {
        if (exhaustionAt === null) return [];
        const at = parseInstant(exhaustionAt);
        const dest = destIp === null ? '' : `${destIp}:${destPort ?? 0}`;
        const labels = { cluster, node: node ?? '', node_ip: nodeIp, dest, protocol };
        return at.ok ? [gauge('unmasq_snat_exhaustion_timestamp_seconds', labels, at.value / 1_000)] : [];
      }),
      ...byResource(failed.filter(isOfFailed)).map(([resource, total]) =>
        gauge('unmasq_snat_connections_failed', { cluster, resource }, total),
      ),
      ...byResource(failed.filter(({ metric }) => metric === DROPS)).map(([resource, total]) =>
        gauge('unmasq_snat_packets_dropped', { cluster, resource }, total),
      ),
    ];
  }
}

const DROPS = 'PacketDropCount';
const FAILED_METRICS = ['SnatConnectionCount', 'SNATConnectionCount', DROPS];

const byResource = (rows: readonly MetricRow[]): readonly (readonly [resource: string, total: number])[] =>
  [...Map.groupBy(rows, ({ resource }) => resource)].map(
    ([resource, ones]) => [resource, ones.reduce((sum, { total }) => sum + total, 0)] as const,
  );

const gauge = (name: MetricName, labels: Measure['labels'], value: number): Measure => ({ name, labels, value });
