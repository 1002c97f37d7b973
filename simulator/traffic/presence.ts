import type { Cluster } from '../plan/cluster.ts';
import type { Calls } from './calls.ts';
import type { Talkers } from './talkers.ts';

/**
 * What one who knows every rate and every pod's place would say of a connection that shows only node, destination and moment:
 * the share of its true workload in all that talks to that destination from that node at that moment.
 * The node's own processes and its host-network pods count as one, as nothing on the wire tells them apart.
 */
export class Presence {
  readonly #talkers: Talkers;
  readonly #calls: Calls;
  readonly #isHost: Uint8Array;
  readonly #destinations: number;
  readonly #workloads: number;
  /** By node and destination: connections per second of all that are there, and of the host's own. */
  readonly #all: Float64Array;
  readonly #host: Float64Array;
  /** By node and workload: pods that are there. */
  readonly #there: Int32Array;

  constructor({ nodes, destinations, workloads }: Cluster, talkers: Talkers, calls: Calls) {
    this.#talkers = talkers;
    this.#calls = calls;
    this.#isHost = Uint8Array.from(workloads, ({ hostNetwork }) => Number(hostNetwork));
    this.#destinations = destinations.length;
    this.#workloads = workloads.length;
    this.#all = new Float64Array(nodes.length * destinations.length);
    this.#host = new Float64Array(nodes.length * destinations.length);
    this.#there = new Int32Array(nodes.length * workloads.length);
  }

  /** A pod's container starts (`by` is 1) or ends (-1). */
  change(talker: number, by: 1 | -1): void {
    const node = this.#talkers.node[talker] as number;
    const workload = this.#talkers.workload[talker] as number;
    const seat = node * this.#workloads + workload;
    this.#there[seat] = (this.#there[seat] as number) + by;
    const calls = this.#calls;
    for (let call = calls.first[workload] as number; call < (calls.first[workload + 1] as number); call++) {
      const destination = calls.destination[call] as number;
      if (destination < 0) continue;
      const at = node * this.#destinations + destination;
      const rate = by * (calls.perSecond[call] as number);
      this.#all[at] = (this.#all[at] as number) + rate;
      if (this.#isHost[workload] === 1) this.#host[at] = (this.#host[at] as number) + rate;
    }
  }

  /** The probability of the one who truly made this call, from its node, now. */
  probabilityOf(talker: number, call: number): number {
    const node = this.#talkers.node[talker] as number;
    const workload = this.#talkers.workload[talker] as number;
    const at = node * this.#destinations + (this.#calls.destination[call] as number);
    const own =
      this.#isHost[workload] === 1
        ? (this.#host[at] as number)
        : (this.#there[node * this.#workloads + workload] as number) * (this.#calls.perSecond[call] as number);
    return Math.min(1, own / (this.#all[at] as number));
  }
}
