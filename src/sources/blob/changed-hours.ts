import type { ByteObject } from '../../core/ports.ts';
import { parsePosition } from './block-plan.ts';
import type { Container } from './container.ts';
import type { Hour } from './find-hours.ts';
import { HourObject } from './hour-object.ts';

/** Blobs of which the first piece is on its way or waits, in memory. With the size of a piece that bounds what reading takes. */
const BLOBS_AHEAD = 8;

/** The hours that changed since they were read last: `cursors` has where that was, by name. */
export const changedHours = (
  container: Container,
  hours: readonly Hour[],
  cursors: ReadonlyMap<string, string>,
): readonly HourObject[] =>
  hours.flatMap((hour) => {
    const before = parsePosition(cursors.get(hour.name));
    return before?.etag === hour.etag ? [] : [new HourObject(container, hour, before)];
  });

/** The same objects; while one is read, the next are asked for. They are to be read in order. */
export const inParallel = (hours: readonly HourObject[]): readonly ByteObject[] => {
  const begun = new Map<number, ReturnType<HourObject['begin']>>();
  const begin = (i: number): void => {
    const hour = hours[i];
    if (hour !== undefined && !begun.has(i)) begun.set(i, hour.begin());
  };
  return hours.map((hour, i) => ({
    name: hour.name,
    cursors: () => hour.cursors(),
    read: async function* () {
      for (let next = i; next < i + BLOBS_AHEAD; next++) begin(next);
      const first = await (begun.get(i) as ReturnType<HourObject['begin']>);
      begun.delete(i);
      yield* hour.readFrom(first);
    },
  }));
};
