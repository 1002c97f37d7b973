import { known } from '../value.ts';
import { type Fn, type Functions, isNull, listOf, numberOf, textOf } from './function.ts';

const onText =
  (f: (s: string) => string): Fn =>
  ([a], from) => {
    const s = textOf(a);
    return s === null ? null : known(from, f(s));
  };

const onTwo =
  (f: (s: string, t: string) => string | boolean): Fn =>
  ([a, b], from) => {
    const [s, t] = [textOf(a), textOf(b)];
    return s === null || t === null ? null : known(from, f(s, t));
  };

/** Of verbs those that only put a value in; widths and fractions are not worked out. */
const format: Fn = ([pattern, ...rest], from) => {
  const p = textOf(pattern);
  const words = rest.map(textOf);
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

const join: Fn = ([by, of], from) => {
  const words = of?.kind === 'list' ? of.items.map(textOf) : [null];
  const between = textOf(by);
  return between === null || words.includes(null) ? null : known(from, words.join(between));
};

const split: Fn = ([by, of], from) => {
  const [b, s] = [textOf(by), textOf(of)];
  if (b === null || s === null) return null;
  return listOf(
    from,
    s.split(b).map((w) => known(from, w)),
  );
};

const replace: Fn = ([a, b, c], from) => {
  const [s, what, by] = [textOf(a), textOf(b), textOf(c)];
  // /…/ is a pattern of RE2: not worked out
  if (s === null || what === null || by === null || /^\/.*\/$/.test(what)) return null;
  return known(
    from,
    s.replaceAll(what, () => by),
  );
};

const substr: Fn = ([a, b, c], from) => {
  const [s, offset, length] = [textOf(a), numberOf(b), numberOf(c)];
  if (s === null || offset === null || length === null) return null;
  const letters = Array.from(s);
  const start = offset < 0 ? Math.max(letters.length + offset, 0) : offset;
  return known(from, letters.slice(start, length < 0 ? undefined : start + length).join(''));
};

const coalesce: Fn = (args) => {
  for (const a of args) {
    if (a.kind === 'unknown') return null;
    if (!(isNull(a) || (a.kind === 'known' && a.value === ''))) return a;
  }
  return null;
};

export const TEXTS: Functions = {
  format,
  join,
  split,
  replace,
  substr,
  coalesce,
  lower: onText((s) => s.toLowerCase()),
  upper: onText((s) => s.toUpperCase()),
  title: onText((s) => s.replaceAll(/(?<=^|\s)\S/g, (c) => c.toUpperCase())),
  trimspace: onText((s) => s.trim()),
  chomp: onText((s) => s.replace(/[\r\n]+$/, '')),
  startswith: onTwo((s, t) => s.startsWith(t)),
  endswith: onTwo((s, t) => s.endsWith(t)),
  strcontains: onTwo((s, t) => s.includes(t)),
  trimprefix: onTwo((s, t) => (t !== '' && s.startsWith(t) ? s.slice(t.length) : s)),
  trimsuffix: onTwo((s, t) => (t !== '' && s.endsWith(t) ? s.slice(0, -t.length) : s)),
  tostring: onText((s) => s),
  tonumber: ([a], from) => (textOf(a) === null ? null : known(from, Number(textOf(a)))),
  tobool: ([a], from) => (textOf(a) === null ? null : known(from, textOf(a) === 'true')),
};
