import type { Members } from '../estate.ts';

export const NOTHING: Members = {
  clusters: [],
  workspaces: [],
  tables: [],
  monitorWorkspaces: [],
  collectionRules: [],
  collectionEndpoints: [],
  associations: [],
  diagnosticSettings: [],
  flowLogs: [],
  storageAccounts: [],
  storagePolicies: [],
  roleAssignments: [],
  networks: [],
  subnets: [],
  securityGroups: [],
  subnetSecurityGroups: [],
  natGateways: [],
  subnetNatGateways: [],
  gatewayAddresses: [],
  publicAddresses: [],
  firewalls: [],
  metricAlerts: [],
  logAlerts: [],
  prometheusAlerts: [],
  actionGroups: [],
  queries: [],
  agentConfigs: [],
  masqConfigs: [],
  services: [],
  workloads: [],
  applicationInsights: [],
};

/** All that several sources tell, in their order. */
export const together = (...all: readonly Partial<Members>[]): Members => {
  const names = Object.keys(NOTHING) as (keyof Members)[];
  return Object.fromEntries(names.map((name) => [name, all.flatMap((one) => one[name] ?? [])])) as unknown as Members;
};
