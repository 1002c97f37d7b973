import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { blueprintOf, UNTOLD, type WrittenFile } from '../../src/core/monitoring/generate/blueprint.ts';
import { GENERATED, generatedFiles } from '../../src/core/monitoring/generate/generated-files.ts';
import { withLets } from '../../src/core/monitoring/generate/query-pack-blocks.ts';
import { originOf } from '../../src/core/monitoring/generate/stamp.ts';
import { checkQuery } from '../../src/core/kql/check-query.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { auditText } from '../audit-text.ts';
import { publishedTables } from '../kql/published-tables.ts';
import { specOf, SUBNET } from './specs.ts';
import { moduleOf, QUERIES, textsOf } from './written.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const one = (files: readonly WrittenFile[], name: string): string => {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.text;
};

/** What the repository has; UPDATE=1 writes it anew. */
const kept = (path: string, text: string): string => {
  if (process.env['UPDATE'] === '1') writeFileSync(join(root, path), text);
  return read(path);
};

test.each([
  ['alerts', 'azure-alerts.tf'],
  ['prometheus', 'prometheus-rules.yaml'],
] as const)('%s of any cluster is the file of deploy/monitoring', (what, name) => {
  const text = one(generatedFiles(what, UNTOLD, QUERIES), name);
  expect(text).toBe(kept(`deploy/monitoring/${name}`, text));
});

test('what the server may in its cluster is what its manifest says', () => {
  const roles = parseAllDocuments(one(generatedFiles('rbac', UNTOLD, QUERIES), 'kubernetes-rbac.yaml'));
  const kinds = new Set(['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding']);
  const manifest = parseAllDocuments(read('deploy/kustomize/base/server/access.yaml'))
    .map((document) => document.toJS() as { readonly kind: string })
    .filter(({ kind }) => kinds.has(kind));
  expect(roles.map((document) => document.toJS() as unknown)).toEqual(manifest);
});

const ACTION = '/subscriptions/s/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/oncall';

const SPECS = {
  'load-balancer': {
    cluster: { name: 'shop', resourceGroup: 'rg-shop', region: 'westeurope', nodes: { now: 12, most: 40 } },
    workspace: { tables: { ContainerLogV2: { plan: 'Basic', totalDays: 90 } } },
    inventory: { withoutNamespaces: ['dev'] },
    logs: { metadata: true },
    flowLogs: { trafficAnalytics: '60m' },
    egress: { loadBalancer: { outboundIps: 2, portsPerNode: 1024 } },
    alerts: { actionGroup: ACTION },
    queryPack: true,
    readers: ['11111111-2222-3333-4444-555555555555'],
  },
  'own-gateway': {
    cluster: {
      name: 'pay_2',
      resourceGroup: 'rg-pay',
      region: 'eastus2',
      nodes: { now: 60, most: 120 },
      network: { subnet: SUBNET },
    },
    workspace: {
      existing: '/subscriptions/s/resourceGroups/ops/providers/Microsoft.OperationalInsights/workspaces/central',
    },
    inventory: {},
    flowLogs: {
      days: 30,
      storageAccount: '/subscriptions/s/resourceGroups/ops/providers/Microsoft.Storage/storageAccounts/flows',
    },
    egress: { natGateway: { sku: 'StandardV2', outboundIps: 3 } },
    alerts: { actionGroup: ACTION },
  },
} as const;

const CASES = Object.entries(SPECS).map(([name, written]) => [name, specOf(written)] as const);

test.each(CASES)('the module of %s is the one in expected/, and its audit finds nothing', async (name, spec) => {
  const files = [...moduleOf(spec), ...generatedFiles('dcr', blueprintOf(spec), QUERIES)];
  const folder = `test/generate/expected/${name}`;
  if (process.env['UPDATE'] === '1') {
    rmSync(join(root, folder), { recursive: true, force: true });
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const { name: file, text } of files) expect(text).toBe(kept(`${folder}/${file}`, text));
  expect(readdirSync(join(root, folder)).sort()).toEqual(files.map((file) => file.name).sort());
  expect((await auditText(textsOf(moduleOf(spec)), { needDays: null })).findings).toEqual([]);
});

test.each(GENERATED.flatMap((what) => CASES.map(([name, spec]) => [what, name, spec] as const)))(
  '%s of %s knows itself, and alone its audit finds nothing',
  async (what, _, spec) => {
    const files = generatedFiles(what, blueprintOf(spec), QUERIES);
    expect(files.map(({ text }) => originOf(text))).toEqual(files.map(() => 'generated'));
    const { findings, completeness } = await auditText(textsOf(files), { needDays: null });
    expect(findings).toEqual([]);
    expect(completeness.complete).toBe(true);
  },
);

test('a rule alone and the one of the module collect the same', () => {
  const spec = specOf(SPECS['load-balancer']);
  const rule = parse(one(generatedFiles('dcr', blueprintOf(spec), QUERIES), 'data-collection-rule.json')) as {
    readonly properties: { readonly dataFlows: readonly { readonly streams: readonly string[] }[] };
  };
  const hcl = one(moduleOf(spec), 'collection.tf');
  for (const stream of rule.properties.dataFlows[0]?.streams ?? []) expect(hcl.split(`"${stream}"`)).toHaveLength(3);
  expect(rule.properties.dataFlows[0]?.streams).toHaveLength(4);
});

const language = new KustoLanguage();
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

test.each(QUERIES.map(({ name, text }) => [name, text] as const))(
  '%s is clean as it is saved, with a let for each parameter',
  async (_, text) => {
    const spec = specOf(SPECS['load-balancer']);
    for (const blueprint of [UNTOLD, blueprintOf(spec)]) {
      const saved = withLets(text, blueprint);
      expect(saved).not.toContain('query_parameters');
      const { findings } = await checkQuery(language, saved, publishedTables(), {
        isBounded: true,
        hasParameters: false,
      });
      expect(findings).toEqual([]);
    }
  },
);

const hasTerraform = spawnSync('terraform', ['version']).status === 0;

test.skipIf(!hasTerraform)(
  `terraform fmt has nothing to change in parts${hasTerraform ? '' : ' (skipped: no terraform here)'}`,
  () => {
    const texts = [UNTOLD, ...CASES.map(([, spec]) => blueprintOf(spec))].flatMap((blueprint) =>
      (['alerts', 'rbac', 'querypack'] as const)
        .flatMap((what) => generatedFiles(what, blueprint, QUERIES))
        .filter(({ name }) => name.endsWith('.tf')),
    );
    for (const { text } of texts) {
      const { status, stdout } = spawnSync('terraform', ['fmt', '-'], { input: text, encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: text });
    }
  },
);
