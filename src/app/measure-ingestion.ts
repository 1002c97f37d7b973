import { IngestedTables, type MeasuredTable, type NamespaceSum } from '../core/monitoring/cost/ingested.ts';
import type { TableUsage } from '../core/monitoring/cost/usage.ts';
import type { ByteObject } from '../core/ports.ts';
import { RowSizes } from '../formats/log-analytics/row-sizes.ts';

export interface Measured {
  readonly tables: readonly MeasuredTable[];
  /** What a month of the same brings. */
  readonly usages: readonly TableUsage[];
  /** Objects that gave no row. */
  readonly useless: readonly { readonly name: string; readonly why: string }[];
  readonly rejected: number;
  /** Rows that nobody pays for. */
  readonly free: number;
}

/** Adds up rows of exported tables of Log Analytics, whichever tables they are of. Nothing is stored. `sums`: what a workspace added up itself. */
export const measureIngestion = async (
  objects: Iterable<ByteObject>,
  sums: Iterable<NamespaceSum> = [],
): Promise<Measured> => {
  const tables = new IngestedTables();
  for (const sum of sums) tables.summed(sum);
  const useless: { readonly name: string; readonly why: string }[] = [];
  let rejected = 0;
  let free = 0;
  for (const object of objects) {
    const before = tables.rows;
    const sizes = new RowSizes(tables, object.name);
    let problem: string | null = null;
    for await (const piece of object.read()) {
      if (piece.ok) sizes.push(piece.value);
      else problem = piece.problem;
    }
    sizes.end();
    rejected += sizes.rejected;
    free += sizes.free;
    const [first] = sizes.rejects;
    if (problem !== null) useless.push({ name: object.name, why: problem });
    else if (tables.rows === before && sizes.free === 0)
      useless.push({ name: object.name, why: first === undefined ? 'it has no rows' : `${first.place}: ${first.why}` });
  }
  return { tables: tables.measured(), usages: tables.usages(), useless, rejected, free };
};
