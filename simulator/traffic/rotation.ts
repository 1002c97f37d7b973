import type { Cluster } from '../plan/cluster.ts';
import type { Random } from '../random.ts';
import { SLICE } from './schedule.ts';

const SHORTEST = 10 * SLICE;
const LONGEST = 40 * SLICE;
/** How long CoreDNS on AKS keeps an answer (`cache 30`); a node's pods then get the new one. */
const TTL = SLICE / 2;

/** Which of its addresses a destination's name stands for, on each node. */
export class Rotation {
  /** By destination; absent: it has one address only. */
  readonly #turns: readonly (Turns | undefined)[];

  constructor({ destinations, habits: { pools } }: Cluster, endAt: number, random: Random) {
    this.#turns = destinations.map((_, i) => {
      const pool = pools.get(i);
      return pool === undefined ? undefined : turnsOf(pool, endAt, random);
    });
  }

  /** Slices come one after the other. */
  begin(slice: number): void {
    for (const turns of this.#turns) {
      if (turns === undefined) continue;
      const everybodyFollowed = slice * SLICE - TTL;
      while ((turns.from[turns.now + 1] as number) <= everybodyFollowed) turns.now++;
    }
  }

  /** The place of the address that the node's pods are given. */
  addressOf(destination: number, node: number, at: number): number {
    const turns = this.#turns[destination];
    if (turns === undefined) return destination;
    let { now } = turns;
    while ((turns.from[now + 1] as number) + lateness(destination, node, now) <= at) now++;
    return turns.address[now] as number;
  }
}

/** One address after the other. The last turn never ends. */
interface Turns {
  readonly from: Float64Array;
  readonly address: Int32Array;
  /** The turn that the slice begins in, for all nodes at least this one. */
  now: number;
}

const turnsOf = (pool: readonly number[], endAt: number, random: Random): Turns => {
  const from: number[] = [];
  const address: number[] = [];
  // Nobody saw it begin: the first turn is under way.
  let at = -random.between(0, SHORTEST);
  while (at < endAt) {
    from.push(Math.floor(at));
    const others = pool.filter((each) => each !== address.at(-1));
    address.push(random.pick(others));
    at += random.between(SHORTEST, LONGEST);
  }
  from[0] = Number.NEGATIVE_INFINITY;
  return { from: Float64Array.from([...from, Number.POSITIVE_INFINITY]), address: Int32Array.from(address), now: 0 };
};

/** Within the time that a resolver keeps its answer, another for each node and turn. */
const lateness = (destination: number, node: number, turn: number): number => {
  let mixed = Math.imul(destination, 0x9e37_79b1) ^ Math.imul(node, 0x85eb_ca6b) ^ Math.imul(turn, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return (((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296) * TTL;
};
