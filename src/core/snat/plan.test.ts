import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checked,
  type EgressSettings,
  type LoadBalancerEgress,
  type NatGatewayEgress,
  nodesInUpgrade,
} from './allocation.ts';
import { type Demand, whatIf } from './plan.ts';

const LB: LoadBalancerEgress = { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30, rules: 0 };
const GATEWAY: NatGatewayEgress = { kind: 'nat-gateway', outboundIps: 1, idleMinutes: 4 };
const settings = (nodes: number, egress: EgressSettings['egress'] = LB, added = 0): EgressSettings => ({
  nodes,
  surge: { nodes: added },
  egress,
});
const to = (dest: string | null, ports: number, more: Partial<Demand> = {}): Demand => ({
  dest,
  protocol: 'tcp',
  ports,
  opensPerSecond: null,
  ...more,
});
const NONE: readonly string[] = [];
const after = (then: EgressSettings, demand: readonly Demand[], before = settings(10)) =>
  whatIf(before, then, demand, NONE).after;

test.each<[string, EgressSettings, readonly Demand[], object]>([
  [
    'one destination is needed whole',
    settings(50),
    [to('a', 700)],
    { need: { atLeast: 700, atMost: 700 }, headroom: { atLeast: 324, atMost: 324 }, isEnough: 'yes' },
  ],
  [
    'two destinations may share ports, or not',
    settings(50),
    [to('a', 700), to('b', 500)],
    { need: { atLeast: 700, atMost: 1_200 }, headroom: { atLeast: -176, atMost: 324 }, isEnough: 'depends' },
  ],
  [
    'what is told of all together is what a node holds',
    settings(50),
    [to('a', 700), to('b', 500), to(null, 900)],
    { need: { atLeast: 900, atMost: 900 }, isEnough: 'yes' },
  ],
  [
    'TCP and UDP have ports of their own',
    settings(50),
    [to('a', 700), to('d', 600, { protocol: 'udp' })],
    { need: { atLeast: 700, atMost: 700 }, isEnough: 'yes' },
  ],
  ['exactly as many as there are', settings(50), [to('a', 1_024)], { isEnough: 'yes', mostNodes: 50 }],
  ['one more than there are', settings(50), [to('a', 1_025)], { isEnough: 'no', mostNodes: 0 }],
  [
    'the 51st node halves what a node has',
    settings(51),
    [to('a', 700)],
    { capacity: 512, isEnough: 'no', mostNodes: 50 },
  ],
  [
    'the 51st node of an upgrade does so for its time',
    settings(50, LB, 1),
    [to('a', 700)],
    { capacity: 1_024, capacityInUpgrade: 512, isEnough: 'not-in-upgrade', mostNodes: 49 },
  ],
  [
    'ports that were set do not change with the nodes',
    settings(51, { ...LB, portsPerNode: 1_024 }),
    [to('a', 700)],
    { capacity: 1_024, isEnough: 'yes', mostNodes: 62 },
  ],
  [
    'nothing is known of the demand',
    settings(10),
    [],
    { need: null, headroom: null, isEnough: 'unknown', mostNodes: 1_000 },
  ],
  [
    'a NAT gateway counts all nodes towards each destination',
    settings(50, GATEWAY),
    [to('a', 700), to('b', 500)],
    { capacity: 50_000, need: { atLeast: 35_000, atMost: 35_000 }, isEnough: 'yes', mostNodes: 71 },
  ],
  [
    'with two addresses twice as many',
    settings(50, { ...GATEWAY, outboundIps: 2 }),
    [to('a', 700)],
    { mostNodes: 142 },
  ],
  [
    'what is told of all together may go to one destination',
    settings(50, GATEWAY),
    [to(null, 1_200)],
    { need: { atLeast: 0, atMost: 60_000 }, isEnough: 'depends' },
  ],
  [
    'a destination without ports needs none',
    settings(50, GATEWAY),
    [to('a', 0)],
    { need: { atLeast: 0, atMost: 0 }, isEnough: 'yes', mostNodes: 5_000 },
  ],
  ['nor does it of a load balancer', settings(50), [to('a', 0)], { need: { atLeast: 0, atMost: 0 }, isEnough: 'yes' }],
  ['one node and no more', settings(1, GATEWAY), [to('a', 50_000)], { isEnough: 'yes', mostNodes: 1 }],
  [
    'exactly two million connections',
    settings(1_000, { ...GATEWAY, outboundIps: 16 }),
    [to('a', 700), to('b', 700), to('c', 600)],
    { isEnough: 'yes', mostNodes: 1_000 },
  ],
  [
    'two million connections in all',
    settings(1_000, { ...GATEWAY, outboundIps: 16 }),
    [to('a', 700), to('b', 700), to('c', 601)],
    { isEnough: 'no', mostNodes: 999 },
  ],
])('%s', (_, then, demand, expected) => {
  // At the same egress, so that the demand is carried over as it is.
  expect(after(then, demand, then)).toMatchObject(expected);
});

test.each<[string, EgressSettings['egress'], EgressSettings['egress'], Demand, number]>([
  [
    '10 a second keep 2,400 ports at a load balancer, 650 at a NAT gateway',
    LB,
    GATEWAY,
    to('a', 2_500, { opensPerSecond: 10 }),
    750,
  ],
  ['and the other way', GATEWAY, LB, to('a', 750, { opensPerSecond: 10 }), 2_500],
  ['no fewer than closed connections keep', LB, GATEWAY, to('a', 100, { opensPerSecond: 10 }), 650],
  ['without a rate as it is', LB, GATEWAY, to('a', 2_500), 2_500],
  ['nor of UDP', LB, GATEWAY, to('a', 2_500, { opensPerSecond: 10, protocol: 'udp' }), 2_500],
  [
    'nor of all destinations together, of which one port may keep several',
    LB,
    GATEWAY,
    to(null, 2_500, { opensPerSecond: 10 }),
    2_500,
  ],
  [
    'at the same load balancer no fewer than closed connections keep there',
    LB,
    LB,
    to('a', 700, { opensPerSecond: 5 }),
    1_200,
  ],
  ['at the same NAT gateway by its own time', GATEWAY, GATEWAY, to('a', 300, { opensPerSecond: 5 }), 325],
  [
    'what is held at the same egress is more',
    LB,
    { ...LB, outboundIps: 2 },
    to('a', 2_500, { opensPerSecond: 10 }),
    2_500,
  ],
])('%s', (_, before, then, demand, ports) => {
  expect(after(settings(1, then), [demand], settings(1, before)).need?.atMost).toBe(ports);
});

test('a private endpoint takes its destination out of what is needed', () => {
  const { before, after: later } = whatIf(settings(50), settings(50), [to('a', 700), to('b', 500)], ['a']);
  expect([before.need, later.need]).toEqual([
    { atLeast: 700, atMost: 1_200 },
    { atLeast: 500, atMost: 500 },
  ]);
  expect(whatIf(settings(50), settings(50), [to('a', 700)], ['a']).after.isEnough).toBe('yes');
});

test.each<[string, EgressSettings, EgressSettings, readonly unknown[]]>([
  [
    'growth and an upgrade',
    settings(48),
    settings(98, LB, 5),
    [
      ['growth', 51],
      ['upgrade', 101],
    ],
  ],
  ['an upgrade alone', settings(50), settings(50, LB, 1), [['upgrade', 51]]],
  ['fewer nodes', settings(60), settings(40), [['growth', 51]]],
  [
    'from ports that were set to the table no step is crossed',
    settings(48, { ...LB, portsPerNode: 512 }),
    settings(98),
    [],
  ],
  ['nor from a NAT gateway', settings(48, GATEWAY), settings(98), []],
  ['ports that were set know no steps', settings(48), settings(98, { ...LB, portsPerNode: 512 }), []],
  ['a NAT gateway neither', settings(48), settings(98, GATEWAY), []],
])('%s', (_, before, then, expected) => {
  expect(whatIf(before, then, [], NONE).steps.map(({ by, atNodes }) => [by, atNodes])).toEqual(expected);
});

test('what fits leaves a fifth free, in an upgrade too', () => {
  const { fits } = whatIf(settings(48), settings(60, LB, 6), [to('a', 700)], NONE);
  expect(fits).toEqual({ portsPerNode: 880, outboundIps: 1 });
  const then = settings(60, { ...LB, ...fits }, 6);
  expect(whatIf(settings(48), then, [to('a', 700)], NONE).after).toMatchObject({ isEnough: 'yes', capacity: 880 });
  expect(whatIf(settings(48), settings(48), [], NONE).fits).toBeNull();
  expect(whatIf(settings(48), settings(48), [to('a', 60_000)], NONE).fits).toBeNull();
});

test.each<[string, EgressSettings['egress'], object]>([
  ['exactly the ports of an address', LB, { portsPerNode: 1_600, outboundIps: 1 }],
  ['a rule takes eight of them', { ...LB, rules: 1 }, { portsPerNode: 1_600, outboundIps: 2 }],
  ['at a NAT gateway there are no rules', GATEWAY, { portsPerNode: 1_600, outboundIps: 1 }],
])('what fits 40 nodes with 1,280 ports: %s', (_, egress, fits) => {
  expect(whatIf(settings(40), settings(40, egress), [to('a', 1_280)], NONE).fits).toEqual(fits);
});

test('what was before is looked at with the demand as it is, and not at all without one', () => {
  const { before } = whatIf(settings(51), settings(51, GATEWAY), [to('a', 700)], NONE);
  expect(before).toMatchObject({ of: 'ports of a node', need: { atLeast: 700, atMost: 700 }, isEnough: 'no' });
  const unknown = whatIf(settings(51), settings(51, GATEWAY), [], NONE);
  expect([unknown.before.isEnough, unknown.after.isEnough]).toEqual(['unknown', 'unknown']);
  expect(unknown.after.of).toBe('connections to one destination');
});

/** Legal settings of either kind. */
const anyEgress = fc.oneof(
  fc.record({
    kind: fc.constant('lb' as const),
    outboundIps: fc.integer({ min: 1, max: 100 }),
    portsPerNode: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 500 }).map((n) => n * 8),
    ),
    idleMinutes: fc.constant(30),
    rules: fc.nat(20),
  }),
  fc.record({
    kind: fc.constant('nat-gateway' as const),
    outboundIps: fc.integer({ min: 1, max: 16 }),
    idleMinutes: fc.constant(4),
  }),
);
const anyDemand = fc.uniqueArray(
  fc.record({
    dest: fc.constantFrom('a', 'b', 'c'),
    protocol: fc.constant('tcp' as const),
    ports: fc.nat(2_000),
    opensPerSecond: fc.constant(null),
  }),
  { selector: ({ dest }) => dest, minLength: 1 },
);

test('up to the most nodes it is enough, and with one more it is not, or Azure would not take it', () => {
  fc.assert(
    fc.property(anyEgress, anyDemand, fc.nat(20), (egress, demand, percent) => {
      const at = (nodes: number): EgressSettings => ({ nodes, surge: { percent }, egress });
      const { mostNodes } = after(at(1), demand, at(1));
      const isFine = (nodes: number): boolean => {
        const one = at(nodes);
        return nodesInUpgrade(one) <= 5_000 && checked(one).ok && after(one, demand, one).isEnough === 'yes';
      };
      if (mostNodes > 0) expect(isFine(mostNodes)).toBe(true);
      expect(isFine(mostNodes + 1)).toBe(false);
    }),
    { numRuns: 60 },
  );
});
