import { type Instant, instant, LATEST } from '../base/instant.ts';
import { parseTraceId, spellingsOf } from '../core/correlation-id.ts';
import type { SightingRow, Store } from '../core/ports.ts';
import { inOrder } from '../core/trace/span-tree.ts';

/** What carries an id, and what belongs to the same requests. */
export interface Found {
  readonly sightings: readonly SightingRow[];
  /** Sightings that carry the id itself. */
  readonly carry: number;
  /** One sentence for each limit that was reached. */
  readonly limits: readonly string[];
}

export interface TraceRange {
  readonly cluster: string;
  readonly from: Instant;
  readonly until: Instant;
}

export const ALL_TIME = { from: instant(0), until: LATEST } as const;

/** More than a person reads, and a tenth of a second's work. */
const MOST_SIGHTINGS = 2_000;
/** An id that more sightings carry than this is a tenant or a session, no request: following it would join strangers. */
const FOLLOWED_AT_MOST = 500;
const MOST_IDS = 50;

/**
 * The sightings that carry an id, then those that share a trace id or a correlation id with them. One step and no further: ids of many
 * requests would join all of them.
 */
export const findRequest = async (
  store: Pick<Store, 'sightings' | 'sightingCounts'>,
  asked: string,
  range: TraceRange,
): Promise<Found> => {
  const ids = spellingsOf(asked);
  const limits: string[] = [];
  const query = { ...range, kinds: [], limit: MOST_SIGHTINGS };
  if (ids.length === 0) return { sightings: [], carry: 0, limits };
  const first = await store.sightings({ ...query, ids });
  const counts = await store.sightingCounts({ ...range, ids });
  const carry = first.length < MOST_SIGHTINGS ? first.length : Math.max(first.length, ...counts.values());
  if (first.length < carry) limits.push(`${carry} sightings carry this id: the first ${first.length} are shown`);
  const others = [...new Set(first.flatMap((s) => [s.traceId, ...s.ids]))].filter(
    (id) => id !== '' && !ids.includes(id),
  );
  const asTrace = others.filter((id) => parseTraceId(id) !== null);
  const followed = [...asTrace, ...others.filter((id) => !asTrace.includes(id))].slice(0, MOST_IDS);
  if (followed.length < others.length)
    limits.push(`it comes with ${others.length} other ids: ${followed.length} of them are followed`);
  if (first.length >= MOST_SIGHTINGS || followed.length === 0) return { sightings: first, carry, limits };
  const shared = await store.sightingCounts({ ...range, ids: followed });
  const rare = followed.filter((id) => (shared.get(id) ?? 0) <= FOLLOWED_AT_MOST);
  for (const id of followed.filter((one) => !rare.includes(one)))
    limits.push(
      `id ${id} is carried by ${shared.get(id) ?? 0} sightings: it is no single request's and is not followed`,
    );
  const more = rare.length === 0 ? [] : await store.sightings({ ...query, ids: rare });
  const all = [...first, ...more.filter((s) => !first.some((known) => isSame(known, s)))].sort(inOrder);
  if (more.length >= MOST_SIGHTINGS)
    limits.push(`more than ${MOST_SIGHTINGS} sightings share an id with it: the first are shown`);
  return { sightings: all.slice(0, MOST_SIGHTINGS), carry, limits };
};

const isSame = (a: SightingRow, b: SightingRow): boolean =>
  a.begin === b.begin &&
  a.beginNanos === b.beginNanos &&
  a.kind === b.kind &&
  a.traceId === b.traceId &&
  a.spanId === b.spanId &&
  a.pod === b.pod &&
  a.text === b.text &&
  a.object === b.object;
