import { type Blueprint, derived, GROUP, LOCATION, NODE_GROUP } from './blueprint.ts';
import { code, data, type HclBlock, type HclItem, resource } from './hcl-writer.ts';

/** What alerts look at; null: nothing of the spec. */
export const watchedId = ({ egress, cluster }: Blueprint): string | null => {
  if (egress === null) return null;
  if (egress.loadBalancer !== null) return 'data.azurerm_lb.outbound.id';
  return cluster.network === 'managed'
    ? 'data.azurerm_resources.nat_gateway.resources[0].id'
    : 'azurerm_nat_gateway.outbound.id';
};

/** A gateway on somebody's own subnet. In a network that AKS made, AKS has to make it: the cluster's settings say so (`outputs.tf`). */
export const egressBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { egress, cluster, alerts } = blueprint;
  const isWatched = alerts !== null || blueprint.readers.length > 0;
  if (egress === null) return [];
  if (egress.loadBalancer !== null) return isWatched ? [loadBalancer] : [];
  if (egress.natGateway === null) return [];
  if (cluster.network === 'managed') return isWatched ? [managedGateway] : [];
  return gatewayBlocks(blueprint, egress.natGateway, cluster.network.subnet);
};

const loadBalancer = data(
  'azurerm_lb',
  'outbound',
  [
    ['name', 'kubernetes'],
    ['resource_group_name', NODE_GROUP],
  ],
  'The load balancer that AKS made, which the nodes leave by.',
);

const managedGateway = data(
  'azurerm_resources',
  'nat_gateway',
  [
    ['resource_group_name', NODE_GROUP],
    ['type', 'Microsoft.Network/natGateways'],
  ],
  'The gateway that AKS made.',
);

const gatewayBlocks = (
  blueprint: Blueprint,
  { sku, outboundIps, idleMinutes }: NonNullable<NonNullable<Blueprint['egress']>['natGateway']>,
  subnet: string | null,
): readonly HclBlock[] => {
  const each: readonly HclItem[] = outboundIps === 1 ? [] : [['count', outboundIps]];
  const address = outboundIps === 1 ? '' : '[count.index]';
  return [
    resource('azurerm_nat_gateway', 'outbound', [
      ['name', derived(blueprint, '-nat')],
      LOCATION,
      GROUP,
      ['sku_name', sku],
      ['idle_timeout_in_minutes', idleMinutes],
    ]),
    resource('azurerm_public_ip', 'outbound', [
      ...each,
      ['name', outboundIps === 1 ? derived(blueprint, '-nat-ip') : nameOfEach(blueprint)],
      LOCATION,
      GROUP,
      ['allocation_method', 'Static'],
      // a gateway takes addresses of its own kind alone
      ['sku', sku],
    ]),
    resource('azurerm_nat_gateway_public_ip_association', 'outbound', [
      ...each,
      ['nat_gateway_id', code('azurerm_nat_gateway.outbound.id')],
      ['public_ip_address_id', code(`azurerm_public_ip.outbound${address}.id`)],
    ]),
    resource('azurerm_subnet_nat_gateway_association', 'nodes', [
      ['nat_gateway_id', code('azurerm_nat_gateway.outbound.id')],
      ['subnet_id', subnet ?? code('var.node_subnet_id')],
    ]),
  ];
};

const nameOfEach = (blueprint: Blueprint) => {
  const name = derived(blueprint, '-nat-ip-');
  return typeof name === 'string'
    ? code(`"${name}\${count.index + 1}"`)
    : code('"${local.cluster_name}-nat-ip-${count.index + 1}"');
};
