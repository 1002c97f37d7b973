import type { FindingSpec } from '../finding.ts';

const AKS = 'https://learn.microsoft.com/azure/aks';

/** NET: what can be seen at all. MASQ: what is translated. NODE: nodes and their connection tracking. AGENT: unmasq on them. */
export const NETWORK_FINDINGS = {
  NET001: {
    severity: 'note',
    says: 'the way out is left to Azure',
    why: 'pods share the ports of their node: 1,024 at most, half of that from node 51 on',
    fix: 'Say how nodes leave: ports that are set, a NAT gateway, private endpoints.',
    doc: `${AKS}/egress-outboundtype`,
  },
  NET002: {
    severity: 'warning',
    says: 'translations are made in eBPF',
    why: "conntrack does not see them: only Cilium's own table says which pod it was",
    fix: "Run unmasq's agent with access to Cilium's map.",
    doc: `${AKS}/container-network-performance-ebpf-host-routing`,
  },
  NET003: {
    severity: 'note',
    says: 'nodes of Windows',
    why: 'what their pods send is graded, never exact',
    fix: 'Keep what has to be told apart on Linux.',
    doc: `${AKS}/windows-faq`,
  },
  NET004: {
    severity: 'note',
    says: 'what comes in is forwarded between nodes',
    why: 'such a flow carries the address of the node that forwarded it: its sender is relayed',
    fix: 'Set externalTrafficPolicy to Local.',
    doc: `${AKS}/load-balancer-standard`,
  },
  MASQ001: {
    severity: 'note',
    says: 'more than pods is left untranslated',
    why: 'addresses of overlay pods mean nothing outside the cluster: answers do not come back',
    fix: 'Take the block out.',
    doc: `${AKS}/azure-cni-overlay`,
  },
  MASQ002: {
    severity: 'critical',
    says: 'blocks that ip-masq-agent does not take',
    why: 'it refuses the file, and goes on with what it had',
    fix: 'List at most 64 blocks such as 10.244.0.0/16.',
    doc: `https://github.com/Azure/ip-masq-agent-v2`,
  },
  MASQ003: {
    severity: 'warning',
    says: 'pods are translated within the cluster too',
    why: 'from one node to the next every pod has the address of its node',
    fix: 'Add the block of the pods.',
    doc: `https://github.com/Azure/ip-masq-agent-v2`,
  },
  NODE001: {
    severity: 'critical',
    says: 'a sysctl that AKS does not take',
    why: 'the pool is refused',
    fix: 'Use a value in the range.',
    doc: `${AKS}/custom-node-configuration-reference`,
  },
  NODE002: {
    severity: 'warning',
    says: 'a smaller table of connections than AKS would make',
    why: 'it is full before it would have to be, and new connections are dropped',
    fix: 'Leave nf_conntrack_max to AKS.',
    doc: `${AKS}/custom-node-configuration-reference`,
  },
  NODE003: {
    severity: 'note',
    says: 'long chains in the table of connections',
    why: 'looking an entry up takes longer with each',
    fix: 'Set nf_conntrack_buckets to an eighth of nf_conntrack_max.',
    doc: `${AKS}/custom-node-configuration-reference`,
  },
  NODE004: {
    severity: 'note',
    says: 'few ports for what nodes themselves open',
    why: "the kubelet and pods on the host's network choose from them",
    fix: 'Leave ip_local_port_range to AKS.',
    doc: `${AKS}/custom-node-configuration-reference`,
  },
  AGENT001: {
    severity: 'warning',
    says: "unmasq's agent does not reach a pool",
    why: 'flows of its nodes are graded, never exact',
    fix: 'Tolerate the taint, or widen the nodeSelector.',
    doc: `${AKS}/use-node-taints`,
  },
} as const satisfies Record<string, FindingSpec>;
