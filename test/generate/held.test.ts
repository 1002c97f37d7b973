import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Estate } from '../../src/core/monitoring/estate.ts';
import type { Setting, Texts } from '../../src/core/monitoring/estate/setting.ts';
import { meant } from '../../src/core/monitoring/estate/thing.ts';
import { originOf } from '../../src/core/monitoring/generate/stamp.ts';
import { portsOfNode } from '../../src/core/snat/allocation.ts';
import type { ProviderBlock } from '../../src/core/monitoring/provider/provider-types.ts';
import type { MonitoringSpec } from '../../src/core/monitoring/spec.ts';
import type { Section } from '../../src/core/monitoring/terraform/configuration.ts';
import { estateOfFiles, types } from './estates.ts';
import { anySpec } from './specs.ts';
import { moduleOf, QUERIES } from './written.ts';

/** What is read back from what was written. */

const estateOf = (spec: MonitoringSpec): Estate => estateOfFiles(moduleOf(spec));

const say = (setting: Setting<unknown> | undefined): unknown =>
  setting === undefined ? 'missing' : setting.is === 'untold' ? '?' : setting.value;
const words = ({ texts, sure }: Texts): unknown => [...texts.map(({ text }) => text), ...(sure ? [] : ['?'])];

/** What the module is to hold, as the spec says it. */
const wanted = (spec: MonitoringSpec) => {
  const { workspace, inventory, logs, flowLogs, egress, alerts, readers: who, cluster } = spec;
  const own = workspace !== null && workspace.existing === null;
  const streams = [
    ...(inventory?.tables ?? []).map((table) => `Microsoft-${table}`),
    ...(logs === null ? [] : ['Microsoft-ContainerLogV2']),
  ];
  const gateway = cluster.network === 'managed' ? null : (egress?.natGateway ?? null);
  const isLb = egress !== null && egress.loadBalancer !== null;
  const watched = egress === null ? 0 : 1;
  return {
    workspaces: own ? [[workspace.retentionDays, workspace.commitmentGbPerDay]] : [],
    tables: Object.entries(workspace?.tables ?? {}).map(([name, { plan, retentionDays, totalDays }]) => [
      name,
      plan,
      plan === 'Analytics' ? retentionDays : null,
      totalDays,
    ]),
    rules:
      streams.length === 0
        ? []
        : [
            {
              streams,
              flows: streams,
              interval: inventory?.interval ?? '1m',
              ...filterOf(spec),
              isTied: true,
              toWorkspace: true,
            },
          ],
    agentConfigs: logs === null ? [] : [[logs.withoutNamespaces, logs.withoutNamespaces, logs.metadata, 'v2']],
    flowLogs:
      flowLogs === null
        ? []
        : [
            {
              days: flowLogs.days,
              minutes: flowLogs.trafficAnalytics === 'off' ? null : Number.parseInt(flowLogs.trafficAnalytics, 10),
              bySecurityGroup: false,
              records: null,
            },
          ],
    accounts: flowLogs !== null && flowLogs.storageAccount === null ? 1 : 0,
    gateways: gateway === null ? [] : [[gateway.sku, gateway.idleMinutes]],
    gatewayAddresses: gateway?.outboundIps ?? 0,
    alerts: alerts === null ? [] : isLb ? LB_METRICS : GATEWAY_METRICS,
    queries: spec.queryPack ? QUERIES.length : 0,
    roles: who.length * (watched + (workspace === null ? 0 : 1) + (flowLogs === null ? 0 : 1)),
  };
};

/** An empty list filters nothing. */
const filterOf = ({ inventory }: MonitoringSpec): { readonly mode: string; readonly namespaces: readonly string[] } => {
  const [only, without] = [inventory?.onlyNamespaces ?? [], inventory?.withoutNamespaces ?? []];
  if (only.length > 0) return { mode: 'Include', namespaces: only };
  return without.length > 0 ? { mode: 'Exclude', namespaces: without } : { mode: 'Off', namespaces: [] };
};

/** `10%` of the nodes more, or `3`. */
const nodesAtMost = ({ cluster: { nodes } }: MonitoringSpec): number => {
  const most = nodes.most ?? nodes.now;
  const n = Number.parseInt(nodes.surge, 10);
  return most + (nodes.surge.endsWith('%') ? Math.ceil((most * n) / 100 - 1e-9) : n);
};

const LB_METRICS = ['SnatConnectionCount', 'UsedSnatPorts'];
const GATEWAY_METRICS = ['SNATConnectionCount', 'DatapathAvailability'];

const held = (estate: Estate): ReturnType<typeof wanted> => ({
  workspaces: estate.workspaces.map((w) => [say(w.retentionDays), say(w.reservationGb)]) as never,
  tables: estate.tables.map((t) => [
    say(t.name),
    say(t.plan),
    say(t.retentionDays),
    say(t.totalRetentionDays),
  ]) as never,
  rules: estate.collectionRules.map((rule) => {
    const [extension, ...others] = rule.extensions;
    const settings = extension?.settings;
    expect(others).toEqual([]);
    if (extension === undefined || settings === undefined || settings === null || settings === 'untold')
      throw new Error('no settings');
    return {
      streams: words(extension.streams),
      flows: rule.flows.flatMap(({ streams }) => words(streams)),
      interval: say(settings.interval),
      mode: say(settings.filteringMode),
      namespaces: words(settings.namespaces),
      isTied: estate.associations.some((a) => meant(a.rule, [rule]) === rule),
      toWorkspace: rule.destinations.every(
        ({ target }) => estate.workspaces.length === 0 || meant(target, estate.workspaces) !== undefined,
      ),
    };
  }) as never,
  agentConfigs: estate.agentConfigs.map((c) => [
    words(c.stdout.excludeNamespaces),
    words(c.stderr.excludeNamespaces),
    say(c.metadata),
    say(c.logSchema),
  ]) as never,
  flowLogs: estate.flowLogs.map((f) => ({
    days: say(f.retention?.days),
    minutes: f.trafficAnalytics === null ? null : say(f.trafficAnalytics.intervalMinutes),
    bySecurityGroup: f.isBySecurityGroup,
    records: f.recordTypes,
  })) as never,
  accounts: estate.storageAccounts.length === 1 ? 1 : 0,
  gateways: estate.natGateways.map((g) => [say(g.sku), say(g.idleMinutes)]) as never,
  gatewayAddresses: estate.gatewayAddresses.length,
  alerts: estate.metricAlerts.flatMap(({ criteria }) => criteria.map(({ metric }) => say(metric))) as never,
  queries: estate.queries.length,
  roles: estate.roleAssignments.length,
});

/** Written in any order, compared in one. */
const sorted = (of: ReturnType<typeof wanted>) => ({ ...of, tables: of.tables.map(String).sort() });

test('what is read back is what the spec says', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      expect(sorted(held(estateOf(spec)))).toEqual(sorted(wanted(spec)));
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('of any spec the threshold is its share of what a node has at the largest size', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const lb = spec.egress?.loadBalancer ?? null;
      const ports = lb === null ? null : portsOfNode({ ...lb, rules: 0 }, nodesAtMost(spec));
      const used = estateOf(spec)
        .metricAlerts.flatMap(({ criteria }) => criteria)
        .filter(({ metric }) => say(metric) === 'UsedSnatPorts');
      const share = spec.alerts?.snatPortsUsed ?? 0;
      expect(used.map(({ threshold }) => say(threshold))).toEqual(
        spec.alerts === null || ports === null ? [] : [Math.floor(share * ports)],
      );
    }),
    { numRuns: 50 },
  );
}, 120_000);

const META = new Set(['count', 'for_each']);

/** Names that the provider does not have, required ones that are missing, and blocks that are written as arguments, or the other way round. */
const misfits = (section: Section, block: ProviderBlock, path: string): readonly string[] => [
  ...[...section.arguments].flatMap(([name, value]) => {
    if (META.has(name)) return [];
    const type = Object.hasOwn(block, name) ? block[name] : undefined;
    if (type === undefined) return [`${path} has no ${name}`];
    if (type.block !== undefined) return [`${path}.${name} is a block`];
    const { kind } = type;
    if (value.kind === 'list') return kind === 'list' || kind === 'set' ? [] : [`${path}.${name} is a ${kind}`];
    if (value.kind === 'object') return kind === 'map' || kind === 'string' ? [] : [`${path}.${name} is a ${kind}`];
    if (value.kind === 'known') {
      const is = typeof value.value === 'boolean' ? 'bool' : typeof value.value;
      return is === kind ? [] : [`${path}.${name} is a ${kind}, and not a ${is}`];
    }
    return ['list', 'map'].includes(kind) ? [`${path}.${name} is not told to be a ${kind}`] : [];
  }),
  ...[...section.blocks].flatMap(([name, all]) => {
    const inner = Object.hasOwn(block, name) ? block[name]?.block : undefined;
    return inner === undefined
      ? [`${path} has no block ${name}`]
      : all.flatMap((one) => misfits(one, inner, `${path}.${name}`));
  }),
  ...Object.entries(block).flatMap(([name, { required }]) =>
    required === true && !section.arguments.has(name) && !section.blocks.has(name) ? [`${path} needs ${name}`] : [],
  ),
];

test('each argument is one that the provider takes, and of its kind', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anySpec, (spec) => {
      const { resources, undeclared } = estateOf(spec);
      const wrong = resources.flatMap(({ mode, type, body }) => {
        seen.add(`${mode} ${type}`);
        const block = (mode === 'data' ? types.dataSources : types.resources)[type];
        return block === undefined ? [`there is no ${type}`] : misfits(body, block, type);
      });
      expect([...wrong, ...undeclared.map(({ name }) => name)]).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(seen.size).toBe(18);
}, 120_000);

/** By type of resource: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const NAMES: Readonly<Record<string, RegExp>> = {
  azurerm_log_analytics_workspace: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  azurerm_monitor_data_collection_rule: /^[A-Za-z0-9][\w.-]{0,63}$/,
  azurerm_network_watcher_flow_log: /^[A-Za-z0-9][\w.-]{0,79}$/,
  azurerm_nat_gateway: /^[A-Za-z0-9][\w.-]{0,79}$/,
  azurerm_public_ip: /^[A-Za-z0-9][\w.-]{0,79}$/,
  azurerm_storage_account: /^[a-z0-9]{3,24}$/,
};

test('each resource has a name that Azure takes', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anySpec, (spec) => {
      for (const { type, body } of estateOf(spec).resources) {
        const name = body.arguments.get('name');
        const taken = NAMES[type];
        if (taken === undefined || name?.kind !== 'known') continue;
        seen.add(type);
        expect([type, name.value]).toEqual([type, expect.stringMatching(taken)]);
      }
    }),
    { numRuns: 60 },
  );
  expect(seen.size).toBe(Object.keys(NAMES).length);
}, 120_000);

test('written twice it is the same, and knows itself', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const files = moduleOf(spec);
      expect(moduleOf(structuredClone(spec))).toEqual(files);
      expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
      for (const { text } of files) {
        expect(originOf(text)).toBe('generated');
        expect(originOf(`${text}\n`)).toBe('edited');
        expect(originOf(text.replaceAll('\n', '\r\n'))).toBe('generated');
        expect(text).not.toMatch(/network_security_group/);
      }
    }),
    { numRuns: 50 },
  );
});

const hasTerraform = spawnSync('terraform', ['version']).status === 0;

test.skipIf(!hasTerraform)(
  `terraform fmt has nothing to change${hasTerraform ? '' : ' (skipped: no terraform here)'}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'unmasq-generate-'));
    try {
      fc.sample(anySpec, 40).forEach((spec, i) => {
        mkdirSync(join(folder, String(i)));
        for (const { name, text } of moduleOf(spec)) writeFileSync(join(folder, String(i), name), text);
      });
      const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', '-recursive', folder], {
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
