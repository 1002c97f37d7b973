import type { TrapCode } from '../../src/core/kql/traps.ts';

/**
 * Queries that have one fault and no other, each beside its nearest neighbour that has none. The first of each code is the example of
 * docs/reference/kql.md.
 */
export interface TrapCase {
  readonly code: TrapCode;
  /** What the pair is about. */
  readonly about: string;
  readonly faulty: string;
  /** null: there is no neighbour worth the name. */
  readonly innocent: string | null;
  /** How many findings of the code; one, unless this says more. */
  readonly times?: number;
  /** What else the faulty one has. */
  readonly also?: readonly TrapCode[];
}

/** Flows that left, with every bound they need. */
const FLOWS = `NTANetAnalytics
| where TimeGenerated > ago(6h) and FlowStartTime > ago(2h)
| where SubType == "FlowLog" and FlowDirection in ("Outbound", "O")`;
const NSG_FLOWS = `AzureNetworkAnalytics_CL
| where TimeGenerated > ago(6h) and FlowStartTime_t > ago(2h)
| where SubType_s == "FlowLog" and FlowDirection_s == "O"`;
const PODS = `KubePodInventory
| where TimeGenerated > ago(1h) and ClusterName == "prod"`;
const LEASES = `${PODS}
| summarize FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated) by PodUid, PodIp`;

const join = (before: string, right: string, on: string, after: string, kind = 'kind=inner '): string =>
  `${before}\n| join ${kind}(\n    ${right.replaceAll('\n', '\n    ')}\n  ) on ${on}${after}`;
const HELD = '\n| where FlowStartTime <= LastSeen and FlowEndTime >= FirstSeen';

export const TRAP_CASES: readonly TrapCase[] = [
  {
    code: 'KQL001',
    about: 'brackets in brackets',
    faulty: `print ${'('.repeat(70)}1${')'.repeat(70)}`,
    innocent: `print ${'('.repeat(60)}1${')'.repeat(60)}`,
  },
  {
    code: 'KQL002',
    about: 'functions that double what they are made of',
    faulty: `let a0 = () { Heartbeat | union Heartbeat };\n${Array.from({ length: 20 }, (_, i) => `let a${i + 1} = () { a${i}() | union a${i}() };`).join('\n')}\na20()`,
    innocent: null,
  },
  {
    code: 'KQL003',
    about: 'a command',
    faulty: '.show tables',
    innocent: `${PODS}\n| distinct Name`,
  },
  {
    code: 'KQL004',
    about: 'a statement that is not read',
    faulty: `set notruncation;\n${PODS}\n| distinct Name`,
    innocent: `${PODS}\n| distinct Name`,
  },
  {
    code: 'KQL005',
    about: 'a text without an answer',
    faulty: 'let nodes = 3;',
    innocent: 'let nodes = 3;\nprint nodes',
  },
  {
    code: 'KQL006',
    about: 'an allowance without a reason',
    faulty: '// unmasq:allow KQL107\nHeartbeat\n| distinct Computer',
    innocent: '// unmasq:allow KQL107 the workspace keeps a day\nHeartbeat\n| distinct Computer',
    also: ['KQL107'],
  },
  {
    code: 'KQL006',
    about: 'an allowance of what is not there',
    faulty: `// unmasq:allow KQL107 it is a small table\n${PODS}\n| distinct Name`,
    innocent: `print "// unmasq:allow KQL107 only in a string"`,
  },
  {
    code: 'KQL101',
    about: 'addresses that are blank on both sides',
    faulty: join(FLOWS, LEASES, '$left.DestIp == $right.PodIp', `${HELD}\n| project PodUid, DestPublicIps`),
    innocent: join(
      FLOWS,
      `${PODS}\n| where isnotempty(PodIp)\n| summarize FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated) by PodUid, PodIp`,
      '$left.DestIp == $right.PodIp',
      `${HELD}\n| project PodUid, DestPublicIps`,
    ),
  },
  {
    code: 'KQL101',
    about: 'outbound flows of VNet flow logs have the address of their node; those of NSG flow logs are said not to',
    faulty: join(
      FLOWS.replace(/ and FlowDirection.*/, ''),
      LEASES,
      '$left.SrcIp == $right.PodIp',
      `${HELD}\n| project PodUid, SrcPublicIps, FlowDirection`,
    ),
    innocent: join(
      FLOWS,
      LEASES,
      '$left.SrcIp == $right.PodIp',
      `${HELD}\n| project PodUid, SrcPublicIps, FlowDirection`,
    ),
  },
  {
    code: 'KQL101',
    about: 'a text made of a member that may not be there',
    faulty: join(
      `${PODS}\n| extend App = tostring(parse_json(PodLabel)[0].app)\n| project App, PodUid`,
      `${PODS}\n| extend App = tostring(parse_json(PodLabel)[0].app)\n| distinct App, Namespace`,
      'App',
      '',
    ),
    innocent: join(
      `${PODS}\n| extend App = tostring(parse_json(PodLabel)[0].app)\n| where App != ""\n| project App, PodUid`,
      `${PODS}\n| extend App = tostring(parse_json(PodLabel)[0].app)\n| distinct App, Namespace`,
      'App',
      '',
    ),
  },
  {
    code: 'KQL101',
    about: 'a table in the place of a list',
    faulty: `${PODS}\n| where Computer in ((${PODS}\n  | project Computer))\n| distinct Name`,
    innocent: `${PODS}\n| where Computer in ((${PODS}\n  | where isnotempty(Computer)\n  | project Computer))\n| distinct Name`,
  },
  {
    code: 'KQL101',
    about: 'one value that may not be found',
    faulty: `let ip = toscalar(${PODS}\n  | summarize max(PodIp));\n${FLOWS}\n| where DestIp == ip and isempty(SrcPublicIps)\n| project DestIp, DestPublicIps`,
    innocent: `let ip = toscalar(${PODS}\n  | summarize max(PodIp));\n${FLOWS}\n| where isnotempty(DestIp) and DestIp == ip\n| project DestIp, DestPublicIps`,
  },
  {
    code: 'KQL101',
    about: 'a column that only one part of a union has',
    faulty: join(
      `union (${PODS} | where isnotempty(PodIp) | project Ip = PodIp, PodUid), (${PODS} | project PodUid)`,
      `${PODS} | project Ip = PodIp, Name`,
      'Ip',
      '',
    ),
    innocent: join(
      `union (${PODS} | where isnotempty(PodIp) | project Ip = PodIp, PodUid), (${PODS} | project PodUid, Ip = "-")`,
      `${PODS} | project Ip = PodIp, Name`,
      'Ip',
      '',
    ),
  },
  {
    code: 'KQL101',
    about: 'what an outer join did not find',
    faulty: join(
      join(`${PODS}\n| distinct Name`, `${PODS}\n| distinct Name, Namespace`, 'Name', '', 'kind=leftouter '),
      `${PODS}\n| distinct Namespace = ServiceName`,
      'Namespace',
      '',
    ),
    innocent: join(
      join(`${PODS}\n| distinct Name`, `${PODS}\n| distinct Name, Namespace`, 'Name', ''),
      `${PODS}\n| distinct Namespace = ServiceName`,
      'Namespace',
      '',
    ),
  },
  {
    code: 'KQL102',
    about: 'a text of words',
    faulty:
      'KubeNodeInventory\n| where TimeGenerated > ago(1h)\n| extend Ip = tostring(parse_json(Status).addresses[0].address)\n| project Computer, Ip',
    innocent:
      'KubeNodeInventory\n| where TimeGenerated > ago(1h)\n| extend Pool = tostring(parse_json(Labels)[0].agentpool)\n| project Computer, Pool',
  },
  {
    code: 'KQL103',
    about: 'one row for the latest',
    faulty: `${PODS}\n| where Name == "checkout"\n| project Computer\n| take 1`,
    innocent: `${PODS}\n| where Name == "checkout"\n| summarize arg_max(TimeGenerated, Computer)\n| project Computer`,
  },
  {
    code: 'KQL103',
    about: 'rows that another table rests on',
    faulty: `let some = ${PODS}\n  | distinct PodUid\n  | limit 10;\n${PODS}\n| where PodUid in (some)\n| distinct Name`,
    innocent: `let some = ${PODS}\n  | distinct PodUid\n  | order by PodUid asc\n  | limit 10;\n${PODS}\n| where PodUid in (some)\n| distinct Name`,
  },
  {
    code: 'KQL103',
    about: 'a sample at the end is a sample',
    faulty: `${PODS}\n| limit 1`,
    innocent: `${PODS}\n| limit 100`,
  },
  {
    code: 'KQL104',
    about: 'flows of the last hour, by when their rows arrived',
    faulty: FLOWS.replace(' and FlowStartTime > ago(2h)', ''),
    innocent: FLOWS,
  },
  {
    code: 'KQL104',
    about: 'of weeks an hour more or less is little',
    faulty: FLOWS.replace('ago(6h) and FlowStartTime > ago(2h)', 'ago(90m)'),
    innocent: FLOWS.replace('ago(6h) and FlowStartTime > ago(2h)', 'startofday(ago(30d))'),
  },
  {
    code: 'KQL104',
    about: 'the time that is told',
    faulty: `${FLOWS}\n| project TimeGenerated, DestPort`,
    innocent: `${FLOWS}\n| project FlowStartTime, TimeGenerated, DestPort`,
  },
  {
    code: 'KQL104',
    about: 'the time that is grouped by',
    faulty: `${FLOWS}\n| summarize sum(BytesSrcToDest) by bin(TimeGenerated, 5m)`,
    innocent: `${FLOWS}\n| summarize sum(BytesSrcToDest) by bin(FlowStartTime, 5m)`,
  },
  {
    code: 'KQL104',
    about: 'what arrived is what is paid for',
    faulty: `${FLOWS}\n| summarize sum(BytesSrcToDest) by bin(TimeGenerated, 1d)`,
    innocent:
      'NTANetAnalytics\n| where TimeGenerated > ago(7d)\n| summarize sum(_BilledSize) by bin(TimeGenerated, 1d)',
  },
  {
    code: 'KQL104',
    about: 'the interval that flows were summed up over',
    faulty: `${FLOWS}\n| summarize sum(BytesSrcToDest) by Hour = startofday(TimeGenerated)`,
    innocent: `${FLOWS.replace('FlowStartTime >', 'FlowIntervalStartTime >')}\n| summarize sum(BytesSrcToDest) by Hour = bin(FlowIntervalStartTime, 1h)`,
  },
  {
    code: 'KQL104',
    about: 'NSG flow logs',
    faulty: NSG_FLOWS.replace(' and FlowStartTime_t > ago(2h)', ''),
    innocent: null,
    also: ['KQL110'],
  },
  {
    code: 'KQL105',
    about: 'a column of the answer',
    faulty: `${FLOWS}\n| project FlowStartTime, SrcIp, DestIp, DestPort`,
    innocent: `${FLOWS}\n| project FlowStartTime, SrcIp, Dest = iff(isempty(DestIp), DestPublicIps, DestIp), DestPort`,
  },
  {
    code: 'KQL105',
    about: 'a public address is never equal',
    faulty: `${FLOWS}\n| where DestIp == "20.1.2.3"`,
    innocent: `${FLOWS}\n| where DestIp == "10.1.2.3"`,
  },
  {
    code: 'KQL105',
    about: 'what is grouped by',
    faulty: `${FLOWS}\n| summarize Flows = count() by DestIp`,
    innocent: `${FLOWS}\n| where isnotempty(DestIp)\n| summarize Flows = count() by DestIp`,
  },
  {
    code: 'KQL105',
    about: 'the source of what came in',
    faulty: FLOWS.replace('("Outbound", "O")', '("Inbound", "I")') + '\n| project FlowStartTime, SrcIp',
    innocent: `${FLOWS}\n| project FlowStartTime, SrcIp`,
  },
  {
    code: 'KQL106',
    about: 'a port in quotes',
    faulty: `${FLOWS}\n| where DestPort == "443"`,
    innocent: `${FLOWS}\n| where DestPort == 443`,
  },
  {
    code: 'KQL106',
    about: 'ports in quotes',
    faulty: 'Syslog\n| where TimeGenerated > ago(1h) and ProcessID in ("1", "2")',
    innocent: 'Syslog\n| where TimeGenerated > ago(1h) and ProcessID in (1, 2)',
    times: 2,
  },
  {
    code: 'KQL106',
    about: 'a number made a text',
    faulty: `${FLOWS}\n| where tostring(DestPort) == 443`,
    innocent: `${FLOWS}\n| where tostring(DestPort) == "443"`,
  },
  {
    code: 'KQL107',
    about: 'no bound at all',
    faulty: 'KubePodInventory\n| distinct Name',
    innocent: 'KubePodInventory\n| where TimeGenerated > ago(1h)\n| distinct Name',
  },
  {
    code: 'KQL107',
    about: 'a bound on the wrong side',
    faulty: 'KubePodInventory\n| where TimeGenerated < ago(1h)\n| distinct Name',
    innocent: 'KubePodInventory\n| where ago(1h) <= TimeGenerated\n| distinct Name',
  },
  {
    code: 'KQL107',
    about: 'a bound that comes too late',
    faulty: 'KubePodInventory\n| summarize Last = max(TimeGenerated) by Name\n| where Last > ago(1h)',
    innocent:
      'KubePodInventory\n| extend At = TimeGenerated\n| where now() - At < 1h\n| summarize Last = max(At) by Name',
  },
  {
    code: 'KQL107',
    about: 'a bound in one of two cases',
    faulty: 'KubePodInventory\n| where TimeGenerated > ago(1h) or Name == "checkout"\n| distinct Name',
    innocent:
      'KubePodInventory\n| where (TimeGenerated > ago(1h) and Name == "checkout") or TimeGenerated between (ago(2h) .. 10m)\n| distinct Name',
  },
  {
    code: 'KQL107',
    about: 'a bound on each reading',
    faulty: `let old = KubePodInventory | distinct PodUid;\n${PODS}\n| where PodUid !in (old)\n| distinct Name`,
    innocent: `let old = KubePodInventory | where TimeGenerated > ago(1d) | distinct PodUid;\n${PODS}\n| where PodUid !in (old)\n| distinct Name`,
  },
  {
    code: 'KQL107',
    about: 'a table of another workspace',
    faulty: 'union (workspace("other").Heartbeat), (Heartbeat | where TimeGenerated > ago(1h))\n| distinct Computer',
    innocent: 'union (workspace("other").Heartbeat), Heartbeat\n| where TimeGenerated > ago(1h)\n| distinct Computer',
  },
  {
    code: 'KQL108',
    about: 'the sort of row',
    faulty: FLOWS.replace('SubType == "FlowLog" and ', ''),
    innocent: FLOWS,
  },
  {
    code: 'KQL109',
    about: 'the direction',
    faulty: FLOWS.replace(/ and FlowDirection.*/, '') + '\n| summarize sum(BytesSrcToDest) by DestPort',
    innocent:
      FLOWS.replace(/ and FlowDirection.*/, '') + '\n| summarize sum(BytesSrcToDest) by DestPort, FlowDirection',
  },
  {
    code: 'KQL109',
    about: 'on whose interface it was captured says as much',
    faulty: FLOWS.replace(/ and FlowDirection.*/, '') + '\n| summarize sum(BytesSrcToDest) by SrcVm',
    innocent: FLOWS.replace(/ and FlowDirection.*/, '') + '\n| summarize sum(BytesSrcToDest) by SrcVm, MacAddress',
  },
  {
    code: 'KQL105',
    about: 'grouped by it as a text',
    faulty: `${FLOWS}\n| summarize sum(BytesSrcToDest) by tostring(DestIp)`,
    innocent: `${FLOWS}\n| summarize sum(BytesSrcToDest) by tostring(SrcIp)`,
  },
  { code: 'KQL110', about: 'NSG flow logs', faulty: NSG_FLOWS, innocent: FLOWS },
  {
    code: 'KQL110',
    about: 'container logs of the first version',
    faulty: 'ContainerLog\n| where TimeGenerated > ago(1h)',
    innocent: 'ContainerLogV2\n| where TimeGenerated > ago(1h)',
  },
  {
    code: 'KQL111',
    about: 'addresses of every cluster',
    faulty: join(FLOWS, LEASES.replace(' and ClusterName == "prod"', ''), '$left.SrcIp == $right.PodIp', HELD),
    innocent: join(FLOWS, LEASES, '$left.SrcIp == $right.PodIp', HELD),
  },
  {
    code: 'KQL112',
    about: 'whoever held the address at any time',
    faulty: join(FLOWS, LEASES, '$left.SrcIp == $right.PodIp', ''),
    innocent: join(FLOWS, LEASES, '$left.SrcIp == $right.PodIp', HELD),
  },
  {
    code: 'KQL112',
    about: 'pods that were on a node at any time',
    faulty: join(
      'ContainerLogV2\n| where TimeGenerated > ago(1h) and isnotempty(Computer)',
      `${PODS}\n| distinct Computer, ServiceName`,
      'Computer',
      '',
    ),
    innocent: join(
      'ContainerLogV2\n| where TimeGenerated > ago(1h)',
      `${PODS}\n| distinct ContainerId = ContainerID, ServiceName`,
      'ContainerId',
      '',
    ),
  },
  {
    code: 'KQL112',
    about: 'times of one table say nothing of another',
    faulty: join(
      FLOWS,
      LEASES,
      '$left.SrcIp == $right.PodIp',
      '\n| where FlowEndTime > FlowStartTime and LastSeen > FirstSeen',
    ),
    innocent: join(
      FLOWS,
      LEASES,
      '$left.SrcIp == $right.PodIp',
      '\n| where FlowStartTime between (FirstSeen .. LastSeen)',
    ),
  },
  {
    code: 'KQL112',
    about: 'a node is asked by its own name',
    faulty: join(
      'Perf\n| where TimeGenerated > ago(1h)',
      `${PODS}\n| where isnotempty(Computer)\n| distinct Computer, Namespace`,
      'Computer',
      '',
    ),
    innocent: join(
      'Perf\n| where TimeGenerated > ago(1h)',
      'KubeNodeInventory\n| where TimeGenerated > ago(1h) and ClusterName == "prod"\n| distinct Computer, KubeletVersion',
      'Computer',
      '',
    ),
  },
  {
    code: 'KQL113',
    about: 'a protocol that nobody looked at',
    faulty: `${FLOWS}\n| summarize sum(BytesSrcToDest) by L7Protocol`,
    innocent: `${FLOWS}\n| summarize sum(BytesSrcToDest) by L4Protocol`,
  },
  {
    code: 'KQL113',
    about: 'source ports that are summed over',
    faulty: `${FLOWS}\n| where SrcPorts has "41822"`,
    innocent: `${FLOWS}\n| where DestPort == 443`,
  },
  {
    code: 'KQL114',
    about: 'parameters',
    faulty: `declare query_parameters(node:string = "n1");\n${PODS}\n| where Computer == node\n| distinct Name`,
    innocent: `let node = "n1";\n${PODS}\n| where Computer == node\n| distinct Name`,
  },
  {
    code: 'KQL114',
    about: 'tables elsewhere',
    faulty: 'database("other").Heartbeat\n| where TimeGenerated > ago(1h)',
    innocent: 'workspace("other").Heartbeat\n| where TimeGenerated > ago(1h)',
  },
  {
    code: 'KQL114',
    about: 'who asks',
    faulty: 'print who = current_principal()',
    innocent: 'print at = now()',
  },
  {
    code: 'KQL115',
    about: 'a thirteenth month',
    faulty: 'KubePodInventory\n| where TimeGenerated > datetime(2026-13-01)\n| distinct Name',
    innocent: 'KubePodInventory\n| where TimeGenerated > datetime(2026-12-31 23:59:59.9999999)\n| distinct Name',
  },
  {
    code: 'KQL115',
    about: 'the end of February',
    faulty: 'print datetime(2026-02-29T00:00:00Z)',
    innocent:
      'print datetime(2028-02-29T00:00:00Z), datetime(null), datetime(2026-02), datetime("Fri, 27 Nov 2026 03:00:00 GMT")',
  },
  { code: 'KQL115', about: 'no time at all', faulty: 'print datetime(yesterday)', innocent: 'print ago(1d)' },
  {
    code: 'KQL116',
    about: 'two answers',
    faulty: `${PODS} | distinct Name;\n${PODS} | distinct Computer`,
    innocent: `let names = ${PODS} | distinct Name;\n${PODS} | where Name in (names) | distinct Computer`,
  },
  {
    code: 'KQL117',
    about: 'any row of each pod',
    faulty: join(PODS, `${PODS}\n| distinct PodUid, ServiceName`, 'PodUid', '', ''),
    innocent: join(PODS, `${PODS}\n| distinct PodUid, ServiceName`, 'PodUid', ''),
  },
  {
    code: 'KQL117',
    about: 'one row is left for each key',
    faulty: join(`${PODS}\n| distinct PodUid, Name`, `${PODS}\n| distinct PodUid, ServiceName`, 'PodUid', '', ''),
    innocent: join(
      `${PODS}\n| summarize take_any(Name) by PodUid`,
      `${PODS}\n| distinct PodUid, ServiceName`,
      'PodUid',
      '',
      '',
    ),
  },
  {
    code: 'KQL118',
    about: 'names that every cluster has',
    faulty: join(
      'KubeEvents\n| where TimeGenerated > ago(1h) and ClusterName == "prod"\n| project TimeGenerated, Name, Reason',
      'KubePodInventory\n| where TimeGenerated > ago(1h)\n| distinct Name, ServiceName, PodStartTime',
      'Name',
      '\n| where TimeGenerated >= PodStartTime',
    ),
    innocent: join(
      'KubeEvents\n| where TimeGenerated > ago(1h)\n| project TimeGenerated, ClusterId, Name, Reason',
      'KubePodInventory\n| where TimeGenerated > ago(1h)\n| distinct ClusterId, Name, ServiceName, PodStartTime',
      'ClusterId, Name',
      '\n| where TimeGenerated >= PodStartTime',
    ),
  },
  {
    code: 'KQL119',
    about: 'pods, counted by their rows',
    faulty: `${PODS}\n| summarize Pods = count() by Namespace`,
    innocent: `${PODS}\n| summarize Pods = dcount(PodUid) by Namespace`,
  },
  {
    code: 'KQL119',
    about: 'the operator count',
    faulty: `${PODS}\n| count`,
    innocent: `${PODS}\n| distinct PodUid\n| count`,
  },
  {
    code: 'KQL119',
    about: 'rows are what is paid for',
    faulty: `${PODS}\n| summarize count() by Namespace`,
    innocent: `${PODS}\n| summarize count(), sum(_BilledSize) by Namespace`,
  },
  {
    code: 'KQL120',
    about: 'a whole word',
    faulty: 'Syslog\n| where TimeGenerated > ago(1h) and SyslogMessage contains "refused"',
    innocent: 'Syslog\n| where TimeGenerated > ago(1h) and SyslogMessage has "refused"',
  },
  {
    code: 'KQL120',
    about: 'part of a word',
    faulty: 'Syslog\n| where TimeGenerated > ago(1h) and SyslogMessage !contains "refused"',
    innocent: 'Syslog\n| where TimeGenerated > ago(1h) and SyslogMessage !contains "connect: ref"',
  },
  {
    code: 'KQL121',
    about: 'the source port, which there was once',
    faulty: `${FLOWS}\n| where SrcPort == 41822`,
    innocent: `${FLOWS}\n| where DestPort == 443`,
  },
  {
    code: 'KQL122',
    about: 'an address that is not there',
    faulty: `${PODS}\n| where isnotnull(PodIp)\n| distinct Name`,
    innocent: `${PODS}\n| where isnotempty(PodIp) and isnotnull(PodStartTime)\n| distinct Name`,
  },
  {
    code: 'KQL123',
    about: 'one of several addresses',
    faulty: `${FLOWS}\n| where DestPublicIps == "203.0.113.66"`,
    innocent: `${FLOWS}\n| where has_ipv4(DestPublicIps, "203.0.113.66")`,
  },
];
