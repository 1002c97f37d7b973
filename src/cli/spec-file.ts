import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import type { Written, WrittenMember } from '../core/monitoring/written.ts';
import { readYamlFile } from './yaml-file.ts';

/** A spec is five deep. */
const DEEPEST = 20;

/**
 * Reads YAML, of which JSON is a part, as values with places; what they mean is for `readSpec`. Everything that is not understood is told,
 * each with its place: `FILE:LINE:COLUMN: what`.
 */
export const parseSpecFile = (file: string, text: string): Result<Written, readonly string[]> => {
  const yaml = readYamlFile(file, text, 'a spec');
  if (!yaml.ok) return yaml;
  const { contents, placeAt } = yaml.value;
  const problems: string[] = [];
  const tell = (at: string, what: string): void => void problems.push(`${at}: ${what}`);
  const written = writtenOf(contents, { at: `${file}:1:1`, depth: 0, placeAt, tell });
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
