import { expect, test } from 'vitest';
import type { EgressSettings } from './allocation.ts';
import { costChange } from './plan-cost.ts';

type Egress = EgressSettings['egress'];
const lb = (outboundIps: number): Egress => ({ kind: 'lb', outboundIps, portsPerNode: 0, idleMinutes: 30, rules: 0 });
const gateway = (outboundIps: number): Egress => ({ kind: 'nat-gateway', outboundIps, idleMinutes: 4 });
const ITSELF = 'the load balancer itself, if no Service needs it';

test.each<[string, Egress, Egress, number, number | null, number, readonly string[]]>([
  ['nothing changes', lb(1), lb(1), 0, null, 0, []],
  ['an address more', lb(1), lb(3), 0, null, 7.3, []],
  ['an address less', lb(2), lb(1), 0, 1_000, -3.65, []],
  [
    'a NAT gateway with as many addresses',
    lb(1),
    gateway(1),
    0,
    null,
    32.85,
    ['data through the NAT gateway', 'data through the load balancer', ITSELF],
  ],
  ['a NAT gateway with a terabyte', lb(1), gateway(2), 0, 1_000, 32.85 + 3.65 + 45 - 5, [ITSELF]],
  ['and back', gateway(2), lb(1), 0, 1_000, -(32.85 + 3.65 + 45 - 5), [ITSELF]],
  ['private endpoints', lb(1), lb(1), 2, null, 14.6, ['data through the private endpoints']],
])('%s', (_, before, after, endpoints, gigabytes, monthly, unknown) => {
  const cost = costChange(before, after, endpoints, gigabytes);
  expect(cost.monthlyChange).toBeCloseTo(monthly, 6);
  expect(cost.unknown).toEqual(unknown);
  expect(cost.items.filter(({ monthly: one }) => one === null).map(({ item }) => item)).toEqual(unknown);
});
