import { IP_BYTES, writeIp } from '../../base/ip.ts';
import { DIRECTIONS, FLOW_STATES, type FlowState } from '../../core/facts.ts';
import type { FlowColumns } from '../azure-flow-log/flow-columns.ts';
import { LOGS } from '../azure-flow-log/tuple-text.ts';
import { putUint64 } from '../azure-flow-log/uint64.ts';
import type { RowReader } from './row-reader.ts';

const PROTOCOLS = new Map([
  ['TCP', 6],
  ['UDP', 17],
  ['ICMP', 1],
  ['ICMPV4', 1],
  ['ICMPV6', 58],
]);
const PORTLESS: ReadonlySet<number> = new Set([1, 58]);

const DECISIONS = new Map<string, FlowState>([
  ['ALLOW', FLOW_STATES.B],
  ['ALERT', FLOW_STATES.B],
  ['DENY', FLOW_STATES.D],
  ['DROP', FLOW_STATES.D],
]);

/**
 * A row of AZFWNetworkRule (a connection that a rule let through or not), or of AZFWFlowTrace (a flag that a packet of it carried), as a record
 * of what entered the firewall. It sees the addresses and ports that left the node, counts nothing, and tells no end: of one connection
 * there are several FIN and RST, and the second would begin another.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/azfwnetworkrule, …/azfwflowtrace
 */
export const firewallRecord = (
  format: 'AZFWNetworkRule' | 'AZFWFlowTrace',
  row: RowReader,
  columns: FlowColumns,
  ignore: (what: string) => void,
): void => {
  const at = row.neededTime('TimeGenerated');
  const protocol = row.neededWord(PROTOCOLS, 'Protocol');
  const orElse = protocol !== null && PORTLESS.has(protocol) ? 0 : undefined;
  const srcIp = row.neededText('SourceIp').trim();
  const srcPort = row.neededPort(orElse, 'SourcePort');
  const destIp = row.neededText('DestinationIp').trim();
  const destPort = row.neededPort(orElse, 'DestinationPort');
  const flag = format === 'AZFWFlowTrace' ? row.neededText('Flag').trim().toUpperCase() : '';
  const state = format === 'AZFWFlowTrace' ? FLOW_STATES.C : row.neededWord(DECISIONS, 'Action');
  if (row.lacking || protocol === null || state === null) return;
  // A packet of no connection that the firewall knows.
  if (flag === 'INVALID') return ignore('Flag INVALID');
  if (columns.rows === columns.room) columns.grow();
  const here = columns.rows;
  if (!writeIp(srcIp, columns.srcIp, here * IP_BYTES))
    return row.refuseCell('SourceIp', `expected an IP address, got "${srcIp.slice(0, 60)}"`, srcIp);
  if (!writeIp(destIp, columns.destIp, here * IP_BYTES))
    return row.refuseCell('DestinationIp', `expected an IP address, got "${destIp.slice(0, 60)}"`, destIp);
  putUint64(columns.at, here, at);
  columns.srcPort[here] = srcPort;
  columns.destPort[here] = destPort;
  columns.protocol[here] = protocol;
  columns.direction[here] = DIRECTIONS.I;
  columns.state[here] = state;
  columns.log[here] = LOGS.firewall;
  columns.rule[here] = columns.rules.idOf(row.text('Rule', 'ActionReason').slice(0, 256));
  columns.rows++;
  columns.settle(here, at, row.text('_ResourceId', 'ResourceId').toLowerCase());
};
