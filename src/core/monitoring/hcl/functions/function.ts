import { known, type Spot, type Value } from '../value.ts';

/** A function of Terraform; null: with these arguments it is not worked out, and the value is unknown. */
export type Fn = (args: readonly Value[], from: Spot) => Value | null;

export type Functions = { readonly [name: string]: Fn };

export const textOf = (v: Value | undefined): string | null =>
  v?.kind === 'known' && v.value !== null ? String(v.value) : null;
export const numberOf = (v: Value | undefined): number | null =>
  v?.kind === 'known' && typeof v.value === 'number' ? v.value : null;
export const isNull = (v: Value): boolean => v.kind === 'known' && v.value === null;
export const listOf = (from: Spot, items: readonly Value[]): Value => ({ from, kind: 'list', items });
export const objectOf = (from: Spot, items: ReadonlyMap<string, Value>): Value => ({ from, kind: 'object', items });

export const fromJson = (json: unknown, from: Spot): Value => {
  if (Array.isArray(json))
    return listOf(
      from,
      json.map((item: unknown) => fromJson(item, from)),
    );
  if (typeof json === 'object' && json !== null)
    return objectOf(from, new Map(Object.entries(json).map(([k, v]) => [k, fromJson(v, from)])));
  return known(from, typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null);
};
