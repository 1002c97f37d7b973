import type { Place } from './hcl/syntax.ts';

/**
 * Where a place of an embedded text is in the file that it stands in: TOML in a block of YAML, KQL in a here-document. A line of it is looked
 * for at its line of the file; where that does not hold it (a quoted text with `\n` in it), the place of the whole is the best there is.
 */
export const embeddedIn = (file: string, whole: Place, inner: string): ((place: Place) => Place) => {
  const lines = file.split('\n');
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const innerLines = inner.split('\n').map((line) => line.replace(/\r$/, ''));
  const holds = (first: number): boolean =>
    innerLines.every((line, i) => line.trim() === '' || (lines[first - 1 + i] ?? '').includes(line));
  // a text in quotes begins on its line, a block or here-document below it
  const first = [whole.line, whole.line + 1].find(holds);
  return (place) => {
    if (first === undefined) return whole;
    const line = first + place.line - 1;
    const text = lines[line - 1] ?? '';
    const indent = text.indexOf(innerLines[place.line - 1] ?? '');
    const column = Math.max(indent, 0) + place.column;
    const from = (starts[line - 1] ?? 0) + column - 1;
    return { line, column, from, until: from + (place.until - place.from) };
  };
};
