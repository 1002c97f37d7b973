import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allocationFor,
  checked,
  type EgressSettings,
  type LoadBalancerEgress,
  gatewayConnections,
  nodesInUpgrade,
  portsOfNode,
  stepsBetween,
  type Surge,
} from './allocation.ts';

const LB: LoadBalancerEgress = { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30, rules: 0 };
const settings = (nodes: number, egress: Partial<LoadBalancerEgress> = {}, added = 0): EgressSettings => ({
  nodes,
  surge: { nodes: added },
  egress: { ...LB, ...egress },
});

test.each<[pool: number, addresses: number, ports: number | null]>([
  [1, 1, 1_024],
  [50, 1, 1_024],
  [51, 1, 512],
  [100, 1, 512],
  [101, 1, 256],
  [200, 1, 256],
  [201, 1, 128],
  [400, 1, 128],
  [401, 1, 64],
  [800, 1, 64],
  [801, 1, 32],
  [1_000, 1, 32],
  [1_001, 1, null],
  [51, 2, 1_024],
  [51, 3, 1_024],
  [101, 2, 512],
  [1_000, 100, 1_024],
])("of Azure's table a node of %i gets with %i addresses %s ports", (pool, outboundIps, ports) => {
  expect(portsOfNode({ ...LB, outboundIps }, pool)).toBe(ports);
});

test.each<[portsPerNode: number, pool: number, rules: number, ports: number | null]>([
  [1_600, 40, 0, 1_600],
  [1_600, 41, 0, null],
  [8, 8_000, 0, 8],
  [1_600, 40, 1, null],
  [0, 50, 1_600, 1_024],
  [0, 50, 1_601, null],
])('with %i set, a node of %i gets, beside %i rules, %s ports', (portsPerNode, pool, rules, ports) => {
  expect(portsOfNode({ ...LB, portsPerNode, rules }, pool)).toBe(ports);
});

test('each address of a NAT gateway carries 50,000 connections to one destination', () => {
  expect([1, 2, 16].map((outboundIps) => gatewayConnections({ outboundIps }))).toEqual([50_000, 100_000, 800_000]);
});

test('rules take eight ports each of what there is to give', () => {
  expect([8, 9].map((rules) => allocationFor(63_936, 1, rules)?.outboundIps)).toEqual([1, 2]);
});

test.each<[ports: number, pool: number, found: object | null]>([
  [64_000, 1, { portsPerNode: 64_000, outboundIps: 1 }],
  [64_001, 1, null],
  [64_000, 100, { portsPerNode: 64_000, outboundIps: 100 }],
  [64_000, 101, null],
  [0, 3, { portsPerNode: 8, outboundIps: 1 }],
])('at least %i ports for each of %i nodes: %j', (ports, pool, found) => {
  expect(allocationFor(ports, pool, 0)).toEqual(found);
});

test.each<[string, EgressSettings, RegExp]>([
  ['100 addresses would do', settings(100, { portsPerNode: 64_000 }), /: 100 addresses would do, 640 ports would do$/],
  ['101 would not', settings(101, { portsPerNode: 64_000 }), /: 632 ports would do$/],
  ['8 ports would do', settings(5_000, { portsPerNode: 64 }), /: 5 addresses would do, 8 ports would do$/],
  ['not even 8', settings(5_000, { portsPerNode: 64, rules: 3_001 }), /: 6 addresses would do$/],
])('what Azure would refuse is refused with what would do: %s', (_, given, says) => {
  const legal = checked(given);
  expect(legal.ok ? '' : legal.problem).toMatch(says);
});

test.each<[nodes: number, surge: Surge, inUpgrade: number]>([
  [48, { nodes: 3 }, 51],
  [48, { percent: 10 }, 53],
  [50, { percent: 10 }, 55],
  [3, { percent: 0 }, 3],
  [1, { percent: 1 }, 2],
])('%i nodes with a surge of %o are %i in an upgrade', (nodes, surge, inUpgrade) => {
  expect(nodesInUpgrade({ nodes, surge })).toBe(inUpgrade);
});

test.each<[string, EgressSettings, RegExp | null]>([
  ['64,000 ports for 40 nodes of 1,600', settings(40, { portsPerNode: 1_600 }), null],
  [
    'one node too many',
    settings(41, { portsPerNode: 1_600 }),
    /64,000 × 1 .* 1,600 ports × 41 nodes .*2 addresses would do, 1,560 ports would do/,
  ],
  ['an upgrade that has room', settings(39, { portsPerNode: 1_600 }, 1), null],
  ['an upgrade that has none', settings(40, { portsPerNode: 1_600 }, 1), /\(1 of them added by an upgrade\)/],
  ['a rule takes eight ports', settings(40, { portsPerNode: 1_600, rules: 1 }), /less 8 for each of 1 rules/],
  [
    'ports that are no multiple of 8',
    settings(10, { portsPerNode: 1_001 }),
    /multiple of 8, not 1,001: 1,000 or 1,008/,
  ],
  ['more ports than an address has', settings(1, { portsPerNode: 64_008, outboundIps: 2 }), /at most 64,000/],
  ['all ports for one node', settings(1, { portsPerNode: 64_000 }), null],
  ['100 addresses', settings(10, { outboundIps: 100 }), null],
  ['101 addresses', settings(10, { outboundIps: 101 }), /1 to 100 outbound addresses, not 101/],
  ['no address', settings(10, { outboundIps: 0 }), /1 to 100/],
  ['4 minutes', settings(10, { idleMinutes: 4 }), null],
  ['3 minutes', settings(10, { idleMinutes: 3 }), /4 to 120 minutes, not 3/],
  ['120 minutes', settings(10, { idleMinutes: 120 }), null],
  ['121 minutes', settings(10, { idleMinutes: 121 }), /4 to 120/],
  ['1,000 nodes by the table', settings(1_000), null],
  ['an upgrade beyond the table', settings(1_000, {}, 1), /ends at 1,000 nodes, and there would be 1,001/],
  ['rules that leave too little for the table', settings(50, { rules: 1_601 }), /too few for what Azure's table/],
  ['5,000 nodes', settings(5_000, { portsPerNode: 8 }), null],
  ['5,001 nodes', settings(5_001, { portsPerNode: 8 }), /1 to 5,000 nodes/],
])('%s', (_, given, rule) => {
  const legal = checked(given);
  expect(legal.ok ? null : legal.problem).toEqual(rule === null ? null : expect.stringMatching(rule));
});

test('the refusal names what it is of', () => {
  const gateway = { kind: 'nat-gateway', outboundIps: 17, idleMinutes: 4 } as const;
  const refused = [settings(10, { outboundIps: 101 }), { ...settings(10), egress: gateway }].map((given) => {
    const legal = checked(given);
    return legal.ok ? '' : legal.problem;
  });
  expect(refused).toEqual([
    'a load balancer of AKS has 1 to 100 outbound addresses, not 101',
    'a NAT gateway has 1 to 16 outbound addresses, not 17',
  ]);
});

test.each<[addresses: number, idleMinutes: number, isLegal: boolean]>([
  [1, 4, true],
  [16, 120, true],
  [17, 4, false],
  [0, 4, false],
  [1, 3, false],
])('a NAT gateway with %i addresses and %i minutes: %s', (outboundIps, idleMinutes, isLegal) => {
  const egress = { kind: 'nat-gateway', outboundIps, idleMinutes } as const;
  expect(checked({ nodes: 10, surge: { nodes: 0 }, egress }).ok).toBe(isLegal);
});

test.each<[from: number, until: number, addresses: number, at: readonly (readonly number[])[]]>([
  [50, 51, 1, [[51, 1_024, 512]]],
  [51, 50, 1, [[51, 1_024, 512]]],
  [51, 100, 1, []],
  [
    10,
    201,
    1,
    [
      [51, 1_024, 512],
      [101, 512, 256],
      [201, 256, 128],
    ],
  ],
  [50, 101, 2, [[101, 1_024, 512]]],
  [801, 1_000, 1, []],
])('from %i to %i nodes with %i addresses the steps are %j', (from, until, addresses, at) => {
  expect(
    stepsBetween(from, until, addresses).map(({ atNodes, portsBefore, portsAfter }) => [
      atNodes,
      portsBefore,
      portsAfter,
    ]),
  ).toEqual(at);
});

test('what is worked out as enough is legal, gives at least what was asked, and no smaller number of addresses would do', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64_000 }),
      fc.integer({ min: 1, max: 2_000 }),
      fc.nat(100),
      (ports, pool, rules) => {
        const found = allocationFor(ports, pool, rules);
        if (found === null) return;
        const { outboundIps, portsPerNode } = found;
        expect(checked(settings(pool, { ...found, rules })).ok).toBe(true);
        expect(portsPerNode).toBeGreaterThanOrEqual(ports);
        expect(portsPerNode).toBeLessThan(ports + 8);
        expect(
          outboundIps === 1 || !checked(settings(pool, { portsPerNode, rules, outboundIps: outboundIps - 1 })).ok,
        ).toBe(true);
      },
    ),
  );
});
