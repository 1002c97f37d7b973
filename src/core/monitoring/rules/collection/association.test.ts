import { expect, test } from 'vitest';
import { auditText, codesIn } from '../../../../../test/audit-text.ts';

const RULE = `
resource "azurerm_monitor_data_collection_rule" "ci" {
  name = "MSCI-westeurope-shop"
  location = "westeurope"
  resource_group_name = "shop"
  destinations {
    log_analytics {
      name = "ws"
      workspace_resource_id = var.workspace
    }
  }
  data_flow {
    streams = ["Microsoft-KubePodInventory"]
    destinations = ["ws"]
  }
  data_sources {
    extension {
      name = "ci"
      extension_name = "ContainerInsights"
      streams = ["Microsoft-KubePodInventory"]
    }
  }
}
variable "workspace" {}
variable "rule" {}
variable "cluster" {}
`;

const association = (rule: string): string => `
resource "azurerm_monitor_data_collection_rule_association" "ci" {
  name = "ContainerInsightsExtension"
  target_resource_id = var.cluster
  data_collection_rule_id = ${rule}
}
`;

test.each<[string, string, readonly string[]]>([
  ['a rule that nothing associates', RULE, ['main.tf:2:1 DCR002']],
  ['a rule that is associated', RULE + association('azurerm_monitor_data_collection_rule.ci.id'), []],
  ['an association with what is not told may be it', RULE + association('var.rule'), []],
  [
    'an association with an id that ends in another name',
    RULE + association('"/subscriptions/s/resourceGroups/r/providers/Microsoft.Insights/dataCollectionRules/other"'),
    ['main.tf:2:1 DCR002'],
  ],
  [
    'a module that is not here may have it',
    `${RULE}module "m" {\n  source = "registry/x/y"\n}\n`,
    ['main.tf:27:1 FILE005'],
  ],
  ['a rule of another extension', RULE.replace('"ContainerInsights"', '"Other"'), []],
])('%s', async (_, text, expected) => {
  const report = await auditText({ 'main.tf': text });
  expect(codesIn(report).filter((line) => /DCR002|FILE005/.test(line))).toEqual(expected);
});
