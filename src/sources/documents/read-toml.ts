import { type AST, parseTOML } from 'toml-eslint-parser';
import type { DocumentReader } from '../../core/monitoring/documents.ts';
import { known, type Spot, unknown, type Value } from '../../core/monitoring/hcl/value.ts';
import { DEEPEST, placesIn } from './places.ts';

const LONGEST = 262_144;

type Items = Map<string, Value>;

const itemsAt = (root: Items, path: readonly (string | number)[], from: Spot): Items => {
  let at = root;
  for (const part of path) {
    const name = String(part);
    const inner = at.get(name);
    if (inner?.kind === 'object') at = inner.items as Items;
    else {
      const items: Items = new Map();
      at.set(name, { from, kind: 'object', items });
      at = items;
    }
  }
  return at;
};

/** `[a.b]` and `x.y = 1` name what they hold by their path. */
export const readToml: DocumentReader = (file, text) => {
  const placeOf = placesIn(text);
  if (text.length > LONGEST)
    return {
      documents: [],
      problems: [{ at: placeOf(0, 0), says: `longer than ${LONGEST} characters`, isLimit: true }],
    };
  const spotOf = ({ range: [from, until] }: { readonly range: readonly [number, number] }): Spot => ({
    file,
    at: placeOf(from, until),
  });
  const valueOf = (node: AST.TOMLContentNode, depth: number): Value => {
    const from = spotOf(node);
    if (depth > DEEPEST) return unknown(from, 'too-much');
    if (node.type === 'TOMLArray')
      return { from, kind: 'list', items: node.elements.map((e) => valueOf(e, depth + 1)) };
    if (node.type === 'TOMLInlineTable') {
      const items: Items = new Map();
      for (const pair of node.body) put(items, pair, depth + 1);
      return { from, kind: 'object', items };
    }
    const { value } = node;
    return known(
      from,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
    );
  };
  const put = (into: Items, { key, value }: AST.TOMLKeyValue, depth: number): void => {
    const names = key.keys.map((k) => (k.type === 'TOMLBare' ? k.name : k.value));
    const last = names.pop();
    if (last !== undefined) itemsAt(into, names, spotOf(key)).set(last, valueOf(value, depth));
  };
  try {
    const items: Items = new Map();
    const top = parseTOML(text).body[0];
    for (const node of top.body)
      if (node.type === 'TOMLKeyValue') put(items, node, 0);
      else {
        const table = itemsAt(items, node.resolvedKey, spotOf(node.key));
        for (const pair of node.body) put(table, pair, 0);
      }
    return { documents: [{ from: { file, at: placeOf(0, text.length) }, kind: 'object', items }], problems: [] };
  } catch (error) {
    const { index, message } = error as { readonly index?: number; readonly message?: string };
    const at = Math.min(Math.max(index ?? 0, 0), text.length);
    const isDeep = error instanceof RangeError;
    return {
      documents: [],
      problems: [
        isDeep
          ? { at: placeOf(0, 0), says: 'nested deeper than anybody writes', isLimit: true }
          : { at: placeOf(at, at), says: message ?? 'this is no TOML' },
      ],
    };
  }
};
