import { type Blueprint, derived, GROUP, LOCATION } from './blueprint.ts';
import { code, data, type HclBlock, type HclValue, resource } from './hcl-writer.ts';

/** What the module calls the workspace; null: there is none. */
export const workspaceAddress = ({ workspace }: Blueprint): string | null =>
  workspace === null
    ? null
    : workspace.existing === null
      ? 'azurerm_log_analytics_workspace.logs'
      : 'data.azurerm_log_analytics_workspace.logs';

export const workspaceBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { workspace } = blueprint;
  if (workspace === null) return [];
  const at = workspaceAddress(blueprint) ?? '';
  return [
    workspace.existing === null ? made(blueprint, workspace) : there(workspace.existing),
    ...Object.entries(workspace.tables).map(([table, settings]) => tableBlock(at, table, settings)),
  ];
};

type Workspace = NonNullable<Blueprint['workspace']>;

const made = (blueprint: Blueprint, { name, retentionDays, commitmentGbPerDay }: Workspace): HclBlock =>
  resource('azurerm_log_analytics_workspace', 'logs', [
    ['name', name ?? derived(blueprint, '-logs')],
    LOCATION,
    GROUP,
    ['sku', commitmentGbPerDay === null ? 'PerGB2018' : 'CapacityReservation'],
    ...(commitmentGbPerDay === null ? [] : [['reservation_capacity_in_gb_per_day', commitmentGbPerDay] as const]),
    ['retention_in_days', retentionDays],
  ]);

const there = ({ name, group }: NonNullable<Workspace['existing']>): HclBlock =>
  data('azurerm_log_analytics_workspace', 'logs', [
    ['name', name ?? code('var.workspace_name')],
    ['resource_group_name', group ?? code('var.workspace_resource_group_name')],
  ]);

/** Tables of the plans Basic and Auxiliary are kept for 30 days: only how long they are kept at all can be said. */
const tableBlock = (
  workspace: string,
  table: string,
  { plan, retentionDays, totalDays }: Workspace['tables'][string],
): HclBlock =>
  resource('azurerm_log_analytics_workspace_table', table, [
    ['workspace_id', code(`${workspace}.id`)],
    ['name', table],
    ['plan', plan],
    ...optional('retention_in_days', plan === 'Analytics' ? retentionDays : null),
    ...optional('total_retention_in_days', totalDays),
  ]);

const optional = (name: string, value: HclValue | null): readonly (readonly [string, HclValue])[] =>
  value === null ? [] : [[name, value]];
