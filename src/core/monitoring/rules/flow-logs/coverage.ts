import { replaceHere } from '../../changes.ts';
import { type Estate, isMasked, mayMiss, seesAll } from '../../estate.ts';
import type { Cluster } from '../../estate/cluster.ts';
import type { FlowLog } from '../../estate/flow-log.ts';
import { networkOfSubnet, type NodeSubnet, nodeSubnets } from '../../estate/node-subnets.ts';
import { has, type Reference } from '../../estate/setting.ts';
import { firstOf, meant, means, type Thing } from '../../estate/thing.ts';
import { isInRoot } from '../collection/written-rule.ts';
import type { Rule } from '../rule.ts';

const FIREWALL_LOGS = ['AZFWNetworkRule', 'AZFWFlowTrace', 'allLogs'] as const;

/** A firewall tells of its flows too, and unmasq reads it. */
const firewallTells = ({ firewalls, diagnosticSettings }: Estate): boolean =>
  diagnosticSettings.some(
    ({ target, categories }) =>
      firewalls.some((f) => means(target, f) !== false) && FIREWALL_LOGS.some((log) => has(categories, log) !== false),
  );

/** FLOW001: nothing records what leaves. Nodes in somebody else's network have their flow log there. */
export const noFlowLog: Rule = (estate) => {
  if (!mayMiss(estate, 'flow-logs') || estate.flowLogs.length > 0) return [];
  return estate.clusters
    .filter((cluster) => cluster.certain && isMasked(cluster) === true)
    .filter((cluster) => nodeSubnets(cluster, estate).every(({ is }) => is !== 'elsewhere'))
    .map((cluster) => {
      const [subnet] = nodeSubnets(cluster, estate).flatMap((one) => (one.is === 'subnet' ? [one.subnet] : []));
      const network = subnet === undefined ? null : networkOfSubnet(subnet, estate);
      return {
        code: 'FLOW001',
        spot: cluster.at,
        subject: cluster.address,
        ...(firewallTells(estate) ? { severity: 'note' as const } : {}),
        message: `no flow log records what leaves the nodes of ${cluster.address}`,
        fix: `Add azurerm_network_watcher_flow_log for ${network?.address ?? 'the network of the nodes'}, and a storage account in its region.`,
        related: network === null ? [] : [{ spot: network.at, says: 'the network of the nodes' }],
      };
    });
};

/** Whether a flow log certainly watches something else than a subnet of nodes and its network; null: not told. */
const isElsewhere = (target: Reference, where: NodeSubnet, estate: Estate): boolean | null => {
  const things: readonly Thing[] = [...estate.networks, ...estate.subnets];
  const watched = meant(target, things);
  if (watched === null || watched === undefined) return null;
  if (where.is === 'elsewhere') return null;
  // AKS makes that network itself: one of this configuration is another
  if (where.is === 'managed') return true;
  const network = networkOfSubnet(where.subnet, estate);
  return network === null ? null : watched.address !== where.subnet.address && watched.address !== network.address;
};

const watchesOthers = (flowLog: FlowLog, clusters: readonly Cluster[], estate: Estate): boolean =>
  clusters.every((cluster) => {
    const where = nodeSubnets(cluster, estate);
    return (
      where.length > 0 && cluster.poolsSure && where.every((one) => isElsewhere(flowLog.target, one, estate) === true)
    );
  });

/** FLOW008: there are flow logs, and none where the nodes are. */
export const flowLogElsewhere: Rule = (estate) => {
  const { clusters, flowLogs } = estate;
  const first = firstOf(flowLogs);
  if (!seesAll(estate) || first === undefined || clusters.length === 0) return [];
  if (!flowLogs.every((flowLog) => watchesOthers(flowLog, clusters, estate))) return [];
  const networks = clusters.flatMap((cluster) =>
    nodeSubnets(cluster, estate).flatMap((one) => (one.is === 'subnet' ? [networkOfSubnet(one.subnet, estate)] : [])),
  );
  const [network] = networks;
  const isOne = networks.length > 0 && networks.every((one) => one?.address === network?.address);
  return [
    {
      code: 'FLOW008',
      spot: first.target.at,
      subject: first.address,
      message: `${first.address} watches another network than the one of the nodes`,
      changes:
        isOne &&
        flowLogs.length === 1 &&
        network !== null &&
        network !== undefined &&
        isInRoot(network) &&
        isInRoot(first)
          ? replaceHere(first.target.at, `${network.address}.id`)
          : [],
      related:
        network === null || network === undefined ? [] : [{ spot: network.at, says: 'the network of the nodes' }],
    },
  ];
};
