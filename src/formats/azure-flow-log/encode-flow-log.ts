import { instant, renderInstant } from '../../base/instant.ts';
import { renderIp } from '../../base/ip.ts';
import type { Column } from '../../base/table.ts';
import { DIRECTIONS, FLOW_STATES, type FlowRecords } from '../../core/facts.ts';
import { renderMac } from './mac.ts';

const STATES = Object.entries(FLOW_STATES)
  .sort((a, b) => a[1] - b[1])
  .map(([letter]) => letter);

/** The whole hour: a VNet flow log, version 4, as Azure writes it (one line, no spaces). */
export const encodeFlowLog = (flows: FlowRecords): string => `{"records":[${encodeFlowLogRecords(flows).join(',')}]}`;

/**
 * The records alone: what Azure appends to an hour still open, each followed by a comma before the next.
 * Neighbouring rows that share MAC, resource and logging time are one record, those that share a rule one group; rows keep their order.
 */
export const encodeFlowLogRecords = (flows: FlowRecords): readonly string[] => {
  const column = columnsOf(flows);
  const tuple = tupleWriter(flows);
  const records: string[] = [];
  for (let from = 0, row = 0; row < flows.rows; from = row) {
    const [mac, logged, resource] = [column.mac[from], column.logged[from], column.resource[from]];
    const groups: string[] = [];
    while (
      row < flows.rows &&
      column.mac[row] === mac &&
      column.logged[row] === logged &&
      column.resource[row] === resource
    ) {
      const rule = column.rule[row];
      const tuples: string[] = [];
      while (
        row < flows.rows &&
        column.rule[row] === rule &&
        column.mac[row] === mac &&
        column.logged[row] === logged &&
        column.resource[row] === resource
      ) {
        tuples.push(tuple(row++));
      }
      groups.push(`{"rule":${JSON.stringify(column.rules[rule as number])},"flowTuples":[${tuples.join(',')}]}`);
    }
    const head = headOf(Number(logged), mac as bigint, column.resources[resource as number] as string);
    records.push(`${head},"flowRecords":{"flows":[{"aclID":"unspecified","flowGroups":[${groups.join(',')}]}]}}`);
  }
  return records;
};

const headOf = (logged: number, mac: bigint, resource: string): string =>
  `{"time":"${renderInstant(instant(logged)).slice(0, -1)}0000Z","flowLogVersion":4,"macAddress":"${renderMac(mac)}",` +
  `"category":"FlowLogFlowEvent","targetResourceID":${JSON.stringify(resource)},"operationName":"FlowLogFlowEvent"`;

const tupleWriter = (flows: FlowRecords): ((row: number) => string) => {
  const column = columnsOf(flows);
  return (row) =>
    `"${column.at[row]},${ipText(column.srcIp, row)},${ipText(column.destIp, row)},${column.srcPort[row]},${
      column.destPort[row]
    },${column.protocol[row]},${column.direction[row] === DIRECTIONS.I ? 'I' : 'O'},${
      STATES[column.state[row] as number]
    },${column.encryptions[column.encryption[row] as number]},${column.packetsOut[row]},${
      column.bytesOut[row]
    },${column.packetsIn[row]},${column.bytesIn[row]}"`;
};

/** IPv4, which nearly all are, without the detour over a general rendering. */
const ipText = (bytes: Uint8Array, row: number): string => {
  const at = 16 * row;
  for (let k = 0; k < 10; k++) if (bytes[at + k] !== 0) return renderIp(bytes, at);
  if (bytes[at + 10] !== 0xff || bytes[at + 11] !== 0xff) return renderIp(bytes, at);
  return `${bytes[at + 12]}.${bytes[at + 13]}.${bytes[at + 14]}.${bytes[at + 15]}`;
};

const columnsOf = ({ columns }: FlowRecords) => ({
  at: valuesOf(columns['at_ms'], 'Int64'),
  srcIp: valuesOf(columns['src_ip'], 'IPv6'),
  destIp: valuesOf(columns['dest_ip'], 'IPv6'),
  srcPort: valuesOf(columns['src_port'], 'UInt16'),
  destPort: valuesOf(columns['dest_port'], 'UInt16'),
  protocol: valuesOf(columns['protocol'], 'UInt8'),
  direction: valuesOf(columns['direction'], 'UInt8'),
  state: valuesOf(columns['state'], 'UInt8'),
  packetsOut: valuesOf(columns['packets_out'], 'UInt64'),
  bytesOut: valuesOf(columns['bytes_out'], 'UInt64'),
  packetsIn: valuesOf(columns['packets_in'], 'UInt64'),
  bytesIn: valuesOf(columns['bytes_in'], 'UInt64'),
  mac: valuesOf(columns['mac'], 'UInt64'),
  logged: valuesOf(columns['logged_ms'], 'Int64'),
  encryption: valuesOf(columns['encryption'], 'Dictionary'),
  encryptions: wordsOf(columns['encryption']),
  rule: valuesOf(columns['rule'], 'Dictionary'),
  rules: wordsOf(columns['rule']),
  resource: valuesOf(columns['resource'], 'Dictionary'),
  resources: wordsOf(columns['resource']),
});

type Values<Type extends Column['type']> = Extract<Column, { readonly type: Type }>['values'];

const valuesOf = <Type extends Column['type']>(column: Column | undefined, type: Type): Values<Type> => {
  if (column?.type !== type) throw new Error(`a column is ${column?.type}, not ${type}`);
  return column.values as Values<Type>;
};

const wordsOf = (column: Column | undefined): readonly string[] => (column?.type === 'Dictionary' ? column.words : []);
