import type { Instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Table } from '../../base/table.ts';
import { IDLE } from '../../core/attribution/flow.ts';
import { OPEN, STAMP_WIDTH } from '../../core/attribution/lease.ts';
import type { Translation } from '../../core/attribution/translation.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../../core/facts.ts';
import { signedAt, unsignedAt, valuesOf, wordsOf } from './chunk-facts.ts';

/*
 * Most tuples are plain: their records are one flow, and their lines one entry. Here both are added up row by row, without an object
 * a row. `add` refuses what one sum cannot tell; then the core works it out from the list. It may refuse too much, never too little:
 * `plain.test.ts` holds it against the core.
 */

/** The records of one direction of a tuple, added up: `flowsOf` gives the same where each row was taken. */
export interface RecordSum {
  rows: number;
  /** The row it began with. */
  row: number;
  begin: number;
  last: number;
  begun: boolean;
  ended: boolean;
  denied: boolean;
  packetsOut: number;
  bytesOut: number;
  packetsIn: number;
  bytesIn: number;
  rule: number;
}

export const emptyRecordSum = (): RecordSum => ({
  rows: 0,
  row: 0,
  begin: 0,
  last: 0,
  begun: false,
  ended: false,
  denied: false,
  packetsOut: 0,
  bytesOut: 0,
  packetsIn: 0,
  bytesIn: 0,
  rule: 0,
});

/** Adds a row of records, which come by time; false: the rows are not one flow. */
export const recordAdder = (records: Table): ((sum: RecordSum, row: number) => boolean) => {
  const at = wordsOf(records, 'at_ms', 'Int64');
  const ago = wordsOf(records, 'begun_ago_ms', 'Int64');
  const state = valuesOf(records, 'state', 'UInt8');
  const rule = valuesOf(records, 'rule', 'Dictionary');
  const packetsOut = wordsOf(records, 'packets_out', 'UInt64');
  const bytesOut = wordsOf(records, 'bytes_out', 'UInt64');
  const packetsIn = wordsOf(records, 'packets_in', 'UInt64');
  const bytesIn = wordsOf(records, 'bytes_in', 'UInt64');
  return (sum, row) => {
    const time = signedAt(at, row);
    const begunAgo = signedAt(ago, row);
    const begins = begunAgo >= 0 || state[row] === FLOW_STATES.B;
    const denied = state[row] === FLOW_STATES.D;
    if (begunAgo > IDLE) return false;
    if (sum.rows === 0) {
      sum.row = row;
      sum.begin = begunAgo >= 0 ? time - begunAgo : time;
      sum.begun = begins;
      sum.denied = denied;
      sum.rule = rule[row] as number;
      sum.packetsOut = unsignedAt(packetsOut, row);
      sum.bytesOut = unsignedAt(bytesOut, row);
      sum.packetsIn = unsignedAt(packetsIn, row);
      sum.bytesIn = unsignedAt(bytesIn, row);
    } else {
      if (begins || sum.ended || denied !== sum.denied || rule[row] !== sum.rule) return false;
      if (time < sum.last || time - sum.last > IDLE) return false;
      sum.packetsOut += unsignedAt(packetsOut, row);
      sum.bytesOut += unsignedAt(bytesOut, row);
      sum.packetsIn += unsignedAt(packetsIn, row);
      sum.bytesIn += unsignedAt(bytesIn, row);
    }
    sum.rows++;
    sum.last = time;
    sum.ended = state[row] === FLOW_STATES.E;
    return sum.bytesOut <= EXACT && sum.bytesIn <= EXACT && sum.packetsOut <= EXACT && sum.packetsIn <= EXACT;
  };
};

/** Sums up to here are exact in a number. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** The lines of a tuple, added up: `translationsOf` gives the same one entry where each row was taken. */
export interface LineSum {
  rows: number;
  /** The row it began with. */
  row: number;
  opened: boolean;
  closed: boolean;
  forced: boolean;
  first: number;
  last: number;
  /** The moment before the last; NaN while there is one. */
  before: number;
  started: number;
  /** The shortest that was stated; 0: none was. */
  timeoutMs: number;
}

export const emptyLineSum = (): LineSum => ({
  rows: 0,
  row: 0,
  opened: false,
  closed: false,
  forced: false,
  first: 0,
  last: 0,
  before: Number.NaN,
  started: 0,
  timeoutMs: 0,
});

/** Adds a row of lines, which come by time; false: the rows are not one entry. */
export const lineAdder = (lines: Table): ((sum: LineSum, row: number) => boolean) => {
  const at = wordsOf(lines, 'at_ms', 'Int64');
  const ago = wordsOf(lines, 'new_ago_ms', 'Int64');
  const kind = valuesOf(lines, 'kind', 'UInt8');
  const started = wordsOf(lines, 'started_ms', 'Int64');
  const timeout = valuesOf(lines, 'timeout_s', 'UInt32');
  const forced = valuesOf(lines, 'forced', 'UInt8');
  const origin = wordsOf(lines, 'origin_ip', 'IPv6');
  const port = valuesOf(lines, 'origin_port', 'UInt16');
  const isSameOrigin = (a: number, b: number): boolean =>
    port[a] === port[b] &&
    origin[4 * a + 3] === origin[4 * b + 3] &&
    origin[4 * a + 2] === origin[4 * b + 2] &&
    origin[4 * a + 1] === origin[4 * b + 1] &&
    origin[4 * a] === origin[4 * b];
  return (sum, row) => {
    const time = signedAt(at, row);
    const openedAgo = signedAt(ago, row);
    const opens = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW;
    if (sum.rows === 0) {
      sum.row = row;
      sum.opened = opens;
      sum.closed = false;
      sum.first = openedAgo >= 0 ? time - openedAgo : time;
      sum.before = openedAgo > 0 ? sum.first : Number.NaN;
      sum.started = 0;
      sum.timeoutMs = 0;
    } else {
      if (sum.closed || time < sum.last || !isSameOrigin(sum.row, row)) return false;
      if (time > sum.last) sum.before = sum.last;
      if (opens) {
        // Its NEW rides on this row, and was before all others.
        const newAt = time - openedAgo;
        if (openedAgo < 0 || sum.opened || newAt > sum.first) return false;
        if (Number.isNaN(sum.before) && newAt < sum.last) sum.before = newAt;
        sum.opened = true;
        sum.first = newAt;
      }
    }
    sum.rows++;
    sum.last = time;
    sum.closed = kind[row] === CONNTRACK_KINDS.DESTROY;
    sum.forced = sum.closed && forced[row] === 1;
    sum.started = Math.max(sum.started, signedAt(started, row));
    const states = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW || kind[row] === CONNTRACK_KINDS.UPDATE;
    const stated = states ? (timeout[row] as number) * 1_000 : 0;
    if (stated > 0 && (sum.timeoutMs === 0 || stated < sum.timeoutMs)) sum.timeoutMs = stated;
    return true;
  };
};

/** The one entry that the lines tell of, with nothing before it and nothing after. Its counters are not added up. */
export const translationFrom = (sum: LineSum, originIp: Ip, originPort: number): Translation => {
  const { opened, closed, first, last, before, started, timeoutMs } = sum;
  const mayUntil = closed ? last : OPEN;
  const idleMs = closed && !sum.forced ? timeoutMs : 0;
  const active = Number.isNaN(before) ? (opened ? first : 0) : before;
  return {
    originIp,
    originPort,
    mayFrom: (opened ? first : started) as Instant,
    seenFrom: (started > 0 && !opened ? Math.min(first, started + STAMP_WIDTH) : first) as Instant,
    seenUntil: last as Instant,
    mayUntil: mayUntil as Instant,
    activeUntil: Math.max(mayUntil - idleMs, active) as Instant,
    opened,
    closed,
    ...UNCOUNTED,
  };
};

const UNCOUNTED = { packetsOut: 0n, bytesOut: 0n, packetsIn: 0n, bytesIn: 0n };
