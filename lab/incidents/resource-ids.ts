/** What Azure would call what the lab's cluster leaves through. */
import { LAB } from '../flow-log-blob.ts';
import type { Egress } from './causes.ts';

export const NODE_RESOURCE_GROUP = `MC_${LAB.resourceGroup}_${LAB.cluster}_westeurope`;
export const PROVIDERS = `/subscriptions/${LAB.subscription}/resourceGroups/${NODE_RESOURCE_GROUP}/providers/Microsoft.Network`;

export const EGRESS_IDS: Readonly<Record<Egress['kind'], string>> = {
  'load-balancer': `${PROVIDERS}/loadBalancers/kubernetes`,
  'nat-gateway': `${PROVIDERS}/natGateways/egress`,
  firewall: `${PROVIDERS}/azureFirewalls/egress`,
};
