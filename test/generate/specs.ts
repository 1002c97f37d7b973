import fc from 'fast-check';
import { INVENTORY_TABLES, type MonitoringSpec, readSpec, TABLE_PLANS } from '../../src/core/monitoring/spec.ts';
import { parseSpecFile } from '../../src/cli/spec-file.ts';

const id = (provider: string, name = 'thing'): string =>
  `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-net/providers/${provider}/${name}`;

export const SUBNET = `${id('Microsoft.Network/virtualNetworks', 'vnet-shop')}/subnets/nodes`;

const namespace = fc.constantFrom('kube-system', 'shop', 'dev', 'gatekeeper-system');
const namespaces = fc.uniqueArray(namespace, { maxLength: 3 });
const name = fc.constantFrom('shop', 'Shop_EU-1', 'a', 'prod-east_2', `long${'-cluster'.repeat(7)}`);
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const table = fc.record({
  plan: some(fc.constantFrom(...TABLE_PLANS)),
  retentionDays: some(fc.integer({ min: 4, max: 400 })),
  totalDays: some(fc.oneof(fc.integer({ min: 400, max: 730 }), fc.constantFrom(1_095, 4_018, 4_383))),
});

const workspace = fc.record({
  existing: some(fc.constant(id('Microsoft.OperationalInsights/workspaces', 'logs'))),
  retentionDays: some(fc.integer({ min: 30, max: 400 })),
  commitmentGbPerDay: some(fc.constantFrom(100, 200)),
  tables: some(fc.dictionary(fc.constantFrom('ContainerLogV2', 'KubePodInventory', 'Mine_CL'), table, { maxKeys: 2 })),
});

const inventory = fc
  .record({
    interval: some(fc.constantFrom('1m', '5m', '30m')),
    tables: some(fc.uniqueArray(fc.constantFrom(...INVENTORY_TABLES), { maxLength: 5 })),
    onlyNamespaces: some(namespaces),
    withoutNamespaces: some(namespaces),
  })
  .map(({ withoutNamespaces, ...rest }) => (rest.onlyNamespaces === undefined ? { ...rest, withoutNamespaces } : rest));

const logs = fc.record({ withoutNamespaces: some(namespaces), metadata: some(fc.boolean()) });

const flowLogs = fc.record({
  days: some(fc.integer({ min: 1, max: 365 })),
  trafficAnalytics: some(fc.constantFrom('off', '10m', '60m')),
  storageAccount: some(fc.constant(id('Microsoft.Storage/storageAccounts', 'flows'))),
  redundancy: some(fc.constantFrom('LRS', 'ZRS', 'GRS')),
});

const egress = fc.oneof(
  fc.record({
    loadBalancer: fc.record({
      outboundIps: some(fc.integer({ min: 1, max: 20 })),
      portsPerNode: some(fc.integer({ min: 0, max: 400 }).map((n) => n * 8)),
      idleMinutes: some(fc.integer({ min: 4, max: 120 })),
    }),
  }),
  fc.record({
    natGateway: fc.record({
      sku: some(fc.constantFrom('Standard', 'StandardV2')),
      outboundIps: some(fc.integer({ min: 1, max: 16 })),
      idleMinutes: some(fc.integer({ min: 4, max: 120 })),
    }),
  }),
);

const written = fc.record({
  cluster: fc.record({
    name,
    resourceGroup: fc.constantFrom('rg-shop', 'Rg_2'),
    region: fc.constantFrom('westeurope', 'eastus2'),
    nodes: fc.record({
      now: fc.integer({ min: 1, max: 60 }),
      most: some(fc.integer({ min: 60, max: 300 })),
      surge: some(fc.constantFrom('10%', '3', '33%')),
    }),
    network: some(fc.constantFrom('managed', { subnet: SUBNET })),
  }),
  workspace,
  inventory: some(inventory),
  logs: some(logs),
  flowLogs: some(flowLogs),
  egress: some(egress),
  alerts: some(
    fc.record({
      actionGroup: fc.constant(id('Microsoft.Insights/actionGroups', 'oncall')),
      snatPortsUsed: some(fc.constantFrom(0.1, 0.29, 0.8, 0.85, 0.9)),
    }),
  ),
  queryPack: fc.boolean(),
  readers: fc.uniqueArray(
    fc.constantFrom('11111111-2222-3333-4444-555555555555', '99999999-2222-3333-4444-555555555555'),
  ),
  needDays: some(fc.integer({ min: 1, max: 400 })),
});

const readAs = (spec: unknown): MonitoringSpec | null => {
  const parsed = parseSpecFile('spec', JSON.stringify(spec));
  const read = parsed.ok ? readSpec(parsed.value) : null;
  return read?.ok === true ? read.value : null;
};

export const specOf = (spec: unknown): MonitoringSpec => {
  const read = readAs(spec);
  if (read === null) throw new Error('no spec');
  return read;
};

/** Any that Azure would take. */
export const anySpec: fc.Arbitrary<MonitoringSpec> = written
  .map(({ alerts, ...rest }) => readAs(rest.egress === undefined ? rest : { ...rest, alerts }))
  .filter((spec) => spec !== null);
