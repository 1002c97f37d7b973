import type { Block, HclFile } from '../hcl/syntax.ts';
import type { Budget, Scope } from '../hcl/evaluate.ts';
import type { Value } from '../hcl/value.ts';
import type { Absent, Resource } from './configuration.ts';
import { attributeOf } from './instances.ts';
import { argumentsOf } from './section.ts';

export interface FileOfModule {
  readonly path: string;
  readonly hcl: HclFile;
}

/** Files of HCL by folder, paths with `/`. */
export type Folders = ReadonlyMap<string, readonly FileOfModule[]>;

/** Modules that `terraform init` fetched: the folder of each by its key, `net` or `net.inner`. */
export type Fetched = ReadonlyMap<string, string>;

/** One call of a module, or the root. */
export interface Module {
  readonly folder: string;
  /** `module.a.module.b.`, empty at the root. */
  readonly prefix: string;
  /** `a.b`, as `terraform init` names it. */
  readonly key: string;
  readonly inputs: ReadonlyMap<string, Value>;
  /** False: whether it is called at all is not told. */
  readonly certain: boolean;
  /** Folders of those that call it, one within the other. */
  readonly within: readonly string[];
}

/** What is shared while one root is loaded. */
export interface Loading {
  readonly folders: Folders;
  readonly fetched: Fetched;
  readonly resources: Resource[];
  readonly absent: Absent[];
  readonly budget: Budget;
  /** Folders of the modules that are called. */
  readonly visited: Set<string>;
  readonly textOf: (path: string) => string | null;
  modules: number;
  /** Nothing gives the root's variables values: those that are null by default may be anything. */
  readonly opensNull: boolean;
}

/** `a/b` and `../c` is `a/c`. */
export const joined = (folder: string, relative: string): string => {
  const parts = folder === '' ? [] : folder.split('/');
  for (const word of relative.split('/')) {
    if (word === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (word !== '.' && word !== '') parts.push(word);
  }
  return parts.join('/');
};

/** Where the files of a called module are: beside the caller, or where `terraform init` put them. Null: not here. */
export const sourceOf = (
  b: Block,
  caller: Pick<Module, 'folder' | 'key'>,
  { folders, fetched }: Pick<Loading, 'folders' | 'fetched'>,
): { readonly from: string; readonly folder: string | null } => {
  const source = attributeOf(b, 'source')?.value;
  const from = source?.kind === 'literal' ? String(source.value) : '';
  const folder = /^\.\.?(?:\/|$)/.test(from) ? joined(caller.folder, from) : (fetched.get(keyOf(b, caller)) ?? null);
  return { from, folder: folder !== null && folders.has(folder) ? folder : null };
};

const keyOf = (b: Block, { key }: Pick<Module, 'key'>): string =>
  key === '' ? (b.labels[0] ?? '') : `${key}.${b.labels[0] ?? ''}`;

/** The module that a block calls, `prefix` being its own address with a dot behind it. */
export const childOf = (b: Block, caller: Module, folder: string, prefix: string, scope: Scope): Module => ({
  folder,
  prefix,
  key: keyOf(b, caller),
  inputs: argumentsOf(b, scope),
  certain: caller.certain,
  within: [...caller.within, caller.folder],
});
