import { Command, CommanderError } from 'commander';
import type { Zone } from '../app/civil-time.ts';
import { nearestFirst } from '../base/nearest-name.ts';
import { ERRORS, EXIT, type Trouble, trouble } from '../app/errors.ts';
import type { CommandSpec } from './command.ts';
import { type Question, QUESTIONS } from '../contract/questions.ts';
import { askServer } from './ask-server.ts';
import { COMMANDS } from './commands.ts';
import { type Given, GLOBALS, readGlobals } from './globals.ts';
import { programHelp } from './help.ts';
import type { Outside, ServerAt } from './outside.ts';
import { readSettings } from './read-config.ts';
import { must, refuse, Refused } from './refused.ts';
import { paintFor } from './render/colour.ts';
import { flagOf } from './flag-values.ts';
import { givenBy, placed } from './settings.ts';
import { voiceOn } from './voice.ts';
import { zoneNamed } from './zone.ts';

/** Understands the command line and runs its command; gives the exit code. */
export const runProgram = async (words: readonly string[], outside: Outside): Promise<number> => {
  const parsed: { code: number } = { code: EXIT.done };
  const program = programOf(outside, (code) => {
    parsed.code = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new Refused(usageTrouble(error));
    throw error;
  }
  return parsed.code;
};

const programOf = (outside: Outside, done: (code: number) => void): Command => {
  const program = new Command('unmasq');
  const silent = { writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined };
  program
    .exitOverride()
    .configureOutput(silent)
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .option('--version');
  for (const [, flag] of GLOBALS) {
    if (flag.repeats === true) program.option(flag.flags, flag.says, collect);
    else program.option(flag.flags, flag.says);
  }
  // Without an action of its own commander prints its own help, and exits.
  program.argument('[command...]').action(async (words: readonly string[]) => {
    if (program.opts()['version'] === true) return outside.stdout.write(`unmasq ${outside.version}\n`);
    return words[0] === undefined
      ? outside.stdout.write(programHelp(COMMANDS))
      : refuse('E101', `there is no command "${words[0]}"`, meant(words[0]));
  });
  for (const spec of COMMANDS) {
    const command = commandNamed(program, spec.name)
      .exitOverride()
      .configureOutput(silent)
      .helpOption(false)
      .allowExcessArguments(false);
    if (spec.takes !== '') command.arguments(spec.takes);
    for (const flag of spec.flags) {
      if (flag.repeats === true) command.option(flag.flags, flag.says, collect);
      else command.option(flag.flags, flag.says);
    }
    command.action(async () => {
      if (command.parent !== program) refuseFlagsOf(command.parent, spec.name);
      done(await runCommand(spec, command.args, command.opts(), program.opts(), outside));
    });
  }
  return program;
};

/** `snat plan` is the command plan of the command snat, which stands before it. */
const commandNamed = (program: Command, name: string): Command => {
  const [first = '', second] = name.split(' ');
  const parent = program.commands.find((command) => command.name() === first);
  return second === undefined || parent === undefined ? program.command(name) : parent.command(second);
};

/** Of `snat plan` commander takes the flags of `snat` as well. */
const refuseFlagsOf = (parent: Command | null, name: string): void => {
  const taken = parent?.options.find((option) => parent.getOptionValueSource(option.attributeName()) !== undefined);
  if (taken !== undefined) refuse('E104', `${taken.long} has no meaning for \`unmasq ${name}\``);
};

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

/** What is empty comes from a variable that is not set: without it the answer would be another, and of more. */
const refuseEmpty = (given: Given): void => {
  for (const [member, value] of Object.entries(given))
    if (value === '' || (Array.isArray(value) && value.includes('')))
      refuse('E105', `${flagOf(member)}: it is empty`, { fix: 'Give it a value, or leave it out.' });
};

const runCommand = async (
  spec: CommandSpec,
  words: readonly string[],
  flags: Given,
  globalFlags: Given,
  outside: Outside,
): Promise<number> => {
  refuseEmpty({ ...globalFlags, ...flags });
  const settled = spec.isConfigured === true ? await readSettings(spec, { ...globalFlags, ...flags }, outside) : null;
  const given = settled === null ? flags : { ...flags, ...givenBy(settled, false) };
  const shared = settled === null ? globalFlags : { ...globalFlags, ...givenBy(settled, true) };
  const globals = readGlobals(shared, outside.env, spec.name, spec.honours, spec.alsoPrints);
  const zone: Zone = must(zoneNamed(globals.tz ?? (outside.stdout.isTTY ? 'local' : 'utc')));
  const voice = voiceOn(outside.stderr, {
    ...globals,
    paint: paintFor(globals.color, outside.env, outside.stderr.isTTY),
  });
  const paint = paintFor(globals.color, outside.env, outside.stdout.isTTY);
  const question = QUESTIONS.find(({ name }) => name === spec.name.replace(' ', '/'));
  const there = (server: ServerAt, asked: Question): Promise<number> =>
    askServer({ question: asked, words, given: { ...shared, ...given }, globals, zone }, server, outside);
  try {
    if (globals.server !== null && question !== undefined)
      return await there({ url: globals.server, token: outside.env['UNMASQ_TOKEN'] ?? null }, question);
    return await spec.run({ outside, globals, zone, paint, voice }, words, given).catch(async (error: unknown) => {
      if (settled !== null) throw placed(error, settled);
      const isTaken = error instanceof Refused && error.trouble.code === 'E301';
      const server = isTaken && question !== undefined ? await outside.serverOf(globals.data) : null;
      if (server === null || question === undefined) throw error;
      voice.note(`asked ${server.url}, which has ${globals.data} open`);
      return there(server, question);
    });
  } finally {
    await voice.flush();
  }
};

/** commander's own words, with its suggestion, under our code. */
const usageTrouble = (error: CommanderError): Trouble => {
  const [says = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const code =
    error.code === 'commander.unknownCommand' ? 'E101' : error.code === 'commander.unknownOption' ? 'E102' : 'E103';
  const suggestion = /Did you mean (?:one of )?(.*)\?/.exec(hint ?? '')?.[1];
  return trouble(
    code,
    says,
    suggestion === undefined ? {} : { fix: `Did you mean ${suggestion}? ${ERRORS[code].fix}` },
  );
};

/** The command that a mistyped one is nearest to, where one is near. */
const meant = (word: string): { readonly fix?: string } => {
  const [near] = nearestFirst(word.slice(0, 40).toLowerCase(), [...COMMANDS.map(({ name }) => name), 'help']);
  return near !== undefined && near.apart <= Math.max(1, Math.floor(near.name.length / 2.5))
    ? { fix: `Did you mean \`unmasq ${near.name}\`? ${ERRORS.E101.fix}` }
    : {};
};
