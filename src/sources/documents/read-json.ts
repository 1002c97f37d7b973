import { createScanner, type Node, parseTree, type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { DocumentReader } from '../../core/monitoring/documents.ts';
import type { Place, SyntaxProblem } from '../../core/monitoring/hcl/syntax.ts';
import { known, type Value } from '../../core/monitoring/hcl/value.ts';
import { DEEPEST, placesIn } from './places.ts';

const MOST_PROBLEMS = 20;

/** The parser calls itself for each bracket: what is too deep is told before it is begun. Null: it is not. */
const tooDeepAt = (text: string): number | null => {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const at = scanner.getTokenOffset();
    const mark = text[at];
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth > DEEPEST) return at;
  }
  return null;
};

const valueOf = (node: Node, file: string, placeOf: (from: number, until: number) => Place): Value => {
  const from = { file, at: placeOf(node.offset, node.offset + node.length) };
  const inner = node.children ?? [];
  if (node.type === 'array') return { from, kind: 'list', items: inner.map((child) => valueOf(child, file, placeOf)) };
  if (node.type !== 'object') return known(from, (node.value ?? null) as string | number | boolean | null);
  const items = new Map<string, Value>();
  for (const { children: [key, value] = [] } of inner)
    if (key !== undefined && value !== undefined) items.set(String(key.value), valueOf(value, file, placeOf));
  return { from, kind: 'object', items };
};

const WORDS: { readonly [code: string]: string } = {
  InvalidSymbol: 'this is no JSON',
  PropertyNameExpected: 'a name in quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a } is missing here',
  CloseBracketExpected: 'a ] is missing here',
  EndOfFileExpected: 'nothing is expected behind the end',
  UnexpectedEndOfString: 'this quote is not closed',
};

/** JSON, with comments where somebody wrote them. */
export const readJson: DocumentReader = (file, given) => {
  const text = given.startsWith('\u{feff}') ? ` ${given.slice(1)}` : given;
  const placeOf = placesIn(text);
  const deep = tooDeepAt(text);
  if (deep !== null)
    return {
      documents: [],
      problems: [{ at: placeOf(deep, deep + 1), says: 'nested deeper than anybody writes', isLimit: true }],
    };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const problems = errors.slice(0, MOST_PROBLEMS).map(({ error, offset, length }): SyntaxProblem => {
    const code = printParseErrorCode(error);
    return { at: placeOf(offset, offset + length), says: WORDS[code] ?? 'this is no JSON' };
  });
  return { documents: root === undefined ? [] : [valueOf(root, file, placeOf)], problems };
};
