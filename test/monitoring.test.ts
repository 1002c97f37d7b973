import { expect, test } from 'vitest';
import { dashboard, dashboardAsks, rulesAsk, unknownTo } from './monitoring.ts';

/** What deploy/monitoring asks for is there to be had; test/serve-monitoring.test.ts asks a real Prometheus. */

test('every metric and label that a rule asks for is one', () => {
  expect(rulesAsk().length).toBeGreaterThan(9);
  expect(rulesAsk().flatMap(unknownTo)).toEqual([]);
});

test('every metric and label that the dashboard asks for is one', () => {
  expect(dashboardAsks().length).toBeGreaterThan(20);
  expect(dashboardAsks().flatMap(unknownTo)).toEqual([]);
  const variables = dashboard().templating.list.filter(({ query }) => query.startsWith('label_values'));
  expect(variables.flatMap(({ query }) => unknownTo(query))).toEqual([]);
});

test.each([
  ['sum(unmasq_flows_recent)', ['unmasq_flows_recent']],
  ['unmasq_recent_flows{node="n"}', ['unmasq_recent_flows has no node']],
  ['sum by (node) (unmasq_recent_flows)', ['nothing here has node']],
  ['rate(unmasq_http_requests_total_count[5m])', ['unmasq_http_requests_total_count']],
  ['histogram_quantile(0.9, sum by (le, route) (unmasq_http_request_duration_seconds_bucket))', []],
])('in %s what is not there is found', (expr, found) => {
  expect(unknownTo(expr)).toEqual(found);
});

test('the panels of the dashboard have each its place, its number, and what it says', () => {
  const { panels } = dashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  const plain = panels.filter(({ type }) => type !== 'row');
  expect(plain.filter(({ description, targets }) => description === undefined || targets?.length === 0)).toEqual([]);
});
