import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { snatStatus } from '../src/app/snat-status.ts';
import { listedOver } from '../src/app/flows-over.ts';
import { who } from '../src/app/who.ts';
import { PRIVATE } from '../src/base/address-block.ts';
import { instant } from '../src/base/instant.ts';
import { parseCidr } from '../src/base/ip.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { stepMsOf, stepOfFlow, stepsIn } from '../src/core/flow-steps.ts';
import { type FlowQuery, type TimeSpan, VERDICT_KINDS } from '../src/core/ports.ts';
import { temporaryStore } from './temporary-store.ts';

/** Flows over time are what the flows themselves say, counted one by one: where everything is proven, and where nothing translates them. */

const { store, read } = await temporaryStore();
const recorded = join(import.meta.dirname, '../lab/recorded/incident');
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(recorded, name));

beforeAll(async () => {
  await read('proven', ...parts('insights-logs-flowlogflowevent', 'conntrack', 'kube'));
  await read('bare', ...parts('insights-logs-flowlogflowevent', 'kube'));
}, 120_000);

const BEGAN = Date.parse('2026-11-25T10:20:16.000Z');
const span = (from: number, until: number): TimeSpan => ({
  from: instant(BEGAN + from),
  until: instant(BEGAN + until),
});
const block = (text: string) => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};

test.each<[string, string, TimeSpan, number, Partial<FlowQuery>]>([
  ['all that there is', 'proven', span(0, 30_000), 60, {}],
  ['a stretch into which connections reach from before', 'proven', span(7_000, 12_345), 7, {}],
  ['a millisecond', 'proven', span(8_000, 8_001), 5, {}],
  ['one destination', 'proven', span(0, 30_000), 11, { dest: [block('203.0.113.66/32')] }],
  ['one namespace', 'proven', span(0, 30_000), 4, { namespaces: ['shop'] }],
  ['some verdicts', 'proven', span(0, 30_000), 9, { verdicts: ['node', 'relayed'] }],
  ['without conntrack', 'bare', span(3_000, 25_000), 13, {}],
  ['one namespace, without conntrack', 'bare', span(0, 30_000), 6, { namespaces: ['shop'] }],
])('%s (%s)', async (_, cluster, range, steps, narrowed) => {
  const query = { ...allFlows(cluster, range), ...narrowed };
  const stepMs = stepMsOf(range, steps);
  const counted = new Map<string, number>();
  const whole = await store.flows(query);
  for (const { begin, verdict, flows = 1 } of whole) {
    const key = `${stepOfFlow(begin, range, stepMs)} ${verdict}`;
    counted.set(key, (counted.get(key) ?? 0) + flows);
  }
  const told = await store.flowSteps(query, stepMs);
  expect(new Map(told.map(({ step, verdict, flows }) => [`${step} ${verdict}`, flows]))).toEqual(counted);
  const report = await who(store, { dest: '', range: { ...range, chosen: true, notes: [] }, tz: 'utc', query, steps });
  expect(report.over?.steps.length).toBe(stepsIn(range, stepMs));
  // Page by page, newest first, it is the same list.
  const pages = await Promise.all(
    listedOver(range, stepMs, told).steps.map(async ({ from, rows }) => {
      const at = instant(Date.parse(from));
      const until = instant(Math.min(at + stepMs, range.until));
      return rows === 0 ? [] : store.flows({ ...query, from: at, until, limit: rows });
    }),
  );
  expect(pages.flat().map(({ flow }) => flow)).toEqual(whole.map(({ flow }) => flow));
  for (const verdict of VERDICT_KINDS) {
    const sum = report.over?.steps.reduce((all, step) => all + step[verdict], 0) ?? 0;
    expect([verdict, Math.round(sum)]).toEqual([verdict, report.coverage.byVerdict[verdict].flows]);
  }
});

test.each([1, 3, 20, 1_000])('ports in %d steps reach what the status says, when it says', async (steps) => {
  const range = { ...span(0, 21_000), chosen: true, notes: [] };
  const query = { cluster: 'proven', ...span(0, 21_000), dest: [], destPorts: [], nodes: [], inside: PRIVATE };
  const { items } = await snatStatus(store, query, range, steps);
  expect(items.length).toBeGreaterThan(5);
  for (const { atMost, atMostAt, over } of items) {
    if (over === undefined) throw new Error('it was asked for');
    expect(over.steps.length).toBeLessThanOrEqual(steps);
    const most = Math.max(...over.steps.map(({ ports }) => ports));
    expect(most).toBe(atMost);
    const first = over.steps.find(({ ports }) => ports === most);
    const from = Date.parse(first?.from ?? '');
    expect(from <= Date.parse(atMostAt) && Date.parse(atMostAt) < from + over.stepMs).toBe(true);
  }
});
