import { type Instant, instant } from '../base/instant.ts';
import { encodeRemark } from '../formats/conntrack/remark-lines.ts';

/**
 * What the agent may say of its own completeness. Time is covered in stretches that touch, or it is in a gap; whatever is said in neither
 * way (a process that was killed) is uncovered, and the store takes that for a gap too.
 */
export class Coverage {
  /** Everything before it has been said: covered, or a gap. */
  private said: Instant;
  private lostFrom: Instant | null = null;
  private reasons: string[] = [];
  /** Gaps that were declared, and their length together. */
  gaps = 0;
  gapMs = 0;

  constructor(from: Instant) {
    this.said = from;
  }

  get isLost(): boolean {
    return this.lostFrom !== null;
  }

  /** Up to where the stretches reach that were said to be covered, or to be a gap. */
  get until(): Instant {
    return this.said;
  }

  /** Something may be missing from `from` on, until `regain`. What was said to be covered already stays so: losses are noticed in time. */
  lose(from: Instant, why: string): void {
    const later = instant(Math.max(from, this.said));
    this.lostFrom = this.lostFrom === null ? later : instant(Math.min(this.lostFrom, later));
    if (!this.reasons.includes(why)) this.reasons.push(why);
  }

  /** From `at` on nothing is missing. Gives the lines that say what was covered before the gap, and the gap. */
  regain(at: Instant): string {
    const { lostFrom } = this;
    if (lostFrom === null) return '';
    const until = instant(Math.max(at, lostFrom));
    const before = this.coveredUntil(lostFrom);
    const gap = encodeRemark({ kind: 'gap', from: lostFrom, until, why: this.reasons.join('; ') });
    this.gaps++;
    this.gapMs += until - lostFrom;
    this.lostFrom = null;
    this.reasons = [];
    this.said = until;
    return before + gap;
  }

  /** Everything up to `at` was told. Gives the line that says so; nothing where nothing is new or a gap is open. */
  complete(at: Instant): string {
    return this.coveredUntil(this.lostFrom === null ? at : instant(Math.min(at, this.lostFrom)));
  }

  private coveredUntil(at: Instant): string {
    if (at <= this.said) return '';
    const line = encodeRemark({ kind: 'complete', from: this.said, until: at });
    this.said = at;
    return line;
  }
}
