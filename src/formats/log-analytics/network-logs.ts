import { instant, type Instant } from '../../base/instant.ts';
import { type Ip, parseIp } from '../../base/ip.ts';
import { parsePort } from '../../base/port.ts';
import { type Sighting, SIGHTING_TEXT } from '../../core/facts.ts';
import { isObject, member } from '../json/json-value.ts';
import type { RowReader } from './row-reader.ts';

interface NetworkLogInto {
  sighting(sighting: Sighting): void;
  ignore(what: string): void;
}

/** By default the data plane sums up so much, and states the end of it. https://learn.microsoft.com/azure/aks/container-network-observability-logs */
const SUMMED_MS = 30_000;

/**
 * A row of ContainerNetworkLogs (before November 2025 RetinaNetworkFlowLogs): what Cilium's data plane saw of one pod's traffic.
 * Sums of half a minute lack addresses and source ports; single flows have them.
 */
export const networkSighting = (row: RowReader, into: NetworkLogInto): void => {
  const at = row.neededTime('TimeGenerated');
  if (row.lacking) return;
  if (/^true$/i.test(row.text('Reply'))) return into.ignore('replies');
  const [source, dest] = [row.text('SourcePodName'), row.text('DestinationPodName')];
  if (source === '' && dest === '') return into.ignore('neither end is a pod');
  const ip = row.json('IP');
  const [protocol, layer4] = layer4Of(row.json('Layer4'));
  const srcEnd = { ip: ipIn(row, ip, 'source'), port: portIn(layer4, 'source') };
  const destEnd = { ip: ipIn(row, ip, 'destination'), port: portIn(layer4, 'destination') };
  const counted = ['EgressFlowCount', 'IngressFlowCount', 'UnknownDirectionFlowCount'].reduce(
    (sum, column) => sum + Number(row.count(column) ?? 0n),
    0,
  );
  const inward = /^ingress$/i.test(row.text('TrafficDirection'));
  const node = row.text('NodeName');
  const verdict = row.text('Verdict').toUpperCase();
  const result = [verdict, row.text('DropReason')].filter((word) => word !== '').join(' ');
  const own = source === '' ? 'Destination' : 'Source';
  const summed = counted > 1;
  into.sighting({
    kind: 'network',
    begin: summed ? instant(Math.max(0, at - SUMMED_MS)) : at,
    beginNanos: 0,
    until: at satisfies Instant,
    podUid: '',
    namespace: row.text(`${own}Namespace`),
    pod: source === '' ? dest : source,
    // The node that saw it: of what goes out the sender's, of what comes in the receiver's.
    node: (own === 'Source') === inward ? '' : node.slice(node.lastIndexOf('/') + 1),
    podIp: own === 'Source' ? srcEnd.ip : destEnd.ip,
    container: '',
    service: '',
    destIp: own === 'Source' ? destEnd.ip : null,
    destPort: own === 'Source' ? destEnd.port : 0,
    destHost: own === 'Source' && dest !== '' ? `${row.text('DestinationNamespace')}/${dest}` : '',
    protocol,
    localIp: own === 'Source' ? srcEnd.ip : destEnd.ip,
    localPort: own === 'Source' ? srcEnd.port : destEnd.port,
    clientIp: own === 'Source' ? null : srcEnd.ip,
    clientPort: own === 'Source' ? 0 : srcEnd.port,
    traceId: '',
    spanId: '',
    parentSpanId: '',
    ids: [],
    text: [row.text('FlowType'), row.text('TrafficDirection'), layer7Of(row.json('Layer7'))]
      .filter((word) => word !== '')
      .join(' ')
      .slice(0, SIGHTING_TEXT),
    status: verdict === 'DROPPED' || verdict === 'ERROR' ? 'error' : verdict === 'FORWARDED' ? 'ok' : '',
    result: result.slice(0, 80),
    probability: null,
    redirected: verdict === 'REDIRECTED',
    times: Math.max(1, counted),
  });
};

const PROTOCOLS: readonly (readonly [string, number])[] = [
  ['TCP', 6],
  ['UDP', 17],
  ['SCTP', 132],
  ['ICMPv4', 1],
  ['ICMPv6', 58],
];

/** `{ "TCP": { "source_port": 41822, "destination_port": 443 } }`, as Hubble has it. */
const layer4Of = (layer4: unknown): readonly [number, unknown] => {
  const found = PROTOCOLS.find(([name]) => isObject(member(layer4, name)));
  return found === undefined ? [0, undefined] : [found[1], member(layer4, found[0])];
};

const portIn = (layer4: unknown, end: 'source' | 'destination'): number => {
  const port = member(layer4, `${end}_port`);
  const read = typeof port === 'number' || typeof port === 'string' ? parsePort(String(port)) : null;
  return read?.ok === true ? read.value : 0;
};

const ipIn = (row: RowReader, ip: unknown, end: 'source' | 'destination'): Ip | null => {
  const text = member(ip, end);
  if (typeof text !== 'string' || text === '') return null;
  const read = parseIp(text);
  if (read.ok) return read.value;
  row.refuseCell('IP', read.problem, text);
  return null;
};

const layer7Of = (layer7: unknown): string => {
  const [http, dns] = [member(layer7, 'http'), member(layer7, 'dns')];
  const words = [member(http, 'method'), member(http, 'url'), member(http, 'code'), member(dns, 'query')];
  return words.filter((word) => typeof word === 'string' || (typeof word === 'number' && word > 0)).join(' ');
};
