import { type Instant, instant, parseInstant, SECOND } from '../../base/instant.ts';
import { entryIdOf } from '../../formats/conntrack/entry-id.ts';
import { encodeRemark } from '../../formats/conntrack/remark-lines.ts';

/** What listen.sh says of itself. */
const SAID = /^# unmasq (\w+)(?: (.*))?$/;
const DUMP = '# dump ';
const SUMMARY = /flow entries have been shown/;
/** conntrack's last word: how many events it wrote. */
const SHOWN = /: (\d+) flow events have been shown/;

/**
 * The log of a debugging pod as lines of conntrack, as `formats/conntrack` reads them. Lines of the dump are held until the events of its
 * time are there: an entry that an event begins is told by the event alone, as a dump is of a whole second and may seem the older one.
 */
export class ConntrackLog {
  /** When it listened; null: it never did. */
  began: Instant | null = null;
  /** It said that it is done; null: its log broke off, or it failed. */
  ended: Instant | null = null;
  /** Why it gave up; empty: it did not. */
  failed = '';
  /** The log has its beginning: what is rotated away is missing without a word. */
  isWhole = false;
  /** What the kernel dropped, as it says. */
  dropped = 0;
  private isDumped = false;
  private events = 0;
  private readonly begun = new Set<string>();
  private held: string[] = [];
  private droppedAt: Instant | null = null;
  /** The last that conntrack said beside entries. */
  private aside = '';

  /** The lines, with their ends, that are to be read in place of this one. */
  take(line: string): readonly string[] {
    const [, word, rest = ''] = SAID.exec(line) ?? [];
    if (word !== undefined) return this.said(word, rest);
    if (line.startsWith('[')) {
      this.events++;
      const id = !this.isDumped && line.includes('[NEW]') ? entryIdOf(line) : null;
      if (id !== null) this.begun.add(id);
      return [`${line}\n`];
    }
    if (line.startsWith(DUMP) || line.includes(' src=')) {
      if (this.isDumped) return this.kept([line]);
      this.held.push(line);
      return [];
    }
    // Its warnings are for the decoder, which makes gaps of them.
    if (line.startsWith('WARNING')) return [`${line}\n`];
    const shown = SHOWN.exec(line)?.[1];
    if (shown !== undefined) return this.rotated(Number(shown));
    if (line !== '' && !SUMMARY.test(line)) this.aside = line;
    return [];
  }

  /** What is still held where the log ends early. */
  end(): readonly string[] {
    return this.release();
  }

  private said(word: string, rest: string): readonly string[] {
    switch (word) {
      case 'image':
        this.isWhole = true;
        return [];
      case 'began':
        this.began = timeOf(rest);
        return [];
      case 'dumped':
        return this.release();
      case 'dropped':
        return this.lost(rest);
      case 'ended':
        this.ended = timeOf(rest);
        return [];
      case 'failed':
        this.failed = this.aside === '' ? rest : `${rest} (${this.aside})`;
        return [];
      default:
        return [];
    }
  }

  /** Where the kubelet rotated the log faster than it was read, lines of its middle are missing without a word. */
  private rotated(shown: number): readonly string[] {
    const [from, until, missing] = [this.began, this.droppedAt, shown - this.events];
    if (missing <= 0 || from === null || until === null) return [];
    const why = `${missing} of ${shown} events were rotated out of the pod's log before they were read`;
    return [encodeRemark({ kind: 'gap', from, until: instant(until + SECOND), why })];
  }

  /** Seconds are whole: one was clean from its beginning, and the loss is over by the end of the other. */
  private lost(rest: string): readonly string[] {
    const [count = '', at = ''] = rest.split(' ');
    const [dropped, read] = [Number(count), timeOf(at)];
    const from = this.droppedAt;
    const lost = dropped - this.dropped;
    if (read === null || !Number.isInteger(dropped)) return [];
    this.droppedAt = read;
    this.dropped = dropped;
    if (lost <= 0 || from === null) return [];
    const why = `the kernel dropped ${lost} events for want of room (net.core.rmem_default)`;
    return [encodeRemark({ kind: 'gap', from, until: instant(read + SECOND), why })];
  }

  private release(): readonly string[] {
    this.isDumped = true;
    const { held } = this;
    this.held = [];
    return this.kept(held);
  }

  private kept(lines: readonly string[]): readonly string[] {
    return lines.flatMap((line) => {
      const id = entryIdOf(line);
      return id !== null && this.begun.has(id) ? [] : [`${line}\n`];
    });
  }
}

const timeOf = (text: string): Instant | null => {
  const at = parseInstant(text);
  return at.ok ? at.value : null;
};
