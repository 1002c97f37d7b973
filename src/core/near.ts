/** How many letters `a` and `b` begin with alike. */
const alikeFrom = (a: string, b: string): number => {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n += 1;
  return n;
};

/** How many they end with alike, those before `from` not counted. */
const alikeUntil = (a: string, b: string, from: number): number => {
  const most = Math.min(a.length, b.length) - from;
  let n = 0;
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n += 1;
  return n;
};

/** How many letters have to be changed, added or left out to make one word of the other; more than `most`: nobody asks how many. */
const lettersApart = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  // names have much in common, and most are told apart by what is left
  const from = alikeFrom(a, b);
  const alike = alikeUntil(a, b, from);
  return lettersChanged(a.slice(from, a.length - alike), b.slice(from, b.length - alike), most);
};

const lettersChanged = (a: string, b: string, most: number): number => {
  if (a === '') return b.length;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row) > most) return most + 1;
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
