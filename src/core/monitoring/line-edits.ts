import type { Edit } from './finding.ts';

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Beyond so many pairs of lines what differs is replaced whole. */
const MOST_PAIRS = 4_000_000;

/** What makes one text of another, line by line: a longest common sequence of lines stays. */
export const lineEdits = (file: string, before: string, after: string): readonly Edit[] => {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const [from, to] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const start = old.slice(0, head).join('').length;
  if (from.length === 0 && to.length === 0) return [];
  if (from.length * to.length > MOST_PAIRS)
    return [{ file, from: start, until: start + from.join('').length, text: to.join('') }];
  return editsOf(file, start, from, to);
};

const editsOf = (file: string, start: number, from: readonly string[], to: readonly string[]): readonly Edit[] => {
  const width = to.length + 1;
  // how long the common sequence of what is left of both is
  const common = new Uint32Array((from.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      common[i * width + j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const edits: Edit[] = [];
  let [i, j, offset] = [0, 0, start];
  while (i < from.length || j < to.length) {
    if (i < from.length && from[i] === to[j]) {
      offset += from[i]?.length ?? 0;
      i += 1;
      j += 1;
      continue;
    }
    let [until, text] = [offset, ''];
    while ((i < from.length || j < to.length) && !(i < from.length && from[i] === to[j]))
      if (j >= to.length || (i < from.length && at(i + 1, j) >= at(i, j + 1))) {
        until += from[i]?.length ?? 0;
        i += 1;
      } else {
        text += to[j] ?? '';
        j += 1;
      }
    edits.push({ file, from: offset, until, text });
    offset = until;
  }
  return edits;
};
