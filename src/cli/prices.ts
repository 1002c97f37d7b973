import { dirname, join } from 'node:path';
import { renderInstant } from '../base/instant.ts';
import { pricesFromRetail, retailFilters } from '../core/prices/from-retail.ts';
import { priceFileOf, readPriceFile } from '../core/prices/price-file.ts';
import type { PriceTable } from '../core/prices/price-table.ts';
import { SHIPPED_PRICES } from '../core/prices/shipped-prices.ts';
import type { Context } from './context.ts';
import { textOf } from './flag-values.ts';
import type { Given } from './globals.ts';
import { homeOf } from './home-of.ts';
import { refuse } from './refused.ts';
import { jsonText } from './render/visible.ts';
import { parseSpecFile } from './spec-file.ts';

export interface PricesChosen {
  readonly table: PriceTable;
  /** They were to be refreshed, and could not be. */
  readonly isStale: boolean;
}

/**
 * The prices to reckon with: of the file that is named; else those that were refreshed for the region before, if any; else those that unmasq brings
 * along. With --refresh they are asked for first, and kept. A refresh that fails leaves what is there, and says so.
 */
export const choosePrices = async (region: string, given: Given, context: Context): Promise<PricesChosen> => {
  const { outside, voice } = context;
  const named = textOf(given, 'prices');
  const file = named ?? fileFor(region, outside.env);
  if (given['refresh'] !== true) return { table: await tableIn(file, named !== null, context), isStale: false };
  const endpoint = textOf(given, 'pricesEndpoint');
  const listed = await outside.retailItems(endpoint, retailFilters());
  if (!listed.ok) {
    voice.warn(`the prices were not refreshed, and what was there stays: ${listed.problem}`);
    const there = await tableIn(file, false, context);
    return { table: there, isStale: true };
  }
  const { items, rejected, source } = listed.value;
  const day = renderInstant(outside.now()).slice(0, 10);
  const { table, notFound } = pricesFromRetail(items, region, day, source);
  if (notFound.length === Object.keys(table.prices).length) {
    voice.warn(`the prices were not refreshed, and what was there stays: ${source} has none of ${region}`);
    return { table: await tableIn(file, false, context), isStale: true };
  }
  if (rejected > 0) voice.warn(`${rejected} rows of the list of prices were not understood`);
  if (notFound.length > 0) voice.note(`no price of ${region} is listed for ${notFound.join(', ')}: they are ?`);
  await keep(file, table, context);
  return { table, isStale: false };
};

const keep = async (file: string, table: PriceTable, { outside, voice }: Context): Promise<void> => {
  try {
    await outside.makeFolder(dirname(file));
    const whole = await outside.wholeFile(file);
    await whole.save(`${jsonText(priceFileOf(table), 2)}\n`);
    voice.note(`kept in ${file}`);
  } catch (error) {
    refuse('E523', `${file} cannot be written`, { why: (error as Error).message });
  }
};

/** What the file has. One that is not there, or that nobody named and that is not understood, gives way to what unmasq brings along. */
const tableIn = async (file: string, isNamed: boolean, { outside, voice }: Context): Promise<PriceTable> => {
  const text = await outside.readText(file).catch((error: NodeJS.ErrnoException) => {
    if (!isNamed && error.code === 'ENOENT') return null;
    if (isNamed) return refuse('E522', `${file} cannot be read`, { why: error.message });
    voice.warn(`${file} cannot be read: ${error.message}`);
    return null;
  });
  if (text === null) return SHIPPED_PRICES;
  const written = parseSpecFile(file, text);
  const read = written.ok ? readPriceFile(written.value) : written;
  if (read.ok) return read.value;
  const why = read.problem.slice(0, 3).join('; ');
  if (isNamed) return refuse('E522', `${file} is not understood`, { why });
  voice.warn(`${file} is not understood, and not used: ${why}`);
  return SHIPPED_PRICES;
};

/** https://specifications.freedesktop.org/basedir-spec/latest/ : prices can be had again at any time. */
const fileFor = (region: string, env: Readonly<Record<string, string | undefined>>): string => {
  const base = env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') === true ? base : join(homeOf(env), '.cache'), 'unmasq', `prices-${region}.json`);
};
