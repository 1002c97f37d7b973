import type { CommandSpec, FlagSpec } from './command.ts';
import { ALWAYS, GLOBALS } from './globals.ts';
import { TOPICS } from './topics.ts';

/** kubectl's way, with the examples first: whoever asks for help at night wants a line to copy. */
export const commandHelp = (spec: CommandSpec): string => {
  const globals = GLOBALS.filter(
    ([name, flag]) => flag.notYet === undefined && (spec.honours.includes(name) || ALWAYS.includes(name)),
  );
  return text([
    spec.summary,
    ...(spec.about.length === 0 ? [] : ['', ...spec.about]),
    '',
    'Examples:',
    ...spec.examples.flatMap(([command, says]) => [`  # ${says}`, `  ${command}`]),
    '',
    'Usage:',
    `  unmasq ${[spec.name, usage(spec.takes), '[flags]'].filter((part) => part !== '').join(' ')}`,
    ...(spec.flags.length === 0 ? [] : ['', 'Flags:', ...flagLines(spec.flags)]),
    '',
    'Global flags:',
    ...flagLines(globals.map(([name, flag]) => (name === 'output' ? withOwn(flag, spec) : flag))),
    ...(spec.seeAlso.length === 0 ? [] : ['', `See also: ${spec.seeAlso.join(', ')}`]),
  ]);
};

const withOwn = ({ flags, says }: FlagSpec, { alsoPrints = [] }: CommandSpec): FlagSpec => ({
  flags,
  says: says.replace(' (default', `${alsoPrints.map((own) => `|${own}`).join('')} (default`),
});

export const programHelp = (specs: readonly CommandSpec[]): string => {
  const groups = Map.groupBy(specs, (spec) => spec.group);
  const width = Math.max(...specs.map((spec) => heading(spec).length));
  return text([
    'unmasq names the pod behind each flow that left an AKS CNI Overlay cluster, with the evidence and an honest confidence.',
    '',
    'Examples:',
    '  # See the main job on a recorded incident, without any Azure',
    '  unmasq demo',
    '  # Read flow logs, conntrack and pod inventory, in any order, as often as you like',
    '  unmasq ingest insights-logs-flowlogflowevent/ conntrack/ pods.json nodes.json',
    '  # Which pod was talking to this address?',
    '  unmasq who 203.0.113.66 --since 03:00 --until 03:20',
    ...[...groups].flatMap(([group, members]) => [
      '',
      `${group}:`,
      ...members.map((spec) => `  ${heading(spec).padEnd(width)}   ${spec.summary}`),
    ]),
    '',
    'Usage: unmasq COMMAND [flags]',
    '`unmasq COMMAND --help` has examples and flags of a command.',
    `\`unmasq help TOPIC\` explains ${Object.keys(TOPICS).join(', ')}.`,
  ]);
};

const heading = ({ name, takes }: CommandSpec): string => [name, usage(takes)].filter((part) => part !== '').join(' ');

/** `<dest...>` → `DEST…`, `[workload...]` → `[WORKLOAD…]`. */
export const usage = (takes: string): string =>
  takes
    .replace(/<([^>]*)>/g, '$1')
    .replaceAll('...', '…')
    .toUpperCase();

const flagLines = (flags: readonly FlagSpec[]): readonly string[] => {
  const width = Math.max(...flags.map(({ flags: f }) => indented(f).length));
  return flags.map(
    ({ flags: f, says, byDefault }) =>
      `  ${indented(f).padEnd(width)}   ${says}${byDefault === undefined ? '' : ` (default ${byDefault})`}`,
  );
};

const indented = (flags: string): string => (flags.startsWith('--') ? `    ${flags}` : flags);

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
