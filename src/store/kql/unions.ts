import type { Column, Place, Unioned } from '../../core/kql/query.ts';
import { type SqlColumn, typeOf } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import type { Rows, Statement } from './statement.ts';
import { cast, nullOf } from './sql-types.ts';

/** Rows, and what `withsource` calls them; null: they are no table. */
export interface PartOfUnion {
  readonly rows: Rows;
  readonly name: string | null;
}

export const union = (
  statement: Statement,
  { columns, withSource }: Unioned & { readonly columns: readonly Column[] },
  parts: readonly PartOfUnion[],
  at: Place,
): Rows => {
  const split = new Set(
    parts
      .flatMap(({ rows }) => rows.columns)
      .filter(({ name, type }, _, all) => all.some((other) => other.name === name && other.type !== type))
      .map(({ name }) => name),
  );
  const result = columns.map(({ name, type }): SqlColumn => ({ name, type: typeOf({ type, at }), id: statement.id() }));
  for (const { id, type } of result) statement.types.set(id, type);
  const selects = parts.map(({ rows, name: part }) => {
    const values = result.map((column, i) => {
      if (i === 0 && column.name === withSource) {
        if (part === null) throw new NotInSql('withsource of a part that is no table', at);
        return statement.params.of('String', part);
      }
      const found = rows.columns.find(
        ({ name, type }) =>
          type === column.type && (split.has(name) ? column.name === `${name}_${type}` : column.name === name),
      );
      return found?.id ?? nullOf(column.type);
    });
    // A column of which several names were made is nobody's guess.
    const used = new Set(values);
    if (
      rows.columns.some(
        ({ id, name }) => !used.has(id) && result.some((column) => column.name.startsWith(name)) && split.has(name),
      )
    )
      throw new NotInSql('a union whose columns get new names twice', at);
    return `SELECT ${result.map(({ type, id }, i) => `${cast(values[i] ?? '', type)} AS ${id}`).join(', ')} FROM ${rows.from}`;
  });
  return statement.step(selects.join(' UNION ALL '), result, at);
};
