import { HOUR, MINUTE } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import type { Judgement } from '../../core/attribution/attribute.ts';
import { putWords } from './chunk-facts.ts';
import { dictionary, type FlowOut, saidOf, type TupleAt } from './flow-rows.ts';
import { keyNumbers } from './key-numbers.ts';

/**
 * What flows are told apart by, as words of one key, few of them as each flow looks for its own: where they went (DEST and SERVICE), then who sent them, and the
 * minute of the hour.
 */
const [DEST, SERVICE, WINDOW, HOUR_AT, NODE, PODS, MINUTE_AT] = [0, 4, 5, 6, 7, 8, 9] as const;
const WORDS = MINUTE_AT + 1;

/** Bits of a word. */
interface Field {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}
const DEST_PORT: Field = { word: SERVICE, shift: 8, bits: 16 };
const PROTOCOL: Field = { word: SERVICE, shift: 0, bits: 8 };
const SHARD: Field = { word: WINDOW, shift: 0, bits: 8 };
/** Up to 720 (`windows.ts`). */
const TICK_AT: Field = { word: WINDOW, shift: 8, bits: 10 };
const OR_NODE: Field = { word: WINDOW, shift: 18, bits: 1 };
const SAID: Field = { word: WINDOW, shift: 19, bits: 7 };

/** The first of no times; the last of none is before all. */
const NEVER = Number.POSITIVE_INFINITY;

/** Rows of the tables of that name. */
export interface Counted {
  readonly flow_total: Table;
  readonly sender_minute: Table;
  readonly sender_hour: Table;
}

/** The tables of what is counted together, in the order in which they are written. */
export const COUNTED = ['flow_total', 'sender_minute', 'sender_hour'] as const satisfies readonly (keyof Counted)[];

/**
 * Flows that do not differ in what is told of them, counted together. A popular destination has a million flows and a few hundred rows of `flow_total`; what
 * a pod sends in an hour, wherever it goes, is a row of `sender_hour`.
 */
export const flowTotals = () => {
  const all = sumsBy(DEST, MINUTE_AT);
  const byMinute = sumsBy(WINDOW, WORDS);
  const nodes = dictionary(16);
  /** Lists of candidates, by their UIDs in one text. */
  const lists = dictionary(16);
  const key = new Uint32Array(WORDS);

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
      const orNode = verdict.kind === 'ambiguous' && verdict.orNode ? 1 : 0;
      key[SERVICE] = ((tuple.destPort[at] as number) << DEST_PORT.shift) | (tuple.protocol[at] as number);
      key[WINDOW] =
        (saidOf(verdict) << SAID.shift) |
        (orNode << OR_NODE.shift) |
        (tick << TICK_AT.shift) |
        (tuple.shard[at] as number);
      key[HOUR_AT] = Math.floor(hourOf / HOUR);
      key[MINUTE_AT] = Math.floor(hourOf / MINUTE) % 60;
      key[NODE] = nodes.placeOf(node);
      key[PODS] = lists.placeOf(listText(verdict));
      for (let word = 0; word < 4; word++) key[DEST + word] = tuple.destIp[4 * at + word] as number;
      const out = Number(flow.bytesOut);
      const received = Number(flow.bytesIn);
      all.add(key, flows, out, received, flow.begin, flow.begin, flow.last, flow.last);
      byMinute.add(key, flows, out, received, flow.begin, flow.begin, flow.last, flow.last);
    },
    tables: (): Counted => {
      const [uids, hours] = [lists.words.map(listOf), hoursOf(byMinute)];
      return {
        flow_total: tableOf(all, nodes.words, uids, ['dest_ip', 'dest_port', 'protocol']),
        sender_minute: tableOf(byMinute, nodes.words, uids, ['minute']),
        sender_hour: tableOf(hours, nodes.words, uids, []),
      };
    },
  };
};

/** What is summed up of flows whose keys agree in the words from `from` to before `until`. */
const sumsBy = (from: number, until: number) => {
  const keys = keyNumbers(until - from);
  const sums: number[] = [];
  return {
    rows: () => keys.count(),
    word: (row: number, which: number): number => keys.word(row, which - from),
    field: (row: number, { word, shift, bits }: Field): number =>
      (keys.word(row, word - from) >>> shift) & ((1 << bits) - 1),
    sum: (row: number, which: number): number => sums[row * SUMS + which] as number,
    add: (
      key: Uint32Array,
      flows: number,
      bytesOut: number,
      bytesIn: number,
      firstBegin: number,
      lastBegin: number,
      firstLast: number,
      last: number,
    ): void => {
      const sum = keys.numberOf(key, from) * SUMS;
      if (sum === sums.length) sums.push(0, 0, 0, NEVER, -NEVER, NEVER, -NEVER);
      sums[sum] = (sums[sum] as number) + flows;
      sums[sum + 1] = (sums[sum + 1] as number) + bytesOut;
      sums[sum + 2] = (sums[sum + 2] as number) + bytesIn;
      sums[sum + 3] = Math.min(sums[sum + 3] as number, firstBegin);
      sums[sum + 4] = Math.max(sums[sum + 4] as number, lastBegin);
      sums[sum + 5] = Math.min(sums[sum + 5] as number, firstLast);
      sums[sum + 6] = Math.max(sums[sum + 6] as number, last);
    },
  };
};
/** Flows; bytes out and in; first and last begin; first and last last. */
const SUMS = 7;
type Sums = ReturnType<typeof sumsBy>;

/** Of minutes their hours; of those that are answered by ticks there are none. */
const hoursOf = (minutes: Sums): Sums => {
  const hours = sumsBy(WINDOW, MINUTE_AT);
  const key = new Uint32Array(WORDS);
  for (let row = 0; row < minutes.rows(); row++) {
    if (minutes.field(row, TICK_AT) > 0) continue;
    for (let word = WINDOW; word < MINUTE_AT; word++) key[word] = minutes.word(row, word);
    const of = (which: number): number => minutes.sum(row, which);
    hours.add(key, of(0), of(1), of(2), of(3), of(4), of(5), of(6));
  }
  return hours;
};

/** The pods that a verdict names, as one text that no UID can be taken for, whatever stands in it. */
const listText = (verdict: Judgement['verdict']): string => {
  if ('podUid' in verdict) return `1${verdict.podUid}`;
  return verdict.kind === 'ambiguous' && verdict.podUids !== 'every' ? JSON.stringify(verdict.podUids) : '';
};

const listOf = (text: string): readonly string[] =>
  text === '' ? [] : text.startsWith('1') ? [text.slice(1)] : (JSON.parse(text) as string[]);

type Numbers = Uint8Array | Int8Array | Uint16Array | Uint32Array;

type Own = 'dest_ip' | 'dest_port' | 'protocol' | 'minute';

const tableOf = (
  of: Sums,
  nodes: readonly string[],
  lists: readonly (readonly string[])[],
  own: readonly Own[],
): Table => {
  const rows = of.rows();
  const every = <Values extends Numbers>(values: Values, value: (row: number) => number): Values => {
    for (const row of values.keys()) values[row] = value(row);
    return values;
  };
  const wide = <Wide extends BigInt64Array | BigUint64Array>(values: Wide, value: (row: number) => number): Wide => {
    const words = new Uint32Array(values.buffer);
    for (const row of values.keys()) putWords(words, row, value(row));
    return values;
  };
  const sum = (which: number) => (row: number) => of.sum(row, which);
  const time = (which: number) => ({ type: 'Int64' as const, values: wide(new BigInt64Array(rows), sum(which)) });
  const whole = (which: number) => ({ type: 'UInt64' as const, values: wide(new BigUint64Array(rows), sum(which)) });
  const small = (which: Field) => ({
    type: 'UInt8' as const,
    values: every(new Uint8Array(rows), (row) => of.field(row, which)),
  });
  const medium = (which: Field) => ({
    type: 'UInt16' as const,
    values: every(new Uint16Array(rows), (row) => of.field(row, which)),
  });
  const owned: Readonly<Record<Own, () => Table['columns'][string]>> = {
    dest_ip: () => {
      const words = every(new Uint32Array(rows * 4), (word) => of.word(Math.floor(word / 4), DEST + (word % 4)));
      return { type: 'IPv6', values: new Uint8Array(words.buffer) };
    },
    dest_port: () => medium(DEST_PORT),
    protocol: () => small(PROTOCOL),
    minute: () => ({ type: 'UInt8', values: every(new Uint8Array(rows), (row) => of.word(row, MINUTE_AT)) }),
  };
  const uids = dictionary(rows);
  const ends = wide(new BigUint64Array(rows), (row) => {
    for (const uid of lists[of.word(row, PODS)] as readonly string[]) uids.push(uid);
    return uids.size();
  });
  return {
    rows,
    columns: {
      ...Object.fromEntries(own.map((name) => [name, owned[name]()])),
      hour_ms: { type: 'Int64', values: wide(new BigInt64Array(rows), (row) => of.word(row, HOUR_AT) * HOUR) },
      tick: medium(TICK_AT),
      shard: small(SHARD),
      said: { type: 'Int8', values: every(new Int8Array(rows), (row) => of.field(row, SAID)) },
      node: {
        type: 'Dictionary',
        values: every(new Uint32Array(rows), (row) => of.word(row, NODE)),
        words: nodes,
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
