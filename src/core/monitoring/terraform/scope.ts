import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Attribute, Block, Step } from '../hcl/syntax.ts';
import { known, type Spot, unknown, type Value } from '../hcl/value.ts';
import { attributeOf, type Instance, instancesOf } from './instances.ts';
import { childOf, type Loading, type Module, sourceOf } from './module.ts';
import { argumentsOf } from './section.ts';

interface Declared {
  readonly path: string;
  readonly block: Block;
}

/** What a module declares, found by name at once however many files it has. */
interface Declarations {
  readonly blocks: ReadonlyMap<string, Declared>;
  readonly locals: ReadonlyMap<string, { readonly path: string; readonly attribute: Attribute }>;
}

const declarationsOf = ({ folders }: Loading, folder: string): Declarations => {
  const blocks = new Map<string, Declared>();
  const locals = new Map<string, { readonly path: string; readonly attribute: Attribute }>();
  for (const { path, hcl } of folders.get(folder) ?? [])
    for (const block of hcl.blocks) {
      if (block.type === 'locals')
        for (const attribute of block.attributes)
          if (!locals.has(attribute.name)) locals.set(attribute.name, { path, attribute });
      const key = [block.type, ...block.labels].join(' ');
      if (!blocks.has(key)) blocks.set(key, { path, block });
    }
  return { blocks, locals };
};

const nameAt = (steps: readonly Step[], n: number): string | null => {
  const step = steps[n];
  return step?.kind === 'attribute' ? step.name : null;
};

/** All that names mean inside one module. Values are worked out when they are first asked for. */
export const moduleScope = (module: Module, loading: Loading): ((file: string) => Scope) => {
  const files = loading.folders.get(module.folder) ?? [];
  const { blocks, locals } = declarationsOf(loading, module.folder);
  const here: Spot = { file: files[0]?.path ?? module.folder, at: { line: 1, column: 1, from: 0, until: 0 } };
  const memo = new Map<string, Value>();
  const busy = new Set<string>();
  const once = (key: string, make: () => Value): Value => {
    const had = memo.get(key);
    if (had !== undefined) return had;
    if (busy.has(key)) return unknown(here, 'cycle');
    busy.add(key);
    const value = make();
    busy.delete(key);
    memo.set(key, value);
    return value;
  };

  const variable = (name: string): Value => {
    const given = module.inputs.get(name);
    if (given !== undefined) return given;
    const found = blocks.get(`variable ${name}`);
    const byDefault = found === undefined ? undefined : attributeOf(found.block, 'default');
    const at = found === undefined ? here : { file: found.path, at: found.block.at };
    if (found === undefined || byDefault === undefined) return unknown(at, 'no-default', `${module.prefix}var.${name}`);
    const value = evaluate(byDefault.value, scope(found.path));
    // a root's null stands for what its user may give: what it switches off is not told
    const isOpen = loading.opensNull && module.prefix === '' && value.kind === 'known' && value.value === null;
    return isOpen ? unknown(value.from, 'null-default', `var.${name}`) : value;
  };

  const made = (mode: 'resource' | 'data', type: string, name: string): Value => {
    const id = `${module.prefix}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
    const found = blocks.get(`${mode} ${type} ${name}`);
    if (found === undefined) return unknown(here, 'outside', id);
    const at = { file: found.path, at: found.block.at };
    if (mode === 'data') return unknown(at, 'data', id);
    const { made: instances } = instancesOf(found.block, scope(found.path));
    const one = ({ suffix, scope: inner }: Instance): Value => ({
      from: at,
      kind: 'object',
      items: argumentsOf(found.block, inner),
      resource: `${id}${suffix}`,
    });
    const [only] = instances;
    if (only?.suffix === '') return one(only);
    if (attributeOf(found.block, 'count') !== undefined) return { from: at, kind: 'list', items: instances.map(one) };
    return { from: at, kind: 'object', items: new Map(instances.map((i) => [i.suffix.slice(2, -2), one(i)])) };
  };

  /** What a module says of itself: its outputs, worked out in its own scope. One that is made several times answers as its first. */
  const outputs = (name: string): Value => {
    const id = `${module.prefix}module.${name}`;
    const found = blocks.get(`module ${name}`);
    if (found === undefined) return unknown(here, 'outside', id);
    const { folder } = sourceOf(found.block, module, loading);
    const at = { file: found.path, at: found.block.at };
    const [first] = instancesOf(found.block, scope(found.path)).made;
    if (folder === null || first === undefined) return unknown(at, 'outside', id);
    const inner = moduleScope(childOf(found.block, module, folder, `${id}${first.suffix}.`, first.scope), loading);
    const items = new Map<string, Value>();
    for (const { path, hcl } of loading.folders.get(folder) ?? [])
      for (const b of hcl.blocks) {
        const value = b.type === 'output' ? attributeOf(b, 'value') : undefined;
        if (value !== undefined) items.set(b.labels[0] ?? '', evaluate(value.value, inner(path)));
      }
    return { from: at, kind: 'object', items };
  };

  const lookUp = (name: string, steps: readonly Step[]): { readonly value: Value; readonly used: number } | null => {
    const first = nameAt(steps, 0);
    if (first === null) return null;
    if (name === 'var') return { value: once(`var.${first}`, () => variable(first)), used: 1 };
    if (name === 'local') {
      const found = locals.get(first);
      if (found === undefined) return null;
      return { value: once(`local.${first}`, () => evaluate(found.attribute.value, scope(found.path))), used: 1 };
    }
    if (name === 'module') {
      const value = once(`module.${first}`, () => outputs(first));
      return { value, used: steps[1]?.kind === 'index' ? 2 : 1 };
    }
    if (name === 'path') return { value: pathOf(first, module, here), used: 1 };
    if (name === 'terraform') return { value: unknown(here, 'outside', `terraform.${first}`), used: 1 };
    const isData = name === 'data';
    const type = isData ? first : name;
    const called = nameAt(steps, isData ? 1 : 0);
    if (called === null) return null;
    const value = once(`${isData ? 'data.' : ''}${type}.${called}`, () =>
      made(isData ? 'data' : 'resource', type, called),
    );
    return { value, used: isData ? 2 : 1 };
  };

  const scope = (file: string): Scope => ({ file, budget: loading.budget, textOf: loading.textOf, lookUp });
  return scope;
};

/** `path.module` is where the module's files are, as far as `file(…)` cares. */
const pathOf = (which: string, module: Module, here: Spot): Value =>
  which === 'module' || (which === 'root' && module.prefix === '')
    ? known(here, module.folder === '' ? '.' : module.folder)
    : unknown(here, 'outside', `path.${which}`);
