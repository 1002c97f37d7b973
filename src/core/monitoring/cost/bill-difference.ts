import type { Bill, BillItem } from './bill.ts';

/** One line of two bills. */
export interface ChangedItem {
  readonly area: BillItem['area'];
  readonly item: string;
  /** null: not known. A line that one of the bills does not have costs 0 there. */
  readonly before: number | null;
  readonly after: number | null;
  readonly change: number | null;
}

export interface BillDifference {
  readonly items: readonly ChangedItem[];
  /** Of what is known before and after. */
  readonly monthlyChange: number;
  /** Lines of which one side is not known: `monthlyChange` leaves them out. */
  readonly unknown: readonly string[];
}

/** What changes, dearest change first; lines that stay are left out. */
export const billDifference = (before: Bill, after: Bill): BillDifference => {
  const sums = [before, after].map((bill) => monthlyByLine(bill)) as [Lines, Lines];
  const keys = new Set(sums.flatMap((lines) => [...lines.keys()]));
  const items = [...keys].flatMap((key): readonly ChangedItem[] => {
    const [was, is] = sums.map((lines) => lines.get(key));
    const one = was ?? is;
    if (one === undefined) return [];
    const [from, to] = [was === undefined ? 0 : was.monthly, is === undefined ? 0 : is.monthly];
    const change = from === null || to === null ? null : cents(to - from);
    if (change === 0) return [];
    return [{ area: one.area, item: one.item, before: from, after: to, change }];
  });
  const sorted = items.toSorted(
    (a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || (a.item < b.item ? -1 : 1),
  );
  return {
    // What is known of neither side is no difference that could be shown.
    items: sorted.filter(({ before: was, after: is }) => was !== null || is !== null),
    monthlyChange: cents(sorted.reduce((sum, { change }) => sum + (change ?? 0), 0)),
    unknown: sorted.filter(({ change }) => change === null).map(({ item }) => item),
  };
};

type Lines = ReadonlyMap<
  string,
  { readonly area: BillItem['area']; readonly item: string; readonly monthly: number | null }
>;

/** Lines by what they are about: `flow logs of 7 days` is the line that is of 30 after, and what a table brings is one line whatever it is called. */
const monthlyByLine = ({ items }: Bill): Lines => {
  const lines = new Map<string, { area: BillItem['area']; item: string; monthly: number | null }>();
  for (const one of items) {
    const { area, item, monthly } = one;
    const key = keyOf(one);
    const before = lines.get(key);
    if (before === undefined) lines.set(key, { area, item, monthly });
    else before.monthly = before.monthly === null || monthly === null ? null : before.monthly + monthly;
  }
  return lines;
};

const keyOf = ({ area, item, table, namespace }: BillItem): string => {
  const what = table === null ? item : area === 'retention' ? item.slice(table.length) : '';
  return JSON.stringify([area, table, namespace, what.replace(/\d[\d.,]*m?\b/g, '#')]);
};

const cents = (usd: number): number => Math.round(usd * 100) / 100;
