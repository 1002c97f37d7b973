import { expect, test } from 'vitest';
import { answerCost } from '../src/cli/render/audit-table.ts';
import { auditMarkdown } from '../src/cli/render/audit-markdown.ts';
import { SHIPPED_PRICES } from '../src/core/prices/shipped-prices.ts';
import { unitPrice } from '../src/core/prices/price-table.ts';
import { auditText } from './audit-text.ts';
import { specOf } from './generate/specs.ts';
import { moduleOf, textsOf } from './generate/written.ts';

/** What each answer costs, beside the table of what could be answered. */

const CLUSTER = `
resource "azurerm_kubernetes_cluster" "aks" {
  name                = "shop"
  location            = "westeurope"
  resource_group_name = "rg-shop"
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 100
    upgrade_settings {
      max_surge = "10%"
    }
  }
  identity {
    type = "SystemAssigned"
  }
}
`;

const module = (spec: object) =>
  textsOf(
    moduleOf(
      specOf({
        cluster: { name: 'shop', resourceGroup: 'rg-shop', region: 'westeurope', nodes: { now: 100 } },
        ...spec,
      }),
    ),
  );

const costs = async (texts: Readonly<Record<string, string>>) => {
  const report = await auditText(texts, {});
  return { report, by: Object.fromEntries(report.answerability.map((row) => [row.id, [row.cost, answerCost(row)]])) };
};

/** 100 nodes × 30 pods × 1.2 containers × 43,200 minutes × 631 bytes, at the price of a GB. */
const PODS =
  Math.round(100 * 30 * 1.2 * 43_200 * 631e-9 * (unitPrice(SHIPPED_PRICES, 'analyticsLogs') ?? 0) * 100) / 100;

test('pods are reckoned, and what nobody knows the amount of is said to be more', async () => {
  const spec = { workspace: {}, inventory: { tables: ['KubePodInventory'] }, flowLogs: {} };
  const { report, by } = await costs({ ...module(spec), 'cluster-itself.tf': CLUSTER });
  expect(by['who']).toEqual([
    { alone: PODS, share: expect.any(Number), isAtLeast: true },
    `$${Math.round(PODS)} and ?`,
  ]);
  expect(auditMarkdown(report)).toContain(`| Which pod is talking to this IP? | partly | $${Math.round(PODS)} and ? |`);
});

test('where nodes are not told nothing is known of the amount', async () => {
  const { by } = await costs(module({ workspace: {}, inventory: { tables: ['KubePodInventory'] }, flowLogs: {} }));
  expect(by['who']).toEqual([{ alone: null, share: null, isAtLeast: true }, '$?']);
});

test('what is not answered has no cost, and the audit itself costs nothing', async () => {
  const { by } = await costs(module({ workspace: {} }));
  expect(by['who']?.[1]).toBe('-');
  expect(by['monitoring']).toEqual([{ alone: 0, share: 0, isAtLeast: false }, '$0']);
});
