import { type Instant, parseInstant } from '../../base/instant.ts';
import { fail, type Result } from '../../base/result.ts';

/** `8/25/2025 8:11:21.937 PM`, as the portal writes it, with or without a comma and fraction; the space may be a narrow one. */
const PORTAL = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),?\s+(\d{1,2}):(\d{2}):(\d{2})(\.\d{1,9})?\s*([AaPp])[Mm]$/;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?$/;

/** A time of a Log Analytics table. All of them are UTC, written with a zone or without: https://learn.microsoft.com/kusto/query/scalar-data-types/datetime */
export const parseUtcTime = (text: string): Result<Instant, string> => {
  const portal = PORTAL.exec(text);
  if (portal !== null) return fromPortal(portal, text);
  return parseInstant(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
};

const fromPortal = (parts: RegExpExecArray, text: string): Result<Instant, string> => {
  const [, month = '', day = '', year, hour, minute, second, fraction = '', half = ''] = parts;
  const twelve = Number(hour);
  if (twelve < 1 || twelve > 12) return fail(`no such time: "${text}"`);
  const of24 = (twelve % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return parseInstant(`${year}-${two(month)}-${two(day)}T${two(String(of24))}:${minute}:${second}${fraction}Z`);
};

const two = (digits: string): string => digits.padStart(2, '0');
