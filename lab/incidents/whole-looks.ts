/**
 * Looks that stand one below another in a recording: each begins with `@` and a moment, and ends with a line that is a full stop.
 * Given are those that were written to their end: whoever records may be stopped in the middle of one, and half of it tells of less than there was.
 */
export const wholeLooks = (text: string): readonly string[] =>
  text
    .split(/^@ /m)
    .slice(1)
    .flatMap((look) => {
      const end = look.search(/^\.$/m);
      return end < 0 ? [] : [look.slice(0, end)];
    });
