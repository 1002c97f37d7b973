/**
 * Truth from the applications at both ends: a client wrote when it connected, the server whom it saw.
 * Nothing of the kernel's own bookkeeping is used.
 */
import type { PodLived } from '../simulator/kube/known.ts';
import type { LogLine, Opened, Saw } from './plan.ts';
import { isPodAddress, type NodePlan } from './topology.ts';

export interface Truth {
  /** Connections that some server saw come from a node's address, by pods, host-network pods and nodes. */
  readonly egress: readonly EgressTruth[];
  /** Connections that a server saw come from a pod's own address. */
  readonly eastWest: readonly object[];
  /** Connections of outside clients through a NodePort: as the pod behind it saw them, and who they were. */
  readonly inbound: readonly object[];
  /** Attempts that reached no application: refused, or never answered. */
  readonly unanswered: readonly object[];
}

export interface EgressTruth {
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: 'tcp' | 'udp';
  /** The client's connect call, true time. */
  readonly begin: string;
  readonly podUid?: string;
  readonly node?: true;
  /** Of a host-network pod: it uses the node's address as the node does. */
  readonly hostNetworkPodUid?: string;
}

/** Names that processes outside pods go by. */
export const CLIENTS_UID = 'outside-clients';
export const nodeUid = (node: NodePlan): string => `node:${node.name}`;

export const tellTruth = (lines: readonly LogLine[], lives: readonly PodLived[]): Truth => {
  const pods = new Map(lives.map((lived) => [lived.spec.uid, lived]));
  const opened = new Map<string, Opened>();
  const results = new Map<string, string>();
  for (const line of lines) {
    if (line.event === 'open') opened.set(keyOf(line), line);
    if (line.event === 'done') results.set(keyOf(line), line.result);
  }
  const sightings = lines.filter((line) => line.event === 'saw').sort((a, b) => a.at - b.at);
  const egress: EgressTruth[] = [];
  const eastWest: object[] = [];
  const inbound: object[] = [];
  const reached = new Set<string>();
  for (const saw of sightings) {
    const open = opened.get(keyOf(saw));
    if (open === undefined) continue;
    // A socket that is seen a second time under another port was translated anew, then and not at its beginning.
    const begin = new Date(reached.has(keyOf(saw)) ? saw.at : open.at).toISOString();
    reached.add(keyOf(saw));
    const destIp = saw.ip ?? ownAddress(saw, pods.get(saw.by)) ?? open.host;
    const wire = { destIp, destPort: saw.port, protocol: saw.protocol, begin };
    if (saw.uid === CLIENTS_UID) {
      inbound.push({
        srcIp: saw.peerIp,
        srcPort: saw.peerPort,
        ...wire,
        nodePortIp: open.host,
        nodePort: open.port,
        podUid: saw.by,
      });
    } else if (isPodAddress(saw.peerIp)) {
      eastWest.push({ srcIp: saw.peerIp, srcPort: saw.peerPort, ...wire, podUid: saw.uid });
    } else {
      egress.push({ nodeIp: saw.peerIp, snatPort: saw.peerPort, ...wire, ...originOf(saw.uid, pods.get(saw.uid)) });
    }
  }
  const unanswered = [...opened.values()]
    .filter((open) => !reached.has(keyOf(open)))
    .sort((a, b) => a.at - b.at)
    .map((open) => ({
      destIp: open.host,
      destPort: open.port,
      protocol: open.protocol,
      begin: new Date(open.at).toISOString(),
      ...originOf(open.uid, pods.get(open.uid)),
      result: results.get(keyOf(open)) ?? 'cut short',
    }));
  return { egress, eastWest, inbound, unanswered };
};

const keyOf = ({ uid, n }: { readonly uid: string; readonly n: number }): string => `${uid} ${n}`;

const originOf = (
  uid: string,
  lived: PodLived | undefined,
): Pick<EgressTruth, 'podUid' | 'node' | 'hostNetworkPodUid'> => {
  if (lived === undefined) return { node: true };
  return lived.spec.hostNetwork ? { node: true, hostNetworkPodUid: uid } : { podUid: uid };
};

/** Which of a pod's two addresses a datagram of that family reached. */
const ownAddress = (saw: Saw, server: PodLived | undefined): string | undefined =>
  server?.ips.find((ip) => ip.includes(':') === saw.peerIp.includes(':'));
