import type { Reject } from '../../core/facts.ts';
import { JSON_DEPTH, REJECT_TEXT } from '../decoder.ts';
import { BetweenValues } from './between-values.ts';
import { GrowingBytes } from './growing-bytes.ts';

/**
 * Which lists inside a value are too large to hold and are handed over element by element:
 * `{ items: 'whole' }` streams what `{"items": […]}` holds, `{ tables: { rows: 'whole' } }` the rows of each table.
 * A list at the top is always streamed; its elements have the shape that was asked for.
 */
export type Shape = 'whole' | { readonly [list: string]: Shape };

export interface Values {
  /** One value, whole. Not yet parsed: it may still be no JSON. */
  value(text: string, place: string): void;
  /** A streamed list begins. `head` is the object around it as far as it was read, closed so that it parses. */
  opened(list: string, head: string, place: string): void;
  /** The object around a streamed list ended; its text has the list empty. null: it broke off, or was too large. */
  closed(around: string | null): void;
  refused(reject: Reject): void;
}

/** A pod is at most 1.5 MB in etcd and a log line 64 KB; what is longer is something else. */
export const LONGEST_VALUE = 16 * 1_024 * 1_024;

/** Something open: a streamed list, which only counts, or a value, which keeps its bytes. */
interface Frame {
  readonly list: boolean;
  readonly shape: Shape;
  /** Where it is in its document: `items[3]`. */
  readonly path: string;
  /** Its first byte, as an offset in the input. */
  readonly start: number;
  /** Brackets open while it is the innermost; its own counts, and a bare value (a number, a string) has none. */
  readonly depth: number;
  readonly bare: boolean;
  readonly indent: number;
  readonly bytes: GrowingBytes;
  index: number;
  member: string;
  streamed: boolean;
  refusal: string;
}

const [OPEN_OBJECT, OPEN_LIST, CLOSE_OBJECT, CLOSE_LIST] = [0x7b, 0x5b, 0x7d, 0x5d] as const;
const [COMMA, COLON, QUOTE, BACKSLASH] = [0x2c, 0x3a, 0x22, 0x5c] as const;
const [NEWLINE, RETURN, SPACE, TAB] = [0x0a, 0x0d, 0x20, 0x09] as const;

/**
 * Finds the values in JSON of any length without holding what encloses them: documents one after another, a line each,
 * one list, or lists named by a shape. It checks only what it needs to find the ends; `JSON.parse` judges each value.
 */
export class ValueSplitter {
  private readonly shape: Shape;
  private readonly into: Values;
  private readonly gap: BetweenValues;
  private readonly text = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly spare: GrowingBytes[] = [];

  /** Bytes of the input before this piece. */
  private seen = 0;
  private piece = new Uint8Array(0);
  /** The first byte of this piece that its value has not got yet. */
  private unkept = 0;

  private frames: Frame[] = [];
  private top: Frame | null = null;
  /** The kind of each open bracket, by depth. */
  private readonly brackets = new Uint8Array(4 * JSON_DEPTH);
  private depth = 0;
  /** Brackets deeper than any value may go: counted, no more. */
  private excess = 0;
  private expectsValue = true;
  private inString = false;
  private escaped = false;
  /** Where a member's name began, as an offset in the input; −1 outside of one. */
  private nameStart = -1;

  constructor(shape: Shape, into: Values) {
    this.shape = shape;
    this.into = into;
    this.gap = new BetweenValues((reject) => into.refused(reject));
  }

  push(piece: Uint8Array): void {
    this.piece = piece as Uint8Array<ArrayBuffer>;
    this.unkept = 0;
    for (let i = 0; i < piece.length; i++) {
      if (this.top === null) this.outside(piece[i] as number, i);
      else if (this.inString) i = this.string(i);
      else this.inside(piece[i] as number, i);
    }
    this.keep(piece.length);
    this.seen += piece.length;
    this.unkept = 0;
  }

  end(): void {
    if (this.top !== null) this.abandon('the input ends in the middle of it');
    this.gap.flush();
  }

  private outside(c: number, i: number): void {
    if (this.gap.see(c, this.seen + i)) this.begin(i, c);
  }

  /** From inside a string to its end, or to the end of the piece. */
  private string(from: number): number {
    const { piece } = this;
    for (let i = from; i < piece.length; i++) {
      const c = piece[i] as number;
      if (this.escaped) this.escaped = false;
      else if (c === BACKSLASH) this.escaped = true;
      else if (c === QUOTE) {
        this.stringEnded(i);
        return i;
      } else if (c === NEWLINE) {
        // RFC 8259 section 7 has no raw line end in a string: this one was torn, and the next line may be a new document.
        this.broke(i, 'a string breaks off at the end of a line');
        this.gap.newline();
        return i;
      }
    }
    return piece.length;
  }

  private stringEnded(i: number): void {
    const top = this.top as Frame;
    this.inString = false;
    this.expectsValue = false;
    if (this.nameStart >= 0) {
      this.keep(i);
      const length = Math.min(64, this.seen + i - this.nameStart);
      top.member = this.text.decode(top.bytes.view(Math.max(0, top.bytes.length - length)));
      this.nameStart = -1;
    } else if (top.bare) {
      this.keep(i + 1);
      this.finish();
    }
  }

  private inside(c: number, i: number): void {
    if (this.top?.bare === true && (c <= SPACE || c === COMMA || c === CLOSE_LIST)) {
      this.keep(i);
      this.finish();
    }
    if (c === NEWLINE) return this.gap.newline();
    if (c === SPACE || c === TAB || c === RETURN) return this.gap.blank();
    if (c === OPEN_OBJECT || c === OPEN_LIST) this.open(c, i);
    else if (c === CLOSE_OBJECT || c === CLOSE_LIST) this.close(c, i);
    else if (c === COMMA) this.comma();
    else if (c === COLON) this.expectsValue = true;
    else {
      if (this.top?.list === true) this.begin(i, 0);
      if (c === QUOTE) this.quote(i);
      else this.expectsValue = false;
    }
    this.gap.ink();
  }

  private comma(): void {
    if (this.excess === 0) this.expectsValue = this.brackets[this.depth] === OPEN_LIST;
    if (this.top?.list === true) this.top.index++;
  }

  private quote(i: number): void {
    const top = this.top as Frame;
    this.inString = true;
    const names = top.shape !== 'whole' && !this.expectsValue && this.depth === top.depth && this.excess === 0;
    if (names) this.nameStart = this.seen + i + 1;
  }

  private open(c: number, i: number): void {
    const top = this.top as Frame;
    if (!this.expectsValue && this.excess === 0) {
      this.broke(i, 'a new value begins in the middle of it');
      this.begin(i, c);
    } else if (top.list) this.begin(i, c);
    else if (this.excess > 0 || this.depth - top.depth + 1 >= JSON_DEPTH) {
      this.excess++;
      top.refusal ||= `nested deeper than ${JSON_DEPTH}`;
    } else {
      const named = top.shape !== 'whole' && this.depth === top.depth && c === OPEN_LIST;
      const shape = named && Object.hasOwn(top.shape, top.member) ? top.shape[top.member] : undefined;
      this.pushBracket(c);
      if (shape !== undefined && top.refusal === '') this.stream(top, shape, i);
    }
  }

  private stream(around: Frame, shape: Shape, i: number): void {
    this.keep(i + 1);
    around.streamed = true;
    const path = around.path === '' ? around.member : `${around.path}.${around.member}`;
    this.into.opened(around.member, `${this.text.decode(around.bytes.view())}]}`, placeOf(path, around.start));
    this.enter({ list: true, shape, path, start: this.seen + i, bare: false });
  }

  private close(c: number, i: number): void {
    this.expectsValue = false;
    if (this.excess > 0) {
      this.excess--;
    } else if (this.brackets[this.depth] !== c - 2) {
      this.broke(i, 'its brackets do not match');
    } else {
      this.depth--;
      const top = this.top as Frame;
      if (this.depth >= top.depth) return;
      if (top.list) this.leaveList(i);
      else {
        this.keep(i + 1);
        this.finish();
      }
    }
  }

  private leaveList(i: number): void {
    this.pop();
    this.unkept = i;
  }

  /** An element of the list on top, or a document when nothing is open. `bracket` is 0 for a bare value. */
  private begin(i: number, bracket: number): void {
    const list = this.top;
    if (list === null) this.gap.begins();
    const indentedBefore = this.gap.indentHere;
    const documents = list === null && bracket === OPEN_LIST;
    const shape = bracket === OPEN_OBJECT || documents ? (list?.shape ?? this.shape) : 'whole';
    const path = list === null ? '' : `${list.path}[${list.index}]`;
    if (bracket !== 0) this.pushBracket(bracket);
    this.enter({ list: documents, shape, path, start: this.seen + i, bare: bracket === 0 }, indentedBefore);
    this.gap.ink();
    this.unkept = i;
  }

  private pushBracket(c: number): void {
    this.depth++;
    this.brackets[this.depth] = c;
    this.expectsValue = c === OPEN_LIST;
  }

  private enter(frame: Pick<Frame, 'list' | 'shape' | 'path' | 'start' | 'bare'>, indent = 0): void {
    const bytes = this.spare.pop() ?? new GrowingBytes();
    bytes.clear();
    this.top = { ...frame, depth: this.depth, indent, bytes, index: 0, member: '', streamed: false, refusal: '' };
    this.frames.push(this.top);
  }

  /** Hands what was read of this piece, up to `until`, to the value that it belongs to. */
  private keep(until: number): void {
    const { top } = this;
    if (top !== null && !top.list && until > this.unkept) {
      if (top.bytes.length + until - this.unkept > LONGEST_VALUE) top.refusal ||= `longer than ${LONGEST_VALUE} bytes`;
      if (top.refusal === '') top.bytes.append(this.piece.subarray(this.unkept, until));
      else if (top.bytes.length < ENOUGH)
        top.bytes.append(this.piece.subarray(this.unkept, Math.min(until, this.unkept + ENOUGH)));
    }
    this.unkept = until;
  }

  /** The top frame is complete. */
  private finish(): void {
    const done = this.top as Frame;
    this.pop();
    if (done.refusal !== '') {
      this.refuse(done, done.refusal);
      if (done.streamed) this.into.closed(null);
    } else if (done.streamed) this.into.closed(this.text.decode(done.bytes.view()));
    else this.into.value(this.text.decode(done.bytes.view()), placeOf(done.path, done.start));
  }

  private pop(): void {
    const done = this.frames.pop();
    if (done !== undefined) this.spare.push(done.bytes);
    this.top = this.frames.at(-1) ?? null;
    if (this.top === null) this.reset();
  }

  private broke(i: number, why: string): void {
    this.keep(i);
    const { indent } = this.top as Frame;
    this.abandon(why);
    this.gap.broke(indent);
  }

  /** Everything open is given up: one reject, for the innermost. */
  private abandon(why: string): void {
    this.refuse(this.top as Frame, why);
    for (const frame of this.frames.toReversed()) {
      if (frame.streamed) this.into.closed(null);
      this.spare.push(frame.bytes);
    }
    this.reset();
  }

  private reset(): void {
    this.frames = [];
    this.top = null;
    this.depth = 0;
    this.excess = 0;
    this.expectsValue = true;
    this.inString = false;
    this.escaped = false;
    this.nameStart = -1;
  }

  private refuse(frame: Frame, why: string): void {
    const text = this.text.decode(frame.bytes.view(0, Math.min(frame.bytes.length, ENOUGH))).slice(0, REJECT_TEXT);
    this.into.refused({ place: placeOf(frame.path, frame.start), why, text });
  }
}

/** Bytes that hold as many characters as a reject shows. */
const ENOUGH = 4 * REJECT_TEXT;

const placeOf = (path: string, start: number): string => (path === '' ? `byte ${start}` : `${path} at byte ${start}`);
