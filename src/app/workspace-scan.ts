import { HOUR, type Instant } from '../base/instant.ts';
import type { TablePlan } from '../core/monitoring/spec.ts';
import type { TimeSpan } from '../core/ports.ts';
import { type PriceTable, unitPrice } from '../core/prices/price-table.ts';

/** What a question reads of one table, before it is asked. */
export interface TableScan {
  readonly table: string;
  readonly plan: TablePlan;
  /** At most; null: it is not known. */
  readonly bytes: number | null;
  /** A part of it is not counted yet: it was reckoned by what came in before. */
  readonly isReckoned: boolean;
  /** null: it is not known, which is never 0. */
  readonly usd: number | null;
}

export interface Scan {
  readonly tables: readonly TableScan[];
  /** null: it is not known of every table. */
  readonly bytes: number | null;
  readonly usd: number | null;
}

/** What the table Usage says of one table: millions of bytes, of the hours that touch the time and of all that were looked at. */
export interface TableUsage {
  readonly within: number;
  readonly known: number;
  readonly first: Instant;
  readonly last: Instant;
}

/** Usage counts in millions of bytes, and a gigabyte is billed as 10^9. */
const MEGABYTE = 1e6;
const GIGABYTE = 1e9;

/** A table that a question reads, and how often, at most. */
export interface TableRead {
  readonly table: string;
  readonly plan: TablePlan;
  readonly times: number;
}

export const scanOf = (
  tables: readonly TableRead[],
  usage: ReadonlyMap<string, TableUsage>,
  span: TimeSpan,
  prices: PriceTable,
): Scan => {
  const scans = tables.map(({ table, plan, times }): TableScan => {
    const told = usage.get(table);
    const bytes = told === undefined ? null : times * bytesOf(told, span);
    return {
      table,
      plan,
      bytes,
      isReckoned: told !== undefined && told.last < span.until,
      usd: usdOf(plan, bytes, prices),
    };
  });
  return { tables: scans, bytes: sum(scans.map(({ bytes }) => bytes)), usd: sum(scans.map(({ usd }) => usd)) };
};

/** Hours that are not counted yet are taken for as large as those before. */
const bytesOf = ({ within, known, first, last }: TableUsage, { from, until }: TimeSpan): number => {
  const untold = Math.max(0, until - Math.max(last, from));
  const perMs = known / Math.max(last - first, HOUR);
  return Math.ceil((within + untold * perMs) * MEGABYTE);
};

/** Queries of tables of the plan Analytics are free. https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs */
const usdOf = (plan: TablePlan, bytes: number | null, prices: PriceTable): number | null => {
  if (plan === 'Analytics') return 0;
  const perGb = unitPrice(prices, 'logQueries');
  return bytes === null || perGb === null ? null : (bytes / GIGABYTE) * perGb;
};

const sum = (numbers: readonly (number | null)[]): number | null =>
  numbers.reduce<number | null>((total, one) => (total === null || one === null ? null : total + one), 0);
