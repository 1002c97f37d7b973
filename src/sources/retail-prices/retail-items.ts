import { fail, ok, type Result } from '../../base/result.ts';
import type { RetailItem } from '../../core/prices/from-retail.ts';
import { decodeRetailPage } from '../../formats/retail-prices/decode-page.ts';

export const RETAIL_PRICES = 'https://prices.azure.com/api/retail/prices';

/** A page has 1,000 items of half a kilobyte. */
const MOST_BYTES = 8 * 1_048_576;
/** Of one question. A meter has a price in each of some sixty regions. */
const MOST_PAGES = 50;
const WITHIN_MS = 30_000;

export interface RetailItems {
  readonly items: readonly RetailItem[];
  /** Items that lack what an item has. */
  readonly rejected: number;
  readonly pages: number;
}

/**
 * Asks Azure's list of retail prices, each filter to its last page. All of it or the reason why not: a part of a list is no list. Nobody but the endpoint
 * itself is asked, wherever an answer may point.
 */
export const retailItems = async (
  endpoint: string,
  filters: readonly string[],
): Promise<Result<RetailItems, string>> => {
  const base = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (base === null || !(base.protocol === 'https:' || isLoopback(base)))
    return fail(`${endpoint}: expected an address that begins with https://`);
  const items: RetailItem[] = [];
  let rejected = 0;
  let pages = 0;
  for (const filter of filters) {
    const first = new URL(base);
    first.searchParams.set('currencyCode', "'USD'");
    first.searchParams.set('$filter', filter);
    const seen = new Set<string>();
    let next: URL | null = first;
    while (next !== null) {
      if (seen.has(next.href) || seen.size >= MOST_PAGES)
        return fail(`${base.host} does not come to an end: ${seen.size} pages, and there are more`);
      seen.add(next.href);
      const text = await textAt(next);
      if (!text.ok) return text;
      const page = decodeRetailPage(text.value);
      if (!page.ok) return fail(`${base.host}: ${page.problem}`);
      items.push(...page.value.items);
      rejected += page.value.rejected;
      pages++;
      const link: string | null = page.value.next;
      next = link === null || !URL.canParse(link) ? null : new URL(link);
      if (link !== null && next?.origin !== base.origin)
        return fail(
          `${base.host} points to ${next?.host ?? link.slice(0, 60)} for the next page: nobody else is asked`,
        );
    }
  }
  return ok({ items, rejected, pages });
};

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);

const textAt = async (url: URL): Promise<Result<string, string>> => {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(WITHIN_MS),
      headers: { accept: 'application/json' },
    });
    if (response.status >= 300 && response.status < 400)
      return fail(`${url.host} points elsewhere (${response.status}): nobody else is asked`);
    if (!response.ok) return fail(`${url.host} answers ${response.status} ${response.statusText}`.trim());
    return await bodyOf(response, url.host);
  } catch (error) {
    return fail(`${url.host} cannot be reached: ${reasonOf(error)}`);
  }
};

const bodyOf = async (response: Response, host: string): Promise<Result<string, string>> => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    // What is left of the body is not read: leaving the loop ends the connection.
    if (bytes > MOST_BYTES) return fail(`${host} answers with more than ${MOST_BYTES / 1_048_576} MiB on one page`);
    pieces.push(piece);
  }
  return ok(new TextDecoder().decode(Buffer.concat(pieces)));
};

/** What fetch says is `fetch failed`; why it did is behind it. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${WITHIN_MS / 1_000} s`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
};
