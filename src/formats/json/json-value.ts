import { fail, ok, type Result } from '../../base/result.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own member, never one that the prototype lends (`constructor`, or what `__proto__` might name). */
export const member = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const memberAt = (value: unknown, ...path: readonly string[]): unknown => path.reduce(member, value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The members of an object whose values are text, as a plain object that is safe to read by any key. */
export const textMembers = (value: unknown): Readonly<Record<string, string>> =>
  // fromEntries defines own members, so a key named `__proto__` is a key like any other.
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};

/** JSON, with whole numbers of sixteen digits and more as text: a double would round them. */
export const parseValue = (text: string): Result<unknown, string> => {
  try {
    return ok(JSON.parse(/\d{16}/.test(text) ? quoteLongIntegers(text) : text));
  } catch {
    return fail('expected JSON');
  }
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Written as a walk, not as an expression: one over a string of megabytes exhausts the expression engine's stack. */
const quoteLongIntegers = (text: string): string => {
  const number = /-?\d+(?![\d.eE])/y;
  const pieces: string[] = [];
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = endOfString(text, i);
    } else if (isNumberStart(c)) {
      number.lastIndex = i;
      const digits = number.exec(text)?.[0] ?? '';
      if (digits.length >= 16) {
        pieces.push(text.slice(kept, i), '"', digits, '"');
        kept = i + digits.length;
      }
      while (i + 1 < text.length && isNumberPart(text.charCodeAt(i + 1))) i++;
    }
  }
  return pieces.join('') + text.slice(kept);
};

const endOfString = (text: string, start: number): number => {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
};

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
const isNumberStart = (c: number): boolean => isDigit(c) || c === 0x2d;
const isNumberPart = (c: number): boolean =>
  isDigit(c) || c === 0x2e || c === 0x45 || c === 0x65 || c === 0x2b || c === 0x2d;
