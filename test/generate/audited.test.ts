import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MonitoringSpec } from '../../src/core/monitoring/spec.ts';
import { auditText } from '../audit-text.ts';
import { anySpec, specOf, SUBNET } from './specs.ts';
import { moduleOf, textsOf } from './written.ts';

const collects = ({ inventory, logs }: MonitoringSpec): boolean =>
  logs !== null || (inventory !== null && inventory.tables.length > 0);
const watchesPods = ({ inventory }: MonitoringSpec): boolean => inventory?.tables.includes('KubePodInventory') === true;

/** Days of tables on the plan whose rows are kept for queries. */
const keptDays = ({ workspace }: MonitoringSpec): readonly number[] => [
  ...(workspace === null || workspace.existing !== null ? [] : [workspace.retentionDays]),
  ...Object.values(workspace?.tables ?? {}).flatMap(({ plan, retentionDays }) =>
    plan === 'Analytics' && retentionDays !== null ? [retentionDays] : [],
  ),
];

/** What the spec itself asks for against better knowledge: the audit says that, and nothing else. */
const CHOSEN: Readonly<Record<string, (spec: MonitoringSpec) => boolean>> = {
  COST001: (spec) => keptDays(spec).some((days) => days > Math.max(spec.needDays, 31)),
  COST002: ({ workspace }) => workspace !== null && workspace.existing === null && workspace.retentionDays === 30,
  DCR008: (spec) => {
    const { onlyNamespaces: only, withoutNamespaces: without } = spec.inventory ?? {};
    const isOut = without?.includes('kube-system') || (only && only.length > 0 && !only.includes('kube-system'));
    return watchesPods(spec) && isOut === true;
  },
  DCR010: (spec) => collects(spec) && !watchesPods(spec),
  DCR015: (spec) => collects(spec) && spec.inventory !== null && spec.inventory.interval !== '1m',
  FLOW003: ({ flowLogs, needDays }) => flowLogs !== null && flowLogs.days < Math.min(7, needDays),
  FLOW012: ({ flowLogs }) => flowLogs?.trafficAnalytics === '10m',
  QP001: ({ workspace, queryPack }) => workspace !== null && workspace.existing === null && !queryPack,
};

const chosenBy = (spec: MonitoringSpec): readonly string[] =>
  Object.entries(CHOSEN).flatMap(([code, is]) => (is(spec) ? [code] : []));

const auditOf = (spec: MonitoringSpec) => auditText(textsOf(moduleOf(spec)), { needDays: null });

test('the audit of a module finds what its spec chose, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(anySpec, async (spec) => {
      const { findings, completeness } = await auditOf(spec);
      expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual(chosenBy(spec));
      expect(completeness.complete).toBe(true);
    }),
    { numRuns: 100 },
  );
}, 120_000);

/** What the guides recommend. */
const SOUND = {
  cluster: { name: 'shop', resourceGroup: 'rg-shop', region: 'westeurope', nodes: { now: 12, most: 40 } },
  workspace: {},
  inventory: {},
  logs: {},
  flowLogs: { trafficAnalytics: '60m' },
  queryPack: true,
  readers: ['11111111-2222-3333-4444-555555555555'],
};
const ACTION = '/subscriptions/s/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/oncall';

test.each([
  ['of a load balancer', { egress: { loadBalancer: { outboundIps: 2, portsPerNode: 1024 } } }],
  ['of a gateway that AKS made', { egress: { natGateway: {} } }],
  ['of a gateway of its own', { egress: { natGateway: { outboundIps: 2 } }, cluster: { network: { subnet: SUBNET } } }],
])('a sound spec %s gives no finding', async (_, { cluster = {}, ...rest }: { cluster?: object; egress: object }) => {
  const spec = specOf({
    ...SOUND,
    ...rest,
    alerts: { actionGroup: ACTION },
    cluster: { ...SOUND.cluster, ...cluster },
  });
  expect((await auditOf(spec)).findings).toEqual([]);
});
