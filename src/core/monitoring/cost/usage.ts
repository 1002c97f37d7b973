import { minutesOf, type MonitoringSpec } from '../spec.ts';
import { isCollected, isSampled, isWanted, listFor, MONTH_MINUTES, POD_ROW_BYTES, wantedTables } from './tables.ts';

/** What a month brings into one table, of one namespace or of all that are not named. */
export interface TableUsage {
  readonly table: string;
  readonly namespace: string | null;
  /** 10⁹ bytes as billed; null: not known. */
  readonly gb: number | null;
  readonly rows: number | null;
  /** `measured`: from rows that were read. `told`: by the spec. `reckoned`: rows × bytes. null: not known. */
  readonly origin: 'measured' | 'told' | 'reckoned' | null;
  /** What would have to be told, where `gb` is null. */
  readonly missing: string | null;
}

export interface Usage {
  readonly tables: readonly TableUsage[];
  readonly flowLogGb: number | null;
  readonly egressGb: number | null;
  /** What was taken for so, one sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * What a month brings under `to`. What was measured, or told, was so under `from`: it grows with the nodes, thins out with the interval, and loses
 * namespaces that are no longer collected. Nothing is guessed: what cannot be worked out is null with what is missing.
 */
export const usageFor = (to: MonitoringSpec, from: MonitoringSpec, measured: readonly TableUsage[] = []): Usage => {
  const known = knownUnder(from, measured);
  const told = toldAnew(to, from);
  const names = new Set([...wantedTables(to), ...known.map(({ table }) => table)]);
  const tables = [...names]
    .filter((table) => isWanted(to, table))
    .flatMap((table) => {
      const anew = told.filter((one) => one.table === table);
      if (anew.length > 0) return anew;
      const before = known.filter((one) => one.table === table);
      return before.length > 0 ? carried(table, before, from, to) : reckoned(table, to, from);
    });
  return {
    tables,
    flowLogGb: grown(from.usage?.flowLogGb ?? null, to.usage?.flowLogGb ?? null, from, to),
    egressGb: grown(from.usage?.egressGb ?? null, to.usage?.egressGb ?? null, from, to),
    assumptions: assumptionsOf(to, from, tables),
  };
};

const knownUnder = (spec: MonitoringSpec, measured: readonly TableUsage[]): readonly TableUsage[] => {
  const isMeasured = new Set(measured.map(({ table }) => table));
  return [...measured, ...toldBy(spec).filter(({ table }) => !isMeasured.has(table))];
};

const toldBy = ({ usage }: MonitoringSpec): readonly TableUsage[] => {
  const logs = Object.entries(usage?.namespaces ?? {}).flatMap(([namespace, { logGb }]) =>
    logGb === null ? [] : [told('ContainerLogV2', namespace, logGb)],
  );
  const ofNamespaces = logs.reduce((sum, { gb }) => sum + (gb ?? 0), 0);
  const whole = Object.entries(usage?.tables ?? {}).map(([table, gb]) =>
    told(table, null, table === 'ContainerLogV2' ? Math.max(0, gb - ofNamespaces) : gb),
  );
  return [...logs, ...whole];
};

const told = (table: string, namespace: string | null, gb: number): TableUsage => ({
  table,
  namespace,
  gb,
  rows: null,
  origin: 'told',
  missing: null,
});

/** What `to` tells otherwise than `from`: it is so under `to`. */
const toldAnew = (to: MonitoringSpec, from: MonitoringSpec): readonly TableUsage[] => {
  const changed = Object.entries(to.usage?.tables ?? {}).filter(([table, gb]) => from.usage?.tables[table] !== gb);
  return changed.map(([table, gb]) => told(table, null, gb));
};

const nodesFactor = (from: MonitoringSpec, to: MonitoringSpec): number => to.cluster.nodes.now / from.cluster.nodes.now;

const grown = (before: number | null, after: number | null, from: MonitoringSpec, to: MonitoringSpec): number | null =>
  after === null ? null : after === before ? before * nodesFactor(from, to) : after;

const carried = (
  table: string,
  before: readonly TableUsage[],
  from: MonitoringSpec,
  to: MonitoringSpec,
): readonly TableUsage[] => {
  const [was, is] = [from, to].map(({ inventory }) => minutesOf(inventory?.interval ?? '1m')) as [number, number];
  const factor = nodesFactor(from, to) * (isSampled(table) ? was / is : 1);
  const { rest, unknown: open } = movedIn(table, before, from, to);
  const kept = before
    .filter(({ namespace }) => (namespace === null ? rest : isCollected(to, table, namespace)))
    .map((one) => ({ ...one, gb: times(one.gb, factor), rows: times(one.rows, factor) }));
  return [...kept, ...open];
};

const times = (n: number | null, factor: number): number | null => (n === null ? null : n * factor);

/** What another list of namespaces does to a table: whether what is of no named namespace stays as it was, and what would have to be told. */
const movedIn = (
  table: string,
  before: readonly TableUsage[],
  from: MonitoringSpec,
  to: MonitoringSpec,
): { readonly rest: boolean; readonly unknown: readonly TableUsage[] } => {
  const [was, is] = [listFor(from, table), listFor(to, table)];
  if (was === null || is === null) return { rest: true, unknown: [] };
  const open = (namespaces: readonly string[], of: string | null): readonly TableUsage[] =>
    namespaces.length === 0 ? [] : [unknown(table, of, `how much of ${table} is of ${namespaces.join(', ')}`)];
  // Where every row is of a named namespace, one that is not among them has none.
  const isTold = (namespace: string): boolean =>
    before.every((one) => one.namespace !== null) || before.some((one) => one.namespace === namespace);
  const named = [...new Set([...was.namespaces, ...is.namespaces])];
  const collected = (spec: MonitoringSpec, namespace: string): boolean => isCollected(spec, table, namespace);
  const added = named.filter((namespace) => !collected(from, namespace) && collected(to, namespace));
  const gone = named.filter((namespace) => collected(from, namespace) && !collected(to, namespace));
  const isSame = added.length === 0 && gone.length === 0 && was.kind === is.kind;
  if (isSame) return { rest: true, unknown: [] };
  const fresh = added.flatMap((namespace) => open([namespace], namespace));
  if (is.kind === 'only') {
    const silent = is.namespaces.filter((namespace) => collected(from, namespace) && !isTold(namespace));
    return { rest: false, unknown: [...silent.flatMap((namespace) => open([namespace], namespace)), ...fresh] };
  }
  const mixed = gone.filter((namespace) => !isTold(namespace));
  // Nobody measured the others.
  const others = was.kind === 'only' ? open(['each namespace'], null) : [];
  return { rest: mixed.length === 0, unknown: [...open(mixed, null), ...fresh, ...others] };
};

const unknown = (table: string, namespace: string | null, missing: string): TableUsage => ({
  table,
  namespace,
  gb: null,
  rows: null,
  origin: null,
  missing,
});

const reckoned = (table: string, to: MonitoringSpec, from: MonitoringSpec): readonly TableUsage[] =>
  table === 'KubePodInventory' ? podRows(to, from) : [unknown(table, null, `usage.tables.${table}, GB a month`)];

/** A row for each container of each pod at each sampling. */
const podRows = (to: MonitoringSpec, from: MonitoringSpec): readonly TableUsage[] => {
  const table = 'KubePodInventory';
  const samplings = MONTH_MINUTES / minutesOf(to.inventory?.interval ?? '1m');
  const rowsOf = (pods: number): number => pods * (to.usage?.containersPerPod ?? 1.2) * samplings;
  const use = (namespace: string | null, pods: number): TableUsage => {
    const rows = rowsOf(pods);
    return { table, namespace, rows, gb: (rows * POD_ROW_BYTES) / 1e9, origin: 'reckoned', missing: null };
  };
  const pods = new Map(
    Object.entries(to.usage?.namespaces ?? {}).flatMap(([namespace, { pods: n }]) => {
      const before = from.usage?.namespaces[namespace]?.pods ?? null;
      return n === null ? [] : [[namespace, n === before ? n * nodesFactor(from, to) : n] as const];
    }),
  );
  const named = [...pods].filter(([namespace]) => isCollected(to, table, namespace));
  const list = listFor(to, table);
  const silent = (list?.namespaces ?? []).filter((namespace) => !pods.has(namespace));
  const missing = (what: string): readonly TableUsage[] => [unknown(table, null, what)];
  const rest = (): readonly TableUsage[] => {
    if (list?.kind === 'only') return silent.flatMap((namespace) => missing(`usage.namespaces.${namespace}.pods`));
    const perNode = to.usage?.podsPerNode ?? null;
    if (perNode === null) return missing('usage.podsPerNode');
    if (silent.length > 0) return silent.flatMap((namespace) => missing(`usage.namespaces.${namespace}.pods`));
    const others = to.cluster.nodes.now * perNode - [...pods.values()].reduce((sum, n) => sum + n, 0);
    return others > 0 || named.length === 0 ? [use(null, Math.max(0, others))] : [];
  };
  return [...named.map(([namespace, n]) => use(namespace, n)), ...rest()];
};

const assumptionsOf = (to: MonitoringSpec, from: MonitoringSpec, tables: readonly TableUsage[]): readonly string[] => {
  const isReckoned = tables.some(({ origin }) => origin === 'reckoned');
  const isGrown =
    nodesFactor(from, to) !== 1 && tables.some(({ origin }) => origin === 'told' || origin === 'measured');
  return [
    'a month is 30 days, a GB 10⁹ bytes as billed',
    ...(isReckoned
      ? [
          `a row of KubePodInventory is ${POD_ROW_BYTES} bytes, and there is one for each container at each sampling, ${to.usage?.containersPerPod ?? 1.2} a pod`,
        ]
      : []),
    ...(isGrown ? ['what was measured or told grows with the number of nodes'] : []),
  ];
};
