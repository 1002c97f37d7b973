import { type Instant, instant } from '../../base/instant.ts';
import {
  CONNTRACK_KINDS,
  type ConntrackEntries,
  type GapSeen,
  type InventoryLook,
  type MetricSample,
} from '../../core/facts.ts';
import { kernelSamples, nodeResource } from '../../core/kernel-counters.ts';
import type { Context, Decoder, Taken } from '../decoder.ts';
import { BoundedRejects } from './bounded-rejects.ts';
import { timeInName } from '../time-in-name.ts';
import { EntryColumns } from './entry-columns.ts';
import { type LineState, readEntryLine } from './entry-line.ts';
import { decodeRemark } from './remark-lines.ts';

/** Under this name rows of a dump are ignored that nobody told the time of: they are handed over, and say nothing about any moment. */
export const UNTIMED = 'dump rows without a time';

/** Longer lines are refused: conntrack's longest, with labels and a security context, stays below a thousand bytes. */
const LONGEST_LINE = 65_536;

const FIRST_ROWS = 1_024;
const MOST_ROWS_AT_ONCE = 131_072;

const NEWLINE = 10;
const RETURN = 13;
const HASH = 35;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads what `conntrack -E` and `conntrack -L` print, in any mix of their options.
 *
 * Events need `-o timestamp`. The time of a dump's line is, in this order: `[start=…]` plus `delta-time`, `context.at`, a time
 * in the file's name, none (-1). Dates in `[start=…]` are read as UTC. A warning that the kernel dropped events becomes a gap
 * from the event before it to the event after it. What a recorder adds in lines that begin with `#` is in remark-lines.ts.
 */
export const conntrackDecoder = (context: Context): Decoder => {
  const rejects = new BoundedRejects();
  const state: LineState = {
    dumpAt: context.at ?? timeInName(context.name) ?? -1,
    at: -1,
    delta: new Float64Array(1),
    hasIds: false,
    endsWhole: false,
  };
  let columns: EntryColumns | null = null;
  /** Rows to make room for: as many as were taken the last time, so that a steady reader copies nothing. */
  let room = FIRST_ROWS;
  let gaps: GapSeen[] = [];
  let looks: InventoryLook[] = [];
  let samples: MetricSample[] = [];
  // Of a file whose node nobody named the store may find it by what it translates: `sql/read/metrics.sql`.
  const resource = nodeResource(context.node || context.name);
  let ignored: Record<string, number> = {};
  let line = 0;
  /** The first line that is an entry: a rotated, copied or longer file begins with it too. */
  let recording = '';
  let kept = new Uint8Array(1_024);
  let keptBytes = 0;
  /** Time of the last event, -1 before the first. */
  let lastEvent = -1;
  /** Where the gap that is open now began; -2 while none is open, -1 when it began before the first event. */
  let gapFrom = -2;

  const ignore = (what: string): void => {
    ignored[what] = (ignored[what] ?? 0) + 1;
  };
  const refuse = (why: string, bytes: Uint8Array, from: number, until: number): void =>
    rejects.add(line, why, bytes, from, until);

  const closeGap = (until: Instant | null): void => {
    const first = gapFrom < 0 ? until : instant(gapFrom);
    gapFrom = -2;
    if (first === null) return ignore('warnings of lost events without an event beside them');
    // A clock that was set back between the two events would make the gap end before it begins.
    const [from, to] = until !== null && until < first ? [until, first] : [first, until];
    gaps.push({
      source: 'conntrack',
      node: '',
      from,
      until: to,
      why: 'the kernel dropped events: conntrack ran out of buffer (ENOBUFS)',
    });
  };

  const noteRow = (kind: number | undefined): void => {
    if (kind === CONNTRACK_KINDS.DUMP) {
      if (state.at < 0) ignore(UNTIMED);
      return;
    }
    lastEvent = state.at;
    if (gapFrom !== -2) closeGap(instant(lastEvent));
  };

  const readRemark = (bytes: Uint8Array, from: number, until: number, isLast: boolean): void => {
    const read = decodeRemark(utf8.decode(bytes.subarray(from, until)));
    if (!read.ok) return refuse(read.problem, bytes, from, until);
    const remark = read.value;
    if (remark.kind === 'comment') return ignore('comments');
    if (isLast) return refuse('the last line has no line end: it may be cut', bytes, from, until);
    if (remark.kind === 'dump') {
      state.dumpAt = remark.at;
      return ignore('times of dumps');
    }
    if (remark.kind === 'counters') {
      samples.push(...kernelSamples(resource, remark));
      return;
    }
    const { from: begin, until: end } = remark;
    if (remark.kind === 'gap') gaps.push({ source: 'conntrack', node: '', from: begin, until: end, why: remark.why });
    else looks.push({ kind: 'watch', of: 'conntrack', from: begin, until: end });
  };

  const openGap = (): void => {
    if (gapFrom === -2) gapFrom = lastEvent;
    else ignore('repeated warnings of lost events');
  };

  /** The byte at `until` is a line end; `isLast`: one was put there, the input ended without. */
  const readLine = (bytes: Uint8Array, begin: number, until: number, isLast: boolean): void => {
    line++;
    const marked = line === 1 && BYTE_ORDER_MARK.every((byte, i) => bytes[begin + i] === byte);
    const from = marked ? begin + BYTE_ORDER_MARK.length : begin;
    if (until - from > LONGEST_LINE) return refuse('a line of more than 65,536 bytes', bytes, from, until);
    let end = until;
    while (end > from && (bytes[end - 1] === RETURN || bytes[end - 1] === 32)) end--;
    if (end <= from) return ignore('empty lines');
    if (bytes[from] === HASH) return readRemark(bytes, from, end, isLast);
    columns ??= new EntryColumns(room);
    columns.open();
    const why = readEntryLine(bytes, from, end, columns, state);
    if (why === '') {
      if (isLast && !state.endsWhole) return refuse('the last line has no line end: it may be cut', bytes, from, until);
      if (recording === '') recording = utf8.decode(bytes.subarray(from, end));
      noteRow(columns.kind[columns.rows++]);
      return;
    }
    const remark = remarkAt(bytes, from, end);
    if (remark === null) refuse(isLast ? `${why}; the input ends within this line` : why, bytes, from, until);
    else if (remark === LOST_EVENTS) openGap();
    else ignore(remark);
  };

  /** Keeps a line whose end has not arrived; of one over the limit, just enough to see that. One byte stays free for a line end. */
  const keep = (bytes: Uint8Array, from: number, until: number): void => {
    const length = Math.min(until - from, LONGEST_LINE + BYTE_ORDER_MARK.length + 1 - keptBytes);
    if (keptBytes + length + 1 > kept.length) {
      const wider = new Uint8Array(Math.max(kept.length * 2, keptBytes + length + 1));
      wider.set(kept);
      kept = wider;
    }
    kept.set(bytes.subarray(from, from + length), keptBytes);
    keptBytes += length;
  };

  const finishKept = (isLast: boolean): void => {
    kept[keptBytes] = NEWLINE;
    const length = keptBytes;
    keptBytes = 0;
    readLine(kept, 0, length, isLast);
  };

  return {
    format: 'conntrack',
    push(chunk) {
      // A plain view: a subclass (Node's Buffer) beside our own arrays would make every byte access look up which of the two it is.
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let from = 0;
      while (from < bytes.length) {
        const until = bytes.indexOf(NEWLINE, from);
        if (until < 0) return keep(bytes, from, bytes.length);
        if (keptBytes > 0) {
          keep(bytes, from, until);
          finishKept(false);
        } else {
          readLine(bytes, from, until, false);
        }
        from = until + 1;
      }
    },
    end() {
      if (keptBytes > 0) finishKept(true);
      if (gapFrom !== -2) closeGap(null);
    },
    get waiting() {
      return (columns?.rows ?? 0) + gaps.length + looks.length + samples.length + rejects.length;
    },
    take(): Taken {
      const conntrack: ConntrackEntries | null = columns !== null && columns.rows > 0 ? columns.table() : null;
      const taken: Taken = {
        facts: {
          flowRecords: null,
          conntrack,
          pods: [],
          nodes: [],
          looks,
          gaps,
          logLines: [],
          aggregates: [],
          sightings: [],
          ...(samples.length === 0 ? {} : { samples }),
        },
        rejects: rejects.take(),
        ignored,
        clusters: [],
        ...(recording === '' ? {} : { recording }),
      };
      if (conntrack !== null) {
        room = Math.min(Math.max(conntrack.rows, FIRST_ROWS), MOST_ROWS_AT_ONCE);
        columns = null;
      }
      gaps = [];
      looks = [];
      samples = [];
      ignored = {};
      return taken;
    },
  };
};

const utf8 = new TextDecoder();

const LOST_EVENTS = 'lost events';

/** What conntrack says beside its entries, on stderr, where a recording has both streams: how it begins, and what it is counted as. */
const REMARKS: readonly (readonly [string, string])[] = [
  ['WARNING: We have hit ENOBUFS!', LOST_EVENTS],
  ['This message means that the current netlink socket buffer size', 'explanations of lost events'],
  ['Please, check --buffer-size in conntrack', 'explanations of lost events'],
  ['conntrack v', 'conntrack summaries'],
  ['NOTICE: Netlink socket buffer size', 'conntrack notices'],
];

const remarkAt = (bytes: Uint8Array, from: number, until: number): string | null => {
  const begins = (text: string): boolean => {
    if (until - from < text.length) return false;
    for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
    return true;
  };
  return REMARKS.find(([text]) => begins(text))?.[1] ?? null;
};
