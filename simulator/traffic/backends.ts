import type { Random } from '../random.ts';
import type { Talkers } from './talkers.ts';

const TRIES = 12;

/** Who answers behind a service: one of its workload's pods that run. */
export class Backends {
  readonly #talkers: Talkers;
  readonly #byWorkload: readonly (readonly number[])[];

  constructor(talkers: Talkers, workloads: number) {
    this.#talkers = talkers;
    const lists: number[][] = Array.from({ length: workloads }, () => []);
    for (let talker = 0; talker < talkers.count; talker++) {
      if (talkers.host[talker] !== 0) lists[talkers.workload[talker] as number]?.push(talker);
    }
    this.#byWorkload = lists;
  }

  /** -1: nobody does, or only the caller. */
  pick(workload: number, caller: number, at: number, random: Random): number {
    const all = this.#byWorkload[workload] ?? [];
    for (let tries = 0; tries < TRIES && all.length > 0; tries++) {
      const talker = all[random.whole(0, all.length)] as number;
      if (talker !== caller && this.#runs(talker, at)) return talker;
    }
    return all.find((talker) => talker !== caller && this.#runs(talker, at)) ?? -1;
  }

  #runs(talker: number, at: number): boolean {
    return (this.#talkers.from[talker] as number) <= at && at + 1_000 < (this.#talkers.until[talker] as number);
  }
}
