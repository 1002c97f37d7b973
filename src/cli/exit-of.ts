import { EXIT } from '../app/errors.ts';
import type { Globals } from './globals.ts';

/**
 * How a question ends. What was found is sure, whatever is missing beside it, so it comes first; what may only be so is no finding, and a limit that is reached by an
 * upper bound may not be. `isWhole`: nothing kept the answer from being complete; with --strict one that found nothing is worth that much.
 */
export const exitOf = (
  { strict }: Pick<Globals, 'strict'>,
  { isFound = false, isWhole }: { readonly isFound?: boolean; readonly isWhole: boolean },
): number => (isFound ? EXIT.findings : strict && !isWhole ? EXIT.incomplete : EXIT.done);
