/** A query with one token changed. */
export interface Mutant {
  /** Path of the file below `sql/`. */
  readonly query: string;
  /** The line it changes, and how: stands in the list of the known. */
  readonly name: string;
  readonly text: string;
}

/** What a tired engineer types instead. */
const SLIPS: readonly (readonly [RegExp, string])[] = [
  [/<=/g, '<'],
  [/(?<![-<])<(?![=>])/g, '<='],
  [/>=/g, '>'],
  [/(?<![-<>])>(?!=)/g, '>='],
  [/ = /g, ' != '],
  [/!=/g, '='],
  [/\bAND\b/g, 'OR'],
  [/\bOR\b/g, 'AND'],
  [/\bNOT /g, ''],
  [/\bgreatest\(/g, 'least('],
  [/\bleast\(/g, 'greatest('],
  [/\bmax\(/g, 'min('],
  [/\bmin\(/g, 'max('],
  [/\bminIf\(/g, 'maxIf('],
  [/\barrayMax\(/g, 'arrayMin('],
  [/\barrayMin\(/g, 'arrayMax('],
  [/\[-1\]/g, '[1]'],
  [/\[1\]/g, '[-1]'],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/\bLEFT JOIN\b/g, 'INNER JOIN'],
  [/\bnotEmpty\(/g, 'empty('],
  [/\bempty\(/g, 'notEmpty('],
  [/\barrayExists\(/g, 'arrayAll('],
];

/** Every query that differs from this one in one token of its code. */
export const mutantsOf = (query: string, text: string): Mutant[] => {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const before = lines.slice(0, at).filter((other) => other.trim() === line.trim()).length;
    const place = before === 0 ? '' : ` (line ${before + 1} of these words)`;
    return line.trimStart().startsWith('--')
      ? []
      : SLIPS.flatMap(([from, to]) =>
          [...line.matchAll(from)].map((found, nth, all) => {
            const changed = line.slice(0, found.index) + to + line.slice(found.index + found[0].length);
            const which = all.length === 1 ? '' : ` #${nth + 1}`;
            return {
              query,
              name: `${line.trim()} | ${found[0].trim()} → ${to.trim()}${which}${place}`,
              text: lines.with(at, changed).join('\n'),
            };
          }),
        );
  });
};
