import { isLookedAt } from '../../src/core/monitoring/terraform/types-looked-at.ts';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTerraform, type ValuesGiven } from '../../src/app/audit-terraform.ts';
import type { Value } from '../../src/core/monitoring/hcl/value.ts';
import { configurationReaders } from '../../src/sources/configuration/configuration-readers.ts';
import { loadProviderTypes } from '../../src/sources/terraform/load-provider-types.ts';

const readers = await configurationReaders();
const types = await loadProviderTypes();
const REPOSITORY = join(import.meta.dirname, '../..');

const plain = (value: Value | undefined): unknown => {
  if (value === undefined) return 'missing';
  if (value.kind === 'known') return value.value;
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'object') return Object.fromEntries([...value.items].map(([k, v]) => [k, plain(v)]));
  return `unknown: ${value.is ?? value.why}`;
};

const rootsOf = (
  texts: Readonly<Record<string, string>>,
  given: ValuesGiven = { files: [], words: [] },
  fetched: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(),
) => {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text, isNamed: true, isExpected: false }));
  return readTerraform({ files, unread: [], fetched }, readers, types, given).roots.map(
    ({ configuration }) => configuration,
  );
};

/** The argument `v` of the first resource, and the file and line that decide it. */
const decided = (...asked: Parameters<typeof rootsOf>): readonly unknown[] => {
  const v = rootsOf(...asked)[0]?.resources[0]?.body.arguments.get('v');
  return [plain(v), `${v?.from.file}:${v?.from.at.line}`];
};

const MAIN = 'variable "a" {\n  default = "default"\n}\nresource "x" "r" {\n  v = var.a\n}\n';

test.each<[string, Record<string, string>, ValuesGiven, readonly unknown[]]>([
  ['the default of a variable', {}, { files: [], words: [] }, ['default', 'main.tf:2']],
  [
    'terraform.tfvars',
    { 'terraform.tfvars': '\na = "vars"' },
    { files: [], words: [] },
    ['vars', 'terraform.tfvars:2'],
  ],
  [
    'an automatic file goes before terraform.tfvars, the last of them before the others',
    { 'terraform.tfvars': 'a = 1', 'b.auto.tfvars': 'a = 2', 'a.auto.tfvars': 'a = 3' },
    { files: [], words: [] },
    [2, 'b.auto.tfvars:1'],
  ],
  [
    'values as JSON',
    { 'terraform.tfvars.json': '{"a": ["x"]}' },
    { files: [], words: [] },
    [['x'], 'terraform.tfvars.json:1'],
  ],
  [
    'a file of values that nobody names is not read',
    { 'prod.tfvars': 'a = 1' },
    { files: [], words: [] },
    ['default', 'main.tf:2'],
  ],
  ['a file that is named', {}, { files: [{ path: 'prod.tfvars', text: 'a = 1' }], words: [] }, [1, 'prod.tfvars:1']],
  [
    'a word goes before every file',
    { 'terraform.tfvars': 'a = 1' },
    { files: [], words: ['a=x${y'] },
    ['x${y', '--var a:1'],
  ],
  ['a word may be a list', {}, { files: [], words: ['a=["x"]'] }, [['x'], '--var a:1']],
])('%s decides', (_, more, given, expected) => {
  expect(decided({ 'main.tf': MAIN, ...more }, given)).toEqual(expected);
});

test('a default of null is open while nobody gives values, and null once somebody does', () => {
  const text = 'variable "a" {\n  default = null\n}\nresource "x" "r" {\n  v = var.a == null\n}\n';
  expect(decided({ 'main.tf': text })[0]).toBe('unknown: null-default');
  expect(decided({ 'main.tf': text, 'terraform.tfvars': 'b = 1' })[0]).toBe(true);
});

test('a text in a file of its own is decided there', () => {
  const text = 'resource "x" "r" {\n  v = file("${path.module}/q.kql")\n}\n';
  expect(decided({ 'infra/main.tf': text, 'infra/q.kql': 'T | take 1' })).toEqual(['T | take 1', 'infra/q.kql:1']);
});

test('an overriding file takes the place of arguments and of blocks of a type', () => {
  const main = 'resource "x" "r" {\n  v = 1\n  w = 1\n  b {\n    c = 1\n  }\n}\n';
  const [root] = rootsOf({
    'main.tf': main,
    'x_override.tf': '\nresource "x" "r" {\n  v = 2\n  b {\n    c = 2\n  }\n}\n',
  });
  const body = root?.resources[0]?.body;
  expect(plain(body?.arguments.get('v'))).toBe(2);
  expect(plain(body?.arguments.get('w'))).toBe(1);
  expect(body?.places.get('v')).toMatchObject({ file: 'x_override.tf', at: { line: 3 } });
  expect(body?.blocks.get('b')?.map((b) => [b.spot.file, plain(b.arguments.get('c'))])).toEqual([['x_override.tf', 2]]);
});

test('Terraform written as JSON is the same as in its own language', () => {
  const hcl = `
variable "days" {
  default = 30
}
resource "azurerm_kubernetes_cluster" "aks" {
  name = "shop-\${var.days}"
  tags = { a = "b" }
  default_node_pool {
    name       = "system"
    node_count = var.days / 10
  }
  dynamic "oms_agent" {
    for_each = ["w"]
    content {
      log_analytics_workspace_id = oms_agent.value
    }
  }
}
`;
  const json = {
    variable: { days: { default: 30 } },
    resource: {
      azurerm_kubernetes_cluster: {
        aks: {
          '//': 'a comment',
          name: 'shop-${var.days}',
          tags: { a: 'b' },
          default_node_pool: { name: 'system', node_count: '${var.days / 10}' },
          dynamic: { oms_agent: { for_each: ['w'], content: { log_analytics_workspace_id: '${oms_agent.value}' } } },
        },
      },
    },
  };
  const told = (texts: Record<string, string>): unknown =>
    rootsOf(texts)[0]?.resources.map(({ address, body }) => ({
      address,
      arguments: Object.fromEntries([...body.arguments].map(([k, v]) => [k, plain(v)])),
      blocks: [...body.blocks].map(([k, all]) => [k, all.map((b) => [...b.arguments].map(([n, v]) => [n, plain(v)]))]),
    }));
  expect(told({ 'main.tf.json': JSON.stringify(json, null, 2) })).toEqual(told({ 'main.tf': hcl }));
});

test('OpenTofu reads x.tofu and leaves x.tf', () => {
  const [root] = rootsOf({ 'main.tf': 'resource "x" "old" {}\n', 'main.tofu': 'resource "x" "new" {}\n' });
  expect(root?.resources.map(({ address }) => address)).toEqual(['x.new']);
});

test('a folder that another calls as a module is no root; what comes from a registry is absent until it was fetched', () => {
  const texts = {
    'prod/main.tf': 'module "net" {\n  source = "../net"\n  n = 3\n}\nmodule "far" {\n  source = "a/b/c"\n}\n',
    'net/main.tf': 'variable "n" {}\nresource "x" "r" {\n  count = var.n\n}\n',
  };
  const [root, ...others] = rootsOf(texts);
  expect(others).toEqual([]);
  expect(root?.resources.map(({ address }) => address)).toEqual([0, 1, 2].map((i) => `module.net.x.r[${i}]`));
  expect(root?.absent.map(({ address, why }) => [address, why])).toEqual([
    ['module.far', { kind: 'not-here', source: 'a/b/c' }],
  ]);
  const far = { 'prod/.terraform/modules/far/main.tf': 'resource "x" "far" {}\n' };
  const fetched = new Map([['prod', new Map([['far', 'prod/.terraform/modules/far']])]]);
  const whole = rootsOf({ ...texts, ...far }, undefined, fetched).find(({ root: folder }) => folder === 'prod');
  expect(whole?.absent).toEqual([]);
  expect(whole?.resources.map(({ address }) => address)).toContain('module.far.x.far');
});

test.each<[string, string]>([
  ['locals in a circle', 'locals {\n  a = local.b\n  b = local.a\n}\nresource "x" "r" {\n  v = local.a\n}\n'],
  ['a resource that names itself', 'resource "x" "r" {\n  v = x.r.v\n}\n'],
  ['a module that calls itself', 'module "m" {\n  source = "./"\n}\nresource "x" "r" {\n  v = module.m.v\n}\n'],
  [
    'a list that is doubled sixty times',
    `locals {\n${Array.from({ length: 60 }, (_, i) => `  l${i + 1} = concat(local.l${i}, local.l${i})`).join('\n')}\n  l0 = [1, 2]\n}\nresource "x" "r" {\n  v = local.l60\n}\n`,
  ],
  [
    'lists that hold each other twice, sixty times',
    `locals {\n${Array.from({ length: 60 }, (_, i) => `  l${i + 1} = [local.l${i}, local.l${i}]`).join('\n')}\n  l0 = [1]\n}\nresource "x" "r" {\n  v = flatten(local.l60)\n}\n`,
  ],
  [
    'names that JavaScript has a meaning for',
    'resource "x" "r" {\n  v = constructor("a")\n  __proto__ = toString(1)\n}\n',
  ],
  ['a thousand million instances', 'resource "x" "r" {\n  count = 1000000000\n  v = 1\n}\n'],
])('%s end', (_, text) => {
  expect(rootsOf({ 'main.tf': text })[0]?.resources.length).toBeGreaterThan(0);
});

/** What is made and not looked at, by address. */
const leftOut = (texts: Readonly<Record<string, string>>): unknown =>
  rootsOf(texts)[0]?.absent.map(({ address, why, spot }) => [address, why, `${spot.file}:${spot.at.line}`]);

test.each<[string, string]>([
  ['itself', 'module "m" {\n  source = "./"\n}\n'],
  ['itself, never', 'module "m" {\n  source = "./"\n  count = 0\n}\n'],
])('a module that calls %s is not within itself, and that is told as what it is', (_, text) => {
  expect(leftOut({ 'main.tf': text })).toEqual([['module.m', { kind: 'calls-itself', source: './' }, 'main.tf:1']]);
});

test('so is one that is called by one that it calls', () => {
  const texts = {
    'a/main.tf': 'module "b" {\n  source = "../b"\n}\n',
    'b/main.tf': 'module "a" {\n  source = "../a"\n}\n',
  };
  expect(leftOut(texts)).toEqual([['module.b.module.a', { kind: 'calls-itself', source: '../a' }, 'b/main.tf:1']]);
});

const keys = 'tomap({ for i in range(NUMBER) : "k${i}" => i })';
const subnets = (how: string): string => `resource "azurerm_subnet" "s" {\n  ${how}\n}\n`;
const rules = (number: number): string =>
  `resource "azurerm_network_security_group" "g" {\n  dynamic "security_rule" {\n    for_each = range(${number})\n    content {\n      name = "r"\n    }\n  }\n}\n`;
const tooMany = (what: string, left: number) => ({ kind: 'too-many', what, looked: 64, left });

test.each<[string, string, unknown]>([
  ['64 by count', subnets('count = 64'), []],
  ['65 by count', subnets('count = 65'), [['azurerm_subnet.s', tooMany('instances', 1), 'main.tf:1']]],
  ['64 by for_each', subnets(`for_each = ${keys.replace('NUMBER', '64')}`), []],
  [
    '100 by for_each',
    subnets(`for_each = ${keys.replace('NUMBER', '100')}`),
    [['azurerm_subnet.s', tooMany('instances', 36), 'main.tf:1']],
  ],
  ['64 blocks by a dynamic', rules(64), []],
  ['65 blocks by a dynamic', rules(65), [['azurerm_network_security_group.g', tooMany('blocks', 1), 'main.tf:2']]],
  ['100 of a type that nobody looks at', 'resource "azurerm_dns_a_record" "r" {\n  count = 100\n}\n', []],
  ['100 that are only looked up', 'data "azurerm_subnet" "s" {\n  count = 100\n}\n', []],
])('of %s as many are looked at as there are, up to 64; the others are counted', (_, text, expected) => {
  expect(leftOut({ 'main.tf': text })).toEqual(expected);
});

test('of a dynamic with more blocks than are looked at it is not told which there are', () => {
  const body = (n: number) => rootsOf({ 'main.tf': rules(n) })[0]?.resources[0]?.body;
  expect([body(64)?.maybe, body(65)?.maybe]).toEqual([new Set(), new Set(['security_rule'])]);
});

test('each type that is looked at is known to be', () => {
  const sources = globSync('src/core/monitoring/estate/**/*.ts', { cwd: REPOSITORY });
  const named = sources.flatMap((path) =>
    [
      ...readFileSync(join(REPOSITORY, path), 'utf8').matchAll(/'((?:azurerm|azapi|kubectl|kubernetes)_[a-z_0-9]+)'/g),
    ].map(([, type = '']) => type),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((type) => !isLookedAt(type))).toEqual([]);
});

test('modules beyond many are counted', () => {
  const two = (next: string): string =>
    ['a', 'b'].map((name) => `module "${name}" {\n  source = "../${next}"\n}\n`).join('');
  const chain = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`m${i}/main.tf`, two(`m${i + 1}`)]));
  const [many] = rootsOf({ ...chain, 'm12/main.tf': 'resource "x" "r" {}\n' });
  const lefts =
    many?.absent.map(({ why }) => (why.kind === 'too-many' && why.what === 'modules' ? why.left : NaN)) ?? [];
  // each of the 500 calls two or none; of those that are called all but the root are among the 500, or counted
  const calling = many?.resources.length ?? 0;
  expect(lefts.reduce((sum, n) => sum + n, 0)).toBe(2 * (500 - calling) - 499);
});

test('where values are no longer worked out is told', () => {
  const text = `locals {\n  x = [for i in range(600) : [for j in range(600) : i * j]]\n}\nresource "x" "r" {\n  v = local.x\n}\n`;
  expect(leftOut({ 'main.tf': text })).toEqual([['main.tf', { kind: 'too-long', looked: 500_000 }, 'main.tf:2']]);
});

test('of so many undeclared names that each cannot be compared with all, none is said to be meant', () => {
  const text = (n: number): string =>
    Array.from({ length: n }, (_, i) => `variable "name${i}" {}\noutput "o${i}" {\n  value = var.nome${i}\n}\n`).join(
      '',
    );
  const meant = (n: number) => rootsOf({ 'main.tf': text(n) })[0]?.undeclared.map(({ meant: one }) => one);
  const few = Array.from({ length: 1_000 }, (_, i) => `var.name${i}`);
  expect(meant(1_000)).toEqual(few);
  expect(meant(1_500)).toEqual(Array.from({ length: 1_500 }, () => null));
});
