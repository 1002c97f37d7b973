import { EXIT } from '../../app/errors.ts';
import { COMMANDS } from '../commands.ts';
import { bashCompletion } from '../completion/bash.ts';
import { completed } from '../completion/completed.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Context } from '../context.ts';
import { oneOf } from '../globals.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export const runCompletion = async ({ outside }: Context, words: readonly string[]): Promise<number> => {
  const shell = oneOf('completion', words[0] ?? '', Object.keys(SHELLS) as (keyof typeof SHELLS)[]);
  await outside.stdout.write(SHELLS[shell](completed(COMMANDS)));
  return EXIT.done;
};
