import type { Members } from '../estate.ts';
import type { Configuration, Resource } from '../terraform/configuration.ts';
import { NOTHING } from './members.ts';
import { actionGroupOf, logAlertOf, metricAlertOf, prometheusAlertsOf, savedQueryOf } from './terraform/alerts.ts';
import { clustersOf } from './terraform/clusters.ts';
import { associationOf, collectionRuleOf, diagnosticSettingOf, tableOf, workspaceOf } from './terraform/collection.ts';
import { flowLogOf, roleAssignmentOf, storageAccountOf, storagePolicyOf } from './terraform/flow-logs.ts';
import {
  firewallOf,
  gatewayAddressOf,
  natGatewayOf,
  networkOf,
  publicAddressOf,
  securityGroupOf,
  subnetOf,
  subnetTieOf,
} from './terraform/networks.ts';
import { textIn, thingOf } from './terraform/read-section.ts';

const placed = (r: Resource) => ({ ...thingOf(r), location: textIn(r.body, 'location') });

/** What Terraform makes, as rules see it. */
export const estateFromTerraform = ({ resources, absent }: Configuration): Members => {
  const byType = Map.groupBy(
    resources.filter(({ mode }) => mode === 'managed'),
    ({ type }) => type,
  );
  const of = <T>(make: (r: Resource) => T, ...types: readonly string[]): readonly T[] =>
    types.flatMap((type) => byType.get(type) ?? []).map(make);
  return {
    ...NOTHING,
    clusters: clustersOf(resources, absent.length === 0),
    workspaces: of(workspaceOf, 'azurerm_log_analytics_workspace'),
    tables: of(tableOf, 'azurerm_log_analytics_workspace_table'),
    monitorWorkspaces: of(placed, 'azurerm_monitor_workspace'),
    collectionRules: of(collectionRuleOf, 'azurerm_monitor_data_collection_rule'),
    collectionEndpoints: of(placed, 'azurerm_monitor_data_collection_endpoint'),
    associations: of(associationOf, 'azurerm_monitor_data_collection_rule_association'),
    diagnosticSettings: of(diagnosticSettingOf, 'azurerm_monitor_diagnostic_setting'),
    flowLogs: of(flowLogOf, 'azurerm_network_watcher_flow_log'),
    storageAccounts: of(storageAccountOf, 'azurerm_storage_account'),
    storagePolicies: of(storagePolicyOf, 'azurerm_storage_management_policy'),
    roleAssignments: of(roleAssignmentOf, 'azurerm_role_assignment'),
    networks: of(networkOf, 'azurerm_virtual_network'),
    subnets: of(subnetOf, 'azurerm_subnet'),
    securityGroups: of(securityGroupOf, 'azurerm_network_security_group'),
    subnetSecurityGroups: of(
      subnetTieOf('network_security_group_id'),
      'azurerm_subnet_network_security_group_association',
    ),
    natGateways: of(natGatewayOf, 'azurerm_nat_gateway'),
    subnetNatGateways: of(subnetTieOf('nat_gateway_id'), 'azurerm_subnet_nat_gateway_association'),
    gatewayAddresses: of(
      gatewayAddressOf,
      'azurerm_nat_gateway_public_ip_association',
      'azurerm_nat_gateway_public_ip_prefix_association',
    ),
    publicAddresses: of(publicAddressOf, 'azurerm_public_ip', 'azurerm_public_ip_prefix'),
    firewalls: of(firewallOf, 'azurerm_firewall'),
    metricAlerts: of(metricAlertOf, 'azurerm_monitor_metric_alert'),
    logAlerts: of(
      logAlertOf,
      'azurerm_monitor_scheduled_query_rules_alert_v2',
      'azurerm_monitor_scheduled_query_rules_alert',
    ),
    prometheusAlerts: of(prometheusAlertsOf, 'azurerm_monitor_alert_prometheus_rule_group').flat(),
    actionGroups: of(actionGroupOf, 'azurerm_monitor_action_group'),
    queries: of(savedQueryOf, 'azurerm_log_analytics_query_pack_query', 'azurerm_log_analytics_saved_search'),
    applicationInsights: of((r) => thingOf(r), 'azurerm_application_insights'),
  };
};
