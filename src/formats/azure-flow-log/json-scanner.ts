import { JSON_DEPTH } from '../decoder.ts';
import { MODES, TEXT_LIMIT, type Listener, type Text } from './json-listener.ts';

const [VALUE, AFTER, KEY, COLON, STRING, LITERAL, DEEP, LOST] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [FOR_VALUE, FOR_KEY, FOR_DEPTH] = [0, 1, 2] as const;
const [LF, CR, SPACE, TAB] = [0x0a, 0x0d, 0x20, 0x09] as const;
const [QUOTE, COMMA, COLON_SIGN, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c] as const;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const TIME = [0x74, 0x69, 0x6d, 0x65, QUOTE] as const;

/** What ends a run of plain bytes in a string. */
const STOPS = new Uint8Array(256);
for (const byte of [QUOTE, BACKSLASH, LF, CR]) STOPS[byte] = 1;

const isSpace = (byte: number): boolean => byte === SPACE || byte === LF || byte === CR || byte === TAB;
const isLineEnd = (byte: number): boolean => byte === LF || byte === CR;
const isLiteral = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e;

/**
 * JSON, in pieces cut anywhere, with memory for one string and one number per open container.
 *
 * More lenient than RFC 8259 where strictness would cost facts: documents may follow each other, commas may stand between
 * them and trail, names and numbers that are passed over are not checked. A line feed inside a string is refused: no
 * writer makes one, so it is where a line was torn. After what is no JSON, reading goes on at the next thing that begins like a record:
 * `{` at the beginning of a line, or `{"time"`, with which every flow log record begins.
 */
export class JsonScanner {
  private readonly listener: Listener;
  private state: number = VALUE;
  private depth = 0;
  private readonly isArray = new Uint8Array(JSON_DEPTH + 1);
  private readonly modes = new Uint8Array(JSON_DEPTH + 1);
  /** Bytes of all pieces before this one. */
  private base = 0;
  private lastQuote = -1;
  private readonly buffer = new Uint8Array(TEXT_LIMIT + 1);
  private length = 0;
  private keeps = false;
  private purpose: number = FOR_VALUE;
  private afterBackslash = false;
  private escaped = false;
  /** Where the value that is being read began. */
  private startedAt = 0;
  private firstByte = 0;
  private markAt = 0;
  /** Containers open below the deepest that is allowed. */
  private beyond = 0;
  /** Closing brackets at the top belong to a document that was lost. */
  private forgivesClosing = false;
  private atLineStart = false;
  private timeAt = 0;
  private braceAt = 0;

  constructor(listener: Listener) {
    this.listener = listener;
    this.modes[0] = MODES.look;
  }

  push(piece: Uint8Array): void {
    // A Buffer reads like a Uint8Array and is another class: code that meets both is compiled for neither.
    const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
    this.lastQuote = bytes.lastIndexOf(QUOTE);
    let i = 0;
    while (i < bytes.length) i = this.step(bytes, i);
    this.base += bytes.length;
  }

  end(): void {
    if (this.state === LITERAL) this.finishLiteral();
    if (this.state === LOST) return this.listener.passedOver(this.base - this.startedAt, this.textSoFar());
    const inString = this.state === STRING && this.purpose === FOR_VALUE && this.modes[this.depth] !== MODES.skip;
    const between = this.state === AFTER || this.state === KEY || (this.state === VALUE && this.inArray());
    this.listener.ended(
      (between || (this.state === VALUE && this.depth === 0)) && this.modes[this.depth] !== MODES.skip,
      inString ? this.startedAt : this.base,
      inString ? this.textSoFar() : null,
    );
  }

  private step(bytes: Uint8Array, i: number): number {
    switch (this.state) {
      case VALUE:
        return this.value(bytes, i);
      case AFTER:
        return this.after(bytes, i);
      case KEY:
        return this.keyOrClose(bytes, i);
      case COLON:
        return this.colon(bytes, i);
      case STRING:
        return this.string(bytes, i);
      case LITERAL:
        return this.literal(bytes, i);
      case DEEP:
        return this.deep(bytes, i);
      default:
        return this.lost(bytes, i);
    }
  }

  private inArray(): boolean {
    return this.depth > 0 && this.isArray[this.depth] === 1;
  }

  private value(bytes: Uint8Array, i: number): number {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      const mode = this.modes[this.depth];
      if (mode === MODES.strings && i < this.lastQuote) {
        const next = this.listener.strings(bytes, i + 1, this.lastQuote, this.base);
        if (next >= 0) {
          this.state = AFTER;
          return next;
        }
      }
      this.beginString(FOR_VALUE, i, mode !== MODES.skip && this.listener.wantsText());
      return i + 1;
    }
    if (isSpace(byte)) return i + 1;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return this.open(byte === OPEN_ARRAY, i);
    if (byte === CLOSE_ARRAY && this.inArray()) return this.close(i);
    if (isLiteral(byte)) {
      this.state = LITERAL;
      this.firstByte = byte;
      this.startedAt = this.base + i;
      return i + 1;
    }
    if (this.depth === 0) {
      if (byte === COMMA) return i + 1;
      if (this.forgivesClosing && (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) return i + 1;
      if (byte === BYTE_ORDER_MARK[this.markAt]) {
        this.markAt = (this.markAt + 1) % 3;
        return i + 1;
      }
    }
    return this.break(this.depth === 0 ? 'a record' : 'a value', bytes, i);
  }

  private after(bytes: Uint8Array, i: number): number {
    const byte = bytes[i] as number;
    const isArray = this.inArray();
    if (byte === COMMA) {
      this.state = isArray ? VALUE : KEY;
      return i + 1;
    }
    if (byte === (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) return this.close(i);
    if (isSpace(byte)) return i + 1;
    return this.break(isArray ? '"," or "]"' : '"," or "}"', bytes, i);
  }

  private keyOrClose(bytes: Uint8Array, i: number): number {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      this.beginString(FOR_KEY, i, this.modes[this.depth] !== MODES.skip);
      return i + 1;
    }
    if (byte === CLOSE_OBJECT) return this.close(i);
    return isSpace(byte) ? i + 1 : this.break('a property or "}"', bytes, i);
  }

  private colon(bytes: Uint8Array, i: number): number {
    const byte = bytes[i] as number;
    if (byte === COLON_SIGN) this.state = VALUE;
    return byte === COLON_SIGN || isSpace(byte) ? i + 1 : this.break('":"', bytes, i);
  }

  private open(isArray: boolean, i: number): number {
    if (this.depth === JSON_DEPTH) {
      this.state = DEEP;
      this.beyond = 1;
      this.startedAt = this.base + i;
      return i + 1;
    }
    const skips = this.modes[this.depth] === MODES.skip;
    const mode = skips ? MODES.skip : this.listener.enter(isArray, this.base + i);
    this.depth++;
    this.isArray[this.depth] = isArray ? 1 : 0;
    this.modes[this.depth] = mode;
    this.state = isArray ? VALUE : KEY;
    return i + 1;
  }

  private close(i: number): number {
    const mode = this.modes[this.depth];
    this.depth--;
    this.state = this.depth === 0 ? VALUE : AFTER;
    if (mode !== MODES.skip) this.listener.leave();
    return i + 1;
  }

  private beginString(purpose: number, i: number, keeps: boolean): void {
    this.state = STRING;
    this.purpose = purpose;
    this.keeps = keeps;
    this.length = 0;
    this.afterBackslash = false;
    this.escaped = false;
    if (purpose !== FOR_DEPTH) this.startedAt = this.base + i;
  }

  private string(bytes: Uint8Array, from: number): number {
    let i = from;
    for (;;) {
      const begin = i;
      if (this.afterBackslash && i < bytes.length && !isLineEnd(bytes[i] as number)) i++;
      if (i > begin) this.afterBackslash = false;
      while (i < bytes.length && STOPS[bytes[i] as number] === 0) i++;
      this.keep(bytes, begin, i);
      if (i === bytes.length) return i;
      const byte = bytes[i] as number;
      if (byte === QUOTE) {
        this.finishString();
        return i + 1;
      }
      if (byte !== BACKSLASH) return this.break('the end of a string', bytes, i);
      this.keep(bytes, i, ++i);
      this.afterBackslash = true;
      this.escaped = true;
    }
  }

  private keep(bytes: Uint8Array, from: number, until: number): void {
    if (this.keeps) {
      const room = TEXT_LIMIT - this.length;
      for (let k = 0; k < until - from && k < room; k++) this.buffer[this.length + k] = bytes[from + k] as number;
    }
    this.length += until - from;
  }

  private finishString(): void {
    if (this.purpose === FOR_DEPTH) {
      this.state = DEEP;
    } else if (this.purpose === FOR_KEY) {
      this.state = COLON;
      if (this.keeps) this.listener.key(this.textSoFar());
    } else {
      this.state = this.depth === 0 ? VALUE : AFTER;
      if (this.keeps) this.listener.text(this.textSoFar());
    }
  }

  private textSoFar(): Text {
    const length = this.keeps ? Math.min(this.length, TEXT_LIMIT) : 0;
    // Whoever reads to a closing quote finds one.
    this.buffer[length] = QUOTE;
    return { bytes: this.buffer, length, escaped: this.escaped, cut: this.length > TEXT_LIMIT, offset: this.startedAt };
  }

  private literal(bytes: Uint8Array, from: number): number {
    let i = from;
    while (i < bytes.length && isLiteral(bytes[i] as number)) i++;
    if (i < bytes.length) this.finishLiteral();
    return i;
  }

  private finishLiteral(): void {
    this.state = this.depth === 0 ? VALUE : AFTER;
    if (this.modes[this.depth] !== MODES.skip) this.listener.scalar(this.firstByte, this.startedAt);
  }

  private deep(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) {
        this.beginString(FOR_DEPTH, i, false);
        return i + 1;
      }
      if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.beyond++;
      else if ((byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) && --this.beyond === 0) {
        this.state = AFTER;
        this.listener.tooDeep(this.startedAt);
        return i + 1;
      }
    }
    return bytes.length;
  }

  /** The byte at `i` is left to `lost`: it may be the line feed before a good record. */
  private break(expected: string, bytes: Uint8Array, i: number): number {
    const got = bytes[i] as number;
    const shown =
      got > SPACE && got < 0x7f ? `"${String.fromCharCode(got)}"` : `byte 0x${got.toString(16).padStart(2, '0')}`;
    const inString = this.state === STRING && this.purpose === FOR_VALUE && this.keeps;
    this.listener.broken(`expected ${expected}, got ${shown}`, this.base + i, inString ? this.textSoFar() : null);
    this.state = LOST;
    this.depth = 0;
    this.markAt = 0;
    this.startedAt = this.base + i;
    this.keeps = true;
    this.escaped = false;
    this.length = 0;
    this.atLineStart = false;
    this.timeAt = -2;
    return i;
  }

  private lost(bytes: Uint8Array, from: number): number {
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === OPEN_OBJECT) {
        this.braceAt = this.base + i;
        if (this.atLineStart) return this.found(false, i);
        this.timeAt = -1;
      } else if (this.timeAt === -1) {
        if (byte === QUOTE) this.timeAt = 0;
        else if (!isSpace(byte)) this.timeAt = -2;
      } else if (this.timeAt >= 0) {
        this.timeAt = byte === TIME[this.timeAt] ? this.timeAt + 1 : -2;
        if (this.timeAt === TIME.length) return this.found(true, i);
      }
      this.atLineStart = byte === LF;
      if (this.length < TEXT_LIMIT) this.buffer[this.length] = byte;
      this.length++;
    }
    return bytes.length;
  }

  /** Goes on with the object whose brace, or whose brace and `"time"`, ends at `i`. */
  private found(withTime: boolean, i: number): number {
    const passed = this.braceAt - this.startedAt;
    this.length = Math.min(this.length, passed);
    this.listener.passedOver(passed, this.textSoFar());
    this.forgivesClosing = true;
    this.startedAt = this.braceAt;
    this.open(false, this.braceAt - this.base);
    if (withTime) {
      this.buffer.set(TIME);
      this.length = TIME.length - 1;
      this.keeps = true;
      this.listener.key(this.textSoFar());
      this.state = COLON;
    }
    return i + 1;
  }
}
