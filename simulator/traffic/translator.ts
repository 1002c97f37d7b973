import type { Degree } from '../parameters.ts';
import type { Random } from '../random.ts';
import type { Connections } from './connections.ts';
import { portAfter, type Talkers } from './talkers.ts';
import { isClosed, isStillLogged, type Timeline } from './timeline.ts';
import { TupleTable } from './tuple-table.ts';

/** Attempts at a port that Linux makes before it gives up (nf_nat_core.c). */
const ATTEMPTS = 128;
const FIRST_UNPRIVILEGED = 1_024;
const PORTS = 65_536;
const FIRST_CLIENT_PORT = 10_000;
/** Numbers of what a node forwards begin here: a port more, and the number is still exact. */
const FORWARDED = 2 ** 36;
const TALKERS = 2 ** 21;

const REUSED: Readonly<Record<Degree, number>> = { low: 0, normal: 0.01, high: 0.15 };

/** A source port, what the node made of it, and a number for the rest of the tuple. */
export interface Ports {
  seat: number;
  own: number;
  wire: number;
}

/**
 * Ports as two parts of Linux choose them: connect() in the pod's network namespace, masquerade on the node.
 * One wire tuple has one entry at a time; who would take a port that another has gets another port.
 */
export class Translator {
  readonly #table = new TupleTable();
  readonly #connections: Connections;
  readonly #timeline: Timeline;
  readonly #talkers: Talkers;
  readonly #random: Random;
  readonly #reused: number;
  readonly #destinations: number;
  /** Tuples within the cluster are numbered behind those that leave it. */
  readonly #seats: number;
  readonly #services: number;
  /** By node and destination the source port that was used last. */
  readonly #lastPort: Uint16Array;
  /** By pair the connection that it made last; what a slot holds may have changed since. */
  readonly #lastSlot: Int32Array;
  readonly #ports: Ports = { seat: 0, own: 0, wire: 0 };

  constructor(
    connections: Connections,
    timeline: Timeline,
    talkers: Talkers,
    sizes: { readonly nodes: number; readonly destinations: number; readonly services: number },
    portReuse: Degree,
    random: Random,
  ) {
    this.#connections = connections;
    this.#timeline = timeline;
    this.#talkers = talkers;
    this.#random = random;
    this.#reused = REUSED[portReuse];
    this.#destinations = sizes.destinations;
    this.#seats = sizes.nodes * sizes.destinations;
    this.#services = sizes.services;
    this.#lastPort = new Uint16Array(sizes.nodes * sizes.destinations);
    this.#lastSlot = new Int32Array(talkers.pairCall.length).fill(-1);
  }

  /** null: every port was taken. `src` is the address that the connection is made from. */
  choose(node: number, pair: number, destination: number, src: number, at: number, fullyRandom: boolean): Ports | null {
    const seat = node * this.#destinations + destination;
    const ports = this.#ports;
    ports.seat = seat;
    const isReused = this.#random.next() < this.#reused;
    ports.own = this.#ownPort(pair, seat, src, at, isReused);
    if (ports.own === 0) return null;
    ports.wire = fullyRandom ? this.#otherPort(seat, at) : ports.own;
    if (!fullyRandom && !this.#isFree(seat, ports.wire, at)) ports.wire = this.#otherPort(seat, at);
    if (ports.wire === 0) return null;
    this.#lastPort[seat] = ports.own;
    return ports;
  }

  /** A port for a connection within the cluster, which nobody translates: the next that this address does not use there. */
  chooseInside(pair: number, src: number, service: number, at: number): Ports | null {
    const ports = this.#ports;
    ports.seat = this.#seats + src * this.#services + service;
    ports.own = this.#ownPort(pair, ports.seat, src, at, false);
    ports.wire = ports.own;
    return ports.own === 0 ? null : ports;
  }

  /** A port of the node for what it forwards: kube-proxy masquerades with `--random-fully`. `to` is the talker behind. */
  chooseForwarded(node: number, to: number, at: number): Ports | null {
    const ports = this.#ports;
    ports.seat = FORWARDED + ((node * TALKERS + to) % FORWARDED);
    ports.own = this.#random.whole(FIRST_CLIENT_PORT, PORTS);
    ports.wire = this.#otherPort(ports.seat, at);
    return ports.wire === 0 ? null : ports;
  }

  /** The connection in this slot has the port from now on. Returns what the tuple is known by. */
  hold({ seat, wire }: Ports, pair: number, slot: number): number {
    const key = seat * PORTS + wire;
    this.#table.set(key, slot);
    this.#lastSlot[pair] = slot;
    return key;
  }

  release(key: number, slot: number): void {
    if (key >= 0) this.#table.release(key, slot);
  }

  /** What connect() takes: the next port that this address does not use there; or, where a program insists, one that was just used. */
  #ownPort(pair: number, seat: number, src: number, at: number, isReused: boolean): number {
    const { pairPort } = this.#talkers;
    if (isReused) {
      const last = this.#random.next() < 0.5 ? (pairPort[pair] as number) : (this.#lastPort[seat] as number);
      if (last !== 0 && this.#isOwnFree(pair, seat, last, src, at)) return last;
    }
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      const port = portAfter(pairPort[pair] as number, this.#random);
      pairPort[pair] = port;
      if (this.#isOwnFree(pair, seat, port, src, at)) return port;
    }
    return 0;
  }

  /** The program's own address has no live connection there from this port; one in TIME_WAIT is in nobody's way. */
  #isOwnFree(pair: number, seat: number, port: number, src: number, at: number): boolean {
    for (const slot of [this.#table.get(seat * PORTS + port), this.#lastSlot[pair] as number]) {
      if (slot < 0) continue;
      const { origSrc, origSrcPort, replyDstPort, destroyed, pending, key } = this.#connections.columns;
      if ((pending[slot] as number) > 0 && isStillLogged(this.#connections, slot, at)) {
        if (Math.floor((key[slot] as number) / PORTS) === seat && replyDstPort[slot] === port) return false;
      }
      const isThere = (pending[slot] as number) > 0 && (destroyed[slot] as number) > at;
      if (!isThere || origSrc[slot] !== src || origSrcPort[slot] !== port) continue;
      if (Math.floor((key[slot] as number) / PORTS) !== seat) continue;
      if (isClosed(this.#connections, slot, at)) this.#timeline.destroyNow(slot, at - 1);
      else return false;
    }
    return true;
  }

  #isFree(seat: number, port: number, at: number): boolean {
    const slot = this.#table.get(seat * PORTS + port);
    if (slot < 0) return true;
    if (isStillLogged(this.#connections, slot, at)) return false;
    const { destroyed, expires } = this.#connections.columns;
    if ((destroyed[slot] as number) <= at) return true;
    if ((expires[slot] as number) > at) return false;
    this.#timeline.destroyNow(slot, at - 1);
    return true;
  }

  #otherPort(seat: number, at: number): number {
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      const port = this.#random.whole(FIRST_UNPRIVILEGED, PORTS);
      if (this.#isFree(seat, port, at)) return port;
    }
    return 0;
  }
}
