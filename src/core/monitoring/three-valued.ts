/** True, false, or not told: and, or and not as Kleene has them. */
export type Truth = boolean | null;

export const and = (...all: readonly Truth[]): Truth =>
  all.includes(false) ? false : all.includes(null) ? null : true;

export const or = (...all: readonly Truth[]): Truth => (all.includes(true) ? true : all.includes(null) ? null : false);
