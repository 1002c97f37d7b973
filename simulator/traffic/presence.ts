import type { Cluster } from '../plan/cluster.ts';
import type { Calls } from './calls.ts';
import type { Load } from './load.ts';
import type { Talkers } from './talkers.ts';

/** The node's own processes and its host-network pods count as one, as nothing on the wire tells them apart. */
const HOST = -1;
/** Two rates that differ by less, as a share, came about by the same sums. */
const EQUAL = 1e-9;

/**
 * What one who knows every mean rate of the moment and every pod's place would say of a connection that shows only node, destination and
 * moment: how probable its true workload is among all that talk to that destination from that node.
 */
export class Presence {
  /** Of the connection judged last: the probability of its true workload, and how far that is the most probable; a share of 1 in a tie. */
  probability = 0;
  top1 = 0;
  readonly #talkers: Talkers;
  readonly #calls: Calls;
  readonly #load: Load;
  readonly #roles: number;
  readonly #whoOf: Int32Array;
  /** By node and role: pods that are there. */
  readonly #there: Int32Array;
  /** The calls to each destination, one after the other, those of one workload side by side. */
  readonly #first: Int32Array;
  readonly #to: Int32Array;
  /** The workload of each of these, or HOST. */
  readonly #who: Int32Array;

  constructor({ nodes, destinations, workloads, roles }: Cluster, talkers: Talkers, calls: Calls, load: Load) {
    this.#talkers = talkers;
    this.#calls = calls;
    this.#load = load;
    this.#roles = roles.length;
    this.#whoOf = Int32Array.from(workloads, ({ hostNetwork, index }) => (hostNetwork ? HOST : index));
    this.#there = new Int32Array(nodes.length * roles.length);
    const whoMakes = (call: number): number => this.#whoOf[calls.workload[call] as number] as number;
    const { destination } = calls;
    const outside = [...destination.keys()].filter((call) => (destination[call] as number) >= 0);
    this.#to = Int32Array.from(outside).sort(
      (a, b) => (destination[a] as number) - (destination[b] as number) || whoMakes(a) - whoMakes(b),
    );
    this.#who = this.#to.map(whoMakes);
    const firstTo = (least: number): number => {
      const at = this.#to.findIndex((call) => (destination[call] as number) >= least);
      return at < 0 ? this.#to.length : at;
    };
    this.#first = Int32Array.from({ length: destinations.length + 1 }, (_, i) => firstTo(i));
  }

  /** A pod's container starts (`by` is 1) or ends (-1). */
  change(talker: number, by: 1 | -1): void {
    const seat = (this.#talkers.node[talker] as number) * this.#roles + (this.#talkers.role[talker] as number);
    this.#there[seat] = (this.#there[seat] as number) + by;
  }

  /** Puts into `probability` and `top1` what could be said of this call, from its node, now. */
  judge(talker: number, call: number): void {
    const calls = this.#calls;
    const node = this.#talkers.node[talker] as number;
    const truth = this.#whoOf[this.#talkers.workload[talker] as number] as number;
    const destination = calls.destination[call] as number;
    const end = this.#first[destination + 1] as number;
    let [all, own, top, tied, rate] = [0, 0, 0, 0, 0];
    for (let i = this.#first[destination] as number; i < end; i++) {
      const each = this.#to[i] as number;
      const there = this.#there[node * this.#roles + (calls.role[each] as number)] as number;
      if (there > 0) {
        rate +=
          there *
          (calls.perSecond[each] as number) *
          (calls.connections[each] as number) *
          this.#load.meanOf(node, each);
      }
      const who = this.#who[i] as number;
      if (i + 1 < end && this.#who[i + 1] === who) continue;
      all += rate;
      if (who === truth) own = rate;
      if (rate > top * (1 + EQUAL)) [top, tied] = [rate, 1];
      else if (rate >= top * (1 - EQUAL)) tied++;
      rate = 0;
    }
    // Nobody is there yet for whoever calls in the very moment in which it comes.
    this.probability = all === 0 ? 0 : Math.min(1, own / all);
    this.top1 = own > 0 && own >= top * (1 - EQUAL) ? 1 / tied : 0;
  }
}
