import { type Ip, parseIp } from '../../base/ip.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { FlowAggregate } from '../../core/facts.ts';
import { parseCount, type RowReader } from './row-reader.ts';

const DIRECTIONS = new Map<string, FlowAggregate['direction']>([
  ['OUTBOUND', 'outbound'],
  ['O', 'outbound'],
  ['INBOUND', 'inbound'],
  ['I', 'inbound'],
]);
const DECISIONS = new Map<string, FlowAggregate['decision']>([
  ['ALLOWED', 'allowed'],
  ['A', 'allowed'],
  ['DENIED', 'denied'],
  ['D', 'denied'],
]);
/** IANA numbers. The schema's page says T and U, real rows say TCP and UDP. */
const PROTOCOLS = new Map([
  ['T', 6],
  ['TCP', 6],
  ['6', 6],
  ['U', 17],
  ['UDP', 17],
  ['17', 17],
  ['ICMP', 1],
  ['1', 1],
  ['ICMPV6', 58],
  ['58', 58],
]);

const PORTLESS: ReadonlySet<number> = new Set([1, 58]);

type Counters = Pick<
  FlowAggregate,
  'flowsStarted' | 'flowsEnded' | 'packetsOut' | 'packetsIn' | 'bytesOut' | 'bytesIn'
>;

export interface AggregatesInto {
  aggregate(aggregate: FlowAggregate): void;
  ignore(what: string): void;
  reject(place: string, why: string, text: string): void;
}

/**
 * A row of NTANetAnalytics, or of AzureNetworkAnalytics_CL with its suffixed names: one aggregate, or one for each public address,
 * which Traffic Analytics packs into a list in another column.
 * https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema
 */
export const aggregatesOfRow = (row: RowReader, into: AggregatesInto): void => {
  const subType = row.neededText('SubType', 'SubType_s');
  if (subType !== '' && subType !== 'FlowLog') return into.ignore(`SubType ${subType}`);
  const from = row.neededTime('FlowStartTime', 'FlowStartTime_t', 'FlowIntervalStartTime', 'FlowIntervalStartTime_t');
  const until = row.neededTime('FlowEndTime', 'FlowEndTime_t', 'FlowIntervalEndTime', 'FlowIntervalEndTime_t');
  const direction = row.neededWord(DIRECTIONS, 'FlowDirection', 'FlowDirection_s');
  const decision = row.neededWord(DECISIONS, 'FlowStatus', 'FlowStatus_s');
  const protocol = row.neededWord(PROTOCOLS, 'L4Protocol', 'L4Protocol_s');
  const destPort = row.neededPort(
    protocol !== null && PORTLESS.has(protocol) ? 0 : undefined,
    'DestPort',
    'DestPort_d',
  );
  if (row.lacking || direction === null || decision === null || protocol === null) return;

  const outbound = direction === 'outbound';
  const shared = {
    from,
    until,
    destPort,
    protocol,
    direction,
    decision,
    mac: row
      .text('MacAddress', 'MACAddress_s')
      .replaceAll(/[^0-9A-Fa-f]/g, '')
      .toUpperCase(),
    vm: outbound ? row.text('SrcVm', 'VM1_s', 'VM_s') : row.text('DestVm', 'VM2_s', 'VM_s'),
    rule: row.text('AclRule', 'NsgRule', 'NSGRule_s'),
  };
  const srcIp = row.ip('SrcIp', 'SrcIP_s');
  const destIp = row.ip('DestIp', 'DestIP_s');
  const sources = row.text('SrcPublicIps', 'SrcPublicIPs_s');
  const destinations = row.text('DestPublicIps', 'DestPublicIPs_s');
  const [near, far, list] = outbound ? ([srcIp, destIp, destinations] as const) : ([destIp, srcIp, sources] as const);
  const other = outbound ? sources : destinations;
  if (other !== '' && near === null) into.ignore('public addresses of the side that logged');

  const facing = (ip: Ip | null): Pick<FlowAggregate, 'srcIp' | 'destIp'> =>
    outbound ? { srcIp: near, destIp: ip } : { srcIp: ip, destIp: near };
  if (list === '' || far !== null) {
    if (list !== '') into.ignore('public addresses beside an address');
    into.aggregate({ ...shared, ...facing(far), ...countersOf(row) });
    return;
  }
  for (const [i, entry] of list.trim().split(/\s+/).entries()) {
    const read = parseEntry(entry);
    if (read.ok) into.aggregate({ ...shared, ...facing(read.value.ip), ...read.value.counters });
    else into.reject(`${row.row.place}, ${outbound ? 'DestPublicIps' : 'SrcPublicIps'}[${i}]`, read.problem, entry);
  }
};

const countersOf = (row: RowReader): Counters => {
  const started = ['AllowedInFlows', 'DeniedInFlows', 'AllowedOutFlows', 'DeniedOutFlows'].map((column) =>
    row.count(column, `${column}_d`),
  );
  return {
    flowsStarted: started.reduce((sum, count) => sum + Number(count ?? 0n), 0),
    flowsEnded: Number(row.count('CompletedFlows', 'CompletedFlows_d') ?? 0n),
    packetsOut: row.count('PacketsSrcToDest', 'OutboundPackets_d') ?? 0n,
    packetsIn: row.count('PacketsDestToSrc', 'InboundPackets_d') ?? 0n,
    bytesOut: row.count('BytesSrcToDest', 'OutboundBytes_d') ?? 0n,
    bytesIn: row.count('BytesDestToSrc', 'InboundBytes_d') ?? 0n,
  };
};

/** `ip|started|ended|packets out|packets in|bytes out|bytes in`; out is from source to destination: the entries' sums equal the row's. */
const parseEntry = (entry: string): Result<{ readonly ip: Ip; readonly counters: Counters }, string> => {
  const [address = '', ...texts] = entry.split('|');
  const ip = parseIp(address);
  if (!ip.ok) return ip;
  if (texts.length !== 6) return fail(`expected an address and 6 counts, got ${texts.length} counts`);
  const counts: bigint[] = [];
  for (const text of texts) {
    const count = parseCount(text);
    if (!count.ok) return count;
    counts.push(count.value);
  }
  const [started = 0n, ended = 0n, packetsOut = 0n, packetsIn = 0n, bytesOut = 0n, bytesIn = 0n] = counts;
  return ok({
    ip: ip.value,
    counters: { flowsStarted: Number(started), flowsEnded: Number(ended), packetsOut, packetsIn, bytesOut, bytesIn },
  });
};
