import type { Node, Parser } from 'web-tree-sitter';
import type { Place } from '../../core/monitoring/hcl/syntax.ts';

/** A node of tree-sitter's tree, taken out of the engine's memory: asking that for each thing costs more than parsing. */
export interface SyntaxNode {
  readonly type: string;
  readonly at: Place;
  readonly missing: boolean;
  readonly kids: SyntaxNode[];
}

/** Deeper than anybody writes, and shallow enough for functions that call themselves. */
const DEPTH = 400;

/**
 * How often the engine looks up from its work before it is told to give up: four times what the worst text of that length that was
 * found takes (a million quotes: 30,044 looks, 5 s). A count and no clock, so that the same file has the same end.
 */
const looksFor = (text: string): number => 1_000 + text.length / 8;

export type Parsed =
  | { readonly kind: 'tree'; readonly root: SyntaxNode; readonly torn: boolean }
  | { readonly kind: 'gave-up'; readonly offset: number }
  | { readonly kind: 'too-deep'; readonly at: Place };

/** Of a text that somebody wrote there is a node for every four or five characters. */
const nodesFor = (text: string): number => 10_000 + text.length;

const placeOf = (cursor: {
  readonly startPosition: Node['startPosition'];
  readonly startIndex: number;
  readonly endIndex: number;
}): Place => {
  const { row, column } = cursor.startPosition;
  return { line: row + 1, column: column + 1, from: cursor.startIndex, until: cursor.endIndex };
};

export const parseNodes = (parser: Parser, text: string): Parsed => {
  const most = looksFor(text);
  let looks = 0;
  let offset = 0;
  const tree = parser.parse(text, null, {
    progressCallback: (state): boolean => {
      offset = state.currentOffset / 2; // it counts bytes of UTF-16
      looks += 1;
      return looks > most;
    },
  });
  if (tree === null) {
    parser.reset();
    return { kind: 'gave-up', offset };
  }
  const cursor = tree.walk();
  const torn = tree.rootNode.hasError;
  try {
    const root: SyntaxNode = { type: cursor.nodeType, at: placeOf(cursor), missing: false, kids: [] };
    const stack = [root];
    const mostNodes = nodesFor(text);
    let nodes = 0;
    let down = cursor.gotoFirstChild();
    while (down || stack.length > 0) {
      if (down) {
        nodes += 1;
        if (nodes > mostNodes) return { kind: 'gave-up', offset: cursor.startIndex };
        const node: SyntaxNode = {
          type: cursor.nodeType,
          at: placeOf(cursor),
          missing: cursor.nodeIsMissing,
          kids: [],
        };
        stack.at(-1)?.kids.push(node);
        if (cursor.gotoFirstChild()) {
          if (stack.length > DEPTH) return { kind: 'too-deep', at: node.at };
          stack.push(node);
          continue;
        }
      }
      down = cursor.gotoNextSibling();
      if (!down) {
        stack.pop();
        if (stack.length > 0) cursor.gotoParent();
      }
    }
    return { kind: 'tree', root, torn };
  } finally {
    cursor.delete();
    tree.delete();
  }
};
