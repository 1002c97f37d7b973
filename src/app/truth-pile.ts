import type { Instant } from '../base/instant.ts';
import type { Scratch } from '../core/ports.ts';
import type { TruthRow } from './truth.ts';

/** Rows that are held in memory before they are sorted and put aside. */
const RUN_BYTES = 64 * 1_048_576;
/** What is read of each run at a time; a row is never longer. */
const PIECE_BYTES = 262_144;
const FIRST_BYTES = 1_048_576;
const STEP_BYTES = 8 * 1_048_576;
const SAMPLED = 1_000;

/** Length of the text in bytes and of the tuple in characters, whether a pod follows, begin, oracle. Then the text. */
const HEAD = 4 + 2 + 2 + 8 + 8;

/**
 * The truth, however long and in whatever order it comes, given back newest first. What does not fit in memory is sorted in runs, and the
 * runs lie on disk until they are read side by side.
 */
export class TruthPile {
  rows = 0;
  /** First and last begin. */
  from = Number.POSITIVE_INFINITY as Instant;
  until = Number.NEGATIVE_INFINITY as Instant;
  /** The first that were added. */
  readonly sample: TruthRow[] = [];
  private readonly openScratch: () => Promise<Scratch>;
  private readonly runBytes: number;
  private readonly pieceBytes: number;
  private readonly encoder = new TextEncoder();
  private scratch: Scratch | null = null;
  private written = 0;
  private readonly aside: Run[] = [];
  private bytes: Uint8Array;
  private view: DataView;
  private used = 0;
  private begins: number[] = [];
  private places: number[] = [];

  /** `runBytes` and `pieceBytes` are for tests: how the rows are cut into runs and pieces changes nothing. */
  constructor(openScratch: () => Promise<Scratch>, runBytes = RUN_BYTES, pieceBytes = PIECE_BYTES) {
    this.openScratch = openScratch;
    this.runBytes = runBytes;
    this.pieceBytes = pieceBytes;
    this.bytes = new Uint8Array(Math.min(FIRST_BYTES, runBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  /** True: `putAside` soon. */
  add(row: TruthRow): boolean {
    const { tuple, begin, podUid, oracle } = row;
    if (this.sample.length < SAMPLED) this.sample.push(row);
    const text = podUid === null ? tuple : tuple + podUid;
    this.makeRoom(HEAD + 3 * text.length);
    const at = this.used;
    const { written } = this.encoder.encodeInto(text, this.bytes.subarray(at + HEAD));
    this.view.setUint32(at, written);
    this.view.setUint16(at + 4, tuple.length);
    this.view.setUint16(at + 6, podUid === null ? 0 : 1);
    this.view.setFloat64(at + 8, begin);
    this.view.setFloat64(at + 16, oracle ?? Number.NaN);
    this.begins.push(begin);
    this.places.push(at);
    this.used += HEAD + written;
    this.rows++;
    if (begin < this.from) this.from = begin;
    if (begin > this.until) this.until = begin;
    return this.used >= this.runBytes;
  }

  async putAside(): Promise<void> {
    this.scratch ??= await this.openScratch();
    const from = this.written;
    const out = new Uint8Array(Math.max(this.pieceBytes, this.longest()));
    let filled = 0;
    for (const i of this.newestFirst()) {
      const row = this.rowAt(this.places[i] as number);
      if (filled + row.length > out.length) {
        await this.write(out.subarray(0, filled));
        filled = 0;
      }
      out.set(row, filled);
      filled += row.length;
    }
    await this.write(out.subarray(0, filled));
    this.aside.push(new RunAside(this.scratch, from, this.written, out.length));
    this.used = 0;
    this.begins = [];
    this.places = [];
  }

  /** The next rows, newest first; fewer than asked for only at the end. Rows are added no more. */
  async take(most: number): Promise<readonly TruthRow[]> {
    if (this.places.length > 0) {
      const order = this.newestFirst();
      this.aside.push(
        new RunInMemory(
          this.bytes,
          Array.from(order, (i) => this.places[i] as number),
        ),
      );
      this.places = [];
      this.begins = [];
    }
    const rows: TruthRow[] = [];
    while (rows.length < most) {
      let newest: Run | null = null;
      let next = Number.NEGATIVE_INFINITY;
      for (const run of this.aside) {
        if (run.isEmpty()) await run.fill();
        const begin = run.begin();
        if (newest === null || begin > newest.begin()) {
          next = newest?.begin() ?? Number.NEGATIVE_INFINITY;
          newest = run;
        } else if (begin > next) next = begin;
      }
      if (newest === null || newest.begin() === Number.NEGATIVE_INFINITY) break;
      // Runs of a file that was written in order of time hardly overlap: one of them is read as long as it leads. Of equal ones the first run's
      // come first, so that it does not show how many rows are taken at a time.
      do rows.push(newest.take());
      while (rows.length < most && !newest.isEmpty() && newest.begin() > next);
    }
    return rows;
  }

  /** From the newest on again. */
  rewind(): void {
    for (const run of this.aside) run.rewind();
  }

  async close(): Promise<void> {
    await this.scratch?.close();
    this.scratch = null;
  }

  private newestFirst(): Uint32Array {
    const { begins } = this;
    const order = new Uint32Array(begins.length);
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order.sort((a, b) => (begins[b] as number) - (begins[a] as number));
  }

  private longest(): number {
    let longest = 0;
    for (const place of this.places) longest = Math.max(longest, this.rowAt(place).length);
    return longest;
  }

  private rowAt(place: number): Uint8Array {
    return this.bytes.subarray(place, place + HEAD + this.view.getUint32(place));
  }

  private async write(bytes: Uint8Array): Promise<void> {
    await this.scratch?.append(bytes);
    this.written += bytes.length;
  }

  private makeRoom(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    // In steps, not by what is lacking: a piece of the file goes beyond the run's end row by row.
    const larger = new Uint8Array(this.used + bytes + Math.min(this.bytes.length, STEP_BYTES));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Rows in order, newest first. */
interface Run {
  /** Of the next row; minus infinity when there is none. Call it, and `take`, only when not empty or after `fill`. */
  begin(): number;
  take(): TruthRow;
  /** Nothing is in memory; `fill` brings more, where there is more. */
  isEmpty(): boolean;
  fill(): Promise<void>;
  rewind(): void;
}

class RunInMemory implements Run {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly places: readonly number[];
  private next = 0;

  constructor(bytes: Uint8Array, places: readonly number[]) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.places = places;
  }

  isEmpty(): boolean {
    return this.next >= this.places.length;
  }

  begin(): number {
    return this.isEmpty() ? Number.NEGATIVE_INFINITY : this.view.getFloat64((this.places[this.next] as number) + 8);
  }

  take(): TruthRow {
    return decodeRow(this.bytes, this.view, this.places[this.next++] as number);
  }

  async fill(): Promise<void> {
    // There is no more than what is in memory.
  }

  rewind(): void {
    this.next = 0;
  }
}

class RunAside implements Run {
  private readonly scratch: Scratch;
  private readonly start: number;
  private from: number;
  private readonly until: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /** What of `bytes` is in use, and where the next row is; a row that is cut waits for the next fill. */
  private filled = 0;
  private at = 0;

  constructor(scratch: Scratch, from: number, until: number, pieceBytes: number) {
    this.scratch = scratch;
    this.start = from;
    this.from = from;
    this.until = until;
    this.bytes = new Uint8Array(pieceBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  isEmpty(): boolean {
    const left = this.filled - this.at;
    return left < HEAD || left < HEAD + this.view.getUint32(this.at);
  }

  begin(): number {
    return this.isEmpty() ? Number.NEGATIVE_INFINITY : this.view.getFloat64(this.at + 8);
  }

  take(): TruthRow {
    const row = decodeRow(this.bytes, this.view, this.at);
    this.at += HEAD + this.view.getUint32(this.at);
    return row;
  }

  async fill(): Promise<void> {
    if (this.from >= this.until) return;
    this.bytes.copyWithin(0, this.at, this.filled);
    this.filled -= this.at;
    this.at = 0;
    const more = Math.min(this.bytes.length - this.filled, this.until - this.from);
    await this.scratch.read(this.from, this.bytes.subarray(this.filled, this.filled + more));
    this.from += more;
    this.filled += more;
  }

  rewind(): void {
    this.from = this.start;
    this.filled = 0;
    this.at = 0;
  }
}

const decoder = new TextDecoder();

const decodeRow = (bytes: Uint8Array, view: DataView, at: number): TruthRow => {
  const text = decoder.decode(bytes.subarray(at + HEAD, at + HEAD + view.getUint32(at)));
  const tuple = view.getUint16(at + 4);
  const oracle = view.getFloat64(at + 16);
  return {
    tuple: text.slice(0, tuple),
    begin: view.getFloat64(at + 8) as Instant,
    podUid: view.getUint16(at + 6) === 0 ? null : text.slice(tuple),
    oracle: Number.isNaN(oracle) ? null : oracle,
  };
};
