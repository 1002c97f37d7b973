import type { Place, Query } from './query.ts';
import type { Tables } from './tables.ts';

export type Severity = 'error' | 'warning' | 'note';

/** What the language service says, under its own codes (`KS142`). */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** From 0 to 0 where it says none. */
  readonly at: Place;
}

/** What became of a text. */
export type QueryRead =
  | { readonly kind: 'query'; readonly query: Query; readonly diagnostics: readonly Diagnostic[] }
  /** At least one error, or too deep to be bound. */
  | { readonly kind: 'faulty'; readonly diagnostics: readonly Diagnostic[] }
  /** Right as far as types go, with a statement that is not read. */
  | {
      readonly kind: 'unread';
      readonly what: string;
      readonly at: Place;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** Not looked at: too long or too deep. */
  | { readonly kind: 'refused'; readonly why: string; readonly at: Place }
  /** A management command. */
  | { readonly kind: 'command' }
  /** It took too long, or too much memory, or the service failed. */
  | { readonly kind: 'gave-up'; readonly why: string };

/** Parses and binds KQL. */
export interface QueryLanguage {
  /** Never throws for what the text is, and ends within its deadline. The same text over the same tables is read once. */
  read(text: string, tables: Tables): Promise<QueryRead>;
  close(): Promise<void>;
}
