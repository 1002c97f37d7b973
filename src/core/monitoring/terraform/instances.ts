import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Attribute, Block } from '../hcl/syntax.ts';
import { known, type Spot, unknown, type Value } from '../hcl/value.ts';

/** More instances of one resource, or blocks by one `dynamic`, than rules have to look at. The rest is counted. */
export const MOST_INSTANCES = 64;

export const attributeOf = (b: { readonly attributes: readonly Attribute[] }, name: string): Attribute | undefined =>
  b.attributes.find((a) => a.name === name);

/** The same scope with more names in it. */
export const withNames = (scope: Scope, names: ReadonlyMap<string, Value>): Scope => ({
  ...scope,
  lookUp: (name, steps) => {
    const value = names.get(name);
    return value === undefined ? scope.lookUp(name, steps) : { value, used: 0 };
  },
});

/** What a list, a set or a map is gone through as; null: it is not told. */
export const pairsOf = (value: Value): (readonly [Value, Value])[] | null => {
  if (value.kind === 'list') return value.items.map((v, i) => [v.kind === 'known' ? v : known(value.from, i), v]);
  if (value.kind === 'object') return [...value.items].map(([k, v]) => [known(value.from, k), v]);
  return null;
};

/** `each`, `count`, or the iterator of a `dynamic`: an object of what it has. */
export const named = (name: string, from: Spot, items: { readonly [key: string]: Value }): ReadonlyMap<string, Value> =>
  new Map([[name, { from, kind: 'object' as const, items: new Map(Object.entries(items)) }]]);

export interface Instances {
  /** At most `MOST_INSTANCES`. */
  readonly made: readonly Instance[];
  /** How many more are made. */
  readonly left: number;
}

export interface Instance {
  /** `[0]`, `["a"]`, or nothing. */
  readonly suffix: string;
  readonly scope: Scope;
  readonly certain: boolean;
}

const ONE_PERHAPS = (from: Spot): Value => unknown(from, 'no-default');

const one = (suffix: string, scope: Scope, certain: boolean): Instances => ({
  made: [{ suffix, scope, certain }],
  left: 0,
});

const leftOf = (times: number): number => Math.max(0, times - MOST_INSTANCES);

const counted = (value: Attribute, scope: Scope): Instances => {
  const n = evaluate(value.value, scope);
  const by = (index: Value): Scope => withNames(scope, named('count', n.from, { index }));
  if (n.kind !== 'known') return one('', by(ONE_PERHAPS(n.from)), false);
  const times = Math.max(Math.floor(Number(n.value)) || 0, 0);
  return {
    made: Array.from({ length: Math.min(times, MOST_INSTANCES) }, (_, i) => ({
      suffix: `[${String(i)}]`,
      certain: true,
      scope: by(known(n.from, i)),
    })),
    left: leftOf(times),
  };
};

const oneForEach = (attribute: Attribute, scope: Scope): Instances => {
  const of = evaluate(attribute.value, scope);
  const by = (key: Value, value: Value): Scope => withNames(scope, named('each', of.from, { key, value }));
  const pairs = pairsOf(of);
  if (pairs === null) return one('', by(ONE_PERHAPS(of.from), ONE_PERHAPS(of.from)), false);
  return {
    made: pairs.slice(0, MOST_INSTANCES).map(([key, value]) => ({
      suffix: `["${key.kind === 'known' ? String(key.value) : '?'}"]`,
      certain: true,
      scope: by(key, value),
    })),
    left: leftOf(pairs.length),
  };
};

/** How often a block is made: once, as often as `count` says, or once for each of `for_each`. */
export const instancesOf = (b: Block, scope: Scope): Instances => {
  const count = attributeOf(b, 'count');
  if (count !== undefined) return counted(count, scope);
  const each = attributeOf(b, 'for_each');
  return each === undefined ? one('', scope, true) : oneForEach(each, scope);
};
