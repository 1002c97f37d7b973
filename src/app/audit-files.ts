import type { DocumentReader } from '../core/monitoring/documents.ts';
import type { HclReader } from '../core/monitoring/hcl/syntax.ts';

/** A file of a configuration, as it was found. */
export interface ConfigurationFile {
  /** As a person would open it: relative where what was named is, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The path itself was named, and not a folder that holds it. */
  readonly isExpected: boolean;
  /** False: it was not named, and is read because a file that was calls it as a module. */
  readonly isNamed: boolean;
}

/** What a disk gives for the paths that were named. */
export interface ConfigurationFiles {
  readonly files: readonly ConfigurationFile[];
  /** What could not be read, with the reason. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  /** Folders of modules that `terraform init` fetched, by folder of the root and key of the module. */
  readonly fetched: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** What reads the text of a file; packages do, and no use case knows which. */
export interface ConfigurationReaders {
  readonly hcl: HclReader;
  readonly json: DocumentReader;
  readonly yaml: DocumentReader;
  readonly toml: DocumentReader;
}

export const folderOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : slash === 0 ? '/' : path.slice(0, slash);
};
