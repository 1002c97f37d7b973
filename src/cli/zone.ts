import { type Instant, instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { UTC, type Zone } from '../app/civil-time.ts';
import { type Trouble, trouble } from '../app/errors.ts';

/** An IANA name, `utc`, or `local`; the rules are those of the runtime's own time zone data. */
export const zoneNamed = (name: string): Result<Zone, Trouble> => {
  if (/^(?:utc|z|etc\/utc)$/i.test(name)) return ok(UTC);
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...(name === 'local' ? {} : { timeZone: name }),
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    const resolved = format.resolvedOptions().timeZone;
    return ok(resolved === 'UTC' ? UTC : { name: resolved, offsetAt: (at) => offsetIn(format, at) });
  } catch {
    return fail(trouble('E108', `"${name}" is no time zone that is known here`));
  }
};

const offsetIn = (format: Intl.DateTimeFormat, at: Instant): number => {
  const whole = instant(Math.floor(at / 1_000) * 1_000);
  const parts = new Map(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - whole;
};
