import { DEEPEST, isObject, type Json, objectIn, objectsIn, textIn } from './plan-json.ts';

/** `module.net[0].azurerm_subnet.s["a"]` is written once, as `module.net.azurerm_subnet.s`. */
export const withoutIndexes = (address: string): string => address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');

interface Expressed {
  readonly expression: unknown;
  /** Of the module in which it is written. */
  readonly prefix: string;
}

/** What the names of a plan stand for, by where they are written: resources' expressions, what variables are given, what outputs say. */
export interface Referable {
  readonly resources: Map<string, Json>;
  /** `module.m.var.id`. */
  readonly inputs: Map<string, Expressed>;
  readonly outputs: Map<string, Expressed>;
}

const collect = (module: unknown, prefix: string, into: Referable, depth: number): void => {
  if (depth > DEEPEST) return;
  for (const r of objectsIn(module, 'resources'))
    into.resources.set(prefix + textIn(r, 'address'), objectIn(r, 'expressions'));
  for (const [name, output] of Object.entries(objectIn(module, 'outputs')))
    into.outputs.set(prefix + name, { expression: objectIn(output, 'expression'), prefix });
  for (const [name, call] of Object.entries(objectIn(module, 'module_calls'))) {
    const inner = `${prefix}module.${name}.`;
    for (const [input, expression] of Object.entries(objectIn(call, 'expressions')))
      into.inputs.set(`${inner}var.${input}`, { expression, prefix });
    collect(objectIn(call, 'module'), inner, into, depth + 1);
  }
};

export const referableIn = (rootModule: unknown): Referable => {
  const into: Referable = { resources: new Map(), inputs: new Map(), outputs: new Map() };
  collect(rootModule, '', into, 0);
  return into;
};

/** Names that lead to names: modules are not nested deeper. */
const HOPS = 32;

/** What a value that is not told yet would be: what its expression refers to, through variables and outputs of modules. */
export const referred = (expression: unknown, prefix: string, names: Referable, hops = 0): string | null => {
  const references = isObject(expression) ? expression['references'] : undefined;
  const first: unknown = Array.isArray(references) ? references[0] : undefined;
  if (typeof first !== 'string' || hops > HOPS || /^(?:each|count|local|self|path)\b/.test(first)) return null;
  const output = /^module\.([^.[]+)(?:\[[^\]]*\])?\.([^.[]+)$/.exec(first);
  const there = first.startsWith('var.')
    ? names.inputs.get(withoutIndexes(prefix) + first)
    : output === null
      ? undefined
      : names.outputs.get(`${withoutIndexes(prefix)}module.${output[1] ?? ''}.${output[2] ?? ''}`);
  if (there !== undefined) return referred(there.expression, there.prefix, names, hops + 1);
  return first.startsWith('var.') || first.startsWith('module.') ? null : prefix + first;
};
