import { LAB } from '../flow-log-blob.ts';
import { type Packet, TCP } from '../pcap.ts';
import type { Denied } from './causes.ts';
import { EGRESS_IDS } from './resource-ids.ts';
import type { Recorded } from './record.ts';

/** A connection is told of once, however often its first packet is repeated. */
const SAME_MS = 6_000;

/** Rows of AZFWNetworkRule: what left the nodes for the outside, and whether it was let through. */
export const firewallRows = (
  { incident, packets }: Recorded,
  deniedBy: (packet: Packet) => Denied | undefined,
): readonly object[] => {
  const rows: object[] = [];
  for (const [i, node] of incident.cluster.nodes.entries()) {
    const seen = new Map<string, number>();
    for (const packet of packets[i] ?? []) {
      const isOpening =
        packet.src === node.ip && !packet.dest.startsWith('10.') && (packet.protocol !== TCP || packet.syn);
      if (!isOpening) continue;
      const key = `${packet.protocol} ${packet.srcPort} ${packet.dest} ${packet.destPort}`;
      const last = seen.get(key) ?? Number.NEGATIVE_INFINITY;
      seen.set(key, packet.at);
      if (packet.at - last > SAME_MS) rows.push(row(packet, deniedBy(packet)));
    }
  }
  return rows;
};

const row = (packet: Packet, denied: Denied | undefined): object => ({
  TimeGenerated: new Date(packet.at).toISOString(),
  Protocol: packet.protocol === TCP ? 'TCP' : 'UDP',
  SourceIp: packet.src,
  SourcePort: packet.srcPort,
  DestinationIp: packet.dest,
  DestinationPort: packet.destPort,
  Action: denied === undefined ? 'Allow' : 'Deny',
  Policy: denied === undefined ? 'egress' : '',
  RuleCollectionGroup: denied === undefined ? 'default' : '',
  RuleCollection: denied === undefined ? 'aks' : '',
  Rule: denied === undefined ? 'to-internet' : '',
  ActionReason: denied === undefined ? '' : denied.rule,
  _ResourceId: EGRESS_IDS.firewall.toLowerCase(),
  SubscriptionId: LAB.subscription,
  Type: 'AZFWNetworkRule',
});
