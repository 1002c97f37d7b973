import { HOUR, MINUTE } from '../src/base/instant.ts';
import { entryAt, podSeen, recordAt } from './one-fact.ts';
import { type RandomWorld, START } from './random-world.ts';

export const HOUR_0 = Math.floor(START / HOUR) * HOUR;
const BEGUN = [10_000, 30 * MINUTE + 10_000, 60 * MINUTE + 10_000, 90 * MINUTE + 10_000, 90 * MINUTE + 40_000];

/** Connections of ten seconds that begin ten seconds into a minute, of the last minute another at its end; each sends another number of bytes. */
export const STEADY: RandomWorld = {
  records: BEGUN.flatMap((ms, i) => {
    const of = { srcPort: 42_000 + i, bytes: 10 ** i };
    return [recordAt(HOUR_0 + ms, of), recordAt(HOUR_0 + ms + 10_000, { ...of, state: 2 })];
  }),
  events: BEGUN.map((ms, i) => entryAt(HOUR_0 + ms, { srcPort: 42_000 + i })),
  pods: [podSeen('steady', HOUR_0 - HOUR)],
  nodes: [],
  watch: { from: HOUR_0 - HOUR, until: HOUR_0 + 3 * HOUR },
  gaps: [],
  count: 1,
};
