import { type Meter, METERS, type PriceName } from './meters.ts';

/** What Azure asks for one of its own units, in US dollars, without tax. */
export interface Price {
  readonly usd: number;
  /** When it was collected: a year, a month or a day. */
  readonly asOf: string;
  readonly source: string;
}

/** Prices of one region. null: not known, which is never 0. */
export interface PriceTable {
  readonly region: string;
  readonly currency: 'USD';
  readonly prices: Readonly<Record<PriceName, Price | null>>;
}

/** What one unit of a bill by the month costs. */
export const unitPrice = ({ prices }: PriceTable, name: PriceName): number | null => {
  const price = prices[name];
  return price === null ? null : price.usd * METERS[name].times;
};

export const unitOf = (name: PriceName): string => METERS[name].unit;

export const freeOf = (name: PriceName): number => {
  const meter: Meter = METERS[name];
  return meter.free ?? 0;
};

/** The oldest date among those prices: as old is what is reckoned with them. null: none of them is known. */
export const oldestOf = ({ prices }: PriceTable, names: readonly PriceName[]): string | null =>
  names
    .flatMap((name) => prices[name]?.asOf ?? [])
    .toSorted()
    .at(0) ?? null;
