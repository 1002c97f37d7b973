import type { Configuration } from '../core/monitoring/terraform/configuration.ts';
import { loadConfiguration } from '../core/monitoring/terraform/load-configuration.ts';
import { type FileOfModule, joined } from '../core/monitoring/terraform/module.ts';
import { type ConfigurationFiles, type ConfigurationReaders, folderOf } from './audit-files.ts';

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

const isHcl = (path: string): boolean => /\.(?:tf|tofu)$/.test(path);

const isTerraform = (path: string): boolean => isHcl(path) || /\.(?:tf\.json|tfvars|tfvars\.json)$/.test(path);

/** OpenTofu takes `x.tofu` in the place of `x.tf`. */
const withoutShadowed = (paths: ReadonlySet<string>, path: string): boolean =>
  !(path.endsWith('.tf') && paths.has(path.replace(/\.tf$/, '.tofu')));

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

export const readTerraform = (found: ConfigurationFiles, { hcl: read }: ConfigurationReaders): TerraformRead => {
  const paths = new Set(found.files.map(({ path }) => path));
  const texts = found.files.filter(({ path }) => isHcl(path) && withoutShadowed(paths, path));
  const files = texts.map(({ path, text }) => ({ path, hcl: read(text) }));
  const folders = Map.groupBy(files, ({ path }) => folderOf(path));
  const named = new Set(texts.filter(({ isNamed }) => isNamed).map(({ path }) => folderOf(path)));
  const roots = rootsOf(folders, named).map((root) => {
    const configuration = loadConfiguration(folders, root, {
      values: new Map(),
      fetched: found.fetched.get(root) ?? new Map(),
    });
    const isTorn = configuration.folders.some((folder) =>
      (folders.get(folder) ?? []).some(({ hcl }) => hcl.problems.length > 0),
    );
    return { configuration, isTorn };
  });
  return { roots, files, paths: new Set(found.files.filter(({ path }) => isTerraform(path)).map(({ path }) => path)) };
};
