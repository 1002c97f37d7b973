import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import type { DocumentReader } from '../../core/monitoring/documents.ts';
import type { Place, SyntaxProblem } from '../../core/monitoring/hcl/syntax.ts';
import { known, unknown, type Value } from '../../core/monitoring/hcl/value.ts';
import { DEEPEST, placesIn } from './places.ts';

/** Manifests are written by people; what is longer takes seconds to read. */
const LONGEST = 1_048_576;
const MOST_PROBLEMS = 20;
/** Anchors may be used again and again, each time with all that hangs on them. */
const MOST_VALUES = 200_000;

interface Reading {
  readonly file: string;
  readonly placeOf: (from: number, until: number) => Place;
  readonly anchors: Map<string, Value>;
  left: number;
}

/** What YAML has beside texts, numbers and truths (large numbers, dates) is said as JSON would. */
const scalarOf = (value: unknown): string | number | boolean | null => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? null);
};

const valueOf = (node: unknown, parent: Place, reading: Reading, depth: number): Value => {
  const { file, placeOf, anchors } = reading;
  const range = (node as Node | null)?.range;
  const at = range === null || range === undefined ? parent : placeOf(range[0], range[1]);
  const from = { file, at };
  reading.left -= 1;
  if (reading.left < 0 || depth > DEEPEST) return unknown(from, 'too-much');
  if (isAlias(node)) return anchors.get(node.source) ?? unknown(from, 'syntax');
  const value = ((): Value => {
    if (isMap(node)) {
      const items = new Map<string, Value>();
      for (const { key, value: of } of node.items)
        items.set(isScalar(key) ? String(key.value) : String(key), valueOf(of, at, reading, depth + 1));
      return { from, kind: 'object', items };
    }
    if (isSeq(node)) return { from, kind: 'list', items: node.items.map((i) => valueOf(i, at, reading, depth + 1)) };
    return known(from, isScalar(node) ? scalarOf(node.value) : null);
  })();
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
  if (anchor !== undefined) anchors.set(anchor, value);
  return value;
};

const TOO_DEEP = 'nested deeper than anybody writes';

/** The parser calls itself, and says what its stack said. */
const problemOf = (at: Place, message: string): SyntaxProblem =>
  /call stack|recursion/i.test(message)
    ? { at, says: TOO_DEEP, isLimit: true }
    : { at, says: message.split('\n')[0] ?? message };

/** YAML 1.2, as many documents as there are. */
export const readYaml: DocumentReader = (file, text) => {
  const placeOf = placesIn(text);
  const start = placeOf(0, 0);
  if (text.length > LONGEST)
    return { documents: [], problems: [{ at: start, says: `longer than ${LONGEST} characters`, isLimit: true }] };
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent' });
    const all = Array.isArray(documents) ? documents : [];
    const reading = { file, placeOf, anchors: new Map<string, Value>(), left: MOST_VALUES };
    return {
      documents: all.flatMap((d) => {
        reading.anchors.clear();
        return d.contents === null ? [] : [valueOf(d.contents, start, reading, 0)];
      }),
      problems: all
        .flatMap((d) => d.errors)
        .slice(0, MOST_PROBLEMS)
        .map(({ pos: [from, until], message }) => problemOf(placeOf(from, until), message)),
    };
  } catch (error) {
    // the parser calls itself: what is nested a thousand times is more than its stack has
    const isDeep = error instanceof RangeError;
    return {
      documents: [],
      problems: [
        isDeep
          ? { at: start, says: TOO_DEEP, isLimit: true }
          : { at: start, says: error instanceof Error ? error.message : String(error) },
      ],
    };
  }
};
