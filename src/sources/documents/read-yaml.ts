import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { DocumentReader } from '../../core/monitoring/documents.ts';
import type { Place } from '../../core/monitoring/hcl/syntax.ts';
import { known, unknown, type Value } from '../../core/monitoring/hcl/value.ts';
import { readYamlDocuments } from '../../yaml/read-documents.ts';
import { placesIn } from './places.ts';

/** Anchors may be used again and again, each time with all that hangs on them. */
const MOST_VALUES = 200_000;

/** With how many values it has. */
interface Anchored {
  readonly value: Value;
  readonly size: number;
}

interface Reading {
  readonly file: string;
  readonly placeOf: (from: number, until: number) => Place;
  readonly anchors: Map<string, Anchored>;
  left: number;
  /** Where there were none left; null: there are. */
  endedAt: Place | null;
}

/** What YAML has beside texts, numbers and truths (large numbers, dates) is said as JSON would. */
const scalarOf = (value: unknown): string | number | boolean | null => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? null);
};

const ended = (at: Place, reading: Reading): Value => {
  reading.endedAt ??= at;
  return unknown({ file: reading.file, at }, 'too-much');
};

const valueOf = (node: unknown, parent: Place, reading: Reading): Value => {
  const { file, placeOf, anchors } = reading;
  const range = (node as Node | null)?.range;
  const at = range === null || range === undefined ? parent : placeOf(range[0], range[1]);
  const from = { file, at };
  reading.left -= 1;
  if (reading.left < 0) return ended(at, reading);
  if (isAlias(node)) {
    const anchored = anchors.get(node.source);
    if (anchored === undefined) return unknown(from, 'syntax');
    reading.left -= anchored.size;
    return reading.left < 0 ? ended(at, reading) : anchored.value;
  }
  const before = reading.left;
  const value = ((): Value => {
    if (isMap(node)) {
      const items = new Map<string, Value>();
      for (const { key, value: of } of node.items)
        items.set(isScalar(key) ? String(key.value) : String(key), valueOf(of, at, reading));
      return { from, kind: 'object', items };
    }
    if (isSeq(node)) return { from, kind: 'list', items: node.items.map((i) => valueOf(i, at, reading)) };
    return known(from, isScalar(node) ? scalarOf(node.value) : null);
  })();
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
  if (anchor !== undefined) anchors.set(anchor, { value, size: before - reading.left });
  return value;
};

/** YAML 1.2, as many documents as there are. */
export const readYaml: DocumentReader = (file, text) => {
  const placeOf = placesIn(text);
  const start = placeOf(0, 0);
  const { documents, problems } = readYamlDocuments(text);
  const reading: Reading = { file, placeOf, anchors: new Map(), left: MOST_VALUES, endedAt: null };
  const values = documents.flatMap((d) => {
    reading.anchors.clear();
    return d.contents === null ? [] : [valueOf(d.contents, start, reading)];
  });
  return {
    documents: values,
    problems: [
      ...problems.map(({ from, until, says, isLimit }) => ({
        at: placeOf(from, until),
        says,
        ...(isLimit ? { isLimit } : {}),
      })),
      ...(reading.endedAt === null
        ? []
        : [
            {
              at: reading.endedAt,
              says: `more than ${MOST_VALUES} values up to here, what aliases stand for counted each time`,
              isLimit: true as const,
            },
          ]),
    ],
  };
};
