import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Block } from '../hcl/syntax.ts';
import type { Spot, Value } from '../hcl/value.ts';
import type { Configuration, Countable, WhyAbsent } from './configuration.ts';
import { attributeOf, instancesOf, MOST_INSTANCES } from './instances.ts';
import { childOf, type Fetched, type Folders, type Loading, type Module, sourceOf } from './module.ts';
import { moduleScope } from './scope.ts';
import { sectionOf } from './section.ts';
import { isLookedAt } from './types-looked-at.ts';
import { undeclaredIn } from './undeclared.ts';

/** Limits are counts and no clock, so that the same files always end the same way. */
const MOST_MODULES = 500;
const BUDGET = 500_000;

const loadResource = (b: Block, module: Module, scope: Scope, { resources, absent }: Loading): void => {
  const [type = '', name = ''] = b.labels;
  const isData = b.type === 'data';
  const address = `${module.prefix}${isData ? 'data.' : ''}${type}.${name}`;
  const { made, left } = instancesOf(b, scope);
  // of a type that nobody looks at nothing is left out
  const tellLeft = (of: string, what: Countable, spot: Spot, more: number): void => {
    if (more > 0 && !isData && isLookedAt(type))
      absent.push({ address: of, spot, why: { kind: 'too-many', what, looked: MOST_INSTANCES, left: more } });
  };
  tellLeft(address, 'instances', { file: scope.file, at: b.at }, left);
  for (const { suffix, scope: inner, certain } of made)
    resources.push({
      address: `${address}${suffix}`,
      mode: isData ? 'data' : 'managed',
      type,
      name,
      body: sectionOf(b, inner, (spot, more) => tellLeft(`${address}${suffix}`, 'blocks', spot, more)),
      certain: certain && module.certain,
    });
};

const loadCall = (b: Block, module: Module, scope: Scope, loading: Loading): void => {
  const { from, folder } = sourceOf(b, module, loading);
  const address = `${module.prefix}module.${b.labels[0] ?? ''}`;
  const tell = (why: WhyAbsent, of = address): void => {
    loading.absent.push({ address: of, spot: { file: scope.file, at: b.at }, why });
  };
  // Terraform follows it without end, even where `count` is 0.
  if (folder !== null && [...module.within, module.folder].includes(folder))
    return tell({ kind: 'calls-itself', source: from });
  const { made, left } = instancesOf(b, scope);
  if (left > 0) tell({ kind: 'too-many', what: 'instances', looked: MOST_INSTANCES, left });
  let beyond = 0;
  for (const { suffix, scope: inner, certain } of made) {
    const called = `${address}${suffix}`;
    if (folder === null) tell({ kind: 'not-here', source: from }, called);
    else if (loading.modules >= MOST_MODULES) beyond += 1;
    else
      loadModule({ ...childOf(b, module, folder, `${called}.`, inner), certain: certain && module.certain }, loading);
  }
  if (beyond > 0) tell({ kind: 'too-many', what: 'modules', looked: MOST_MODULES, left: beyond });
};

const loadModule = (module: Module, loading: Loading): void => {
  loading.modules += 1;
  loading.visited.add(module.folder);
  const scopeIn = moduleScope(module, loading);
  for (const { path, hcl } of loading.folders.get(module.folder) ?? [])
    for (const b of hcl.blocks) {
      // what could not be read of a block may be what it seems to lack: nothing is said of it
      if ((b.type === 'resource' || b.type === 'data') && b.labels.length === 2 && b.isTorn !== true)
        loadResource(b, module, scopeIn(path), loading);
      if (b.type === 'module' && b.labels.length === 1) loadCall(b, module, scopeIn(path), loading);
    }
};

/** `required_providers { azurerm = { version = "~> 4.0" } }`. */
const providerVersionOf = (folders: Folders, root: string): string | null => {
  for (const { hcl } of folders.get(root) ?? [])
    for (const terraform of hcl.blocks.filter((b) => b.type === 'terraform'))
      for (const required of terraform.blocks.filter((b) => b.type === 'required_providers')) {
        const spec = attributeOf(required, 'azurerm')?.value;
        if (spec?.kind === 'literal') return String(spec.value);
        if (spec?.kind !== 'object') continue;
        const version = spec.items.find(([key]) => key.kind === 'literal' && key.value === 'version')?.[1];
        if (version?.kind === 'literal') return String(version.value);
      }
  return null;
};

/** Names that the root declares, with what they come to. */
const saidIn = (root: Module, loading: Loading): ReadonlyMap<string, Value> => {
  const scopeIn = moduleScope(root, loading);
  const says = new Map<string, Value>();
  for (const { path, hcl } of loading.folders.get(root.folder) ?? []) {
    const scope = scopeIn(path);
    const take = (kind: 'var' | 'local', name: string): void => {
      const found = scope.lookUp(kind, [{ kind: 'attribute', name }]);
      if (found !== null) says.set(`${kind}.${name}`, found.value);
    };
    for (const b of hcl.blocks) {
      const [name = ''] = b.labels;
      if (b.type === 'variable') take('var', name);
      if (b.type === 'locals') for (const local of b.attributes) take('local', local.name);
      const value = b.type === 'output' ? attributeOf(b, 'value') : undefined;
      if (value !== undefined) says.set(`output.${name}`, evaluate(value.value, scope));
    }
  }
  return says;
};

export interface Given {
  /** Values of variables of the root, by files of values or flags. */
  readonly values: ReadonlyMap<string, Value>;
  readonly fetched: Fetched;
  /** Texts of files that were found, for `file("…")`. */
  readonly textOf: (path: string) => string | null;
}

/** What the module in `root` makes. */
export const loadConfiguration = (
  folders: Folders,
  root: string,
  { values, fetched, textOf }: Given,
): Configuration => {
  const loading: Loading = {
    folders,
    fetched,
    textOf,
    resources: [],
    absent: [],
    budget: { left: BUDGET, depth: 0 },
    visited: new Set(),
    modules: 0,
    opensNull: values.size === 0,
  };
  const module: Module = { folder: root, prefix: '', key: '', inputs: values, certain: true, within: [] };
  loadModule(module, loading);
  const says = saidIn(module, loading);
  const { endedAt } = loading.budget;
  if (endedAt !== undefined)
    loading.absent.push({ address: endedAt.file, spot: endedAt, why: { kind: 'too-long', looked: BUDGET } });
  return {
    root,
    folders: [...loading.visited],
    resources: loading.resources,
    absent: loading.absent,
    undeclared: [...loading.visited].flatMap((folder) => undeclaredIn(folders.get(folder) ?? [])),
    providerVersion: providerVersionOf(folders, root),
    isPlan: false,
    says,
  };
};
