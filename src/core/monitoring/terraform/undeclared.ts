import type { Block, Expression } from '../hcl/syntax.ts';
import { nearest } from '../../near.ts';
import type { Undeclared } from './configuration.ts';
import { attributeOf } from './instances.ts';
import type { FileOfModule } from './module.ts';

/** What Terraform gives a meaning to by itself. */
const ALWAYS = new Set(['each', 'count', 'self', 'path', 'terraform', 'null', 'true', 'false']);
/** Arguments that name a provider, attributes, or things that need no value. */
const NOT_READ = new Set(['provider', 'providers', 'ignore_changes', 'replace_triggered_by', 'alias', 'type']);

interface Named {
  readonly name: string;
  readonly at: Expression['at'];
}

const declaredIn = (files: readonly FileOfModule[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { hcl } of files)
    for (const b of hcl.blocks) {
      const [first = '', second = ''] = b.labels;
      if (b.type === 'variable') names.add(`var.${first}`);
      if (b.type === 'module') names.add(`module.${first}`);
      if (b.type === 'resource' || b.type === 'ephemeral') names.add(`${first}.${second}`);
      if (b.type === 'data' || b.type === 'check') names.add(`data.${first}.${second}`);
      if (b.type === 'check')
        for (const inner of b.blocks) if (inner.type === 'data') names.add(`data.${inner.labels.join('.')}`);
      if (b.type === 'locals') for (const a of b.attributes) names.add(`local.${a.name}`);
    }
  return names;
};

/** The names that an expression refers to, without those that it makes itself (`for x in …`). */
const namesIn = (e: Expression, own: ReadonlySet<string>, found: Named[]): void => {
  const all = (es: readonly (Expression | null)[], names = own): void => {
    for (const inner of es) if (inner !== null) namesIn(inner, names, found);
  };
  switch (e.kind) {
    case 'path': {
      for (const step of e.steps) if (step.kind === 'index') all([step.of]);
      if (e.root.kind !== 'name') return all([e.root]);
      const root = e.root.name;
      if (own.has(root) || ALWAYS.has(root)) return;
      const words = [root];
      for (const step of e.steps.slice(0, root === 'data' ? 2 : 1)) {
        if (step.kind !== 'attribute') return;
        words.push(step.name);
      }
      if (words.length === (root === 'data' ? 3 : 2)) found.push({ name: words.join('.'), at: e.at });
      return;
    }
    case 'template':
      return all(e.parts);
    case 'list':
      return all(e.items);
    case 'object':
      return all(e.items.flat());
    case 'call':
      return all(e.arguments);
    case 'choice':
      return all([e.test, e.yes, e.no]);
    case 'unary':
      return all([e.of]);
    case 'binary':
      return all([e.left, e.right]);
    case 'for':
      all([e.over]);
      return all([e.itemKey, e.item, e.only], new Set([...own, e.value, ...(e.key === null ? [] : [e.key])]));
    default:
  }
};

const namesInBlock = (b: Block, own: ReadonlySet<string>, found: Named[]): void => {
  for (const a of b.attributes) if (!NOT_READ.has(a.name) && a.name !== 'iterator') namesIn(a.value, own, found);
  for (const inner of b.blocks) {
    const iterator = inner.type === 'dynamic' ? attributeOf(inner, 'iterator')?.value : undefined;
    const called = iterator?.kind === 'name' ? iterator.name : (inner.labels[0] ?? '');
    namesInBlock(inner, inner.type === 'dynamic' ? new Set([...own, called]) : own, found);
  }
};

const READ = new Set(['resource', 'data', 'module', 'locals', 'output', 'provider', 'check', 'variable']);
const NONE: ReadonlySet<string> = new Set();

/** Each name is compared with each that is declared: of more pairs than these nobody is told what was meant, as that would take as long as all the rest. */
const MOST_COMPARED = 2_000_000;

const meantBy = (names: ReadonlySet<string>, declared: ReadonlySet<string>): ReadonlyMap<string, string | null> =>
  names.size * declared.size > MOST_COMPARED
    ? new Map()
    : new Map([...names].map((name) => [name, nearest(name, declared)]));

/** Names that a module uses and does not declare: Terraform refuses them. Silent where a file is torn, as it may have declared them. */
export const undeclaredIn = (files: readonly FileOfModule[]): readonly Undeclared[] => {
  if (files.some(({ hcl }) => hcl.problems.length > 0)) return [];
  const declared = declaredIn(files);
  const used = files.flatMap(({ path, hcl }) => {
    const found: Named[] = [];
    for (const b of hcl.blocks) if (READ.has(b.type)) namesInBlock(b, NONE, found);
    return found.filter(({ name }) => !declared.has(name)).map(({ name, at }) => ({ name, spot: { file: path, at } }));
  });
  const meant = meantBy(new Set(used.map(({ name }) => name)), declared);
  return used.map((one) => ({ ...one, meant: meant.get(one.name) ?? null }));
};
