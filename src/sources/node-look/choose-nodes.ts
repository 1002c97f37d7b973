import { listOf, member, memberAt, textMembers, textOf } from '../../formats/json/json-value.ts';

/** Why a node is not looked at, or what its look cannot show; null: it is looked at like any other. */
export interface ChosenNode {
  readonly node: string;
  readonly isLookedAt: boolean;
  readonly why: string | null;
}

/** Of nodes as the API lists them. */
export const chosenNode = (node: unknown): ChosenNode => {
  const name = textOf(memberAt(node, 'metadata', 'name'));
  const labels = textMembers(memberAt(node, 'metadata', 'labels'));
  const system = textOf(memberAt(node, 'status', 'nodeInfo', 'operatingSystem')) || labels['kubernetes.io/os'];
  const not = (why: string): ChosenNode => ({ node: name, isLookedAt: false, why });
  if (system !== undefined && system !== '' && system !== 'linux')
    return not(`it runs ${system === 'windows' ? 'Windows' : system}, which has no Linux conntrack`);
  if (labels['type'] === 'virtual-kubelet') return not('it is a virtual node, which has no kernel of its own to ask');
  const conditions = listOf(memberAt(node, 'status', 'conditions'));
  const ready = conditions.find((condition) => textOf(member(condition, 'type')) === 'Ready');
  if (textOf(member(ready, 'status')) !== 'True') return not('it is not ready: its kubelet would not start a pod');
  // https://learn.microsoft.com/azure/aks/container-network-performance-ebpf-host-routing
  const isBlind = labels['kubernetes.azure.com/ebpf-host-routing'] === 'true';
  return {
    node: name,
    isLookedAt: true,
    why: isBlind
      ? "Cilium's eBPF host routing translates there, where Linux conntrack cannot see it: pods that left through it are not named"
      : null,
  };
};
