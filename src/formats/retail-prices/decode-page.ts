import { fail, ok, type Result } from '../../base/result.ts';
import type { RetailItem } from '../../core/prices/from-retail.ts';
import { isObject, listOf, member, parseValue, textOf } from '../json/json-value.ts';

export interface RetailPage {
  readonly items: readonly RetailItem[];
  /** Items that lack what an item has. */
  readonly rejected: number;
  /** Where the next page is; null: this is the last. */
  readonly next: string | null;
}

/** One answer of https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices. */
export const decodeRetailPage = (text: string): Result<RetailPage, string> => {
  const parsed = parseValue(text);
  if (!parsed.ok || !isObject(parsed.value)) return fail('the answer is no JSON object');
  const listed = member(parsed.value, 'Items');
  if (!Array.isArray(listed)) return fail('the answer has no list of Items');
  const items = listOf(listed).flatMap((item) => itemOf(item) ?? []);
  const next = member(parsed.value, 'NextPageLink');
  return ok({
    items,
    rejected: listed.length - items.length,
    next: typeof next === 'string' && next !== '' ? next : null,
  });
};

const itemOf = (value: unknown): RetailItem | null => {
  const text = (name: string): string => textOf(member(value, name));
  const price = member(value, 'retailPrice');
  const from = member(value, 'tierMinimumUnits') ?? 0;
  if (typeof price !== 'number' || price < 0 || typeof from !== 'number' || text('meterName') === '') return null;
  return {
    currency: text('currencyCode'),
    region: text('armRegionName'),
    serviceName: text('serviceName'),
    productName: text('productName'),
    meterName: text('meterName'),
    unitOfMeasure: text('unitOfMeasure'),
    // Reservations are priced by the term.
    isConsumption: text('type') === 'Consumption',
    fromUnits: from,
    usd: price,
    since: text('effectiveStartDate'),
  };
};
