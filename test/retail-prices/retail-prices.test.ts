import { afterEach, beforeEach, expect, test } from 'vitest';
import { METERS, PRICE_NAMES } from '../../src/core/prices/meters.ts';
import { pricesFromRetail, retailFilters } from '../../src/core/prices/from-retail.ts';
import type { Meter } from '../../src/core/prices/meters.ts';
import { retailItems } from '../../src/sources/retail-prices/retail-items.ts';
import { type Befalls, type ListedItem, RetailPricesStandIn } from './retail-prices-stand-in.ts';

let standIn: RetailPricesStandIn;
let endpoint: string;
beforeEach(async () => {
  standIn = new RetailPricesStandIn();
  endpoint = await standIn.listen();
});
afterEach(() => standIn.close());

const listed = ({ retail }: Meter, more: Partial<ListedItem> = {}): ListedItem => ({
  serviceName: retail.serviceName,
  productName: retail.productNames?.[0] ?? retail.serviceName,
  meterName: retail.meterName,
  unitOfMeasure: retail.unitOfMeasure,
  armRegionName: 'westeurope',
  retailPrice: 1,
  ...more,
});
const table = async () => {
  const found = await retailItems(endpoint, retailFilters());
  if (!found.ok) throw new Error(found.problem);
  return { ...pricesFromRetail(found.value.items, 'westeurope', '2026-11-27', endpoint), ...found.value };
};

test('every meter is asked for and found, over as many pages as there are', async () => {
  standIn.pageSize = 3;
  PRICE_NAMES.forEach((name, i) => {
    for (const armRegionName of ['westeurope', 'eastus', 'westus2'])
      standIn.items.push(
        listed(METERS[name], { armRegionName, retailPrice: armRegionName === 'westeurope' ? i + 1 : 1_000 }),
      );
  });
  const { table: prices, notFound, pages } = await table();
  // Two meters of different services may have one name: prices tell whether they were taken for each other.
  expect(PRICE_NAMES.map((name) => prices.prices[name]?.usd)).toEqual(PRICE_NAMES.map((_, i) => i + 1));
  expect(notFound).toEqual([]);
  expect(pages).toBeGreaterThan(retailFilters().length);
  expect(prices).toMatchObject({
    region: 'westeurope',
    currency: 'USD',
    prices: { natGateway: { asOf: '2026-11-27', source: endpoint } },
  });
});

test.each<[string, readonly Partial<ListedItem>[], number | null]>([
  ['what is free comes first and is left out', [{ retailPrice: 0 }, { retailPrice: 2.99, tierMinimumUnits: 5 }], 2.99],
  ['the first tier that costs something', [{ retailPrice: 3, tierMinimumUnits: 50 }, { retailPrice: 4 }], 4],
  [
    'the price that holds last',
    [{ retailPrice: 3 }, { retailPrice: 4, effectiveStartDate: '2026-01-01T00:00:00Z' }],
    4,
  ],
  ['a price for everywhere', [{ armRegionName: 'Global', retailPrice: 5 }], 5],
  [
    'the price of the region before that for everywhere',
    [{ armRegionName: '', retailPrice: 5 }, { retailPrice: 6 }],
    6,
  ],
  ['of another region', [{ armRegionName: 'eastus' }], null],
  ['of a reservation', [{ type: 'Reservation' }], null],
  ['in another currency', [{ currencyCode: 'EUR' }], null],
  ['by another unit', [{ unitOfMeasure: '100 GB' }], null],
  ['nothing but free', [{ retailPrice: 0 }], null],
])('%s', async (_, items, expected) => {
  standIn.items.push(...items.map((item) => listed(METERS.analyticsLogs, item)));
  const { table: prices, notFound } = await table();
  expect(prices.prices.analyticsLogs?.usd ?? null).toBe(expected);
  expect(notFound.includes('analyticsLogs')).toBe(expected === null);
});

test('of two products the one that is meant', async () => {
  standIn.items.push(
    listed(METERS.storedLrs, { productName: 'Files v2', retailPrice: 9 }),
    listed(METERS.storedLrs, { productName: 'Blob Storage', retailPrice: 2 }),
    listed(METERS.storedLrs, { productName: 'General Block Blob v2', retailPrice: 1 }),
  );
  expect((await table()).table.prices.storedLrs?.usd).toBe(1);
});

test.each<[Befalls, RegExp]>([
  ['unavailable', /answers 503/],
  ['throttled', /answers 429/],
  ['redirected', /points elsewhere \(302\): nobody else is asked$/],
  ['elsewhere', /points to 192\.0\.2\.1 for the next page: nobody else is asked$/],
  ['endless', /does not come to an end/],
  ['huge', /more than 8 MiB/],
  ['garbled', /no JSON object$/],
  ['no-items', /no list of Items$/],
  ['cut', /cannot be reached: /],
])('where the list is %s there is none', async (befalls, why) => {
  standIn.items.push(listed(METERS.analyticsLogs), listed(METERS.basicLogs));
  // On the last filter: what came before it is no list either.
  standIn.befalls = (filter) => (filter === retailFilters().at(-1) ? befalls : null);
  const found = await retailItems(endpoint, retailFilters());
  expect(found.ok ? '' : found.problem).toMatch(why);
});

test.each(['http://prices.example/', 'ftp://127.0.0.1/', 'nowhere'])('%s is not asked', async (address) => {
  expect(await retailItems(address, [])).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/expected an address/),
  });
});

test('nobody listens', async () => {
  await standIn.close();
  expect(await retailItems(endpoint, retailFilters())).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/cannot be reached/),
  });
  await standIn.listen();
});
