import type { Resource } from '../../terraform/configuration.ts';
import type {
  Firewall,
  GatewayAddress,
  NatGateway,
  Network,
  PublicAddress,
  SecurityGroup,
  Subnet,
  SubnetTie,
} from '../network.ts';
import { numberOr, referenceIn, textIn, textOr, textsIn, thingOf } from './read-section.ts';

const placed = (r: Resource): Network => ({ ...thingOf(r), location: textIn(r.body, 'location') });

export const networkOf = (r: Resource): Network => placed(r);
export const securityGroupOf = (r: Resource): SecurityGroup => placed(r);
export const firewallOf = (r: Resource): Firewall => placed(r);

export const subnetOf = (r: Resource): Subnet => ({
  ...thingOf(r),
  network: referenceIn(r.body, 'virtual_network_name'),
  prefixes: textsIn(r.body, 'address_prefixes'),
});

export const subnetTieOf =
  (to: string) =>
  (r: Resource): SubnetTie => ({
    ...thingOf(r),
    subnet: referenceIn(r.body, 'subnet_id'),
    to: referenceIn(r.body, to),
  });

export const natGatewayOf = (r: Resource): NatGateway => ({
  ...placed(r),
  sku: textOr(r.body, 'sku_name', 'Standard'),
  idleMinutes: numberOr(r.body, 'idle_timeout_in_minutes', 4),
});

export const publicAddressOf = (r: Resource): PublicAddress => ({
  ...thingOf(r),
  sku: textIn(r.body, 'sku'),
  prefixLength:
    r.type === 'azurerm_public_ip_prefix'
      ? numberOr(r.body, 'prefix_length', 28)
      : { is: 'unset', value: 32, at: r.body.spot },
});

export const gatewayAddressOf = (r: Resource): GatewayAddress => {
  const isPrefix = r.type === 'azurerm_nat_gateway_public_ip_prefix_association';
  return {
    ...thingOf(r),
    gateway: referenceIn(r.body, 'nat_gateway_id'),
    publicAddress: referenceIn(r.body, isPrefix ? 'public_ip_prefix_id' : 'public_ip_address_id'),
    // a prefix has as many as its length says, which its own resource tells
    count: isPrefix ? { is: 'unset', value: null, at: r.body.spot } : { is: 'unset', value: 1, at: r.body.spot },
  };
};
