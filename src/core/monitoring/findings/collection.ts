import type { FindingSpec } from '../finding.ts';

const AZURERM = 'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources';

/** CI: the agent of Container Insights. DCR: rules of data collection. LOG: container logs. */
export const COLLECTION_FINDINGS = {
  DCR002: {
    severity: 'critical',
    says: 'a data collection rule of Container Insights is associated with no cluster',
    why: 'the agent never hears of the rule: its interval, namespaces and streams have no effect',
    fix: 'Add an association named ContainerInsightsExtension from the cluster to the rule.',
    doc: `${AZURERM}/monitor_data_collection_rule_association`,
  },
} as const satisfies Record<string, FindingSpec>;
