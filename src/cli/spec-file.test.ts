import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fail, type Result } from '../base/result.ts';
import { type MonitoringSpec, readSpec, SPEC_SCHEMA } from '../core/monitoring/spec.ts';
import { differences, type Schema } from '../../test/json-schema.ts';
import { parseSpecFile } from './spec-file.ts';

const read = (text: string): Result<MonitoringSpec, readonly string[]> => {
  const written = parseSpecFile('f', text);
  return written.ok ? readSpec(written.value) : fail(written.problem);
};

const CLUSTER = 'cluster: { name: prod, resourceGroup: rg, region: westeurope, nodes: { now: 40 } }\n';
const SUBSCRIPTION = '/subscriptions/0/resourceGroups/rg/providers';
const GROUP = `${SUBSCRIPTION}/Microsoft.Insights/actionGroups/on-call`;
const WHOLE = `${CLUSTER}workspace: {}
inventory: { interval: 5m, withoutNamespaces: [batch] }
logs: {}
flowLogs: { trafficAnalytics: 60m }
egress: { natGateway: { outboundIps: 2 } }
alerts: { actionGroup: ${GROUP} }
usage: { podsPerNode: 30, tables: { Perf: 12.5 }, namespaces: { shop: { pods: 90 } } }
`;

test('what is left away is not wanted, or holds as the reference says', () => {
  expect(read(CLUSTER)).toMatchObject({
    ok: true,
    value: {
      cluster: { nodes: { now: 40, most: null, surge: '10%' }, network: 'managed' },
      workspace: null,
      flowLogs: null,
      queryPack: false,
      readers: [],
      needDays: 90,
    },
  });
});

test('a part without members is wanted as it is by default', () => {
  expect(read(WHOLE)).toMatchObject({
    ok: true,
    value: {
      workspace: { retentionDays: 31, tables: {}, commitmentGbPerDay: null },
      inventory: { interval: '5m', tables: ['KubePodInventory', 'KubeNodeInventory', 'KubeEvents'] },
      logs: { withoutNamespaces: ['kube-system'], metadata: false },
      flowLogs: { days: 7, trafficAnalytics: '60m', redundancy: 'LRS' },
      egress: { loadBalancer: null, natGateway: { sku: 'Standard', outboundIps: 2, idleMinutes: 4 } },
      alerts: { snatPortsUsed: 0.8 },
      usage: { podsPerNode: 30, containersPerPod: 1.2, tables: { Perf: 12.5 }, namespaces: { shop: { logGb: null } } },
    },
  });
});

test('JSON says the same as YAML', () => {
  const json = JSON.stringify({
    cluster: { name: 'prod', resourceGroup: 'rg', region: 'westeurope', nodes: { now: 40 } },
  });
  expect(read(json)).toEqual(read(CLUSTER));
});

test.each<[string, string, readonly RegExp[]]>([
  ['nothing', '', [/^f:1:1: expected \{ cluster, .*\}, got nothing$/]],
  ['no YAML', 'cluster: [\n', [/^f:\d:\d+: /]],
  ['two documents', `${CLUSTER}---\na: 1\n`, [/^f:2:1: a second document begins here/]],
  ['a member twice', `${CLUSTER}cluster: 1\n`, [/^f:2:1: Map keys must be unique/]],
  ['an alias', `${CLUSTER}workspace: &a {}\nlogs: *a\n`, [/^f:3:7: an alias/]],
  ['a member that there is not', `${CLUSTER}flowlogs: {}\n`, [/^f:2:1: there is no flowlogs: there are cluster, /]],
  [
    'one further in',
    `${CLUSTER}workspace:\n  retention: 31\n`,
    [/^f:3:3: there is no workspace\.retention: there are /],
  ],
  ['__proto__', `${CLUSTER}__proto__: {}\n`, [/^f:2:1: there is no __proto__/]],
  ['what is missing', 'cluster:\n  name: prod\n', [/^f:2:3: cluster\.resourceGroup is missing$/, /region/, /nodes/]],
  [
    'a number that is a text',
    CLUSTER.replace('40', '"40"'),
    [/^f:1:\d+: cluster\.nodes\.now: expected a whole number from 1 to 5000, got "40"$/],
  ],
  ['a fraction of a node', CLUSTER.replace('40', '1.5'), [/cluster\.nodes\.now: expected a whole number/]],
  [
    'an interval of seconds',
    `${CLUSTER}workspace: {}\ninventory: { interval: 15s }\n`,
    [/^f:3:24: inventory\.interval: expected 1m to 30m, got "15s"$/],
  ],
  ['the last interval', `${CLUSTER}workspace: {}\ninventory: { interval: 31m }\n`, [/expected 1m to 30m/]],
  ['a list that is none', `${CLUSTER}readers: x\n`, [/^f:2:10: readers: expected a list, got "x"$/]],
  ['an element', `${CLUSTER}readers: [x]\n`, [/^f:2:11: readers\[0\]: expected an object id, a GUID, got "x"$/]],
  [
    'a table by no name',
    `${CLUSTER}workspace: { tables: { "a b": {} } }\n`,
    [/^f:2:24: workspace\.tables: expected the name of a table, got "a b"$/],
  ],
  ['collected, and nowhere to put it', `${CLUSTER}inventory: {}\n`, [/^f:1:1: workspace: is missing/]],
  [
    'both ways of choosing',
    `${CLUSTER}workspace: {}\ninventory:\n  onlyNamespaces: [a]\n  withoutNamespaces: [b]\n`,
    [/^f:5:22: inventory\.withoutNamespaces: contradicts/],
  ],
  ['both ways out', `${CLUSTER}egress:\n  loadBalancer: {}\n  natGateway: {}\n`, [/^f:3:3: egress: expected one of/]],
  ['no way out', `${CLUSTER}egress: {}\n`, [/^f:2:9: egress: expected one of/]],
  [
    'ports that are no multiple',
    `${CLUSTER}egress: { loadBalancer: { portsPerNode: 1020 } }\n`,
    [
      /^f:2:41: egress\.loadBalancer\.portsPerNode: Azure would not take it: .* multiple of 8, not 1,020: 1,016 or 1,024$/,
    ],
  ],
  [
    'fewer than now',
    CLUSTER.replace('now: 40', 'now: 40, most: 39'),
    [/cluster\.nodes\.most: fewer than there are now$/],
  ],
  [
    'kept for less than for queries',
    `${CLUSTER}workspace: { tables: { T: { retentionDays: 90, totalDays: 89 } } }\n`,
    [/^f:2:59: workspace\.tables\.T\.totalDays: less than retentionDays$/],
  ],
  [
    'a plan that Azure does not have for the table',
    `${CLUSTER}workspace: { tables: { KubePodInventory: { plan: Basic } } }\n`,
    [/^f:2:\d+: workspace\.tables\.KubePodInventory\.plan: Azure has Analytics for it$/],
  ],
  [
    'nor the other one',
    `${CLUSTER}workspace: { tables: { ContainerLogV2: { plan: Auxiliary } } }\n`,
    [/Azure has Analytics, Basic for it$/],
  ],
  ['alerts about nothing', `${CLUSTER}alerts: { actionGroup: ${GROUP} }\n`, [/^f:1:1: egress: is missing/]],
  ['saved queries about nothing', `${CLUSTER}queryPack: true\n`, [/^f:1:1: workspace: is missing/]],
  [
    'a workspace that is there has its name',
    `${CLUSTER}workspace: { existing: ${SUBSCRIPTION}/Microsoft.OperationalInsights/workspaces/w, name: logs-x }\n`,
    [/workspace\.name: one that is there/],
  ],
  [
    'the id of something else',
    `${CLUSTER}workspace: { existing: ${GROUP} }\n`,
    [/^f:2:24: workspace\.existing: expected the id of the resource/],
  ],
  [
    'a name that no cluster can have',
    CLUSTER.replace('prod', 'prod.east'),
    [/^f:1:18: cluster\.name: expected a name of a cluster \(1 to 63/],
  ],
  ['one that ends in a hyphen', CLUSTER.replace('prod', 'prod-'), [/cluster\.name: expected a name of a cluster/]],
  ['a group that ends in a dot', CLUSTER.replace('rg', 'rg.'), [/resourceGroup: expected .* no dot at the end/]],
  [
    'a region in words',
    CLUSTER.replace('westeurope', 'West Europe'),
    [/cluster\.region: expected a region such as westeurope/],
  ],
  ['a region with a sign in it', CLUSTER.replace('westeurope', 'west-europe'), [/cluster\.region: expected/]],
  [
    'a workspace of three letters',
    `${CLUSTER}workspace: { name: abc }\n`,
    [/^f:2:20: workspace\.name: expected .* \(4 to 63/],
  ],
  ['a workspace with a dot', `${CLUSTER}workspace: { name: logs.prod }\n`, [/workspace\.name: expected/]],
  [
    'something for Terraform in an id',
    `${CLUSTER}workspace: { existing: "/subscriptions/0/resourceGroups/\${x}/providers/Microsoft.OperationalInsights/workspaces/w" }\n`,
    [/workspace\.existing: expected the id of the resource/],
  ],
  [
    'days between years',
    `${CLUSTER}workspace: { tables: { T: { totalDays: 731 } } }\n`,
    [/^f:2:40: workspace\.tables\.T\.totalDays: Azure takes 4 to 730 days, or one of 1095/],
  ],
  ['days below a month', `${CLUSTER}workspace: { retentionDays: 29 }\n`, [/from 30 to 730, got 29/]],
  ['no node', CLUSTER.replace('40', '-1'), [/cluster\.nodes\.now: expected a whole number from 1/]],
  [
    'no address',
    `${CLUSTER}egress: { natGateway: { outboundIps: 0 } }\n`,
    [/outboundIps: expected a whole number from 1 to 16, got 0/],
  ],
  [
    'more ports than there are',
    `${CLUSTER}egress: { loadBalancer: { portsPerNode: 1456 } }\n`,
    [
      /^f:2:41: egress\.loadBalancer\.portsPerNode: Azure would not take it: 64,000 × 1 outbound addresses must be at least 1,456 ports × 44 nodes .* 2 addresses would do, 1,448 ports would do$/,
    ],
  ],
  [
    'a namespace twice',
    `${CLUSTER}logs: { withoutNamespaces: [a, b, a] }\n`,
    [/^f:2:35: logs\.withoutNamespaces\[2\]: "a" is there already: name it once$/],
  ],
  [
    'a table twice',
    `${CLUSTER}workspace: {}\ninventory: { tables: [KubeEvents, KubeEvents] }\n`,
    [/^f:3:35: inventory\.tables\[1\]: "KubeEvents" is there already/],
  ],
  ['nested without end', '['.repeat(100_000), [/^f:1:\d+: /]],
  ['nested deeper than anybody writes', `${'['.repeat(30)}${']'.repeat(30)}`, [/^f:1:\d+: nested deeper than 20$/]],
  ['too long', `#${' '.repeat(1_048_577)}`, [/^f:1:1: 1048578 characters/]],
])('%s', (_, text, expected) => {
  const found = read(text);
  const problems = found.ok ? [] : found.problem;
  expect(problems.length).toBeGreaterThanOrEqual(expected.length);
  for (const one of expected) expect(problems.join('\n')).toMatch(new RegExp(one.source, 'm'));
});

test.each<[string, boolean]>([
  [CLUSTER.replace('40', '1'), true],
  [CLUSTER.replace('40', '0'), false],
  [CLUSTER.replace('40', '5000'), true],
  [CLUSTER.replace('40', '5001'), false],
  [CLUSTER.replace('prod', 'p'), true],
  [CLUSTER.replace('prod', 'p'.repeat(63)), true],
  [CLUSTER.replace('prod', 'p'.repeat(64)), false],
  [CLUSTER.replace('rg', 'r'.repeat(90)), true],
  [CLUSTER.replace('rg', 'r'.repeat(91)), false],
  [`${CLUSTER}workspace: { name: logs }\n`, true],
  [`${CLUSTER}workspace: { name: ${'l'.repeat(63)} }\n`, true],
  [`${CLUSTER}workspace: { name: ${'l'.repeat(64)} }\n`, false],
  [`${CLUSTER}workspace: { tables: { T: { totalDays: 730 } } }\n`, true],
  [`${CLUSTER}workspace: { tables: { T: { totalDays: 1095 } } }\n`, true],
  [`${CLUSTER}egress: { loadBalancer: { portsPerNode: 1448 } }\n`, true],
  [`${CLUSTER}workspace: { tables: { ContainerLogV2: { plan: Basic }, Shop_CL: { plan: Auxiliary } } }\n`, true],
  [`${CLUSTER}workspace: { tables: { T: { retentionDays: 730, totalDays: 4383 } } }\n`, true],
  [`${CLUSTER}workspace: { tables: { T: { retentionDays: 731 } } }\n`, false],
])('%j is a spec: %s', (text, isOne) => {
  expect(read(text).ok).toBe(isOne);
});

test('every fault is told, not only the first', () => {
  const found = read(`${CLUSTER}workspace: { retentionDays: 9 }\nlogs: { metadata: 1 }\nreaders: 1\n`);
  expect(found.ok ? [] : found.problem).toHaveLength(3);
});

test('any text is a spec or problems with places', () => {
  const words = fc.constantFrom(
    'cluster',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    '1',
    'nodes',
    '&a',
    '*a',
    '!!set',
    '? ',
    '|',
    '__proto__',
    '\t',
    '<<',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((some) => some.join('')),
      ),
      (text) => {
        const found = read(text);
        if (!found.ok) for (const problem of found.problem) expect(problem).toMatch(/^f:\d+:\d+: /);
      },
    ),
  );
});

test('the published schema is that of the reader', () => {
  const file = join(import.meta.dirname, '../../docs/reference/schemas/monitoring-spec.schema.json');
  const { $schema, title, ...published } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect(published).toEqual(SPEC_SCHEMA);
  expect([$schema, title]).toEqual([
    'https://json-schema.org/draft/2020-12/schema',
    'What `unmasq cost` and `unmasq generate` read',
  ]);
  const found = read(WHOLE);
  expect(
    differences(
      {
        cluster: { name: 'a', resourceGroup: 'b', region: 'westeurope', nodes: { now: 1 } },
        usage: { tables: { Perf: 1 } },
      },
      published as Schema,
      () => ({}),
    ),
  ).toEqual([]);
  expect(found.ok).toBe(true);
});
