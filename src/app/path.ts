import { renderInstant } from '../base/instant.ts';
import { isLocal } from '../base/address-block.ts';
import type { Ip } from '../base/ip.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { addressOnWire, type OnWire } from '../core/egress/address-on-wire.ts';
import { type Egress, type EgressPath, egressPathOf, type Lack } from '../core/egress/egress-path.ts';
import type { LeaseRow, Store } from '../core/ports.ts';
import { NODE_PORTS, POD_PORTS } from '../core/snat/port-limits.ts';
import { parseEndpoint, renderEndpoint } from './address.ts';
import { type Completeness, type SourceLine, sourceLine } from './completeness.ts';
import { type Trouble, trouble } from './errors.ts';
import type { Missing } from './missing.ts';
import { type Hop, type Outside, outsideOf } from './path-outside.ts';

export interface PathReport {
  readonly schemaVersion: 1;
  readonly kind: 'PathReport';
  readonly query: { readonly pod: string; readonly dest: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly ip: string;
    readonly node: string;
    readonly hostNetwork: boolean;
    /** When it gave the address back at the latest; null: it may still have it. */
    readonly until: string | null;
  };
  readonly egressPath: EgressPath;
  readonly why: string;
  /** The addresses that the other side sees; null: not known. */
  readonly seenAs: readonly string[] | null;
  readonly items: readonly Hop[];
  readonly missing: readonly Missing[];
}

type Asking = Pick<Store, 'podsTold' | 'nodeIps' | 'network' | 'sources'>;

/** Every hop of what a pod sends to a destination, as the documents of Azure have it. */
export const pathReport = async (
  store: Asking,
  cluster: string,
  pod: string,
  dest: string,
): Promise<Result<PathReport, Trouble>> => {
  const to = parseEndpoint(dest);
  if (to === undefined)
    return fail(trouble('E109', `"${dest.slice(0, 120)}" is no address`, { fix: 'Give an IP or IP:PORT.' }));
  const nowhere = whyNowhere(to);
  if (nowhere !== null) return fail(notSent(dest, nowhere, 'Give the address of another machine.'));
  const lease = await leaseOf(store, cluster, pod, to.ip);
  if (!lease.ok) return lease;
  const { hostNetwork, node } = lease.value;
  if (!hostNetwork && !isSameFamily(lease.value.ip, to.ip))
    return fail(
      notSent(
        dest,
        `${pod.slice(0, 300)} has no ${to.ip.includes(':') ? 'IPv6' : 'IPv4'} address, only ${lease.value.ip}`,
        'Give an address of the kind that the pod has.',
      ),
    );
  const [network, ips, sources] = await Promise.all([
    store.network(cluster),
    store.nodeIps(cluster, node),
    store.sources(cluster),
  ]);
  const nodeIp = hostNetwork ? lease.value.ip : (ips.find((ip) => isSameFamily(ip, to.ip)) ?? null);
  const onWire = addressOnWire(network, hostNetwork, to.ip);
  const source = onWire.translation === 'none' ? lease.value.ip : nodeIp;
  const egress =
    source === null
      ? { path: 'unknown' as const, why: `no address of node ${node} is known`, through: null, lacks: null }
      : egressPathOf(network, { ip: source, node }, to.ip);
  const outside = outsideOf(network, egress, source, to.ip);
  const missing = [...lacksNode(source, node), ...lacking(egress.lacks), ...lacksPlugin(onWire), ...outside.missing];
  return ok({
    schemaVersion: 1,
    kind: 'PathReport',
    query: { pod, dest },
    sources: sources.map(sourceLine),
    completeness: { complete: missing.length === 0, reasons: missing.map(({ what }) => `not told: ${what}`) },
    pod: podLine(lease.value),
    egressPath: egress.path,
    why: egress.why,
    seenAs: outside.addresses,
    items: hopsOf(lease.value, nodeIp, onWire, egress, outside, renderEndpoint(to.ip, to.port)),
    missing,
  });
};

/** Why no connection to it leaves a pod; null: one may. */
const whyNowhere = ({ ip, port }: { readonly ip: Ip; readonly port: number | null }): string | null => {
  if (port === 0) return 'no connection has port 0';
  return isLocal(ip) || ip === '::' || ip.startsWith('0.') ? 'no packet to another machine carries that address' : null;
};

const notSent = (dest: string, why: string, fix: string): Trouble =>
  trouble('E109', `nothing is sent to ${dest.slice(0, 120)}`, { why, fix });

const podLine = ({ uid, namespace, name, ip, node, hostNetwork, mayUntil }: LeaseRow): PathReport['pod'] => ({
  uid,
  namespace,
  name,
  ip,
  node,
  hostNetwork,
  until: mayUntil === null ? null : renderInstant(mayUntil),
});

const isSameFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':');

/** The newest lease of the pod that goes by this name, with an address of the kind that the destination has where there is one. */
const leaseOf = async (store: Asking, cluster: string, pod: string, dest: Ip): Promise<Result<LeaseRow, Trouble>> => {
  const [name = '', namespace] = pod.split('/').toReversed();
  const leases = (await store.podsTold(cluster, { uids: [], names: [name], ips: [] })).filter(
    (lease) => lease.name === name && (namespace === undefined || lease.namespace === namespace),
  );
  const namespaces = [...new Set(leases.map((lease) => lease.namespace))].sort();
  if (namespaces.length > 1)
    return fail(
      trouble('E120', `${namespaces.length} pods are called ${name}`, {
        fix: `Give one of ${namespaces.map((one) => `${one}/${name}`).join(', ')}.`,
      }),
    );
  const fitting = leases.filter(({ ip }) => isSameFamily(ip, dest));
  const newest = (fitting.length > 0 ? fitting : leases).at(-1);
  return newest === undefined
    ? fail(
        trouble('E119', `pod ${pod.slice(0, 300)} is not in the store`, {
          why: `no pod of cluster ${cluster} goes by that name`,
        }),
      )
    : ok(newest);
};

const hopsOf = (
  lease: LeaseRow,
  nodeIp: string | null,
  { translation, why }: OnWire,
  { path, why: because }: Egress,
  outside: Outside,
  dest: string,
): readonly Hop[] => [
  {
    hop: 'pod',
    where: `${lease.namespace}/${lease.name}`,
    addresses: [lease.ip],
    translation: 'none',
    says: 'takes a port of its own for each connection',
    limits: [
      { ports: POD_PORTS, says: 'connections to one address and port at a time (ip_local_port_range 32768–60999)' },
    ],
  },
  {
    hop: 'node',
    where: lease.node,
    addresses: translation === 'none' ? [lease.ip] : translation === null || nodeIp === null ? null : [nodeIp],
    translation,
    says: why,
    limits:
      translation === 'masquerade'
        ? [{ ports: NODE_PORTS, says: 'connections of all its pods to one address and port at a time' }]
        : [],
  },
  {
    hop: 'egress',
    where: outside.where,
    addresses: outside.addresses,
    translation: outside.translation,
    says: `${path}: ${because}`,
    limits: outside.limits,
  },
  {
    hop: 'destination',
    where: dest,
    addresses: outside.addresses,
    translation: 'none',
    says: outside.sees,
    limits: [],
  },
];

const AKS_SHOW = 'az aks show -g GROUP -n NAME -o json > aks.json; unmasq ingest aks.json';

const lacksNode = (source: string | null, node: string): readonly Missing[] =>
  source === null
    ? [
        {
          what: `the addresses of node ${node}`,
          how: 'kubectl get nodes -o json > nodes.json; unmasq ingest nodes.json',
        },
      ]
    : [];

const lacksPlugin = ({ translation, why }: OnWire): readonly Missing[] =>
  translation !== null
    ? []
    : [
        {
          what: `whether the node's address stands on the wire: ${why}`,
          how: why.includes('azure-ip-masq-agent-config')
            ? 'kubectl -n kube-system get configmap azure-ip-masq-agent-config azure-ip-masq-agent-config-reconciled -o yaml'
            : AKS_SHOW,
        },
      ];

/** The line that would tell. */
const lacking = (lack: Lack | null): readonly Missing[] => {
  switch (lack?.kind) {
    case undefined:
      return [];
    case 'cluster':
      return [{ what: 'how the cluster is set up for outbound connections', how: AKS_SHOW }];
    case 'which-cluster':
      return [
        {
          what: `which of the clusters this is: ${lack.names.join(', ')}`,
          how: 'ingest under the name that AKS has: unmasq ingest --cluster NAME …',
        },
      ];
    case 'network':
      return [
        {
          what: 'the network of the node',
          how: `az network vnet show --ids ${lack.id} -o json > vnet.json; unmasq ingest vnet.json`,
        },
      ];
    case 'route-table':
      return [
        {
          what: 'the routes of its subnet',
          how: `az network route-table show --ids ${lack.id} -o json > routes.json; unmasq ingest routes.json`,
        },
      ];
    case 'networks':
      return [
        {
          what: 'the subnet of the node with its routes and its NAT gateway',
          how: 'az network vnet list -o json > vnets.json; az network route-table list -o json > routes.json; unmasq ingest vnets.json routes.json',
        },
      ];
    case 'service-tags':
      return [
        {
          what: `the addresses of ${lack.tag}`,
          how: 'az network list-service-tags -l REGION -o json > tags.json; unmasq ingest tags.json',
        },
      ];
  }
};
