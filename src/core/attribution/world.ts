import { isInside, isLocal, isPrivate } from '../../base/address-block.ts';
import type { Cidr, Ip } from '../../base/ip.ts';
import { type ClockOffset, UNMEASURED } from './clock.ts';
import type { NodeLease, PodLease, Watched } from './lease.ts';
import type { RelayRole } from './relay.ts';

/** What is known of one cluster. Lists are of any order. */
export interface World {
  /** Pods that had this address as their own. */
  readonly leasesOf: (ip: Ip) => readonly PodLease[];
  /** Pods with an address of their own that ran on this node. */
  readonly podsOn: (node: string) => readonly PodLease[];
  readonly nodesOf: (ip: Ip) => readonly NodeLease[];
  /** The node that a pod ran on; empty when the pod is unknown. */
  readonly nodeOfPod: (podUid: string) => string;
  /** What the pod does for others; null where it is no relay. */
  readonly relayOf: (podUid: string) => RelayRole | null;
  readonly watched: readonly Watched[];
  readonly isPodAddress: (ip: Ip) => boolean;
  readonly isPublic: (ip: Ip) => boolean;
  /** Loopback, link-local, multicast: never on the way to another machine. */
  readonly isLocal: (ip: Ip) => boolean;
  /** The clock of the node that sends from this address (a node's, or a pod's: then of the cluster). */
  readonly clockOf: (ip: Ip) => ClockOffset;
  /** Stretches, on the node's clock, in which the node with this address lost conntrack lines. */
  readonly conntrackGaps: (nodeIp: Ip) => readonly Watched[];
}

/** All that a world is made of, as lists. */
export interface Known {
  readonly podLeases: readonly PodLease[];
  readonly nodeLeases: readonly NodeLease[];
  readonly watched: readonly Watched[];
  /** Blocks that pods have their addresses from; empty when unknown. */
  readonly podBlocks: readonly Cidr[];
  /** Measured, by the address that a node sends from. */
  readonly clocks: ReadonlyMap<Ip, ClockOffset>;
  /** Where nothing was measured: of a pod's address whole, of any other the offset alone. */
  readonly pooledClock: ClockOffset;
  readonly conntrackGaps: ReadonlyMap<Ip, readonly Watched[]>;
  /** Pods that send on others' behalf, by UID. */
  readonly relays: ReadonlyMap<string, RelayRole>;
}

export const worldOf = (known: Known): World => {
  const own = known.podLeases.filter((lease) => !lease.hostNetwork);
  const byIp = Map.groupBy(own, (lease) => lease.ip);
  const byNode = Map.groupBy(own, (lease) => lease.node);
  const nodesByIp = Map.groupBy(known.nodeLeases, (lease) => lease.ip);
  const nodeOfPod = new Map<string, string>();
  for (const { podUid, node } of known.podLeases) {
    const before = nodeOfPod.get(podUid);
    if (before === undefined || node < before) nodeOfPod.set(podUid, node);
  }
  const elsewhere: ClockOffset = { ...UNMEASURED, offsetMs: known.pooledClock.offsetMs };
  return {
    leasesOf: (ip) => byIp.get(ip) ?? NONE,
    podsOn: (node) => byNode.get(node) ?? NONE,
    nodesOf: (ip) => nodesByIp.get(ip) ?? NONE,
    nodeOfPod: (podUid) => nodeOfPod.get(podUid) ?? '',
    relayOf: (podUid) => known.relays.get(podUid) ?? null,
    watched: known.watched,
    isPodAddress: remembered((ip) => known.podBlocks.some((block) => isInside(ip, block))),
    isPublic: remembered((ip) => !isPrivate(ip)),
    isLocal: remembered(isLocal),
    clockOf: (ip) => known.clocks.get(ip) ?? (byIp.has(ip) ? known.pooledClock : elsewhere),
    conntrackGaps: (ip) => known.conntrackGaps.get(ip) ?? NONE,
  };
};

/** Few addresses are asked about, and each many times. */
const remembered = (ask: (ip: Ip) => boolean): ((ip: Ip) => boolean) => {
  const known = new Map<Ip, boolean>();
  return (ip) => {
    const before = known.get(ip);
    if (before !== undefined) return before;
    const answer = ask(ip);
    known.set(ip, answer);
    return answer;
  };
};

const NONE: readonly never[] = [];
