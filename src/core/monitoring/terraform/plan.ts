import type { Place } from '../hcl/syntax.ts';
import { known, type Spot, unknown, type Value } from '../hcl/value.ts';
import type { ProviderBlock, ProviderTypes } from '../provider/provider-types.ts';
import type { Configuration, Resource, Section } from './configuration.ts';

/** What `terraform show -json` says of a plan, as far as it is read here: major version 1. */
interface PlanModule {
  readonly resources?: readonly PlanResource[];
  readonly child_modules?: readonly (PlanModule & { readonly address: string })[];
}
interface PlanResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly values?: Json;
}
interface ConfigModule {
  readonly resources?: readonly { readonly address: string; readonly expressions?: Json }[];
  readonly outputs?: { readonly [name: string]: { readonly expression?: unknown } };
  readonly module_calls?: { readonly [name: string]: { readonly expressions?: Json; readonly module: ConfigModule } };
}
export interface Plan {
  readonly format_version: string;
  readonly errored?: boolean;
  readonly complete?: boolean;
  readonly planned_values?: { readonly root_module?: PlanModule };
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly after_unknown?: Json | boolean };
  }[];
  readonly configuration?: { readonly root_module?: ConfigModule };
}
interface Json {
  readonly [name: string]: unknown;
}

/** As far as can be told before it is read: whatever else it holds is looked at where it is needed. */
export const isPlan = (json: unknown): json is Plan => isObject(json) && typeof json['format_version'] === 'string';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `module.net[0].azurerm_subnet.s["a"]` is written once, as `module.net.azurerm_subnet.s`. */
export const withoutIndexes = (address: string): string => address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');

/** What the names of one module stand for, by where it is written: its resources' expressions, and what its variables are given. */
interface Referable {
  readonly resources: Map<string, Json>;
  /** `module.m.var.id` → the expression that the caller gives, and the caller's prefix. */
  readonly inputs: Map<string, { readonly expression: unknown; readonly prefix: string }>;
  readonly outputs: Map<string, { readonly expression: unknown; readonly prefix: string }>;
}

const referableIn = (module: ConfigModule | undefined, prefix: string, into: Referable): Referable => {
  for (const r of module?.resources ?? []) into.resources.set(prefix + r.address, r.expressions ?? {});
  for (const [name, { expression }] of Object.entries(module?.outputs ?? {}))
    into.outputs.set(prefix + name, { expression, prefix });
  for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
    const inner = `${prefix}module.${name}.`;
    for (const [input, expression] of Object.entries(call.expressions ?? {}))
      into.inputs.set(`${inner}var.${input}`, { expression, prefix });
    referableIn(call.module, inner, into);
  }
  return into;
};

/** Names that lead to names: modules are not nested deeper. */
const HOPS = 32;

/** What a value that is not told yet would be: what its expression refers to, through variables and outputs of modules. */
const referred = (expression: unknown, prefix: string, names: Referable, hops = 0): string | null => {
  const references =
    isObject(expression) && Array.isArray(expression['references']) ? (expression['references'] as unknown[]) : [];
  const [first] = references;
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

interface Written {
  readonly at: Spot;
  readonly names: Referable;
  readonly prefix: string;
}

const valueOf = (json: unknown, isUnknown: unknown, expression: unknown, by: Written): Value => {
  if (isUnknown === true) return unknown(by.at, 'computed', referred(expression, by.prefix, by.names));
  if (Array.isArray(json)) {
    const items = json as readonly unknown[];
    const of = Array.isArray(isUnknown) ? (isUnknown as readonly unknown[]) : [];
    return { from: by.at, kind: 'list', items: items.map((item, i) => valueOf(item, of[i], expression, by)) };
  }
  if (isObject(json)) {
    const of = isObject(isUnknown) ? isUnknown : {};
    const names = new Set([...Object.keys(json), ...Object.keys(of)]);
    return {
      from: by.at,
      kind: 'object',
      items: new Map([...names].map((n) => [n, valueOf(json[n], of[n], null, by)])),
    };
  }
  const scalar = typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null;
  return known(by.at, scalar);
};

/** Null in a plan is what nobody wrote. */
const sectionOf = (
  values: Json,
  unknowns: Json,
  expressions: Json,
  block: ProviderBlock | undefined,
  by: Written,
): Section => {
  const args = new Map<string, Value>();
  const blocks = new Map<string, readonly Section[]>();
  for (const name of new Set([...Object.keys(values), ...Object.keys(unknowns)])) {
    const [value, isUnknown, expression] = [values[name], unknowns[name], expressions[name]];
    const spec = block !== undefined && Object.hasOwn(block, name) ? block[name] : undefined;
    const isBlock =
      spec === undefined ? Array.isArray(value) && value.length > 0 && value.every(isObject) : spec.block !== undefined;
    if (isBlock && Array.isArray(value)) {
      const list = (of: unknown, i: number): Json => {
        const one: unknown = Array.isArray(of) ? of[i] : of;
        return isObject(one) ? one : {};
      };
      blocks.set(
        name,
        (value as readonly unknown[]).map((one, i) =>
          sectionOf(isObject(one) ? one : {}, list(isUnknown, i), list(expression, i), spec?.block, by),
        ),
      );
    } else if ((value !== null && value !== undefined) || isUnknown === true)
      args.set(name, valueOf(value, isUnknown, expression, by));
  }
  return { spot: by.at, end: by.at.at.until, arguments: args, places: new Map(), blocks, maybe: new Set() };
};

/** `placeOf` says where an address stands: in the plan, or in the files that it was made of. */
export const planConfiguration = (
  plan: Plan,
  types: ProviderTypes,
  placeOf: (address: string) => Spot,
): Configuration => {
  const unknowns = new Map(
    plan.resource_changes?.map((r) => [r.address, isObject(r.change.after_unknown) ? r.change.after_unknown : {}]),
  );
  const names = referableIn(plan.configuration?.root_module, '', {
    resources: new Map(),
    inputs: new Map(),
    outputs: new Map(),
  });
  const resources: Resource[] = [];
  const read = (module: PlanModule, prefix: string): void => {
    for (const r of module.resources ?? []) {
      const by = { at: placeOf(r.address), prefix, names };
      const body = sectionOf(
        r.values ?? {},
        unknowns.get(r.address) ?? {},
        names.resources.get(withoutIndexes(r.address)) ?? {},
        types.resources[r.type],
        by,
      );
      resources.push({ address: r.address, mode: r.mode, type: r.type, name: r.name, body, certain: true });
    }
    for (const child of module.child_modules ?? []) read(child, `${child.address}.`);
  };
  read(plan.planned_values?.root_module ?? {}, '');
  return { root: '', folders: [], resources, absent: [], undeclared: [], providerVersion: null };
};

/** Where a plan's own text has a resource: good enough to open it there. */
export const placesInPlan = (file: string, text: string): ((address: string) => Spot) => {
  return (address) => {
    const found = new RegExp(`"address":\\s*${escaped(JSON.stringify(address))}`).exec(text);
    const from = found?.index ?? 0;
    const before = text.slice(0, from);
    const at: Place = {
      line: before.split('\n').length,
      column: from - before.lastIndexOf('\n'),
      from,
      until: from + (found?.[0].length ?? 0),
    };
    return { file, at };
  };
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
