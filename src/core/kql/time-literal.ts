/**
 * Whether a literal of type datetime (`datetime(2026-11-27)`) says no time: the language service takes any text between the brackets.
 * Of the many ways to write one only that of ISO 8601 is looked into; of the rest only what has no digit is refused.
 * https://learn.microsoft.com/kusto/query/scalar-data-types/datetime#supported-formats
 */
export const isNoTime = (literal: string): boolean => {
  const text =
    /^\w+\((.*)\)$/s
      .exec(literal)?.[1]
      ?.trim()
      .replace(/^(['"])(.*)\1$/s, '$2') ?? '';
  if (text === 'null') return false;
  if (!/\d/.test(text)) return true;
  const iso = ISO.exec(text);
  if (iso === null) return false;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = iso
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month < 1 || month > 12 || day < 1 || day > days || hour > 23 || minute > 59 || second > 59 || year < 1;
};

const ISO =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?)?(?:Z| ?[+-]\d\d:?\d\d)?$/;
