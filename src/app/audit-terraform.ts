import { evaluate } from '../core/monitoring/hcl/evaluate.ts';
import { hclFromJson } from '../core/monitoring/hcl/from-json.ts';
import type { HclFile } from '../core/monitoring/hcl/syntax.ts';
import type { Value } from '../core/monitoring/hcl/value.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import type { Configuration } from '../core/monitoring/terraform/configuration.ts';
import { loadConfiguration } from '../core/monitoring/terraform/load-configuration.ts';
import { type FileOfModule, joined } from '../core/monitoring/terraform/module.ts';
import { withOverrides } from '../core/monitoring/terraform/overrides.ts';
import { type ConfigurationFile, type ConfigurationFiles, type ConfigurationReaders, folderOf } from './audit-files.ts';

/** One root module with the files that make it. */
export interface RootRead {
  readonly configuration: Configuration;
  readonly isTorn: boolean;
}

export interface TerraformRead {
  /** What it took for its own, read or not. */
  readonly paths: ReadonlySet<string>;
  readonly roots: readonly RootRead[];
  readonly files: readonly FileOfModule[];
}

/** Values that somebody gives to variables beside those that Terraform finds by itself: the last word counts. */
export interface ValuesGiven {
  /** Files as `-var-file` takes them. */
  readonly files: readonly Pick<ConfigurationFile, 'path' | 'text'>[];
  /** `name=value`, as `-var` takes them. */
  readonly words: readonly string[];
}

const isModule = (path: string): boolean => /\.(?:tf|tofu|tf\.json)$/.test(path);
const isValues = (path: string): boolean => /\.tfvars(?:\.json)?$/.test(path);

/** OpenTofu takes `x.tofu` in the place of `x.tf`. */
const isShadowed = (paths: ReadonlySet<string>, path: string): boolean =>
  path.endsWith('.tf') && paths.has(path.replace(/\.tf$/, '.tofu'));

/** Folders that no other folder of them calls as a module: each is a configuration of its own. */
const rootsOf = (folders: ReadonlyMap<string, readonly FileOfModule[]>, named: ReadonlySet<string>): string[] => {
  const called = new Set(
    [...folders].flatMap(([folder, files]) =>
      files.flatMap(({ hcl }) =>
        hcl.blocks
          .filter((b) => b.type === 'module')
          .flatMap((b) => b.attributes.filter((a) => a.name === 'source'))
          .flatMap(({ value }) =>
            value.kind === 'literal' && /^\.\.?(?:\/|$)/.test(String(value.value))
              ? [joined(folder, String(value.value))].filter((target) => target !== folder)
              : [],
          ),
      ),
    ),
  );
  const roots = [...folders.keys()].filter((folder) => named.has(folder) && !called.has(folder));
  // modules that call each other in a circle have no root: each of them is one
  return roots.length > 0 ? roots : [...folders.keys()].filter((folder) => named.has(folder));
};

const fileRead = (
  { path, text }: Pick<ConfigurationFile, 'path' | 'text'>,
  { hcl, json }: ConfigurationReaders,
  types: ProviderTypes,
): HclFile => {
  if (!path.endsWith('.json')) return hcl(text);
  const { documents, problems } = json(path, text);
  const [document] = documents;
  return document === undefined
    ? { attributes: [], blocks: [], comments: [], problems }
    : { ...hclFromJson(document, hcl, types), problems };
};

/** What a file of values gives: its arguments, which refer to nothing. */
const valuesIn = (
  file: Pick<ConfigurationFile, 'path' | 'text'>,
  { hcl, json }: ConfigurationReaders,
): readonly (readonly [string, Value])[] => {
  const { path, text } = file;
  if (path.endsWith('.json')) {
    const [document] = json(path, text).documents;
    return document?.kind === 'object' ? [...document.items] : [];
  }
  const scope = { file: path, budget: { left: 100_000, depth: 0 }, lookUp: () => null };
  return hcl(text).attributes.map((a) => [a.name, evaluate(a.value, scope)] as const);
};

/** `name=value`: the value is a text, unless it is written as something else (`[…]`, `{…}`, a number, a truth). */
const valueOfWord = (word: string, { hcl }: ConfigurationReaders): readonly (readonly [string, Value])[] => {
  const at = word.indexOf('=');
  const [name, text] = [word.slice(0, at).trim(), word.slice(at + 1)];
  if (at < 1) return [];
  const isWritten = /^\s*(?:[[{"]|-?\d+(?:\.\d+)?\s*$|(?:true|false|null)\s*$)/.test(text);
  const written = isWritten ? text : JSON.stringify(text).replaceAll('${', () => '$${');
  return valuesIn({ path: `--var ${name}`, text: `${name} = ${written}\n` }, { hcl } as ConfigurationReaders);
};

/** https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence */
const isAutomatic = (path: string, root: string): boolean =>
  folderOf(path) === root && /(?:^|\/)(?:terraform|[^/]*\.auto)\.tfvars(?:\.json)?$/.test(path);

const precedence = (path: string): string =>
  `${/\.auto\.tfvars/.test(path) ? 2 : path.endsWith('.json') ? 1 : 0} ${path}`;

const valuesFor = (
  root: string,
  values: readonly ConfigurationFile[],
  given: ValuesGiven,
  readers: ConfigurationReaders,
): ReadonlyMap<string, Value> => {
  const automatic = values
    .filter(({ path }) => isAutomatic(path, root))
    .toSorted((a, b) => (precedence(a.path) < precedence(b.path) ? -1 : 1));
  return new Map([
    ...[...automatic, ...given.files].flatMap((file) => valuesIn(file, readers)),
    ...given.words.flatMap((word) => valueOfWord(word, readers)),
  ]);
};

export const readTerraform = (
  found: ConfigurationFiles,
  readers: ConfigurationReaders,
  types: ProviderTypes,
  given: ValuesGiven,
): TerraformRead => {
  const all = new Set(found.files.map(({ path }) => path));
  const texts = found.files.filter(({ path }) => isModule(path) && !isShadowed(all, path));
  const values = found.files.filter(({ path }) => isValues(path));
  const files = texts.map((file) => ({ path: file.path, hcl: fileRead(file, readers, types) }));
  const folders = new Map(
    [...Map.groupBy(files, ({ path }) => folderOf(path))].map(([folder, of]) => [folder, withOverrides(of)]),
  );
  const named = new Set(texts.filter(({ isNamed }) => isNamed).map(({ path }) => folderOf(path)));
  const byPath = new Map(found.files.map(({ path, text }) => [path, text]));
  const roots = rootsOf(folders, named).map((root) => {
    const configuration = loadConfiguration(folders, root, {
      values: valuesFor(root, values, given, readers),
      fetched: found.fetched.get(root) ?? new Map(),
      textOf: (path) => byPath.get(path) ?? null,
    });
    const isTorn = files.some(
      ({ path, hcl }) => hcl.problems.length > 0 && configuration.folders.includes(folderOf(path)),
    );
    return { configuration, isTorn };
  });
  return { roots, files, paths: new Set([...texts, ...values].map(({ path }) => path)) };
};
