import type { Instant } from '../../../base/instant.ts';
import type { Estate } from '../estate.ts';
import type { Finding } from '../finding.ts';
import type { ProviderTypes } from '../provider/provider-types.ts';

/** What a rule may know beside the estate. */
export interface Knowing {
  /** The moment the audit is made at: tables and features retire. */
  readonly today: Instant;
  readonly types: ProviderTypes;
  /** How far back somebody wants to be able to ask. */
  readonly needDays: number;
}

/** Finds what is wrong, and says nothing about what is not told. */
export type Rule = (estate: Estate, knowing: Knowing) => readonly Finding[];
