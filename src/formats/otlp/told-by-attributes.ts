import { type Ip, parseIp } from '../../base/ip.ts';
import { parsePort } from '../../base/port.ts';
import type { Sighting, SightingKind } from '../../core/facts.ts';
import type { RoleOf } from '../correlation/correlation-fields.ts';
import { GatheredIds } from '../correlation/gathered-ids.ts';
import { isLoopback } from '../correlation/told-in-text.ts';
import { parseHostPort, parseUrl } from '../correlation/url.ts';
import type { Attributes, ReadAttributes } from './any-value.ts';

/** Tells of a value that could not be read; the rest of the span stands. */
export type RefuseAttribute = (name: string, why: string, value: string) => void;

type Names = readonly string[];

/** Attributes by what they mean: the name of today first, then those that older instrumentation writes. */
const PEER_IPS: Names = ['network.peer.address', 'net.sock.peer.addr', 'net.peer.ip'];
const PEER_PORTS: Names = ['network.peer.port', 'net.sock.peer.port'];
const LOCAL_IPS: Names = ['network.local.address', 'net.sock.host.addr', 'net.host.ip'];
const LOCAL_PORTS: Names = ['network.local.port', 'net.sock.host.port'];
const SERVERS: Names = ['server.address', 'net.peer.name', 'http.host', 'service.peer.name', 'peer.service'];
const SERVER_PORTS: Names = ['server.port', 'net.peer.port'];
/** What a record of a log calls a peer may be either end; only these say which. */
const DESTINATIONS: Names = ['destination.address', 'destination.ip'];
const DESTINATION_PORTS: Names = ['destination.port'];
const URLS: Names = ['url.full', 'http.url'];
const TRANSPORTS: Names = ['network.transport', 'net.transport'];
const RESULTS: Names = [
  'http.response.status_code',
  'http.status_code',
  'rpc.grpc.status_code',
  'rpc.response.status_code',
  'db.response.status_code',
  'error.type',
  'exception.type',
];

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['ip_tcp', 6],
  ['udp', 17],
  ['ip_udp', 17],
  ['quic', 17],
]);

type Pod = Pick<Sighting, 'podUid' | 'namespace' | 'pod' | 'node' | 'podIp' | 'container' | 'service'>;

/**
 * Which pod, as resource and span tell. `host.name` is the pod's name inside a container, and the node's for a process on the host
 * network: it counts as a pod's name only until the inventory knows better.
 */
export const podOf = (attributes: ReadAttributes, refuse: RefuseAttribute): Pod => {
  const text = (name: string): string => attributes.get(name) ?? '';
  return {
    podUid: text('k8s.pod.uid').toLowerCase(),
    namespace: text('k8s.namespace.name'),
    pod: text('k8s.pod.name') || text('k8s.pod.hostname') || text('host.name'),
    node: text('k8s.node.name'),
    podIp: ipOf(attributes, ['k8s.pod.ip'], refuse),
    container: text('k8s.container.name') || text('container.name'),
    service: text('service.name'),
  };
};

type Ends = Pick<
  Sighting,
  'destIp' | 'destPort' | 'destHost' | 'protocol' | 'localIp' | 'localPort' | 'clientIp' | 'clientPort' | 'redirected'
>;

/**
 * Both ends of the connection behind a span. The peer of a server is its client; that of a client, a producer or a consumer is where it
 * connected to. What is neither leaves open which end a peer is, and names a destination only as one.
 */
export const endsOf = (kind: SightingKind, attributes: Attributes, refuse: RefuseAttribute): Ends => {
  const peer = { ip: ipOf(attributes, PEER_IPS, refuse), port: portOf(attributes, PEER_PORTS, refuse) };
  const localIp = ipOf(attributes, LOCAL_IPS, refuse);
  const near = {
    ...NOWHERE,
    localIp,
    localPort: portOf(attributes, LOCAL_PORTS, refuse),
    protocol: PROTOCOLS.get(first(attributes, TRANSPORTS).toLowerCase()) ?? 0,
    // Envoy says `component: proxy` of its own spans: what it calls a peer is the application beside it.
    redirected:
      attributes.get('component') === 'proxy' || [peer.ip, localIp].some((ip) => ip !== null && isLoopback(ip)),
  };
  const wire = peer.ip === null || isLoopback(peer.ip) ? null : { ip: peer.ip, port: peer.port };
  if (kind === 'server') return { ...near, clientIp: wire?.ip ?? null, clientPort: wire?.port ?? 0 };
  if (kind === 'internal' || kind === 'log' || kind === 'network')
    return {
      ...near,
      destIp: ipOf(attributes, DESTINATIONS, () => undefined),
      destPort: portOf(attributes, DESTINATION_PORTS, refuse),
    };
  const url = parseUrl(first(attributes, URLS));
  const server = parseHostPort(first(attributes, SERVERS));
  // A peer that is loopback is the sidecar: who is behind it only the logical name tells.
  const meant = peer.ip === null ? (server?.ip ?? url?.ip ?? null) : (wire?.ip ?? null);
  const serverPort = portOf(attributes, SERVER_PORTS, refuse) || (server?.port ?? 0) || (url?.port ?? 0);
  return {
    ...near,
    destIp: meant === null || isLoopback(meant) ? null : meant,
    destPort: (wire?.port ?? 0) || serverPort,
    destHost: (server?.host ?? '') || (url?.host ?? ''),
  };
};

const NOWHERE = { destIp: null, destPort: 0, destHost: '', clientIp: null, clientPort: 0 } as const;

const first = (attributes: ReadAttributes, names: Names): string =>
  attributes.get(names.find((name) => attributes.has(name)) ?? '') ?? '';

export const resultOf = (attributes: Attributes): string => first(attributes, RESULTS).slice(0, 80);

/** The ids among the attributes: headers that were captured, and what SDKs set. */
export const idsOf = (attributes: Attributes, roleOf: RoleOf): GatheredIds => {
  const ids = new GatheredIds();
  for (const [name, value] of attributes) {
    const role = roleOf(name);
    if (role !== null) ids.take(role, value);
  }
  return ids;
};

const ipOf = (attributes: ReadAttributes, names: Names, refuse: RefuseAttribute): Ip | null => {
  const name = names.find((one) => attributes.has(one));
  const text = name === undefined ? '' : (attributes.get(name) ?? '');
  // A pipe or a socket file has no address and is none: `/var/run/docker.sock`.
  if (name === undefined || text === '' || text.startsWith('/')) return null;
  const read = parseIp(text);
  if (read.ok) return read.value;
  refuse(name, read.problem, text);
  return null;
};

const portOf = (attributes: ReadAttributes, names: Names, refuse: RefuseAttribute): number => {
  const name = names.find((one) => attributes.has(one));
  if (name === undefined) return 0;
  const text = attributes.get(name) ?? '';
  const read = parsePort(text);
  if (read.ok) return read.value;
  refuse(name, read.problem, text);
  return 0;
};
