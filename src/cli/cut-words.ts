import { count, plural } from '../base/number-text.ts';

/** How many there are, and where --limit left some of them out which ones are told: "the 25 that held most of 48 destinations of nodes (--limit for more)". */
export const cutWords = (
  listed: number,
  all: number,
  { one, many, most = 'that held most' }: { readonly one: string; readonly many: string; readonly most?: string },
): string =>
  listed < all
    ? `the ${count(listed)} ${most} of ${plural(all, one, many)} (--limit for more)`
    : plural(all, one, many);
