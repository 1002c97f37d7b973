import { parseDuration } from '../app/parse-time.ts';
import { DAY } from '../base/instant.ts';
import { FOR_EVER, RETAINED, type Retained, type Retention } from '../core/retention.ts';
import { texts } from './flag-values.ts';
import type { Given } from './globals.ts';
import { refuse } from './refused.ts';

/** `KIND=TIME`, once for a kind. */
export const retentionOf = (given: Given): Retention => {
  const retention: Record<Retained, number | null> = { ...FOR_EVER };
  for (const text of texts(given, 'retention')) {
    const [, name, time = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    const kind = RETAINED.find((one) => one === name);
    const ms = parseDuration(time);
    if (kind === undefined || ms === null || ms < DAY)
      return refuse('E105', `--retention ${text}: expected ${RETAINED.join(', ')} and a time of a day or more`, {
        fix: 'Write flows=30d or logs=2w.',
      });
    if (retention[kind] !== null) return refuse('E105', `--retention: ${kind} is said twice`);
    retention[kind] = ms;
  }
  return retention;
};
