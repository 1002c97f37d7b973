import { isInside, isPrivate } from '../../base/address-block.ts';
import { type Ip, parseCidr } from '../../base/ip.ts';
import type { Network } from './network.ts';

/** Whether a pod's packet leaves its node with the node's address, `masquerade`, or its own, `none`; null: not told. */
export interface OnWire {
  readonly translation: 'masquerade' | 'none' | null;
  readonly why: string;
}

/**
 * What the masquerade agent of AKS does as AKS sets it up: the blocks that it leaves alone are in config maps, which no source tells.
 * https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay, https://github.com/Azure/ip-masq-agent-v2
 */
export const addressOnWire = ({ cluster }: Pick<Network, 'cluster'>, isHostNetwork: boolean, destIp: Ip): OnWire => {
  if (isHostNetwork) return { translation: 'none', why: 'the pod is on the network of its node and has its address' };
  if (cluster === null) return { translation: null, why: 'how the cluster gives addresses to pods is not told' };
  if (isAnyOf(destIp, cluster.podCidrs)) return { translation: 'none', why: 'between pods nothing is translated' };
  if (isAnyOf(destIp, cluster.serviceCidrs))
    return {
      translation: null,
      why: "the address of a service: the node puts a backend's in its place, and that decides",
    };
  const isOverlay = cluster.networkPluginMode?.toLowerCase() === 'overlay';
  if (isOverlay || cluster.networkPlugin?.toLowerCase() === 'kubenet')
    return {
      translation: 'masquerade',
      why: `addresses of pods exist inside the cluster alone (${isOverlay ? 'overlay' : 'kubenet'}), unless azure-ip-masq-agent-config leaves the destination alone`,
    };
  return isPrivate(destIp)
    ? {
        translation: 'none',
        why: 'pods have addresses of the network, unless azure-ip-masq-agent-config says otherwise',
      }
    : {
        translation: null,
        why: 'pods have addresses of the network; whether they keep them beyond it is set in azure-ip-masq-agent-config',
      };
};

const isAnyOf = (ip: Ip, blocks: readonly string[]): boolean =>
  blocks.some((text) => {
    const block = parseCidr(text);
    return block.ok && isInside(ip, block.value);
  });
