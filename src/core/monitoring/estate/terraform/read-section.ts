import type { Spot } from '../../hcl/value.ts';
import { argument, placeOf, type Resource, type Section } from '../../terraform/configuration.ts';
import type { Surge } from '../../../snat/allocation.ts';
import { asBoolean, asNumber, asSurge, asText, type Scalar, settingOf, textsOfValue } from '../read-value.ts';
import type { Reference, Setting, Texts } from '../setting.ts';
import type { Thing } from '../thing.ts';

/** A setting made of an argument by `read`; what that cannot read is not told. Null is what nobody wrote. */
const setting = <T, U>(
  section: Section,
  name: string,
  fallback: U,
  read: (value: Scalar) => T | undefined,
): Setting<T | U> => {
  const at = placeOf(section, name);
  return settingOf(argument(section, name), at, fallback, read);
};

export const textIn = (section: Section, name: string): Setting<string | null> => setting(section, name, null, asText);
export const textOr = (section: Section, name: string, fallback: string): Setting<string> =>
  setting(section, name, fallback, asText);
export const numberIn = (section: Section, name: string): Setting<number | null> =>
  setting(section, name, null, asNumber);
export const numberOr = (section: Section, name: string, fallback: number): Setting<number> =>
  setting(section, name, fallback, asNumber);
export const booleanOr = (section: Section, name: string, fallback: boolean): Setting<boolean> =>
  setting(section, name, fallback, asBoolean);

/** What AKS adds for an upgrade where nobody says: https://learn.microsoft.com/azure/aks/upgrade-aks-cluster#customize-node-surge-upgrade */
const USUAL_SURGE: Surge = { percent: 10 };

export const surgeIn = (section: Section | undefined, at: Spot): Setting<Surge> =>
  section === undefined ? { is: 'unset', value: USUAL_SURGE, at } : setting(section, 'max_surge', USUAL_SURGE, asSurge);

export const textsIn = (section: Section, name: string): Texts =>
  textsOfValue(argument(section, name), placeOf(section, name));

export const referenceIn = (section: Section, name: string): Reference => {
  const value = argument(section, name);
  const isNull = value?.kind === 'known' && value.value === null;
  return { value: isNull ? undefined : value, at: placeOf(section, name) };
};

/** Each of a list of references; `sure` is false where the list itself is not told. */
export const referencesIn = (
  section: Section,
  name: string,
): { readonly references: readonly Reference[]; readonly sure: boolean } => {
  const value = argument(section, name);
  const at = placeOf(section, name);
  if (value === undefined) return { references: [], sure: true };
  return value.kind === 'list'
    ? { references: value.items.map((item) => ({ value: item, at })), sure: true }
    : { references: [], sure: false };
};

/** A map of texts, such as labels; null: there is such a key, and its text is not told. */
export const textMapIn = (section: Section, name: string): Setting<ReadonlyMap<string, string | null>> => {
  const at = placeOf(section, name);
  const value = argument(section, name);
  if (value === undefined || (value.kind === 'known' && value.value === null))
    return { is: 'unset', value: new Map(), at };
  if (value.kind !== 'object') return { is: 'untold', why: value.kind === 'unknown' ? value.why : 'function', at };
  const texts = [...value.items].map(
    ([key, item]) => [key, item.kind === 'known' && item.value !== null ? String(item.value) : null] as const,
  );
  return { is: 'set', value: new Map(texts), at, from: value.from, through: value.through ?? [] };
};

/** A block that must be there once: told, not told, or not there. */
export const isThere = (section: Section, ...names: readonly string[]): boolean | null => {
  if (names.some((name) => (section.blocks.get(name) ?? []).length > 0 && !section.maybe.has(name))) return true;
  return names.some((name) => section.maybe.has(name)) ? null : false;
};

export const thingOf = ({ address, body, certain }: Resource, name = 'name'): Thing => ({
  address,
  id: null,
  name: textIn(body, name),
  at: body.spot,
  end: body.end,
  section: body,
  certain,
});
