import { MINUTE, SECOND } from '../../base/instant.ts';
import { IDLE } from '../attribution/flow.ts';
import { OPEN } from '../attribution/lease.ts';

/** What is known of a connection's ends. */
export interface ConnectionSeen {
  readonly protocol: number;
  readonly begin: number;
  /** Its last record; of what conntrack alone saw, when its entry was seen last. */
  readonly last: number;
  readonly ended: boolean;
  readonly observedBy: 'flow-log' | 'conntrack' | 'both';
  /** When the node's connection tracking let go of it; null: nothing tells. */
  readonly goneAt: number | null;
}

/** Whose ports a connection held, from `from` on: its own until it was shut, its pod's until `freeAt`, its node's until `until`. */
export interface ConnectionLife {
  readonly from: number;
  /** From then on nothing passes. Of one that is not known to have ended: when its node gives the port back. */
  readonly shut: number;
  /** As if its pod had closed first: then the pod keeps the port for a while. */
  readonly freeAt: number;
  readonly until: number;
}

const UDP = 17;
/** An entry of an ended TCP connection is kept so long (nf_conntrack_tcp_timeout_time_wait), and one of datagrams after two seconds (…_udp_timeout_stream). */
export const LINGER = 2 * MINUTE;
/** One of datagrams that were over sooner (nf_conntrack_udp_timeout). */
export const DATAGRAM = 30 * SECOND;
/** One of a connection that was reset (nf_conntrack_tcp_timeout_close). */
export const RESET = 10 * SECOND;
/** Whoever closes a TCP connection first keeps its port so long; no setting changes it (TCP_TIMEWAIT_LEN in the kernel's include/net/tcp.h). */
export const TIME_WAIT = 60 * SECOND;

/** `store/sql/ports/held.sql` says the same. */
export const connectionLife = (seen: ConnectionSeen): ConnectionLife => {
  const until = heldUntil(seen);
  const shut = shutAt(seen, until);
  return { from: seen.begin, shut, freeAt: Math.min(until, shut + (seen.protocol === UDP ? 0 : TIME_WAIT)), until };
};

const heldUntil = ({ protocol, begin, last, ended, observedBy, goneAt }: ConnectionSeen): number => {
  if (goneAt !== null) return Math.max(last, goneAt);
  if (ended) return last + (protocol === UDP && last - begin <= 2 * SECOND ? DATAGRAM : LINGER);
  return observedBy === 'flow-log' ? last + IDLE : OPEN;
};

/** Where no flow log tells the end, the entry had been kept for as long as the kernel keeps one: which of its timeouts it was, its age tells. */
const shutAt = ({ protocol, begin, last, ended, observedBy, goneAt }: ConnectionSeen, until: number): number => {
  const isRecorded = observedBy !== 'conntrack';
  if (ended && isRecorded) return last;
  if (goneAt === null) return until;
  const kept = until - begin >= LINGER ? LINGER : protocol === UDP ? DATAGRAM : RESET;
  return Math.max(isRecorded ? last : begin, until - kept);
};
