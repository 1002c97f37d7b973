import type { Reject } from '../../core/facts.ts';
import { REJECT_TEXT } from '../decoder.ts';
import { GrowingBytes } from './growing-bytes.ts';

const BOM = [0xef, 0xbb, 0xbf] as const;
const [COMMA, CLOSE_LIST, CLOSE_OBJECT, OPEN_LIST, OPEN_OBJECT] = [0x2c, 0x5d, 0x7d, 0x5b, 0x7b] as const;
const [NEWLINE, RETURN, SPACE, TAB] = [0x0a, 0x0d, 0x20, 0x09] as const;

/** What was met since the last value: nothing, closers that a torn list left, a line of text, or the rest of a broken value. */
type Met = 'nothing' | 'closers' | 'text' | 'broken';

/** Reads what lies between two values: white space, and what should not be there. Decides where the next value begins. */
export class BetweenValues {
  private readonly refused: (reject: Reject) => void;
  private readonly junk = new GrowingBytes();
  private met: Met = 'nothing';
  private junkStart = 0;
  private lineStart = true;
  private indent = 0;
  private brokenIndent = 0;
  private wrecked = false;

  constructor(refused: (reject: Reject) => void) {
    this.refused = refused;
  }

  /** How far the line is indented on which a value begins; 0 for a value that begins inside a line. */
  get indentHere(): number {
    return this.lineStart ? this.indent : 0;
  }

  newline(): void {
    this.lineStart = true;
    this.indent = 0;
  }

  blank(): void {
    if (this.lineStart) this.indent++;
  }

  ink(): void {
    this.lineStart = false;
  }

  /** A value broke off; the next one begins at a line that is indented no deeper: what is deeper may be a part of it. */
  broke(indent: number): void {
    this.met = 'broken';
    this.wrecked = true;
    this.brokenIndent = indent;
  }

  /** A value begins here, whatever came before. */
  begins(): void {
    this.flush();
    this.met = 'nothing';
  }

  /** True when a value begins with this byte. */
  see(c: number, offset: number): boolean {
    if (c === BOM[offset] && this.junk.length === offset && (offset === 0 || this.met === 'text'))
      return this.mark(c, offset);
    if ((c === OPEN_OBJECT || c === OPEN_LIST) && this.mayBegin()) return true;
    if (c === NEWLINE) this.newline();
    else if (c === SPACE || c === TAB || c === RETURN) this.blank();
    else this.inked(c, offset);
    if (this.met === 'text' || this.met === 'closers') this.note(c);
    return false;
  }

  /** Refuses what was met. */
  flush(): void {
    if (this.junk.length === 0) return;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.junk.view()).trimEnd().slice(0, REJECT_TEXT);
    this.refused({ place: `byte ${this.junkStart}`, why: 'expected JSON, got text between values', text });
    this.junk.clear();
  }

  private inked(c: number, offset: number): void {
    this.ink();
    const closer = c === COMMA || c === CLOSE_LIST || c === CLOSE_OBJECT;
    // Once a list is torn its elements stand alone, and the commas between them and its closers belong to the same reject.
    if (this.met === 'broken' || (closer && this.wrecked && this.met === 'nothing')) return;
    if (this.met === 'nothing') this.junkStart = offset;
    this.met = closer && this.met !== 'text' ? 'closers' : 'text';
  }

  private mayBegin(): boolean {
    if (this.met === 'text') return this.lineStart;
    return this.met !== 'broken' || (this.lineStart && this.indent <= this.brokenIndent);
  }

  /** A byte order mark is white space, but only whole and at the very beginning. */
  private mark(c: number, offset: number): boolean {
    this.met = 'text';
    this.junkStart = 0;
    this.note(c);
    if (offset === BOM.length - 1) {
      this.met = 'nothing';
      this.junk.clear();
    }
    return false;
  }

  private note(c: number): void {
    if (this.junk.length < 4 * REJECT_TEXT) this.junk.append(Uint8Array.of(c));
  }
}
