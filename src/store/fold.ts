import { IP_BYTES } from '../base/ip.ts';
import { type Column, type Table, withoutRows, wordsIn } from '../base/table.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../core/facts.ts';

/*
 * The first word on a connection, B of the flow log or NEW of conntrack, says nothing but when. Where the last word, or the next one,
 * stands in the same batch, the first rides on its row, as the time between them: half the rows, and mostly a whole flow in one.
 * Nothing is lost: the store's queries take the two apart again wherever single records count.
 */

/** How the first word of a connection is known, and which row it may ride on. */
interface Fold {
  /** The column that says how long before the row the one was that rides on it, in milliseconds; -1: none. */
  readonly ago: string;
  /** Addresses and numbers that are the same on both rows. */
  readonly ips: readonly string[];
  readonly same: readonly string[];
  /** Row by row: 1 where it is a first word. */
  readonly isFirst: Uint8Array;
  readonly mayCarry: (row: number) => boolean;
  readonly maxAgoMs: number;
  /** Columns in which the carrying row takes over what the first one says. */
  readonly takeOver: readonly string[];
}

export const foldRecords = (table: Table): Table => {
  const state = numbers(table, 'state');
  const isFirst = rowsWith(table.rows, state, FLOW_STATES.B);
  for (const name of ['packets_out', 'bytes_out', 'packets_in', 'bytes_in']) zeroOnly(isFirst, numbers(table, name));
  return fold(table, {
    ago: 'begun_ago_ms',
    ips: ['src_ip', 'dest_ip'],
    same: ['src_port', 'dest_port', 'protocol', 'direction', 'encryption', 'rule', 'mac', 'resource', 'log'],
    isFirst,
    mayCarry: (row) => state[row] === FLOW_STATES.C || state[row] === FLOW_STATES.E,
    maxAgoMs: IDLE,
    takeOver: [],
  });
};

export const foldEntries = (table: Table): Table => {
  const [kind, timeout, unreplied] = ['kind', 'timeout_s', 'unreplied'].map((name) => numbers(table, name)) as [
    Numbers,
    Numbers,
    Numbers,
  ];
  const isFirst = rowsWith(table.rows, kind, CONNTRACK_KINDS.NEW);
  const started = timesOf(numbers(table, 'started_ms') as BigInt64Array);
  for (let row = 0; row < table.rows; row++) if (unreplied[row] !== 1 || started(row) >= 0) isFirst[row] = 0;
  for (const name of ['packets_orig', 'bytes_orig', 'packets_reply', 'bytes_reply', 'counted', 'assured', 'forced'])
    zeroOnly(isFirst, numbers(table, name));
  return fold(table, {
    ago: 'new_ago_ms',
    ips: ['orig_src_ip', 'orig_dest_ip', 'reply_src_ip', 'reply_dest_ip'],
    same: ['orig_src_port', 'orig_dest_port', 'reply_src_port', 'reply_dest_port', 'protocol'],
    isFirst,
    mayCarry: (row) => kind[row] === CONNTRACK_KINDS.DESTROY && timeout[row] === 0,
    maxAgoMs: Number.MAX_SAFE_INTEGER,
    takeOver: ['timeout_s'],
  });
};

type Numbers = Exclude<Column, { type: 'IPv6' | 'String' }>['values'];

const numbers = (table: Table, name: string): Numbers => {
  const column = table.columns[name];
  if (column === undefined || column.type === 'IPv6' || column.type === 'String')
    throw new Error(`column ${name} must hold numbers`);
  return column.values;
};

/** Whole numbers of 64 bits as halves, so that looking at one makes no bigint. */
const isWide = (values: Numbers): values is BigInt64Array | BigUint64Array =>
  values instanceof BigInt64Array || values instanceof BigUint64Array;
const halves = ({ buffer, byteOffset, length }: BigInt64Array | BigUint64Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length * 2);

const rowsWith = (rows: number, values: Numbers, value: number): Uint8Array => {
  const marks = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if (values[row] === value) marks[row] = 1;
  return marks;
};

/** Takes the mark from rows in which the column is not 0. */
const zeroOnly = (marks: Uint8Array, values: Numbers): void => {
  if (isWide(values)) {
    const half = halves(values);
    for (let row = 0; row < marks.length; row++)
      if ((half[row * 2] as number) !== 0 || half[row * 2 + 1] !== 0) marks[row] = 0;
  } else {
    for (let row = 0; row < marks.length; row++) if (values[row] !== 0) marks[row] = 0;
  }
};

/** Whether two rows say the same in a column. */
const sameIn = (values: Numbers): ((a: number, b: number) => boolean) => {
  if (!isWide(values)) return (a, b) => values[a] === values[b];
  const half = halves(values);
  return (a, b) => half[a * 2] === half[b * 2] && half[a * 2 + 1] === half[b * 2 + 1];
};

/** Times as numbers: a bigint would be an object each. */
const timesOf = (values: BigInt64Array): ((row: number) => number) => {
  const half = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  return (row) => ((half[row * 2] as number) >>> 0) + (half[row * 2 + 1] as number) * 0x1_0000_0000;
};

const words = (table: Table, name: string): Uint32Array => {
  const column = table.columns[name];
  if (column?.type !== 'IPv6') throw new Error(`column ${name} must hold addresses`);
  return wordsIn(column.values, table.rows * IP_BYTES);
};

/** The same facts without a carried row: every row speaks for itself. */
export const unfolded = (table: Table, ago: 'begun_ago_ms' | 'new_ago_ms'): Table => ({
  rows: table.rows,
  columns: { ...table.columns, [ago]: { type: 'Int64', values: new BigInt64Array(table.rows).fill(-1n) } },
});

const fold = (given: Table, how: Fold): Table => {
  const { rows } = given;
  const { isFirst } = how;
  const table = withCopies(given, how.takeOver);
  const at = timesOf(numbers(table, 'at_ms') as BigInt64Array);
  const ips = how.ips.map((name) => words(table, name));
  const same = how.same.map((name) => sameIn(numbers(table, name)));
  const hashes = hashed(
    rows,
    ips,
    how.same.slice(0, 3).map((name) => numbers(table, name)),
  );
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, rows * 2)));
  /** Row + 1 of a first word that waits; 0 is free, -1 was taken. */
  const waiting = new Int32Array(slots);
  const ago = new BigInt64Array(rows).fill(-1n);
  const carried = new Uint8Array(rows);
  const isSame = (a: number, b: number): boolean => {
    if (hashes[a] !== hashes[b]) return false;
    for (const ip of ips) for (let i = 0; i < 4; i++) if (ip[a * 4 + i] !== ip[b * 4 + i]) return false;
    for (const isSameIn of same) if (!isSameIn(a, b)) return false;
    return true;
  };
  for (let row = 0; row < rows; row++) {
    const first = isFirst[row] === 1;
    if (!first && !how.mayCarry(row)) continue;
    let slot = (hashes[row] as number) & (slots - 1);
    while (waiting[slot] !== 0) {
      const other = (waiting[slot] as number) - 1;
      if (other >= 0 && isSame(other, row)) break;
      slot = (slot + 1) & (slots - 1);
    }
    if (first) {
      waiting[slot] = row + 1;
      continue;
    }
    const other = (waiting[slot] as number) - 1;
    if (other < 0) continue;
    waiting[slot] = -1;
    const apart = at(row) - at(other);
    if (apart < 0 || apart > how.maxAgoMs) continue;
    ago[row] = BigInt(apart);
    for (const name of how.takeOver) {
      const column = numbers(table, name);
      column[row] = column[other] as never;
    }
    carried[other] = 1;
  }
  return withoutRows({ rows, columns: { ...table.columns, [how.ago]: { type: 'Int64', values: ago } } }, carried);
};

/** Column by column: a loop over one kind of array is several times as fast. */
const hashed = (rows: number, ips: readonly Uint32Array[], columns: readonly Numbers[]): Uint32Array => {
  const hashes = new Uint32Array(rows).fill(0x9e3779b9);
  for (const ip of ips) {
    for (let row = 0; row < rows; row++) {
      let h = hashes[row] as number;
      for (let i = row * 4; i < row * 4 + 4; i++) h = Math.imul(h ^ (ip[i] as number), 0x85ebca6b);
      hashes[row] = h ^ (h >>> 15);
    }
  }
  for (const values of columns) {
    for (let row = 0; row < rows; row++) {
      const h = Math.imul((hashes[row] as number) ^ (values[row] as number), 0xc2b2ae35);
      hashes[row] = h ^ (h >>> 15);
    }
  }
  return hashes;
};

/** The caller keeps its own: it may need the rows as they were. */
const withCopies = (table: Table, names: readonly string[]): Table => ({
  rows: table.rows,
  columns: {
    ...table.columns,
    ...Object.fromEntries(
      names.map((name) => {
        const column = table.columns[name] as Column;
        return [name, { ...column, values: column.values.slice() } as Column];
      }),
    ),
  },
});
