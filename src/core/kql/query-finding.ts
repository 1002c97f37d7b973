import type { Severity } from './query-language.ts';
import type { Place } from './query.ts';

/** Something that is wrong with a query, or may be. */
export interface QueryFinding {
  /** `KQL101`, or one of the language service's own: `KS142`. */
  readonly code: string;
  readonly severity: Severity;
  /** Offsets into the text, in UTF-16 units. */
  readonly at: Place;
  readonly message: string;
}
