import type { SyntaxProblem } from './hcl/syntax.ts';
import type { Value } from './hcl/value.ts';

/** What a file of JSON, YAML or TOML says: its documents as values with places, and what could not be read. */
export interface DocumentsRead {
  readonly documents: readonly Value[];
  readonly problems: readonly SyntaxProblem[];
}

/** Reads one text. It never throws: what it cannot read is a problem with a place. */
export type DocumentReader = (file: string, text: string) => DocumentsRead;
