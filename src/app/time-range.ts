import { HOUR, type Instant, instant, MINUTE, renderInstant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Zone } from './civil-time.ts';
import { type Trouble, trouble } from './errors.ts';
import { type Edge, parseTime, type Told } from './parse-time.ts';

/** What the user wrote. */
export interface RangeAsked {
  readonly since: string | null;
  readonly until: string | null;
  readonly at: string | null;
}

export interface TimeRange {
  readonly from: Instant;
  readonly until: Instant;
  /** True when the user (or what was pasted) chose it, false when it is everything there is. */
  readonly chosen: boolean;
  readonly notes: readonly string[];
}

/** What a single moment is widened to on either side: clocks differ, and a person rounds. */
const AROUND = 5 * MINUTE;

/**
 * `[from, until)`. `extent` is everything the store has, null when that is nothing; `moment` is a time found in what was pasted,
 * used when no flag says otherwise.
 */
export const resolveRange = (
  asked: RangeAsked,
  now: Instant,
  zone: Zone,
  extent: { readonly from: Instant; readonly until: Instant } | null,
  moment: Instant | null = null,
): Result<TimeRange, Trouble> => {
  const { since, until, at } = asked;
  if (at !== null && (since !== null || until !== null)) {
    return fail(trouble('E107', '--at is a moment of its own: it cannot stand beside --since or --until'));
  }
  if (at !== null) {
    const told = told106('--at', at, now, zone, 'first');
    return told.ok ? ok(around(told.value.at, told.value.notes)) : told;
  }
  if (since === null && until === null) {
    return ok(
      moment === null
        ? everything(extent, now)
        : around(moment, ['the time is the one in what was pasted; --since and --until override it']),
    );
  }
  const begin = since === null ? null : told106('--since', since, now, zone, 'first');
  if (begin !== null && !begin.ok) return begin;
  const end = until === null ? null : told106('--until', until, now, zone, 'second');
  if (end !== null && !end.ok) return end;
  const from = begin === null ? (extent?.from ?? instant(0)) : edgeOf(begin.value, 'first');
  const asked_ = end === null ? now : edgeOf(end.value, 'second');
  const clipped = asked_ > now;
  const stop = clipped ? now : asked_;
  if (end !== null && (from >= asked_ || (begin !== null && begin.value.at >= end.value.at)))
    return fail(trouble('E107', `--since (${renderInstant(from)}) is not before --until (${renderInstant(asked_)})`));
  if (from >= stop)
    return fail(
      trouble(
        'E107',
        `the range lies in the future: it begins ${renderInstant(from)}, and it is ${renderInstant(now)}`,
      ),
    );
  const notes = [
    ...(begin?.value.notes ?? []),
    ...(end?.value.notes ?? []),
    ...(clipped ? ['the end lies in the future: cut to now'] : []),
  ];
  return ok({ from, until: stop, chosen: true, notes });
};

const told106 = (flag: string, text: string, now: Instant, zone: Zone, edge: Edge): Result<Told, Trouble> => {
  const told = parseTime(text, now, zone, edge);
  return told.ok ? told : fail(trouble('E106', `${flag}: ${told.problem}`));
};

/**
 * Whoever asks for the last day means no second of it: an edge that is told by hours goes outwards to a whole minute, where sums by the
 * minute and the hour answer without a look at flows.
 */
const edgeOf = ({ at, agoMs = 0 }: Told, edge: Edge): Instant =>
  agoMs < HOUR ? at : instant((edge === 'first' ? Math.floor : Math.ceil)(at / MINUTE) * MINUTE);

const around = (at: Instant, notes: readonly string[]): TimeRange => ({
  from: instant(at - AROUND),
  until: instant(at + AROUND),
  chosen: true,
  notes,
});

const everything = (extent: { readonly from: Instant; readonly until: Instant } | null, now: Instant): TimeRange =>
  extent === null
    ? { from: instant(0), until: now, chosen: false, notes: [] }
    : { from: extent.from, until: instant(extent.until + 1), chosen: false, notes: [] };
