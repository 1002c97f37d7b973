/** How many letters have to be changed, added or left out to make one word of the other; more than `most`: nobody asks how many. */
const lettersApart = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
};

/** The one that a mistyped word was meant to be, where one is near; null: none is. */
export const nearest = (word: string, words: Iterable<string>): string | null => {
  const most = word.length < 5 ? 1 : 2;
  let best: string | null = null;
  let apart = most + 1;
  for (const other of words) {
    const n = lettersApart(word.slice(0, 80), other.slice(0, 80), most);
    if (n < apart) [best, apart] = [other, n];
  }
  return best;
};
