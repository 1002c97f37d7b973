import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MOST_POSTED } from '../../../src/contract/questions.ts';
import { isSpec, isWanted, sorted, tooMany } from './dropped.ts';
import { settingOf, withSetting } from './settings.ts';

const root = join(import.meta.dirname, '../../..');

test.each<[string, string, boolean]>([
  ['the smallest spec', 'cluster: { name: a }\n', true],
  ['a spec in JSON', '{\n  "cluster": {"name": "a"}\n}', true],
  ['a spec in JSON on one line', '{"cluster": {"name": "a"}}', true],
  ['a manifest', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  cluster: x\n', false],
  ['a manifest that names a cluster', 'kind: Thing\ncluster: x\n', false],
  ['a kubeconfig', 'clusters:\n- cluster: {}\n  name: a\n', false],
  ['a document of Azure', '{"properties": {"cluster": 1}}', false],
])('%s', (_, text, is) => {
  expect(isSpec({ path: 'x.yaml', text })).toBe(is);
});

test('the spec of an example goes to costs, everything else to the audit, and what nobody reads to neither', () => {
  const spec = {
    path: 'monitoring.yaml',
    text: readFileSync(join(root, 'examples/08-what-does-monitoring-cost/input/monitoring.yaml'), 'utf8'),
  };
  const terraform = { path: 'infra/main.tf', text: 'cluster: x' };
  expect(sorted([spec, terraform], 7, 2)).toEqual({
    audit: { number: 7, files: [terraform] },
    spec: { number: 7, files: [spec] },
    passedOver: 2,
  });
  expect(['a/b.tf', 'a.KQL', 'a/.terraform/x.json', 'README.md', '.git/x.json'].map(isWanted)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('what the server would not take is not sent', () => {
  const { bytes, files } = MOST_POSTED;
  expect(tooMany([{ size: bytes }])).toBeNull();
  expect(tooMany([{ size: bytes }, { size: 1 }])).toMatch(/MiB/);
  expect(tooMany(Array.from({ length: files }, () => ({ size: 1 })))).toBeNull();
  expect(tooMany(Array.from({ length: files + 1 }, () => ({ size: 1 })))).toMatch(/files/);
});

test('a setting is there once, and goes', () => {
  const one = withSetting([], 'inventory.interval', '5m');
  const two = withSetting(withSetting(one, 'cluster.nodes.now', '60'), 'inventory.interval', '10m');
  expect(two).toEqual(['cluster.nodes.now=60', 'inventory.interval=10m']);
  expect([settingOf(two, 'inventory.interval'), settingOf(two, 'inventory')]).toEqual(['10m', null]);
  expect(withSetting(two, 'inventory.interval', null)).toEqual(['cluster.nodes.now=60']);
});
