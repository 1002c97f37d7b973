import { EXIT } from '../../app/errors.ts';
import { COMMANDS } from '../commands.ts';
import type { CommandSpec } from '../command.ts';
import type { Context } from '../context.ts';
import { textOf } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { readSettings } from '../read-config.ts';
import { readSymptoms } from '../read-symptoms.ts';
import { refuse } from '../refused.ts';
import { plural } from '../../base/number-text.ts';
import { jsonText, visible } from '../render/visible.ts';
import { yamlText } from '../render/yaml.ts';
import { givenBy, placed, type Settled, type Setting } from '../settings.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { serveAsked } from './serve.ts';

/** `check`: would `unmasq serve` take it? `view`: what holds, and with --origin where it was said. */
export const runConfig = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  const { output } = globals;
  if (!['table', 'json', 'yaml'].includes(output))
    refuse('E104', `--output ${output} has no meaning for \`unmasq config\``);
  const what = oneOf('config', words[0] ?? '', ['check', 'view'] as const);
  const file = words[1] ?? null;
  if (file !== null && given['config'] !== undefined) refuse('E105', `--config and ${file} name a file each`);
  const serve = COMMANDS.find(({ name }) => name === 'serve') as CommandSpec;
  const settled = await readSettings(serve, file === null ? given : { config: file }, outside);
  const settledAs = (key: string): Settled | undefined => [...settled].find(([setting]) => setting.key === key)?.[1];
  const data = settledAs('data') ?? { value: globals.data, origin: 'default' };
  if (what === 'view') {
    await outside.stdout.write(viewed(settled, data, output === 'json', given['origin'] === true));
    return EXIT.done;
  }
  try {
    const said = givenBy(settled, true);
    const own = givenBy(settled, false);
    const asked = serveAsked(
      {
        data: String((settledAs('store') ?? data).value),
        cluster: textOf(said, 'cluster'),
        kubeconfig: textOf(said, 'kubeconfig'),
      },
      own,
      context,
    );
    await outside.checkServe({ ...asked, symptomIn: await readSymptoms(own, outside) });
  } catch (error) {
    throw placed(error, settled);
  }
  const stated = [...settled.values()].filter(({ origin }) => origin !== 'default').length;
  voice.summary(
    `unmasq serve takes this: ${plural(stated, 'setting')}, the others by default`,
    'unmasq config view --origin',
  );
  return EXIT.done;
};

const viewed = (
  settled: ReadonlyMap<Setting, Settled>,
  data: Settled,
  asJson: boolean,
  withOrigin: boolean,
): string => {
  const settings = [...settled].filter(([{ key }]) => key !== 'data');
  const all = [['data', data] as const, ...settings.map(([{ key }, one]) => [key, one] as const)].map(([key, one]) => ({
    key,
    value: withoutSecrets(one.value),
    origin: one.origin ?? 'flag',
  }));
  if (asJson) return `${jsonText({ schemaVersion: 1, kind: 'Settings', items: all }, 2)}\n`;
  return all
    .map(({ key, value, origin }) => {
      const lines = yamlText({ [key]: value })
        .trimEnd()
        .split('\n');
      return `${withOrigin ? [`${lines[0]}  # ${visible(origin)}`, ...lines.slice(1)].join('\n') : lines.join('\n')}\n`;
    })
    .join('');
};
