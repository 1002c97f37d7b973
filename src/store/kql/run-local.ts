import type { Cell, LocalAnswer, LocalLimits } from '../../core/kql/local-answer.ts';
import type { Query, ScalarType } from '../../core/kql/query.ts';
import type { Engine, Params } from '../engine.ts';
import type { SqlColumn } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { sqlOfQuery, type TableSql } from './sql-of-query.ts';
import { renderDatetime, renderTimespan, TICKS, TICKS_1970 } from '../../core/kql/ticks.ts';

type TextRow = Readonly<Record<string, string | null>>;

/** Runs a query over local tables. Never throws for what the query is, nor for what becomes of it. */
export const runLocal = async (
  engine: Engine,
  query: Query,
  table: (name: string) => TableSql | null,
  nowMs: number,
  limits: LocalLimits,
  given: Params = {},
): Promise<LocalAnswer> => {
  try {
    const { select, columns, params, notes } = sqlOfQuery(query, table, BigInt(nowMs) * TICKS.ms + TICKS_1970);
    const texts = columns.map(({ id }, i) => `toString(${id}) AS _${i}`).join(', ');
    // On one thread the order of a sort outlives the steps after it.
    const statement = `SELECT ${texts} FROM (${select}) LIMIT {most:UInt64}
SETTINGS join_use_nulls = 1, max_threads = 1, query_plan_remove_redundant_sorting = 0, optimize_duplicate_order_by_and_distinct = 0, transform_null_in = 0,
max_execution_time = ${limits.seconds}, max_memory_usage = ${limits.memoryMib * 1_048_576}, max_result_bytes = 268435456, result_overflow_mode = 'throw', max_subquery_depth = 1000`;
    const rows = await engine.rows<TextRow>(statement, { ...given, ...params, most: limits.rows + 1 });
    return {
      kind: 'rows',
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rows.slice(0, limits.rows).map((row) => columns.map((column, i) => cellOf(row[`_${i}`] ?? null, column))),
      isCut: rows.length > limits.rows,
      notes,
    };
  } catch (thrown) {
    if (thrown instanceof NotInSql) return { kind: 'refused', what: thrown.what, at: thrown.at };
    return { kind: 'failed', why: whyOf((thrown as Error).message, limits) };
  }
};

const READ: Readonly<Record<ScalarType, (text: string) => Cell>> = {
  string: (text) => text,
  int: Number,
  long: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
  real: (text) =>
    text === 'nan' ? 'NaN' : text.endsWith('inf') ? (text.startsWith('-') ? '-Infinity' : 'Infinity') : Number(text),
  bool: (text) => text === 'true' || text === '1',
  datetime: (text) => renderDatetime(BigInt(text)),
  timespan: (text) => renderTimespan(BigInt(text)),
  guid: (text) => text,
  dynamic: (text) => {
    try {
      return JSON.parse(text) as Cell;
    } catch {
      return text;
    }
  },
};

const cellOf = (text: string | null, { type }: SqlColumn): Cell =>
  text === null ? (type === 'string' ? '' : null) : READ[type](text);

const WHYS: readonly (readonly [code: string, (limits: LocalLimits) => string])[] = [
  ['159', ({ seconds }) => `it took longer than ${seconds} s`],
  ['241', ({ memoryMib }) => `it needs more memory than ${memoryMib} MiB`],
  ['396', () => 'the answer is larger than 256 MiB'],
  ['427', () => 'a regular expression in it is none'],
];

/** The engine says it with its number; of all else its first words. */
const whyOf = (message: string, limits: LocalLimits): string => {
  const code = /Code: (\d+)/.exec(message)?.[1];
  const known = WHYS.find(([of]) => of === code);
  return (
    known?.[1](limits) ??
    `the engine: ${
      message
        .replace(/^.*?DB::Exception: /s, '')
        .split('\n')[0]
        ?.slice(0, 300) ?? ''
    }`
  );
};
