import { known, type Spot, unknown, type Value } from '../hcl/value.ts';
import type { ProviderBlock } from '../provider/provider-types.ts';
import type { Section } from './configuration.ts';
import { DEEPEST, isObject, type Json } from './plan-json.ts';
import { type Referable, referred } from './plan-references.ts';

/** Of which resource something is, and in which module. */
export interface Written {
  readonly at: Spot;
  readonly names: Referable;
  readonly prefix: string;
}

const itemAt = (value: unknown, i: number): unknown =>
  Array.isArray(value) ? (value as readonly unknown[])[i] : undefined;

const valueOf = (json: unknown, isUnknown: unknown, expression: unknown, by: Written, depth: number): Value => {
  if (depth > DEEPEST) return unknown(by.at, 'too-much');
  if (isUnknown === true) return unknown(by.at, 'computed', referred(expression, by.prefix, by.names));
  if (Array.isArray(json))
    return {
      from: by.at,
      kind: 'list',
      items: (json as readonly unknown[]).map((item, i) =>
        valueOf(item, itemAt(isUnknown, i), expression, by, depth + 1),
      ),
    };
  if (isObject(json)) {
    const of = isObject(isUnknown) ? isUnknown : {};
    const names = new Set([...Object.keys(json), ...Object.keys(of)]);
    return {
      from: by.at,
      kind: 'object',
      items: new Map([...names].map((n) => [n, valueOf(json[n], of[n], null, by, depth + 1)])),
    };
  }
  const scalar = typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null;
  return known(by.at, scalar);
};

const objectAt = (value: unknown, i: number): Json => {
  const one = Array.isArray(value) ? itemAt(value, i) : value;
  return isObject(one) ? one : {};
};

/** The values of a resource, or of a block in it. Null in a plan is what nobody wrote. */
export const planSection = (
  values: Json,
  unknowns: Json,
  expressions: Json,
  block: ProviderBlock | undefined,
  by: Written,
  depth = 0,
): Section => {
  const args = new Map<string, Value>();
  const blocks = new Map<string, readonly Section[]>();
  const names = depth > DEEPEST ? [] : [...new Set([...Object.keys(values), ...Object.keys(unknowns)])];
  for (const name of names) {
    const [value, isUnknown, expression] = [values[name], unknowns[name], expressions[name]];
    const spec = block !== undefined && Object.hasOwn(block, name) ? block[name] : undefined;
    const isBlock =
      spec === undefined ? Array.isArray(value) && value.length > 0 && value.every(isObject) : spec.block !== undefined;
    if (isBlock && Array.isArray(value))
      blocks.set(
        name,
        (value as readonly unknown[]).map((one, i) =>
          planSection(
            isObject(one) ? one : {},
            objectAt(isUnknown, i),
            objectAt(expression, i),
            spec?.block,
            by,
            depth + 1,
          ),
        ),
      );
    else if ((value !== null && value !== undefined) || isUnknown === true)
      args.set(name, valueOf(value, isUnknown, expression, by, depth));
  }
  return { spot: by.at, end: by.at.at.until, arguments: args, places: new Map(), blocks, maybe: new Set() };
};
