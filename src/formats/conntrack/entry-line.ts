import { CONNTRACK_KINDS } from '../../core/facts.ts';
import { ctimeMs, isPlausible } from './conntrack-time.ts';
import { type EntryColumns, readCounter, writeWhole } from './entry-columns.ts';
import { isBlank, readAddress, readNumber, wholeNumber } from './scan.ts';

/** What is known around a line, and what one line tells about the next. */
export interface LineState {
  /** When a dump was taken, where its lines do not say; -1 when nobody knows. */
  dumpAt: number;
  /** Time of the row that was read last; -1 when it has none. */
  at: number;
  /** Some row so far carried the kernel's id: then a line without one may be cut. */
  hasIds: boolean;
  /** One number at a time, while a line is read. */
  readonly delta: Float64Array;
  /** The row that was read last ends in something that a cut would have shown. */
  endsWhole: boolean;
}

/** The first four bytes of a token as one number, to tell tokens apart without making text of them. */
const four = (text: string): number =>
  (text.charCodeAt(0) << 24) | (text.charCodeAt(1) << 16) | (text.charCodeAt(2) << 8) | text.charCodeAt(3);

const SRC = four('src=');
const DST = four('dst=');
const SPORT = four('spor');
const DPORT = four('dpor');
const CODE = four('code');
const PACKETS = four('pack');
const BYTES = four('byte');
const DELTA = four('delt');
const NEW = four('[NEW');
const UPDATE = four('[UPD');
const DESTROY = four('[DES');
const UNREPLIED = four('[UNR');
const ASSURED = four('[ASS');
const USERSPACE = four('[USE');
const START = four('[sta');
const STOP = four('[sto');
const IPV4 = four('ipv4');
const IPV6 = four('ipv6');
const ID = four('id=\0') >>> 8;

const EQUALS = 61;
const OPEN = 91;
const CLOSE = 93;

const fourAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number);

/** The first byte from `at` on that is no blank. */
const skipBlanks = (bytes: Uint8Array, at: number, until: number): number => {
  let i = at;
  while (i < until && (bytes[i] === 32 || bytes[i] === 9)) i++;
  return i;
};

/** The end of the token that begins at `at`: the next blank, or a byte that no conntrack line holds. */
const tokenEnd = (bytes: Uint8Array, at: number, until: number): number => {
  let i = at;
  while (i < until && (bytes[i] as number) > 32 && (bytes[i] as number) < 127) i++;
  return i;
};

/** TCP, UDP, DCCP, SCTP, UDP-Lite: without both ports of both sides such a line names no connection. */
const hasPorts = (protocol: number): boolean =>
  protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136;
const isIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58;

const NOT_A_LINE = 'not a line of conntrack';
const TWICE = 'one thing said twice: two lines run into one';

/**
 * Reads the line `[from, until)` into the open row of `columns` and returns why not, or '' when the row is good. The byte
 * at `until` must not continue a token. One pass, no objects, no text: a busy node prints thousands of these a second.
 */
export const readEntryLine = (
  bytes: Uint8Array,
  from: number,
  until: number,
  columns: EntryColumns,
  state: LineState,
): string => {
  const row = columns.rows;
  let at = -1;
  let kind: number = CONNTRACK_KINDS.DUMP;
  let p = skipBlanks(bytes, from, until);

  // [1795401867.032737]
  if (bytes[p] === OPEN && isDigit(bytes[p + 1])) {
    const end = tokenEnd(bytes, p, until);
    at = stampMs(bytes, p, end);
    if (at < 0) return 'a timestamp that cannot be read, or is not from 2000 to 2099';
    p = skipBlanks(bytes, end, until);
  }
  // [NEW] · [UPDATE] · [DESTROY]
  if (bytes[p] === OPEN) {
    const end = tokenEnd(bytes, p, until);
    kind = kindOf(fourAt(bytes, p), end - p);
    if (kind < 0) return NOT_A_LINE;
    p = skipBlanks(bytes, end, until);
  }
  // ipv4 2 · ipv6 10
  const family = fourAt(bytes, p);
  if ((family === IPV4 || family === IPV6) && bytes[p + 4] === 32) {
    const digits = skipBlanks(bytes, p + 4, until);
    const end = tokenEnd(bytes, digits, until);
    if (wholeNumber(bytes, digits, end) !== (family === IPV4 ? 2 : 10)) return NOT_A_LINE;
    p = skipBlanks(bytes, end, until);
  }
  // tcp 6
  let end = tokenEnd(bytes, p, until);
  if (end === p || end - p > 15) return NOT_A_LINE;
  p = skipBlanks(bytes, end, until);
  end = tokenEnd(bytes, p, until);
  const protocol = wholeNumber(bytes, p, end);
  if (protocol < 0 || protocol > 255) return NOT_A_LINE;
  p = skipBlanks(bytes, end, until);
  // 432000 ESTABLISHED: a timeout and a state, each of which some kernels leave out
  let timeout = 0;
  for (let words = 0; words < 2 && p < until && fourAt(bytes, p) !== SRC; words++) {
    end = tokenEnd(bytes, p, until);
    if (words === 0) timeout = Math.min(0xffff_ffff, Math.max(0, wholeNumber(bytes, p, end)));
    p = skipBlanks(bytes, end, until);
  }
  if (fourAt(bytes, p) !== SRC) return p >= until ? 'no addresses: the line is cut' : NOT_A_LINE;
  if (kind !== CONNTRACK_KINDS.DUMP && at < 0) return 'an event without a time: record with -o timestamp';

  let side = -2; // place in columns.ips of the source of the side being read: 0 original, 2 reply
  let said = 0; // what was read so far, bit by place: four ports, then four addresses
  let counters = 0;
  let delta = -1;
  let start = -1;
  let afterCode = false;
  let hasId = false;
  let endsWhole = false;

  // What follows a line is another's.
  const isAt = (i: number): boolean => i < until && bytes[i] === EQUALS;

  while (p < until) {
    const head = fourAt(bytes, p);
    const wasCode = afterCode;
    afterCode = false;
    endsWhole = false;
    if (head === SRC) {
      side += 2;
      if (side > 2) return TWICE;
      end = readAddress(bytes, p + 4, columns.ips[side] as Uint8Array, row);
      if (end < 0) return 'a source that is no address';
      said |= 0x10 << side;
    } else if (head === DST) {
      if ((said & (0x20 << side)) !== 0) return TWICE;
      end = readAddress(bytes, p + 4, columns.ips[side + 1] as Uint8Array, row);
      if (end < 0) return 'a destination that is no address';
      said |= 0x20 << side;
    } else if (head === SPORT || head === DPORT) {
      const place = head === SPORT ? side : side + 1;
      if ((said & (1 << place)) !== 0) return TWICE;
      end = isAt(p + 5) ? readNumber(bytes, p + 6, 65_535, columns.ports[place] as Uint16Array, row) : -1;
      if (end < 0) return 'a port that is not from 0 to 65535';
      said |= 1 << place;
      endsWhole = !state.hasIds && end - p === 11;
    } else if (head === PACKETS && isAt(p + 7)) {
      end = readCounter(bytes, p + 8, columns.counters[side] as Uint32Array, row);
      if (end < 0) return 'a packet count that is not from 0 to 2^64 - 1';
      counters |= 1 << side;
    } else if (head === BYTES && isAt(p + 5)) {
      end = readCounter(bytes, p + 6, columns.counters[side + 1] as Uint32Array, row);
      if (end < 0) return 'a byte count that is not from 0 to 2^64 - 1';
      counters |= 2 << side;
    } else if (head >>> 8 === ID) {
      if (wasCode && isIcmp(protocol)) {
        end = readNumber(bytes, p + 3, 65_535, columns.ports[side] as Uint16Array, row);
        if (end < 0) return 'an echo id that is not from 0 to 65535';
        (columns.ports[side + 1] as Uint16Array)[row] = (columns.ports[side] as Uint16Array)[row] as number;
      } else {
        end = readNumber(bytes, p + 3, 0xffff_ffff, columns.id, row);
        if (end < 0) return 'an id that is not from 0 to 2^32 - 1';
        hasId = true;
        endsWhole = end - p === 13;
      }
    } else if (head === DELTA && isAt(p + 10)) {
      end = readNumber(bytes, p + 11, Number.MAX_SAFE_INTEGER, state.delta, 0);
      if (end < 0) return 'a delta-time that is no number';
      delta = state.delta[0] as number;
    } else if (head === START || head === STOP) {
      end = p;
      while (end < until && bytes[end] !== CLOSE) end++;
      const date = ctimeMs(bytes, p + (head === START ? 7 : 6), end);
      if (date < 0 || end === until) return 'a [start=…] or [stop=…] that cannot be read';
      if (head === START) start = date;
      end++;
      endsWhole = hasId || !state.hasIds;
    } else {
      end = tokenEnd(bytes, p, until);
      if (end === p || (end < until && !isBlank(bytes[end]))) return 'a byte that conntrack does not print';
      if (head === UNREPLIED && end - p === 11) columns.unreplied[row] = 1;
      else if (head === ASSURED && end - p === 9) columns.assured[row] = 1;
      else if (head === USERSPACE && end - p === 11) columns.forced[row] = 1;
      else if (head === CODE) afterCode = true;
      // mark=, use=, zone=, secctx=, srckey=, [OFFLOAD] … and what later versions add: not ours, but it must look like that
      else if (!isPair(bytes, p, end) && !isFlag(bytes, p, end)) return NOT_A_LINE;
      endsWhole = hasId || !state.hasIds;
    }
    p = skipBlanks(bytes, end, until);
  }
  if (side < 2) return 'only one side: a translation needs the reply too';
  if ((said & 0xf0) !== 0xf0) return 'a side without a destination';
  if (hasPorts(protocol) && (said & 0xf) !== 0xf) return 'a side without its ports';
  if (counters !== 0 && counters !== 0xf) return 'counters of one side only';

  if (kind === CONNTRACK_KINDS.DUMP && at < 0) {
    const seen = start >= 0 && delta >= 0 ? start + delta * 1_000 : -1;
    at = isPlausible(seen) ? seen : state.dumpAt;
  }
  writeWhole(columns.at, row, at);
  writeWhole(columns.started, row, start >= 0 ? start : startedMs(at, delta));
  columns.kind[row] = kind;
  columns.protocol[row] = protocol;
  columns.timeout[row] = timeout;
  columns.counted[row] = counters === 0 ? 0 : 1;
  state.at = at;
  state.hasIds ||= hasId;
  state.endsWhole = endsWhole;
  return '';
};

/** Whole seconds, as the kernel counts `delta-time`; -1 when unknown, also when a clock that stepped back made it absurd. */
const startedMs = (at: number, deltaSeconds: number): number => {
  if (at < 0 || deltaSeconds < 0) return -1;
  const started = Math.floor(at / 1_000) * 1_000 - deltaSeconds * 1_000;
  return isPlausible(started) ? started : -1;
};

const isDigit = (c: number | undefined): boolean => c !== undefined && c >= 48 && c <= 57;

/** `[seconds.fraction]` in `[from, until)` as milliseconds, or -1. conntrack prints six digits of fraction. */
const stampMs = (bytes: Uint8Array, from: number, until: number): number => {
  let dot = from + 1;
  while (isDigit(bytes[dot])) dot++;
  const seconds = wholeNumber(bytes, from + 1, dot);
  const close = until - 1;
  if (seconds < 0 || bytes[dot] !== 46 || close - dot < 2 || close - dot > 10 || bytes[close] !== CLOSE) return -1;
  let ms = 0;
  let weight = 100;
  for (let i = dot + 1; i < close; i++) {
    if (!isDigit(bytes[i])) return -1;
    ms += ((bytes[i] as number) - 48) * weight;
    weight = (weight / 10) | 0;
  }
  const at = seconds * 1_000 + ms;
  return isPlausible(at) ? at : -1;
};

const kindOf = (head: number, length: number): number => {
  if (head === NEW && length === 5) return CONNTRACK_KINDS.NEW;
  if (head === UPDATE && length === 8) return CONNTRACK_KINDS.UPDATE;
  if (head === DESTROY && length === 9) return CONNTRACK_KINDS.DESTROY;
  return -1;
};

/** `[OFFLOAD]`, `[HW_OFFLOAD]`, `[USERSPACE]` … */
const isFlag = (bytes: Uint8Array, from: number, until: number): boolean => {
  if (bytes[from] !== OPEN) return false;
  for (let i = from + 1; i < until - 1; i++) {
    const c = bytes[i] as number;
    if ((c < 65 || c > 90) && c !== 95) return false;
  }
  return until - from > 2 && bytes[until - 1] === CLOSE;
};

/** `name=value`, the name in small letters and dashes. */
const isPair = (bytes: Uint8Array, from: number, until: number): boolean => {
  let i = from;
  while (i < until && (((bytes[i] as number) >= 97 && (bytes[i] as number) <= 122) || bytes[i] === 45)) i++;
  return i > from && i < until && bytes[i] === EQUALS;
};
