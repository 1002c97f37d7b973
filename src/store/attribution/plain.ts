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

/** Records of one direction of a tuple that are one flow, added up: `flowsOf` gives the same flows where each row was taken. */
export interface RecordSum {
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

/** Sums of one tuple, oldest first; the objects are used again for the next tuple. */
export interface Sums<Sum> {
  readonly all: Sum[];
  count: number;
}

export const noSums = <Sum>(): Sums<Sum> => ({ all: [], count: 0 });

const nextOf = <Sum>(sums: Sums<Sum>, empty: () => Sum): Sum => {
  const known = sums.all[sums.count];
  sums.count++;
  if (known !== undefined) return known;
  const made = empty();
  sums.all.push(made);
  return made;
};

const emptyRecordSum = (): RecordSum => ({
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

/** Adds a row of records, which come by time; false: sums do not tell the flows. */
export const recordAdder = (records: Table): ((sums: Sums<RecordSum>, row: number) => boolean) => {
  const at = wordsOf(records, 'at_ms', 'Int64');
  const ago = wordsOf(records, 'begun_ago_ms', 'Int64');
  const state = valuesOf(records, 'state', 'UInt8');
  const rule = valuesOf(records, 'rule', 'Dictionary');
  const packetsOut = wordsOf(records, 'packets_out', 'UInt64');
  const bytesOut = wordsOf(records, 'bytes_out', 'UInt64');
  const packetsIn = wordsOf(records, 'packets_in', 'UInt64');
  const bytesIn = wordsOf(records, 'bytes_in', 'UInt64');
  return (sums, row) => {
    const last = signedAt(at, row);
    const begunAgo = signedAt(ago, row);
    const first = begunAgo > 0 ? last - begunAgo : last;
    const begun = begunAgo >= 0 || state[row] === FLOW_STATES.B;
    const denied = state[row] === FLOW_STATES.D;
    if (begunAgo > IDLE) return false;
    let sum = sums.count === 0 ? undefined : (sums.all[sums.count - 1] as RecordSum);
    if (sum !== undefined) {
      // Denied attempts are flows of their own, and what shares a millisecond has no order.
      if (denied !== sum.denied || first < sum.last) return false;
      if (first === sum.last && (begun || sum.ended || rule[row] !== sum.rule)) return false;
      if (begun || sum.ended || first - sum.last > IDLE) sum = undefined;
    }
    if (sum === undefined) {
      sum = nextOf(sums, emptyRecordSum);
      sum.row = row;
      sum.begin = first;
      sum.begun = begun;
      sum.denied = denied;
      sum.rule = rule[row] as number;
      sum.packetsOut = 0;
      sum.bytesOut = 0;
      sum.packetsIn = 0;
      sum.bytesIn = 0;
    }
    sum.last = last;
    sum.ended = state[row] === FLOW_STATES.E;
    // B and E in one millisecond: the E may be that of the flow before.
    if (sum.ended && sum.begun && last === sum.begin && sums.count > 1) return false;
    sum.packetsOut += unsignedAt(packetsOut, row);
    sum.bytesOut += unsignedAt(bytesOut, row);
    sum.packetsIn += unsignedAt(packetsIn, row);
    sum.bytesIn += unsignedAt(bytesIn, row);
    return sum.bytesOut <= EXACT && sum.bytesIn <= EXACT && sum.packetsOut <= EXACT && sum.packetsIn <= EXACT;
  };
};

/** Sums up to here are exact in a number. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** Lines of a tuple that are one entry, added up: `translationsOf` gives the same entries where each row was taken. */
export interface LineSum {
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

const emptyLineSum = (): LineSum => ({
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

/** Adds a row of lines, which come by time; false: sums do not tell the entries. */
export const lineAdder = (lines: Table): ((sums: Sums<LineSum>, row: number) => boolean) => {
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
  return (sums, row) => {
    const last = signedAt(at, row);
    const openedAgo = signedAt(ago, row);
    const first = openedAgo > 0 ? last - openedAgo : last;
    const opens = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW;
    let sum = sums.count === 0 ? undefined : (sums.all[sums.count - 1] as LineSum);
    if (sum !== undefined && sum.closed) {
      // The next connection of the tuple, seen from its first packet on: nothing of one entry touches the other.
      if (!opens || first <= sum.last) return false;
      sum = undefined;
    }
    if (sum === undefined) {
      sum = nextOf(sums, emptyLineSum);
      sum.row = row;
      sum.opened = opens;
      sum.first = first;
      sum.before = openedAgo > 0 ? first : Number.NaN;
      sum.started = 0;
      sum.timeoutMs = 0;
    } else {
      if (last < sum.last || !isSameOrigin(sum.row, row)) return false;
      if (last > sum.last) sum.before = sum.last;
      if (opens) {
        // Its NEW rides on this row, and was before all others; only of the tuple's first entry is nothing before that.
        if (openedAgo < 0 || sum.opened || first > sum.first || sums.count > 1) return false;
        if (Number.isNaN(sum.before) && first < sum.last) sum.before = first;
        sum.opened = true;
        sum.first = first;
      }
    }
    sum.last = last;
    sum.closed = kind[row] === CONNTRACK_KINDS.DESTROY;
    sum.forced = sum.closed && forced[row] === 1;
    sum.started = Math.max(sum.started, signedAt(started, row));
    const states = openedAgo >= 0 || kind[row] === CONNTRACK_KINDS.NEW || kind[row] === CONNTRACK_KINDS.UPDATE;
    const stated = states ? (timeout[row] as number) * 1_000 : 0;
    if (stated > 0 && (sum.timeoutMs === 0 || stated < sum.timeoutMs)) sum.timeoutMs = stated;
    return true;
  };
};

/** The entry that the lines tell of. Its counters are not added up. */
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

/** Counters of what counted nothing, or was not asked. */
export const UNCOUNTED = { packetsOut: 0n, bytesOut: 0n, packetsIn: 0n, bytesIn: 0n };
