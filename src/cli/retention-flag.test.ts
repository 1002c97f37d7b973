import { expect, test } from 'vitest';
import { DAY } from '../base/instant.ts';
import { allFor, FOR_EVER, type Retention } from '../core/retention.ts';
import { retentionOf } from './retention-flag.ts';

test.each<[string, readonly string[], Retention | RegExp]>([
  ['nothing is said', [], FOR_EVER],
  ['one time is for all', ['30d'], allFor(30 * DAY)],
  [
    'what is told more coarsely is kept as what it is made of',
    ['flows=30d', 'logs=2w'],
    { ...FOR_EVER, flows: 30 * DAY, minutes: 30 * DAY, hours: 30 * DAY, logs: 14 * DAY },
  ],
  [
    'and for longer where that is said',
    ['hours=400d', 'flows=1d', 'minutes=90d'],
    { ...FOR_EVER, flows: DAY, minutes: 90 * DAY, hours: 400 * DAY },
  ],
  [
    'hours are as minutes',
    ['flows=1d', 'minutes=90d'],
    { ...FOR_EVER, flows: DAY, minutes: 90 * DAY, hours: 90 * DAY },
  ],
  [
    'the same time is no less',
    ['flows=30d', 'hours=30d'],
    { ...FOR_EVER, flows: 30 * DAY, minutes: 30 * DAY, hours: 30 * DAY },
  ],
  ['but never for less', ['flows=30d', 'minutes=29d'], /minutes are kept for less time than flows/],
  ['flows for ever', ['hours=400d'], /hours are kept for less time than minutes/],
  ['a kind that there is not', ['weeks=1d'], /weeks=1d: expected flows, minutes, hours, /],
  ['less than a day', ['flows=23h'], /flows=23h/],
  ['two times for all', ['30d', '40d'], /30d/],
  ['a kind twice', ['logs=1d', 'logs=2d'], /logs is said twice/],
])('%s', (_, retention, expected) => {
  const asked = () => retentionOf({ retention });
  if (expected instanceof RegExp) expect(asked).toThrow(expected);
  else expect(asked()).toEqual(expected);
});
