import type { Diagnosis } from '../../../src/contract/answers.ts';

type Hypothesis = Diagnosis['hypotheses'][number];

/** Each cause as somebody would say it. */
export const CAUSES: Readonly<Record<Hypothesis['cause'], string>> = {
  'lb-snat-exhaustion': 'The load balancer has no SNAT port left',
  'nat-gateway-drops': 'The NAT gateway drops connections',
  'firewall-snat': 'The firewall has no SNAT port left',
  'node-port-exhaustion': 'A node has no port left to one destination',
  'conntrack-full': 'The connection tracking of a node is full',
  'pod-port-exhaustion': 'A pod has no port of its own left',
  'idle-timeout': 'Idle connections are forgotten on the way',
  'dns-failing': 'Names are not resolved',
  'dns-udp-race': 'DNS questions are lost in a race of the kernel',
  'coredns-overload': 'CoreDNS has too much to do',
  'destination-refusing': 'The other side refuses connections',
  'destination-down': 'The other side does not answer',
  'destination-throttling': 'The other side throttles',
  'path-loss': 'Packets are lost on the way',
  'policy-denied': 'A network policy or security group denies it',
  'firewall-denied': 'The firewall denies it',
  'client-timeout': 'The client gives up before the answer',
  terminating: 'Pods were ending',
};

export const STATUSES: readonly {
  readonly status: Hypothesis['status'];
  readonly says: string;
  readonly mark: string;
}[] = [
  { status: 'ruled-in', says: 'Ruled in', mark: '●' },
  { status: 'cannot-tell', says: 'Cannot be told', mark: '?' },
  { status: 'ruled-out', says: 'Ruled out', mark: '✕' },
];
