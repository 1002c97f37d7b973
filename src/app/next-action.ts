import type { Cause } from '../core/diagnosis/causes.ts';
import type { Finding } from '../core/diagnosis/hypothesis.ts';

/** What to do about what was found: one sentence for the likeliest cause, or the signal that would tell most. */
export const nextOf = (findings: readonly Finding[]): string => {
  const [first] = findings;
  if (first?.status === 'ruled-in') return ACTIONS[first.cause];
  const lack = findings.find(({ status, missing }) => status === 'cannot-tell' && missing.length > 0)?.missing[0];
  return lack === undefined
    ? 'No trouble of note was seen in this interval: widen it with --since, or narrow it to a destination with --dest.'
    : `No trouble of note was seen; what is not known yet is ${lack.what}: ${lack.how}.`;
};

const ACTIONS: Readonly<Record<Cause, string>> = {
  'lb-snat-exhaustion':
    'See who holds the ports (unmasq snat ledger) and what would last (unmasq snat plan): reuse connections, then more ports, addresses or a NAT gateway.',
  'nat-gateway-drops':
    'See who holds the ports (unmasq snat ledger): reuse connections to the largest destination, or give the NAT gateway another address (unmasq snat plan --nat-gateway 2).',
  'firewall-snat':
    'Give the firewall another public address, or send what goes to Azure services through private endpoints: 2,496 ports of each address and instance.',
  'node-port-exhaustion':
    'See who holds the node’s ports to that destination (unmasq snat ledger --dest) and reuse connections there; spread its pods over more nodes until then.',
  'conntrack-full':
    'Raise nf_conntrack_max in the node pool’s linuxOsConfig (sysctls netNetfilterNfConntrackMax), and see who opens so many connections (unmasq who 0.0.0.0/0).',
  'pod-port-exhaustion':
    'Reuse connections in that workload (a pool, keep-alive), or run more replicas: a pod has 28,232 ports towards one destination.',
  'idle-timeout':
    'Let the client send keep-alives, or close idle connections, sooner than the idle timeout on the way (load balancer 30 minutes in AKS, NAT gateway 4): unmasq path shows it.',
  'dns-failing':
    'Ask the server itself (kubectl -n kube-system logs -l k8s-app=kube-dns), and what it forwards to: its upstream is in the ConfigMap coredns.',
  'dns-udp-race':
    'Run LocalDNS or a DNS cache on each node, or set single-request-reopen in dnsConfig: two questions of one socket race in the kernel.',
  'coredns-overload':
    'Scale CoreDNS (coredns-autoscaler), cache on the nodes (LocalDNS), and lower ndots for workloads that ask for names outside.',
  'destination-refusing':
    'Nothing listens there, or its backlog is full: see whether the service behind that address and port runs.',
  'destination-down':
    'Ask whoever runs that address whether it is up, and try it from outside the cluster: nobody here got an answer.',
  'destination-throttling':
    'Slow down as the destination asks (Retry-After), spread calls over time, or raise its limit.',
  'path-loss':
    'See whether the same destination loses packets from other nodes (unmasq flows --dest), and what stands on the way (unmasq path).',
  'policy-denied':
    'Find the rule: kubectl get networkpolicy -A, and the network security groups of the subnet; the flow log names the rule that denied.',
  'firewall-denied':
    'Allow the destination in the firewall policy, if it is meant to be reached: the facts name the rule that denied.',
  'client-timeout':
    'The destination answers later than the client waits: see its own latency, and only then raise the client’s timeout.',
  terminating:
    'Let pods finish their calls before they end: preStop, terminationGracePeriodSeconds, and readiness that goes first.',
};
