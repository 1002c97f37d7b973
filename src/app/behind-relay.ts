import { DAY, type Instant, instant, MINUTE, renderInstant, SECOND } from '../base/instant.ts';
import { MANY_CLIENTS, relayRuleOf } from '../core/attribution/relay.ts';
import type { Connection, FlowRow, LeaseRow, Store } from '../core/ports.ts';
import { renderEndpoint } from './address.ts';
import type { Missing } from './missing.ts';
import type { Fact } from './why.ts';

/** Somebody who had a connection to the relay as the relay sent a flow: the second hop. */
export interface Client {
  /** The pod that surely held the address as the connection began; null where that is not known. */
  readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string } | null;
  /** null: a pod's that whoever asks may not see. */
  readonly srcIp: string | null;
  readonly srcPort: number;
  readonly protocol: string;
  readonly from: string;
  /** Its end, or when it was last seen. */
  readonly last: string;
  readonly ended: boolean;
}

/** Who was connected to a relay as it sent a flow. */
export interface Behind {
  readonly clients: readonly Client[];
  /** False: there were more, which were not looked at. */
  readonly complete: boolean;
}

/** A relay sends on what it heard a moment ago, and clocks differ by about as much. */
const AROUND = 2 * SECOND;
/** How long what was not seen to end may be open: nf_conntrack_udp_timeout_stream; a day for TCP, whose entries live for five. */
const MAY_BE_OPEN = { dns: 2 * MINUTE, others: DAY } as const;
/** A busy relay has more, and then nobody is named. */
const LISTED = 500;

/** Who was connected to the relay as it sent this flow; null where the flow is none of a relay of the cluster. */
export const clientsBehind = async (
  store: Pick<Store, 'connectionsTo' | 'podsTold'>,
  { cluster, verdict, reason, pod, begin }: FlowRow,
): Promise<Behind | null> => {
  if (verdict !== 'relayed' || pod === null) return null;
  const found = await store.connectionsTo({
    cluster,
    ip: pod.ip,
    from: instant(Math.max(0, begin - AROUND)),
    until: instant(begin + AROUND),
    openMs: reason === 'dns' ? MAY_BE_OPEN.dns : MAY_BE_OPEN.others,
    limit: LISTED,
  });
  const ips = [...new Set(found.map(({ srcIp }) => srcIp))].filter((ip) => ip !== null);
  const leases = ips.length === 0 ? [] : await store.podsTold(cluster, { uids: [], names: [], ips });
  return { clients: found.map((connection) => clientOf(connection, leases)), complete: found.length < LISTED };
};

const clientOf = ({ srcIp, srcPort, protocol, from, seen, ended }: Connection, leases: readonly LeaseRow[]): Client => {
  const near = leases.filter(
    (lease) =>
      !lease.hostNetwork &&
      lease.ip === srcIp &&
      lease.mayFrom <= from &&
      (lease.mayUntil === null || from < lease.mayUntil),
  );
  const [holder] = near;
  const isSure = near.length === 1 && holder !== undefined && holder.heldFrom <= from && from < holder.heldUntil;
  return {
    pod: isSure ? { uid: holder.uid, namespace: holder.namespace, name: holder.name } : null,
    srcIp,
    srcPort,
    protocol,
    from: renderInstant(from),
    last: renderInstant(seen),
    ended,
  };
};

/** Whom the second hop leaves: each once. Those that whoever asks may not see are one. */
const sendersOf = ({ clients }: Behind): readonly string[] => [
  ...new Set(
    clients.map(({ pod, srcIp }) =>
      pod === null ? (srcIp === null ? UNSEEN : `somebody at ${srcIp}`) : `pod ${pod.namespace}/${pod.name}`,
    ),
  ),
];
const UNSEEN = 'others of other namespaces';

const SHOWN = 5;

/** Why the pod is taken for a relay, and who is behind it as far as that was seen. */
export const relayFacts = (flow: FlowRow, behind: Behind, say: (at: Instant) => string): readonly Fact[] => {
  const { pod } = flow;
  if (pod === null) return [];
  const { kind, namespace, name } = pod.workload;
  const rule = relayRuleOf(pod.workload);
  const proof = rule?.proof === 'clients' ? `, and seen with ${MANY_CLIENTS} clients or more on one port` : '';
  const senders = sendersOf(behind);
  const more = behind.complete && !senders.includes(UNSEEN) ? '' : ' or more';
  const [first] = behind.clients;
  const hop = `that may have been connected to ${pod.ip} at ${say(flow.begin)}`;
  return [
    ...(rule === null
      ? []
      : [
          {
            text: `${kind.toLowerCase()} ${namespace}/${name} is ${rule.says}${proof}`,
            source: 'pod inventory',
            at: null,
          },
        ]),
    ...(first === undefined
      ? []
      : [
          {
            text:
              more === '' && senders.length === 1
                ? `behind it: ${senders[0]}, of all that were seen the only one ${hop}`
                : `behind it: one of ${senders.length}${more} ${hop}: ${senders.slice(0, SHOWN).join(', ')}${senders.length > SHOWN ? ', …' : ''}`,
            source: 'second hop',
            at: first.from,
          },
        ]),
  ];
};

export const missingBehind = ({ pod, destIp, destPort }: FlowRow, behind: Behind): readonly Missing[] =>
  pod === null || (behind.complete && sendersOf(behind).length === 1 && !sendersOf(behind).includes(UNSEEN))
    ? []
    : [
        {
          what:
            behind.clients.length === 0
              ? `who was behind it: no connection to ${pod.ip} was seen at the time`
              : 'what ties one of its clients to this flow',
          how: `its own log of who asked for ${renderEndpoint(destIp, destPort)} (CoreDNS: the log plugin; squid: access.log), or traces that pass through it`,
        },
      ];
