import type { Spot, Value } from '../hcl/value.ts';
import { asBoolean, asNumber, asText, settingOf, textsOfValue } from './read-value.ts';
import type { Reference, Setting, Texts } from './setting.ts';

/** Members of documents: names in any case, as Azure takes them. */
export const memberOf = (value: Value | undefined, ...path: readonly string[]): Value | undefined => {
  let at = value;
  for (const name of path) {
    if (at?.kind !== 'object') return undefined;
    at = at.items.get(name) ?? itemLike(at.items, name);
  }
  return at;
};

const itemLike = (items: ReadonlyMap<string, Value>, name: string): Value | undefined => {
  for (const [key, item] of items) if (key.toLowerCase() === name.toLowerCase()) return item;
  return undefined;
};

export const itemsOf = (value: Value | undefined): readonly Value[] => (value?.kind === 'list' ? value.items : []);

/** Where a member stands, or what lacks it. */
const spotOf = (value: Value, path: readonly string[]): Spot => {
  const member = memberOf(value, ...path);
  return member === undefined ? value.from : (member.through?.[0] ?? member.from);
};

export const textAt = (value: Value, ...path: readonly string[]): Setting<string | null> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), null, asText);

export const textAtOr = (value: Value, fallback: string, ...path: readonly string[]): Setting<string> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), fallback, asText);

export const numberAt = (value: Value, ...path: readonly string[]): Setting<number | null> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), null, asNumber);

export const numberAtOr = (value: Value, fallback: number, ...path: readonly string[]): Setting<number> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), fallback, asNumber);

export const booleanAtOr = (value: Value, fallback: boolean, ...path: readonly string[]): Setting<boolean> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), fallback, asBoolean);

export const booleanAt = (value: Value, ...path: readonly string[]): Setting<boolean | null> =>
  settingOf(memberOf(value, ...path), spotOf(value, path), null, asBoolean);

export const textsAt = (value: Value, ...path: readonly string[]): Texts =>
  textsOfValue(memberOf(value, ...path), spotOf(value, path));

export const referenceAt = (value: Value, ...path: readonly string[]): Reference => {
  const member = memberOf(value, ...path);
  const isNull = member?.kind === 'known' && member.value === null;
  return { value: isNull ? undefined : member, at: spotOf(value, path) };
};

/** A map of texts, such as labels; null: there is such a key, and its text is not told. */
export const textMapAt = (value: Value, ...path: readonly string[]): Setting<ReadonlyMap<string, string | null>> => {
  const member = memberOf(value, ...path);
  const at = spotOf(value, path);
  if (member === undefined || (member.kind === 'known' && member.value === null))
    return { is: 'unset', value: new Map(), at };
  if (member.kind !== 'object') return { is: 'untold', why: member.kind === 'unknown' ? member.why : 'function', at };
  const texts = [...member.items].map(
    ([key, item]) => [key, item.kind === 'known' && item.value !== null ? String(item.value) : null] as const,
  );
  return { is: 'set', value: new Map(texts), at, from: member.from, through: member.through ?? [] };
};

/** What a text says as it is known; null: nothing, or it is not told. */
export const plainText = (value: Value | undefined): string | null =>
  value?.kind === 'known' && value.value !== null ? String(value.value) : null;
