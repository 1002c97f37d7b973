import { redaction } from '../app/redaction/redaction.ts';
import { COMMANDS } from './commands.ts';
import { OUTPUTS } from './globals.ts';
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
  const names = redaction(outside.keyedDigest(given === '' ? null : given));
  names.asked(words.flatMap(toldBy).filter((word) => !OF_PROGRAM.has(word)));
  const held: string[] = [];
  const { stdout, stderr } = outside;
  return {
    outside: {
      ...outside,
      redaction: { names, stdout },
      stdout: plainSink((text) => stdout.write(names.text(text))),
      stderr: plainSink((text) => {
        held.push(text);
        return Promise.resolve();
      }),
    },
    end: () => stderr.write(names.text(held.join(''))),
  };
};

/** Of `--cluster=prod` what is given. */
const toldBy = (word: string): readonly string[] => (word.startsWith('-') ? word.split('=').slice(1) : [word]);

const OF_PROGRAM: ReadonlySet<string> = new Set([...OUTPUTS, ...COMMANDS.flatMap(({ name }) => name.split(' '))]);

/** Colours and widths of a terminal would stand between names. */
const plainSink = (write: Sink['write']): Sink => ({ isTTY: false, columns: null, write });
