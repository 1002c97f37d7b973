import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR, type Instant, renderInstant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';
import { ClockLeapt, type Retention } from '../core/retention.ts';
import type { Metrics } from './metrics.ts';

/** What is older than is kept goes by whole days; so soon after its day is over. */
const EVERY_MS = HOUR;

/** A clock that leapt is believed after so many looks: whoever must put it right is told for a day. */
const LOOKS_AT_A_LEAP = 24;

/** Drops what is older than is kept, until it is told to stop. What fails is logged and tried again. */
export const keepNoMore = async (
  store: Pick<Store, 'expire' | 'horizons'>,
  retention: Retention,
  { metrics, catchUp }: { readonly metrics: Metrics; readonly catchUp: () => Promise<void> },
  now: () => Instant,
  log: (line: string) => void,
  stop: AbortSignal,
  everyMs = EVERY_MS,
): Promise<void> => {
  if (Object.values(retention).every((kept) => kept === null)) return;
  let leapt = 0;
  while (!stop.aborted) {
    try {
      const dropped = await store.expire(retention, now(), leapt >= LOOKS_AT_A_LEAP);
      leapt = 0;
      metrics.dropped(dropped);
      if (dropped.length > 0) {
        // Connections whose first records are gone are told from the first that is left.
        await catchUp();
        const { flows } = await store.horizons();
        const rows = dropped.map((one) => `${one.rows} of ${one.table}`).join(', ');
        log(
          `older than is kept: ${rows} dropped${flows === 0 ? '' : `; flows are kept from ${renderInstant(flows)} on`}`,
        );
      }
    } catch (error) {
      metrics.droppingFailed();
      const isLeap = error instanceof ClockLeapt;
      leapt = isLeap ? leapt + 1 : 0;
      const until = isLeap ? `: if that holds, it is believed in ${LOOKS_AT_A_LEAP + 1 - leapt} h` : '';
      log(`what is older than is kept could not be dropped: ${(error as Error).message}${until}`);
    }
    await sleep(everyMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
};
