import { known, unknown, type Value } from '../value.ts';
import { compareText } from '../../../../base/compare-text.ts';
import { type Fn, type Functions, isNull, listOf, numberOf, objectOf, textOf } from './function.ts';

const merge: Fn = (args, from) => {
  const items = new Map<string, Value>();
  for (const arg of args) {
    if (isNull(arg)) continue;
    if (arg.kind !== 'object') return null;
    for (const [k, v] of arg.items) items.set(k, v);
  }
  return objectOf(from, items);
};

const concat: Fn = (args, from) =>
  args.every((a) => a.kind === 'list')
    ? listOf(
        from,
        args.flatMap((a) => a.items),
      )
    : null;

const lookup: Fn = ([map, key, otherwise]) => {
  const k = textOf(key);
  if (map?.kind !== 'object' || k === null) return null;
  return map.items.get(k) ?? otherwise ?? null;
};

const contains: Fn = ([of, what], from) => {
  const w = textOf(what);
  if (of?.kind !== 'list' || w === null) return null;
  if (of.items.some((item) => textOf(item) === w)) return known(from, true);
  return of.items.some((item) => item.kind === 'unknown') ? null : known(from, false);
};

const length: Fn = ([a], from) => {
  if (a?.kind === 'list') return known(from, a.items.length);
  if (a?.kind === 'object') return known(from, a.items.size);
  const s = textOf(a);
  return s === null ? null : known(from, Array.from(s).length);
};

/** Lists that hold each other twice and twice again come to more than anything holds. */
const MOST_FLAT = 10_000;

/** null: there are too many. */
const flat = (items: readonly Value[]): readonly Value[] | null => {
  const all: Value[] = [];
  const waiting = [...items].toReversed();
  for (let steps = 0; waiting.length > 0; steps++) {
    if (steps > MOST_FLAT) return null;
    const item = waiting.pop() as Value;
    if (item.kind === 'list') waiting.push(...item.items.toReversed());
    else all.push(item);
  }
  return all;
};

/** Each text once; what is not told stays, as it may be another. */
const once = (items: readonly Value[]): readonly Value[] => {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = textOf(item);
    if (text === null) return true;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
};

const sorted = (items: readonly Value[]): readonly Value[] =>
  items.toSorted((a, b) => compareText(textOf(a) ?? '', textOf(b) ?? ''));

const onList =
  (f: (items: readonly Value[]) => readonly Value[] | null): Fn =>
  ([a], from) => {
    const items = a?.kind === 'list' ? f(a.items) : null;
    return items === null ? null : listOf(from, items);
  };

const everyOf =
  (isAll: boolean): Fn =>
  ([a], from) => {
    if (a?.kind !== 'list') return null;
    const truths = new Set(a.items.map(textOf));
    if (isAll ? truths.has('false') : truths.has('true')) return known(from, !isAll);
    return truths.has(null) ? null : known(from, isAll);
  };

const MOST_IN_RANGE = 1_000;

const range: Fn = (args, from) => {
  const ns = args.map(numberOf);
  if (ns.includes(null)) return null;
  const [first = 0, second, third = 1] = ns as number[];
  const [start, limit] = second === undefined ? [0, first] : [first, second];
  const times = Math.ceil((limit - start) / third);
  if (!(times >= 0) || times > MOST_IN_RANGE) return null;
  return listOf(
    from,
    Array.from({ length: times }, (_, i) => known(from, start + i * third)),
  );
};

const zipmap: Fn = ([keys, values], from) => {
  if (keys?.kind !== 'list' || values?.kind !== 'list') return null;
  const names = keys.items.map(textOf);
  if (names.includes(null)) return null;
  return objectOf(from, new Map(names.map((name, i) => [name ?? '', values.items[i] ?? known(from, null)])));
};

const MOST_PRODUCTS = 4_096;

const setproduct: Fn = (args, from) => {
  let rows: readonly (readonly Value[])[] = [[]];
  for (const arg of args) {
    if (arg.kind !== 'list' || rows.length * arg.items.length > MOST_PRODUCTS) return null;
    rows = rows.flatMap((row) => arg.items.map((item) => [...row, item]));
  }
  return listOf(
    from,
    rows.map((row) => listOf(from, row)),
  );
};

const slice: Fn = ([of, a, b], from) => {
  const [start, end] = [numberOf(a), numberOf(b)];
  return of?.kind === 'list' && start !== null && end !== null ? listOf(from, of.items.slice(start, end)) : null;
};

const element: Fn = ([of, n], from) => {
  const i = numberOf(n);
  if (of?.kind !== 'list' || i === null || of.items.length === 0) return null;
  const { length: size } = of.items;
  return of.items[((i % size) + size) % size] ?? unknown(from, 'function');
};

const keysOf = (a: Value | undefined): readonly string[] | null =>
  a?.kind === 'object' ? [...a.items.keys()].toSorted(compareText) : null;

const compact = (items: readonly Value[]): readonly Value[] | null =>
  items.some((item) => item.kind === 'unknown') ? null : items.filter((item) => (textOf(item) ?? '') !== '');

const same = (a: Value | undefined, kind: Value['kind']): Value | null => (a?.kind === kind ? a : null);

export const COLLECTIONS: Functions = {
  merge,
  concat,
  lookup,
  contains,
  length,
  range,
  zipmap,
  setproduct,
  slice,
  element,
  flatten: onList(flat),
  distinct: onList(once),
  compact: onList(compact),
  reverse: onList((items) => items.toReversed()),
  sort: onList((items) => (items.some((item) => textOf(item) === null) ? null : sorted(items))),
  // a set is told in the order of its texts
  toset: onList((items) => sorted(once(items))),
  setunion: (args, from) =>
    args.every((a) => a.kind === 'list') ? listOf(from, sorted(once(args.flatMap((a) => a.items)))) : null,
  tolist: ([a]) => same(a, 'list'),
  tomap: ([a]) => same(a, 'object'),
  alltrue: everyOf(true),
  anytrue: everyOf(false),
  keys: ([a], from) => {
    const keys = keysOf(a);
    return keys === null
      ? null
      : listOf(
          from,
          keys.map((k) => known(from, k)),
        );
  },
  values: ([a], from) => {
    const keys = keysOf(a);
    if (keys === null || a?.kind !== 'object') return null;
    return listOf(
      from,
      keys.map((k) => a.items.get(k) ?? known(from, null)),
    );
  },
  one: ([a], from) => (a?.kind === 'list' ? (a.items[0] ?? known(from, null)) : null),
};
