import { IP_BYTES } from '../../base/ip.ts';
import type { ConntrackEntries } from '../../core/facts.ts';
import { isBlank } from './scan.ts';

/** Which half of a 64-bit value comes first in memory: its two halves are written as numbers, so that a row makes no BigInt. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;
const TWO_32 = 0x1_0000_0000;

/**
 * Rows of `ConntrackEntries` under construction. A line is written straight into row `rows`; it counts once `rows` is raised,
 * so a line that turns out to be bad leaves nothing behind.
 */
export class EntryColumns {
  rows = 0;
  #room: number;

  kind: Uint8Array;
  id: Uint32Array;
  protocol: Uint8Array;
  counted: Uint8Array;
  unreplied: Uint8Array;
  assured: Uint8Array;
  forced: Uint8Array;
  timeout: Uint32Array;
  /** By side: the original source, its destination, the reply's source, its destination. */
  ips: Uint8Array[];
  ports: Uint16Array[];
  /** Halves of 64 bits, two a row: packets and bytes out, packets and bytes back. */
  counters: Uint32Array<ArrayBuffer>[];
  at: Uint32Array<ArrayBuffer>;
  started: Uint32Array<ArrayBuffer>;

  constructor(room: number) {
    this.#room = room;
    this.kind = new Uint8Array(room);
    this.id = new Uint32Array(room);
    this.protocol = new Uint8Array(room);
    this.counted = new Uint8Array(room);
    this.unreplied = new Uint8Array(room);
    this.assured = new Uint8Array(room);
    this.forced = new Uint8Array(room);
    this.timeout = new Uint32Array(room);
    this.ips = sides(() => new Uint8Array(room * IP_BYTES));
    this.ports = sides(() => new Uint16Array(room));
    this.counters = sides(() => new Uint32Array(room * 2));
    this.at = new Uint32Array(room * 2);
    this.started = new Uint32Array(room * 2);
  }

  /** Room for one more row, cleared where a line need not say anything. */
  open(): void {
    const row = this.rows;
    if (row === this.#room) this.#grow();
    this.id[row] = 0;
    this.counted[row] = 0;
    this.unreplied[row] = 0;
    this.assured[row] = 0;
    this.forced[row] = 0;
    this.timeout[row] = 0;
    for (let side = 0; side < 4; side++) {
      (this.ports[side] as Uint16Array)[row] = 0;
      const counter = this.counters[side] as Uint32Array;
      counter[row * 2] = 0;
      counter[row * 2 + 1] = 0;
    }
  }

  #grow(): void {
    this.#room *= 2;
    this.kind = grown(this.kind);
    this.id = grown(this.id);
    this.protocol = grown(this.protocol);
    this.counted = grown(this.counted);
    this.unreplied = grown(this.unreplied);
    this.assured = grown(this.assured);
    this.forced = grown(this.forced);
    this.timeout = grown(this.timeout);
    this.ips = this.ips.map(grown);
    this.ports = this.ports.map(grown);
    this.counters = this.counters.map(grown);
    this.at = grown(this.at);
    this.started = grown(this.started);
  }

  table(): ConntrackEntries {
    const ip = (side: number) => ({ type: 'IPv6', values: this.ips[side] as Uint8Array }) as const;
    const port = (side: number) => ({ type: 'UInt16', values: this.ports[side] as Uint16Array }) as const;
    const count = (side: number) =>
      ({ type: 'UInt64', values: new BigUint64Array(this.counters[side]?.buffer as ArrayBuffer) }) as const;
    return {
      rows: this.rows,
      columns: {
        at_ms: { type: 'Int64', values: new BigInt64Array(this.at.buffer) },
        kind: { type: 'UInt8', values: this.kind },
        id: { type: 'UInt32', values: this.id },
        protocol: { type: 'UInt8', values: this.protocol },
        orig_src_ip: ip(0),
        orig_dest_ip: ip(1),
        reply_src_ip: ip(2),
        reply_dest_ip: ip(3),
        orig_src_port: port(0),
        orig_dest_port: port(1),
        reply_src_port: port(2),
        reply_dest_port: port(3),
        started_ms: { type: 'Int64', values: new BigInt64Array(this.started.buffer) },
        packets_orig: count(0),
        bytes_orig: count(1),
        packets_reply: count(2),
        bytes_reply: count(3),
        counted: { type: 'UInt8', values: this.counted },
        unreplied: { type: 'UInt8', values: this.unreplied },
        assured: { type: 'UInt8', values: this.assured },
        forced: { type: 'UInt8', values: this.forced },
        timeout_s: { type: 'UInt32', values: this.timeout },
      },
    };
  }
}

const sides = <Values>(make: () => Values): Values[] => [make(), make(), make(), make()];

interface Growable<Self> {
  readonly length: number;
  readonly constructor: unknown;
  set(from: Self): void;
}

const grown = <Values extends Growable<Values>>(values: Values): Values => {
  const wider = new (values.constructor as new (length: number) => Values)(values.length * 2);
  wider.set(values);
  return wider;
};

/** Writes a whole number between -2^53 and 2^53 as 64 bits, two's complement. */
export const writeWhole = (halves: Uint32Array, row: number, value: number): void => {
  halves[row * 2 + LOW] = value >>> 0;
  halves[row * 2 + HIGH] = Math.floor(value / TWO_32) >>> 0;
};

/** Writes the decimal number that begins at `from` as 64 bits; returns where it ends, or -1 when there is none or it exceeds 2^64 - 1. */
export const readCounter = (bytes: Uint8Array, from: number, halves: Uint32Array, row: number): number => {
  let low = 0;
  let high = 0;
  let i = from;
  for (; ; i++) {
    const digit = (bytes[i] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    low = low * 10 + digit;
    if (high > 0 || low >= TWO_32) {
      const carry = Math.floor(low / TWO_32);
      low -= carry * TWO_32;
      high = high * 10 + carry;
      if (high >= TWO_32) return -1;
    }
  }
  halves[row * 2 + LOW] = low;
  halves[row * 2 + HIGH] = high;
  return i > from && isBlank(bytes[i]) ? i : -1;
};
