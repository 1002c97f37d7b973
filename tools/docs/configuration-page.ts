import { COMMANDS } from '../../src/cli/commands.ts';
import { CONFIG_FILE } from '../../src/cli/read-config.ts';
import { GLOBALS } from '../../src/cli/globals.ts';
import { settingsOf } from '../../src/cli/settings.ts';
import { page, tableOf } from './markdown-text.ts';

const KINDS = { text: 'a value', texts: 'a list; in a variable with spaces between', switch: '`true` or `false`' };

/** docs/reference/configuration.md: each key of the file, with its variable. */
export const configurationPage = (): string => {
  const serve = COMMANDS.find(({ name }) => name === 'serve');
  if (serve === undefined) throw new Error('there is no serve');
  const flags = [...serve.flags, ...GLOBALS.map(([, flag]) => flag)];
  const saysOf = (key: string): string =>
    flags.find((flag) => flag.flags.includes(`--${key} `) || flag.flags.endsWith(`--${key}`))?.says ?? '';
  const rows = settingsOf(serve)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, variable, kind, byDefault }) => [
      `\`${key}\``,
      `\`${variable}\``,
      KINDS[kind],
      byDefault === null ? '' : `\`${byDefault}\``,
      saysOf(key),
    ]);
  return page([
    '# Configuration',
    '',
    'Every setting of [`unmasq serve`](../guide/serve.md#configure). Made of `src/cli`; do not edit.',
    '',
    `A key stands in \`${CONFIG_FILE}\`, or in the file that \`--config\` or \`UNMASQ_CONFIG\` names. A flag counts before the variable, that before the file, that before what holds by default.`,
    'A key that is none, and a value that is not one, is an error with its line. `unmasq config check` and `unmasq config view --origin` say what would hold.',
    '',
    ...tableOf(['key', 'variable', 'takes', 'default', 'says'], rows),
  ]);
};
