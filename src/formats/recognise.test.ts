import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlineOf } from './json/outline.ts';
import { recognise } from './recognise.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const ARM = '/subscriptions/s/resourceGroups/rg/providers/Microsoft';

test.each<[string, string, string]>([
  [
    'VNet flow log',
    '{"records":[{"time":"2026-11-22T03:00:52Z","flowLogVersion":4,"category":"FlowLogFlowEvent","flowRec',
    'vnet-flow-log',
  ],
  [
    'VNet flow log, records alone',
    '{"time":"2026-11-22T03:00:52Z","flowLogVersion":4,"flowRecords":{"flows":[]}}',
    'vnet-flow-log',
  ],
  [
    'NSG flow log',
    '{"records":[\n{"time":"x","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2',
    'nsg-flow-log',
  ],
  ['an hour without records', '{"records":[]}', 'vnet-flow-log'],
  ['the opening block of an hour', '{"records":[', 'vnet-flow-log'],
  ['PodList', '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[', 'kubernetes-pods'],
  [
    'kubectl get pods',
    '{\n    "apiVersion": "v1",\n    "items": [\n        {\n            "apiVersion": "v1",\n            "kind": "Pod",',
    'kubernetes-pods',
  ],
  [
    'kubectl get pods that found none',
    '{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}',
    'kubernetes-pods',
  ],
  [
    'a PodList with its members sorted',
    '{"apiVersion":"v1","items":[{"metadata":{"name":"x"},"spec":{"containers":[',
    'kubernetes-pods',
  ],
  ['one pod', '{"apiVersion":"v1","kind":"Pod","metadata":{}}', 'kubernetes-pods'],
  ['pods one after another in a list', '[{"apiVersion":"v1","kind":"Pod"}]', 'kubernetes-pods'],
  ['NodeList', '{"kind":"NodeList","apiVersion":"v1","items":[', 'kubernetes-nodes'],
  ['kubectl get nodes', '{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Node",', 'kubernetes-nodes'],
  ['a watch', '{"type":"ADDED","object":{"kind":"Pod"', 'kubernetes-watch'],
  [
    'conntrack events with a time',
    '[1763780645.123456]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.1.5 dst=203.0.113.7 sport=1 dport=2',
    'conntrack',
  ],
  ['conntrack events', '    [NEW] tcp      6 120 SYN_SENT src=10.244.1.5 dst=203.0.113.7 sport=1', 'conntrack'],
  [
    'a conntrack dump after the tool said its name',
    'conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\nipv4 2 tcp 6 9 ESTABLISHED src=1.1.1.1 dst=2.2.2.2',
    'conntrack',
  ],
  [
    'a recording of conntrack in which nothing happened',
    '# conntrack of aks-1\n# complete 2026-11-22T03:04:05.000Z 2026-11-22T03:04:35.000Z\n',
    'conntrack',
  ],
  ['a conntrack dump of nothing', 'conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n', 'conntrack'],
  ['az, pods', '[{"TableName":"PrimaryResult","TimeGenerated":"x","PodUid":"u","Name":"p"}]', 'KubePodInventory'],
  ['JSON lines that state their table', '{"Type":"KubeNodeInventory","Computer":"n"}', 'KubeNodeInventory'],
  [
    'a query answer of logs',
    '{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"LogMessage","type":"dynamic"}],"rows":[',
    'ContainerLogV2',
  ],
  [
    'a log line that holds a flow log',
    '{"TimeGenerated":"x","LogMessage":{"records":[{"flowLogVersion":4}],"kind":"PodList","apiVersion":"v1"}}',
    'ContainerLogV2',
  ],
  ['a portal export with a mark', '\uFEFFTimeGenerated [UTC],"LogMessage",PodName\r\n', 'ContainerLogV2'],
  [
    'events',
    '{"apiVersion":"v1","items":[{"apiVersion":"v1","count":1,"involvedObject":{"kind":"Pod"},"kind":"Event"',
    'kubernetes-events',
  ],
  [
    'events of the newer API, a typed list',
    '{"kind":"EventList","apiVersion":"events.k8s.io/v1","metadata":{},"items":[{"metadata":{},"regarding":{"kind":"Pod"}',
    'kubernetes-events',
  ],
  ['a list of no events', '{"kind":"EventList","apiVersion":"v1","items":[]}', 'kubernetes-events'],
  ['one event', '{"apiVersion":"v1","involvedObject":{"kind":"Pod"},"kind":"Event"}', 'kubernetes-events'],
  [
    'a watch of events',
    '{"type":"ADDED","object":{"apiVersion":"v1","involvedObject":{"kind":"Pod"},"kind":"Event"}}',
    'kubernetes-events',
  ],
  [
    'pods and events: pods, and the decoder reads both',
    '{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Pod","spec":{}},{"kind":"Event","involvedObject":{}}',
    'kubernetes-pods',
  ],
  ['events of Container Insights', 'TimeGenerated [UTC],ObjectKind,Name,Reason,KubeEventType\n', 'KubeEvents'],
  ['traces of the Collector', '{"resourceSpans":[{"resource":{"attributes":[{"key":"kind","value":', 'otlp'],
  ['its logs', '{"resourceLogs":[', 'otlp'],
  ['its metrics: OTLP too, and ignored by name', '{"resourceMetrics":[', 'otlp'],
  [
    'dependencies of Application Insights',
    '{"TimeGenerated":"x","DependencyType":"HTTP","OperationId":"t"}',
    'AppDependencies',
  ],
  ['requests by their columns', 'TimeGenerated,OperationId,Url,ResultCode\n', 'AppRequests'],
  ['classic requests', '{"timestamp":"x","operation_Id":"t","itemType":"request","name":"GET"}', 'AppRequests'],
  ['classic traces', '{"timestamp":"x","operation_Id":"t","message":"m"}', 'AppTraces'],
  ['exceptions', 'TimeGenerated,OperationId,ExceptionType,OuterMessage\n', 'AppExceptions'],
  [
    'container network logs',
    '{"TimeGenerated":"x","SourcePodName":"a","DestinationPodName":""}',
    'ContainerNetworkLogs',
  ],
  ['the same under its name of 2025', '{"Type":"RetinaNetworkFlowLogs","SourcePodName":"a"}', 'ContainerNetworkLogs'],
  ['flows of Traffic Analytics', 'SrcIp,DestIp,DestPort,FlowDirection,FlowStatus\n', 'NTANetAnalytics'],
  ['flows of the old table', 'SrcIP_s,DestPort_d,FlowDirection_s,FlowStatus_s\n', 'AzureNetworkAnalytics_CL'],
  [
    'a cluster',
    `{"agentPoolProfiles":[{"name":"np1"}],"id":"${ARM}.ContainerService/managedClusters/shop"}`,
    'azure-resource',
  ],
  ['networks', `[{"addressSpace":{},"id":"${ARM}.Network/virtualNetworks/spoke"}`, 'azure-resource'],
  ['route tables by the REST API', `{"value":[{"name":"rt","id":"${ARM}.Network/routeTables/rt"}]}`, 'azure-resource'],
  [
    'a load balancer whose own id is far behind',
    `[{"backendAddressPools":[{"id":"${ARM}.Network/loadBalancers/kubernetes/backendAddressPools/p","loadBalancerBackendAddresses":[`,
    'azure-resource',
  ],
  [
    'service tags',
    '{"changeNumber":1,"cloud":"Public","values":[{"name":"Sql","id":"Sql","properties":{"addressPrefixes":["20.0.0.0/8"',
    'azure-resource',
  ],
  [
    'metrics of a load balancer',
    `{"value":[{"id":"${ARM}.Network/loadBalancers/lb/providers/Microsoft.Insights/metrics/ByteCount","name":{"value":"ByteCount"},"timeseries":[`,
    'azure-metrics',
  ],
])('%s', (_, text, expected) => {
  expect(recognise(bytesOf(text), 'file')).toEqual({ ok: true, value: expected });
});

test.each<[string, Uint8Array | string, RegExp]>([
  ['nothing', '', /is empty/],
  [
    "Jaeger's JSON",
    '{"data":[{"traceID":"1","spans":[],"processes":{}}]}',
    /Jaeger's own JSON: let a Collector write OTLP/,
  ],
  ['OTLP under the names of protobuf', '{"resource_spans":[]}', /OTLP under other names/],
  ['white space', ' \n', /only white space/],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8), /gzip inside a gzip/],
  ['pcap', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1), /packet capture/],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0), /PowerShell/],
  ['NUL', Uint8Array.of(0x61, 0), /NUL bytes/],
  ['a login page', '<!DOCTYPE html><html>', /login page/],
  ['XML', '<?xml version="1.0"?>', /XML/],
  ['YAML', 'apiVersion: v1\nkind: PodList\n', /-o json/],
  ["kubectl's table", 'NAMESPACE     NAME   READY   STATUS\n', /-o json/],
  ['text', 'hello, world\n', /plain text/],
  ['services', '{"kind":"ServiceList","apiVersion":"v1","items":[]}', /ServiceList, neither pods, nodes nor events/],
  [
    'a refusal of the API server',
    '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods is forbidden"}',
    /pods is forbidden/,
  ],
  ['another diagnostic log', '{"records":[{"category":"kube-audit","time":"x"}]}', /category kube-audit/],
  ['another table', '[{"TimeGenerated":"x","Type":"Syslog","SyslogMessage":"m"}]', /table Syslog/],
  [
    'another resource of Azure',
    `[{"id":"${ARM}.Compute/virtualMachines/vm"}]`,
    /type microsoft.compute\/virtualmachines/,
  ],
  ['other JSON', '{"a":1,"b":{"c":2}}', /it has a, b/],
  ['an empty list', '[]', /nothing tells/],
])('refused: %s', (_, head, expected) => {
  const found = recognise(typeof head === 'string' ? bytesOf(head) : head, 'file');
  expect(found.ok ? found.value : found.problem).toMatch(expected);
  expect(found.ok ? '' : found.problem).toMatch(/supported are/);
});

test('law: any bytes are recognised or refused, never an exception', () => {
  const soup = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.constantFrom('{', '[', '"', ':', ',', ']', '}', 'records', '"kind"', '\\', '\n'), { maxLength: 60 })
      .map((parts) => bytesOf(parts.join(''))),
  );
  fc.assert(
    fc.property(soup, (bytes) => {
      expect(typeof recognise(bytes, 'file').ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});

test('an outline of nothing but brackets stays small', () => {
  const paths = [...outlineOf('['.repeat(65_536)).keys()];
  expect(paths.join('').length).toBeLessThan(1_000);
});

test.each([
  '{'.repeat(65_536),
  `[${'"'.repeat(65_535)}`,
  `{"${'\\'.repeat(65_534)}`,
  '[ '.repeat(32_768),
  'a[ '.repeat(21_845),
  `"${'a,'.repeat(32_767)}`,
  'conntrack v'.repeat(5_000),
])('a hostile head is refused %#', (text) => {
  expect(recognise(bytesOf(text), 'file').ok).toBe(text.startsWith('conntrack v1'));
});
