import { addAfter, type Change, removeBlock, replaceValue, setArgument } from '../../changes.ts';
import { type Estate, seesAll } from '../../estate.ts';
import type { Cluster } from '../../estate/cluster.ts';
import { frontendsOf, leavingOf, nodeCount } from '../../estate/egress.ts';
import { gatewayOn, nodeSubnets } from '../../estate/node-subnets.ts';
import { toldOf } from '../../estate/setting.ts';
import { means, type Thing } from '../../estate/thing.ts';
import { isInRoot, labelOf } from '../collection/written-rule.ts';
import { addressesCost, costing, gatewayCost, usd } from '../money.ts';
import { says } from '../numbers.ts';
import type { Rule } from '../rule.ts';
import { portsMatter } from './ports-of-cluster.ts';

/** More nodes than this and somebody should have chosen how they leave. */
const MOST_BY_DEFAULT = 20;

/** Whether a gateway is on each subnet of nodes; null: not told. */
const hasGateways = (cluster: Cluster, estate: Estate): boolean | null => {
  const answers = nodeSubnets(cluster, estate).map((where) => {
    if (where.is === 'managed') return false;
    if (where.is === 'elsewhere') return null;
    const gateway = gatewayOn(where.subnet, estate);
    return gateway === null ? null : gateway !== undefined;
  });
  return answers.includes(null) || answers.length === 0 ? null : answers.every(Boolean);
};

/** SNAT004: many nodes by the load balancer's table. Ports that are set are a choice. */
export const manyNodesByDefault: Rule = (estate) =>
  estate.clusters.flatMap((cluster) => {
    const { most } = nodeCount(cluster);
    const isDefault = leavingOf(cluster) === 'load-balancer' && frontendsOf(cluster)?.portsPerNode === 0;
    if (!isDefault || most <= MOST_BY_DEFAULT || hasGateways(cluster, estate) !== false) return [];
    return [
      {
        code: 'SNAT004',
        spot: cluster.network.outboundType.at,
        subject: cluster.address,
        message: `up to ${says(most)} nodes of ${cluster.address} leave by the load balancer's default ports`,
        ...portsMatter(cluster),
        fix: `In order of cost: private endpoints for what Azure offers as a service; ports that are set, with ${usd(addressesCost(1))} a month for each address more; a NAT gateway, ${usd(gatewayCost())} a month and 0.045 for each GB.`,
        ...costing(gatewayCost()),
      },
    ];
  });

/** SNAT006: the gateway that AKS manages wants the network that AKS makes. */
export const managedInOwnNetwork: Rule = (estate) =>
  estate.clusters.flatMap((cluster) => {
    const pool = cluster.pools.find(({ subnet: { value } }) => value !== undefined && isCertain(value));
    if (leavingOf(cluster) !== 'managed-gateway' || pool === undefined) return [];
    const { outboundType } = cluster.network;
    return [
      {
        code: 'SNAT006',
        spot: outboundType.at,
        subject: cluster.address,
        message: `${cluster.address} asks for a gateway that AKS manages, and ${pool.address} is in a subnet of its own`,
        changes: hasGateways(cluster, estate) === true ? replaceValue(outboundType, '"userAssignedNATGateway"') : [],
        related: [{ spot: pool.subnet.at, says: 'the subnet' }],
      },
    ];
  });

/** A resource's id is never null; what nobody told may be. */
const isCertain = (value: NonNullable<Cluster['pools'][number]['subnet']['value']>): boolean =>
  value.kind !== 'unknown' || value.why === 'computed' || value.why === 'data';

const associated = (gateway: Thing, argument: string, type: string, other: Thing): readonly Change[] =>
  ![gateway, other].every(isInRoot)
    ? []
    : addAfter(
        gateway,
        `resource "${type}" "${labelOf(gateway)}" {`,
        `  nat_gateway_id = ${gateway.address}.id`,
        `  ${argument} = ${other.address}.id`,
        '}',
      );

/** SNAT007: a gateway of one's own, and none on the subnet of the nodes. */
export const noGateway: Rule = (estate) =>
  estate.clusters.flatMap((cluster) => {
    if (!seesAll(estate) || leavingOf(cluster) !== 'own-gateway') return [];
    const [gateway, ...others] = estate.natGateways;
    return nodeSubnets(cluster, estate).flatMap((where) => {
      if (where.is === 'elsewhere') return [];
      if (where.is === 'subnet' && gatewayOn(where.subnet, estate) !== undefined) return [];
      const name = where.is === 'subnet' ? where.subnet.address : 'the network that AKS makes';
      return [
        {
          code: 'SNAT007',
          spot: cluster.network.outboundType.at,
          subject: cluster.address,
          key: name,
          message: `${cluster.address} leaves by a gateway of its own, and none is on ${name}`,
          changes:
            where.is === 'subnet' && gateway !== undefined && others.length === 0
              ? associated(gateway, 'subnet_id     ', 'azurerm_subnet_nat_gateway_association', where.subnet)
              : [],
          ...(gateway === undefined ? costing(gatewayCost()) : {}),
        },
      ];
    });
  });

/** SNAT008: a gateway without an address. */
export const noAddress: Rule = (estate) =>
  !seesAll(estate)
    ? []
    : estate.natGateways
        .filter(({ section }) => section?.arguments.has('public_ip_address_ids') !== true)
        .filter((gateway) => estate.gatewayAddresses.every((address) => means(address.gateway, gateway) === false))
        .map((gateway) => {
          const free = estate.publicAddresses.filter(
            (a) =>
              a.section !== null &&
              toldOf(a.prefixLength) === 32 &&
              estate.gatewayAddresses.every(({ publicAddress }) => means(publicAddress, a) === false),
          );
          const [address, ...others] = free;
          return {
            code: 'SNAT008',
            spot: gateway.at,
            subject: gateway.address,
            message: `${gateway.address} has no public address`,
            changes:
              address === undefined || others.length > 0
                ? []
                : associated(gateway, 'public_ip_address_id', 'azurerm_nat_gateway_public_ip_association', address),
            ...(address === undefined ? costing(addressesCost(1)) : {}),
          };
        });

/** SNAT009: the gateway on the subnet wins, whatever the cluster says. */
export const gatewayWins: Rule = (estate) =>
  estate.clusters.flatMap((cluster) => {
    if (leavingOf(cluster) !== 'load-balancer' || hasGateways(cluster, estate) !== true) return [];
    const { network } = cluster;
    const ips = frontendsOf(cluster)?.outboundIps;
    return [
      {
        code: 'SNAT009',
        spot: network.outboundType.at,
        subject: cluster.address,
        message: `a NAT gateway is on the subnet of ${cluster.address}, which is told to leave by its load balancer`,
        changes:
          network.loadBalancer === null
            ? setArgument(network, 'outbound_type', network.outboundType, '"userAssignedNATGateway"')
            : [],
        ...(ips === undefined ? {} : costing(addressesCost(-ips))),
      },
    ];
  });

/** SNAT010: settings of a way that is not taken. */
export const uselessProfile: Rule = ({ clusters }) =>
  clusters.flatMap((cluster) => {
    const leaving = leavingOf(cluster);
    const { loadBalancer: lb, natGateway } = cluster.network;
    if (leaving === null) return [];
    const finding = (name: string, block: Parameters<typeof removeBlock>[0]) => ({
      code: 'SNAT010',
      spot: block.at,
      subject: cluster.address,
      key: name,
      message: `${name} of ${cluster.address} has no effect: it leaves by ${LEAVES[leaving]}`,
      changes: removeBlock(block),
    });
    const isOutbound =
      lb !== null &&
      ([lb.managedIps, lb.portsPerNode, lb.idleMinutes].some(({ is }) => is === 'set') || (lb.ownIps ?? 0) > 0);
    return [
      ...(lb !== null && isOutbound && leaving !== 'load-balancer' ? [finding('load_balancer_profile', lb)] : []),
      ...(natGateway !== null && leaving !== 'managed-gateway' ? [finding('nat_gateway_profile', natGateway)] : []),
    ];
  });

const LEAVES = {
  'load-balancer': 'its load balancer',
  'managed-gateway': 'a gateway that AKS manages',
  'own-gateway': 'a gateway of its own',
  other: 'a route of its own',
} as const;
