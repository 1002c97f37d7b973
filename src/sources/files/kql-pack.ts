import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackHeader, parsePackHeader } from '../../core/kql/pack-file.ts';
import { type Meanings, parseSchemaVersion, tablesAsOf } from '../../core/kql/table-schemas.ts';
import type { Tables } from '../../core/kql/tables.ts';

interface QueryHere extends PackHeader {
  readonly name: string;
  readonly text: string;
}

export interface KqlPackHere {
  /** Months, the oldest first. */
  readonly versions: readonly string[];
  tables(asOf: string | null): Tables;
  readonly queries: readonly QueryHere[];
  /** Those of kql/asked, by their names. */
  readonly asked: ReadonlyMap<string, string>;
}

/** The folder kql/ of an installation: queries, and in tables/ the schemas that they are checked against. Throws where it is not as it was made. */
export const kqlPackIn = async (folder: string): Promise<KqlPackHere> => {
  const tables = join(folder, 'tables');
  const names = (await readdir(tables)).filter((name) => /^\d{4}-\d{2}\.json$/.test(name)).sort();
  const schemas = await Promise.all(
    names.map(async (name) => {
      const schema = parseSchemaVersion(await json(join(tables, name)));
      if (!schema.ok) throw new Error(`${name}: ${schema.problem}`);
      return schema.value;
    }),
  );
  const meanings = (await json(join(tables, 'meanings.json'))) as Meanings;
  const asked = await queriesIn(join(folder, 'asked'));
  return {
    versions: schemas.map(({ version }) => version),
    tables: (asOf) => tablesAsOf(schemas, meanings, asOf),
    queries: await queriesIn(folder),
    asked: new Map(asked.map(({ name, text }) => [name, text])),
  };
};

const queriesIn = async (folder: string): Promise<readonly QueryHere[]> => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.kql'));
  return Promise.all(
    files
      .map((file) => file.slice(0, -'.kql'.length))
      .sort()
      .map(async (name) => {
        const text = await readFile(join(folder, `${name}.kql`), 'utf8');
        const header = parsePackHeader(text);
        if (!header.ok) throw new Error(`${name}.kql: ${header.problem}`);
        return { ...header.value, name, text };
      }),
  );
};

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')) as unknown;
