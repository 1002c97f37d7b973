import type { FlagSpec } from './command.ts';
import { texts } from './flag-values.ts';
import type { Given } from './globals.ts';
import type { Outside } from './outside.ts';
import { refuse } from './refused.ts';

/** Of the commands that read a configuration of Terraform. */
export const CONFIGURATION_FLAGS: readonly FlagSpec[] = [
  {
    flags: '--plan <file>',
    says: 'a plan as `terraform show -json` prints it; places are those of PATH where it is given too',
    repeats: true,
  },
  { flags: '--var <name=value>', says: 'a value of a variable of the root; repeat for several', repeats: true },
  {
    flags: '--var-file <file>',
    says: 'values of variables, as -var-file of Terraform; repeat for several',
    repeats: true,
  },
];

/** Values of variables, as the flags give them. */
export const variableValues = async (given: Given, { readText }: Pick<Outside, 'readText'>) => ({
  files: await Promise.all(
    texts(given, 'varFile').map(async (path) => ({
      path,
      text: await readText(path).catch((error: Error) =>
        refuse('E861', `--var-file ${path} cannot be read`, { why: error.message }),
      ),
    })),
  ),
  words: texts(given, 'var').map(checkedWord),
});

const checkedWord = (word: string): string =>
  /^[A-Za-z_][\w-]*=/.test(word) ? word : refuse('E105', `--var ${word}: expected NAME=VALUE`);
