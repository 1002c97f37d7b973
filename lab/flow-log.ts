/**
 * The stand-in for Azure's flow log: packets at each node's NIC, after the node's own translation, become
 * VNet flow log v4 records. https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 */
import { type Packet, TCP } from './pcap.ts';
import { renderBlobs } from './flow-log-blob.ts';

export interface FlowLogOptions {
  /** A live flow gets a C record this often. Azure: 300,000. */
  readonly continueEveryMs: number;
  /** A flow without packets for so long gets its E record. */
  readonly idleMs: number;
  /** What the platform's clock is ahead of true time. */
  readonly aheadMs: number;
  /** The rule that denied a packet; null: it was let through. */
  readonly deniedBy?: (packet: Packet) => string | null;
}

export interface Nic {
  /** Lower case with colons. */
  readonly mac: string;
  readonly packets: readonly Packet[];
}

export interface Tuple {
  readonly at: number;
  readonly src: string;
  readonly dest: string;
  readonly srcPort: number;
  readonly destPort: number;
  readonly protocol: number;
  readonly direction: 'I' | 'O';
  readonly state: 'B' | 'C' | 'E' | 'D';
  /** null: a default rule's. */
  readonly rule: string | null;
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
}

export interface FlowLog {
  /** By path in the storage container. */
  readonly blobs: ReadonlyMap<string, string>;
  readonly records: number;
  readonly flows: number;
}

export const buildFlowLog = (nics: readonly Nic[], endAt: number, options: FlowLogOptions): FlowLog => {
  const blobs = new Map<string, string>();
  let records = 0;
  let flows = 0;
  for (const nic of nics) {
    const tuples = tuplesAt(nic, endAt, options);
    for (const [path, text] of renderBlobs(nic.mac, tuples)) blobs.set(path, text);
    records += tuples.length;
    flows += tuples.filter(({ state }) => state === 'B').length;
  }
  return { blobs, records, flows };
};

/** After both FINs one more packet, the last ACK, still belongs to the flow. */
const LAST_ACK_MS = 500;
/** A packet without SYN so soon after the end is a late one of the flow that ended, not a new flow. */
const STRAGGLER_MS = 3_000;

interface LiveFlow {
  readonly first: Packet;
  lastAt: number;
  nextContinueAt: number;
  finFromSource: boolean;
  finFromDest: boolean;
  closingAt: number | null;
  endedAt: number | null;
  packetsOut: number;
  bytesOut: number;
  packetsIn: number;
  bytesIn: number;
}

export const tuplesAt = (nic: Nic, endAt: number, options: FlowLogOptions): readonly Tuple[] => {
  const ownMac = nic.mac.replaceAll(':', '');
  const live = new Map<string, LiveFlow>();
  const deniedAt = new Map<string, number>();
  const tuples: Tuple[] = [];

  const emit = (flow: LiveFlow, state: Tuple['state'], at: number, rule: string | null = null): void => {
    const { src, dest, srcPort, destPort, protocol } = flow.first;
    const counted = state === 'C' || state === 'E';
    tuples.push({
      at: at + options.aheadMs,
      src,
      dest,
      srcPort,
      destPort,
      protocol,
      state,
      rule,
      direction: flow.first.fromMac === ownMac ? 'O' : 'I',
      packetsOut: counted ? flow.packetsOut : 0,
      bytesOut: counted ? flow.bytesOut : 0,
      packetsIn: counted ? flow.packetsIn : 0,
      bytesIn: counted ? flow.bytesIn : 0,
    });
    if (counted) flow.packetsOut = flow.bytesOut = flow.packetsIn = flow.bytesIn = 0;
    if (state === 'E' || state === 'D') flow.endedAt = at;
  };

  /** Emits what time alone brings about, up to `now`. */
  const advance = (flow: LiveFlow, now: number): void => {
    while (flow.endedAt === null) {
      const closeAt = flow.closingAt === null ? Number.POSITIVE_INFINITY : flow.closingAt + LAST_ACK_MS;
      const idleAt = flow.lastAt + options.idleMs;
      const next = Math.min(closeAt, idleAt, flow.nextContinueAt);
      if (next > now) return;
      if (next === closeAt) emit(flow, 'E', flow.closingAt ?? closeAt);
      else if (next === idleAt) emit(flow, 'E', idleAt);
      else {
        emit(flow, 'C', next);
        flow.nextContinueAt += options.continueEveryMs;
      }
    }
  };

  const flowOf = (packet: Packet): LiveFlow => ({
    first: packet,
    lastAt: packet.at,
    nextContinueAt: packet.at + options.continueEveryMs,
    finFromSource: false,
    finFromDest: false,
    closingAt: null,
    endedAt: null,
    packetsOut: 0,
    bytesOut: 0,
    packetsIn: 0,
    bytesIn: 0,
  });

  const begin = (packet: Packet): LiveFlow => {
    const flow = flowOf(packet);
    live.set(keyOf(packet), flow);
    emit(flow, 'B', packet.at);
    return flow;
  };

  /** Told once of each attempt, however often its packet is repeated. */
  const deny = (packet: Packet, rule: string): void => {
    const last = deniedAt.get(keyOf(packet)) ?? Number.NEGATIVE_INFINITY;
    deniedAt.set(keyOf(packet), packet.at);
    if (packet.at - last > options.idleMs) emit(flowOf(packet), 'D', packet.at, rule);
  };

  for (const packet of nic.packets) {
    const denied = packet.fromMac === ownMac ? (options.deniedBy?.(packet) ?? null) : null;
    if (denied !== null) {
      deny(packet, denied);
      continue;
    }
    let flow = live.get(keyOf(packet));
    if (flow !== undefined) advance(flow, packet.at);
    const opens = packet.protocol !== TCP || packet.syn;
    if (flow !== undefined && flow.endedAt !== null && !opens && packet.at - flow.endedAt < STRAGGLER_MS) continue;
    if (flow !== undefined && flow.closingAt !== null && flow.endedAt === null && packet.syn)
      emit(flow, 'E', flow.closingAt);
    if (flow === undefined || flow.endedAt !== null) flow = begin(packet);
    count(flow, packet);
    if (packet.rst || (flow.closingAt !== null && !packet.fin)) emit(flow, 'E', packet.at);
    else if (flow.finFromSource && flow.finFromDest) flow.closingAt = packet.at;
  }
  for (const flow of live.values()) advance(flow, endAt);
  return tuples.sort((a, b) => a.at - b.at);
};

const count = (flow: LiveFlow, packet: Packet): void => {
  flow.lastAt = packet.at;
  if (packet.src === flow.first.src && packet.srcPort === flow.first.srcPort) {
    flow.packetsOut += 1;
    flow.bytesOut += packet.bytes;
    flow.finFromSource ||= packet.fin;
  } else {
    flow.packetsIn += 1;
    flow.bytesIn += packet.bytes;
    flow.finFromDest ||= packet.fin;
  }
};

const keyOf = ({ src, dest, srcPort, destPort, protocol }: Packet): string => {
  const [a, b] = [`${src} ${srcPort}`, `${dest} ${destPort}`];
  return a < b ? `${protocol} ${a} ${b}` : `${protocol} ${b} ${a}`;
};
