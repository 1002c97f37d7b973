import type { TimeSpan } from '../../core/ports.ts';
import type { TableName } from '../../formats/log-analytics/log-analytics-decoder.ts';
import { TABLE_COLUMNS } from '../../formats/log-analytics/table-columns.ts';
import { type ClusterFilter, INVENTORY, OF_CLUSTER, type TableHere } from './queries.ts';
import type { ClusterRows, Workspace } from './workspace.ts';

/** What a workspace has that can be read. */
/** As Kusto says that a table is not there. */
export const isNotThere = (why: string): boolean => /resolve (?:table|entity)|SEM0100/i.test(why);

export interface Survey {
  readonly tables: readonly TableHere[];
  /** Tables that it does not have, or does not answer of, and what it says. */
  readonly absent: readonly { readonly name: TableName; readonly why: string }[];
  /** The clusters that its rows name, where there are several and none of them is the one that is asked for: of which one nobody knows. */
  readonly unclear: readonly string[];
}

/** Rows of these are of the cluster's own resource. */
const OF_RESOURCE: ReadonlySet<TableName> = new Set(['ContainerLogV2', 'ContainerNetworkLogs']);

/** Which of the wanted tables there are, what columns they have, and how rows of `cluster` are told from those of other clusters. */
export const survey = async (
  workspace: Workspace,
  wanted: readonly TableName[],
  cluster: string,
  span: TimeSpan,
): Promise<Survey> => {
  const found: { name: TableName; has: ReadonlySet<string> }[] = [];
  const absent: { name: TableName; why: string }[] = [];
  for (const name of wanted) {
    const columns = await workspace.columns(name);
    if ('absent' in columns) absent.push({ name, why: columns.absent });
    else found.push({ name, has: new Set(columns) });
  }
  // Asked of both inventories whatever is wanted: pods are told of where nodes are not, and logs name no cluster.
  const clusters: ClusterRows[] = [];
  for (const { name } of found.filter((one) => INVENTORY.has(one.name)))
    clusters.push(...(await workspace.clusters(name, span)));
  const ids = [
    ...new Map(clusters.filter(({ name, id }) => name !== '' || id !== '').map((one) => [keyOf(one), one])).values(),
  ];
  const mine = ids.length < 2 ? null : ids.find(({ name, id }) => isNamed(cluster, name, id));
  const tables = found.map(
    ({ name, has }): TableHere => ({
      name,
      columns: TABLE_COLUMNS[name].filter((column) => has.has(column)),
      isSized: has.has('_BilledSize'),
      only: mine === null || mine === undefined ? null : filterOf(name, has, mine),
    }),
  );
  if (mine !== undefined) return { tables, absent, unclear: [] };
  // Their pods have the same addresses: rows of two clusters must not mix.
  const unclear = ids.map(({ name, id }) => name || id).sort();
  return { tables: tables.filter(({ name }) => !OF_CLUSTER.has(name) && !OF_RESOURCE.has(name)), absent, unclear };
};

const keyOf = ({ name, id }: ClusterRows): string => `${name.toLowerCase()} ${id.toLowerCase()}`;

const isNamed = (cluster: string, name: string, id: string): boolean =>
  [name, id, id.slice(id.lastIndexOf('/') + 1)].some(
    (one) => one !== '' && one.toLowerCase() === cluster.toLowerCase(),
  );

const filterOf = (table: TableName, has: ReadonlySet<string>, { name, id }: ClusterRows): ClusterFilter | null => {
  if (OF_CLUSTER.has(table)) {
    if (id !== '' && has.has('ClusterId')) return { column: 'ClusterId', value: id };
    return name === '' ? null : { column: 'ClusterName', value: name };
  }
  const last = (id || name).slice((id || name).lastIndexOf('/') + 1);
  return OF_RESOURCE.has(table) && has.has('_ResourceId')
    ? { column: '_ResourceId', value: `/managedclusters/${last.toLowerCase()}` }
    : null;
};
