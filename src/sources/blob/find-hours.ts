import { HOUR, hourOf, type Instant, instant } from '../../base/instant.ts';
import type { TimeSpan } from '../../core/ports.ts';
import { datedPrefix, hourOfBlob, hourPrefix, overlaps } from './blob-name.ts';
import { BlobTrouble } from './blob-trouble.ts';
import type { Container, ListedBlob } from './container.ts';

/** The blob of one hour of one NIC. */
export interface Hour extends ListedBlob {
  readonly at: Instant;
}

export interface FoundHours {
  /** Oldest first, then by name. */
  readonly hours: readonly Hour[];
  /** Where flow logs begin: what stands before the year. */
  readonly logs: readonly string[];
  /** Blobs that are no flow logs by their names, or not block blobs. */
  readonly others: readonly ListedBlob[];
}

/** A container of flow logs has a handful of folders above the years. One that has thousands is another kind. */
const MOST_LEVELS = 5_000;
const AT_A_TIME = 8;

/**
 * Every hour that the span touches, below a prefix. Years, months and days that lie outside are not gone into, and within a day names are
 * listed page by page: a backfill of days does not list a year.
 */
export const findHours = async (container: Container, prefix: string, span: TimeSpan): Promise<FoundHours> => {
  const [blobs, logs]: [ListedBlob[], Set<string>] = [[], new Set()];
  const waiting = [prefix];
  let levels = 0;
  const visit = async (at: string): Promise<void> => {
    const dated = datedPrefix(at);
    if (dated !== null) logs.add(dated.log);
    if (dated?.isDay === true) return void blobs.push(...(await container.below(at)));
    if (++levels > MOST_LEVELS)
      throw new BlobTrouble('too-wide', `there are more than ${MOST_LEVELS} folders before the first day`);
    const level = await container.level(at);
    blobs.push(...level.blobs);
    waiting.push(...level.prefixes.filter((inner) => overlaps(datedPrefix(inner)?.span ?? span, span)));
  };
  while (waiting.length > 0) await Promise.all(waiting.splice(0, AT_A_TIME).map(visit));
  return { ...sorted(blobs, span), logs: [...logs].sort() };
};

/** The same for a few hours of flow logs that are known: one request for each hour of each. */
export const findHoursOf = async (
  container: Container,
  logs: readonly string[],
  span: TimeSpan,
): Promise<Omit<FoundHours, 'logs'>> => {
  const prefixes: string[] = [];
  for (let hour = hourOf(span.from); hour < span.until; hour = instant(hour + HOUR))
    prefixes.push(...logs.map((log) => hourPrefix(log, hour)));
  const blobs: ListedBlob[] = [];
  for (let i = 0; i < prefixes.length; i += AT_A_TIME)
    for (const found of await Promise.all(prefixes.slice(i, i + AT_A_TIME).map((prefix) => container.below(prefix))))
      blobs.push(...found);
  return sorted(blobs, span);
};

const sorted = (blobs: readonly ListedBlob[], span: TimeSpan): Omit<FoundHours, 'logs'> => {
  const [hours, others]: [Hour[], ListedBlob[]] = [[], []];
  for (const blob of blobs) {
    const at = hourOfBlob(blob.name);
    if (at === null || !blob.isBlockBlob) others.push(blob);
    else if (overlaps({ from: at, until: instant(at + HOUR) }, span)) hours.push({ ...blob, at });
  }
  // By code unit, not by language: equal runs give equal output everywhere.
  const order = (a: Hour, b: Hour): number => a.at - b.at || (a.name < b.name ? -1 : 1);
  return { hours: hours.sort(order), others };
};
