import { EARLIEST, LATEST } from '../../base/instant.ts';
import { DIRECTIONS, FLOW_STATES } from '../../core/facts.ts';
import { putIp } from './address-bytes.ts';
import type { FlowColumns } from './flow-columns.ts';
import { LOGS, SECONDS_BELOW } from './tuple-text.ts';
import { putUint32, putUint64 } from './uint64.ts';

/*
 * The fast road for tuples: bytes to columns, no strings. It takes what real logs hold and answers −1 for all else;
 * `tuple-text.ts` is the rule, decides those, and a law in the tests holds the two together.
 *
 * No loop here looks for the end of the bytes: each accepts anything but a quote, and the caller promises one ahead.
 */
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const [A, B, C, D, E, I, O, T, U] = [0x41, 0x42, 0x43, 0x44, 0x45, 0x49, 0x4f, 0x54, 0x55] as const;
const TCP = 6;
const UDP = 17;
const LONGEST_ENCRYPTION = 64;
/** Azure knows eight. Here a word is kept before the tuple is known to be good, so their number needs a bound. */
const MOST_ENCRYPTIONS = 256;
/** Fifteen digits are exact in a double. */
const EXACT_DIGITS = 15;
/** Nine digits are a 32-bit integer, which is the fastest there is. */
const INTEGER_DIGITS = 9;
const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

/** Reads the tuple at `from` into the row being written. Gives where its closing quote is, or −1. */
export const readTuple = (bytes: Uint8Array, from: number, columns: FlowColumns): number => {
  const row = columns.rows;
  let i = putTime(bytes, from, columns.at, row);
  if (i < 0) return -1;
  i = putIp(bytes, i, columns.srcIp, columns.srcIpWords, row);
  if (i < 0) return -1;
  i = putIp(bytes, i, columns.destIp, columns.destIpWords, row);
  if (i < 0) return -1;
  i = putPort(bytes, i, columns.srcPort, row);
  if (i < 0) return -1;
  i = putPort(bytes, i, columns.destPort, row);
  if (i < 0) return -1;
  const letter = bytes[i] as number;
  if (letter === T || letter === U) {
    columns.protocol[row] = letter === T ? TCP : UDP;
    return readNsg(bytes, i + 1, columns);
  }
  return readVnet(bytes, i, columns);
};

const readVnet = (bytes: Uint8Array, from: number, columns: FlowColumns): number => {
  const row = columns.rows;
  const end = digitsEnd(bytes, from, from + 4);
  const protocol = integerOf(bytes, from, end);
  if (end === from || end > from + 3 || protocol > 255 || bytes[end] !== COMMA) return -1;
  columns.protocol[row] = protocol;
  let i = putDirection(bytes, end, columns.direction, row);
  if (i < 0) return -1;
  const state = stateOf(bytes[i + 1] as number);
  if (state < 0 || bytes[i + 2] !== COMMA) return -1;
  columns.state[row] = state;
  i = putEncryption(bytes, i + 3, columns);
  if (i < 0) return -1;
  columns.log[row] = LOGS.vnet;
  return putCounters(bytes, i, columns);
};

/** `from` is the comma after the protocol. */
const readNsg = (bytes: Uint8Array, from: number, columns: FlowColumns): number => {
  const row = columns.rows;
  if (bytes[from] !== COMMA) return -1;
  const i = putDirection(bytes, from, columns.direction, row);
  if (i < 0) return -1;
  const decision = bytes[i + 1];
  if (decision !== A && decision !== D) return -1;
  columns.encryption[row] = 0;
  if (bytes[i + 2] === QUOTE) {
    columns.log[row] = LOGS.nsgV1;
    columns.state[row] = decision === A ? FLOW_STATES.B : FLOW_STATES.D;
    putUint64(columns.packetsOut, row, 0);
    putUint64(columns.bytesOut, row, 0);
    putUint64(columns.packetsIn, row, 0);
    putUint64(columns.bytesIn, row, 0);
    return i + 2;
  }
  if (bytes[i + 2] !== COMMA) return -1;
  const state = stateOf(bytes[i + 3] as number);
  if (state < 0 || state === FLOW_STATES.D || bytes[i + 4] !== COMMA) return -1;
  columns.state[row] = decision === A ? state : FLOW_STATES.D;
  columns.log[row] = LOGS.nsgV2;
  return putCounters(bytes, i + 4, columns);
};

/** `from` is the comma before the first of the four. */
const putCounters = (bytes: Uint8Array, from: number, columns: FlowColumns): number => {
  const row = columns.rows;
  let i = putCounter(bytes, from + 1, columns.packetsOut, row);
  if (i < 0 || bytes[i] !== COMMA) return -1;
  i = putCounter(bytes, i + 1, columns.bytesOut, row);
  if (i < 0 || bytes[i] !== COMMA) return -1;
  i = putCounter(bytes, i + 1, columns.packetsIn, row);
  if (i < 0 || bytes[i] !== COMMA) return -1;
  i = putCounter(bytes, i + 1, columns.bytesIn, row);
  return i >= 0 && bytes[i] === QUOTE ? i : -1;
};

/** Nothing at all is 0, as in `B,,,,`. */
const putCounter = (bytes: Uint8Array, from: number, into: Uint32Array, row: number): number => {
  const headEnd = digitsEnd(bytes, from, from + INTEGER_DIGITS);
  const head = integerOf(bytes, from, headEnd);
  const end = digitsEnd(bytes, headEnd, from + EXACT_DIGITS + 1);
  if (end > from + EXACT_DIGITS) return -1;
  if (end === headEnd) putUint32(into, row, head);
  else putUint64(into, row, head * (POWERS_OF_TEN[end - headEnd] as number) + integerOf(bytes, headEnd, end));
  return end;
};

const putTime = (bytes: Uint8Array, from: number, into: Uint32Array, row: number): number => {
  const headEnd = digitsEnd(bytes, from, from + INTEGER_DIGITS);
  const end = digitsEnd(bytes, headEnd, from + EXACT_DIGITS + 1);
  if (end > from + EXACT_DIGITS || bytes[end] !== COMMA) return -1;
  let time =
    integerOf(bytes, from, headEnd) * (POWERS_OF_TEN[end - headEnd] as number) + integerOf(bytes, headEnd, end);
  if (time < SECONDS_BELOW) time *= 1_000;
  if (time < EARLIEST || time >= LATEST) return -1;
  putUint64(into, row, time);
  return end + 1;
};

const digitsEnd = (bytes: Uint8Array, from: number, limit: number): number => {
  let i = from;
  while (i < limit && ((bytes[i] as number) - ZERO) >>> 0 <= 9) i++;
  return i;
};

/** At most nine digits. */
const integerOf = (bytes: Uint8Array, from: number, until: number): number => {
  let value = 0;
  for (let i = from; i < until; i++) value = (10 * value + (bytes[i] as number) - ZERO) | 0;
  return value;
};

const putPort = (bytes: Uint8Array, from: number, into: Uint16Array, row: number): number => {
  const end = digitsEnd(bytes, from, from + 6);
  if (end === from || end > from + 5 || bytes[end] !== COMMA) return -1;
  const port = integerOf(bytes, from, end);
  into[row] = port;
  return port > 65_535 ? -1 : end + 1;
};

/** From the comma before to the comma after. */
const putDirection = (bytes: Uint8Array, from: number, into: Uint8Array, row: number): number => {
  const letter = bytes[from + 1];
  if ((letter !== I && letter !== O) || bytes[from + 2] !== COMMA) return -1;
  into[row] = letter === I ? DIRECTIONS.I : DIRECTIONS.O;
  return from + 2;
};

const stateOf = (letter: number): number => {
  switch (letter) {
    case B:
      return FLOW_STATES.B;
    case C:
      return FLOW_STATES.C;
    case E:
      return FLOW_STATES.E;
    case D:
      return FLOW_STATES.D;
    default:
      return -1;
  }
};

/** Gives the comma after it. */
const putEncryption = (bytes: Uint8Array, from: number, columns: FlowColumns): number => {
  const words = columns.encryptions;
  const again = words.again(bytes, from, COMMA);
  if (again >= 0) {
    columns.encryption[columns.rows] = again;
    return from + words.lengthOfLast();
  }
  if (words.list.length > MOST_ENCRYPTIONS) return -1;
  for (let i = from; i <= from + LONGEST_ENCRYPTION; i++) {
    const byte = bytes[i] as number;
    if (byte === COMMA) {
      columns.encryption[columns.rows] = words.idOfBytes(bytes, from, i);
      return i;
    }
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return -1;
  }
  return -1;
};
