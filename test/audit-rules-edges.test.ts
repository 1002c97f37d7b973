import { expect, test } from 'vitest';
import type { AuditAsked } from '../src/app/audit.ts';
import { auditText } from './audit-text.ts';

/** Edges of rules that no case of the corpus is at: each row fails where one operator of the rule is another. */

const cluster = (name: string, network = 'outbound_type = "loadBalancer"', more = ''): string => `
resource "azurerm_kubernetes_cluster" "${name}" {
  name = "${name}"
  network_profile {
    network_plugin = "azure"
    ${network}
  }
  ${more}
}
`;
const WORKSPACE = `
resource "azurerm_log_analytics_workspace" "ws" {
  name = "ws"
}
`;
const rule = (name: string, source: string): string => `
resource "azurerm_monitor_data_collection_rule" "${name}" {
  name = "${name}"
  data_sources {
    ${source}
  }
}
`;
const PROMETHEUS = 'prometheus_forwarder {\n      name = "p"\n      streams = ["Microsoft-PrometheusMetrics"]\n    }';
const INSIGHTS =
  'extension {\n      name = "c"\n      extension_name = "ContainerInsights"\n      streams = ["x"]\n    }';
const metric = (name: string, of: string, scope = 'var.scope', more = ''): string => `
resource "azurerm_monitor_metric_alert" "a" {
  scopes = [${scope}]
  criteria {
    metric_namespace = ${of}
    metric_name = ${name}
    aggregation = "Total"
    operator = "GreaterThan"
    threshold = 0
  }
  ${more}
}
variable "scope" {}
variable "untold" {}
`;
const GATEWAY = 'resource "azurerm_nat_gateway" "gw" {\n  name = "gw"\n}\n';
const BALANCER = 'resource "azurerm_lb" "lb" {\n  name = "lb"\n}\n';
const NAT = '"Microsoft.Network/natGateways"';
const LB = '"Microsoft.Network/loadBalancers"';

/** What of one code is said, with what is beside it. */
const said = async (code: string, text: string, asked: Partial<AuditAsked> = {}): Promise<readonly string[]> =>
  (await auditText({ 'main.tf': text }, asked)).findings
    .filter((finding) => finding.code === code)
    .flatMap(({ subject, message, related }) => [`${subject}: ${message}`, ...related.map(({ says }) => says)]);

/** Of the diff of a finding the lines that it writes. */
const written = async (code: string, text: string): Promise<readonly string[]> =>
  (await auditText({ 'main.tf': text })).findings
    .filter((finding) => finding.code === code)
    .flatMap(({ diff }) => diff.split('\n').filter((line) => /^[+](?![+])/.test(line)));

test('of several clusters without an alert one is named, and the others beside it', async () => {
  const text = `${WORKSPACE}${cluster('a')}${cluster('b')}${cluster('c', 'outbound_type = "userDefinedRouting"')}`;
  expect(await said('ALERT001', `${text}${cluster('d', '', 'count = var.n')}\nvariable "n" {}\n`)).toEqual([
    'azurerm_kubernetes_cluster.a: no alert watches the SNAT ports of azurerm_kubernetes_cluster.a',
    'nor those of azurerm_kubernetes_cluster.b',
  ]);
});

test.each<[string, string, boolean]>([
  ['another metric', metric('"SynCount"', LB), true],
  ['a metric that is not told', metric('var.untold', LB), false],
  [
    'the ports, beside another metric',
    metric('"UsedSnatPorts"', LB, 'var.scope', 'criteria {\n  metric_name = "SynCount"\n}'),
    false,
  ],
])('whether ports are watched: %s', async (_, alert, isTold) => {
  expect((await said('ALERT001', `${WORKSPACE}${cluster('a')}${alert}`)).length > 0).toBe(isTold);
});

test.each<[string, string, string]>([
  ['loadBalancer', 'SnatConnectionCount with', 'load balancer'],
  ['userAssignedNATGateway', 'of the NAT gateway', 'gateway'],
])('what leaves by %s is to be watched there', async (outbound, words) => {
  const text = `${WORKSPACE}${cluster('a', `outbound_type = "${outbound}"`)}`;
  const { findings } = await auditText({ 'main.tf': text });
  expect(findings.find(({ code }) => code === 'ALERT001')?.fix).toContain(words);
});

const GROUP = 'resource "azurerm_monitor_action_group" "ops" {\n  name = "ops"\n}\n';
test.each<[string, string, number]>([
  ['the one group that there is', GROUP, 4],
  ['no group', '', 0],
  ['two groups', `${GROUP}${GROUP.replace('"ops"', '"dev"')}`, 0],
])('who an alert without an action could tell: %s', async (_, groups, lines) => {
  expect(await written('ALERT010', `${groups}${metric('"SynCount"', LB)}`)).toHaveLength(lines);
});

const inModule = { 'm/main.tf': 'resource "azurerm_monitor_action_group" "ops" {\n  name = "ops"\n}\n' };
test('a group of a module cannot be named by the root', async () => {
  const text = `module "m" {\n  source = "./m"\n}\n${metric('"SynCount"', LB)}`;
  const { findings } = await auditText({ 'main.tf': text, ...inModule });
  expect(findings.filter(({ code }) => code === 'ALERT010').map(({ edits }) => edits)).toEqual([[]]);
});

test.each<[string, string, string]>([
  [
    'no place and no rule',
    '',
    'an azurerm_monitor_workspace, nor a data collection rule with Microsoft-PrometheusMetrics, nor',
  ],
  [
    'a rule beside another',
    rule('p', PROMETHEUS) + rule('c', INSIGHTS),
    'an azurerm_monitor_workspace, nor an association',
  ],
  ['rules of something else', rule('c', INSIGHTS), 'an azurerm_monitor_workspace, nor a data collection rule with'],
  [
    'a place without a rule',
    'resource "azurerm_monitor_workspace" "m" {\n  name = "m"\n}\n',
    'there is not a data collection rule with Microsoft-PrometheusMetrics, nor an association',
  ],
])('what metrics lack: %s', async (_, text, lacks) => {
  const of = cluster('a', undefined, 'monitor_metrics {\n  }');
  expect(await said('CI003', `${WORKSPACE}${of}${text}`)).toEqual([expect.stringContaining(lacks)]);
});

test.each<[string, string, readonly string[]]>([
  ['an overlay', 'network_plugin_mode = "overlay"', ['outbound_type, network_data_plane, network_policy']],
  ['an overlay in capitals', 'network_plugin_mode = "Overlay"', ['outbound_type, network_data_plane, network_policy']],
  ['another mode', 'network_plugin_mode = "bridge"', []],
  ['no mode', '', []],
  ['a mode that is not told', 'network_plugin_mode = var.mode', []],
  ['a way that is chosen', 'network_plugin_mode = "overlay"\n    outbound_type = "loadBalancer"', []],
  ['a way that is not told', 'network_plugin_mode = "overlay"\n    outbound_type = var.mode', []],
  ['a policy', 'network_plugin_mode = "overlay"\n    network_policy = "calico"', ['outbound_type, network_data_plane']],
  [
    'a data plane',
    'network_plugin_mode = "overlay"\n    network_data_plane = "cilium"',
    ['outbound_type, network_policy'],
  ],
])('what an overlay leaves to Azure: %s', async (_, network, left) => {
  expect(await said('NET001', `${cluster('a', network)}variable "mode" {}\n`)).toEqual(
    left.map((words) => expect.stringContaining(`leaves ${words} to Azure`)),
  );
});

test.each<[string, string, readonly string[]]>([
  [
    'ports of a balancer at a gateway',
    GATEWAY + metric('"UsedSnatPorts"', 'var.untold', 'azurerm_nat_gateway.gw.id'),
    ['a NAT gateway has no UsedSnatPorts'],
  ],
  ['by its namespace alone', metric('"UsedSnatPorts"', NAT), ['a NAT gateway has no UsedSnatPorts']],
  [
    'drops of a gateway at a balancer',
    BALANCER + metric('"PacketDropCount"', 'var.untold', 'azurerm_lb.lb.id'),
    ['a load balancer has no PacketDropCount'],
  ],
  ['by its namespace alone, too', metric('"PacketDropCount"', LB), ['a load balancer has no PacketDropCount']],
  ['where neither is told', metric('"PacketDropCount"', 'var.untold'), []],
  ['ports of a balancer where neither is told', metric('"UsedSnatPorts"', 'var.untold'), []],
])('a metric that is not there: %s', async (_, text, expected) => {
  expect(await said('ALERT002', text)).toEqual(expected.map((words) => `azurerm_monitor_metric_alert.a: ${words}`));
});

test('an alert by its namespace alone is not turned to what nobody named', async () => {
  expect(await written('ALERT002', metric('"UsedSnatPorts"', NAT))).toEqual([]);
  const named = GATEWAY + metric('"UsedSnatPorts"', NAT, 'azurerm_nat_gateway.gw.id');
  expect((await written('ALERT002', named)).join('\n')).toContain('SNATConnectionCount');
});

const LB_OF_AKS =
  'data "azurerm_lb" "aks" {\n  name = "kubernetes"\n  resource_group_name = azurerm_kubernetes_cluster.a.node_resource_group\n}\n';
test.each<[string, string, string, boolean]>([
  ['the one gateway', 'userAssignedNATGateway', GATEWAY, true],
  ['none here', 'managedNATGateway', '', false],
  ['one of two', 'userAssignedNATGateway', GATEWAY + GATEWAY.replace('"gw"', '"other"'), false],
  ['one of a module', 'userAssignedNATGateway', 'module "m" {\n  source = "./m"\n}\n', false],
])('an alert on a balancer that is idle is turned to %s', async (_, outbound, gateways, isTurned) => {
  const text =
    cluster('a', `outbound_type = "${outbound}"`) +
    LB_OF_AKS +
    gateways +
    metric('"UsedSnatPorts"', LB, 'data.azurerm_lb.aks.id');
  const { findings } = await auditText({ 'main.tf': text, 'm/main.tf': GATEWAY });
  const found = findings.filter(({ code }) => code === 'ALERT002');
  expect(found.map(({ message, edits }) => [message.includes('leaves by a NAT gateway'), edits.length > 0])).toEqual([
    [true, isTurned],
  ]);
});

test('what leaves by a balancer, or is not told to, has an alert on it that works', async () => {
  for (const network of ['outbound_type = "loadBalancer"', 'outbound_type = var.untold'])
    expect(
      await said(
        'ALERT002',
        cluster('a', network) + LB_OF_AKS + metric('"UsedSnatPorts"', LB, 'data.azurerm_lb.aks.id'),
      ),
    ).toEqual([]);
});

test.each<[string, string, boolean]>([
  ['no agent', '', false],
  [
    'an agent with its key',
    'oms_agent {\n    log_analytics_workspace_id = "w"\n    msi_auth_for_monitoring_enabled = false\n  }',
    true,
  ],
  [
    'an agent with its identity',
    'oms_agent {\n    log_analytics_workspace_id = "w"\n    msi_auth_for_monitoring_enabled = true\n  }',
    false,
  ],
  [
    'one that is not told',
    'oms_agent {\n    log_analytics_workspace_id = "w"\n    msi_auth_for_monitoring_enabled = var.b\n  }\n  dns_prefix = var.b',
    false,
  ],
])('how the agent signs in: %s', async (_, agent, isTold) => {
  expect((await said('CI001', `${cluster('a', undefined, agent)}variable "b" {}\n`)).length > 0).toBe(isTold);
});

const addon = (enabled: string, identity: string): string =>
  `{"type": "Microsoft.ContainerService/managedClusters", "name": "a", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/a", "properties": {"addonProfiles": {"omsagent": {"enabled": ${enabled}, "config": {"logAnalyticsWorkspaceResourceID": "w", "useAADAuth": "${identity}"}}}}}`;
test.each<[string, string, boolean]>([
  ['true', 'false', true],
  ['false', 'false', false],
  ['true', 'true', false],
])('an agent of Azure that is on: %s, with an identity: %s', async (enabled, identity, isTold) => {
  const { findings } = await auditText({ 'a.json': addon(enabled, identity) });
  expect(findings.some(({ code }) => code === 'CI001')).toBe(isTold);
});

const logAlert = (
  query: string,
  window = 'window_duration = "PT3H"',
  kind = 'azurerm_monitor_scheduled_query_rules_alert_v2',
): string => `
resource "${kind}" "a" {
  ${window}
  ${kind.endsWith('v2') ? `criteria {\n    query = "${query}"\n  }` : `query = "${query}"`}
}
`;
const flowLog = (target: string, more = ''): string =>
  `resource "azurerm_network_watcher_flow_log" "${/\w+$/.exec(target.replace('.id', ''))?.[0]}" {\n  ${target}\n  ${more}\n}\n`;
const NETWORK = 'resource "azurerm_virtual_network" "net" {\n  name = "net"\n}\n';
const NSG = 'resource "azurerm_network_security_group" "nsg" {\n  name = "nsg"\n}\n';
const OF_NETWORK = `${NETWORK}${flowLog('target_resource_id = azurerm_virtual_network.net.id')}`;
const OF_GROUP = `${NSG}${flowLog('network_security_group_id = azurerm_network_security_group.nsg.id')}`;
const OLD_TABLE = logAlert('AzureNetworkAnalytics_CL');

test.each<[string, string, Partial<AuditAsked>, boolean]>([
  ['a flow log of a network', OF_NETWORK + OLD_TABLE, {}, true],
  ['one of a security group beside it', OF_NETWORK + OF_GROUP + OLD_TABLE, {}, false],
  ['no flow log', WORKSPACE + OLD_TABLE, {}, true],
  ['flow logs that are elsewhere', WORKSPACE + OLD_TABLE, { elsewhere: new Set(['flow-logs']) }, false],
  ['flow logs of which one is here', OF_NETWORK + OLD_TABLE, { elsewhere: new Set(['flow-logs']) }, true],
  ['not all that there is', OF_NETWORK + OLD_TABLE, { scope: 'partial' }, false],
  [
    'one whose target is not told',
    `${flowLog('target_resource_id = var.target')}variable "target" {}\n${OLD_TABLE}`,
    {},
    false,
  ],
  ['one without a target', flowLog('name = "none"') + OLD_TABLE, {}, false],
])('whether the old table is filled: %s', async (_, text, asked, isTold) => {
  expect((await said('ALERT012', text, asked)).length > 0).toBe(isTold);
});

const analytics = (minutes: number): string =>
  `traffic_analytics {\n    enabled = true\n    interval_in_minutes = ${minutes}\n  }`;
const slow = (minutes: number): string =>
  flowLog('target_resource_id = azurerm_virtual_network.net.id', analytics(minutes));
test.each<[string, string, readonly string[]]>([
  [
    'each 10 minutes',
    NETWORK + slow(10) + logAlert('NTANetAnalytics', 'window_duration = "PT1H"'),
    ['a window of 60 minutes on NTANetAnalytics, whose rows come up to 80 minutes late'],
  ],
  [
    'each 60 minutes, one of two',
    NETWORK +
      slow(10) +
      flowLog('target_resource_id = azurerm_subnet.b.id', analytics(60)) +
      logAlert('NTANetAnalytics', 'window_duration = "PT2H"'),
    ['a window of 120 minutes on NTANetAnalytics, whose rows come up to 130 minutes late'],
  ],
  ['a window of nothing', NETWORK + slow(10) + logAlert('NTANetAnalytics', 'window_duration = "PT0M"'), []],
])('a window that is over before its rows: %s', async (_, text, expected) => {
  expect(await said('ALERT011', text)).toEqual(expected.map((words) => expect.stringContaining(words)));
});

test('the window of the older resource, which counts in minutes, is not written as that of the newer', async () => {
  const old = logAlert('KubePodInventory', 'time_window = 5', 'azurerm_monitor_scheduled_query_rules_alert');
  expect(await said('ALERT011', old)).toHaveLength(1);
  expect(await written('ALERT011', old)).toEqual([]);
  expect(await written('ALERT011', logAlert('KubePodInventory', 'window_duration = "PT5M"'))).toEqual([
    '+  window_duration = "PT10M"',
  ]);
});

const SUBNET = (name: string, network = 'azurerm_virtual_network.net.name'): string =>
  `resource "azurerm_subnet" "${name}" {\n  name = "${name}"\n  virtual_network_name = ${network}\n}\n`;
const tie = (subnet: string, group = 'azurerm_network_security_group.nsg.id', more = ''): string =>
  `resource "azurerm_subnet_network_security_group_association" "${subnet}" {\n  subnet_id = azurerm_subnet.${subnet}.id\n  network_security_group_id = ${group}\n  ${more}\n}\n`;
const OTHER = 'resource "azurerm_virtual_network" "hub" {\n  name = "hub"\n}\n';
const IN_ONE = `${NETWORK}${SUBNET('nodes')}${tie('nodes')}`;
const turned = ['+  target_resource_id = azurerm_virtual_network.net.id'];

test.each<[string, string, readonly string[]]>([
  ['of the one network of its subnets', IN_ONE + OF_GROUP, turned],
  ['of no network that is told', OF_GROUP, []],
  [
    'of subnets of two networks',
    IN_ONE + OTHER + SUBNET('b', 'azurerm_virtual_network.hub.name') + tie('b') + OF_GROUP,
    [],
  ],
  [
    'beside the subnets of another group',
    IN_ONE +
      OTHER +
      SUBNET('b', 'azurerm_virtual_network.hub.name') +
      NSG.replace('"nsg"', '"x"') +
      tie('b', 'azurerm_network_security_group.x.id') +
      OF_GROUP,
    turned,
  ],
  [
    'beside a group that is not told',
    `${IN_ONE}${OTHER}${SUBNET('b', 'azurerm_virtual_network.hub.name')}${tie('b', 'var.group')}${OF_GROUP}variable "group" {}\n`,
    turned,
  ],
  [
    'beside an association that there may not be',
    `${IN_ONE}${OTHER}${SUBNET('b', 'azurerm_virtual_network.hub.name')}${tie('b', undefined, 'count = var.n')}${OF_GROUP}variable "n" {}\n`,
    turned,
  ],
  ['of a network that has one', IN_ONE + OF_GROUP + flowLog('target_resource_id = azurerm_virtual_network.net.id'), []],
  [
    'of a network that may have one',
    `${IN_ONE}${OF_GROUP}${flowLog('target_resource_id = var.target')}variable "target" {}\n`,
    turned,
  ],
  ['that an alert reads', IN_ONE + OF_GROUP + OLD_TABLE, []],
  ['that a module makes the network of', `module "m" {\n  source = "./m"\n}\n${OF_GROUP}`, []],
])('what becomes of a flow log %s', async (_, text, expected) => {
  expect(await written('FLOW002', text)).toEqual(expected);
});

test.each<[string, string, number]>([
  ['its network', flowLog('target_resource_id = azurerm_virtual_network.net.id'), 1],
  ['its subnet', flowLog('target_resource_id = azurerm_subnet.nodes.id'), 1],
  ['another network', OTHER + flowLog('target_resource_id = azurerm_virtual_network.hub.id'), 0],
  ['what is not told', `${flowLog('target_resource_id = var.target')}variable "target" {}\n`, 0],
  ['nothing else', '', 0],
  [
    'its network, by a second group too',
    flowLog('target_resource_id = azurerm_virtual_network.net.id') +
      NSG.replace('"nsg"', '"x"') +
      flowLog('network_security_group_id = azurerm_network_security_group.x.id'),
    1,
  ],
])('the flows of a security group are recorded twice beside a flow log of %s', async (_, others, times) => {
  expect(await said('FLOW007', IN_ONE + OF_GROUP + others)).toHaveLength(times * 2);
});

test.each<[string, string, number]>([
  ['of its network', flowLog('target_resource_id = azurerm_virtual_network.net.id'), 1],
  ['of another', OTHER + flowLog('target_resource_id = azurerm_virtual_network.hub.id'), 0],
  ['that is not told', `${flowLog('target_resource_id = var.target')}variable "target" {}\n`, 0],
])('a flow log of a subnet beside one %s', async (_, other, times) => {
  const text = NETWORK + SUBNET('nodes') + flowLog('target_resource_id = azurerm_subnet.nodes.id') + other;
  expect(await said('FLOW010', text)).toHaveLength(times * 2);
});

test('a subnet of which the network is not told may be in another than the one with a flow log', async () => {
  const untold = `${NETWORK}${SUBNET('nodes', 'var.network')}variable "network" {}\n`;
  const ofNetwork = flowLog('target_resource_id = azurerm_virtual_network.net.id');
  expect(await said('FLOW007', untold + tie('nodes') + OF_GROUP + ofNetwork)).toEqual([]);
  expect(await said('FLOW010', untold + flowLog('target_resource_id = azurerm_subnet.nodes.id') + ofNetwork)).toEqual(
    [],
  );
});
