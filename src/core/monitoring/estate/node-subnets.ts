import { type Estate, seesAll } from '../estate.ts';
import type { Cluster } from './cluster.ts';
import type { NatGateway, Network, Subnet, SubnetTie } from './network.ts';
import { toldOf } from './setting.ts';
import { meant, means } from './thing.ts';

/** Where the nodes of a pool are: in a network that AKS makes, in a subnet of the same configuration, or somewhere that is not told. */
export type NodeSubnet =
  | { readonly is: 'managed' }
  | { readonly is: 'subnet'; readonly subnet: Subnet }
  | { readonly is: 'elsewhere' };

/** One for each subnet that pools name; nothing: no pool is told. */
export const nodeSubnets = ({ pools }: Cluster, { subnets }: Estate): readonly NodeSubnet[] => {
  const all = pools.map(({ subnet }): NodeSubnet => {
    if (subnet.value === undefined) return { is: 'managed' };
    const found = meant(subnet, subnets);
    return found === null || found === undefined ? { is: 'elsewhere' } : { is: 'subnet', subnet: found };
  });
  const keyOf = (one: NodeSubnet): string => (one.is === 'subnet' ? one.subnet.address : one.is);
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
};

/** Whether a subnet is in a network, which Terraform calls by its name; null: not told. */
export const isIn = ({ network: { value } }: Subnet, network: Network): boolean | null => {
  if (value === undefined) return null;
  if (value.kind === 'known') {
    const called = String(value.value).toLowerCase();
    if (network.id !== null) return called === network.id;
    const name = toldOf(network.name);
    return name === undefined || name === null ? null : called === name.toLowerCase();
  }
  if (value.kind !== 'unknown' || value.is === null) return null;
  if ([`${network.address}.name`, `${network.address}.id`, network.address].includes(value.is)) return true;
  return value.why === 'computed' && network.section !== null ? false : null;
};

/** The network that a subnet is certainly in; null: it is not told. */
export const networkOfSubnet = (subnet: Subnet, { networks }: Estate): Network | null =>
  networks.find((network) => isIn(subnet, network) === true) ?? null;

const tied = (
  subnet: Subnet,
  ties: readonly SubnetTie[],
  estate: Estate,
): { readonly tie: SubnetTie | null; readonly sure: boolean } => {
  const tie = ties.find((t) => t.certain && means(t.subnet, subnet) === true) ?? null;
  return { tie, sure: tie !== null || (seesAll(estate) && ties.every((t) => means(t.subnet, subnet) === false)) };
};

/** The gateway on a subnet; undefined: none certainly; null: not told whether. */
export const gatewayOn = (subnet: Subnet, estate: Estate): NatGateway | SubnetTie | null | undefined => {
  const { tie, sure } = tied(subnet, estate.subnetNatGateways, estate);
  if (tie === null) return sure ? undefined : null;
  return meant(tie.to, estate.natGateways) ?? tie;
};
