import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import { type Setting, settingNamed, type Value } from './settings.ts';
import { readYamlFile } from './yaml-file.ts';

export interface ConfigFile {
  /** As the user named it. */
  readonly name: string;
  readonly values: ReadonlyMap<string, { readonly value: Value; readonly line: number }>;
}

/**
 * Reads a configuration file: one YAML map from keys of settings to texts, numbers, true and false, or lists of texts. Everything that is
 * not understood is told, each with its place: `FILE:LINE:COLUMN: what`.
 */
export const parseConfigFile = (
  name: string,
  text: string,
  settings: readonly Setting[],
): Result<ConfigFile, readonly string[]> => {
  const yaml = readYamlFile(name, text, 'a configuration');
  if (!yaml.ok) return yaml;
  const { contents, placeAt, lineOf } = yaml.value;
  const problems: string[] = [];
  const tell = (offset: number, what: string): void => void problems.push(`${placeAt(offset)}: ${what}`);
  const values = new Map<string, { readonly value: Value; readonly line: number }>();
  // A file of comments alone sets nothing.
  if (contents === null || (isScalar(contents) && contents.value === null)) return ok({ name, values });
  if (!isMap<Node, Node | null>(contents)) return fail([`${name}:1:1: expected lines of KEY: VALUE`]);
  for (const { key, value } of contents.items) {
    const at = key.range?.[0] ?? 0;
    const setting = settingNamed(settings, isScalar(key) ? String(key.value) : String(key));
    if (!setting.ok) tell(at, setting.problem);
    else {
      const taken = valueOf(setting.value, value);
      if (taken.ok) values.set(setting.value.key, { value: taken.value, line: lineOf(at) });
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
