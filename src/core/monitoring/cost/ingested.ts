import { MONTH_MINUTES } from './tables.ts';
import type { TableUsage } from './usage.ts';

/** What rows of one table, or Azure's own count of them, tell. */
export interface MeasuredTable {
  readonly table: string;
  readonly rows: number;
  /** As billed. */
  readonly bytes: number;
  /** Whose number the bytes are: `_BilledSize` of each row, the columns as they were exported, or the table Usage. */
  readonly by: 'billed-size' | 'columns' | 'usage';
  /** How much time it covers. */
  readonly minutes: number;
}

/** Bytes and rows of one namespace; null: of none. */
interface Sum {
  rows: number;
  bytes: number;
}

interface Counted {
  readonly byNamespace: Map<string | null, Sum>;
  readonly minutes: Set<number>;
  first: number;
  last: number;
  /** Rows whose size nobody billed. */
  reckoned: number;
  /** Minutes that sums are of; null: rows were read, and tell it. */
  span: number | null;
}

/** What a workspace says that rows of one namespace come to. */
export interface NamespaceSum {
  readonly table: string;
  readonly namespace: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly minutes: number;
}

interface Hours {
  bytes: number;
  from: number;
  until: number;
}

/** Minutes that are told apart: two months of them. */
const MOST_MINUTES = 100_000;
/** Of one table; those beyond are counted as of none. */
const MOST_NAMESPACES = 5_000;
const MINUTE = 60_000;

/** Adds up what rows of Log Analytics cost, as they are read. */
export class IngestedTables {
  private readonly counted = new Map<string, Counted>();
  private readonly usage = new Map<string, Hours>();
  /** How many were added, those of Usage among them. */
  rows = 0;

  row(table: string, namespace: string | null, atMs: number, bytes: number, isBilledSize: boolean): void {
    this.rows++;
    const counted = this.counted.get(table) ?? started(atMs);
    this.counted.set(table, counted);
    counted.first = Math.min(counted.first, atMs);
    counted.last = Math.max(counted.last, atMs);
    if (counted.minutes.size < MOST_MINUTES) counted.minutes.add(Math.floor(atMs / MINUTE));
    if (!isBilledSize) counted.reckoned++;
    const known = counted.byNamespace.has(namespace) || counted.byNamespace.size < MOST_NAMESPACES;
    const key = known ? namespace : null;
    const sum = counted.byNamespace.get(key) ?? { rows: 0, bytes: 0 };
    sum.rows++;
    sum.bytes += bytes;
    counted.byNamespace.set(key, sum);
  }

  /** Rows that somebody else added up. */
  summed({ table, namespace, rows, bytes, minutes }: NamespaceSum): void {
    this.rows++;
    const counted = this.counted.get(table) ?? { ...started(0), span: minutes };
    this.counted.set(table, counted);
    counted.byNamespace.set(namespace, { rows, bytes });
  }

  /** A row of the table Usage: what Azure counted of a table between two times. */
  used(table: string, bytes: number, fromMs: number, untilMs: number): void {
    this.rows++;
    const hours = this.usage.get(table) ?? { bytes: 0, from: fromMs, until: untilMs };
    this.usage.set(table, hours);
    hours.bytes += bytes;
    hours.from = Math.min(hours.from, fromMs);
    hours.until = Math.max(hours.until, untilMs);
  }

  /** What was read, by name of the table. */
  measured(): readonly MeasuredTable[] {
    const ofRows = [...this.counted].map(([table, counted]): MeasuredTable => {
      const { rows, bytes } = sumOf(counted);
      return { table, rows, bytes, by: counted.reckoned > 0 ? 'columns' : 'billed-size', minutes: minutesIn(counted) };
    });
    // One line of Usage for the hour that a row is of has the time of all tables: a table that was silent for half of it had nothing.
    const span = this.usageMinutes();
    const ofUsage = [...this.usage].map(
      ([table, { bytes }]): MeasuredTable => ({ table, rows: 0, bytes, by: 'usage', minutes: span }),
    );
    return [...ofRows, ...ofUsage].toSorted((a, b) => (`${a.table} ${a.by}` < `${b.table} ${b.by}` ? -1 : 1));
  }

  /** What a month of the same brings. Azure's own count says how much a table is, its rows which namespaces have it. */
  usages(): readonly TableUsage[] {
    const tables = new Set([...this.counted.keys(), ...this.usage.keys()]);
    const span = this.usageMinutes();
    return [...tables].toSorted().flatMap((table) => {
      const counted = this.counted.get(table);
      const used = this.usage.get(table);
      const whole = used === undefined || span <= 0 ? null : (used.bytes * MONTH_MINUTES) / span;
      const all = counted === undefined ? 0 : sumOf(counted).bytes;
      // Rows without a byte tell nothing of whose the bytes are.
      if (counted === undefined || (whole !== null && all === 0))
        return whole === null ? [] : [usage(table, null, whole, null)];
      const factor = MONTH_MINUTES / minutesIn(counted);
      return [...counted.byNamespace].map(([namespace, { rows, bytes }]) =>
        usage(table, namespace, whole === null ? bytes * factor : (whole * bytes) / all, rows * factor),
      );
    });
  }

  private usageMinutes(): number {
    const hours = [...this.usage.values()];
    const from = hours.reduce((least, one) => Math.min(least, one.from), Number.POSITIVE_INFINITY);
    const until = hours.reduce((most, one) => Math.max(most, one.until), Number.NEGATIVE_INFINITY);
    return hours.length === 0 ? 0 : (until - from) / MINUTE;
  }
}

const started = (atMs: number): Counted => ({
  byNamespace: new Map(),
  minutes: new Set(),
  first: atMs,
  last: atMs,
  reckoned: 0,
  span: null,
});

const sumOf = ({ byNamespace }: Counted): Sum =>
  [...byNamespace.values()].reduce((all, { rows, bytes }) => ({ rows: all.rows + rows, bytes: all.bytes + bytes }), {
    rows: 0,
    bytes: 0,
  });

/**
 * The time that rows stand for: from the first to the last, and as long again as lies between two of their minutes. Of samples each five minutes the
 * last one stands for five as well.
 */
const minutesIn = ({ minutes, first, last, span }: Counted): number => {
  if (span !== null) return span;
  const between = Math.floor(last / MINUTE) - Math.floor(first / MINUTE);
  const gap = minutes.size > 1 && minutes.size < MOST_MINUTES ? between / (minutes.size - 1) : 1;
  return between + gap;
};

const usage = (table: string, namespace: string | null, bytes: number, rows: number | null): TableUsage => ({
  table,
  namespace,
  gb: bytes / 1e9,
  rows,
  origin: 'measured',
  missing: null,
});
