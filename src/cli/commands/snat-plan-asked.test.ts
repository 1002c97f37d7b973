import { expect, test } from 'vitest';
import type { PlanTold } from '../../app/plan-told.ts';
import type { Given } from '../globals.ts';
import { planAsked } from './snat-plan-asked.ts';

/** Typed comes first, then what documents tell and what was counted, then what AKS sets; and each says which it is. */

const TOLD: PlanTold = {
  settings: {
    egress: { kind: 'lb', outboundIps: 3, portsPerNode: 2_000, idleMinutes: 12 },
    nodes: 20,
    surge: { nodes: 4 },
    network: 'managed',
    why: null,
  },
  nodesCounted: 21,
  demand: [{ dest: '203.0.113.66:443', protocol: 'tcp', ports: 77, opensPerSecond: 1 }],
  sources: [],
  completeness: { complete: true, reasons: [] },
};
const gateway: PlanTold = {
  ...TOLD,
  settings: {
    ...TOLD.settings,
    egress: { kind: 'nat-gateway', outboundIps: 3, portsPerNode: null, idleMinutes: 7 },
  },
};
const told = (change: Partial<PlanTold['settings']>, nodesCounted: number | null = null): PlanTold => ({
  ...TOLD,
  settings: { ...TOLD.settings, ...change },
  nodesCounted,
});
const LB = { kind: 'lb', outboundIps: 3, portsPerNode: 2_000, idleMinutes: 12, rules: 0 };
const AS_TOLD = {
  egressPath: 'document',
  nodes: 'counted',
  surge: 'document',
  outboundIps: 'document',
  portsPerNode: 'document',
  idleMinutes: 'document',
  network: 'document',
  demand: 'counted',
};

test.each<[string, Given, PlanTold | null, object, object]>([
  [
    'everything is told',
    {},
    TOLD,
    { before: { nodes: 21, surge: { nodes: 4 }, egress: LB }, demand: TOLD.demand, network: 'managed' },
    AS_TOLD,
  ],
  [
    'what is typed counts, and the rest is told',
    { now: 'nodes=9,surge=1,ports-per-node=64,idle-timeout=5' },
    TOLD,
    { before: { nodes: 9, surge: { nodes: 1 }, egress: { ...LB, portsPerNode: 64, idleMinutes: 5 } } },
    { ...AS_TOLD, nodes: 'typed', surge: 'typed', portsPerNode: 'typed', idleMinutes: 'typed' },
  ],
  [
    'addresses that are typed',
    { now: 'outbound-ips=5' },
    TOLD,
    { before: { egress: { ...LB, outboundIps: 5 } } },
    { ...AS_TOLD, outboundIps: 'typed' },
  ],
  [
    'one peak takes the place of all that was counted',
    { peak: ['a=7'] },
    TOLD,
    { demand: [{ dest: 'a', protocol: 'tcp', ports: 7, opensPerSecond: null }] },
    { ...AS_TOLD, demand: 'typed' },
  ],
  [
    'a NAT gateway that is typed has nothing of the load balancer that is told',
    { now: 'nat-gateway=2' },
    TOLD,
    { before: { egress: { kind: 'nat-gateway', outboundIps: 2, idleMinutes: 4 } } },
    { ...AS_TOLD, egressPath: 'typed', outboundIps: 'typed', portsPerNode: null, idleMinutes: 'default' },
  ],
  [
    'ports of a node that are typed are of a load balancer, whatever is told',
    { now: 'ports-per-node=64' },
    gateway,
    { before: { egress: { kind: 'lb', outboundIps: 1, portsPerNode: 64, idleMinutes: 30, rules: 0 } } },
    { ...AS_TOLD, egressPath: 'typed', outboundIps: 'default', portsPerNode: 'typed', idleMinutes: 'default' },
  ],
  [
    'a NAT gateway that is told',
    {},
    gateway,
    { before: { egress: { kind: 'nat-gateway', outboundIps: 3, idleMinutes: 7 } } },
    { ...AS_TOLD, portsPerNode: null },
  ],
  [
    'without an inventory nodes are those of the document, and not of what would be',
    { nodes: '60' },
    told({}),
    { before: { nodes: 20 }, after: { nodes: 60, egress: LB } },
    { ...AS_TOLD, nodes: 'document' },
  ],
  [
    'nobody tells of nodes, so they are as many as would be',
    { nodes: '60' },
    told({ nodes: null }),
    { before: { nodes: 60 } },
    { ...AS_TOLD, nodes: 'typed' },
  ],
  [
    'documents that tell little',
    {},
    told({
      egress: { kind: 'lb', outboundIps: null, portsPerNode: null, idleMinutes: null },
      surge: null,
      network: null,
    }),
    {
      before: { surge: { percent: 10 }, egress: { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30 } },
      network: 'own',
    },
    {
      ...AS_TOLD,
      nodes: 'document',
      surge: 'default',
      outboundIps: 'default',
      portsPerNode: 'default',
      idleMinutes: 'default',
      network: 'default',
    },
  ],
  [
    'no store',
    { nodes: '60', managedNetwork: true },
    null,
    {
      before: { nodes: 60, egress: { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30, rules: 0 } },
      demand: [],
      network: 'managed',
    },
    {
      egressPath: 'default',
      nodes: 'typed',
      surge: 'default',
      outboundIps: 'default',
      portsPerNode: 'default',
      idleMinutes: 'default',
      network: 'typed',
      demand: null,
    },
  ],
])('%s', (_, given, store, asked, origins) => {
  const plan = planAsked(given, store);
  expect(plan).toMatchObject(asked);
  expect(plan.origins).toEqual(origins);
});

test.each<[string, Given, string]>([
  [
    'the words stand as they were typed',
    { nodes: '60', peak: ['x=-1'] },
    '--peak x=-1: expected a whole number from 0 to 999999999',
  ],
  ['also those of now', { now: 'nodes=x' }, '--now nodes=x: expected a whole number from 1 to 999999999'],
  ['a setting of now twice', { now: 'nodes=48,nodes=50' }, '--now nodes=50: nodes was said before'],
  ['nothing of now', { nodes: '60', now: '' }, '--now: expected settings, as nodes=48,outbound-ips=2'],
  [
    'less in all than to one',
    { nodes: '60', peak: ['192.0.2.1:443=700', '300'] },
    '--peak 300 and --peak 192.0.2.1:443=700 contradict each other',
  ],
  [
    'two numbers of a destination',
    { nodes: '60', peak: ['192.0.2.1:443=700=800'] },
    '--peak 192.0.2.1:443=700=800: expected DEST=NUMBER, or a number for all destinations together',
  ],
  [
    'no destination',
    { nodes: '60', privateEndpoint: [''] },
    '--private-endpoint: expected a destination, as shop.blob.core.windows.net',
  ],
  [
    'gigabytes below nothing',
    { nodes: '60', gb: '-1' },
    '--gb -1: expected a number from 0 to 999999999, as 1500 or 0.5',
  ],
])('refused: %s', (_, given, says) => {
  expect(() => planAsked(given, null)).toThrow(
    expect.objectContaining({ trouble: expect.objectContaining({ code: 'E105', what: says }) as unknown }),
  );
});
