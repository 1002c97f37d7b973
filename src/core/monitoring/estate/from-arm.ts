import type { Members } from '../estate.ts';
import type { Value } from '../hcl/value.ts';
import { logAlertOf, metricAlertOf, prometheusAlertsOf, savedQueryOf } from './arm/alerts.ts';
import { clusterOf } from './arm/clusters.ts';
import { associationOf, collectionRuleOf, diagnosticSettingOf, tableOf, workspaceOf } from './arm/collection.ts';
import { flowLogOf, roleAssignmentOf, storageAccountOf, storagePolicyOf } from './arm/flow-logs.ts';
import { natGatewayMembers, networkMembers, publicAddressOf, subnetMembers } from './arm/networks.ts';
import type { ArmResource } from './arm/resource.ts';
import { booleanAtOr, textAt } from './members-of.ts';

type Read = (resource: ArmResource) => Partial<Members>;

const placed = ({ thing, of }: ArmResource) => ({ ...thing, location: textAt(of, 'location') });

/** What each type of Azure's resources tells. What is not here says nothing of monitoring. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['microsoft.containerservice/managedclusters', (r) => ({ clusters: [clusterOf(r)] })],
  ['microsoft.operationalinsights/workspaces', (r) => ({ workspaces: [workspaceOf(r)] })],
  ['microsoft.operationalinsights/workspaces/tables', (r) => ({ tables: [tableOf(r)] })],
  ['microsoft.operationalinsights/workspaces/savedsearches', (r) => ({ queries: [savedQueryOf(r)] })],
  ['microsoft.operationalinsights/querypacks/queries', (r) => ({ queries: [savedQueryOf(r)] })],
  ['microsoft.insights/datacollectionrules', (r) => ({ collectionRules: [collectionRuleOf(r)] })],
  ['microsoft.insights/datacollectionruleassociations', (r) => ({ associations: [associationOf(r)] })],
  ['microsoft.insights/datacollectionendpoints', (r) => ({ collectionEndpoints: [placed(r)] })],
  ['microsoft.insights/diagnosticsettings', (r) => ({ diagnosticSettings: [diagnosticSettingOf(r)] })],
  ['microsoft.insights/metricalerts', (r) => ({ metricAlerts: [metricAlertOf(r)] })],
  ['microsoft.insights/scheduledqueryrules', (r) => ({ logAlerts: [logAlertOf(r)] })],
  [
    'microsoft.insights/actiongroups',
    (r) => ({ actionGroups: [{ ...r.thing, enabled: booleanAtOr(r.of, true, 'enabled') }] }),
  ],
  ['microsoft.insights/components', ({ thing }) => ({ applicationInsights: [thing] })],
  ['microsoft.alertsmanagement/prometheusrulegroups', (r) => ({ prometheusAlerts: prometheusAlertsOf(r) })],
  ['microsoft.monitor/accounts', (r) => ({ monitorWorkspaces: [placed(r)] })],
  ['microsoft.network/networkwatchers/flowlogs', (r) => ({ flowLogs: [flowLogOf(r)] })],
  ['microsoft.network/virtualnetworks', networkMembers],
  ['microsoft.network/virtualnetworks/subnets', subnetMembers],
  ['microsoft.network/networksecuritygroups', (r) => ({ securityGroups: [placed(r)] })],
  ['microsoft.network/natgateways', natGatewayMembers],
  ['microsoft.network/publicipaddresses', (r) => ({ publicAddresses: [publicAddressOf(r)] })],
  ['microsoft.network/publicipprefixes', (r) => ({ publicAddresses: [publicAddressOf(r)] })],
  ['microsoft.network/azurefirewalls', (r) => ({ firewalls: [placed(r)] })],
  ['microsoft.storage/storageaccounts', (r) => ({ storageAccounts: [storageAccountOf(r)] })],
  ['microsoft.storage/storageaccounts/managementpolicies', (r) => ({ storagePolicies: [storagePolicyOf(r)] })],
  ['microsoft.authorization/roleassignments', (r) => ({ roleAssignments: [roleAssignmentOf(r)] })],
]);

export const isOfMonitoring = ({ type }: ArmResource): boolean => READERS.has(type);

/** What one of Azure's resources tells. */
export const membersOfArm = (resource: ArmResource): Partial<Members> => READERS.get(resource.type)?.(resource) ?? {};

/** Documents of Azure in a value: one, or as many as a list or an answer of the REST API (`value`) has. */
export const documentsIn = (value: Value): readonly Value[] => {
  if (value.kind === 'list') return value.items.flatMap(documentsIn);
  if (value.kind !== 'object') return [];
  const inner = value.items.get('value');
  return inner?.kind === 'list' ? inner.items : [value];
};
