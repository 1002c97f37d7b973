import { DAY, HOUR, type Instant, MINUTE, renderInstant } from '../base/instant.ts';
import type { SourceRow } from '../core/ports.ts';
import { conntrackOf, isConntrack, isFlowLog, isPods } from './completeness.ts';
import type { Check, CheckStatus } from './doctor.ts';
import { LIST_NODES } from './missing.ts';

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
  pods: 'watch them, with unmasq serve --kubernetes, or record them: kubectl get pods -A -w --output-watch-events -o json > pods.watch.json, and unmasq ingest it',
} as const;

type Finding = Omit<Check, 'cluster'>;
const found = (source: string, status: CheckStatus, says: string, fix: string | null = null): Finding => ({
  source,
  status,
  says,
  fix,
});

/** Looks at everything in the store that one cluster's answers rest on. `nodes`: those that exist now, by name. */
export const checksOf = (
  cluster: string,
  sources: readonly SourceRow[],
  nodes: readonly string[],
  now: Instant,
): readonly Check[] =>
  [
    ...flowLogs(sources.filter(isFlowLog), now),
    ...conntracks(sources.filter(isConntrack), nodes, now),
    ...inventory(sources, now),
    ...sources.flatMap((row) => [...gaps(row, now), ...rejects(row)]),
  ].map((one) => ({ cluster, ...one }));

const flowLogs = (rows: readonly SourceRow[], now: Instant): readonly Finding[] =>
  rows.length === 0
    ? [
        found(
          'flow log',
          'failed',
          'there is none: only what conntrack saw is known, and no denied attempt',
          DOCS.flowLog,
        ),
      ]
    : rows.map((row) =>
        fresh(row, FLOW_LOG_LATE, now, 'read the newest blobs, and see that the flow log is switched on in Azure'),
      );

const conntracks = (rows: readonly SourceRow[], nodes: readonly string[], now: Instant): readonly Finding[] => {
  if (rows.length === 0)
    return [
      found('conntrack', 'failed', 'there is none: no flow that left through a node address can be exact', DOCS.agent),
    ];
  const heard = new Set(rows.map(({ name }) => name));
  const unheard = nodes.filter((node) => !heard.has(conntrackOf(node)));
  const none = `none of ${unheard.length} of ${nodes.length} nodes (${firstOf(unheard)}): flows there cannot be exact`;
  return [...heardOf(rows, now), ...(unheard.length > 0 ? [found('conntrack', 'failed', none, DOCS.agent)] : [])];
};

/** Of fifty nodes one line says what is true of all. */
const heardOf = (rows: readonly SourceRow[], now: Instant): readonly Finding[] => {
  const lagOf = ({ watermark }: SourceRow): number => (watermark === null ? Number.POSITIVE_INFINITY : now - watermark);
  const [late, recent] = [
    rows.filter((row) => lagOf(row) > CONNTRACK_LATE),
    rows.filter((row) => lagOf(row) <= CONNTRACK_LATE),
  ];
  const [shortest, longest] = [Math.min(...late.map(lagOf)), Math.max(...recent.map(lagOf))];
  const names = (some: readonly SourceRow[]): string =>
    firstOf(some.map(({ name }) => name.replace(/^conntrack /, '')));
  const silence = `${Number.isFinite(shortest) ? ago(shortest) : 'as long as is known'}${late.length > 1 ? ' or longer' : ''}`;
  const findings = [
    found('conntrack', 'ok', `of ${recent.length} of ${rows.length} up to ${ago(longest)} ago (${names(recent)})`),
    found(
      'conntrack',
      'warning',
      `of ${late.length} of ${rows.length} nothing for ${silence} (${names(late)})`,
      'see whether the agent of that node runs, and whether the node still exists',
    ),
  ];
  return findings.filter((_, i) => [recent, late][i]?.length !== 0);
};

const inventory = (sources: readonly SourceRow[], now: Instant): readonly Finding[] => {
  const pods = sources.find(isPods);
  const hasNodes = sources.some(({ kind, name }) => kind === 'inventory' && name === 'nodes');
  return [
    pods === undefined
      ? found('pods', 'failed', 'there is no inventory: no address can be given a name', DOCS.pods)
      : fresh(
          pods,
          INVENTORY_LATE,
          now,
          'start the watch again: who came and went meanwhile is known with less certainty',
        ),
    ...(hasNodes
      ? []
      : [found('nodes', 'warning', 'there is no list: nodes are known by their host-network pods alone', LIST_NODES)]),
  ];
};

const fresh = ({ name, watermark }: SourceRow, late: number, now: Instant, fix: string): Finding => {
  if (watermark === null) return found(name, 'warning', 'it has told of no time yet');
  const lag = now - watermark;
  if (lag <= late) return found(name, 'ok', `up to ${ago(lag)} ago`);
  return found(name, 'warning', `nothing for ${ago(lag)}: it ends at ${renderInstant(watermark)}`, fix);
};

const gaps = (row: SourceRow, now: Instant): readonly Finding[] => {
  const recent = row.gaps.filter(({ until }) => until === null || now - until < RECENT);
  const last = recent.at(-1);
  if (last === undefined) return [];
  const many = recent.length === 1 ? 'a gap' : `${recent.length} gaps`;
  return [
    found(
      row.name,
      'warning',
      `${many} within a day, the last from ${renderInstant(last.from)} (${last.why})`,
      'flows of that time may stay unnamed; docs/reference/agent.md says what leads to each kind of gap',
    ),
  ];
};

const rejects = ({ name, rejects: count }: SourceRow): readonly Finding[] =>
  count === 0
    ? []
    : [
        found(
          name,
          'warning',
          `${count} rows could not be read`,
          'unmasq sources shows the first of them, with place and reason',
        ),
      ];

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
