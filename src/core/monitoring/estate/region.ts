import { type Setting, toldOf } from './setting.ts';

/** `West Europe` is `westeurope`. */
export const regionOf = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, '');

/** What somebody still has to fill in: `<ResourceGroup>`. */
export const isPlaceholder = (text: string): boolean => text.includes('<') || text.includes('>');

/** Whether two locations are one region; null: not told. */
export const sameRegion = (a: Setting<string | null>, b: Setting<string | null>): boolean | null => {
  const [x, y] = [toldOf(a), toldOf(b)];
  if (x === undefined || y === undefined || x === null || y === null) return null;
  return isPlaceholder(x) || isPlaceholder(y) ? null : regionOf(x) === regionOf(y);
};
