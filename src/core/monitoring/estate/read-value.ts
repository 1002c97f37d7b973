import type { Spot, Value } from '../hcl/value.ts';
import type { Surge } from '../../snat/allocation.ts';
import type { Setting, Texts } from './setting.ts';

export type Scalar = string | number | boolean;

/** What a value that stands at a place says, as `read` takes it; what that cannot read is not told. Null is what nobody wrote. */
export const settingOf = <T, U>(
  value: Value | undefined,
  at: Spot,
  fallback: U,
  read: (value: Scalar) => T | undefined,
): Setting<T | U> => {
  if (value === undefined || (value.kind === 'known' && value.value === null))
    return { is: 'unset', value: fallback, at };
  if (value.kind === 'unknown') return { is: 'untold', why: value.why, at };
  const got = value.kind === 'known' && value.value !== null ? read(value.value) : undefined;
  return got === undefined
    ? { is: 'untold', why: 'function', at }
    : { is: 'set', value: got, at, from: value.from, through: value.through ?? [] };
};

export const asText = (value: Scalar): string => String(value);
export const asNumber = (value: Scalar): number | undefined => {
  const n = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isNaN(n) ? undefined : n;
};
export const asBoolean = (value: Scalar): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

/** `10%` or `3`. */
export const asSurge = (value: Scalar): Surge | undefined => {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  const n = asNumber(value);
  return percent !== undefined ? { percent: Number(percent) } : n === undefined ? undefined : { nodes: n };
};

export const textsOfValue = (value: Value | undefined, at: Spot): Texts => {
  if (value === undefined || (value.kind === 'known' && value.value === null))
    return { texts: [], sure: true, isWritten: false, at, from: null };
  if (value.kind !== 'list') return { texts: [], sure: false, isWritten: true, at, from: null };
  const texts = value.items.flatMap((item) =>
    item.kind === 'known' && item.value !== null ? [{ text: String(item.value), from: item.from }] : [],
  );
  return { texts, sure: texts.length === value.items.length, isWritten: true, at, from: value.from };
};
