/** A node as Kubernetes and Azure know it. */
export interface NodeSpec {
  /** From 0. `node1` on the command line is index 0. */
  readonly index: number;
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  /** null in a cluster of IPv4 alone. */
  readonly ipv6: string | null;
  /** Lower case with colons. */
  readonly mac: string;
  readonly podCidr: string;
  readonly podCidrV6: string | null;
  /** kube-proxy masquerades with `--random-fully`; azure-ip-masq-agent does not. */
  readonly fullyRandom: boolean;
  /** What this node's clock is ahead of true time (negative: behind), ms. */
  readonly skewMs: number;
}

/** Every address it has, IPv4 first. */
export const nodeAddresses = ({ ip, ipv6 }: NodeSpec): readonly string[] => (ipv6 === null ? [ip] : [ip, ipv6]);
