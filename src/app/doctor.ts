import { DAY, HOUR, type Instant, MINUTE, renderInstant } from '../base/instant.ts';
import type { SourceRow, Store } from '../core/ports.ts';
import { conntrackOf, isConntrack, isFlowLog, isPods } from './completeness.ts';
import { LIST_NODES, type Missing } from './missing.ts';

export type CheckStatus = 'ok' | 'warning' | 'failed';

/** One thing that was looked at. What could not be looked at is not `ok`. */
export interface Check {
  /** null: the store itself, or the whole server. */
  readonly cluster: string | null;
  readonly source: string;
  readonly status: CheckStatus;
  /** One sentence. */
  readonly says: string;
  /** What to do about it; null: nothing has to be done. */
  readonly fix: string | null;
}

/** Whether a question can be answered exactly, and if not what is missing. */
export interface Answerable {
  readonly question: string;
  readonly exact: boolean;
  readonly flows: number;
  readonly exactFlows: number;
  /** What is missing for the flows that are not exact, most of them first. */
  readonly lacks: readonly (Missing & { readonly reason: string; readonly flows: number })[];
  /** Why flows may not have been seen at all. */
  readonly incomplete: readonly string[];
}

export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly kind: 'DoctorReport';
  readonly query: { readonly clusters: readonly string[]; readonly at: string };
  readonly items: readonly Check[];
  readonly answerable: Answerable | null;
}

/** Azure writes the blobs of an hour minute by minute, and they are read some minutes late. */
const FLOW_LOG_LATE = 20 * MINUTE;
/** An agent sends every five seconds. */
const CONNTRACK_LATE = 2 * MINUTE;
/** A watch says how far it has come every minute or so. */
const INVENTORY_LATE = 10 * MINUTE;
/** Gaps that are older concern nobody who asks about the present. */
const RECENT = DAY;

const DOCS = {
  agent: 'run the agent on every node: docs/guide/agent.md',
  flowLog: 'ingest the blobs of the flow log: unmasq ingest insights-logs-flowlogflowevent/',
  pods: 'record pods: kubectl get pods -A -w --output-watch-events -o json > pods.watch.json, and unmasq ingest it',
} as const;

/** Looks at everything that one cluster's answers rest on. `nodes`: those that exist now, by name. */
export const checksOf = (
  cluster: string,
  sources: readonly SourceRow[],
  nodes: readonly string[],
  now: Instant,
): readonly Check[] => {
  const check = (source: string, status: CheckStatus, says: string, fix: string | null = null): Check => ({
    cluster,
    source,
    status,
    says,
    fix,
  });
  const fresh = (row: SourceRow, late: number, why: string): Check => {
    const lag = row.watermark === null ? null : now - row.watermark;
    if (lag === null) return check(row.name, 'warning', 'it has told of no time yet');
    return lag <= late
      ? check(row.name, 'ok', `up to ${ago(lag)} ago`)
      : check(
          row.name,
          'warning',
          `nothing for ${ago(lag)}: it ends at ${renderInstant(row.watermark as Instant)}`,
          why,
        );
  };
  const gaps = (row: SourceRow): readonly Check[] => {
    const recent = row.gaps.filter(({ until }) => until === null || now - until < RECENT);
    const [last] = recent.slice(-1);
    return last === undefined
      ? []
      : [
          check(
            row.name,
            'warning',
            `${recent.length === 1 ? 'a gap' : `${recent.length} gaps`} within a day, the last from ${renderInstant(last.from)} (${last.why})`,
            'flows of that time may stay unnamed; docs/reference/agent.md says what leads to each kind of gap',
          ),
        ];
  };
  const rejects = (row: SourceRow): readonly Check[] =>
    row.rejects === 0
      ? []
      : [
          check(
            row.name,
            'warning',
            `${row.rejects} rows could not be read`,
            'unmasq sources shows the first of them, with place and reason',
          ),
        ];
  /** Of fifty nodes one line says what is true of all. */
  const heardOf = (rows: readonly SourceRow[]): readonly Check[] => {
    const lagOf = ({ watermark }: SourceRow): number =>
      watermark === null ? Number.POSITIVE_INFINITY : now - watermark;
    const [late, recent] = [
      rows.filter((row) => lagOf(row) > CONNTRACK_LATE),
      rows.filter((row) => lagOf(row) <= CONNTRACK_LATE),
    ];
    const [shortest, longest] = [Math.min(...late.map(lagOf)), Math.max(...recent.map(lagOf))];
    const names = (some: readonly SourceRow[]): string =>
      firstOf(some.map(({ name }) => name.replace(/^conntrack /, '')));
    return [
      ...(recent.length === 0
        ? []
        : [
            check(
              'conntrack',
              'ok',
              `of ${recent.length} of ${rows.length} up to ${ago(longest)} ago (${names(recent)})`,
            ),
          ]),
      ...(late.length === 0
        ? []
        : [
            check(
              'conntrack',
              'warning',
              `of ${late.length} of ${rows.length} nothing for ${Number.isFinite(shortest) ? ago(shortest) : 'as long as is known'}${late.length > 1 ? ' or longer' : ''} (${names(late)})`,
              'see whether the agent of that node runs, and whether the node still exists',
            ),
          ]),
    ];
  };
  const flowLogs = sources.filter(isFlowLog);
  const conntracks = sources.filter(isConntrack);
  const heard = new Set(conntracks.map(({ name }) => name));
  const unheard = nodes.filter((node) => !heard.has(conntrackOf(node)));
  const pods = sources.find(isPods);
  const hasNodes = sources.some(({ kind, name }) => kind === 'inventory' && name === 'nodes');
  return [
    ...(flowLogs.length === 0
      ? [
          check(
            'flow log',
            'failed',
            'there is none: only what conntrack saw is known, and no denied attempt',
            DOCS.flowLog,
          ),
        ]
      : flowLogs.map((row) =>
          fresh(row, FLOW_LOG_LATE, 'read the newest blobs, and see that the flow log is switched on in Azure'),
        )),
    ...(conntracks.length === 0
      ? [
          check(
            'conntrack',
            'failed',
            'there is none: no flow that left through a node address can be exact',
            DOCS.agent,
          ),
        ]
      : heardOf(conntracks)),
    ...(conntracks.length > 0 && unheard.length > 0
      ? [
          check(
            'conntrack',
            'failed',
            `none of ${unheard.length} of ${nodes.length} nodes (${firstOf(unheard)}): flows there cannot be exact`,
            DOCS.agent,
          ),
        ]
      : []),
    ...(pods === undefined
      ? [check('pods', 'failed', 'there is no inventory: no address can be given a name', DOCS.pods)]
      : [
          fresh(
            pods,
            INVENTORY_LATE,
            'start the watch again: who came and went meanwhile is known with less certainty',
          ),
        ]),
    ...(!hasNodes
      ? [check('nodes', 'warning', 'there is no list: nodes are known by their host-network pods alone', LIST_NODES)]
      : []),
    ...sources.flatMap((row) => [...gaps(row), ...rejects(row)]),
  ];
};

const firstOf = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} …`;

const ago = (ms: number): string =>
  ms < 0
    ? 'a moment'
    : ms < 2 * MINUTE
      ? `${Math.round(ms / 1_000)} s`
      : ms < 2 * HOUR
        ? `${Math.round(ms / MINUTE)} min`
        : ms < 2 * DAY
          ? `${Math.round(ms / HOUR)} h`
          : `${Math.round(ms / DAY)} days`;

/** Whether the store can be written and read, and what it has of each cluster. */
export const examine = async (
  store: Pick<Store, 'probe' | 'clusters' | 'sources' | 'nodesAlive'>,
  cluster: string | null,
  now: Instant,
): Promise<{ readonly clusters: readonly string[]; readonly checks: readonly Check[] }> => {
  const known = await store.clusters();
  const clusters = cluster === null ? known : known.filter((name) => name === cluster);
  const checks: Check[] = [await storeCheck(store)];
  if (clusters.length === 0)
    checks.push({
      cluster,
      source: 'store',
      status: 'failed',
      says: cluster === null ? 'it is empty' : `it has nothing of the cluster ${cluster}`,
      fix: 'bring files in with unmasq ingest PATH…, or run unmasq serve with its sources',
    });
  for (const name of clusters)
    checks.push(...checksOf(name, await store.sources(name), await store.nodesAlive(name, now), now));
  return { clusters, checks };
};

const storeCheck = (store: Pick<Store, 'probe'>): Promise<Check> => {
  const check = { cluster: null, source: 'store' };
  return store.probe().then(
    () => ({ ...check, status: 'ok' as const, says: 'it can be written and read', fix: null }),
    (error: unknown) => ({
      ...check,
      status: 'failed' as const,
      says: (error as Error).message,
      fix: 'see that the data folder has room and can be written',
    }),
  );
};
