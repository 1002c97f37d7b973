import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DERIVED_TABLES, derivedTable } from '../../src/store/kql/derived-tables.ts';
import { page, tableOf } from './markdown-text.ts';

const SCHEMA = '2026-07';

interface Schema {
  readonly tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, string>> }>>;
}

/** docs/reference/local-tables.md: the store as tables of Azure Monitor, which SQL of the store makes of its facts. */
export const localTablesPage = (): string => {
  const file = join(import.meta.dirname, `../../kql/tables/${SCHEMA}.json`);
  const { tables } = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  return page([
    '# Tables of the store',
    '',
    'What `unmasq kql run QUERY --local` can ask the store: its facts in the shape of tables of Azure Monitor. [How they differ from those](../guide/kql.md#locally); every other column that Microsoft publishes is there and blank.',
    'The tables in which facts are kept are nobody’s to ask: they change from version to version. Made of `src/store/kql`; do not edit.',
    '',
    ...DERIVED_TABLES.flatMap((name) => {
      const columns = Object.keys(derivedTable(name)?.columns ?? {});
      return [
        `## ${name}`,
        '',
        ...tableOf(
          ['column', 'type'],
          columns.map((column) => [`\`${column}\``, tables[name]?.columns[column] ?? '']),
        ),
        '',
      ];
    }),
  ]);
};
