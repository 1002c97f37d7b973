import type { Reject } from '../../core/facts.ts';
import { REJECT_TEXT } from '../decoder.ts';

/** Rejects that are kept one by one between two takes; the rest is counted. A foreign file of a million lines is one message. */
export const KEPT_REJECTS = 1_000;

export class BoundedRejects {
  #kept: Reject[] = [];
  #rest = 0;
  #restFrom = 0;
  #restTo = 0;

  get length(): number {
    return this.#kept.length + (this.#rest > 0 ? 1 : 0);
  }

  /** `[from, until)` of `bytes` is what was refused on that line. */
  add(line: number, why: string, bytes: Uint8Array, from: number, until: number): void {
    if (this.#kept.length < KEPT_REJECTS) {
      this.#kept.push({ place: `line ${line}`, why, text: beginningOf(bytes, from, until) });
      return;
    }
    if (this.#rest++ === 0) this.#restFrom = line;
    this.#restTo = line;
  }

  take(): readonly Reject[] {
    const taken = this.#kept;
    if (this.#rest > 0) {
      taken.push({
        place: `line ${this.#restFrom} to ${this.#restTo}`,
        why: `${this.#rest} more lines were refused`,
        text: '',
      });
    }
    this.#kept = [];
    this.#rest = 0;
    return taken;
  }
}

const utf8 = new TextDecoder();

/** No character takes more than four bytes, so this many are enough for `REJECT_TEXT` characters. */
const beginningOf = (bytes: Uint8Array, from: number, until: number): string =>
  utf8
    .decode(bytes.subarray(from, Math.min(until, from + 4 * REJECT_TEXT)))
    .slice(0, REJECT_TEXT)
    .toWellFormed();
