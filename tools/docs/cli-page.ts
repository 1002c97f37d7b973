import type { CommandSpec, FlagSpec } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { ALWAYS, GLOBALS } from '../../src/cli/globals.ts';
import { usage } from '../../src/cli/help.ts';
import { TOPICS } from '../../src/cli/topics.ts';
import { page, prose, sentence, tableOf } from './markdown-text.ts';

const flagRows = (flags: readonly FlagSpec[]): readonly (readonly string[])[] =>
  flags.map(({ flags: words, says, byDefault }) => [
    `\`${words}\``,
    byDefault === undefined ? says : `${says} (default \`${byDefault}\`)`,
  ]);

const longOf = (flags: string): string => /--[a-z0-9-]+/.exec(flags)?.[0] ?? flags;

const section = ({
  name,
  takes,
  summary,
  about,
  examples,
  flags,
  honours,
  alsoPrints = [],
}: CommandSpec): readonly string[] => {
  const globals = GLOBALS.filter(([global, { notYet }]) => notYet === undefined && honours.includes(global));
  return [
    `### unmasq ${name}`,
    '',
    sentence(prose(summary)),
    '',
    `    unmasq ${[name, usage(takes), '[flags]'].filter((part) => part !== '').join(' ')}`,
    '',
    ...(about.length === 0 ? [] : [prose(about.join('\n')), '']),
    '```',
    ...examples.flatMap(([command, says]) => [`# ${says}`, command]),
    '```',
    '',
    ...(flags.length === 0 ? [] : [...tableOf(['flag', 'says'], flagRows(flags)), '']),
    ...(globals.length === 0 ? [] : [`Also ${globals.map(([, flag]) => `\`${longOf(flag.flags)}\``).join(', ')}.`]),
    ...(alsoPrints.length === 0 ? [] : [`\`-o\` takes ${alsoPrints.map((own) => `\`${own}\``).join(', ')} as well.`]),
    '',
  ];
};

/** docs/reference/cli.md: what help says of every command, on one page. */
export const cliPage = (): string => {
  const groups = Map.groupBy(COMMANDS, ({ group }) => group);
  const globals = GLOBALS.filter(([, { notYet }]) => notYet === undefined).map(([, flag]) => flag);
  const always = GLOBALS.filter(([name]) => ALWAYS.includes(name)).map(([, flag]) => `\`${longOf(flag.flags)}\``);
  return page([
    '# Command line',
    '',
    'What `unmasq --help` says of every command, on one page. Made of `src/cli`; do not edit.',
    '',
    ...[...groups].flatMap(([group, members]) => [`## ${group}`, '', ...members.flatMap(section)]),
    '## Flags of many commands',
    '',
    `A command says which of these it honours, and refuses the others. Every one takes ${always.join(', ')}.`,
    '',
    ...tableOf(['flag', 'says'], flagRows(globals)),
    '',
    '## Topics',
    '',
    ...Object.entries(TOPICS).flatMap(([topic, lines]) => [`### unmasq help ${topic}`, '', '```', ...lines, '```', '']),
  ]);
};
