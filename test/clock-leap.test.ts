import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant } from '../src/base/instant.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { ClockLeapt, FOR_EVER, type Retention } from '../src/core/retention.ts';
import { keepNoMore } from '../src/server/expiry.ts';
import { Metrics } from '../src/server/metrics.ts';
import { recordAt } from './one-fact.ts';
import { emptyBatch, recordTable, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/* Whoever believes a clock that is wrong by years deletes all there is. */

const { store, reopened } = await temporaryStore();

const MONTH: Retention = { ...FOR_EVER, flows: 30 * DAY };
const NOW = instant(START + 2 * HOUR);
const years = (n: number): Instant => instant(NOW + n * 365 * DAY);
const record = (daysAgo: number) => ({
  ...emptyBatch('clock', `log ${daysAgo}`),
  flowRecords: recordTable([recordAt(START - daysAgo * DAY, { srcPort: 40_000 + daysAgo })]),
});
const flows = async (): Promise<number> =>
  (await store.flows(allFlows('clock', { from: instant(0), until: years(9) }))).length;

test('a clock that leaps deletes nothing, until it has stood so for a day', async () => {
  // Of nothing there is nothing to drop: what comes later is not refused for what a clock said before.
  expect(await store.expire(MONTH, years(10))).toEqual([]);
  expect((await store.horizons()).flows).toBe(0);
  await store.write([record(40), record(2), record(1)]);
  await store.attribute('clock', NOW);

  // The first time, what was told of is all there is to go by.
  await expect(store.expire(MONTH, years(10))).rejects.toThrow(ClockLeapt);
  expect(await flows()).toBe(3);
  await store.expire(MONTH, NOW);
  expect(await flows()).toBe(2);

  // From then on what the clock said; a node whose clock is wrong with it proves nothing.
  await store.write([record(-3_650)]);
  const again = await reopened();
  await expect(again.expire(MONTH, years(10))).rejects.toThrow(ClockLeapt);
  expect(await flows()).toBe(2);
  await again.expire(MONTH, instant(NOW + 7 * DAY));
  expect(await flows()).toBe(2);

  // It stands so hour by hour.
  const [logged, stop] = [[] as string[], new AbortController()];
  const log = (line: string): void => {
    if (logged.push(line) > 24) stop.abort();
  };
  const to = { metrics: new Metrics(again, []), catchUp: () => Promise.resolve() };
  await keepNoMore(again, MONTH, to, () => years(3), log, stop.signal, 0);
  expect(logged.slice(0, 24).every((line) => line.includes('the clock says 2029'))).toBe(true);
  expect(logged[0]).toContain('it is believed in 24 h');
  expect(logged[23]).toContain('it is believed in 1 h');
  expect(logged[24]).toContain('flows are kept from 2029');
  expect(await flows()).toBe(0);
});
