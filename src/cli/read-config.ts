import { trouble } from '../app/errors.ts';
import type { CommandSpec } from './command.ts';
import type { ConfigFile } from './config-file.ts';
import { textOf } from './flag-values.ts';
import type { Given } from './globals.ts';
import type { Outside } from './outside.ts';
import { Refused } from './refused.ts';
import { settingsOf, settle, type Setting, type Settled } from './settings.ts';

/** Read where nobody names another, if it is there. */
export const CONFIG_FILE = '/etc/unmasq/unmasq.yaml';

/** What holds for the command, and where each of it was said. Throws `Refused` for a file that is not there or not understood. */
export const readSettings = async (
  spec: CommandSpec,
  given: Given,
  { env, readText }: Pick<Outside, 'env' | 'readText'>,
): Promise<ReadonlyMap<Setting, Settled>> => {
  const settings = settingsOf(spec);
  const named = textOf(given, 'config') ?? (env['UNMASQ_CONFIG'] || null);
  return settle(settings, given, env, await fileAt(named, settings, readText));
};

const fileAt = async (
  named: string | null,
  settings: readonly Setting[],
  readText: Outside['readText'],
): Promise<ConfigFile | null> => {
  const name = named ?? CONFIG_FILE;
  const text = await readText(name).catch((error: NodeJS.ErrnoException) => {
    if (named === null && error.code === 'ENOENT') return null;
    throw new Refused(trouble('E118', `${name} cannot be read`, { why: error.message }));
  });
  if (text === null) return null;
  // The parser takes a while to load, and most have no file.
  const { parseConfigFile } = await import('./config-file.ts');
  const file = parseConfigFile(name, text, settings);
  if (file.ok) return file.value;
  throw new Refused(trouble('E118', `${name} is not understood`, { why: file.problem.join('; ') }));
};
