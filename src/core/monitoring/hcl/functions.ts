import { known, type Spot, unknown, type Value } from './value.ts';

/** A function of Terraform; null: with these arguments it is not worked out, and the value is unknown. */
type Fn = (args: readonly Value[], from: Spot) => Value | null;

const text = (v: Value | undefined): string | null =>
  v?.kind === 'known' && v.value !== null ? String(v.value) : null;
const number = (v: Value | undefined): number | null =>
  v?.kind === 'known' && typeof v.value === 'number' ? v.value : null;
const isNull = (v: Value): boolean => v.kind === 'known' && v.value === null;
const list = (from: Spot, items: readonly Value[]): Value => ({ from, kind: 'list', items });
const object = (from: Spot, items: ReadonlyMap<string, Value>): Value => ({ from, kind: 'object', items });

const onText =
  (f: (s: string) => string): Fn =>
  ([a], from) => {
    const s = text(a);
    return s === null ? null : known(from, f(s));
  };

const onNumbers =
  (f: (...n: number[]) => number): Fn =>
  (args, from) => {
    const ns = args.map(number);
    return ns.includes(null) || ns.length === 0 ? null : known(from, f(...(ns as number[])));
  };

/** Unlike JSON of JavaScript it keeps what is unknown inside: the value is the tree, not its text, so that a rule can look into it. */
const encoded: Fn = ([a]) => a ?? null;

const decoded: Fn = ([a], from) => {
  if (a?.kind === 'object' || a?.kind === 'list') return a; // of jsonencode, which left it as it was
  const s = text(a);
  if (s === null) return null;
  try {
    return fromJson(JSON.parse(s) as unknown, from);
  } catch {
    return null;
  }
};

export const fromJson = (json: unknown, from: Spot): Value => {
  if (Array.isArray(json))
    return list(
      from,
      json.map((item: unknown) => fromJson(item, from)),
    );
  if (typeof json === 'object' && json !== null)
    return object(from, new Map(Object.entries(json).map(([k, v]) => [k, fromJson(v, from)])));
  return known(from, typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null);
};

const merge: Fn = (args, from) => {
  const items = new Map<string, Value>();
  for (const arg of args) {
    if (isNull(arg)) continue;
    if (arg.kind !== 'object') return null;
    for (const [k, v] of arg.items) items.set(k, v);
  }
  return object(from, items);
};

const concat: Fn = (args, from) =>
  args.every((a) => a.kind === 'list')
    ? list(
        from,
        args.flatMap((a) => a.items),
      )
    : null;

const lookup: Fn = ([map, key, otherwise]) => {
  const k = text(key);
  if (map?.kind !== 'object' || k === null) return null;
  return map.items.get(k) ?? otherwise ?? null;
};

const format: Fn = ([pattern, ...rest], from) => {
  const p = text(pattern);
  const words = rest.map(text);
  if (p === null || words.includes(null)) return null;
  let next = 0;
  let simple = true;
  const out = p.replaceAll(/%(%|s|d|v|q|.)/g, (_, verb: string) => {
    if (verb === '%') return '%';
    if (!/[sdv]/.test(verb)) simple = false;
    return words[next++] ?? '';
  });
  return simple ? known(from, out) : null;
};

const contains: Fn = ([of, what], from) => {
  const w = text(what);
  if (of?.kind !== 'list' || w === null) return null;
  if (of.items.some((item) => text(item) === w)) return known(from, true);
  return of.items.some((item) => item.kind === 'unknown') ? null : known(from, false);
};

const length: Fn = ([a], from) => {
  if (a?.kind === 'list') return known(from, a.items.length);
  if (a?.kind === 'object') return known(from, a.items.size);
  const s = text(a);
  return s === null ? null : known(from, Array.from(s).length);
};

const coalesce: Fn = (args) => {
  for (const a of args) {
    if (a.kind === 'unknown') return null;
    if (!(isNull(a) || (a.kind === 'known' && a.value === ''))) return a;
  }
  return null;
};

const flat = (items: readonly Value[]): Value[] =>
  items.flatMap((item) => (item.kind === 'list' ? flat(item.items) : [item]));

/** Longer than anybody means: text that is doubled sixty times, lists of lists. */
const LONGEST_TEXT = 1_000_000;
const LONGEST_LIST = 10_000;

export const isTooBig = (value: Value): boolean => {
  if (value.kind === 'known') return typeof value.value === 'string' && value.value.length > LONGEST_TEXT;
  if (value.kind === 'list') return value.items.length > LONGEST_LIST;
  return value.kind === 'object' && value.items.size > LONGEST_LIST;
};

/** null: there is no such function here, or it is not worked out with these. */
export const call = (name: string, args: readonly Value[], from: Spot): Value | null =>
  Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name]?.(args, from) ?? null) : null;

/** What stands in monitoring configurations; the rest is unknown, by name. Files are read by whoever loads the module, as `file(…)` needs a disk. */
const FUNCTIONS: { readonly [name: string]: Fn } = {
  jsonencode: encoded,
  yamlencode: encoded,
  jsondecode: decoded,
  merge,
  concat,
  lookup,
  format,
  contains,
  length,
  coalesce,
  flatten: ([a], from) => (a?.kind === 'list' ? list(from, flat(a.items)) : null),
  // a set is told in the order of its texts
  toset: ([a], from) => {
    if (a?.kind !== 'list') return null;
    const texts = a.items.map(text);
    const once = a.items.filter((_, i) => texts[i] === null || texts.indexOf(texts[i] ?? null) === i);
    return list(
      from,
      once.toSorted((x, y) => ((text(x) ?? '') < (text(y) ?? '') ? -1 : 1)),
    );
  },
  tolist: ([a]) => (a?.kind === 'list' ? a : null),
  tomap: ([a]) => (a?.kind === 'object' ? a : null),
  tostring: onText((s) => s),
  tonumber: ([a], from) => (text(a) === null ? null : known(from, Number(text(a)))),
  tobool: ([a], from) => (text(a) === null ? null : known(from, text(a) === 'true')),
  keys: ([a], from) =>
    a?.kind === 'object'
      ? list(
          from,
          [...a.items.keys()].toSorted().map((k) => known(from, k)),
        )
      : null,
  values: ([a], from) =>
    a?.kind === 'object'
      ? list(
          from,
          [...a.items].toSorted(([x], [y]) => (x < y ? -1 : 1)).map(([, v]) => v),
        )
      : null,
  one: ([a], from) => (a?.kind === 'list' ? (a.items[0] ?? known(from, null)) : null),
  element: ([a, n], from) => {
    const i = number(n);
    return a?.kind === 'list' && i !== null && a.items.length > 0
      ? (a.items[i % a.items.length] ?? unknown(from, 'function'))
      : null;
  },
  join: ([by, of], from) => {
    const words = of?.kind === 'list' ? of.items.map(text) : [null];
    return text(by) === null || words.includes(null) ? null : known(from, words.join(text(by) ?? ''));
  },
  split: ([by, of], from) => {
    const [b, s] = [text(by), text(of)];
    return b === null || s === null
      ? null
      : list(
          from,
          s.split(b).map((w) => known(from, w)),
        );
  },
  replace: ([a, b, c], from) => {
    const [s, what, by] = [text(a), text(b), text(c)];
    // /…/ is a pattern of RE2: not worked out
    return s === null || what === null || by === null || /^\/.*\/$/.test(what)
      ? null
      : known(
          from,
          s.replaceAll(what, () => by),
        );
  },
  lower: onText((s) => s.toLowerCase()),
  upper: onText((s) => s.toUpperCase()),
  trimspace: onText((s) => s.trim()),
  max: onNumbers(Math.max),
  min: onNumbers(Math.min),
  ceil: onNumbers(Math.ceil),
  floor: onNumbers(Math.floor),
  abs: onNumbers(Math.abs),
};
