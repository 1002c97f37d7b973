import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import { type Setting, settingNamed, type Value } from './settings.ts';

export interface ConfigFile {
  /** As the user named it. */
  readonly name: string;
  readonly values: ReadonlyMap<string, { readonly value: Value; readonly line: number }>;
}

const MOST = 1_048_576;

/**
 * Reads a configuration file: one YAML map from keys of settings to texts, numbers, true and false, or lists of texts. Everything that is
 * not understood is told, each with its place: `FILE:LINE:COLUMN: what`.
 */
export const parseConfigFile = (
  name: string,
  text: string,
  settings: readonly Setting[],
): Result<ConfigFile, readonly string[]> => {
  if (text.length > MOST) return fail([`${name}: ${text.length} characters: a configuration has a mebibyte at most`]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false });
  const problems: string[] = [];
  const placeOf = (offset: number): { readonly line: number; readonly col: number } => lines.linePos(offset);
  const tell = (offset: number, what: string): void => {
    const { line, col } = placeOf(offset);
    problems.push(`${name}:${line}:${col}: ${what}`);
  };
  for (const { pos, message, code } of [...document.errors, ...document.warnings])
    tell(pos[0], code === 'MULTIPLE_DOCS' ? 'a second document begins here: a configuration is one' : message);
  const values = new Map<string, { readonly value: Value; readonly line: number }>();
  const { contents } = document;
  // A file of comments alone sets nothing.
  if (problems.length > 0 || contents === null || (isScalar(contents) && contents.value === null))
    return problems.length > 0 ? fail(problems) : ok({ name, values });
  if (!isMap<Node, Node | null>(contents)) return fail([`${name}:1:1: expected lines of KEY: VALUE`]);
  for (const { key, value } of contents.items) {
    const at = key.range?.[0] ?? 0;
    const setting = settingNamed(settings, isScalar(key) ? String(key.value) : String(key));
    if (!setting.ok) tell(at, setting.problem);
    else {
      const taken = valueOf(setting.value, value);
      if (taken.ok) values.set(setting.value.key, { value: taken.value, line: placeOf(at).line });
      else tell(value?.range?.[0] ?? at, `${setting.value.key}: ${taken.problem}`);
    }
  }
  return problems.length > 0 ? fail(problems) : ok({ name, values });
};

const valueOf = ({ kind }: Setting, node: Node | null): Result<Value, string> => {
  if (isAlias(node)) return fail('an alias (*name) is not taken: write the value itself');
  if (kind === 'switch')
    return isScalar(node) && typeof node.value === 'boolean' ? ok(node.value) : fail('expected true or false');
  if (kind === 'text') return textOf(node);
  if (!isSeq(node)) return fail('expected a list: lines that begin with "- "');
  const texts: string[] = [];
  for (const item of node.items) {
    const text = textOf(item as Node | null);
    if (!text.ok) return text;
    texts.push(text.value);
  }
  return ok(texts);
};

/** A number as it is written: 0123 and 1e3 are nobody's idea of a port. */
const textOf = (node: Node | null): Result<string, string> =>
  isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number') && node.source !== ''
    ? ok(typeof node.value === 'string' ? node.value : (node.source ?? String(node.value)))
    : fail('expected one text or number');
