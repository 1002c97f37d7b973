import { utf8Length } from '../../base/utf8-length.ts';
import type { Reject } from '../../core/facts.ts';
import type { IngestedTables } from '../../core/monitoring/cost/ingested.ts';
import { INVENTORY_TABLES } from '../../core/monitoring/spec.ts';
import { recogniseTable, TABLES } from './recognise-table.ts';
import { type Row, RowReader } from './row-reader.ts';
import { CsvRows, JsonRows, type RowsInto, type RowSource } from './table-rows.ts';

/** Columns that are not billed. https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs#excluded-columns; `TableName` is az's own. */
const UNBILLED: ReadonlySet<string> = new Set([
  '_ResourceId',
  '_SubscriptionId',
  '_ItemId',
  '_IsBillable',
  '_BilledSize',
  'Type',
  'TableName',
]);

/** Where tables say of which namespace a row is. `Namespace` of others is something else: of InsightsMetrics, where a metric comes from. */
export const NAMESPACE_COLUMNS: Readonly<Record<string, string>> = {
  KubePodInventory: 'Namespace',
  KubeEvents: 'Namespace',
  KubeServices: 'Namespace',
  ContainerLogV2: 'PodNamespace',
};

const MEGABYTE = 1_000_000;
const [OPEN_OBJECT, OPEN_LIST, SPACE] = [0x7b, 0x5b, 0x20] as const;
const BOM = [0xef, 0xbb, 0xbf] as const;
const LONGEST_BLANK = 65_536;

/**
 * Reads how large rows of any table of Log Analytics are, exported as JSON or CSV. Every row is counted in `tables`, or refused with its place.
 * Bytes come in pieces of any size.
 */
export class RowSizes implements RowsInto {
  readonly rejects: Reject[] = [];
  rejected = 0;
  /** Rows that nobody pays for. */
  free = 0;
  private readonly tables: IngestedTables;
  private readonly named: string | null;
  private readonly mark: number[] = [];
  private source: RowSource | null = null;

  /** `name`: of the file; `Perf-2026-11.json` is of the table Perf, where rows do not tell. */
  constructor(tables: IngestedTables, name: string) {
    this.tables = tables;
    const first = /([A-Za-z]\w*)[^/\\]*$/.exec(name)?.[1];
    this.named = [...INVENTORY_TABLES, ...TABLES, 'ContainerLog', 'Usage'].find((table) => table === first) ?? null;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    while (this.source === null && from < bytes.length) this.sniff(bytes[from++] as number);
    this.source?.push(bytes.subarray(from));
  }

  end(): void {
    this.source?.end();
  }

  row(row: Row): void {
    const reader = new RowReader(row, (place, why, text) => this.refused({ place, why, text }));
    const table = this.tableOf(row);
    if (table === null)
      return this.refused({
        place: row.place,
        why: 'of which table it is is not told: export the column Type, or name the file after the table',
        text: row.text(),
      });
    if (table === 'Usage') return this.usage(reader);
    const at = reader.neededTime('TimeGenerated', 'timestamp');
    if (reader.lacking) return;
    if (/^false$/i.test(reader.text('_IsBillable'))) {
      this.free++;
      return;
    }
    const billed = Number(reader.text('_BilledSize') || Number.NaN);
    const isBilledSize = Number.isFinite(billed) && billed >= 0;
    const namespace = Object.hasOwn(NAMESPACE_COLUMNS, table) ? reader.text(NAMESPACE_COLUMNS[table] as string) : '';
    this.tables.row(
      table,
      namespace === '' ? null : namespace,
      at,
      isBilledSize ? billed : this.sizeOf(row),
      isBilledSize,
    );
  }

  refused(reject: Reject): void {
    this.rejected++;
    if (this.rejects.length < 10) this.rejects.push({ ...reject, text: reject.text.slice(0, 200) });
  }

  private tableOf(row: Row): string | null {
    const columns = new Set(row.columns());
    if (columns.has('DataType') && columns.has('Quantity')) return 'Usage';
    const stated = ['Type', 'TableName'].flatMap((column) => {
      const cell = row.cell(column);
      return typeof cell === 'string' && /^[A-Z]\w{1,99}$/.test(cell) && cell !== 'PrimaryResult' ? [cell] : [];
    });
    const known = recogniseTable(columns, stated);
    return stated[0] ?? this.named ?? (known?.ok === true ? known.value : null);
  }

  /** https://learn.microsoft.com/azure/azure-monitor/reference/tables/usage: Quantity is in MBytes, of which 1,000 are a GB. */
  private usage(reader: RowReader): void {
    const table = reader.neededText('DataType');
    const until = reader.neededTime('EndTime', 'TimeGenerated');
    const from = reader.time('StartTime') ?? until - 3_600_000;
    const quantity = Number(reader.neededText('Quantity'));
    if (reader.lacking) return;
    if (!Number.isFinite(quantity) || quantity < 0 || from >= until)
      return this.refused({
        place: reader.row.place,
        why: 'expected a quantity over some time',
        text: reader.row.text(),
      });
    if (/^false$/i.test(reader.text('IsBillable'))) this.free++;
    else this.tables.used(table, quantity * MEGABYTE, from, until);
  }

  private sizeOf(row: Row): number {
    let bytes = 0;
    for (const column of row.columns()) if (!UNBILLED.has(column)) bytes += bytesOf(row.cell(column));
    return bytes;
  }

  private sniff(c: number): void {
    this.mark.push(c);
    const blank = c <= SPACE || c === BOM[this.mark.length - 1];
    if (blank && this.mark.length < LONGEST_BLANK) return;
    this.source = c === OPEN_OBJECT || c === OPEN_LIST ? new JsonRows(this) : new CsvRows(this);
    this.source.push(Uint8Array.from(this.mark));
  }
}

/** Bytes of a cell as it is stored: its text. */
const bytesOf = (cell: unknown): number => {
  if (cell === null || cell === undefined) return 0;
  return utf8Length(typeof cell === 'string' ? cell : JSON.stringify(cell));
};
