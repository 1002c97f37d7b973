import type { Change } from './changes.ts';
import type { Edit } from './finding.ts';

const indentAt = (text: string, offset: number): string => {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
};

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const indented = (lines: readonly string[], indent: string, newline: string): string =>
  lines.map((line) => (line === '' ? newline : `${indent}${line}${newline}`)).join('');

const into = (text: string, brace: number, lines: readonly string[]): Omit<Edit, 'file'> => {
  const newline = newlineOf(text);
  const indent = indentAt(text, brace);
  const start = lineStart(text, brace);
  if (text.slice(start, brace).trim() === '')
    return { from: start, until: start, text: indented(lines, `${indent}  `, newline) };
  // `retention_policy { enabled = true }`: a block of several arguments has a line for each
  const open = text.lastIndexOf('{', brace - 1);
  const within = text.slice(open + 1, brace).trim();
  return {
    from: open + 1,
    until: brace,
    text: `${newline}${indented([...(within === '' ? [] : [within]), ...lines], `${indent}  `, newline)}${indent}`,
  };
};

const after = (text: string, brace: number, lines: readonly string[]): Omit<Edit, 'file'> => {
  const newline = newlineOf(text);
  const end = text.indexOf('\n', brace);
  const block = `${newline}${indented(lines, '', newline)}`;
  return end < 0
    ? { from: text.length, until: text.length, text: `${newline}${block}`.slice(0, -newline.length) }
    : { from: end + 1, until: end + 1, text: block };
};

/** Whole lines where nothing else stands on them. */
const removed = (text: string, from: number, until: number): Omit<Edit, 'file'> => {
  const start = lineStart(text, from);
  const end = text.indexOf('\n', until);
  const alone = text.slice(start, from).trim() === '' && text.slice(until, end < 0 ? undefined : end).trim() === '';
  return alone ? { from: start, until: end < 0 ? text.length : end + 1, text: '' } : { from, until, text: '' };
};

const behindEquals = (text: string, from: number, until: number): number => {
  const behind = /^[^=\n]*=[ \t]*/.exec(text.slice(from, until))?.[0];
  return from + (behind?.length ?? 0);
};

/** A change as an edit of the text that it is of. */
export const editOf = (change: Change, text: string): Edit => {
  const { file } = change;
  switch (change.kind) {
    case 'edit':
      return { file, from: change.from, until: change.until, text: change.text };
    case 'value':
      return {
        file,
        from: behindEquals(text, change.from, change.until),
        until: change.until,
        text: change.text,
      };
    case 'into':
      return { file, ...into(text, change.brace, change.lines) };
    case 'after':
      return { file, ...after(text, change.brace, change.lines) };
    case 'remove':
      return { file, ...removed(text, change.from, change.until) };
  }
};

/** Edits of one file in order; null: they overlap, and not all of them can be made. Two at one place are made one behind the other. */
export const sortedEdits = (edits: readonly Edit[]): readonly Edit[] | null => {
  const sorted = edits.toSorted((a, b) => a.from - b.from || a.until - b.until);
  return sorted.every((edit, i) => i === 0 || (sorted[i - 1]?.until ?? 0) <= edit.from) ? sorted : null;
};

export const applyEdits = (text: string, edits: readonly Edit[]): string =>
  edits.reduceRight((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.until), text);
