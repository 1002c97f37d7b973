import type { Reject } from '../../core/facts.ts';
import { isObject, type JsonObject, listOf, member, parseValue, textOf } from '../json/json-value.ts';
import { type Values, ValueSplitter } from '../json/split-values.ts';
import { CsvReader, type CsvRecords, rowPlace } from './csv-reader.ts';
import type { Row } from './row-reader.ts';

export interface RowsInto {
  row(row: Row): void;
  refused(reject: Reject): void;
}

/** Bytes in, rows out. */
export interface RowSource {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** `TimeGenerated [UTC]`, as the portal heads a column of times: name and zone. */
const partsOf = (heading: string): readonly [string, string] => {
  const zone = heading.endsWith(']') ? heading.lastIndexOf('[') : -1;
  return zone < 0 ? [heading, ''] : [heading.slice(0, zone).trimEnd(), heading.slice(zone + 1, -1)];
};

/** The columns of a table by name; the first of two with one name counts. */
class Columns {
  private readonly places = new Map<string, number>();
  private readonly zones = new Map<string, string>();
  readonly count: number;

  constructor(headings: readonly string[]) {
    this.count = headings.length;
    for (const [i, heading] of headings.entries()) {
      const [name, zone] = partsOf(heading.trim());
      if (this.places.has(name)) continue;
      this.places.set(name, i);
      this.zones.set(name, zone);
    }
  }

  row(cells: readonly unknown[], place: string): Row {
    return {
      place,
      cell: (column) => {
        const i = this.places.get(column);
        return i === undefined ? undefined : (cells[i] ?? null);
      },
      zone: (column) => this.zones.get(column) ?? '',
      columns: () => [...this.places.keys()],
      text: () => (cells.every((cell) => typeof cell === 'string') ? cells.join(',') : JSON.stringify(cells)),
    };
  }
}

/** A portal export: a header with the names, then the rows. */
export class CsvRows implements RowSource, CsvRecords {
  private readonly into: RowsInto;
  private readonly text = new TextDecoder();
  private readonly reader = new CsvReader(this);
  private columns: Columns | null = null;

  constructor(into: RowsInto) {
    this.into = into;
  }

  push(bytes: Uint8Array): void {
    this.reader.push(this.text.decode(bytes, { stream: true }));
  }

  end(): void {
    this.reader.push(this.text.decode());
    this.reader.end();
  }

  record(fields: readonly string[], index: number): void {
    if (this.columns === null) this.columns = new Columns(fields);
    else if (fields.length === this.columns.count) this.into.row(this.columns.row(fields, rowPlace(index)));
    else
      this.refused({
        place: rowPlace(index),
        why: `expected ${this.columns.count} fields, got ${fields.length}`,
        text: fields.join(',').slice(0, 200),
      });
  }

  refused(reject: Reject): void {
    this.into.refused(reject);
  }
}

/** Rows as objects (a list of them, or one a line), or as lists under the columns of a query's answer. */
export class JsonRows implements RowSource, Values {
  private readonly into: RowsInto;
  private readonly splitter = new ValueSplitter({ tables: { rows: 'whole' } }, this);
  private columns: Columns | null = null;
  private count = 0;

  constructor(into: RowsInto) {
    this.into = into;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  end(): void {
    this.splitter.end();
  }

  opened(list: string, head: string, place: string): void {
    if (list !== 'rows') return;
    const table = parseValue(head);
    const names = table.ok
      ? listOf(member(table.value, 'columns')).map((column) => textOf(member(column, 'name')))
      : [];
    this.columns = new Columns(names);
    if (names.length === 0)
      this.refused({ place, why: 'expected the columns before the rows', text: head.slice(0, 200) });
  }

  closed(): void {
    this.columns = null;
  }

  value(text: string, place: string): void {
    const row = `row ${++this.count} at ${place.slice(place.lastIndexOf('byte '))}`;
    const parsed = parseValue(text);
    if (!parsed.ok) this.refused({ place: row, why: parsed.problem, text });
    else if (Array.isArray(parsed.value)) this.list(parsed.value, row, text);
    else if (isObject(parsed.value)) this.into.row(objectRow(parsed.value, row, text));
    else this.refused({ place: row, why: 'expected an object or a list of cells', text });
  }

  refused(reject: Reject): void {
    this.into.refused(reject);
  }

  private list(cells: readonly unknown[], place: string, text: string): void {
    const { columns } = this;
    if (columns !== null && columns.count === cells.length) this.into.row(columns.row(cells, place));
    else
      this.refused({
        place,
        why: `expected ${columns === null ? 'an object' : `${columns.count} cells`}, got a list of ${cells.length}`,
        text,
      });
  }
}

const objectRow = (object: JsonObject, place: string, text: string): Row => ({
  place,
  cell: (column) => member(object, column),
  zone: () => '',
  columns: () => Object.keys(object),
  text: () => text,
});
