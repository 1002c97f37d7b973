import type { Column, Table } from '../base/table.ts';
import { nativeType } from './native.ts';

/** Names and types of a query's columns, in its order. */
export type Structure = Readonly<Record<string, Readable>>;
type Fixed = Exclude<Column['type'], 'String' | 'Dictionary' | 'Dictionaries' | 'Int8' | 'Float32' | 'Floats'>;
type Readable = Fixed | 'Dictionary';

/**
 * One table out of an answer in ClickHouse's Native format: blocks, each with its columns one after another.
 * Throws where the answer is not of this structure: the query and its reader disagree.
 * https://clickhouse.com/docs/interfaces/formats/Native
 */
export const decodeNative = async (blocks: AsyncIterable<Uint8Array>, structure: Structure): Promise<Table> => {
  const columns = Object.entries(structure).map(([name, type]) => growing(name, type));
  let rows = 0;
  /** Takes the next block, where it is whole. */
  const take = (source: Reader): void => {
    const [width, height] = [source.varint(), source.varint()];
    if (width !== columns.length) throw new Error(`expected ${columns.length} columns, got ${width}`);
    const read = columns.map((column) => {
      const [name, type] = [source.text(), source.text()];
      if (name !== column.name || type !== nativeType(column.type)) {
        throw new Error(`expected ${column.name} ${nativeType(column.type)}, got ${name} ${type}`);
      }
      return height > 0 ? column.read(source, height) : null;
    });
    for (const [i, bytes] of read.entries()) if (bytes !== null) columns[i]?.take(bytes);
    rows += height;
  };
  /** Pieces of a block that is not whole yet: an engine gives whole blocks, a network whatever has come. */
  let begun: Uint8Array[] = [];
  let [length, enough] = [0, 0];
  for await (const piece of blocks) {
    begun.push(piece);
    length += piece.length;
    if (length < enough) continue;
    const bytes = begun.length === 1 ? piece : Buffer.concat(begun);
    const source = reader(bytes);
    let whole = 0;
    try {
      for (; source.at < bytes.length; whole = source.at) take(source);
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
    }
    length -= whole;
    begun = length === 0 ? [] : [bytes.subarray(whole)];
    // Twice as much is looked at next, so that however large it is, no byte is looked at often.
    enough = 2 * length;
  }
  if (length > 0) for (const source = reader(Buffer.concat(begun)); source.at < length; ) take(source);
  return { rows, columns: Object.fromEntries(columns.map((column) => [column.name, column.done()])) };
};

interface Growing {
  readonly name: string;
  readonly type: Readable;
  /** The column's part of a block, and nothing kept of it: the block may turn out not to be whole. */
  read(source: Reader, rows: number): Uint8Array;
  take(bytes: Uint8Array): void;
  done(): Column;
}

const growing = (name: string, type: Readable): Growing => {
  const bytes = growingBytes();
  if (type === 'Dictionary') return growingDictionary(name, bytes);
  return {
    name,
    type,
    read: (source, rows) => source.bytes(rows * WIDTHS[type]),
    take: bytes.push,
    done: () => VIEWS[type](bytes.done()),
  };
};

const WIDTHS: Readonly<Record<Fixed, number>> = {
  UInt8: 1,
  UInt16: 2,
  UInt32: 4,
  UInt64: 8,
  Int64: 8,
  Float64: 8,
  IPv6: 16,
};
const VIEWS: { readonly [Type in Fixed]: (bytes: Uint8Array) => Column } = {
  UInt8: (values) => ({ type: 'UInt8', values }),
  UInt16: ({ buffer, byteLength }) => ({ type: 'UInt16', values: new Uint16Array(buffer, 0, byteLength / 2) }),
  UInt32: ({ buffer, byteLength }) => ({ type: 'UInt32', values: new Uint32Array(buffer, 0, byteLength / 4) }),
  UInt64: ({ buffer, byteLength }) => ({ type: 'UInt64', values: new BigUint64Array(buffer, 0, byteLength / 8) }),
  Int64: ({ buffer, byteLength }) => ({ type: 'Int64', values: new BigInt64Array(buffer, 0, byteLength / 8) }),
  Float64: ({ buffer, byteLength }) => ({ type: 'Float64', values: new Float64Array(buffer, 0, byteLength / 8) }),
  IPv6: (values) => ({ type: 'IPv6', values }),
};

/** Each block has a dictionary of its own; here they become one. */
const growingDictionary = (name: string, bytes: ReturnType<typeof growingBytes>): Growing => {
  const words: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (word: string): number => {
    const known = places.get(word);
    if (known !== undefined) return known;
    places.set(word, words.length);
    return words.push(word) - 1;
  };
  return {
    name,
    type: 'Dictionary',
    // Words stay where a block is read again: they are the same, in the same places.
    read: (source, rows) => {
      source.bytes(8); // version of the keys
      const kind = source.number64() & 0xff;
      const own = Array.from({ length: source.number64() }, () => placeOf(source.text()));
      source.bytes(8); // rows again
      const width = 1 << kind;
      const indexes = source.bytes(rows * width);
      const into = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        let index = 0;
        for (let k = width - 1; k >= 0; k--) index = index * 256 + (indexes[row * width + k] as number);
        into[row] = own[index] as number;
      }
      return new Uint8Array(into.buffer);
    },
    take: bytes.push,
    done: () => {
      const { buffer, byteLength } = bytes.done();
      return { type: 'Dictionary', values: new Uint32Array(buffer, 0, byteLength / 4), words };
    },
  };
};

/** What is added stays where it is until the end, so that each byte moves once. */
const growingBytes = () => {
  const pieces: Uint8Array[] = [];
  let used = 0;
  return {
    push: (more: Uint8Array): void => {
      pieces.push(more);
      used += more.length;
    },
    /** Its buffer begins where they begin. */
    done: (): Uint8Array => {
      const all = sharedBytes(used);
      let at = 0;
      for (const piece of pieces.splice(0)) {
        all.set(piece, at);
        at += piece.length;
      }
      return all;
    },
  };
};

/** Threads share what was read. */
const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

type Reader = ReturnType<typeof reader>;

/** What is there ends before what is to be read does. */
class Cut extends Error {
  constructor() {
    super('the answer ends in the middle of a column');
  }
}

const decoder = new TextDecoder();

const reader = (from: Uint8Array) => {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  return {
    at: 0,
    varint(): number {
      let [value, scale] = [0, 1];
      for (;;) {
        if (this.at >= from.length) throw new Cut();
        const byte = from[this.at++] as number;
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
        scale *= 0x80;
      }
    },
    bytes(length: number): Uint8Array {
      if (this.at + length > from.length) throw new Cut();
      this.at += length;
      return from.subarray(this.at - length, this.at);
    },
    text(): string {
      return decoder.decode(this.bytes(this.varint()));
    },
    /** Counts and flags: below 2^53. */
    number64(): number {
      this.bytes(8);
      return view.getUint32(this.at - 8, true) + view.getUint32(this.at - 4, true) * 0x1_0000_0000;
    },
  };
};
