import type { LoadedCell, LocalTables } from '../../core/kql/local-answer.ts';
import type { Column, ScalarType } from '../../core/kql/query.ts';
import type { Engine, Params } from '../engine.ts';
import { loadRows } from '../load-rows.ts';
import { DERIVED_TABLES, derivedTable } from './derived-tables.ts';
import { runLocal } from './run-local.ts';
import type { TableSql } from './sql-of-query.ts';
import { SQL_TYPES } from './sql-types.ts';

interface Added {
  readonly table: string;
  readonly columns: readonly Column[];
}

/** Tables that begin like this are nobody's once their process has ended. */
const PREFIX = 'local_';
let count = 0;

/**
 * Tables that are asked in KQL: what was added, and what the facts of a cluster look like as tables of Azure Monitor. `of` is what those
 * facts are found by; null: they are left out.
 */
export const localTables = (engine: Engine, of: Params | null): LocalTables => {
  const added = new Map<string, Added>();

  const table = (name: string): TableSql | null => {
    const found = added.get(name);
    if (found === undefined) return of === null ? null : derivedTable(name);
    return {
      select: `SELECT * FROM ${found.table}`,
      columns: Object.fromEntries(found.columns.map((column, i) => [column.name, `t${i}`])),
    };
  };

  return {
    derived: of === null ? [] : DERIVED_TABLES,
    add: async (name, columns, rows) => {
      const known = added.get(name);
      const into = known ?? { table: `${PREFIX}${++count}${engine.mark}`, columns };
      const structure = Object.fromEntries(into.columns.map(({ type }, i) => [`t${i}`, SQL_TYPES[type as ScalarType]]));
      if (known === undefined) {
        const fields = Object.entries(structure).map(([id, type]) => `${id} ${type}`);
        await engine.run(`CREATE TABLE ${into.table} (${fields.join(', ')}) ENGINE = Memory`);
        added.set(name, into);
      }
      if (rows.length === 0) return;
      await loadRows(engine, `INSERT INTO ${into.table} SELECT * FROM {source}`, structure, rows.map(rowOf), {});
    },
    run: (query, nowMs, limits) => runLocal(engine, query, table, nowMs, limits, of ?? {}),
    close: async () => {
      for (const { table: name } of added.values()) await engine.run(`DROP TABLE IF EXISTS ${name} SYNC`);
      added.clear();
    },
  };
};

const rowOf = (cells: readonly LoadedCell[]): Readonly<Record<string, LoadedCell>> =>
  Object.fromEntries(cells.map((cell, i) => [`t${i}`, cell]));
