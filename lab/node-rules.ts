import { DNS_SERVICE_IP, NODE_PORT, NODE_PORT_TARGET, type NodePlan, POD_CIDR, POD_CIDR_V6 } from './topology.ts';

/** Kernel settings of whatever forwards: the fabric and the nodes. */
export const FORWARDING = { 'ipv4/ip_forward': 1, 'ipv6/conf/all/forwarding': 1 } as const;

/** Kernel settings of a node's connection tracking; null: timeouts are those that the kernel comes with, as on AKS. */
export const trackingSettings = (timeWaitSeconds: number | null): Readonly<Record<string, number>> => ({
  'netfilter/nf_conntrack_events': 1,
  'netfilter/nf_conntrack_acct': 1,
  'netfilter/nf_conntrack_timestamp': 1,
  // Shortened so that ports and entries come free again within a run of seconds. Defaults: 120, 120, 30, 120.
  ...(timeWaitSeconds === null
    ? {}
    : {
        'netfilter/nf_conntrack_tcp_timeout_time_wait': timeWaitSeconds,
        'netfilter/nf_conntrack_tcp_timeout_fin_wait': 5,
        'netfilter/nf_conntrack_udp_timeout': 5,
        'netfilter/nf_conntrack_udp_timeout_stream': 8,
      }),
});

/** The mark that kube-proxy puts on what it must masquerade (KUBE-MARK-MASQ). */
const MASQUERADE_MARK = '0x4000';

/**
 * The translation of a node. Like azure-ip-masq-agent the last rule asks only for the destination, so the node's own
 * packets pass it too (and keep their address; on a fully random node they change their port).
 * https://github.com/Azure/ip-masq-agent-v2/blob/master/cmd/ip-masq-agent-v2/ip-masq-agent.go
 * `tcpPorts`: the only ports it may take for TCP; on AKS any from 1024 up.
 */
export const nodeRules = (node: NodePlan, tcpPorts: readonly [low: number, high: number] | null = null): string => `
table inet aks {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    meta mark ${MASQUERADE_MARK} masquerade fully-random
    fib daddr type local return
    ip daddr ${POD_CIDR} return
    ip6 daddr ${POD_CIDR_V6} return${tcpPorts === null ? '' : `\n    meta l4proto tcp masquerade to :${tcpPorts.join('-')}`}
    masquerade${node.fullyRandom ? ' fully-random' : ''}
  }
}
`;

/** kube-proxy's part: the DNS service and, where there are such pods, the NodePort, whose pods may be on another node (externalTrafficPolicy: Cluster). */
export const serviceRules = (node: NodePlan, dnsPods: readonly string[], webPods: readonly string[]): string => `
table inet aks {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${DNS_SERVICE_IP} udp dport 53 dnat ip to numgen random mod ${dnsPods.length} map ${choices(dnsPods)}
${webPods.length === 0 ? '' : nodePortRule(node, webPods)}  }
}
`;

const nodePortRule = (node: NodePlan, webPods: readonly string[]): string =>
  `    ip daddr ${node.ip} tcp dport ${NODE_PORT} meta mark set ${MASQUERADE_MARK} dnat ip to numgen inc mod ${webPods.length} map ${choices(webPods)} : ${NODE_PORT_TARGET}\n`;

const choices = (addresses: readonly string[]): string =>
  `{ ${addresses.map((address, i) => `${i} : ${address}`).join(', ')} }`;
