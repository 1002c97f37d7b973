import type { Place, ScalarType } from '../../core/kql/query.ts';
import { NotInSql } from './not-in-sql.ts';
import { converted, textOf } from './sql-types.ts';

/** One expression, translated. */
export interface Sql {
  readonly sql: string;
  readonly type: ScalarType;
  readonly at: Place;
}

/** As the functions of that name convert (`tostring`, `tolong` …). */
export const as = ({ sql, type, at }: Sql, to: ScalarType): string => {
  const made = converted(sql, type, to);
  if (made === null) throw new NotInSql(`${type} as ${to}`, at);
  return made;
};

export const text = ({ sql, type }: Sql): string => textOf(sql, type);

/** What a function is called with. */
export interface Call {
  readonly name: string;
  readonly at: Place;
  /** What the binder says comes out. */
  readonly type: ScalarType;
  readonly args: readonly Sql[];
  /** The text of an argument that has to be known beforehand: a part of a date, a format. Throws `NotInSql` where it is not a text literal. */
  readonly constant: (i: number) => string;
  /** A value in the statement. */
  readonly param: (type: 'String' | 'Int64', value: string) => string;
  readonly nowSql: string;
}

/** One function of KQL. */
export interface ScalarFunction {
  /** Its arguments, as the reference writes them. */
  readonly takes: string;
  /** Where its answer may differ from Kusto's, or what it does not take; absent: nothing is known. */
  readonly note?: string;
  readonly make: (call: Call) => string;
}

export type ScalarFunctions = Readonly<Record<string, ScalarFunction>>;

/** The argument, or what stands for one that was left out. */
export const arg = (call: Call, i: number, otherwise?: string): string => {
  const found = call.args[i];
  if (found !== undefined) return found.sql;
  if (otherwise !== undefined) return otherwise;
  throw new NotInSql(`${call.name} with ${call.args.length} arguments`, call.at);
};

/** The argument as a type. */
export const argAs = (call: Call, i: number, type: ScalarType, otherwise?: string): string => {
  const found = call.args[i];
  return found === undefined ? arg(call, i, otherwise) : as(found, type);
};
