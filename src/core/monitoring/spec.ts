import { fail, ok, type Result } from '../../base/result.ts';
import { COMMITMENT_TIERS } from '../prices/meters.ts';
import { checked } from '../snat/allocation.ts';
import { asSurge } from './estate/read-value.ts';
import {
  amount,
  either,
  isSo,
  setOf,
  mapOf,
  maybe,
  oneOf,
  orElse,
  type ReadOf,
  record,
  text,
  whole,
  WRONG,
} from './shape.ts';
import { placeOf, type Written } from './written.ts';

/** Tables that the agent of Container Insights fills and a spec can name. Each is a stream of the same name with `Microsoft-` before it. */
export const INVENTORY_TABLES = [
  'KubePodInventory',
  'KubeNodeInventory',
  'KubeEvents',
  'KubeServices',
  'KubePVInventory',
  'ContainerInventory',
  'ContainerNodeInventory',
  'InsightsMetrics',
  'Perf',
] as const;

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const TABLE_PLANS = ['Analytics', 'Basic', 'Auxiliary'] as const;
/**
 * Plans that Azure has for a table, where that is known; a table that is not named has any.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubepodinventory, and beside it those of the others
 */
const PLANS_OF: Readonly<Record<string, readonly (typeof TABLE_PLANS)[number][]>> = {
  KubePodInventory: ['Analytics'],
  NTANetAnalytics: ['Analytics'],
  ContainerLogV2: ['Analytics', 'Basic'],
  ContainerNetworkLogs: ['Analytics', 'Basic'],
};
export type TablePlan = (typeof TABLE_PLANS)[number];

/** Of an id: what Azure takes in a name of anything. Nothing that means something to Terraform is among it. */
const PART = '[A-Za-z0-9._()-]+';
const resourceId = (type: string, what: string) =>
  text(
    what,
    new RegExp(`^/subscriptions/${PART}/resourceGroups/${PART}/providers/${type}$`, 'i'),
    'the id of the resource: /subscriptions/…',
  );
const id = (provider: string) => `${provider.replaceAll('.', '\\.')}/${PART}`;
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, by resource. */
const clusterName = (what: string) =>
  text(
    what,
    /^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/,
    'a name of a cluster (1 to 63 letters, digits, - and _, at both ends a letter or digit)',
  );
const groupName = (what: string) =>
  text(
    what,
    /^[A-Za-z0-9._()-]{0,89}[A-Za-z0-9_()-]$/,
    'a name of a resource group (1 to 90 letters, digits and ._()-, no dot at the end)',
  );
const workspaceName = (what: string) =>
  text(
    what,
    /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
    'a name of a workspace (4 to 63 letters, digits and -, at both ends a letter or digit)',
  );
/** Days that Azure takes for long-term retention beside 4 to 730: whole years, up to twelve. */
const YEARS_IN_DAYS: readonly number[] = [1_095, 1_460, 1_826, 2_191, 2_556, 2_922, 3_288, 3_653, 4_018, 4_383];
const MOST_DAYS = 730;
const NAMESPACE = { pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, expected: 'a namespace of Kubernetes' };
const namespaces = (what: string) => setOf(what, text('', NAMESPACE.pattern, NAMESPACE.expected));
const TABLE = { pattern: /^[A-Za-z][A-Za-z0-9_]{0,99}$/, expected: 'the name of a table' };
const gigabytes = (what: string) => amount(`${what} GB (10⁹ bytes) a month.`, 0, 1e9);

const CLUSTER = record('The cluster that is watched.', {
  name: clusterName('Its name.'),
  resourceGroup: groupName('The resource group that it is in.'),
  region: text('As Azure writes it: `westeurope`.', /^[a-z][a-z0-9]{2,39}$/, 'a region such as westeurope'),
  nodes: record('How many nodes there are, of all pools.', {
    now: whole('Now.', 1, 5_000),
    most: maybe(whole('Up to how many the autoscaler goes. Left away: as many as now.', 1, 5_000)),
    surge: orElse(
      text('What an upgrade adds for its time: `10%`, `3`.', /^\d{1,4}%?$/, 'a number of nodes or a share such as 10%'),
      '10%',
    ),
  }),
  network: orElse(
    either(
      record('The subnet of the nodes.', {
        subnet: resourceId(`${id('Microsoft.Network/virtualNetworks')}/subnets/${PART}`, 'Its id.'),
      }),
      oneOf('`managed`: AKS made the network.', ['managed']),
    ),
    'managed',
  ),
});

const WORKSPACE = record('The Log Analytics workspace.', {
  existing: maybe(
    resourceId(id('Microsoft.OperationalInsights/workspaces'), 'The id of one that is there. Left away: one is made.'),
  ),
  name: maybe(workspaceName('Of the one that is made.')),
  retentionDays: orElse(
    whole('How long tables of the Analytics plan are kept for queries. 31 days are free.', 30, 730),
    31,
  ),
  commitmentGbPerDay: maybe(oneOf('Commitment tier, GB a day. Left away: pay as you go.', COMMITMENT_TIERS)),
  tables: orElse(
    mapOf(
      'What holds for single tables.',
      TABLE,
      record('One table.', {
        plan: orElse(oneOf('Its plan.', TABLE_PLANS), 'Analytics'),
        retentionDays: maybe(
          whole('How long it is kept for queries. Left away: as the workspace says, or as its plan does.', 4, 730),
        ),
        totalDays: maybe(
          whole(
            'How long it is kept at all, long-term retention among it. Beyond 730 days in whole years: 1095, 1460, 1826 … 4383.',
            4,
            4_383,
          ),
        ),
      }),
    ),
    {},
  ),
});

const INVENTORY = record('What the agent of Container Insights collects beside logs.', {
  interval: orElse(text('How often: `1m` to `30m`.', /^(?:[1-9]|[12]\d|30)m$/, '1m to 30m'), '1m'),
  tables: orElse(setOf('Which tables.', oneOf('', INVENTORY_TABLES)), [
    'KubePodInventory',
    'KubeNodeInventory',
    'KubeEvents',
  ]),
  onlyNamespaces: maybe(
    namespaces('Only these namespaces. kube-system has to be among them: its pods tell the addresses of nodes.'),
  ),
  withoutNamespaces: maybe(namespaces('All but these.')),
});

const LOGS = record('What containers write, in ContainerLogV2.', {
  withoutNamespaces: orElse(namespaces('All namespaces but these.'), ['kube-system']),
  metadata: orElse(isSo('Labels, images and annotations beside each line: KubernetesMetadata.'), false),
});

const FLOW_LOGS = record('VNet flow logs over the network of the nodes.', {
  days: orElse(whole('How long blobs are kept.', 1, 365), 7),
  trafficAnalytics: orElse(oneOf('How often Traffic Analytics sums them up.', ['off', '10m', '60m']), 'off'),
  storageAccount: maybe(
    resourceId(id('Microsoft.Storage/storageAccounts'), 'The id of one that is there. Left away: one is made.'),
  ),
  redundancy: orElse(oneOf('Of the storage account.', ['LRS', 'ZRS', 'GRS']), 'LRS'),
});

const outboundIps = (most: number) => orElse(whole('Public addresses.', 1, most), 1);
const idleMinutes = (byDefault: number) => orElse(whole('Idle timeout.', 4, 120), byDefault);
const EGRESS = record('How the cluster leaves. One of the two.', {
  loadBalancer: maybe(
    record('By its load balancer.', {
      outboundIps: outboundIps(100),
      portsPerNode: orElse(whole("SNAT ports of each node; 0: by Azure's table.", 0, 64_000), 0),
      idleMinutes: idleMinutes(30),
    }),
  ),
  natGateway: maybe(
    record('By a NAT gateway on the subnet of the nodes.', {
      sku: orElse(oneOf('', ['Standard', 'StandardV2']), 'Standard'),
      outboundIps: outboundIps(16),
      idleMinutes: idleMinutes(4),
    }),
  ),
});

const ALERTS = record('Alerts on SNAT ports and on what is collected.', {
  actionGroup: resourceId(id('Microsoft.Insights/actionGroups'), 'The id of the action group that is told.'),
  snatPortsUsed: orElse(amount('The share of its ports from which on a node is told of.', 0.1, 1), 0.8),
});

const USAGE = record(
  'What is known of how much there is. Nothing of it is guessed: what is left away is `?` in a bill.',
  {
    podsPerNode: maybe(amount('', 0, 250)),
    containersPerPod: orElse(amount('KubePodInventory has a row for each container.', 1, 50), 1.2),
    namespaces: orElse(
      mapOf(
        'What single namespaces have.',
        NAMESPACE,
        record('', { pods: maybe(amount('', 0, 1e6)), logGb: maybe(gigabytes('Logs,')) }),
      ),
      {},
    ),
    tables: orElse(mapOf('Tables as measured.', TABLE, gigabytes('Ingested,')), {}),
    flowLogGb: maybe(gigabytes('Flow logs,')),
    egressGb: maybe(gigabytes('Through the NAT gateway or the load balancer, both directions,')),
  },
);

const SPEC = record('What the monitoring of one cluster is to be.', {
  cluster: CLUSTER,
  workspace: maybe(WORKSPACE),
  inventory: maybe(INVENTORY),
  logs: maybe(LOGS),
  flowLogs: maybe(FLOW_LOGS),
  egress: maybe(EGRESS),
  alerts: maybe(ALERTS),
  queryPack: orElse(isSo('Saved queries.'), false),
  readers: orElse(
    setOf(
      'Object ids of identities that may read metrics, logs and flow logs: that of unmasq.',
      text('', GUID, 'an object id, a GUID'),
    ),
    [],
  ),
  needDays: orElse(whole('For how long questions are to be answered.', 1, 4_383), 90),
  usage: maybe(USAGE),
});

/** A part that is null is not wanted: `flowLogs: null` is a cluster without flow logs. */
export type MonitoringSpec = ReadOf<typeof SPEC>;

export const SPEC_SCHEMA = SPEC.schema;

/** Reads a spec; every problem is `PLACE: what`. */
export const readSpec = (written: Written): Result<MonitoringSpec, readonly string[]> => {
  const problems: string[] = [];
  const tell = (at: string, what: string): void => void problems.push(`${at}: ${what}`);
  const spec = SPEC.read(written, { name: '', around: written.at, tell });
  if (spec === WRONG) return fail(problems);
  for (const [path, what] of contradictionsIn(spec)) tell(placeOf(written, path), `${path.join('.')}: ${what}`);
  return problems.length > 0 ? fail(problems) : ok(spec);
};

type Contradiction = readonly [path: readonly string[], what: string];

const contradictionsIn = (spec: MonitoringSpec): readonly Contradiction[] => {
  const { cluster, workspace, inventory, logs, flowLogs, egress, alerts } = spec;
  const where = (is: boolean | undefined, path: string, what: string): readonly Contradiction[] =>
    is === true ? [[path.split('.'), what]] : [];
  const isCollected = inventory !== null || logs !== null || (flowLogs !== null && flowLogs.trafficAnalytics !== 'off');
  return [
    ...where(
      cluster.nodes.most !== null && cluster.nodes.most < cluster.nodes.now,
      'cluster.nodes.most',
      'fewer than there are now',
    ),
    ...where(isCollected && workspace === null, 'workspace', 'is missing, and what is collected goes there'),
    ...where(
      workspace !== null && workspace.existing !== null && workspace.name !== null,
      'workspace.name',
      'one that is there (existing) has its name already',
    ),
    ...Object.entries(workspace?.tables ?? {}).flatMap(([table, { plan }]) =>
      Object.hasOwn(PLANS_OF, table) && PLANS_OF[table]?.includes(plan) === false
        ? [[['workspace', 'tables', table, 'plan'], `Azure has ${PLANS_OF[table].join(', ')} for it`] as const]
        : [],
    ),
    ...Object.entries(workspace?.tables ?? {}).flatMap(([table, { retentionDays, totalDays }]) =>
      totalDays !== null && totalDays < (retentionDays ?? 0)
        ? [[['workspace', 'tables', table, 'totalDays'], 'less than retentionDays'] as const]
        : [],
    ),
    ...Object.entries(workspace?.tables ?? {}).flatMap(([table, { totalDays }]) =>
      totalDays !== null && totalDays > MOST_DAYS && !YEARS_IN_DAYS.includes(totalDays)
        ? [
            [
              ['workspace', 'tables', table, 'totalDays'],
              `Azure takes 4 to ${MOST_DAYS} days, or one of ${YEARS_IN_DAYS.join(', ')}`,
            ] as const,
          ]
        : [],
    ),
    ...where(
      inventory !== null && inventory.onlyNamespaces !== null && inventory.withoutNamespaces !== null,
      'inventory.withoutNamespaces',
      'contradicts onlyNamespaces: one of the two',
    ),
    ...where(
      egress !== null && (egress.loadBalancer === null) === (egress.natGateway === null),
      'egress',
      'expected one of loadBalancer, natGateway',
    ),
    ...egressRefused(spec),
    ...where(alerts !== null && egress === null, 'egress', 'is missing, and alerts are about it'),
    ...where(spec.queryPack && workspace === null, 'workspace', 'is missing, and saved queries are about its tables'),
  ];
};

/** Ports that no load balancer has for so many nodes, and the like, with what would do. */
const egressRefused = ({ cluster, egress }: MonitoringSpec): readonly Contradiction[] => {
  const surge = asSurge(cluster.nodes.surge) ?? { nodes: 0 };
  const nodes = cluster.nodes.most ?? cluster.nodes.now;
  const { loadBalancer: lb = null, natGateway: gateway = null } = egress ?? {};
  const taken =
    lb !== null
      ? checked({ nodes, surge, egress: { kind: 'lb', rules: 0, ...lb } })
      : gateway !== null
        ? checked({ nodes, surge, egress: { kind: 'nat-gateway', ...gateway } })
        : ok(null);
  if (taken.ok) return [];
  return [
    [
      lb === null ? ['egress', 'natGateway'] : ['egress', 'loadBalancer', 'portsPerNode'],
      `Azure would not take it: ${taken.problem}`,
    ],
  ];
};

/** `5m` is 5. */
export const minutesOf = (interval: string): number => Number.parseInt(interval, 10);
