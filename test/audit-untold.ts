import type { Block, Expression, HclReader, Place } from '../src/core/monitoring/hcl/syntax.ts';
import { openHclReader } from '../src/sources/terraform/open-hcl-reader.ts';

const read: HclReader = await openHclReader();

/** What Terraform reads itself, and what says how often something is made: a count that is not told makes what a count of 0 does not. */
const LEFT = new Set(['count', 'for_each', 'source', 'version', 'provider', 'depends_on', 'required_providers']);

const inExpression = (e: Expression): readonly Place[] => {
  switch (e.kind) {
    case 'literal':
      return e.value === null ? [] : [e.at];
    case 'list':
      return e.items.flatMap(inExpression);
    case 'object':
      return e.items.flatMap(([, value]) => inExpression(value));
    case 'call':
      return e.arguments.flatMap(inExpression);
    case 'unary':
      return inExpression(e.of);
    case 'binary':
      return [...inExpression(e.left), ...inExpression(e.right)];
    default:
      return [];
  }
};

const inBlock = (b: Block): readonly Place[] => [
  ...b.attributes.filter(({ name }) => !LEFT.has(name)).flatMap(({ value }) => inExpression(value)),
  ...b.blocks.flatMap(inBlock),
];

const places = (text: string): readonly Place[] =>
  read(text)
    .blocks.filter(({ type }) => ['resource', 'data', 'locals', 'module'].includes(type))
    .flatMap(inBlock);

interface Literal extends Place {
  readonly path: string;
}

/** Each text, number and truth that is written in the body of something. */
export const literalsIn = (texts: Readonly<Record<string, string>>): readonly Literal[] =>
  Object.entries(texts).flatMap(([path, text]) =>
    path.endsWith('.tf') ? places(text).map((place) => ({ ...place, path })) : [],
  );

/** The same texts with variables that nobody gives a value in the place of some literals. */
export const untold = (
  texts: Readonly<Record<string, string>>,
  chosen: readonly number[],
): { readonly texts: Readonly<Record<string, string>>; readonly names: readonly string[] } => {
  const literals = literalsIn(texts).filter((_, i) => chosen.includes(i));
  const names: string[] = [];
  const changed = Object.entries(texts).map(([path, text]) => {
    const own = literals.filter((one) => one.path === path).toSorted((a, b) => b.from - a.from);
    let now = text;
    for (const { from, until, line } of own) {
      const was = now.slice(from, until);
      names.push(`${path}:${line} ${was.trim()}`);
      now = `${now.slice(0, from)}var.untold${was.endsWith('\n') ? '\n' : ''}${now.slice(until)}`;
    }
    return [path, now] as const;
  });
  const folders = new Set(literals.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
  const declared = [...folders].map((folder) => [`${folder}untold.tf`, 'variable "untold" {}\n'] as const);
  return { texts: Object.fromEntries([...changed, ...declared]), names };
};
