import { parseDuration } from '../app/parse-time.ts';
import { DAY } from '../base/instant.ts';
import { allFor, FOR_EVER, RETAINED, type Retained, type Retention, TIERS } from '../core/retention.ts';
import { texts } from './flag-values.ts';
import type { Given } from './globals.ts';
import { refuse } from './refused.ts';

/** `KIND=TIME`, once for a kind; or one `TIME` for all. What is told more coarsely is kept as long as what it is made of, unless it is for longer. */
export const retentionOf = (given: Given): Retention => {
  const said = texts(given, 'retention');
  const [only = ''] = said;
  if (said.length === 1 && !only.includes('=')) return allFor(timeOf(only, only));
  const retention: Record<Retained, number | null> = { ...FOR_EVER };
  for (const text of said) {
    const [, name, time = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    const kind = RETAINED.find((one) => one === name);
    if (kind === undefined) return refused(text);
    if (retention[kind] !== null) return refuse('E105', `--retention: ${kind} is said twice`);
    retention[kind] = timeOf(text, time);
  }
  for (const [i, tier] of TIERS.entries()) {
    const finer = TIERS[i - 1];
    if (finer === undefined) continue;
    const [of, least] = [retention[tier], retention[finer]];
    if (of !== null && (least === null || of < least))
      return refuse('E105', `--retention: ${tier} are kept for less time than ${finer}`, {
        fix: `${tier} take far less room. Leave ${tier} out, or give them a longer time than ${finer}.`,
      });
    retention[tier] ??= least;
  }
  return retention;
};

const timeOf = (text: string, time: string): number => {
  const ms = parseDuration(time);
  return ms === null || ms < DAY ? refused(text) : ms;
};

const refused = (text: string): never =>
  refuse('E105', `--retention ${text}: expected ${RETAINED.join(', ')} and a time of a day or more`, {
    fix: 'Write flows=30d, hours=400d or logs=2w, each by itself, or 30d for all of them.',
  });
