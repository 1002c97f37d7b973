import type { Expression, Place, Step } from '../../core/monitoring/hcl/syntax.ts';
import type { SyntaxNode } from './syntax-nodes.ts';

/** Between two: from the beginning of the first to the end of the last. */
const across = (first: Place, last: Place): Place => ({ ...first, until: last.until });

const unread = (at: Place, why: 'syntax' | 'directive' = 'syntax'): Expression => ({ at, kind: 'unread', why });

const kid = (node: SyntaxNode, type: string): SyntaxNode | undefined => node.kids.find((k) => k.type === type);
const sliceOf = (text: string, at: Place): string => text.slice(at.from, at.until);

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** What stands between two quotes, as it is meant. */
const unescaped = (raw: string): string =>
  raw
    .replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
      (whole, four?: string, eight?: string, letter?: string) => {
        const code = Number.parseInt(four ?? eight ?? '', 16);
        if (code <= 0x10ffff) return String.fromCodePoint(code);
        return ESCAPES[letter ?? ''] ?? whole;
      },
    )
    .replace(/([$%])\1\{/g, '$1{');

/** Literal text is cut out of the source between what is not literal: the grammar drops spaces at the edges of a chunk. */
const templateParts = (
  text: string,
  kids: readonly SyntaxNode[],
  from: number,
  until: number,
  read: (raw: string, first: boolean) => string,
): Expression[] => {
  const parts: Expression[] = [];
  let at = from;
  let trim = false;
  const literal = (node: Place, end: number, trimEnd: boolean): void => {
    let value = read(text.slice(at, end), at === from);
    if (trim) value = value.trimStart();
    if (trimEnd) value = value.trimEnd();
    if (value !== '') parts.push({ at: { ...node, from: at, until: end }, kind: 'literal', value });
  };
  for (const node of kids) {
    if (node.type !== 'template_interpolation' && node.type !== 'template_directive') continue;
    literal(node.at, node.at.from, node.kids[1]?.type === 'strip_marker');
    const inner = kid(node, 'expression');
    if (node.type === 'template_directive') parts.push(unread(node.at, 'directive'));
    else parts.push(inner === undefined ? unread(node.at) : expressionOf(text, inner));
    trim = node.kids.at(-2)?.type === 'strip_marker';
    at = node.at.until;
  }
  const last = kids.at(-1)?.at;
  if (last !== undefined) literal(last, until, false);
  return parts;
};

const template = (at: Place, parts: readonly Expression[]): Expression => {
  const [only] = parts;
  if (only === undefined) return { at, kind: 'literal', value: '' };
  return parts.length === 1 && only.kind === 'literal' ? { ...only, at } : { at, kind: 'template', parts };
};

const quoted = (text: string, node: SyntaxNode): Expression => {
  const from = node.kids[0]?.at.until ?? node.at.from;
  const until = Math.max(from, node.kids.at(-1)?.at.from ?? from);
  return template(node.at, templateParts(text, node.kids, from, until, unescaped));
};

/** `<<-` takes off the indentation that all lines share. */
const heredoc = (text: string, node: SyntaxNode): Expression => {
  const [start, opening] = node.kids;
  const closing = node.kids.at(-1);
  if (start === undefined || opening === undefined || closing === undefined || closing === opening)
    return unread(node.at);
  const from = text.indexOf('\n', opening.at.until) + 1;
  const until = Math.max(from, text.lastIndexOf('\n', closing.at.from) + 1);
  const indents =
    sliceOf(text, start.at) === '<<-'
      ? [...text.slice(from, until).matchAll(/^[ \t]*(?=\S)/gm)].map((m) => m[0].length)
      : [0];
  const indent = Math.min(...(indents.length === 0 ? [0] : indents));
  const edge = new RegExp(`\\n[ \\t]{0,${String(indent)}}`, 'g');
  const read = (raw: string, first: boolean): string =>
    (first ? `\n${raw}` : raw)
      .replaceAll('\r\n', '\n')
      .replaceAll(edge, '\n')
      .slice(first ? 1 : 0);
  return template(node.at, templateParts(text, node.kids, from, until, read));
};

const stepsOf = (text: string, node: SyntaxNode): Step[] => {
  const name = kid(node, 'identifier');
  switch (node.type) {
    case 'get_attr':
      return name === undefined ? [] : [{ kind: 'attribute', name: sliceOf(text, name.at) }];
    case 'new_index': {
      const of = kid(node, 'expression');
      return of === undefined ? [] : [{ kind: 'index', of: expressionOf(text, of) }];
    }
    case 'legacy_index':
      return [{ kind: 'index', of: { at: node.at, kind: 'literal', value: Number(sliceOf(text, node.at).slice(1)) } }];
    case 'attr_splat':
    case 'full_splat':
      return [{ kind: 'splat' }, ...node.kids.flatMap((k) => stepsOf(text, k))];
    default:
      return node.kids.flatMap((k) => stepsOf(text, k));
  }
};

const isStep = (node: SyntaxNode): boolean =>
  node.type === 'get_attr' || node.type === 'index' || node.type === 'splat';
const isNoise = (node: SyntaxNode): boolean => node.type === 'comment' || node.type === '(' || node.type === ')';

/** A term and the steps behind it. */
const termOf = (text: string, nodes: readonly SyntaxNode[], whole: Place): Expression => {
  const [first, ...rest] = nodes.filter((node) => !isNoise(node));
  if (first === undefined) return unread(whole);
  const steps = rest.filter(isStep).flatMap((step) => stepsOf(text, step));
  const root = expressionOf(text, first);
  return steps.length === 0 ? root : { at: across(first.at, rest.at(-1)?.at ?? first.at), kind: 'path', root, steps };
};

const BINARY = new Set(['*', '/', '%', '+', '-', '>', '>=', '<', '<=', '==', '!=', '&&', '||']);

const binary = (text: string, node: SyntaxNode): Expression => {
  const middle = node.kids.findIndex((k) => BINARY.has(k.type));
  if (middle < 1) return unread(node.at);
  return {
    at: node.at,
    kind: 'binary',
    operator: node.kids[middle]?.type ?? '',
    left: termOf(text, node.kids.slice(0, middle), node.at),
    right: termOf(text, node.kids.slice(middle + 1), node.at),
  };
};

/** The grammar takes `a ? b : c ? d : e` for `(a ? b : c) ? d : e`; Terraform means `a ? b : (c ? d : e)`. */
const choice = (text: string, node: SyntaxNode): Expression => {
  const [test, yes, no] = node.kids.filter((k) => k.type === 'expression');
  if (test === undefined || yes === undefined || no === undefined) return unread(node.at);
  const tail = { at: node.at, kind: 'choice' as const, yes: expressionOf(text, yes), no: expressionOf(text, no) };
  const inner = test.kids.length === 1 && test.kids[0]?.type === 'conditional' ? expressionOf(text, test) : null;
  const hang = (on: Expression): Expression =>
    on.kind === 'choice' ? { ...on, at: node.at, no: hang(on.no) } : { ...tail, test: on };
  return inner === null ? { ...tail, test: expressionOf(text, test) } : hang(inner);
};

const forOf = (text: string, node: SyntaxNode): Expression => {
  const intro = kid(node, 'for_intro');
  const over = intro === undefined ? undefined : kid(intro, 'expression');
  const names = (intro?.kids ?? []).filter((k) => k.type === 'identifier').map((k) => sliceOf(text, k.at));
  const items = node.kids.filter((k) => k.type === 'expression');
  const item = items.at(-1);
  const only = kid(kid(node, 'for_cond') ?? node, node.kids.some((k) => k.type === 'for_cond') ? 'expression' : '');
  if (over === undefined || item === undefined) return unread(node.at);
  const object = node.type === 'for_object_expr';
  const itemKey = object ? items[0] : undefined;
  return {
    at: node.at,
    kind: 'for',
    makes: object ? 'object' : 'list',
    key: names.length > 1 ? (names[0] ?? null) : null,
    value: names.at(-1) ?? '',
    over: expressionOf(text, over),
    itemKey: itemKey === undefined ? null : expressionOf(text, itemKey),
    item: expressionOf(text, item),
    grouped: kid(node, 'ellipsis') !== undefined,
    only: only === undefined ? null : expressionOf(text, only),
  };
};

const objectItem = (text: string, node: SyntaxNode): readonly [Expression, Expression][] => {
  const [key, value] = node.kids.filter((k) => k.type === 'expression');
  if (key === undefined || value === undefined) return [];
  const read = expressionOf(text, key);
  // a bare word as a key is its name; in brackets it is what it refers to
  const bare = read.kind === 'name' && key.kids[0]?.type === 'variable_expr';
  return [[bare ? { at: read.at, kind: 'literal', value: read.name } : read, expressionOf(text, value)]];
};

export const expressionOf = (text: string, node: SyntaxNode): Expression => {
  const { at } = node;
  const only = node.kids[0];
  const raw = (): string => sliceOf(text, at);
  switch (node.type) {
    case 'expression':
      return termOf(text, node.kids, at);
    case 'literal_value':
    case 'collection_value':
    case 'template_expr':
    case 'operation':
    case 'for_expr':
      return only === undefined ? unread(at) : expressionOf(text, only);
    case 'numeric_lit':
      return { at, kind: 'literal', value: Number(raw()) };
    case 'bool_lit':
      return { at, kind: 'literal', value: raw() === 'true' };
    case 'null_lit':
      return { at, kind: 'literal', value: null };
    case 'string_lit':
    case 'quoted_template':
      return quoted(text, node);
    case 'heredoc_template':
      return heredoc(text, node);
    case 'variable_expr':
      return { at, kind: 'name', name: raw() };
    case 'tuple':
      return {
        at,
        kind: 'list',
        items: node.kids.filter((k) => k.type === 'expression').map((k) => expressionOf(text, k)),
      };
    case 'object':
      return {
        at,
        kind: 'object',
        items: node.kids.filter((k) => k.type === 'object_elem').flatMap((k) => objectItem(text, k)),
      };
    case 'function_call': {
      const args = kid(node, 'function_arguments')?.kids ?? [];
      return {
        at,
        kind: 'call',
        name: only === undefined ? '' : sliceOf(text, only.at),
        arguments: args.filter((k) => k.type === 'expression').map((k) => expressionOf(text, k)),
        spread: args.some((k) => k.type === 'ellipsis'),
      };
    }
    case 'for_tuple_expr':
    case 'for_object_expr':
      return forOf(text, node);
    case 'conditional':
      return choice(text, node);
    case 'unary_operation':
      return { at, kind: 'unary', operator: only?.type ?? '', of: termOf(text, node.kids.slice(1), at) };
    case 'binary_operation':
      return binary(text, node);
    default:
      return unread(at);
  }
};
