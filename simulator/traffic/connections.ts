import { MOST_SLOTS } from './schedule.ts';

const TYPES = {
  /** Whose clock and NIC saw it first, and the node at the other end (-1: outside, or the same node). */
  node: Int32Array,
  peer: Int32Array,
  talker: Int32Array,
  /** Within the cluster: the talker that answers. */
  backend: Int32Array,
  call: Int32Array,
  /** Addresses by number. As the opener sent it, and as the answer comes back: `replyDst` is the source on the wire. */
  origSrc: Int32Array,
  origDst: Int32Array,
  replySrc: Int32Array,
  replyDst: Int32Array,
  origSrcPort: Uint16Array,
  origDstPort: Uint16Array,
  replySrcPort: Uint16Array,
  replyDstPort: Uint16Array,
  id: Uint32Array,
  /** Bits: see FLAGS. */
  flags: Uint16Array,
  /** Its number in the tuple table; -1: none. */
  key: Float64Array,
  begin: Float64Array,
  /** When its last packets pass. */
  end: Float64Array,
  /** When the kernel's timeout for the entry is over, and when the kernel takes it out. */
  expires: Float64Array,
  destroyed: Float64Array,
  packetsOut: Float64Array,
  bytesOut: Float64Array,
  packetsIn: Float64Array,
  bytesIn: Float64Array,
  oracle: Float64Array,
  oracleTop1: Float64Array,
  /** Events that are still to come. */
  pending: Uint16Array,
} as const;

type Columns = { [Name in keyof typeof TYPES]: InstanceType<(typeof TYPES)[Name]> };

export const FLAGS = {
  udp: 1,
  ipv6: 2,
  /** Nothing came back. */
  unanswered: 4,
  /** The answer to the SYN was RST. */
  refused: 8,
  denied: 16,
  /** A stream: conntrack calls it assured. */
  assured: 32,
  /** Both ends are addresses of the cluster: pods, or a node that forwards. */
  inside: 64,
  /** From a client outside, through a port of the node. */
  inbound: 128,
  /** A NIC sees it: not so between two pods of one node. */
  onWire: 256,
  /** Ended by RST. */
  reset: 512,
} as const;

/**
 * All connections that something is still to be written about, as columns. A slot is used again when its last event has passed, the one
 * that has been free for longest first: what one node opens in one slice so lies side by side, which is what makes reading it quick.
 */
export class Connections {
  columns: Columns = widened(null, 1_024);
  /** A ring: the free slots from `#first` on. */
  #free = new Int32Array(1_024);
  #first = 0;
  #freed = 0;
  #next = 0;

  take(): number {
    if (this.#next < this.columns.node.length) return this.#next++;
    if (this.#freed > 0) {
      const slot = this.#free[this.#first] as number;
      this.#first = (this.#first + 1) & (this.#free.length - 1);
      this.#freed--;
      return slot;
    }
    if (this.#next >= MOST_SLOTS) throw new Error('more connections are open at once than a run can hold');
    this.columns = widened(this.columns, this.#next * 2);
    // None is free: there is nothing to bring over.
    this.#free = new Int32Array(this.#next * 2);
    this.#first = 0;
    return this.#next++;
  }

  give(slot: number): void {
    this.#free[(this.#first + this.#freed) & (this.#free.length - 1)] = slot;
    this.#freed++;
  }
}

const widened = (from: Columns | null, length: number): Columns => {
  const made: Record<string, unknown> = {};
  for (const [name, Type] of Object.entries(TYPES)) {
    const column = new Type(length);
    if (from !== null) column.set(from[name as keyof Columns]);
    made[name] = column;
  }
  return made as Columns;
};
