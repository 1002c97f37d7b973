import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Meanings, parseSchemaVersion, type SchemaVersion, tablesAsOf } from '../../src/core/kql/table-schemas.ts';
import type { Tables } from '../../src/core/kql/tables.ts';

const folder = join(import.meta.dirname, '../../kql/tables');
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

export const schemaVersions = (): readonly SchemaVersion[] =>
  readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .map((name) => {
      const schema = parseSchemaVersion(json(name));
      if (!schema.ok) throw new Error(`${name}: ${schema.problem}`);
      return schema.value;
    });

export const meanings = (): Meanings => json('meanings.json') as Meanings;

/** The tables of kql/tables, as of the newest version. */
export const publishedTables = (): Tables => tablesAsOf(schemaVersions(), meanings(), null);
