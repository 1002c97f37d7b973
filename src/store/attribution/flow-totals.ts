import { HOUR } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import type { Judgement } from '../../core/attribution/attribute.ts';
import { putWords } from './chunk-facts.ts';
import { type Dictionary, dictionary, type FlowOut, saidOf, type TupleAt } from './flow-rows.ts';
import { keyNumbers } from './key-numbers.ts';

/** The columns by which flows are told apart, as numbers. */
const KEYS = 13;
const [DEST, DEST_PORT, PROTOCOL, SHARD, HOUR_AT, SAID, NODE, PODS, OR_NODE, TICK_AT] = [
  0, 4, 5, 6, 7, 8, 9, 10, 11, 12,
] as const;
/** Flows; bytes out and in; first and last begin; first and last last. */
const SUMS = 7;
/** The first of no times; the last of none is before all. */
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Rows of the table `flow_total`: flows that do not differ in what `who` tells of them are counted together. A popular destination has a
 * million flows and a few hundred of these.
 */
export const flowTotals = () => {
  const keys = keyNumbers(KEYS);
  const sums: number[] = [];
  const nodes = dictionary(16);
  /** Lists of candidates, by their UIDs in one text. */
  const lists = dictionary(16);
  const key = new Uint32Array(KEYS);

  return {
    /** `hourOf` is the time that the flow counts by, `tick` that of its window; `flows`, how many it stands for. */
    add: (
      tuple: TupleAt,
      at: number,
      flow: FlowOut,
      hourOf: number,
      tick: number,
      { verdict, node }: Judgement,
      flows = 1,
    ): void => {
      key[DEST_PORT] = tuple.destPort[at] as number;
      key[PROTOCOL] = tuple.protocol[at] as number;
      key[SHARD] = tuple.shard[at] as number;
      key[HOUR_AT] = Math.floor(hourOf / HOUR);
      key[TICK_AT] = tick;
      key[SAID] = saidOf(verdict);
      key[NODE] = nodes.placeOf(node);
      key[PODS] = lists.placeOf(listText(verdict));
      key[OR_NODE] = verdict.kind === 'ambiguous' && verdict.orNode ? 1 : 0;
      for (let word = 0; word < 4; word++) key[DEST + word] = tuple.destIp[4 * at + word] as number;
      const sum = keys.numberOf(key, 0) * SUMS;
      if (sum === sums.length) sums.push(0, 0, 0, NEVER, -NEVER, NEVER, -NEVER);
      sums[sum] = (sums[sum] as number) + flows;
      sums[sum + 1] = (sums[sum + 1] as number) + Number(flow.bytesOut);
      sums[sum + 2] = (sums[sum + 2] as number) + Number(flow.bytesIn);
      sums[sum + 3] = Math.min(sums[sum + 3] as number, flow.begin);
      sums[sum + 4] = Math.max(sums[sum + 4] as number, flow.begin);
      sums[sum + 5] = Math.min(sums[sum + 5] as number, flow.last);
      sums[sum + 6] = Math.max(sums[sum + 6] as number, flow.last);
    },
    table: (): Table => tableOf(keys, sums, nodes, lists),
  };
};

/** The pods that a verdict names, as one text that no UID can be taken for, whatever stands in it. */
const listText = (verdict: Judgement['verdict']): string => {
  if ('podUid' in verdict) return `1${verdict.podUid}`;
  return verdict.kind === 'ambiguous' && verdict.podUids !== 'every' ? JSON.stringify(verdict.podUids) : '';
};

const listOf = (text: string): readonly string[] =>
  text === '' ? [] : text.startsWith('1') ? [text.slice(1)] : (JSON.parse(text) as string[]);

type Keys = ReturnType<typeof keyNumbers>;
type Numbers = Uint8Array | Int8Array | Uint16Array | Uint32Array;

const tableOf = (keys: Keys, sums: readonly number[], nodes: Dictionary, lists: Dictionary): Table => {
  const rows = keys.count();
  const every = <Values extends Numbers>(values: Values, of: (row: number) => number): Values => {
    for (const row of values.keys()) values[row] = of(row);
    return values;
  };
  const wide = <Wide extends BigInt64Array | BigUint64Array>(values: Wide, of: (row: number) => number): Wide => {
    const words = new Uint32Array(values.buffer);
    for (const row of values.keys()) putWords(words, row, of(row));
    return values;
  };
  const sum = (which: number) => (row: number) => sums[row * SUMS + which] as number;
  const time = (which: number) => ({ type: 'Int64' as const, values: wide(new BigInt64Array(rows), sum(which)) });
  const whole = (which: number) => ({ type: 'UInt64' as const, values: wide(new BigUint64Array(rows), sum(which)) });
  const small = (which: number) => ({
    type: 'UInt8' as const,
    values: every(new Uint8Array(rows), (row) => keys.word(row, which)),
  });
  const destIp = every(new Uint32Array(rows * 4), (word) => keys.word(Math.floor(word / 4), DEST + (word % 4)));
  const uids = dictionary(rows);
  const listed = lists.words.map(listOf);
  const ends = wide(new BigUint64Array(rows), (row) => {
    for (const uid of listed[keys.word(row, PODS)] as readonly string[]) uids.push(uid);
    return uids.size();
  });
  return {
    rows,
    columns: {
      dest_ip: { type: 'IPv6', values: new Uint8Array(destIp.buffer) },
      hour_ms: { type: 'Int64', values: wide(new BigInt64Array(rows), (row) => keys.word(row, HOUR_AT) * HOUR) },
      tick: { type: 'UInt16', values: every(new Uint16Array(rows), (row) => keys.word(row, TICK_AT)) },
      dest_port: { type: 'UInt16', values: every(new Uint16Array(rows), (row) => keys.word(row, DEST_PORT)) },
      protocol: small(PROTOCOL),
      shard: small(SHARD),
      said: { type: 'Int8', values: every(new Int8Array(rows), (row) => keys.word(row, SAID)) },
      node: {
        type: 'Dictionary',
        values: every(new Uint32Array(rows), (row) => keys.word(row, NODE)),
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
