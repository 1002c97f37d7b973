import type { Instant } from '../../base/instant.ts';
import { type Ip, parseIp } from '../../base/ip.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { isObject } from '../json/json-value.ts';
import { parseUtcTime } from './utc-time.ts';

/** One row of a table, however it was exported. */
export interface Row {
  readonly place: string;
  /** The cell of a column; undefined when the table has no such column. */
  cell(column: string): unknown;
  /** What the export says about the column's times: `UTC`, `Local Time` …; empty when it says nothing. */
  zone(column: string): string;
  /** The names of the cells that it has. */
  columns(): readonly string[];
  /** The row as text, for a reject. */
  text(): string;
}

type Refuse = (place: string, why: string, text: string) => void;

/**
 * Reads the cells of one row. The names of a cell are tried in order, the first that is not blank is taken.
 * A blank is never a value: it reads as null or as empty text. What cannot be read is a reject; if it was needed, the row is `lacking`.
 */
export class RowReader {
  lacking = false;
  readonly row: Row;
  private readonly refuse: Refuse;
  private readonly azureCli: boolean;

  constructor(row: Row, refuse: Refuse) {
    this.row = row;
    this.refuse = refuse;
    // `az monitor log-analytics query` adds TableName and writes each value with Python's str(): a null becomes "None".
    this.azureCli = row.cell('TableName') !== undefined;
  }

  text(...columns: readonly string[]): string {
    for (const column of columns) {
      const text = this.plain(column);
      if (text !== '') return text;
    }
    return '';
  }

  neededText(...columns: readonly string[]): string {
    const text = this.text(...columns);
    if (text === '') this.lack(columns, 'a value');
    return text;
  }

  time(...columns: readonly string[]): Instant | null {
    for (const column of columns) {
      const text = this.plain(column);
      if (text === '') continue;
      const zone = this.row.zone(column);
      const read =
        zone === '' || zone === 'UTC'
          ? parseUtcTime(text.trim())
          : fail(`expected a column in UTC, got "${column} [${zone.slice(0, 60)}]"`);
      if (read.ok) return read.value;
      this.refuse(`${this.row.place}, ${column}`, read.problem, text);
      return null;
    }
    return null;
  }

  /** A time that the row is worth nothing without; `lacking` tells whether the result may be used. */
  neededTime(...columns: readonly string[]): Instant {
    const refusals = this.lacking;
    const blank = columns.every((column) => this.plain(column) === '');
    const at = this.time(...columns);
    if (at !== null) return at;
    this.lacking = true;
    if (blank && !refusals) this.lack(columns, 'a time');
    return 0 as Instant;
  }

  ip(...columns: readonly string[]): Ip | null {
    const text = this.text(...columns);
    if (text === '') return null;
    const read = parseIp(text.trim());
    if (read.ok) return read.value;
    this.refuse(`${this.row.place}, ${columns[0]}`, read.problem, text);
    return null;
  }

  /** A counter; null when blank or unreadable. */
  count(...columns: readonly string[]): bigint | null {
    const text = this.text(...columns);
    if (text === '') return null;
    const read = parseCount(text.trim());
    if (read.ok) return read.value;
    this.refuse(`${this.row.place}, ${columns[0]}`, read.problem, text);
    return null;
  }

  /** A port; `orElse` where it is blank, and undefined when a blank may not be. */
  neededPort(orElse: number | undefined, ...columns: readonly string[]): number {
    const text = this.text(...columns).trim();
    if (text === '' && orElse !== undefined) return orElse;
    if (text === '') this.lack(columns, 'a port');
    else {
      const read = parseCount(text);
      if (read.ok && read.value <= 65_535n) return Number(read.value);
      this.lacking = true;
      this.refuse(
        `${this.row.place}, ${columns[0]}`,
        `expected a port from 0 to 65535, got "${text.slice(0, 40)}"`,
        text,
      );
    }
    return 0;
  }

  /** One word of a fixed set, whatever its case. */
  neededWord<Word>(words: ReadonlyMap<string, Word>, ...columns: readonly string[]): Word | null {
    const text = this.neededText(...columns);
    const word = words.get(text.trim().toUpperCase());
    if (word !== undefined || text === '') return word ?? null;
    this.lacking = true;
    this.refuse(
      `${this.row.place}, ${columns[0]}`,
      `expected one of ${[...words.keys()].join(', ')}, got "${text.slice(0, 40)}"`,
      text,
    );
    return null;
  }

  /** JSON in a cell, as text or already parsed; undefined when blank. */
  json(column: string): unknown {
    const cell = this.row.cell(column);
    if (typeof cell !== 'string') return cell ?? undefined;
    if (this.plain(column) === '') return undefined;
    try {
      return JSON.parse(cell) as unknown;
    } catch {
      this.refuse(`${this.row.place}, ${column}`, 'expected JSON', cell);
      return undefined;
    }
  }

  lack(columns: readonly string[], what: string): void {
    this.lacking = true;
    const column = columns[0] ?? '';
    const exists = columns.some((name) => this.row.cell(name) !== undefined);
    this.refuse(
      `${this.row.place}, ${column}`,
      `expected ${what}, got ${exists ? 'a blank' : 'no such column'}`,
      this.row.text(),
    );
  }

  /** A cell that cannot be read; the rest of the row stands. */
  refuseCell(column: string, why: string, text: string): void {
    this.refuse(`${this.row.place}, ${column}`, why, text);
  }

  private plain(column: string): string {
    const cell = this.row.cell(column);
    if (typeof cell === 'string') return cell.trim() === '' || (this.azureCli && cell === 'None') ? '' : cell;
    return typeof cell === 'number' || typeof cell === 'boolean'
      ? String(cell)
      : isObject(cell)
        ? JSON.stringify(cell)
        : '';
  }
}

/** A whole number that is not negative; the columns that are doubles print it as `7554`, `7554.0` or `1e+16`. */
export const parseCount = (text: string): Result<bigint, string> => {
  const whole = /^(\d{1,20})(?:\.0{1,20})?$/.exec(text)?.[1];
  if (whole !== undefined) return ok(BigInt(whole));
  const number = /^\d(?:\.\d{1,20})?[eE]\+?\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isInteger(number) && number < 2 ** 64
    ? ok(BigInt(number))
    : fail(`expected a count, got "${text.slice(0, 40)}"`);
};
