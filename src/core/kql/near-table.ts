import { nearest } from '../near.ts';
import type { QueryFinding } from './query-finding.ts';
import type { Tables } from './tables.ts';

/** Where the language service knows no table of this name. */
export const NO_TABLE = 'KS204';

/** A later version of a table is a table of its own, and so is whatever somebody made: `_CL`. */
const OWN = /_CL$/;
const VERSION = /V\d+$/;

/** The table that a name was meant to be, where one is spelt nearly so; null: none is. */
const nearTable = (name: string, tables: Tables): string | null => {
  if (OWN.test(name)) return null;
  const names = Object.keys(tables);
  const small = name.toLowerCase();
  const meant = names.find((table) => table.toLowerCase() === small) ?? nearest(name, names);
  return meant !== null && meant.replace(VERSION, '') === name.replace(VERSION, '') ? null : meant;
};

/** A table that is not there, with what was meant; null: nothing is near, so it may be one that is not known here. */
export const mistypedTable = (finding: QueryFinding, text: string, tables: Tables): QueryFinding | null => {
  if (finding.code !== NO_TABLE) return null;
  const name = text.slice(finding.at.from, finding.at.until);
  const meant = nearTable(name, tables);
  return meant === null ? null : { ...finding, message: `there is no table ${name}: did you mean ${meant}?` };
};
