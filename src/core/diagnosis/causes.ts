/** What can be behind calls that fail. */
export const CAUSES = [
  'lb-snat-exhaustion',
  'nat-gateway-drops',
  'firewall-snat',
  'node-port-exhaustion',
  'conntrack-full',
  'pod-port-exhaustion',
  'idle-timeout',
  'dns-failing',
  'dns-udp-race',
  'coredns-overload',
  'destination-refusing',
  'destination-down',
  'destination-throttling',
  'path-loss',
  'policy-denied',
  'firewall-denied',
  'client-timeout',
  'terminating',
] as const;

export type Cause = (typeof CAUSES)[number];
