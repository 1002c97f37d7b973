import type { Bill, BillItem } from './bill.ts';

export const BREAKDOWNS = ['table', 'namespace', 'area', 'plan'] as const;
export type By = (typeof BREAKDOWNS)[number];

export interface Slice {
  /** null: of no table, namespace or plan, or not known of which. */
  readonly of: string | null;
  /** What comes in in a month. */
  readonly gb: number | null;
  readonly monthly: number;
  /** Of what is known of the whole bill. */
  readonly share: number | null;
  /** There is more, of which the price or the amount is not known. */
  readonly isAtLeast: boolean;
}

/** The bill by what it is for, dearest first. */
export const breakdown = ({ items, monthly }: Bill, by: By): readonly Slice[] =>
  [...Map.groupBy(items, (item) => item[by])]
    .map(([of, ones]): Slice => {
      const sum = cents(ones.reduce((all, one) => all + (one.monthly ?? 0), 0));
      const ingested = ones.filter(({ area, table }) => area === 'ingestion' && table !== null);
      return {
        of,
        gb: gigabytes(ingested),
        monthly: sum,
        share: monthly <= 0 ? null : sum / monthly,
        isAtLeast: ones.some((one) => one.monthly === null),
      };
    })
    .toSorted((a, b) => b.monthly - a.monthly || ((a.of ?? '') < (b.of ?? '') ? -1 : 1));

const gigabytes = (items: readonly BillItem[]): number | null =>
  items.length === 0 || items.some(({ quantity }) => quantity === null)
    ? null
    : items.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0);

const cents = (usd: number): number => Math.round(usd * 100) / 100;
