import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import type { Written, WrittenMember } from '../core/monitoring/written.ts';

const MOST_CHARACTERS = 1_048_576;
/** A spec is five deep. */
const DEEPEST = 20;

/**
 * Reads YAML, of which JSON is a part, as values with places; what they mean is for `readSpec`. Everything that is not understood is told,
 * each with its place: `FILE:LINE:COLUMN: what`.
 */
export const parseSpecFile = (file: string, text: string): Result<Written, readonly string[]> => {
  if (text.length > MOST_CHARACTERS) return fail([`${file}: ${text.length} characters: a mebibyte is the most`]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false });
  const problems: string[] = [];
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  for (const { pos, message, code } of [...document.errors, ...document.warnings])
    problems.push(
      `${placeAt(pos[0])}: ${code === 'MULTIPLE_DOCS' ? 'a second document begins here: a spec is one' : message}`,
    );
  if (problems.length > 0) return fail(problems);
  const tell = (at: string, what: string): void => void problems.push(`${at}: ${what}`);
  const written = writtenOf(document.contents, { at: `${file}:1:1`, depth: 0, placeAt, tell });
  return problems.length > 0 ? fail(problems) : ok(written);
};

interface Way {
  /** Of what holds the value. */
  readonly at: string;
  readonly depth: number;
  readonly placeAt: (offset: number) => string;
  readonly tell: (at: string, what: string) => void;
}

const writtenOf = (node: Node | null, way: Way): Written => {
  const at = node?.range === undefined || node.range === null ? way.at : way.placeAt(node.range[0]);
  const inside = { ...way, at, depth: way.depth + 1 };
  const nothing = { kind: 'scalar', at, value: null } as const;
  if (way.depth > DEEPEST) {
    way.tell(at, `nested deeper than ${DEEPEST}`);
    return nothing;
  }
  if (node === null) return nothing;
  if (isMap<Node, Node | null>(node))
    return { kind: 'map', at, members: node.items.map((pair) => memberOf(pair, inside)) };
  if (isSeq<Node | null>(node)) return { kind: 'list', at, items: node.items.map((item) => writtenOf(item, inside)) };
  if (isScalar(node)) {
    const { value } = node;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', at, value };
    way.tell(at, 'expected a text, a number, true or false');
    return nothing;
  }
  way.tell(at, 'an alias (*name) is not taken: write the value itself');
  return nothing;
};

const memberOf = ({ key, value }: Pair<Node, Node | null>, way: Way): WrittenMember => {
  const at = way.placeAt(key.range?.[0] ?? 0);
  if (!isScalar(key)) way.tell(at, 'expected a name before the colon');
  return { name: isScalar(key) ? String(key.value) : '', at, value: writtenOf(value, { ...way, at }) };
};
