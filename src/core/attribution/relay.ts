import type { Workload } from '../facts.ts';
import type { PodLease } from './lease.ts';

/** What a pod does that sends on others' behalf. Also the reason of a `relayed` verdict. */
export const RELAY_ROLES = ['dns', 'proxy', 'egress-gateway', 'sidecar'] as const;
export type RelayRole = (typeof RELAY_ROLES)[number];

export interface RelayRule {
  readonly role: RelayRole;
  /** null: any. */
  readonly namespaces: readonly string[] | null;
  /** The whole name of the workload. */
  readonly workload: RegExp;
  /** `name`: nobody else is called so there. `clients`: somebody may be, so it has to be seen with many clients on one port. */
  readonly proof: 'name' | 'clients';
  /** What the name tells, for a person. */
  readonly says: string;
}

/** Any of these, also with a suffix; but not what looks after them. */
const named = (...names: readonly string[]): RegExp =>
  new RegExp(
    `^(?!.*-(?:autoscaler|controller|exporter|manager|metrics|operator|webhook)$)(?:${names.join('|')})(?:-[a-z0-9-]+)?$`,
  );

/**
 * Every rule there is; the first that fits counts. A name is never taken from a part of a word: `shop/payment-proxy` is a program that
 * somebody wrote, and what it sends is its own. What calls a DNS server or stands behind a proxy is no relay, whatever it sends.
 */
const RELAY_RULES: readonly RelayRule[] = [
  {
    role: 'dns',
    namespaces: ['kube-system'],
    workload: /^(?:coredns|kube-dns)$/,
    proof: 'name',
    says: 'the DNS server of the cluster: what it asks, it asks for a pod',
  },
  {
    role: 'dns',
    namespaces: null,
    workload: named(
      'coredns',
      'kube-dns',
      'dnsmasq',
      'unbound',
      'bind9?',
      'powerdns-recursor',
      'pihole',
      'node-local-dns',
    ),
    proof: 'clients',
    says: 'called as DNS servers are',
  },
  {
    role: 'sidecar',
    namespaces: ['istio-system', 'kube-system', 'aks-istio-system'],
    workload: /^ztunnel$/,
    proof: 'clients',
    says: 'a mesh proxy that the pods of its node share',
  },
  {
    role: 'egress-gateway',
    namespaces: null,
    workload: named('istio-egressgateway', 'aks-istio-egressgateway[a-z0-9-]*', 'egress-?gateway'),
    proof: 'clients',
    says: 'called as egress gateways are',
  },
  {
    role: 'proxy',
    namespaces: null,
    workload: named(
      'squid',
      'squid-proxy',
      'tinyproxy',
      'privoxy',
      'smokescreen',
      'mitmproxy',
      'dante',
      'envoy',
      'envoy-proxy',
      'haproxy',
      'waypoint',
      'forward-proxy',
      'egress-proxy',
      'http-proxy',
      'https-proxy',
    ),
    proof: 'clients',
    says: 'called as forward proxies are',
  },
];

/** Clients on one port below which a relay by name may be a program of that name that nobody uses as one. */
export const MANY_CLIENTS = 3;

/** What it sends elsewhere is its own: a DNS server watches the API server, a proxy resolves names and asks its control plane. */
const FORWARDS: Readonly<Record<RelayRole, (destPort: number) => boolean>> = {
  dns: (port) => port === 53 || port === 853,
  proxy: (port) => !OWN_PORTS.has(port),
  'egress-gateway': (port) => !OWN_PORTS.has(port),
  sidecar: (port) => !OWN_PORTS.has(port),
};

/** DNS, and istiod. https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
const OWN_PORTS: ReadonlySet<number> = new Set([53, 853, 15_010, 15_012, 15_014]);

/** Whether a relay of this role sends to this port for others. */
export const forwards = (role: RelayRole, destPort: number): boolean => FORWARDS[role](destPort);

/** The rule that fits a workload's name, whether or not it is proven. */
export const relayRuleOf = ({ namespace, name }: Workload): RelayRule | null =>
  RELAY_RULES.find(
    (rule) => (rule.namespaces === null || rule.namespaces.includes(namespace)) && rule.workload.test(name),
  ) ?? null;

/** A pod that may be a relay, for as long as it surely held an address. */
export interface RelayLease {
  readonly lease: PodLease;
  readonly rule: RelayRule;
}

/** Pods with an address of their own that are called like a relay. */
export const relayLeases = (leases: readonly PodLease[]): readonly RelayLease[] =>
  leases.flatMap((lease) => {
    const rule = lease.hostNetwork ? null : relayRuleOf(lease.workload);
    return rule === null ? [] : [{ lease, rule }];
  });

/** Relays by the pod's UID. `clientsOf`: how many there were at most on one of its ports. */
export const relaysOf = (
  leases: readonly RelayLease[],
  clientsOf: (lease: PodLease) => number,
): ReadonlyMap<string, RelayRole> =>
  new Map(
    leases
      .filter(({ lease, rule }) => rule.proof === 'name' || clientsOf(lease) >= MANY_CLIENTS)
      .map(({ lease, rule }) => [lease.podUid, rule.role]),
  );
