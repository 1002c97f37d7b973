/** Paths of the console. Links to them are kept: a page that goes leads on to another. What stands behind `?` is the console's own. */
export const CONSOLE_PAGES = [
  '/',
  '/who',
  '/flows',
  '/map',
  '/snat',
  '/trace',
  '/diagnose',
  '/audit',
  '/sources',
] as const;
export type ConsolePage = (typeof CONSOLE_PAGES)[number];
