import type {
  Attribute,
  Block,
  Comment,
  HclFile,
  HclReader,
  Place,
  SyntaxProblem,
} from '../../core/monitoring/hcl/syntax.ts';
import { expressionOf } from './hcl-expression.ts';
import { parseNodes, type SyntaxNode } from './syntax-nodes.ts';
import type { Parser } from 'web-tree-sitter';

/** A configuration is written by people: what is longer was made by a machine, and is refused by name. */
const LONGEST = 262_144;

/** Of a torn file so many blocks are read alone: each costs a look at all that stands before it. */
const MOST_PIECES = 200;

const START: Place = { line: 1, column: 1, from: 0, until: 0 };
const TOP = new Set([
  'resource',
  'data',
  'module',
  'variable',
  'locals',
  'output',
  'provider',
  'terraform',
  'moved',
  'import',
  'check',
  'removed',
]);

const sliceOf = (text: string, at: Place): string => text.slice(at.from, at.until);

const placeAt = (text: string, offset: number): Place => {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n'), from: offset, until: offset };
};

interface Body {
  readonly attributes: Attribute[];
  readonly blocks: Block[];
}

const bodyOf = (text: string, nodes: readonly SyntaxNode[]): Body => {
  const body: Body = { attributes: [], blocks: [] };
  for (const node of nodes) {
    if (node.type === 'body' || node.type === 'ERROR' || node.type === 'object') {
      const inner = bodyOf(text, node.kids);
      body.attributes.push(...inner.attributes);
      body.blocks.push(...inner.blocks);
    } else if (node.type === 'attribute') {
      const [name] = node.kids;
      const value = node.kids.find((k) => k.type === 'expression');
      if (name !== undefined && value !== undefined)
        body.attributes.push({ name: sliceOf(text, name.at), at: name.at, value: expressionOf(text, value) });
    } else if (node.type === 'block') {
      body.blocks.push(...blocksOf(text, node));
    }
  }
  return body;
};

/** One block; where its brace is missing, what stands at the left edge behind it is its neighbour and not inside it. */
const blocksOf = (text: string, node: SyntaxNode): Block[] => {
  const [type] = node.kids;
  const brace = node.kids.findIndex((k) => k.type === 'block_start');
  if (type === undefined || brace < 0) return [];
  const header = node.kids.slice(1, brace).filter((k) => k.type === 'string_lit' || k.type === 'identifier');
  const { attributes, blocks } = bodyOf(text, node.kids.slice(brace + 1));
  const neighbours = blocks.filter((b) => b.at.column === 1 && TOP.has(b.type));
  const own = {
    type: sliceOf(text, type.at),
    labels: header.map((k) => sliceOf(text, k.at).replace(/^"|"$/g, '')),
    at: { ...type.at, until: node.kids[brace]?.at.from ?? type.at.until },
    attributes,
    blocks: neighbours.length === 0 ? blocks : blocks.filter((b) => !neighbours.includes(b)),
    end: node.kids.at(-1)?.at.from ?? node.at.until,
  };
  return [own, ...neighbours];
};

/** The first bracket, quote or here-document that nothing closes, or what closes something else: where a person would look. */
const CLOSES: { readonly [open: string]: string } = { '{': '}', '[': ']', '(': ')' };
const MEANT: { readonly [type: string]: string } = {
  '}': '}',
  ']': ']',
  ')': ')',
  block_end: '}',
  object_end: '}',
  tuple_end: ']',
  quoted_template_end: '"',
};

const problemsOf = (text: string, root: SyntaxNode): SyntaxProblem[] => {
  const problems: SyntaxProblem[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.missing)
      problems.push({ at: node.at, says: `expected ${MEANT[node.type] ?? node.type.replaceAll('_', ' ')}` });
    else if (node.type === 'ERROR') {
      const first = node.kids[0] ?? node;
      const word =
        sliceOf(text, { ...first.at, until: Math.min(first.at.until, first.at.from + 30) }).split('\n')[0] ?? '';
      problems.push({ at: first.at, says: word === '' ? 'this cannot be read' : `did not expect "${word}" here` });
    } else if ((node.type === 'string_lit' || node.type === 'quoted_template') && hasRawLineEnd(text, node)) {
      problems.push({ at: node.at, says: 'this quote is not closed on its line' });
    }
    for (const k of node.kids) stack.push(k);
  }
  return problems;
};

/** Line ends may stand inside `${ }` of a quoted text and nowhere else in it. */
const hasRawLineEnd = (text: string, node: SyntaxNode): boolean =>
  node.kids.some((k) => k.type === 'template_literal' && sliceOf(text, k.at).includes('\n'));

/** The deepest bracket that is open at the end: that is where most torn files are torn. */
const unclosed = (root: SyntaxNode): SyntaxProblem[] => {
  const open: SyntaxNode[] = [];
  const stack = [root];
  const leaves: SyntaxNode[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kids.length === 0 && !node.missing) leaves.push(node);
    for (const k of node.kids.toReversed()) stack.push(k);
  }
  const kindOf: { readonly [type: string]: string } = {
    block_start: '{',
    object_start: '{',
    tuple_start: '[',
    block_end: '}',
    object_end: '}',
    tuple_end: ']',
  };
  for (const leaf of leaves) {
    const kind = kindOf[leaf.type] ?? leaf.type;
    if (kind in CLOSES) open.push(leaf);
    else if (kind === CLOSES[kindOf[open.at(-1)?.type ?? ''] ?? open.at(-1)?.type ?? '']) open.pop();
  }
  return open.slice(-1).map(({ at, type }) => ({ at, says: `this ${kindOf[type] ?? type} is never closed` }));
};

const commentsOf = (text: string, root: SyntaxNode): Comment[] => {
  const comments: Comment[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'comment') comments.push({ at: node.at, text: sliceOf(text, node.at) });
    for (const k of node.kids) stack.push(k);
  }
  return comments.toSorted((a, b) => a.at.from - b.at.from);
};

const refused = (at: Place, says: string): HclFile => ({
  attributes: [],
  blocks: [],
  comments: [],
  problems: [{ at, says, isLimit: true }],
});

const marked = (blocks: readonly Block[], problems: readonly SyntaxProblem[]): Block[] =>
  blocks.map((b) =>
    problems.some(({ at }) => b.at.from <= at.from && at.from <= b.end) ? { ...b, isTorn: true as const } : b,
  );

/**
 * A torn file: each piece from one block at the left edge to the next is read alone, so that one bad brace costs its own block and not
 * those behind it. What a piece cannot give is taken from the tree of the whole.
 */
const readPiecewise = (parser: Parser, text: string, root: SyntaxNode, problems: readonly SyntaxProblem[]): Body => {
  const starts = [
    ...text.matchAll(/^(?:resource|data|module|variable|locals|output|provider|terraform)\b(?=[^=\n]*\{)/gm),
  ].map((m) => m.index);
  const whole = bodyOf(text, root.kids);
  const found = new Set(whole.blocks.map((b) => b.at.from));
  const blocks = marked(whole.blocks, problems);
  for (const [i, from] of starts.slice(0, MOST_PIECES).entries()) {
    if (found.has(from)) continue;
    // what stands before is blanked, so that lines, columns and offsets stay as they are
    const blank = text.slice(0, from).replaceAll(/[^\n]/g, ' ');
    const piece = parseNodes(parser, asGrammarTakes(blank + text.slice(from, starts[i + 1] ?? text.length)));
    if (piece.kind !== 'tree') continue;
    const own = bodyOf(text, piece.root.kids).blocks.filter((b) => b.at.from === from);
    blocks.push(...marked(own, problemsOf(text, piece.root)));
  }
  return { attributes: whole.attributes, blocks: blocks.toSorted((a, b) => a.at.from - b.at.from) };
};

/** The grammar knows no `1e5`, which Terraform takes: as long a number stands in for it, and what it says is read from the text itself. */
const asGrammarTakes = (text: string): string =>
  !/\d[eE][+-]?\d/.test(text)
    ? text
    : text.replaceAll(/(?<![\w.])\d+[eE][+-]?\d+\b/g, (number) => number.replaceAll(/\D/g, '0'));

export const hclReader =
  (parser: Parser): HclReader =>
  (given) => {
    const text = given.startsWith('\u{feff}') ? ` ${given.slice(1)}` : given;
    if (text.length > LONGEST) return refused(START, `longer than ${String(LONGEST)} characters`);
    const parsed = parseNodes(parser, asGrammarTakes(text));
    if (parsed.kind === 'gave-up') return refused(placeAt(text, parsed.offset), 'took too long to read');
    if (parsed.kind === 'too-deep') return refused(parsed.at, 'nested deeper than anybody writes');
    const { root, torn } = parsed;
    const problems = [...(torn ? unclosed(root) : []), ...problemsOf(text, root)];
    const whole = torn ? readPiecewise(parser, text, root, problems) : bodyOf(text, root.kids);
    return {
      attributes: whole.attributes,
      blocks: torn ? whole.blocks : marked(whole.blocks, problems),
      comments: /#|\/\/|\/\*/.test(text) ? commentsOf(text, root) : [],
      problems: problems.toSorted((x, y) => x.at.from - y.at.from),
    };
  };
