import { type Meter, METERS, PRICE_NAMES, type PriceName } from './meters.ts';
import type { Price, PriceTable } from './price-table.ts';

/** One row of Azure's list of retail prices. */
export interface RetailItem {
  readonly currency: string;
  /** `westeurope`; `Global` or empty where one price holds everywhere. */
  readonly region: string;
  readonly serviceName: string;
  readonly productName: string;
  readonly meterName: string;
  readonly unitOfMeasure: string;
  readonly isConsumption: boolean;
  /** The price holds from so many units a month on. */
  readonly fromUnits: number;
  readonly usd: number;
  /** RFC 3339. */
  readonly since: string;
}

export interface FromRetail {
  readonly table: PriceTable;
  /** What the list does not have for the region. */
  readonly notFound: readonly PriceName[];
}

/** What to ask for: each service once, with the names of its meters. Names are as they stand: the API tells upper case from lower. */
export const retailFilters = (): readonly string[] => {
  const byService = Map.groupBy(Object.values<Meter>(METERS), ({ retail }) => retail.serviceName);
  return [...byService].map(([service, meters]) => {
    const names = [...new Set(meters.map(({ retail }) => retail.meterName))];
    return `serviceName eq '${service}' and priceType eq 'Consumption' and (${names.map((name) => `meterName eq '${name}'`).join(' or ')})`;
  });
};

/** The prices of one region among the rows of a list. `asOf`: the day of the list; `source`: where it is. */
export const pricesFromRetail = (
  items: readonly RetailItem[],
  region: string,
  asOf: string,
  source: string,
): FromRetail => {
  const found = PRICE_NAMES.map((name): readonly [PriceName, Price | null] => {
    const usd = priceOf(METERS[name], items, region);
    return [name, usd === null ? null : { usd, asOf, source }];
  });
  return {
    table: {
      region,
      currency: 'USD',
      prices: Object.fromEntries(found) as Record<PriceName, Price | null>,
    },
    notFound: found.flatMap(([name, price]) => (price === null ? [name] : [])),
  };
};

const GLOBAL: ReadonlySet<string> = new Set(['Global', '']);

const priceOf = ({ retail }: Meter, items: readonly RetailItem[], region: string): number | null => {
  const named = items.filter(
    (item) =>
      item.isConsumption &&
      item.currency === 'USD' &&
      item.serviceName === retail.serviceName &&
      item.meterName === retail.meterName &&
      item.unitOfMeasure === retail.unitOfMeasure,
  );
  const products = retail.productNames ?? [null];
  for (const product of products) {
    const ofProduct = named.filter(({ productName }) => product === null || productName === product);
    const here = ofProduct.filter((item) => item.region === region);
    const price = payable(here.length > 0 ? here : ofProduct.filter((item) => GLOBAL.has(item.region)));
    if (price !== null) return price;
  }
  return null;
};

/** The first tier that costs something: what is free before it is in the bill. Of a price that changed the one that holds last. */
const payable = (items: readonly RetailItem[]): number | null => {
  const paid = items.filter(({ usd }) => usd > 0);
  const from = Math.min(...paid.map(({ fromUnits }) => fromUnits));
  return (
    paid
      .filter(({ fromUnits }) => fromUnits === from)
      .toSorted((a, b) => (a.since < b.since ? 1 : -1))
      .at(0)?.usd ?? null
  );
};
