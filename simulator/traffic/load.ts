import type { Cluster } from '../plan/cluster.ts';
import { type Day, dayOf, loadAt, meanOne } from '../plan/habits.ts';
import type { Random } from '../random.ts';
import type { Calls } from './calls.ts';
import { SLICE_MS } from './schedule.ts';
import type { Talkers } from './talkers.ts';

/** Spread of what a pod does in one hour against the next, in powers of e. */
const HOUR_SPREAD = 0.6;
const SLICES_IN_AN_HOUR = 60;
/** A pod has a burst of one of its calls every six hours or so. */
const BURSTS_PER_SLICE = 1 / 360;
const [SHORTEST, LONGEST] = [2, 8];
const [LEAST, MOST] = [5, 30];

/** How much more or less than its own rate each call is made, slice by slice. */
export class Load {
  readonly #calls: Calls;
  readonly #talkers: Talkers;
  readonly #random: Random;
  readonly #originMs: number;
  readonly #isBursty: boolean;
  readonly #days: readonly Day[];
  /** By call: that of the hour of day. 0: it is not made yet. */
  readonly #ofDay: Float64Array;
  /** By call; null: the same on each node. */
  readonly #byNode: readonly (Float64Array | null)[];
  /** By talker: how its hour is. */
  readonly #hours: Float64Array;
  #hour = -1;
  /** By pair: until which slice it bursts, and how much. */
  readonly #burstUntil: Int32Array;
  readonly #burst: Float64Array;

  constructor({ habits, roles, workloads }: Cluster, calls: Calls, talkers: Talkers, originMs: number, random: Random) {
    this.#calls = calls;
    this.#talkers = talkers;
    this.#random = random;
    this.#originMs = originMs;
    this.#isBursty = habits.isBursty;
    this.#days = workloads.map(({ index }) => dayOf(habits, index));
    this.#ofDay = new Float64Array(calls.role.length).fill(1);
    this.#byNode = roles.flatMap(({ workload, calls: own }) => own.map(() => habits.nodeFactors.get(workload) ?? null));
    this.#hours = new Float64Array(talkers.count).fill(1);
    this.#burstUntil = new Int32Array(talkers.pairCall.length);
    this.#burst = new Float64Array(talkers.pairCall.length);
  }

  /** Slices come one after the other. */
  begin(slice: number): void {
    const { from, workload } = this.#calls;
    const beginMs = this.#originMs + slice * SLICE_MS;
    const days = this.#days.map((day) => loadAt(day, beginMs + SLICE_MS / 2));
    for (let call = 0; call < this.#ofDay.length; call++) {
      this.#ofDay[call] = (from[call] as number) <= beginMs ? (days[workload[call] as number] as number) : 0;
    }
    if (!this.#isBursty) return;
    const hour = Math.floor(slice / SLICES_IN_AN_HOUR);
    if (hour === this.#hour) return;
    this.#hour = hour;
    for (let talker = 0; talker < this.#hours.length; talker++)
      this.#hours[talker] = meanOne(HOUR_SPREAD, this.#random);
  }

  /** What can be known: the time of day and the node's own measure. */
  meanOf(node: number, call: number): number {
    const byNode = this.#byNode[call] as Float64Array | null;
    const ofDay = this.#ofDay[call] as number;
    return byNode === null ? ofDay : ofDay * (byNode[node] as number);
  }

  /** May begin a burst of one of the talker's calls. Once for each talker and slice, before `of`. */
  stir(talker: number, slice: number): void {
    if (!this.#isBursty || this.#random.next() >= BURSTS_PER_SLICE) return;
    const { firstPair } = this.#talkers;
    const [first, end] = [firstPair[talker] as number, firstPair[talker + 1] as number];
    if (first === end) return;
    const pair = this.#random.whole(first, end);
    this.#burstUntil[pair] = slice + this.#random.whole(SHORTEST, LONGEST + 1);
    this.#burst[pair] = LEAST * (MOST / LEAST) ** this.#random.next();
  }

  /** What nobody can know with it: how the pod's hour is, and bursts. */
  of(talker: number, pair: number, slice: number): number {
    const call = this.#talkers.pairCall[pair] as number;
    const burst = (this.#burstUntil[pair] as number) > slice ? (this.#burst[pair] as number) : 1;
    return this.meanOf(this.#talkers.node[talker] as number, call) * (this.#hours[talker] as number) * burst;
  }
}
