import { IP_BYTES } from '../../base/ip.ts';
import type { Column, Table } from '../../base/table.ts';
import type { FlowRecords } from '../../core/facts.ts';
import { isMacKnown, putMac, putUint64, settleMac } from './uint64.ts';
import { Words } from './words.ts';

/** Bytes a row, in the order in which `bind` names them. The last two stay here: where a row came from. */
const LANES = [8, IP_BYTES, IP_BYTES, 2, 2, 1, 1, 1, 8, 8, 8, 8, 4, 4, 8, 4, 8, 1, 8, 4] as const;
const LEAST_ROOM = 1_024;
/** Room that is not used costs next to nothing, as the system gives memory when it is written to; each time that rows move costs. */
const GROWTH = 4;

const allocate = (room: number): ArrayBuffer[] => LANES.map((width) => new ArrayBuffer(room * width));

/** The growing columns of `FlowRecords`. Row `rows` is the one being written; it counts once `rows` moves past it. */
export class FlowColumns {
  rows = 0;
  room = LEAST_ROOM;
  encryptions = new Words();
  rules = new Words();
  resources = new Words();
  at!: Uint32Array;
  srcIp!: Uint8Array;
  srcIpWords!: Uint32Array;
  destIp!: Uint8Array;
  destIpWords!: Uint32Array;
  srcPort!: Uint16Array;
  destPort!: Uint16Array;
  protocol!: Uint8Array;
  direction!: Uint8Array;
  state!: Uint8Array;
  packetsOut!: Uint32Array;
  bytesOut!: Uint32Array;
  packetsIn!: Uint32Array;
  bytesIn!: Uint32Array;
  encryption!: Uint32Array;
  rule!: Uint32Array;
  mac!: Uint32Array;
  resource!: Uint32Array;
  logged!: Uint32Array;
  log!: Uint8Array;
  offset!: Float64Array;
  tuple!: Uint32Array;
  private lanes = allocate(LEAST_ROOM);
  /** What there is to be room for when it gets short: as much as was taken the last time. */
  private expected = 0;

  constructor() {
    this.bind();
  }

  grow(): void {
    this.resize(Math.max(GROWTH * this.room, this.expected));
  }

  private resize(room: number): void {
    const old = this.lanes;
    this.room = room;
    this.lanes = allocate(room);
    for (const [k, width] of LANES.entries()) {
      const used = new Uint8Array(old[k] as ArrayBuffer, 0, this.rows * width);
      new Uint8Array(this.lanes[k] as ArrayBuffer).set(used);
    }
    this.bind();
  }

  /** Rows from `from` on that no inner object has named a rule for. */
  fillRule(from: number, rule: string): void {
    if (from === this.rows) return;
    const id = this.rules.idOf(rule);
    for (let row = from; row < this.rows; row++) if (this.rule[row] === 0) this.rule[row] = id;
  }

  fillMac(from: number, mac: number): void {
    for (let row = from; row < this.rows; row++) if (!isMacKnown(this.mac, row)) putMac(this.mac, row, mac);
  }

  isMacKnown(row: number): boolean {
    return isMacKnown(this.mac, row);
  }

  /** The record is closed: its rows get what it says of itself. Gives the number of rows whose MAC nobody said. */
  settle(from: number, logged: number, resource: string): number {
    if (from === this.rows) return 0;
    const id = this.resources.idOf(resource);
    let unknown = 0;
    for (let row = from; row < this.rows; row++) {
      if (!isMacKnown(this.mac, row)) unknown++;
      settleMac(this.mac, row);
      putUint64(this.logged, row, logged);
    }
    this.resource.fill(id, from, this.rows);
    return unknown;
  }

  /** Keeps, of the rows from `from` on, those that `keep` wants. */
  retain(from: number, keep: (row: number) => boolean): void {
    let next = from;
    for (let row = from; row < this.rows; row++) {
      if (!keep(row)) continue;
      for (const [k, width] of LANES.entries()) {
        new Uint8Array(this.lanes[k] as ArrayBuffer).copyWithin(next * width, row * width, (row + 1) * width);
      }
      next++;
    }
    for (const [k, width] of LANES.entries()) {
      new Uint8Array(this.lanes[k] as ArrayBuffer).fill(0, next * width, this.rows * width);
    }
    this.rows = next;
  }

  /** Hands over the first `count` rows and keeps the others; null when there are none. */
  take(count: number): FlowRecords | null {
    if (count === 0) return null;
    const table = this.tableOf(count);
    const left = this.rows - count;
    const old = this.lanes;
    const words = [this.encryptions, this.rules, this.resources] as const;
    // As much again and some more: whoever takes at the same mark each time waits once for a column to grow. Not before a row comes: there may be none.
    this.expected = count + (count >> 2);
    this.room = Math.max(LEAST_ROOM, left);
    this.lanes = allocate(this.room);
    for (const [k, width] of LANES.entries()) {
      new Uint8Array(this.lanes[k] as ArrayBuffer).set(
        new Uint8Array(old[k] as ArrayBuffer, count * width, left * width),
      );
    }
    this.bind();
    this.rows = left;
    this.encryptions = this.reword(this.encryption, words[0]);
    this.rules = this.reword(this.rule, words[1]);
    this.resources = this.reword(this.resource, words[2]);
    return table;
  }

  /** Words that only handed-over rows used must not stay: new ones keep coming for as long as the input runs. */
  private reword(ids: Uint32Array, old: Words): Words {
    const fresh = new Words();
    for (let row = 0; row < this.rows; row++) ids[row] = fresh.idOf(old.list[ids[row] as number] as string);
    return fresh;
  }

  private tableOf(rows: number): Table {
    const lane = (k: number): ArrayBuffer => this.lanes[k] as ArrayBuffer;
    const ip = (k: number): Column => ({ type: 'IPv6', values: new Uint8Array(lane(k), 0, rows * IP_BYTES) });
    const byte = (k: number): Column => ({ type: 'UInt8', values: new Uint8Array(lane(k), 0, rows) });
    const port = (k: number): Column => ({ type: 'UInt16', values: new Uint16Array(lane(k), 0, rows) });
    const count = (k: number): Column => ({ type: 'UInt64', values: new BigUint64Array(lane(k), 0, rows) });
    const time = (k: number): Column => ({ type: 'Int64', values: new BigInt64Array(lane(k), 0, rows) });
    const word = (k: number, { list }: Words): Column => ({
      type: 'Dictionary',
      values: new Uint32Array(lane(k), 0, rows),
      words: list,
    });
    const columns = {
      at_ms: time(0),
      src_ip: ip(1),
      dest_ip: ip(2),
      src_port: port(3),
      dest_port: port(4),
      protocol: byte(5),
      direction: byte(6),
      state: byte(7),
      packets_out: count(8),
      bytes_out: count(9),
      packets_in: count(10),
      bytes_in: count(11),
      encryption: word(12, this.encryptions),
      rule: word(13, this.rules),
      mac: count(14),
      resource: word(15, this.resources),
      logged_ms: time(16),
      log: byte(17),
    };
    return { rows, columns };
  }

  private bind(): void {
    const lane = (k: number): ArrayBuffer => this.lanes[k] as ArrayBuffer;
    this.at = new Uint32Array(lane(0));
    this.srcIp = new Uint8Array(lane(1));
    this.srcIpWords = new Uint32Array(lane(1));
    this.destIp = new Uint8Array(lane(2));
    this.destIpWords = new Uint32Array(lane(2));
    this.srcPort = new Uint16Array(lane(3));
    this.destPort = new Uint16Array(lane(4));
    this.protocol = new Uint8Array(lane(5));
    this.direction = new Uint8Array(lane(6));
    this.state = new Uint8Array(lane(7));
    this.packetsOut = new Uint32Array(lane(8));
    this.bytesOut = new Uint32Array(lane(9));
    this.packetsIn = new Uint32Array(lane(10));
    this.bytesIn = new Uint32Array(lane(11));
    this.encryption = new Uint32Array(lane(12));
    this.rule = new Uint32Array(lane(13));
    this.mac = new Uint32Array(lane(14));
    this.resource = new Uint32Array(lane(15));
    this.logged = new Uint32Array(lane(16));
    this.log = new Uint8Array(lane(17));
    this.offset = new Float64Array(lane(18));
    this.tuple = new Uint32Array(lane(19));
  }
}
