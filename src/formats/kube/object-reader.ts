import { type Instant, instantOf, parseInstant, SECOND } from '../../base/instant.ts';
import { type Ip, parseIp } from '../../base/ip.ts';
import type { Reject } from '../../core/facts.ts';
import { isObject, listOf, member, memberAt, textOf } from '../json/json-value.ts';

/** Reads the parts of one object. A part that says nothing is null or left out; one that cannot be read is a reject, and the rest stays. */
export class ObjectReader {
  readonly rejects: Reject[] = [];
  readonly place: string;

  constructor(place: string) {
    this.place = place;
  }

  time(value: unknown, where: string): Instant | null {
    if (value === undefined || value === null) return null;
    const read = parseInstant(textOf(value));
    if (read.ok) return read.value;
    this.refuse(where, read.problem, value);
    return null;
  }

  ips(values: readonly unknown[], where: string): readonly Ip[] {
    const ips = new Set<Ip>();
    for (const value of values) {
      const read = parseIp(textOf(value));
      if (read.ok) ips.add(read.value);
      // The API omits an address that is not known; a blank is no address either, and says nothing.
      else if (value !== undefined && value !== null && value !== '') this.refuse(where, read.problem, value);
    }
    return [...ips];
  }

  refuse(where: string, why: string, value: unknown): void {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    this.rejects.push({ place: `${this.place}, ${where}`, why, text });
  }
}

/** When deletion was asked for: the API server writes the time at which the grace period will end. */
export const deletionAskedAt = (object: unknown, reader: ObjectReader): Instant | null => {
  const metadata = member(object, 'metadata');
  const ends = reader.time(member(metadata, 'deletionTimestamp'), 'metadata.deletionTimestamp');
  const grace = member(metadata, 'deletionGracePeriodSeconds');
  if (ends === null) return null;
  const asked = instantOf(ends - (typeof grace === 'number' && grace > 0 ? grace : 0) * SECOND);
  if (asked.ok) return asked.value;
  reader.refuse('metadata.deletionGracePeriodSeconds', asked.problem, grace);
  return null;
};

/**
 * The latest time that the object mentions and that had passed when it was looked at. The end of a grace period has not.
 * What cannot be read is left to the reader of the fact itself.
 */
export const latestMention = (object: unknown): Instant | null => {
  const ignored = new ObjectReader('');
  const metadata = member(object, 'metadata');
  const status = member(object, 'status');
  const stated = [
    member(metadata, 'creationTimestamp'),
    ...listOf(member(metadata, 'managedFields')).map((field) => member(field, 'time')),
    member(status, 'startTime'),
    ...listOf(member(status, 'conditions')).flatMap((c) => [
      member(c, 'lastTransitionTime'),
      member(c, 'lastHeartbeatTime'),
    ]),
    ...containerStates(status).flatMap((state) => [member(state, 'startedAt'), member(state, 'finishedAt')]),
  ];
  let latest = deletionAskedAt(object, ignored);
  for (const value of stated) {
    const read = typeof value === 'string' ? parseInstant(value) : null;
    if (read?.ok === true && (latest === null || read.value > latest)) latest = read.value;
  }
  return latest;
};

export const CONTAINER_LISTS = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const;

/** What each container is doing, and did before its last restart: the objects that hold `startedAt` and `finishedAt`. */
export const containerStates = (status: unknown): readonly unknown[] =>
  CONTAINER_LISTS.flatMap((list) => listOf(member(status, list))).flatMap((container) =>
    [
      memberAt(container, 'state', 'running'),
      memberAt(container, 'state', 'terminated'),
      memberAt(container, 'lastState', 'terminated'),
    ].filter(isObject),
  );
