import { readFileSync } from 'node:fs';
import type { Params } from './engine.ts';

/** Stands for the text of another file. */
const INCLUDE = /\{include ([\w/-]+)\}/g;

const read = new Map<string, string>();

/** The text of one SQL file of this folder, by its path below `sql/` without the ending. `{include PATH}` in it stands for another's. */
export const sql = (name: string): string => rawSql(name).replaceAll(INCLUDE, (_, included: string) => sql(included));

/** A query without the lines that filter nothing. */
export const filtering = (name: string, params: Params): string => {
  const isGiven = (param: string): boolean => {
    const value = params[param];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  };
  return rawSql(name)
    .split('\n')
    .filter((line) => / -- if ([\w ]+)$/.exec(line)?.[1]?.split(' ').some(isGiven) ?? true)
    .join('\n')
    .replaceAll(INCLUDE, (_, included: string) => filtering(included, params));
};

/** The same with its includes as they stand. */
export const rawSql = (name: string): string => {
  const known = read.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8').trim();
  read.set(name, text);
  return text;
};

/** For tests that ask whether a wrong query would be noticed: another text in place of the file's, until the next call. */
export const replaceSql = (name: string, text: string | null): void => {
  if (text === null) read.delete(name);
  else read.set(name, text);
};
