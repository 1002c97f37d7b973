import type { Column, Table } from '../src/base/table.ts';
import { type FlowSums, SAID_BY_TRANSLATION, uidBits } from './checksum.ts';

/** Adds up a table of flows that is not in the store, as `flowSums` adds up those that are. */
export const withTable = (sums: FlowSums, { rows, columns }: Table): FlowSums => {
  const numbers = (name: string): ArrayLike<number | bigint> => (columns[name] as { values: ArrayLike<number> }).values;
  const [observedBy, said, srcPort] = [numbers('observed_by'), numbers('said'), numbers('src_port')];
  const [bytesOut, bytesIn] = [numbers('bytes_out'), numbers('bytes_in')];
  const uids = columns['pod_uids'] as Extract<Column, { type: 'Dictionaries' }>;
  const bits = uids.words.map(uidBits);
  let { flows, bytes, named, pods } = sums;
  for (let row = 0; row < rows; row++) {
    if (observedBy[row] === 2) continue;
    flows++;
    bytes += Number(bytesOut[row]) + Number(bytesIn[row]);
    if (!SAID_BY_TRANSLATION.has(Number(said[row]))) continue;
    named++;
    const first = row === 0 ? 0 : Number(uids.ends[row - 1]);
    pods += Number(srcPort[row]) * (bits[uids.values[first] as number] as number);
  }
  return { flows, bytes, named, pods };
};
