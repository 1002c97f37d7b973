/**
 * The argument names of the azurerm provider, from the type files that its provider schema was published as on npm.
 * Run by hand when a version is taken in: npm pack @cdktn/provider-azurerm@16.1.0, unpack lib/<resource>/index.d.ts.
 * Only names, kinds and whether they are required are taken; no text.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Argument {
  readonly kind: 'string' | 'number' | 'bool' | 'list' | 'map' | 'block' | 'blocks';
  readonly required?: true;
  readonly block?: Block;
}
type Block = { readonly [name: string]: Argument };

const FIELD =
  /#(?<name>\w+) [\w.]+#\w+\}\n(?:(?!\*\/)[^])*?\*\/\n {4}readonly \w+(?<optional>\??): (?<type>(?:\{[^}]*\}(?: \| [\w.]+)?|[^;{])+);/g;

const interfacesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^export interface (\w+)(?: extends [\w.]+)? \{\n([^]*?)^\}/gm)].map((m) => [
      m[1] ?? '',
      m[2] ?? '',
    ]),
  );

const kindOf = (type: string): Argument['kind'] => {
  if (/^(boolean)\b/.test(type)) return 'bool';
  if (/^number\b(?!\[)/.test(type)) return 'number';
  if (/^string\b(?!\[)/.test(type)) return 'string';
  if (type.startsWith('{')) return 'map';
  if (/^(string|number|boolean)\[\]|^Array|^\(/.test(type)) return 'list';
  return type.includes('[]') ? 'blocks' : 'block';
};

const blockOf = (name: string, interfaces: ReadonlyMap<string, string>): Block => {
  const body = interfaces.get(name) ?? '';
  const block: { [name: string]: Argument } = {};
  for (const { groups } of body.matchAll(FIELD)) {
    const type = groups?.['type'] ?? '';
    const kind = kindOf(type);
    const inner = /^(\w+)/.exec(type)?.[1] ?? '';
    if (groups?.['name'] === 'timeouts' || groups?.['name'] === 'id') continue;
    block[groups?.['name'] ?? ''] = {
      kind,
      ...(groups?.['optional'] === '?' ? {} : { required: true as const }),
      ...(kind === 'block' || kind === 'blocks' ? { block: blockOf(inner, interfaces) } : {}),
    };
  }
  return block;
};

const WANTED = [
  'resource-group',
  'kubernetes-cluster',
  'kubernetes-cluster-node-pool',
  'log-analytics-workspace',
  'log-analytics-workspace-table',
  'log-analytics-solution',
  'log-analytics-query-pack',
  'log-analytics-query-pack-query',
  'monitor-data-collection-rule',
  'monitor-data-collection-rule-association',
  'monitor-data-collection-endpoint',
  'monitor-workspace',
  'monitor-diagnostic-setting',
  'monitor-metric-alert',
  'monitor-scheduled-query-rules-alert-v2',
  'monitor-action-group',
  'monitor-alert-prometheus-rule-group',
  'network-watcher',
  'network-watcher-flow-log',
  'storage-account',
  'storage-management-policy',
  'nat-gateway',
  'nat-gateway-public-ip-association',
  'nat-gateway-public-ip-prefix-association',
  'public-ip',
  'public-ip-prefix',
  'subnet',
  'subnet-nat-gateway-association',
  'subnet-route-table-association',
  'subnet-network-security-group-association',
  'virtual-network',
  'network-security-group',
  'route-table',
  'firewall',
  'private-endpoint',
  'user-assigned-identity',
  'role-assignment',
  'application-insights',
  'dashboard-grafana',
];

/** What is looked up, and not made. */
const DATA = [
  'application-insights',
  'kubernetes-cluster',
  'kubernetes-cluster-node-pool',
  'lb',
  'log-analytics-workspace',
  'log-analytics-workspace-table',
  'monitor-action-group',
  'monitor-data-collection-endpoint',
  'monitor-data-collection-rule',
  'monitor-workspace',
  'nat-gateway',
  'network-watcher',
  'public-ip',
  'public-ip-prefix',
  'resource-group',
  'resources',
  'storage-account',
  'subnet',
  'user-assigned-identity',
  'virtual-network',
];

const folder = process.argv[2] ?? '';
const read = (resource: string) => {
  const text = readFileSync(`${folder}/${resource}/index.d.ts`, 'utf8');
  const type = /tfResourceType = "(\w+)"/.exec(text)?.[1] ?? '';
  const config = /^export interface (\w+Config) extends/m.exec(text)?.[1] ?? '';
  return [type, blockOf(config, interfacesIn(text))] as const;
};
const version = /azurerm\/([\d.]+)\/docs/.exec(readFileSync(`${folder}/nat-gateway/index.d.ts`, 'utf8'))?.[1];
writeFileSync(
  process.argv[3] ?? '/dev/stdout',
  `${JSON.stringify({
    provider: 'hashicorp/azurerm',
    version,
    from: '@cdktn/provider-azurerm@16.1.0 (npm, MPL-2.0)',
    taken: '2026-11-27',
    resources: Object.fromEntries(WANTED.map(read)),
    dataSources: Object.fromEntries(DATA.map((name) => read(`data-azurerm-${name}`))),
  })}\n`,
);
