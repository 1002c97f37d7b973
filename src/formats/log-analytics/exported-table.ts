import { fail, ok, type Result } from '../../base/result.ts';
import type { Reject } from '../../core/facts.ts';
import type { LoadedCell } from '../../core/kql/local-answer.ts';
import type { Column, ScalarType } from '../../core/kql/query.ts';
import type { Tables } from '../../core/kql/tables.ts';
import { parseDatetime, parseTimespan } from '../../core/kql/ticks.ts';
import { REJECT_TEXT } from '../decoder.ts';
import type { Row } from './row-reader.ts';
import { recogniseTable } from './recognise-table.ts';
import { CsvRows, JsonRows, type RowsInto, type RowSource } from './table-rows.ts';

/** Rows of one table that were read so far. */
export interface ExportedRows {
  /** null: not one row has come yet, or nobody knows whose they are. */
  readonly table: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly LoadedCell[])[];
  readonly rejects: readonly Reject[];
}

const BOM = [0xef, 0xbb, 0xbf] as const;
const [OPEN_OBJECT, OPEN_LIST, SPACE] = [0x7b, 0x5b, 0x20] as const;
const LONGEST_BLANK = 65_536;

/**
 * One exported table of Log Analytics with all columns of its schema, as `az`, the query API or the portal writes it. A column that the
 * export has not is blank; one that the schema has not is counted. A row with a cell that is not of its column's type is a reject.
 */
export class ExportedTable implements RowsInto {
  private readonly tables: Tables;
  private table: string | null;
  private columns: readonly Column[] = [];
  private rows: (readonly LoadedCell[])[] = [];
  private rejects: Reject[] = [];
  private source: RowSource | null = null;
  private readonly mark: number[] = [];
  private readonly superfluous = new Set<string>();

  /** `table` is what the user says it is; null: its columns tell. */
  constructor(tables: Tables, table: string | null) {
    this.tables = tables;
    this.table = table;
    if (table !== null) this.columns = columnsOf(tables, table);
  }

  /** Rows and rejects that wait to be taken. */
  get waiting(): number {
    return this.rows.length + this.rejects.length;
  }

  /** Columns that were met and that the schema does not know. */
  get unknown(): readonly string[] {
    return [...this.superfluous].sort();
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    while (this.source === null && from < bytes.length) this.sniff(bytes[from++] as number);
    this.source?.push(bytes.subarray(from));
  }

  end(): void {
    this.source?.end();
  }

  take(): ExportedRows {
    const { table, columns, rows, rejects } = this;
    this.rows = [];
    this.rejects = [];
    return { table, columns, rows, rejects };
  }

  row(row: Row): void {
    if (this.table === null) {
      const table = tableOf(row, this.tables);
      if (!table.ok) return this.refuse(row.place, table.problem, row.text());
      this.table = table.value;
      this.columns = columnsOf(this.tables, table.value);
    }
    for (const name of row.columns())
      if (!this.columns.some((column) => column.name === name) && !BESIDE.has(name)) this.superfluous.add(name);
    // `az monitor log-analytics query` adds TableName and writes each value with Python's str(): a null becomes "None".
    const isAzureCli = row.cell('TableName') !== undefined;
    const cells: LoadedCell[] = [];
    for (const { name, type } of this.columns) {
      const cell = row.cell(name);
      const zone = row.zone(name);
      if (type === 'datetime' && zone !== '' && zone !== 'UTC')
        return this.refuse(
          `${row.place}, ${name}`,
          `expected a column in UTC, got "${name} [${zone.slice(0, 60)}]"`,
          row.text(),
        );
      const loaded = loadedCell(isAzureCli && cell === 'None' ? null : cell, type as ScalarType);
      if (!loaded.ok) return this.refuse(`${row.place}, ${name}`, loaded.problem, row.text());
      cells.push(loaded.value);
    }
    this.rows.push(cells);
  }

  refused({ place, why, text }: Reject): void {
    this.refuse(place, why, text);
  }

  private refuse(place: string, why: string, text: string): void {
    this.rejects.push({ place, why, text: text.slice(0, REJECT_TEXT).split('').join('') });
  }

  /** The first byte that is neither white space nor a byte order mark tells JSON from CSV. */
  private sniff(c: number): void {
    this.mark.push(c);
    const blank = c <= SPACE || c === BOM[this.mark.length - 1];
    if (blank && this.mark.length < LONGEST_BLANK) return;
    this.source = c === OPEN_OBJECT || c === OPEN_LIST ? new JsonRows(this) : new CsvRows(this);
    this.source.push(Uint8Array.from(this.mark));
  }
}

/** What exports have beside the columns of the table. */
const BESIDE: ReadonlySet<string> = new Set([
  'TableName',
  'Type',
  'TenantId',
  'MG',
  'ManagementGroupName',
  '_ItemId',
  '_TimeReceived',
]);

const columnsOf = (tables: Tables, table: string): readonly Column[] =>
  Object.entries(tables[table]?.columns ?? {}).map(([name, { type }]) => ({ name, type }));

/** Whose row it is: as it says itself, by what only one of the tables has, or the one table that has all of its columns. */
const tableOf = (row: Row, tables: Tables): Result<string, string> => {
  const names = new Set(row.columns());
  const stated = ['Type', 'TableName'].map((column) => row.cell(column)).filter((cell) => typeof cell === 'string');
  const named = stated.find((name) => Object.hasOwn(tables, name));
  if (named !== undefined) return ok(named);
  const recognised = recogniseTable(names, stated);
  if (recognised?.ok === true && Object.hasOwn(tables, recognised.value)) return ok(recognised.value);
  const own = [...names].filter((name) => !BESIDE.has(name));
  const fitting = Object.entries(tables).filter(
    ([, { columns }]) => own.length > 0 && own.every((name) => Object.hasOwn(columns, name)),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return ok(only[0]);
  return fail(
    fitting.length === 0
      ? 'no table has these columns'
      : `${fitting.map(([name]) => name).join(', ')} have these columns`,
  );
};

const wrong = (type: ScalarType, cell: unknown): Result<never, string> =>
  fail(`expected ${type}, got ${JSON.stringify(cell)?.slice(0, 60) ?? 'nothing'}`);

const textOf = (cell: unknown): string => {
  if (typeof cell === 'string') return cell;
  return cell === null || cell === undefined ? '' : JSON.stringify(cell);
};

/** A cell of an export as its column's type; blank is null, and "" of a string. */
const loadedCell = (cell: unknown, type: ScalarType): Result<LoadedCell, string> => {
  const text = textOf(cell);
  if (type === 'string') return ok(text);
  const trimmed = text.trim();
  if (trimmed === '') return ok(null);
  switch (type) {
    case 'int':
    case 'long': {
      const whole = /^([+-]?\d{1,19})(?:\.0+)?$/.exec(trimmed)?.[1];
      if (whole === undefined || BigInt.asIntN(type === 'int' ? 32 : 64, BigInt(whole)) !== BigInt(whole))
        return wrong(type, cell);
      return ok(String(BigInt(whole)));
    }
    case 'real':
      return Number.isFinite(Number(trimmed)) ? ok(Number(trimmed)) : wrong(type, cell);
    case 'bool':
      return /^(?:true|1)$/i.test(trimmed) ? ok(true) : /^(?:false|0)$/i.test(trimmed) ? ok(false) : wrong(type, cell);
    case 'datetime':
    case 'timespan': {
      const ticks = type === 'datetime' ? parseDatetime(trimmed.replace(/\u202f/g, ' ')) : parseTimespan(trimmed);
      return ticks === null ? wrong(type, cell) : ok(String(ticks));
    }
    case 'guid':
      return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(trimmed)
        ? ok(trimmed.toLowerCase())
        : wrong(type, cell);
    case 'dynamic':
      return ok(typeof cell === 'string' ? jsonText(cell) : text);
  }
};

/** What is no JSON is a text, as parse_json() has it. */
const jsonText = (text: string): string => {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text.toWellFormed());
  }
};
