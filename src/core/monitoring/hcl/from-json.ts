import type { ProviderBlock, ProviderTypes } from '../provider/provider-types.ts';
import type { Attribute, Block, Expression, HclFile, HclReader } from './syntax.ts';
import type { Value } from './value.ts';

/** https://developer.hashicorp.com/terraform/language/syntax/json : blocks are objects, labels are their names, texts are templates. */
const LABELS: { readonly [type: string]: number } = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  module: 1,
  variable: 1,
  output: 1,
  provider: 1,
  check: 1,
};

interface Reading {
  readonly hcl: HclReader;
  readonly types: ProviderTypes;
}

const at = (value: Value): Expression['at'] => value.from.at;

/** Everything that a text of JSON says stands where the text does. */
const standing = (e: Expression, place: Expression['at']): Expression => {
  const all = (es: readonly Expression[]): readonly Expression[] => es.map((inner) => standing(inner, place));
  switch (e.kind) {
    case 'template':
      return { ...e, at: place, parts: all(e.parts) };
    case 'path':
      return {
        ...e,
        at: place,
        root: standing(e.root, place),
        steps: e.steps.map((s) => (s.kind === 'index' ? { ...s, of: standing(s.of, place) } : s)),
      };
    case 'list':
      return { ...e, at: place, items: all(e.items) };
    case 'object':
      return { ...e, at: place, items: e.items.map(([k, v]) => [standing(k, place), standing(v, place)] as const) };
    case 'call':
      return { ...e, at: place, arguments: all(e.arguments) };
    case 'choice':
      return {
        ...e,
        at: place,
        test: standing(e.test, place),
        yes: standing(e.yes, place),
        no: standing(e.no, place),
      };
    case 'unary':
      return { ...e, at: place, of: standing(e.of, place) };
    case 'binary':
      return { ...e, at: place, left: standing(e.left, place), right: standing(e.right, place) };
    default:
      return { ...e, at: place };
  }
};

/** A here-document ends its text with a line end that the text of JSON has not. */
const withoutLastLineEnd = (e: Expression): Expression => {
  if (e.kind === 'literal' && typeof e.value === 'string') return { ...e, value: e.value.replace(/\n$/, '') };
  if (e.kind !== 'template') return e;
  const parts = e.parts.map((part, i) => (i === e.parts.length - 1 ? withoutLastLineEnd(part) : part));
  const said = parts.filter((part) => !(part.kind === 'literal' && part.value === ''));
  return { ...e, parts: said };
};

const expressionOf = (value: Value, reading: Reading): Expression => {
  const place = at(value);
  if (value.kind === 'list')
    return { at: place, kind: 'list', items: value.items.map((item) => expressionOf(item, reading)) };
  if (value.kind === 'object')
    return {
      at: place,
      kind: 'object',
      items: [...value.items].map(([name, item]) => [
        { at: place, kind: 'literal', value: name },
        expressionOf(item, reading),
      ]),
    };
  if (value.kind === 'unknown') return { at: place, kind: 'unread', why: 'syntax' };
  const text = value.value;
  if (typeof text !== 'string' || !/[$%]\{/.test(text)) return { at: place, kind: 'literal', value: text };
  const [attribute] = reading.hcl(`x = <<UNMASQ_END\n${text}\nUNMASQ_END\n`).attributes;
  return attribute === undefined
    ? { at: place, kind: 'unread', why: 'syntax' }
    : standing(withoutLastLineEnd(attribute.value), place);
};

const isBlock = (name: string, value: Value, block: ProviderBlock | undefined): boolean => {
  const spec = block !== undefined && Object.hasOwn(block, name) ? block[name] : undefined;
  if (spec !== undefined) return spec.block !== undefined;
  if (name === 'dynamic' || name === 'lifecycle') return true;
  return block === undefined && value.kind === 'list' && value.items.every((item) => item.kind === 'object');
};

const bodyOf = (
  value: Value,
  block: ProviderBlock | undefined,
  reading: Reading,
): Pick<Block, 'attributes' | 'blocks'> => {
  const attributes: Attribute[] = [];
  const blocks: Block[] = [];
  for (const [name, item] of value.kind === 'object' ? value.items : []) {
    if (name === '//') continue;
    if (name === 'dynamic' && item.kind === 'object')
      for (const [label, of] of item.items) {
        const inner = block !== undefined && Object.hasOwn(block, label) ? block[label]?.block : undefined;
        blocks.push({ ...blockOf('dynamic', [label], of, undefined, reading), ...contentOf(of, inner, reading) });
      }
    else if (isBlock(name, item, block))
      for (const one of item.kind === 'list' ? item.items : [item])
        blocks.push(blockOf(name, [], one, block === undefined ? undefined : block[name]?.block, reading));
    else attributes.push({ name, at: at(item), value: expressionOf(item, reading) });
  }
  return { attributes, blocks };
};

/** `content` of a dynamic block is a block of its type. */
const contentOf = (
  value: Value,
  block: ProviderBlock | undefined,
  reading: Reading,
): Pick<Block, 'attributes' | 'blocks'> => {
  const content = value.kind === 'object' ? value.items.get('content') : undefined;
  const rest: Value =
    value.kind === 'object'
      ? { ...value, items: new Map([...value.items].filter(([name]) => name !== 'content')) }
      : value;
  const { attributes, blocks } = bodyOf(rest, undefined, reading);
  return {
    attributes,
    blocks: content === undefined ? blocks : [...blocks, blockOf('content', [], content, block, reading)],
  };
};

const blockOf = (
  type: string,
  labels: readonly string[],
  value: Value,
  block: ProviderBlock | undefined,
  reading: Reading,
): Block => ({ type, labels, at: at(value), end: at(value).until - 1, ...bodyOf(value, block, reading) });

const each = (value: Value): readonly Value[] => (value.kind === 'list' ? value.items : [value]);

const labelled = (
  type: string,
  value: Value,
  left: number,
  labels: readonly string[],
  reading: Reading,
): readonly Block[] => {
  if (left === 0) {
    const [resource = ''] = labels;
    const isKnown = type === 'resource' && Object.hasOwn(reading.types.resources, resource);
    const spec = isKnown ? reading.types.resources[resource] : undefined;
    return each(value).map((one) => blockOf(type, labels, one, spec, reading));
  }
  return each(value).flatMap((one) =>
    one.kind === 'object'
      ? [...one.items].flatMap(([name, inner]) => labelled(type, inner, left - 1, [...labels, name], reading))
      : [],
  );
};

/** Terraform written as JSON, as the same tree that its own language gives. */
export const hclFromJson = (document: Value, hcl: HclReader, types: ProviderTypes): HclFile => {
  const reading = { hcl, types };
  const top = document.kind === 'object' ? [...document.items] : [];
  const blocks = top
    .filter(([type]) => type !== '//')
    .flatMap(([type, value]) => labelled(type, value, LABELS[type] ?? 0, [], reading));
  return { attributes: [], blocks, comments: [], problems: [] };
};
