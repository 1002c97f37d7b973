import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant } from '../../src/base/instant.ts';
import { allFlows } from '../../src/core/all-flows.ts';
import type { Batch, FlowRow, Store } from '../../src/core/ports.ts';
import { allFor, type Retention } from '../../src/core/retention.ts';
import type { Engine } from '../../src/store/engine.ts';
import { storeOn } from '../../src/store/open-store.ts';
import { entryAt, podSeen, recordAt } from '../one-fact.ts';
import { emptyBatch, eventTable, ip, recordTable, START } from '../random-world.ts';
import { temporaryStore } from '../temporary-store.ts';

/** Whoever drops what is older than is kept is killed after each few statements, and goes on another day. */

const { store, engine } = await temporaryStore();

const MONTH: Retention = allFor(30 * DAY);
const NOW = instant(START + 2 * HOUR);
const HORIZON = instant(Math.floor((NOW - 30 * DAY) / DAY) * DAY);

const rowsOf = async (table: string, where: string): Promise<number> =>
  (await engine.rows<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`))[0]?.n ?? 0;

/** A flow, its line and its pod on each of many days; the same pod all the time, and one that lived for that day. */
const daily = (days: readonly number[]): Batch[] =>
  days.flatMap((day) => {
    const [at, srcPort] = [START - day * DAY, 40_000 + day];
    const [pod, old] = [`of-${day}`, podSeen('old', START - 100 * DAY)];
    return [
      { ...emptyBatch('cut', `log ${day}`), flowRecords: recordTable([recordAt(at, { srcPort })]) },
      {
        ...emptyBatch('cut', `conntrack ${day}`),
        format: 'conntrack' as const,
        conntrack: eventTable([entryAt(at, { srcPort, originIp: day % 2 === 0 ? '10.244.0.2' : '10.244.0.3' })]),
      },
      {
        ...emptyBatch('cut', `pods ${day}`),
        format: 'KubePodInventory' as const,
        pods: [
          { ...old, event: 'listed' as const, at: instant(at + HOUR) },
          ...(['added', 'modified', 'deleted'] as const).map((event, i) =>
            podSeen(pod, at - HOUR, { event, at: instant(at + ((i - 1) * HOUR || HOUR / 2)), ips: [ip('10.244.0.3')] }),
          ),
        ],
      },
    ];
  });

test('cut anywhere, what is kept is answered as before, and the next round ends it', { timeout: 240_000 }, async () => {
  const days = Array.from({ length: 60 }, (_, day) => day);
  await store.write(daily([0]));
  await store.expire(MONTH, NOW);
  await store.write(daily(days));
  await store.attribute('cut', NOW);
  const said = async (of: Store, from: Instant): Promise<readonly FlowRow[]> =>
    of.flows(allFlows('cut', { from, until: instant(NOW + DAY) }));
  const before = await said(store, instant(0));
  expect(before.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 31 }, () => 'exact'));
  expect(new Set(before.map(({ pod }) => pod?.name)).size).toBe(16);
  let [day, isWhole] = [0, false];
  for (let cut = 0; !isWhole; cut += 3) {
    const now = instant(NOW + ++day * DAY);
    const from = instant(HORIZON + day * DAY);
    const kept = before.filter(({ last }) => last >= from);
    const failing = await storeOn(cutAfter(cut));
    isWhole = await failing.expire(MONTH, now).then(
      () => true,
      (error: Error) => {
        expect(error.message).toBe('cut');
        return false;
      },
    );
    expect(await said(await storeOn(engine), instant(0))).toEqual(kept);
    await (await storeOn(engine)).expire(MONTH, now);
    expect(await said(await storeOn(engine), instant(0))).toEqual(kept);
    expect(await rowsOf('flow', `cluster = 'cut' AND last_ms < ${from}`)).toBe(0);
  }
  expect(day).toBeGreaterThan(10);
  // Pods that lived for a day are gone with it; of the other there is the first and the last time before facts begin.
  const facts = START - (36 - day) * DAY;
  expect(await rowsOf('pod_seen', `cluster = 'cut' AND at_ms < ${Math.floor(facts / DAY) * DAY}`)).toBe(2);
});

/** The engine of a process that is killed after so many statements that change something. */
const cutAfter = (allowed: number): Engine => {
  let done = 0;
  return {
    ...engine,
    run: (statement, params) => {
      const isOfExpiry = /ALTER TABLE|TRUNCATE|INSERT INTO (?:window_touched|number_at|pod_expired|node_expired)/.test(
        statement,
      );
      return isOfExpiry && done++ >= allowed ? Promise.reject(new Error('cut')) : engine.run(statement, params);
    },
  };
};
