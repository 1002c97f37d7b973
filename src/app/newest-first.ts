import { type Instant, MINUTE } from '../base/instant.ts';
import type { FlowRow, Store } from '../core/ports.ts';
import { allFlows } from '../core/all-flows.ts';

/** All flows that began at `from` or later and were not in a page before. */
export interface Page {
  readonly flows: readonly FlowRow[];
  readonly from: Instant;
}

const FIRST_WIDTH = 15 * MINUTE;

/**
 * Every flow of a cluster once, by pages from the newest to the oldest. The store is asked for a stretch of time and at most `most` flows of
 * it; it keeps the newest, so that a stretch that was too wide is gone on with where the answer ends, and is never guessed right.
 */
export async function* newestFirst(
  store: Pick<Store, 'flows'>,
  cluster: string,
  extent: { readonly from: Instant; readonly until: Instant },
  most: number,
): AsyncGenerator<Page> {
  let until: number = extent.until;
  let width = FIRST_WIDTH;
  let limit = most;
  while (until > extent.from) {
    const from = Math.max(extent.from, until - width) as Instant;
    const found = await store.flows({ ...allFlows(cluster, { from, until: until as Instant }), limit });
    const oldest = found[0]?.begin ?? from;
    // Of those that began before, and were still alive in the stretch, an older stretch will tell.
    if (found.length < limit || oldest < from) {
      const flows = found.filter(({ begin }) => begin >= from);
      yield { flows, from };
      until = from;
      limit = most;
      if (flows.length < most / 4) width *= 4;
      continue;
    }
    // Others may have begun in the same millisecond as the oldest that was given.
    const flows = found.filter(({ begin }) => begin > oldest);
    if (flows.length === 0) limit *= 2;
    else {
      width = until - (oldest + 1);
      until = oldest + 1;
      limit = most;
      yield { flows, from: until as Instant };
    }
  }
}
