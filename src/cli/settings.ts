import { trouble } from '../app/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { CommandSpec, FlagSpec } from './command.ts';
import type { ConfigFile } from './config-file.ts';
import { memberOf } from './flag-values.ts';
import { ALWAYS, type Given, GLOBAL_FLAGS } from './globals.ts';
import { Refused } from './refused.ts';

/** One flag of a command as a key of the configuration file and a variable of the environment: `--token-file`, `token-file`, `UNMASQ_TOKEN_FILE`. */
export interface Setting {
  readonly key: string;
  readonly variable: string;
  /** As commander calls it. */
  readonly member: string;
  readonly kind: 'text' | 'texts' | 'switch';
  /** One of the flags that every command knows. */
  readonly isGlobal: boolean;
  /** What holds where nobody says anything; null: nothing does. */
  readonly byDefault: string | null;
}

export type Value = string | readonly string[] | boolean;

export interface Settled {
  readonly value: Value;
  /** `FILE:LINE`, the variable's name, `default`; null: a flag. */
  readonly origin: string | null;
}

/** What a person may set: every flag of the command that is not about how it talks. */
export const settingsOf = ({ flags, honours }: CommandSpec): readonly Setting[] => [
  ...honours.filter((name) => !ALWAYS.includes(name)).map((name) => settingOf(GLOBAL_FLAGS[name], true)),
  ...flags.filter(({ isNoSetting }) => isNoSetting !== true).map((flag) => settingOf(flag, false)),
];

const settingOf = ({ flags, repeats, byDefault }: FlagSpec, isGlobal: boolean): Setting => {
  const key = /--([a-z-]+)/.exec(flags)?.[1] ?? flags;
  return {
    key,
    variable: `UNMASQ_${key.replaceAll('-', '_').toUpperCase()}`,
    member: memberOf(key),
    kind: repeats === true ? 'texts' : flags.includes('<') ? 'text' : 'switch',
    isGlobal,
    byDefault: byDefault ?? null,
  };
};

/** A flag counts before the environment, that before the file, and that before what holds by default. */
export const settle = (
  settings: readonly Setting[],
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | null,
): ReadonlyMap<Setting, Settled> => {
  const settled = settings.flatMap((setting): readonly (readonly [Setting, Settled])[] => {
    const flag = given[setting.member] as Value | undefined;
    if (flag !== undefined) return [[setting, { value: flag, origin: null }]];
    const variable = env[setting.variable];
    // An empty variable is how a manifest leaves one away.
    if (variable !== undefined && variable !== '')
      return [[setting, { value: fromVariable(setting, variable), origin: setting.variable }]];
    const placed = file?.values.get(setting.key);
    if (placed !== undefined) return [[setting, { value: placed.value, origin: `${file?.name}:${placed.line}` }]];
    return setting.byDefault === null ? [] : [[setting, { value: setting.byDefault, origin: 'default' }]];
  });
  return new Map(settled);
};

const fromVariable = ({ kind, variable }: Setting, text: string): Value => {
  if (kind === 'text') return text;
  if (kind === 'texts') return text.split(/\s+/).filter((word) => word !== '');
  const isOn = SWITCHED[text.toLowerCase()];
  if (isOn === undefined) throw new Refused(trouble('E105', `${variable}=${text}: expected true or false`));
  return isOn;
};

const SWITCHED: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** What a command is given, as if all of it had been flags. A switch that is off is not given. */
export const givenBy = (settled: ReadonlyMap<Setting, Settled>, isGlobal: boolean): Given =>
  Object.fromEntries(
    [...settled]
      .filter(([setting, { value }]) => setting.isGlobal === isGlobal && value !== false)
      .map(([{ member }, { value }]) => [member, value]),
  );

/** A refused value with the place where it stands, unless that is the command line, which is before the reader's eyes. */
export const placed = (error: unknown, settled: ReadonlyMap<Setting, Settled>): unknown => {
  if (!(error instanceof Refused)) return error;
  const flag = /^--([a-z-]+)/.exec(error.trouble.what)?.[1];
  const [, origin] =
    [...settled].map(([{ key }, one]) => [key, one.origin] as const).find(([key]) => key === flag) ?? [];
  if (origin === undefined || origin === null || origin === 'default') return error;
  const { code, what, why, fix } = error.trouble;
  return new Refused(
    trouble(code, what, { why: why === null ? `it stands in ${origin}` : `${why}; it stands in ${origin}`, fix }),
  );
};

/** The setting with this key; a problem names the nearest. */
export const settingNamed = (settings: readonly Setting[], key: string): Result<Setting, string> => {
  const found = settings.find((setting) => setting.key === key);
  if (found !== undefined) return ok(found);
  return fail(`there is no setting "${key}": there are ${settings.map((setting) => setting.key).join(', ')}`);
};
