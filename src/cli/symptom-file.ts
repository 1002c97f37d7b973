import { RE2JS, RE2JSException } from 're2js';
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import { LOOKED_AT, type Symptom, SYMPTOMS, symptomIn, type SymptomReader } from '../core/symptom.ts';
import { readYamlFile } from './yaml-file.ts';

/** A wording of the user's own. Its pattern is RE2's, which takes time with the length of the line, whatever the pattern. */
interface OwnWording {
  readonly of: Symptom;
  readonly pattern: RE2JS;
}

/** What each wording has to say, and nothing else. */
const KEYS = ['name', 'pattern', 'is'] as const;
type Key = (typeof KEYS)[number];

/** Each is looked for in each line. */
const MOST_WORDINGS = 100;

/**
 * Reads wordings of symptoms: a YAML list of `{ name, pattern, is }`. They count before the usual ones, in their order. Everything that is not
 * understood is told, each with its place: `FILE:LINE:COLUMN: what`.
 */
export const parseSymptomFile = (file: string, text: string): Result<SymptomReader, readonly string[]> => {
  const yaml = readYamlFile(file, text, 'a list of wordings');
  if (!yaml.ok) return yaml;
  const { contents, placeAt } = yaml.value;
  const problems: string[] = [];
  const tell = (offset: number, what: string): void => void problems.push(`${placeAt(offset)}: ${what}`);
  if (!isSeq<Node | null>(contents)) return fail([`${file}:1:1: expected a list of { name, pattern, is }`]);
  if (contents.items.length > MOST_WORDINGS)
    return fail([`${file}: ${contents.items.length} wordings: ${MOST_WORDINGS} are the most`]);
  const wordings = contents.items.flatMap((item) => wordingOf(item, contents.range?.[0] ?? 0, tell));
  return problems.length > 0 ? fail(problems) : ok(readerOf(wordings));
};

type Tell = (offset: number, what: string) => void;

const wordingOf = (item: Node | null, list: number, tell: Tell): readonly OwnWording[] => {
  const at = item?.range?.[0] ?? list;
  if (!isMap<Node, Node | null>(item)) {
    tell(at, 'expected { name, pattern, is }');
    return [];
  }
  const told = new Map<Key, { readonly text: string; readonly at: number }>();
  for (const pair of item.items) {
    const taken = memberOf(pair);
    if (typeof taken === 'string') tell(pair.key.range?.[0] ?? at, taken);
    else told.set(taken.key, taken);
  }
  for (const key of KEYS.filter((one) => !item.has(one))) tell(at, `${key} is missing`);
  const [pattern, is] = [told.get('pattern'), told.get('is')];
  const of = SYMPTOMS.find((symptom) => symptom === is?.text);
  if (is !== undefined && of === undefined)
    tell(is.at, `is: expected one of ${SYMPTOMS.join(', ')}, got "${is.text.slice(0, 40)}"`);
  const compiled = pattern === undefined ? null : patternOf(pattern.text);
  if (typeof compiled === 'string') tell(pattern?.at ?? at, `pattern: ${compiled}`);
  return of === undefined || compiled === null || typeof compiled === 'string' ? [] : [{ of, pattern: compiled }];
};

/** One `KEY: TEXT`, or why it is none. */
const memberOf = ({ key, value }: Pair<Node, Node | null>) => {
  const name = KEYS.find((one) => isScalar(key) && key.value === one);
  if (name === undefined) return `expected ${KEYS.join(', ')}, got ${String(key).slice(0, 40)}`;
  return isScalar(value) && typeof value.value === 'string' && value.value !== ''
    ? { key: name, text: value.value, at: value.range?.[0] ?? 0 }
    : `${name}: expected a text`;
};

const patternOf = (text: string): RE2JS | string => {
  try {
    const pattern = RE2JS.compile(text);
    return pattern.test('') ? 'it is in every line, also in an empty one' : pattern;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
};

const readerOf = (wordings: readonly OwnWording[]): SymptomReader => {
  if (wordings.length === 0) return symptomIn;
  return (text) => {
    const line = text.slice(0, LOOKED_AT);
    return wordings.find(({ pattern }) => pattern.test(line))?.of ?? symptomIn(text);
  };
};
