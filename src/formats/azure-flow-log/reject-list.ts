import type { Reject } from '../../core/facts.ts';
import { REJECT_TEXT } from '../decoder.ts';

const MOST_KEPT = 1_000;

/** Rejects that wait. Of the ones beyond a thousand only the number is kept, and one reject that says it. */
export class RejectList {
  private kept: Reject[] = [];
  private first: Reject | null = null;
  private beyond = 0;

  get waiting(): number {
    return this.kept.length + (this.beyond > 0 ? 1 : 0);
  }

  add(place: string, why: string, text = ''): void {
    if (this.kept.length < MOST_KEPT) this.kept.push({ place, why, text: text.slice(0, REJECT_TEXT).toWellFormed() });
    else if (this.beyond++ === 0) this.first = { place, why, text: '' };
  }

  take(): readonly Reject[] {
    const taken = this.kept;
    if (this.first !== null) {
      taken.push({
        place: `${this.first.place} and after`,
        why: `and ${this.beyond} more like: ${this.first.why}`,
        text: '',
      });
    }
    this.kept = [];
    this.first = null;
    this.beyond = 0;
    return taken;
  }
}
