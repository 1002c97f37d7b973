import type { Spot, Value, WhyUnknown } from '../hcl/value.ts';

/**
 * What is known of one setting. A rule says nothing about what is `untold`: it may be anything.
 *
 * `at` is where it stands, or would: of an argument its name, of what nobody wrote the block that lacks it. `from` is the text that
 * decides the value, which a fix has to change: of `location = var.region` the default of the variable, in another file perhaps.
 */
export type Setting<T> =
  | { readonly is: 'set'; readonly value: T; readonly at: Spot; readonly from: Spot; readonly through: readonly Spot[] }
  /** Nobody wrote it; `value` is what Azure does then. */
  | { readonly is: 'unset'; readonly value: T; readonly at: Spot }
  | { readonly is: 'untold'; readonly why: WhyUnknown; readonly at: Spot };

/** Text, number or truth of a setting; undefined: not told. */
export const toldOf = <T>(setting: Setting<T>): T | undefined => (setting.is === 'untold' ? undefined : setting.value);

/** A list of texts, each with its place. `sure`: no more of them than these; else some are not told. */
export interface Texts {
  readonly texts: readonly { readonly text: string; readonly from: Spot }[];
  readonly sure: boolean;
  readonly isWritten: boolean;
  readonly at: Spot;
  /** The text between the brackets of the list; null: it is not written as one, or nowhere. */
  readonly from: Spot | null;
}

/** Whether a list has a text; null: it may be among those that are not told. */
export const has = ({ texts, sure }: Texts, text: string): boolean | null =>
  texts.some((t) => t.text.toLowerCase() === text.toLowerCase()) ? true : sure ? false : null;

/** Another resource, as it is called here: by its address, by an id that somebody typed, or not told. Undefined: by nothing. */
export interface Reference {
  readonly value: Value | undefined;
  readonly at: Spot;
}
