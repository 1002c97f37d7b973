import { compareText } from '../base/compare-text.ts';
import type { Instant } from '../base/instant.ts';
import { OPEN } from '../core/attribution/lease.ts';
import type { ByName, SourceRow } from '../core/ports.ts';
import type { Horizons } from '../core/retention.ts';
import type { Engine, Params } from './engine.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { keptInventory } from './read-flows.ts';
import { sql } from './sql.ts';

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly rows: number;
  readonly first_ms: number;
  readonly last_ms: number;
  /** Of a node whose own clock was compared. */
  readonly clock?: Clock;
}

/** What one object tells of a node's conntrack. */
interface Teller {
  readonly object: string;
  readonly rows: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly node: string;
  readonly ips: readonly string[];
}

interface Clock {
  readonly ip: string;
  readonly offset_ms: number;
  readonly uncertainty_ms: number;
  readonly pairs: number;
}

interface GapRow {
  readonly source: string;
  readonly node: string;
  readonly object: string;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly why: string;
}

/** A stretch in which nobody says to have listened to a node's conntrack. */
interface Silence {
  readonly teller: string;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly why: string;
}

/** Silences that no gap explains. */
const unstated = (silences: readonly Silence[], stated: readonly GapRow[]): GapRow[] =>
  silences
    .filter(
      ({ teller, from_ms, until_ms }) =>
        !stated.some((gap) => gap.object === teller && gap.from_ms <= from_ms && until_ms <= gap.until_ms),
    )
    .map(({ teller, ...silence }) => ({ source: 'conntrack', node: '', object: teller, ...silence }));

export const readClusters = async (engine: Engine): Promise<readonly string[]> =>
  (await engine.rows<{ cluster: string }>(sql('read/clusters'))).map(({ cluster }) => cluster);

/** What tells of a source, or of several, each from its own tables: one that is quiet is not asked again because another speaks. */
const TOLD = ['flow-records', 'pods', 'nodes', 'events', 'aggregates', 'metrics', 'resources', 'logs', 'sightings'];

/** What each source has told so far. */
export const readSources = async (
  engine: Engine,
  kept: KeptAnswers,
  cluster: string,
  horizons: Horizons,
): Promise<SourceRow[]> => {
  const states = await kept.look();
  const inventory = await keptInventory(engine, kept, cluster, states);
  const ask = <Answer>(statement: string, params: Params = {}): Promise<readonly Answer[]> =>
    kept.rows<Answer>(engine, states, statement, { cluster, ...params });
  const [others, tellers, nodes, clocks, stated, silences, rejects, named] = await Promise.all([
    Promise.all(TOLD.map((source) => ask<Row>(`read/sources/${source}`))),
    ask<Teller>('read/sources/conntrack'),
    ask<{ readonly ip: string; readonly node: string }>('read/sources/node-names', { inventory }),
    ask<Clock>('read/sources/clocks', { inventory }),
    ask<GapRow>('read/gaps'),
    ask<Silence>('inventory/conntrack-silence', { kept_ms: horizons.records }),
    ask<{ format: string; rejects: number }>('read/reject-counts'),
    ask<ByName & { format: string }>('read/named-counts'),
  ]);
  const nodeAt = new Map(nodes.map(({ ip, node }) => [ip, node]));
  const rows = [...others.flat(), ...conntrackOf(tellers, nodeAt, clocks)]
    .filter(({ rows: told, kind, last_ms }) => told > 0 || (kind === 'conntrack' && last_ms > 0))
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name));
  // Where nothing was summed up, the flows are not looked at.
  const [{ flows: alone } = { flows: 0 }] = rows.some(({ kind }) => kind === 'flow-aggregate')
    ? await ask<{ readonly flows: number }>('read/sources/aggregates-alone')
    : [];
  const gaps = [...stated, ...unstated(silences, stated)].sort((a, b) => a.from_ms - b.from_ms);
  const kinds = new Map(rows.map((row) => [row.kind, rows.findIndex((other) => other.kind === row.kind)]));
  const found = rows.map((row, i): SourceRow => {
    // Rejects and gaps are told of a format, not of a row: they stand beside the first row of their kind.
    const first = kinds.get(row.kind) === i;
    return {
      name: row.name,
      kind: row.kind,
      cluster,
      rows: row.rows,
      ...(row.kind === 'flow-aggregate' ? { toldOtherwise: row.rows - alone } : {}),
      ...(row.kind === 'sighting' ? byNameOf(named.filter(({ format }) => sightingName(format) === row.name)) : {}),
      rejects: rejectsOf(row, first, rejects),
      first: timeOf(row, row.first_ms),
      watermark: timeOf(row, row.last_ms),
      gaps: gaps
        .filter((gap) =>
          gap.source === 'watch'
            ? row.name === 'pods'
            : gap.source === row.kind && (row.kind !== 'conntrack' || tells(row, gap)),
        )
        .map((gap) => ({
          from: gap.from_ms as Instant,
          until: gap.until_ms >= OPEN ? null : (gap.until_ms as Instant),
          node: gap.node,
          why: gap.why,
        })),
      clockOffsetMs: row.clock?.offset_ms ?? null,
      clockUncertaintyMs: row.clock?.uncertainty_ms ?? null,
      clockPairs: row.clock?.pairs ?? null,
      ...keptFrom(row.kind, horizons),
    };
  });
  const silent = rejects.filter(
    ({ format }) =>
      !found.some((row) => (row.kind === 'sighting' ? row.name === nameOf(format) : row.kind === kindOf(format))),
  );
  return [
    ...found,
    ...silent.map(({ format, rejects: n }) => ({
      ...NOTHING,
      name: nameOf(format),
      kind: kindOf(format),
      cluster,
      rejects: n,
    })),
  ];
};

/** One row for each node, of all objects that told of its conntrack. */
const conntrackOf = (
  tellers: readonly Teller[],
  nodeAt: ReadonlyMap<string, string>,
  clocks: readonly Clock[],
): readonly Row[] => {
  const nodeOf = ({ object, node, ips }: Teller): string =>
    node !== '' ? node : (ips.map((ip) => nodeAt.get(ip) ?? '').find((name) => name !== '') ?? agentOf(object));
  return [...Map.groupBy(tellers, nodeOf)].map(([node, of]) => {
    const ips = new Set(of.flatMap((teller) => teller.ips));
    const clock = clocks.find(({ ip, pairs }) => pairs > 0 && ips.has(ip));
    return {
      name: `conntrack ${node}`,
      kind: 'conntrack',
      rows: sum(of.map(({ rows }) => rows)),
      first_ms: Math.min(...of.map(({ first_ms }) => first_ms)),
      last_ms: Math.max(...of.map(({ last_ms }) => last_ms)),
      ...(clock === undefined ? {} : { clock }),
    };
  });
};

/** Objects of a node's agent stand under the name of the node. */
const agentOf = (object: string): string => /^conntrack\/([^/]+)\/[0-9]+$/.exec(object)?.[1] ?? object;

/** Documents of Azure say how things are set up, and not since when. */
const timeOf = ({ kind }: Row, ms: number): Instant | null => (kind === 'network' ? null : (ms as Instant));

/** Of a flow's records something more is kept than of the flows. */
const keptFrom = (kind: string, horizons: Horizons): Pick<SourceRow, 'keptFrom' | 'summedFrom'> => {
  if (kind === 'network') return {};
  const as = RETAINED_AS[kind] ?? 'flows';
  const from = horizons[as];
  if (from === 0) return {};
  return as === 'flows' && horizons.hours < from ? { keptFrom: from, summedFrom: horizons.hours } : { keptFrom: from };
};

const RETAINED_AS: Readonly<Record<string, keyof Horizons>> = {
  sighting: 'sightings',
  log: 'logs',
  metric: 'metrics',
  counters: 'metrics',
  event: 'records',
};

const NOTHING = {
  rows: 0,
  first: null,
  watermark: null,
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
} as const;

const tells = (row: Row, gap: GapRow): boolean =>
  row.name.endsWith(gap.object) || (gap.node !== '' && row.name.endsWith(gap.node));

/** Rows of sightings are told apart by format; of everything else one name stands for a kind. */
const rejectsOf = (row: Row, first: boolean, rejects: readonly { format: string; rejects: number }[]): number => {
  if (row.kind === 'sighting')
    return sum(rejects.filter(({ format }) => nameOf(format) === row.name).map((r) => r.rejects));
  return first ? sum(rejects.filter(({ format }) => kindOf(format) === row.kind).map((r) => r.rejects)) : 0;
};

const byNameOf = (counts: readonly ByName[]): Pick<SourceRow, 'byName'> =>
  counts.length === 0
    ? {}
    : {
        byName: {
          told: sum(counts.map(({ told }) => told)),
          learned: sum(counts.map(({ learned }) => learned)),
          unknown: sum(counts.map(({ unknown }) => unknown)),
        },
      };

const NAMES: Readonly<Record<string, string>> = {
  otlp: 'OTLP',
  'azure-metrics': 'Azure metrics',
  'kubernetes-events': 'events',
  KubeEvents: 'events',
  'azure-resource': 'Azure resources',
  AZFWNetworkRule: 'Azure Firewall',
  AZFWFlowTrace: 'Azure Firewall',
};

/** As `read/sources/sightings.sql` names them. */
const sightingName = (format: string): string =>
  format === 'ContainerLogV2' ? 'container logs with ids' : nameOf(format);

const nameOf = (format: string): string => NAMES[format] ?? format;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

const kindOf = (format: string): string => {
  if (format.endsWith('flow-log')) return 'flow-log';
  if (format === 'conntrack') return 'conntrack';
  if (format === 'NTANetAnalytics' || format === 'AzureNetworkAnalytics_CL') return 'flow-aggregate';
  if (format === 'ContainerLogV2') return 'log';
  if (format === 'kubernetes-events' || format === 'KubeEvents') return 'event';
  if (format === 'azure-metrics') return 'metric';
  if (format === 'azure-resource') return 'network';
  if (format.startsWith('AZFW')) return 'firewall';
  if (format === 'otlp' || format === 'ContainerNetworkLogs' || format.startsWith('App')) return 'sighting';
  return 'inventory';
};
