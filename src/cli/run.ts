import { ERRORS, EXIT, type Trouble, trouble } from '../app/errors.ts';
import { storeTrouble } from '../app/store-trouble.ts';
import type { CommandSpec } from './command.ts';
import { COMMANDS } from './commands.ts';
import { commandHelp, programHelp } from './help.ts';
import type { Outside } from './outside.ts';
import type { Redacting } from './redacting.ts';
import { refuse, Refused } from './refused.ts';
import { paintFor, type When } from './render/colour.ts';
import { TOPICS } from './topics.ts';
import { type Voice, voiceOn } from './voice.ts';

/** Runs one command line; gives the exit code. Everything it says goes through `outside`. */
export const run = async (words: readonly string[], outside: Outside): Promise<number> => {
  if (!words.includes('--redact')) return runPlain(words, outside);
  const { redactingAs } = await import('./redacting.ts');
  let redacting: Redacting | null = null;
  try {
    redacting = redactingAs(words, outside);
  } catch (error) {
    const voice = voiceOn(outside.stderr, voiceOptions(words, outside));
    const code = failed(error, words, outside, voice);
    await voice.flush();
    return code;
  }
  const code = await runPlain(words, redacting?.outside ?? outside);
  await redacting?.end();
  return code;
};

const runPlain = async (words: readonly string[], outside: Outside): Promise<number> => {
  const voice = voiceOn(outside.stderr, voiceOptions(words, outside));
  try {
    const said = saidAtOnce(words, outside);
    if (said !== null) {
      await outside.stdout.write(said);
      return EXIT.done;
    }
    const { runProgram } = await import('./program.ts');
    return await runProgram(words, outside);
  } catch (error) {
    return failed(error, words, outside, voice);
  } finally {
    await voice.flush();
  }
};

/** The same, with what is wrong given back instead of said. */
export const attempt = async (words: readonly string[], outside: Outside): Promise<number | Trouble> => {
  try {
    const { runProgram } = await import('./program.ts');
    return await runProgram(words, outside);
  } catch (error) {
    return troubleOf(error);
  }
};

/** The flags that matter before the command line is understood: how to say that it was not. */
const voiceOptions = (words: readonly string[], outside: Outside): Parameters<typeof voiceOn>[1] => {
  const at = words.findLastIndex((word) => word === '--color' || word.startsWith('--color='));
  const when = at < 0 ? 'auto' : (words[at]?.split('=')[1] ?? words[at + 1]);
  const color: When =
    words.includes('--no-color') || when === 'never' ? 'never' : when === 'always' ? 'always' : 'auto';
  return {
    quiet: words.includes('-q') || words.includes('--quiet'),
    verbose: words.includes('-v') || words.includes('--verbose'),
    paint: paintFor(color, outside.env, outside.stderr.isTTY),
  };
};

/** Help and the version do not wait for the parser of the other command lines. */
const saidAtOnce = (words: readonly string[], outside: Outside): string | null => {
  if (words.length === 1 && words[0] === '--version') return `unmasq ${outside.version}\n`;
  const asked = helpAsked(words);
  return asked === null ? null : helpFor(asked);
};

/** `help`, `help X`, `X --help`, or nothing at all; null when a command is to run. */
const helpAsked = (words: readonly string[]): string | null => {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  const plain = before.filter((word) => !word.startsWith('-'));
  if (plain[0] === 'help') return plain.slice(1).join(' ');
  if (before.includes('--help') || before.includes('-h')) return commandIn(plain)?.name ?? '';
  return words.length === 0 ? '' : null;
};

/** The command that the words begin with, or else one that they hold; of `snat plan` and `snat` the longer. */
const commandIn = (words: readonly string[]): CommandSpec | undefined =>
  COMMANDS.filter(({ name }) => name.split(' ').every((word) => words.includes(word))).toSorted(
    (a, b) => b.name.length - a.name.length,
  )[0];

const helpFor = (asked: string): string => {
  if (asked === '') return programHelp(COMMANDS);
  const spec = COMMANDS.find(({ name }) => name === asked);
  if (spec !== undefined) return commandHelp(spec);
  const topic = TOPICS[asked];
  if (topic !== undefined) return `${topic.join('\n')}\n`;
  return refuse('E101', `there is no help on "${asked}"`, {
    fix: `Topics: ${Object.keys(TOPICS).join(', ')}. Commands: ${COMMANDS.map(({ name }) => name).join(', ')}.`,
  });
};

const failed = (error: unknown, words: readonly string[], outside: Outside, voice: Voice): number => {
  const refused = troubleOf(error);
  const asJson = /(?:^|\s)(?:-o|--output)[\s=]?(?:json|jsonl)(?:\s|$)/.test(words.join(' '));
  voice.trouble(refused, asJson);
  if (words.includes('--debug') && error instanceof Error) voice.raw(error.stack ?? String(error));
  if (refused.code === 'E901') voice.note(`unmasq ${outside.version}`);
  return ERRORS[refused.code].exit;
};

const troubleOf = (error: unknown): Trouble => {
  if (error instanceof Refused) return error.trouble;
  // Those of a server come up in the middle of work, too.
  const ofStore = storeTrouble(error);
  if (ofStore !== null) return ofStore;
  if (isDiskFull(error))
    return trouble('E303', 'the disk of the data folder is full', {
      fix: 'Make room, or give a folder on another disk with --data DIR; running the same again completes it.',
    });
  return trouble('E901', 'unmasq failed in a way it should not', {
    why: error instanceof Error ? error.message : String(error),
  });
};

/** As the system says it, and as the engine does (https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp). */
const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { readonly code?: unknown }).code === 'ENOSPC' ||
    /NOT_ENOUGH_SPACE|No space left on device/.test(error.message));
