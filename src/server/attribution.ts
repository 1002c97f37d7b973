import { setTimeout as after } from 'node:timers/promises';
import type { Instant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';

/** A pass that failed is tried again. */
const RETRY_MS = 10_000;
/** Between two rounds of passes it is quiet for as long as the first took, so that verdicts take half of the time that there is, and no less or more than this. */
const LEAST_REST_MS = 250;
const MOST_REST_MS = 1_000;
/** Grading goes through whole days, and so do clocks: it is quiet for so many times as long as it took, unless nothing else comes in. */
const GRADE_REST = 9;

/** Keeps verdicts up to date: what comes in after a quiet time gets its verdicts at once, what keeps coming in gets them together. */
export class Attribution {
  /** Clusters that something came in of, by the number of the first wake since the last pass. */
  private readonly waiting = new Map<string, number>();
  /** The cluster that is being worked on. */
  private readonly passing = new Map<string, number>();
  /** Clusters whose new verdicts were not graded. */
  private readonly ungraded = new Map<string, number>();
  /** Clusters whose clocks were not measured since. */
  private readonly unmeasured = new Set<string>();
  private wakes = 0;
  /** How many wait for `settled`. */
  private hurrying = 0;
  private running: Promise<void> | null = null;
  private restUntil = 0;
  private gradeFrom = 0;
  /** Ends the rest that is had before its time. */
  private stir: (because: 'wake' | 'hurry') => void = () => undefined;
  private round = Promise.withResolvers<void>();
  private readonly store: Pick<Store, 'attribute' | 'grade'>;
  private readonly now: () => Instant;
  private readonly failed: (cluster: string, error: unknown) => void;

  constructor(
    store: Pick<Store, 'attribute' | 'grade'>,
    now: () => Instant,
    failed: (cluster: string, error: unknown) => void,
  ) {
    this.store = store;
    this.now = now;
    this.failed = failed;
  }

  /** Clusters whose verdicts are behind. */
  get pending(): number {
    return new Set([this.waiting, this.passing, this.ungraded].flatMap((clusters) => [...clusters.keys()])).size;
  }

  /** Something of the cluster came in. */
  wake(cluster: string): void {
    this.wakes++;
    if (!this.waiting.has(cluster)) this.waiting.set(cluster, this.wakes);
    this.stir('wake');
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
  }

  /** Resolves when everything that came in before has its verdicts, whatever comes in meanwhile. Nobody rests while this is waited for. */
  async settled(): Promise<void> {
    const last = this.wakes;
    const isBehind = (): boolean =>
      [this.waiting, this.passing, this.ungraded].some((clusters) =>
        [...clusters.values()].some((wake) => wake <= last),
      );
    this.hurrying++;
    try {
      this.stir('hurry');
      while (isBehind()) await this.round.promise;
    } finally {
      this.hurrying--;
    }
  }

  private async run(): Promise<void> {
    while (this.waiting.size + this.ungraded.size > 0) {
      await this.rest(this.restUntil, 'hurry');
      const began = this.now();
      // What comes in meanwhile is of the next round.
      const round = Array.from(this.waiting.keys());
      for (const cluster of round) await this.pass(cluster);
      const took = this.now() - began;
      this.restUntil = this.now() + Math.min(MOST_REST_MS, Math.max(LEAST_REST_MS, took));
      // Where nothing else comes in there is time to grade.
      if (this.waiting.size === 0) await this.rest(Math.min(this.gradeFrom, this.restUntil), 'wake');
      if (this.waiting.size === 0 || this.hurrying > 0 || this.now() >= this.gradeFrom) await this.gradeAll();
      this.round.resolve();
      this.round = Promise.withResolvers();
    }
  }

  /** Until then, or until somebody is in a hurry, or `wake`: something comes in. */
  private async rest(until: number, endedBy: 'wake' | 'hurry'): Promise<void> {
    // A clock that leaps back keeps nobody waiting.
    const ms = Math.min(until - this.now(), MOST_REST_MS);
    if (ms <= 0 || this.hurrying > 0) return;
    const over = new AbortController();
    this.stir = (because) => {
      if (because === 'hurry' || because === endedBy) over.abort();
    };
    await after(ms, undefined, { signal: over.signal }).catch(() => undefined);
    this.stir = () => undefined;
  }

  private async pass(cluster: string): Promise<void> {
    const wake = this.waiting.get(cluster) ?? this.wakes;
    this.waiting.delete(cluster);
    this.passing.set(cluster, wake);
    if (await this.tried(cluster, () => this.attribute(cluster, this.hurrying > 0 ? 'measured' : 'kept')))
      this.ungraded.set(cluster, Math.min(wake, this.ungraded.get(cluster) ?? wake));
    this.passing.delete(cluster);
  }

  /** Clocks are measured from all that is kept: with the grades. */
  private async attribute(cluster: string, clocks: 'measured' | 'kept'): Promise<void> {
    await this.store.attribute(cluster, this.now(), undefined, clocks);
    if (clocks === 'kept') this.unmeasured.add(cluster);
    else this.unmeasured.delete(cluster);
  }

  private async gradeAll(): Promise<void> {
    const began = this.now();
    const grading = Array.from(this.ungraded);
    for (const [cluster, wake] of grading) {
      this.ungraded.delete(cluster);
      this.passing.set(cluster, wake);
      await this.tried(cluster, async () => {
        if (this.unmeasured.has(cluster)) await this.attribute(cluster, 'measured');
        await this.store.grade(cluster);
      });
      this.passing.delete(cluster);
    }
    const ended = this.now();
    this.gradeFrom = ended + GRADE_REST * Math.max(0, ended - began);
  }

  private async tried(cluster: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.failed(cluster, error);
      setTimeout(() => this.wake(cluster), RETRY_MS).unref();
      return false;
    }
  }
}
