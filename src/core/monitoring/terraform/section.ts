import { evaluate, type Scope } from '../hcl/evaluate.ts';
import type { Attribute, Block } from '../hcl/syntax.ts';
import { type Spot, unknown, type Value } from '../hcl/value.ts';
import type { Section } from './configuration.ts';
import { attributeOf, MOST_INSTANCES, named, pairsOf, withNames } from './instances.ts';

/** What Terraform itself reads of a resource or a module. */
const META = new Set(['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'source', 'version', 'providers']);

const isMeta = (name: string): boolean => META.has(name);

export const argumentsOf = (b: { readonly attributes: readonly Attribute[] }, scope: Scope): Map<string, Value> =>
  new Map(b.attributes.filter((a) => !isMeta(a.name)).map((a) => [a.name, evaluate(a.value, inFile(scope, a.file))]));

/** The same names, where an overriding file says something. */
const inFile = (scope: Scope, file: string | undefined): Scope => (file === undefined ? scope : { ...scope, file });

const wholeOf = ({ at, value, file }: Attribute, scope: Scope): Spot => ({
  file: file ?? scope.file,
  at: { ...at, until: Math.max(at.until, value.at.until) },
});

/** Told of blocks that a `dynamic` makes beyond those that are looked at: where it stands, and how many. */
export type TellLeft = (spot: Spot, left: number) => void;

/** A block of a resource; `dynamic "x"` becomes blocks x where its list is told, and one perhaps where it is not. */
export const sectionOf = (b: Block, scope: Scope, tellLeft: TellLeft): Section => {
  const blocks = new Map<string, Section[]>();
  const maybe = new Set<string>();
  const add = (name: string, section: Section): void => {
    const before = blocks.get(name);
    if (before === undefined) blocks.set(name, [section]);
    else before.push(section);
  };
  for (const inner of b.blocks) {
    if (inner.type !== 'dynamic') {
      if (!isMeta(inner.type)) add(inner.type, sectionOf(inner, inFile(scope, inner.file), tellLeft));
      continue;
    }
    const name = inner.labels[0] ?? '';
    const content = inner.blocks.find((c) => c.type === 'content');
    const over = attributeOf(inner, 'for_each');
    if (content === undefined || over === undefined) continue;
    const value = evaluate(over.value, scope);
    const iterator = attributeOf(inner, 'iterator')?.value;
    const called = iterator?.kind === 'name' ? iterator.name : name;
    const pairs = pairsOf(value);
    const left = Math.max(0, (pairs?.length ?? 0) - MOST_INSTANCES);
    if (pairs === null || left > 0) maybe.add(name);
    if (left > 0) tellLeft({ file: scope.file, at: inner.at }, left);
    const nobody = unknown(value.from, 'no-default');
    for (const [key, item] of pairs?.slice(0, MOST_INSTANCES) ?? [[nobody, nobody] as const])
      add(name, sectionOf(content, withNames(scope, named(called, value.from, { key, value: item })), tellLeft));
  }
  return {
    spot: { file: scope.file, at: b.at },
    end: b.end,
    arguments: argumentsOf(b, scope),
    places: new Map(b.attributes.map((a) => [a.name, wholeOf(a, scope)])),
    blocks,
    maybe,
  };
};
