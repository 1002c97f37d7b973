import { fail, ok, type Result } from '../../base/result.ts';
import { amount, mapOf, maybe, oneOf, type ReadOf, record, text, WRONG } from '../monitoring/shape.ts';
import type { Written } from '../monitoring/written.ts';
import { PRICE_NAMES, type PriceName } from './meters.ts';
import type { Price, PriceTable } from './price-table.ts';

/** A table of prices as a file. A price that is null or left away is not known. */
const PRICE_FILE = record('Prices of Azure in one region, in US dollars, without tax.', {
  schemaVersion: oneOf('', [1]),
  kind: oneOf('', ['PriceTable']),
  region: text('As Azure writes it: `westeurope`.', /^[a-z][a-z0-9]{2,39}$/, 'a region such as westeurope'),
  currency: oneOf('', ['USD']),
  prices: mapOf(
    'By the name of the price.',
    { pattern: new RegExp(`^(?:${PRICE_NAMES.join('|')})$`), expected: 'the name of a price' },
    maybe(
      record('', {
        usd: amount("Of Azure's own unit: an hour, a GB, a day.", 0, 1e9),
        asOf: text(
          'When it was collected: a year, a month or a day.',
          /^\d{4}(?:-\d{2}){0,2}$/,
          'a date such as 2026-11-27',
        ),
        source: text('Where from.', /^.{1,500}$/, 'a text'),
      }),
    ),
  ),
});

export const PRICE_FILE_SCHEMA = PRICE_FILE.schema;

export type PriceFile = ReadOf<typeof PRICE_FILE>;

/** Every problem is `PLACE: what`. */
export const readPriceFile = (written: Written): Result<PriceTable, readonly string[]> => {
  const problems: string[] = [];
  const tell = (at: string, what: string): void => void problems.push(`${at}: ${what}`);
  const file = PRICE_FILE.read(written, { name: '', around: written.at, tell });
  if (file === WRONG) return fail(problems);
  const { region, currency, prices } = file;
  const all = PRICE_NAMES.map((name) => [name, prices[name] ?? null]);
  return ok({ region, currency, prices: Object.fromEntries(all) as Record<PriceName, Price | null> });
};

export const priceFileOf = ({ region, currency, prices }: PriceTable): PriceFile => ({
  schemaVersion: 1,
  kind: 'PriceTable',
  region,
  currency,
  prices,
});
