import { type Instant, instantOf } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';

export interface NanoInstant {
  readonly at: Instant;
  /** Beyond the millisecond. */
  readonly nanos: number;
}

const MILLION = 1_000_000n;

/** Nanoseconds since 1970, as a number or as text: a double cannot hold them. null: not stated. */
export const parseUnixNanos = (value: unknown): Result<NanoInstant | null, string> => {
  if (value === undefined || value === null || value === '' || value === 0 || value === '0') return ok(null);
  const text =
    typeof value === 'number' && Number.isInteger(value)
      ? BigInt(value).toString()
      : (JSON.stringify(value) ?? '').replaceAll('"', '');
  if (!/^\d{1,20}$/.test(text)) return fail(`expected nanoseconds since 1970, got "${text.slice(0, 40)}"`);
  const nanos = BigInt(text);
  const at = instantOf(Number(nanos / MILLION));
  if (at.ok) return ok({ at: at.value, nanos: Number(nanos % MILLION) });
  const unit = UNITS.find(([digits]) => text.length === digits)?.[1];
  return fail(
    unit === undefined
      ? `expected a time from 2000 to 2099 in nanoseconds since 1970, got ${text}`
      : `expected nanoseconds since 1970, got ${text}, which look like ${unit}`,
  );
};

const UNITS: readonly (readonly [number, string])[] = [
  [10, 'seconds'],
  [13, 'milliseconds'],
  [16, 'microseconds'],
];
