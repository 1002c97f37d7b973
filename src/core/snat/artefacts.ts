import type { EgressSettings, LoadBalancerEgress, NatGatewayEgress } from './allocation.ts';

/** Who made the cluster's network. In one that AKS made, AKS makes the NAT gateway too; in one of one's own it must not. */
export type Network = 'own' | 'managed';

/** The longest idle timeout that azurerm takes for a load balancer; AKS itself takes 120. */
export const MOST_TERRAFORM_IDLE_MINUTES = 100;

/** The lines of Terraform (azurerm) that make the settings so. */
export const terraformFor = (
  { egress }: EgressSettings,
  before: EgressSettings['egress'],
  network: Network,
): string => {
  const leaves = before.kind === egress.kind ? null : before.kind;
  if (egress.kind === 'lb') return loadBalancer(egress, leaves).join('\n');
  if (network === 'managed') return managedGateway(egress, leaves).join('\n');
  return (before.kind === 'nat-gateway' ? changedGateway(egress, before) : ownGateway(egress)).join('\n');
};

/** The same by hand. `$RESOURCE_GROUP` and `$CLUSTER` are the shell's. */
export const commandsFor = (
  { egress }: EgressSettings,
  { kind: before, outboundIps }: EgressSettings['egress'],
  network: Network,
): readonly string[] => {
  const update = 'az aks update --resource-group "$RESOURCE_GROUP" --name "$CLUSTER"';
  if (egress.kind === 'lb')
    return [
      [
        update,
        ...(before === 'lb' ? [] : ['--outbound-type loadBalancer']),
        `--load-balancer-managed-outbound-ip-count ${egress.outboundIps}`,
        `--load-balancer-outbound-ports ${egress.portsPerNode}`,
        `--load-balancer-idle-timeout ${egress.idleMinutes}`,
      ].join(' '),
    ];
  if (network === 'own')
    return before === 'lb'
      ? [`${update} --outbound-type userAssignedNATGateway`]
      : gatewayByHand(egress, egress.outboundIps - outboundIps);
  return [
    [
      update,
      ...(before === 'lb' ? ['--outbound-type managedNATGateway'] : []),
      `--nat-gateway-managed-outbound-ip-count ${egress.outboundIps}`,
      `--nat-gateway-idle-timeout ${egress.idleMinutes}`,
    ].join(' '),
  ];
};

/** The gateway of one's own that is there already. `$NAT_RESOURCE_GROUP` and `$NAT_GATEWAY` are the shell's. An update replaces its list of addresses whole. */
const gatewayByHand = ({ idleMinutes }: NatGatewayEgress, added: number): readonly string[] => {
  const gateway = '--resource-group "$NAT_RESOURCE_GROUP" --name "$NAT_GATEWAY"';
  const update = `az network nat gateway update ${gateway} --idle-timeout ${idleMinutes}`;
  if (added === 0) return [update];
  if (added < 0) return [`${update} --public-ip-addresses $STAY # all but ${-added} of those that it has`];
  const names = Array.from({ length: added }, (_, i) => `aks-egress-more-${i}`);
  return [
    ...names.map(
      (name) =>
        `az network public-ip create --resource-group "$NAT_RESOURCE_GROUP" --name ${name} --sku Standard --allocation-method Static`,
    ),
    `${update} --public-ip-addresses $(az network nat gateway show ${gateway} --query "publicIpAddresses[].id" -o tsv) ${names.join(' ')}`,
  ];
};

/** Beside another outbound type AKS refuses the profile of the one before. https://github.com/hashicorp/terraform-provider-azurerm/pull/20328 */
const STAYS = {
  none: '# what is there already stays',
  lb: '# what is there already stays, but for load_balancer_profile: beside another outbound_type it is refused',
  'nat-gateway':
    '# what is there already stays, but for nat_gateway_profile: beside another outbound_type it has no place',
} as const;

const cluster = (leaves: Leaves, profile: readonly string[], behind: readonly string[] = []): readonly string[] => [
  'resource "azurerm_kubernetes_cluster" "this" {',
  `  ${STAYS[leaves ?? 'none']}`,
  '  network_profile {',
  ...profile.map((line) => (line === '' ? '' : `    ${line}`)),
  '  }',
  ...behind,
  '}',
];

type Leaves = EgressSettings['egress']['kind'] | null;

const loadBalancer = (
  { outboundIps, portsPerNode, idleMinutes }: LoadBalancerEgress,
  leaves: Leaves,
): readonly string[] =>
  cluster(leaves, [
    'outbound_type = "loadBalancer"',
    '',
    'load_balancer_profile {',
    `  managed_outbound_ip_count = ${outboundIps}`,
    `  outbound_ports_allocated  = ${portsPerNode}`,
    `  idle_timeout_in_minutes   = ${idleMinutes}`,
    '}',
  ]);

const managedGateway = ({ outboundIps, idleMinutes }: NatGatewayEgress, leaves: Leaves): readonly string[] =>
  cluster(leaves, [
    'outbound_type = "managedNATGateway"',
    '',
    'nat_gateway_profile {',
    `  managed_outbound_ip_count = ${outboundIps}`,
    `  idle_timeout_in_minutes   = ${idleMinutes}`,
    '}',
  ]);

/** More addresses of a gateway that is there: what is attached to it stays. */
const changedGateway = (
  { outboundIps, idleMinutes }: NatGatewayEgress,
  before: EgressSettings['egress'],
): readonly string[] => {
  const added = outboundIps - before.outboundIps;
  return [
    ...(idleMinutes === before.idleMinutes
      ? []
      : [`# in the azurerm_nat_gateway that is there: idle_timeout_in_minutes = ${idleMinutes}`]),
    ...(added < 0
      ? [`# of its azurerm_nat_gateway_public_ip_association, and of their azurerm_public_ip, take ${-added} away`]
      : []),
    ...(added > 0
      ? [
          'resource "azurerm_public_ip" "egress_more" {',
          `  count               = ${added}`,
          '  name                = "aks-egress-more-${count.index}"',
          '  resource_group_name = var.resource_group_name',
          '  location            = var.location',
          '  allocation_method   = "Static"',
          '  sku                 = "Standard"',
          '}',
          '',
          'resource "azurerm_nat_gateway_public_ip_association" "egress_more" {',
          `  count                = ${added}`,
          '  nat_gateway_id       = var.nat_gateway_id # of the gateway that is there',
          '  public_ip_address_id = azurerm_public_ip.egress_more[count.index].id',
          '}',
        ]
      : []),
  ];
};

const ownGateway = ({ outboundIps, idleMinutes }: NatGatewayEgress): readonly string[] => [
  'resource "azurerm_public_ip" "egress" {',
  `  count               = ${outboundIps}`,
  '  name                = "aks-egress-${count.index}"',
  '  resource_group_name = var.resource_group_name',
  '  location            = var.location',
  '  allocation_method   = "Static"',
  '  sku                 = "Standard"',
  '}',
  '',
  'resource "azurerm_nat_gateway" "egress" {',
  '  name                    = "aks-egress"',
  '  resource_group_name     = var.resource_group_name',
  '  location                = var.location',
  '  sku_name                = "Standard"',
  `  idle_timeout_in_minutes = ${idleMinutes}`,
  '}',
  '',
  'resource "azurerm_nat_gateway_public_ip_association" "egress" {',
  `  count                = ${outboundIps}`,
  '  nat_gateway_id       = azurerm_nat_gateway.egress.id',
  '  public_ip_address_id = azurerm_public_ip.egress[count.index].id',
  '}',
  '',
  'resource "azurerm_subnet_nat_gateway_association" "nodes" {',
  '  subnet_id      = var.node_subnet_id # of every node pool one',
  '  nat_gateway_id = azurerm_nat_gateway.egress.id',
  '}',
  '',
  ...cluster(
    'lb',
    ['outbound_type = "userAssignedNATGateway"'],
    ['', '  depends_on = [azurerm_subnet_nat_gateway_association.nodes]'],
  ),
];
