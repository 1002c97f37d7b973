import { type Cidr, parseCidr } from '../../../../base/ip.ts';
import { type Estate, isMasked } from '../../estate.ts';
import { toldOf } from '../../estate/setting.ts';

/** What Azure gives the pods of an overlay where nobody says. https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay */
export const OVERLAY_PODS = '10.244.0.0/16';

/** Blocks of pods whose addresses are hidden behind nodes; null: some cluster does not tell, or its pods are routable. */
export const leavingPods = ({ clusters }: Estate): readonly Cidr[] | null => {
  if (clusters.length === 0 || clusters.some((cluster) => isMasked(cluster) !== true)) return null;
  const blocks = clusters.map(({ network: { podCidr } }) => {
    const text = toldOf(podCidr);
    const block = text === undefined ? null : parseCidr(text ?? OVERLAY_PODS);
    return block?.ok === true ? block.value : null;
  });
  return blocks.includes(null) ? null : blocks.filter((block) => block !== null);
};
