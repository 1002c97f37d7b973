import { type Connections, FLAGS } from './connections.ts';
import { exponential } from '../draws.ts';
import type { Random } from '../random.ts';
import { type Schedule, UNITS_PER_MS } from './schedule.ts';

/** What is written about a connection, in the order in which it happens within one moment. */
export const KINDS = {
  opened: 0,
  answered: 1,
  established: 2,
  began: 3,
  denied: 4,
  continues: 5,
  fin: 6,
  lastAck: 7,
  closed: 8,
  reset: 9,
  ended: 10,
  destroyed: 11,
} as const;

const SECOND = 1_000 * UNITS_PER_MS;

/** A live flow gets a C record this often (learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview). */
export const CONTINUES_EVERY = 300 * SECOND;
/** Linux's nf_conntrack timeouts, net/netfilter/nf_conntrack_proto_{tcp,udp}.c. */
const TIME_WAIT = 120 * SECOND;
const CLOSE = 10 * SECOND;
const SYN_SENT = 120 * SECOND;
const UDP = 30 * SECOND;
const UDP_STREAM = 120 * SECOND;
/** A stream, to conntrack, is what still talks two seconds after its first packet. */
const STREAM_AFTER = 2 * SECOND;
/** Nothing tells when Azure takes datagrams to have ended; here a little later than the kernel does, as in the lab. */
const UDP_ENDS_AFTER = 35 * SECOND;
/** A program gives up on a host that does not answer; by then the SYN was sent at 0, 1, 3 and 7 s. */
const LAST_SYN = 7 * SECOND;
const GIVEN_UP = 10 * SECOND;
/** The kernel looks for what has expired now and then, an idle one up to a minute late (`gc_worker`, nf_conntrack_core.c). */
const LOOKS_EVERY = 0.8 * SECOND;
const LOOKS_AT_LATEST = 60 * SECOND;

/** Puts down when each thing about a connection is to be written. */
export class Timeline {
  readonly #connections: Connections;
  readonly #schedule: Schedule;
  /** Somebody writes down what happens between the first and the last moment of an entry. */
  readonly #tellsUpdates: boolean;
  readonly #random: Random;

  constructor(connections: Connections, schedule: Schedule, tellsUpdates: boolean, random: Random) {
    this.#connections = connections;
    this.#schedule = schedule;
    this.#tellsUpdates = tellsUpdates;
    this.#random = random;
  }

  push(node: number, at: number, slot: number, kind: number): void {
    const { pending } = this.#connections.columns;
    pending[slot] = (pending[slot] as number) + 1;
    this.#schedule.push(node, Math.floor(at), slot, kind);
  }

  /** Everything from the first packet on, as far ahead as it is put down at once. */
  begin(slot: number, rtt: number): void {
    const { node, peer, flags, begin, end, expires, destroyed } = this.#connections.columns;
    const bits = flags[slot] as number;
    const [at, own, other] = [begin[slot] as number, node[slot] as number, peer[slot] as number];
    const isUdp = (bits & FLAGS.udp) !== 0;
    const asked = end[slot] as number;
    // Until when packets pass, and how long the kernel then keeps the entry.
    let [last, kept] = [asked, TIME_WAIT];
    if ((bits & (FLAGS.unanswered | FLAGS.denied)) !== 0) {
      last = Math.min(asked, at + (isUdp ? 0 : LAST_SYN));
      kept = isUdp ? UDP : SYN_SENT;
    } else if ((bits & FLAGS.refused) !== 0) {
      [last, kept] = [Math.floor(at + rtt), 0];
    } else if (isUdp) {
      const isStream = asked - at > STREAM_AFTER;
      if (isStream) flags[slot] = bits | FLAGS.assured;
      kept = isStream ? UDP_STREAM : UDP;
    } else {
      flags[slot] = bits | FLAGS.assured;
      if ((bits & FLAGS.reset) !== 0) kept = CLOSE;
    }
    end[slot] = last;
    expires[slot] = last + kept;
    // The answer to a SYN being RST, the kernel forgets the entry at once.
    const late = (bits & FLAGS.refused) !== 0 ? 0 : this.#late();
    destroyed[slot] = Math.floor(last + kept + late);
    this.#beginAt(own, slot, rtt);
    if (other >= 0 && other !== own) this.#beginAt(other, slot, rtt);
  }

  #late(): number {
    return Math.min(LOOKS_AT_LATEST, exponential(LOOKS_EVERY, this.#random));
  }

  #beginAt(node: number, slot: number, rtt: number): void {
    const { flags, begin } = this.#connections.columns;
    const bits = flags[slot] as number;
    const at = begin[slot] as number;
    this.push(node, at, slot, KINDS.opened);
    if (this.#tellsUpdates && (bits & (FLAGS.unanswered | FLAGS.denied | FLAGS.refused)) === 0) {
      this.push(node, at + rtt, slot, KINDS.answered);
      const isUdp = (bits & FLAGS.udp) !== 0;
      if (!isUdp) this.push(node, at + rtt + 12, slot, KINDS.established);
      else if ((bits & FLAGS.assured) !== 0) this.push(node, at + STREAM_AFTER, slot, KINDS.established);
    }
    if ((bits & FLAGS.onWire) !== 0) {
      const seen = at + this.#random.next() * UNITS_PER_MS;
      this.push(node, seen, slot, (bits & FLAGS.denied) !== 0 ? KINDS.denied : KINDS.began);
    }
    this.goOn(node, slot, at);
  }

  /** What follows a begin or a C record at `from`: the next C, and the end once it is near. */
  goOn(node: number, slot: number, from: number): void {
    const end = this.#connections.columns.end[slot] as number;
    if (end > from + CONTINUES_EVERY) this.push(node, from + CONTINUES_EVERY, slot, KINDS.continues);
    const isFirst = from === this.#connections.columns.begin[slot];
    const isNear = end <= from + 2 * CONTINUES_EVERY;
    // Put down by the second but last record: then it is never within the slice that is being written.
    if (isFirst ? isNear : isNear && end > from + CONTINUES_EVERY) this.#finish(node, slot);
  }

  #finish(node: number, slot: number): void {
    const { flags, end, node: own } = this.#connections.columns;
    const bits = flags[slot] as number;
    const at = end[slot] as number;
    const isUdp = (bits & FLAGS.udp) !== 0;
    if (this.#tellsUpdates) this.#close(node, slot, at, bits);
    if ((bits & FLAGS.onWire) !== 0 && (bits & FLAGS.denied) === 0) {
      const givenUp = (bits & FLAGS.unanswered) !== 0 ? GIVEN_UP : 130 + this.#random.next() * UNITS_PER_MS;
      this.push(node, at + (isUdp ? UDP_ENDS_AFTER : givenUp), slot, KINDS.ended);
    }
    const { destroyed } = this.#connections.columns;
    // The other node looks at its own times.
    const goes = (destroyed[slot] as number) + (node === own[slot] ? 0 : this.#late());
    this.push(node, goes, slot, KINDS.destroyed);
  }

  /** How the kernel sees a TCP connection end. */
  #close(node: number, slot: number, at: number, bits: number): void {
    if ((bits & FLAGS.reset) !== 0) this.push(node, at, slot, KINDS.reset);
    else if ((bits & (FLAGS.udp | FLAGS.unanswered | FLAGS.denied | FLAGS.refused)) === 0) {
      this.push(node, at, slot, KINDS.fin);
      this.push(node, at + 100, slot, KINDS.lastAck);
      this.push(node, at + 130, slot, KINDS.closed);
    }
  }

  /** The entry goes now: a SYN found it in TIME_WAIT, or a newcomer found it expired. */
  destroyNow(slot: number, at: number): void {
    const { destroyed, node } = this.#connections.columns;
    destroyed[slot] = Math.floor(at);
    this.push(node[slot] as number, at, slot, KINDS.destroyed);
  }
}

/** True when the flow log still waits for another datagram: it would take the next connection on the tuple for the same flow. */
export const isStillLogged = (connections: Connections, slot: number, at: number): boolean => {
  const { flags, end } = connections.columns;
  const isUdp = ((flags[slot] as number) & FLAGS.udp) !== 0;
  return isUdp && (end[slot] as number) + UDP_ENDS_AFTER + SECOND > at;
};

/** True when the entry's closing handshake is over: a SYN then makes a new entry in its place. */
export const isClosed = (connections: Connections, slot: number, at: number): boolean => {
  const { flags, end } = connections.columns;
  const bits = flags[slot] as number;
  return (bits & (FLAGS.udp | FLAGS.unanswered | FLAGS.denied)) === 0 && (end[slot] as number) + 130 < at;
};
