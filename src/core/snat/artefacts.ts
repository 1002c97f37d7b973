import type { EgressSettings, LoadBalancerEgress, NatGatewayEgress } from './allocation.ts';

/** Who made the cluster's network. In one that AKS made, AKS makes the NAT gateway too; in one of one's own it must not. */
export type Network = 'own' | 'managed';

/** The longest idle timeout that azurerm takes for a load balancer; AKS itself takes 120. */
export const MOST_TERRAFORM_IDLE_MINUTES = 100;

/** The lines of Terraform (azurerm) that make the settings so. */
export const terraformFor = ({ egress }: EgressSettings, network: Network): string =>
  (egress.kind === 'lb'
    ? loadBalancer(egress)
    : network === 'managed'
      ? managedGateway(egress)
      : ownGateway(egress)
  ).join('\n');

/** The same by hand. `$RESOURCE_GROUP` and `$CLUSTER` are the shell's. */
export const commandsFor = (
  { egress }: EgressSettings,
  before: EgressSettings['egress']['kind'],
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
  if (network === 'own') return before === 'lb' ? [`${update} --outbound-type userAssignedNATGateway`] : [];
  return [
    [
      update,
      ...(before === 'lb' ? ['--outbound-type managedNATGateway'] : []),
      `--nat-gateway-managed-outbound-ip-count ${egress.outboundIps}`,
      `--nat-gateway-idle-timeout ${egress.idleMinutes}`,
    ].join(' '),
  ];
};

const cluster = (profile: readonly string[], behind: readonly string[] = []): readonly string[] => [
  'resource "azurerm_kubernetes_cluster" "this" {',
  '  # what is there already stays',
  '  network_profile {',
  ...profile.map((line) => (line === '' ? '' : `    ${line}`)),
  '  }',
  ...behind,
  '}',
];

const loadBalancer = ({ outboundIps, portsPerNode, idleMinutes }: LoadBalancerEgress): readonly string[] =>
  cluster([
    'outbound_type = "loadBalancer"',
    '',
    'load_balancer_profile {',
    `  managed_outbound_ip_count = ${outboundIps}`,
    `  outbound_ports_allocated  = ${portsPerNode}`,
    `  idle_timeout_in_minutes   = ${idleMinutes}`,
    '}',
  ]);

const managedGateway = ({ outboundIps, idleMinutes }: NatGatewayEgress): readonly string[] =>
  cluster([
    'outbound_type = "managedNATGateway"',
    '',
    'nat_gateway_profile {',
    `  managed_outbound_ip_count = ${outboundIps}`,
    `  idle_timeout_in_minutes   = ${idleMinutes}`,
    '}',
  ]);

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
    ['outbound_type = "userAssignedNATGateway"'],
    ['', '  depends_on = [azurerm_subnet_nat_gateway_association.nodes]'],
  ),
];
