import type { Instant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';

/** A pass that failed is tried again. */
const RETRY_MS = 10_000;

/** Keeps verdicts up to date: one pass at a time, and one more for whatever came in meanwhile. */
export class Attribution {
  private readonly waiting = new Set<string>();
  private pass: Promise<void> | null = null;
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

  /** Clusters that a pass has not reached, or is at. */
  get pending(): number {
    return this.waiting.size + (this.pass === null ? 0 : 1);
  }

  /** Something of the cluster came in. */
  wake(cluster: string): void {
    this.waiting.add(cluster);
    this.pass ??= this.run().finally(() => {
      this.pass = null;
    });
  }

  /** Resolves when everything that came in before has its verdicts. */
  async settled(): Promise<void> {
    while (this.pass !== null) await this.pass;
  }

  private async run(): Promise<void> {
    for (const cluster of this.waiting) {
      this.waiting.delete(cluster);
      try {
        await this.store.attribute(cluster, this.now());
        await this.store.grade(cluster);
      } catch (error) {
        this.failed(cluster, error);
        setTimeout(() => this.wake(cluster), RETRY_MS).unref();
      }
    }
  }
}
