import { COLOURS } from './colour.ts';

/**
 * Whatever moves a cursor, changes colours, hides or turns text: C0, DEL, C1, bidirectional controls, zero-width characters, line
 * separators. A pod name is text that somebody else chose. From and until, both included.
 * https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const HOSTILE: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
];

const isHostile = (c: string): boolean => {
  const code = c.charCodeAt(0);
  return HOSTILE.some(([from, until]) => from <= code && code <= until);
};

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const UNUSUAL = /[^ -~]/g;

/** The text as it may reach a terminal: one line, what would act on the terminal is shown instead. */
export const visible = (text: string): string =>
  text.replace(UNUSUAL, (c) => (isHostile(c) ? (SHORT[c] ?? escaped(c)) : c));

const escaped = (c: string): string => {
  const code = c.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** The same of a line that may hold colours of ours. */
export const visibleLine = (line: string): string =>
  line
    .split(COLOURS)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join('');

/** The same value as JSON, in characters that no terminal acts on: `JSON.stringify` leaves everything above U+001F as it is. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNUSUAL, (c) =>
    c !== '\n' && isHostile(c) ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c,
  );
