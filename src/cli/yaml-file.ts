import type { Node } from 'yaml';
import { fail, ok, type Result } from '../base/result.ts';
import { readYamlDocuments } from '../yaml/read-documents.ts';

export interface YamlFile {
  /** null: the file says nothing. */
  readonly contents: Node | null;
  /** `FILE:LINE:COLUMN` */
  readonly placeAt: (offset: number) => string;
  readonly lineOf: (offset: number) => number;
}

/** The one document of a file that somebody wrote for unmasq. `what`: what the file is, for whoever began a second one. Every problem has its place. */
export const readYamlFile = (file: string, text: string, what: string): Result<YamlFile, readonly string[]> => {
  const { documents, problems, warnings, placeOf } = readYamlDocuments(text);
  const placeAt = (offset: number): string => {
    const { line, column } = placeOf(offset);
    return `${file}:${line}:${column}`;
  };
  const told = [...problems, ...warnings].map(({ from, says }) => `${placeAt(from)}: ${says}`);
  const [first, second] = documents;
  if (second !== undefined) told.push(`${placeAt(second.range[0])}: a second document begins here: ${what} is one`);
  return told.length > 0
    ? fail(told)
    : ok({ contents: first?.contents ?? null, placeAt, lineOf: (offset) => placeOf(offset).line });
};
