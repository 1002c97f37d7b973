import type { Instant } from '../../base/instant.ts';
import type { InventoryLook } from '../../core/facts.ts';

interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
  /** Still in the run of ADDED events that tells what existed when the watch began. */
  readonly initial: boolean;
}

/**
 * The stretches over which a watch saw everything. A watch begins by telling what exists, each object as ADDED, however old:
 * until the last of these it has watched nothing, so the stretch begins there.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-watch
 */
export class WatchStretches {
  private readonly open = new Map<InventoryLook['of'], Stretch>();

  event(of: InventoryLook['of'], at: Instant, added: boolean): void {
    const stretch = this.open.get(of);
    const initial = added && (stretch?.initial ?? true);
    this.open.set(of, { from: stretch === undefined || initial ? at : stretch.from, until: at, initial });
  }

  /** Ends what is open and hands it over. */
  end(): readonly InventoryLook[] {
    const looks = [...this.open].map(([of, { from, until }]): InventoryLook => ({ kind: 'watch', of, from, until }));
    this.open.clear();
    return looks;
  }
}
