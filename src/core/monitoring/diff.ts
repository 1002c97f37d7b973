import type { Edit } from './finding.ts';

/** Lines around a change, as git shows them. */
const AROUND = 3;

interface Group {
  /** Lines of the old text, `until` is out. */
  readonly from: number;
  readonly until: number;
  readonly edits: readonly Edit[];
}

const applied = (text: string, edits: readonly Edit[], shift: number): string =>
  edits.reduceRight(
    (now, { from, until, text: put }) => now.slice(0, from - shift) + put + now.slice(until - shift),
    text,
  );

/** A text as its lines, each with its end; the last may have none. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Edits of one file as a unified diff that `git apply` takes. They are sorted, and do not overlap. */
export const diffOf = (file: string, text: string, edits: readonly Edit[]): string => {
  const lines = linesOf(text);
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  const lineAt = (offset: number): number => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? Math.max(lines.length - 1, 0) : next - 1;
  };
  const groups: Group[] = [];
  for (const edit of edits.toSorted((a, b) => a.from - b.from).filter((e) => text.slice(e.from, e.until) !== e.text)) {
    const from = lineAt(edit.from);
    const until = Math.max(lineAt(Math.max(edit.until - 1, edit.from)), from) + 1;
    const last = groups.at(-1);
    if (last !== undefined && from <= last.until + 2 * AROUND)
      groups.splice(-1, 1, { from: last.from, until: Math.max(last.until, until), edits: [...last.edits, edit] });
    else groups.push({ from, until, edits: [edit] });
  }
  let grown = 0;
  const hunks = groups.map((group) => {
    const old = lines.slice(group.from, group.until);
    const now = linesOf(applied(old.join(''), group.edits, starts[group.from] ?? 0));
    let same = 0;
    while (same < Math.min(old.length, now.length) && old[same] === now[same]) same += 1;
    let tail = 0;
    while (tail < Math.min(old.length, now.length) - same && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
    const from = group.from + same;
    const until = group.until - tail;
    const before = lines.slice(Math.max(from - AROUND, 0), from);
    const after = lines.slice(until, until + AROUND);
    const removed = old.slice(same, old.length - tail);
    const added = now.slice(same, now.length - tail);
    const at = from - before.length;
    const count = before.length + after.length;
    const head = `@@ -${at + 1},${count + removed.length} +${at + 1 + grown},${count + added.length} @@`;
    grown += added.length - removed.length;
    const marked = (mark: string, of: readonly string[]): string[] =>
      of.map((line) => mark + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`));
    return [
      `${head}\n`,
      ...marked(' ', before),
      ...marked('-', removed),
      ...marked('+', added),
      ...marked(' ', after),
    ].join('');
  });
  return hunks.length === 0 ? '' : `--- a/${file}\n+++ b/${file}\n${hunks.join('')}`;
};
