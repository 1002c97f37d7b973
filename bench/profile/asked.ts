import type { Asked } from '../data.ts';
import { MAIN } from '../sizes.ts';

/** A run with so many flows: the large cluster, or the small one where there are few. */
export const profiled = (flows: number): Asked => ({ ...(flows < 500_000 ? MAIN.small : MAIN.full), flows });
