/** Sixteen-colour codes by what they mean: they look right on light and dark terminals, and the user's theme decides the shade. */
const CODES = { ok: 32, warning: 33, failure: 31, identity: 36, dim: 2, bold: 1 } as const;
export type Meaning = keyof typeof CODES;

/** Colours a text that is already safe to print. */
export type Paint = (meaning: Meaning, text: string) => string;

export const plain: Paint = (_, text) => text;
const coloured: Paint = (meaning, text) => (text === '' ? '' : `\u001b[${CODES[meaning]}m${text}\u001b[0m`);

/** What `coloured` puts around a text, and nothing else that a terminal acts on. */
export const COLOURS = new RegExp(`(\\u001b\\[(?:0|${Object.values(CODES).join('|')})m)`);

export type When = 'auto' | 'always' | 'never';

/** `--color` goes before NO_COLOR before FORCE_COLOR and CLICOLOR before TERM before what the stream is. https://no-color.org */
export const paintFor = (when: When, env: Readonly<Record<string, string | undefined>>, isTTY: boolean): Paint => {
  const says = (name: string): string => env[name] ?? '';
  if (when !== 'auto') return when === 'always' ? coloured : plain;
  if (says('NO_COLOR') !== '') return plain;
  const forced = [says('FORCE_COLOR'), says('CLICOLOR_FORCE')].find((value) => value !== '');
  if (forced !== undefined) return forced === '0' ? plain : coloured;
  if (says('CLICOLOR') === '0' || says('TERM') === 'dumb') return plain;
  return isTTY ? coloured : plain;
};
