import { fromJson } from '../hcl/functions/function.ts';
import type { Spot, Value } from '../hcl/value.ts';
import type { CollectionSettings, RuleExtension } from './collection.ts';
import type { Setting, Texts } from './setting.ts';
import { asBoolean, asText, settingOf, textsOfValue } from './read-value.ts';

const member = (value: Value | undefined, name: string): Value | undefined => {
  if (value?.kind !== 'object') return undefined;
  for (const [key, item] of value.items) if (key.toLowerCase() === name.toLowerCase()) return item;
  return undefined;
};

/** A text of JSON is looked into as well; each value of it then stands where the text does. */
const opened = (value: Value): Value | null => {
  if (value.kind === 'object') return value;
  if (value.kind !== 'known' || typeof value.value !== 'string') return null;
  try {
    return fromJson(JSON.parse(value.value) as unknown, value.from);
  } catch {
    return null;
  }
};

/** Settings of Container Insights: `{"dataCollectionSettings":{"interval":"1m",…}}`, as text, or as what is made into text. */
export const collectionSettings = (json: Value | undefined, at: Spot): RuleExtension['settings'] => {
  if (json === undefined || (json.kind === 'known' && json.value === null)) return null;
  const value = opened(json);
  const settings = value === null ? undefined : member(value, 'dataCollectionSettings');
  if (value === null || settings?.kind === 'unknown') return 'untold';
  return settings === undefined ? null : settingsOf(settings, at, value !== json);
};

const settingsOf = (settings: Value, at: Spot, isText: boolean): CollectionSettings => {
  const spotOf = (name: string): Spot => {
    const value = member(settings, name);
    return value === undefined ? settings.from : (value.through?.[0] ?? value.from);
  };
  const text = (name: string): Setting<string | null> => settingOf(member(settings, name), spotOf(name), null, asText);
  const texts = (name: string): Texts => textsOfValue(member(settings, name), spotOf(name));
  return {
    at: settings.from.file === at.file ? settings.from : at,
    isText,
    interval: text('interval'),
    filteringMode: text('namespaceFilteringMode'),
    namespaces: texts('namespaces'),
    containerLogV2: settingOf(
      member(settings, 'enableContainerLogV2'),
      spotOf('enableContainerLogV2'),
      null,
      asBoolean,
    ),
  };
};
