import type { Place } from './syntax.ts';

/** Where something is written, in which file. */
export interface Spot {
  readonly file: string;
  readonly at: Place;
}

/** Why a value cannot be told from the files alone. */
export type WhyUnknown =
  | 'no-default' // a variable that nothing gives a value
  | 'null-default' // a variable of the root that is null until somebody gives it a value
  | 'computed' // Azure says it when the resource is made
  | 'data' // read from outside by a data source
  | 'outside' // an output of a module whose files are not here, a remote state
  | 'function' // a function that is not worked out here
  | 'syntax' // it could not be read
  | 'cycle'
  | 'too-much'; // a file that would take longer than anybody waits

/**
 * What an expression comes to. `from` is where the text that decides it stands: of `interval = var.interval` the default of the variable,
 * which is what a fix has to change; `through` are the places that it came by, outermost first.
 */
export type Value = { readonly from: Spot; readonly through?: readonly Spot[] } & (
  | { readonly kind: 'known'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly items: ReadonlyMap<string, Value>; readonly resource?: string }
  /**
   * `is` names what it would be: two unknowns with the same name are the same thing, so an association finds its cluster although no id is
   * known. `text` is what is known of a text around the unknown parts.
   */
  | {
      readonly kind: 'unknown';
      readonly why: WhyUnknown;
      readonly is: string | null;
      readonly text?: readonly (string | null)[];
    }
);

export const known = (from: Spot, value: string | number | boolean | null): Value => ({ from, kind: 'known', value });
export const unknown = (from: Spot, why: WhyUnknown, is: string | null = null): Value => ({
  from,
  kind: 'unknown',
  why,
  is,
});
