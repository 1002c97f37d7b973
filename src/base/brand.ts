declare const brand: unique symbol;

/** A value whose type remembers that it was checked: `Brand<number, 'Port'>` is a number, a number is not a `Port`. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
