import { type Redaction, redaction } from '../app/redaction/redaction.ts';
import { COMMANDS } from './commands.ts';
import { GLOBALS, OUTPUTS } from './globals.ts';
import type { Outside, Sink } from './outside.ts';
import { refuse } from './refused.ts';

/** What takes the names out of all that one command says. */
export interface Redacting {
  readonly outside: Outside;
  /** Says on stderr what was held back until all names were known. */
  end(): Promise<void>;
}

const LEAST_KEY = 16;

/** null: nobody asked for it. Throws `Refused` for a key that can be tried out. */
export const redactingAs = (words: readonly string[], outside: Outside): Redacting | null => {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  if (!before.includes('--redact')) return null;
  const given = outside.env['UNMASQ_REDACT_KEY'] ?? '';
  if (given !== '' && given.length < LEAST_KEY)
    return refuse('E105', `UNMASQ_REDACT_KEY has less than ${LEAST_KEY} characters`, {
      fix: 'Whoever can try all keys can name the pods again. Make one: openssl rand -hex 32. Without one, a new key is made each time.',
    });
  const names = redaction(outside.keyedDigest(given === '' ? null : given), FLAGS);
  names.asked([...words.flatMap(toldBy), ...surroundings(outside.env)].filter((word) => !OF_PROGRAM.has(word)));
  const held: string[] = [];
  const { stdout, stderr } = outside;
  return {
    outside: {
      ...outside,
      redaction: { names, stdout },
      stdout: plainSink((text) => stdout.write(redactedText(names, text))),
      stderr: plainSink((text) => {
        held.push(text);
        return Promise.resolve();
      }),
    },
    end: () => stderr.write(redactedText(names, held.join(''))),
  };
};

/** Of JSON the texts in it, so that it is JSON still: all of it, or line by line. */
const redactedText = (names: Redaction, text: string): string =>
  redactedJson(names, text) ??
  text
    .split('\n')
    .map((line) => redactedJson(names, line) ?? names.text(line))
    .join('\n');

/** null: it is none. */
const redactedJson = (names: Redaction, text: string): string | null => {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text, (_, one: unknown) => (typeof one === 'string' ? names.text(one) : one));
    const [, blanks = ''] = /^\{\n( *)/.exec(text) ?? [];
    return JSON.stringify(value, null, blanks) + (text.endsWith('\n') ? '\n' : '');
  } catch {
    return null;
  }
};

/** What tells of whoever asks, and of where: an error may quote it. */
const surroundings = (env: Outside['env']): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    TELLING.test(name) && name !== 'UNMASQ_REDACT_KEY' && value !== undefined ? [value] : [],
  );
const TELLING = /^(?:HOME|USER|LOGNAME|XDG_\w+|UNMASQ_\w+)$/;

/** Of `--cluster=prod` what is given. */
const toldBy = (word: string): readonly string[] => (word.startsWith('-') ? word.split('=').slice(1) : [word]);

/** Any other is one that somebody made up. */
const FLAGS: ReadonlySet<string> = new Set(
  [...GLOBALS.map(([, flag]) => flag), ...COMMANDS.flatMap((command) => command.flags)].flatMap(({ flags }) =>
    flags.split(/[ ,]+/).filter((word) => word.startsWith('-')),
  ),
);

const OF_PROGRAM: ReadonlySet<string> = new Set([...OUTPUTS, ...COMMANDS.flatMap(({ name }) => name.split(' '))]);

/** Colours and widths of a terminal would stand between names. */
const plainSink = (write: Sink['write']): Sink => ({ isTTY: false, columns: null, write });
