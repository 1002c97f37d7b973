import { EARLIEST, LATEST } from '../../base/instant.ts';
import { DIRECTIONS, FLOW_STATES } from '../../core/facts.ts';
import type { FlowColumns } from './flow-columns.ts';
import { LOGS } from './tuple-text.ts';
import { putUint32, putUint64 } from './uint64.ts';

const [QUOTE, COMMA, DOT, ZERO] = [0x22, 0x2c, 0x2e, 0x30] as const;
const [INBOUND, OUTBOUND] = [0x49, 0x4f] as const;
/** The third 32-bit word of ::ffff:0:0/96, as this machine holds it. */
const MAPPED = new Uint32Array(new Uint8Array([0, 0, 0xff, 0xff]).buffer)[0] as number;
/** Digits of a counter that is surely a 32-bit integer. */
const INTEGER_DIGITS = 9;
/** The longest tuple that is read here: 82 characters, four counters, an encryption of at most 64, and some more. */
const LONGEST = 256;
/** By letter; 255: no state. */
const STATES = new Uint8Array(256).fill(255);
for (const [letter, state] of Object.entries(FLOW_STATES)) STATES[letter.charCodeAt(0)] = state;

/**
 * The fastest road, for what nearly every tuple of a VNet flow log is: IPv4, 13 digits of time, counters below 10^9, the encryption of
 * the tuple before. Reads such tuples from `from`, behind an opening quote, until one is different, and gives where that one begins, which is `from`
 * when it is the first. `tuple-bytes.ts` reads those.
 *
 * One long function on purpose: the engine compiles it as one, and keeps the columns at hand; a call for each field costs more than the field.
 */
export const readRun = (
  bytes: Uint8Array,
  from: number,
  lastQuote: number,
  columns: FlowColumns,
  begin: number,
  base: number,
  most: number,
): number => {
  const { at, srcIp, srcIpWords, destIp, destIpWords, srcPort, destPort, protocol, direction, state } = columns;
  const { packetsOut, bytesOut, packetsIn, bytesIn, encryption, log, offset, tuple, encryptions } = columns;
  const { memo } = encryptions;
  const memoLength = encryptions.lengthOfLast();
  const memoId = encryptions.idOfLast();
  const until = Math.min(lastQuote, bytes.length - LONGEST);
  const last = Math.min(columns.room, columns.rows + most);
  let { rows: row } = columns;
  let next = from;
  while (next < until && row < last) {
    let i = next;
    let head = 0;
    let tail = 0;
    let wrong = 0;
    for (const end = i + 7; i < end; i++) {
      const digit = (bytes[i] as number) - ZERO;
      wrong |= digit | (9 - digit);
      head = 10 * head + digit;
    }
    for (const end = i + 6; i < end; i++) {
      const digit = (bytes[i] as number) - ZERO;
      wrong |= digit | (9 - digit);
      tail = 10 * tail + digit;
    }
    const time = head * 1e6 + tail;
    if (wrong < 0 || bytes[i] !== COMMA || time < 1e11 || time < EARLIEST || time >= LATEST) break;
    i = ipv4(bytes, i + 1, srcIp, row);
    if (i < 0) break;
    i = ipv4(bytes, i, destIp, row);
    if (i < 0) break;

    let begun = i;
    let source = 0;
    let digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      source = (10 * source + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i === begun || i > begun + 5 || bytes[i] !== COMMA || source > 65_535) break;
    begun = ++i;
    let target = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      target = (10 * target + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i === begun || i > begun + 5 || bytes[i] !== COMMA || target > 65_535) break;
    begun = ++i;
    let number = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      number = (10 * number + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i === begun || i > begun + 3 || bytes[i] !== COMMA || number > 255) break;

    const way = bytes[i + 1];
    const word = STATES[bytes[i + 3] as number] as number;
    if ((way !== INBOUND && way !== OUTBOUND) || bytes[i + 2] !== COMMA || word === 255 || bytes[i + 4] !== COMMA)
      break;
    i += 5;
    let same = 0;
    while (same < memoLength && bytes[i + same] === memo[same]) same++;
    i += same;
    if (same !== memoLength || bytes[i] !== COMMA) break;

    begun = ++i;
    let count = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      count = (10 * count + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i > begun + INTEGER_DIGITS || bytes[i] !== COMMA) break;
    putUint32(packetsOut, row, count);
    begun = ++i;
    count = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      count = (10 * count + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i > begun + INTEGER_DIGITS || bytes[i] !== COMMA) break;
    putUint32(bytesOut, row, count);
    begun = ++i;
    count = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      count = (10 * count + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    if (i > begun + INTEGER_DIGITS || bytes[i] !== COMMA) break;
    putUint32(packetsIn, row, count);
    begun = ++i;
    count = 0;
    digit = (bytes[i] as number) - ZERO;
    while (digit >>> 0 <= 9) {
      count = (10 * count + digit) | 0;
      digit = (bytes[++i] as number) - ZERO;
    }
    // Only the usual `","` after it: the last of an array is left to the others.
    if (i > begun + INTEGER_DIGITS || bytes[i] !== QUOTE || bytes[i + 1] !== COMMA || bytes[i + 2] !== QUOTE) break;
    putUint32(bytesIn, row, count);

    putUint64(at, row, time);
    srcIpWords[4 * row] = 0;
    srcIpWords[4 * row + 1] = 0;
    srcIpWords[4 * row + 2] = MAPPED;
    destIpWords[4 * row] = 0;
    destIpWords[4 * row + 1] = 0;
    destIpWords[4 * row + 2] = MAPPED;
    srcPort[row] = source;
    destPort[row] = target;
    protocol[row] = number;
    direction[row] = way === INBOUND ? DIRECTIONS.I : DIRECTIONS.O;
    state[row] = word;
    encryption[row] = memoId;
    log[row] = LOGS.vnet;
    offset[row] = base + next - 1;
    tuple[row] = begin + row - columns.rows + 1;
    row++;
    next = i + 3;
  }
  columns.rows = row;
  return next;
};

/** Four octets into the last four bytes of the row; gives the place behind the comma after them, or −1. */
const ipv4 = (bytes: Uint8Array, from: number, into: Uint8Array, row: number): number => {
  let i = from;
  for (let part = 12; part < 16; part++) {
    let value = (bytes[i++] as number) - ZERO;
    if (value >>> 0 > 9) return -1;
    let digit = (bytes[i] as number) - ZERO;
    // No leading zero: some readers would take it for octal.
    if (digit >>> 0 <= 9 && value !== 0) {
      value = 10 * value + digit;
      digit = (bytes[++i] as number) - ZERO;
      if (digit >>> 0 <= 9) {
        value = 10 * value + digit;
        i++;
      }
    }
    if (value > 255 || bytes[i++] !== (part < 15 ? DOT : COMMA)) return -1;
    into[16 * row + part] = value;
  }
  return i;
};
