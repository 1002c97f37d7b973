/** The names, those that are spelled most like `word` first; of equally near ones in the order given. */
export const nearestFirst = (
  word: string,
  names: readonly string[],
): readonly { readonly name: string; readonly apart: number }[] =>
  names.map((name) => ({ name, apart: distance(word, name) })).sort((a, b) => a.apart - b.apart);

/** Damerau and Levenshtein: letters changed, added, left out, or swapped with their neighbour. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? (i === 0 ? j : i);
  for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      (rows[i] as number[])[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
};
