import { HOUR } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import type { Judgement } from '../../core/attribution/attribute.ts';
import { putWords } from './chunk-facts.ts';
import { type Dictionary, dictionary, type FlowOut, saidOf, type TupleAt } from './flow-rows.ts';

/** The columns by which flows are told apart, as numbers. */
const KEYS = 12;
const [DEST, DEST_PORT, PROTOCOL, SHARD, HOUR_AT, SAID, NODE, PODS, OR_NODE] = [0, 4, 5, 6, 7, 8, 9, 10, 11] as const;
/** Flows; bytes out and in; first and last begin; first and last last. */
const SUMS = 7;

/**
 * Rows of the table `flow_total`: flows that do not differ in what `who` tells of them are counted together. A popular destination has a
 * million flows and a few hundred of these.
 */
export const flowTotals = () => {
  let room = 1 << 12;
  let keys = new Uint32Array(room * KEYS);
  let sums = new Float64Array(room * SUMS);
  let slots = new Int32Array(room * 2);
  let rows = 0;
  const nodes = dictionary(16);
  /** Lists of candidates, by their UIDs in one text. */
  const lists = dictionary(16);
  const key = new Uint32Array(KEYS);

  const hash = (words: Uint32Array, at: number): number => {
    let mixed = 0;
    for (let i = 0; i < KEYS; i++) mixed = Math.imul(mixed ^ (words[at + i] as number), 0x9e37_79b1) ^ (mixed >>> 15);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const isKey = (row: number): boolean => {
    for (let i = 0; i < KEYS; i++) if (keys[row * KEYS + i] !== key[i]) return false;
    return true;
  };
  const widen = (): void => {
    room *= 2;
    const [oldKeys, oldSums] = [keys, sums];
    keys = new Uint32Array(room * KEYS);
    keys.set(oldKeys);
    sums = new Float64Array(room * SUMS);
    sums.set(oldSums);
    slots = new Int32Array(room * 2);
    for (let row = 0; row < rows; row++) {
      let slot = hash(keys, row * KEYS) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = row + 1;
    }
  };
  /** The row of `key`, made where there is none. */
  const rowOfKey = (): number => {
    for (let slot = hash(key, 0) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const row = (slots[slot] as number) - 1;
      if (row >= 0 && isKey(row)) return row;
      if (row >= 0) continue;
      if (rows === room) {
        widen();
        return rowOfKey();
      }
      slots[slot] = rows + 1;
      keys.set(key, rows * KEYS);
      sums[rows * SUMS + 3] = Number.POSITIVE_INFINITY;
      sums[rows * SUMS + 5] = Number.POSITIVE_INFINITY;
      return rows++;
    }
  };

  return {
    /** `hourOf` is the time that the flow counts by. */
    add: (tuple: TupleAt, at: number, flow: FlowOut, hourOf: number, { verdict, node }: Judgement): void => {
      for (let word = 0; word < 4; word++) key[DEST + word] = tuple.destIp[4 * at + word] as number;
      key[DEST_PORT] = tuple.destPort[at] as number;
      key[PROTOCOL] = tuple.protocol[at] as number;
      key[SHARD] = tuple.shard[at] as number;
      key[HOUR_AT] = Math.floor(hourOf / HOUR);
      key[SAID] = saidOf(verdict);
      key[NODE] = nodes.placeOf(node);
      key[PODS] = lists.placeOf(
        'podUid' in verdict
          ? verdict.podUid
          : verdict.kind === 'ambiguous' && verdict.podUids !== 'every'
            ? verdict.podUids.join(' ')
            : '',
      );
      key[OR_NODE] = verdict.kind === 'ambiguous' && verdict.orNode ? 1 : 0;
      const sum = rowOfKey() * SUMS;
      sums[sum] = (sums[sum] as number) + 1;
      sums[sum + 1] = (sums[sum + 1] as number) + Number(flow.bytesOut);
      sums[sum + 2] = (sums[sum + 2] as number) + Number(flow.bytesIn);
      sums[sum + 3] = Math.min(sums[sum + 3] as number, flow.begin);
      sums[sum + 4] = Math.max(sums[sum + 4] as number, flow.begin);
      sums[sum + 5] = Math.min(sums[sum + 5] as number, flow.last);
      sums[sum + 6] = Math.max(sums[sum + 6] as number, flow.last);
    },
    table: (): Table => tableOf(rows, keys, sums, nodes, lists),
  };
};

const tableOf = (rows: number, keys: Uint32Array, sums: Float64Array, nodes: Dictionary, lists: Dictionary): Table => {
  const keyAt = (row: number, which: number): number => keys[row * KEYS + which] as number;
  const every = <Values extends { [row: number]: number }>(values: Values, of: (row: number) => number): Values => {
    for (let row = 0; row < rows; row++) (values as { [row: number]: number })[row] = of(row);
    return values;
  };
  const wide = <Wide extends BigInt64Array | BigUint64Array>(values: Wide, of: (row: number) => number): Wide => {
    const words = new Uint32Array(values.buffer);
    for (let row = 0; row < rows; row++) putWords(words, row, of(row));
    return values;
  };
  const sum = (which: number) => (row: number) => sums[row * SUMS + which] as number;
  const time = (which: number) => ({ type: 'Int64' as const, values: wide(new BigInt64Array(rows), sum(which)) });
  const whole = (which: number) => ({ type: 'UInt64' as const, values: wide(new BigUint64Array(rows), sum(which)) });
  const small = (which: number) => ({
    type: 'UInt8' as const,
    values: every(new Uint8Array(rows), (row) => keyAt(row, which)),
  });
  const destIp = new Uint32Array(rows * 4);
  for (let row = 0; row < rows; row++) destIp.set(keys.subarray(row * KEYS, row * KEYS + 4), row * 4);
  const uids = dictionary(rows);
  const listed = lists.words.map((text) => (text === '' ? [] : text.split(' ')));
  const ends = wide(new BigUint64Array(rows), (row) => {
    for (const uid of listed[keyAt(row, PODS)] as string[]) uids.push(uid);
    return uids.size();
  });
  return {
    rows,
    columns: {
      dest_ip: { type: 'IPv6', values: new Uint8Array(destIp.buffer) },
      hour_ms: { type: 'Int64', values: wide(new BigInt64Array(rows), (row) => keyAt(row, HOUR_AT) * HOUR) },
      dest_port: { type: 'UInt16', values: every(new Uint16Array(rows), (row) => keyAt(row, DEST_PORT)) },
      protocol: small(PROTOCOL),
      shard: small(SHARD),
      said: { type: 'Int8', values: every(new Int8Array(rows), (row) => keyAt(row, SAID)) },
      node: {
        type: 'Dictionary',
        values: every(new Uint32Array(rows), (row) => keyAt(row, NODE)),
        words: nodes.words,
      },
      pod_uids: { type: 'Dictionaries', ends, ...uids.done() },
      or_node: small(OR_NODE),
      flows: whole(0),
      bytes_out: whole(1),
      bytes_in: whole(2),
      first_begin_ms: time(3),
      last_begin_ms: time(4),
      first_last_ms: time(5),
      last_ms: time(6),
    },
  };
};
