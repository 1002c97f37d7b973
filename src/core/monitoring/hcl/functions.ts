import { COLLECTIONS } from './functions/collections.ts';
import { type Fn, type Functions, fromJson, textOf } from './functions/function.ts';
import { NUMBERS } from './functions/numbers.ts';
import { TEXTS } from './functions/texts.ts';
import type { Spot, Value } from './value.ts';

/** Unlike JSON of JavaScript it keeps what is unknown inside: the value is the tree, not its text, so that a rule can look into it. */
const asItIs: Fn = ([a]) => a ?? null;

const decoded: Fn = ([a], from) => {
  if (a?.kind === 'object' || a?.kind === 'list') return a; // of jsonencode, which left it as it was
  const s = textOf(a);
  if (s === null) return null;
  try {
    return fromJson(JSON.parse(s) as unknown, from);
  } catch {
    return null;
  }
};

/** Longer than anybody means: text that is doubled sixty times, lists of lists. */
const LONGEST_TEXT = 1_000_000;
const LONGEST_LIST = 10_000;

export const isTooBig = (value: Value): boolean => {
  if (value.kind === 'known') return typeof value.value === 'string' && value.value.length > LONGEST_TEXT;
  if (value.kind === 'list') return value.items.length > LONGEST_LIST;
  return value.kind === 'object' && value.items.size > LONGEST_LIST;
};

/** What stands in monitoring configurations; the rest is unknown, by name. */
const FUNCTIONS: Functions = {
  ...TEXTS,
  ...NUMBERS,
  ...COLLECTIONS,
  jsonencode: asItIs,
  yamlencode: asItIs,
  jsondecode: decoded,
  sensitive: asItIs,
  nonsensitive: asItIs,
};

/** null: there is no such function here, or it is not worked out with these. */
export const call = (name: string, args: readonly Value[], from: Spot): Value | null =>
  Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name]?.(args, from) ?? null) : null;
