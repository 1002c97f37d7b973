import type { Blueprint } from './blueprint.ts';
import { code, type HclBlock, type HclValue, resource } from './hcl-writer.ts';
import { accountId } from './flow-log-blocks.ts';
import { workspaceAddress } from './workspace-blocks.ts';
import { watchedId } from './egress-blocks.ts';

/** What unmasq reads of Azure, and with which role: nothing that writes. */
export const roleBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { readers, flowLogs } = blueprint;
  if (readers.length === 0) return [];
  const each = `toset(${JSON.stringify(readers).replaceAll(',', ', ')})`;
  const workspace = workspaceAddress(blueprint);
  const watched = watchedId(blueprint);
  return [
    ...(watched === null ? [] : [assignment('metrics', code(watched), 'Monitoring Reader', each)]),
    ...(workspace === null ? [] : [assignment('logs', code(`${workspace}.id`), 'Log Analytics Reader', each)]),
    ...(flowLogs === null ? [] : [assignment('flow_logs', accountId(blueprint), 'Storage Blob Data Reader', each)]),
  ];
};

/** `each`: an expression of the object ids. */
export const assignment = (label: string, scope: HclValue, role: string, each: string): HclBlock =>
  resource('azurerm_role_assignment', label, [
    ['for_each', code(each)],
    ['scope', scope],
    ['role_definition_name', role],
    ['principal_id', code('each.value')],
  ]);
