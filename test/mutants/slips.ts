/** A source file with one token changed. */
export interface Mutant {
  /** Path of the file. */
  readonly file: string;
  readonly line: number;
  /** The line it changes, and how: stands in the lists of the known and of the sample. */
  readonly name: string;
  readonly text: string;
}

type Slip = readonly [from: RegExp, to: string];

/** What a tired engineer types instead. */
const SQL_SLIPS: readonly Slip[] = [
  [/<=/g, '<'],
  [/(?<![-<])<(?![=>])/g, '<='],
  [/>=/g, '>'],
  [/(?<![-<>])>(?!=)/g, '>='],
  [/ = /g, ' != '],
  [/!=/g, '='],
  [/\bAND\b/g, 'OR'],
  [/\bOR\b/g, 'AND'],
  [/\bNOT /g, ''],
  [/\bmax\(/g, 'min('],
  [/\bmin\(/g, 'max('],
  [/\bgreatest\(/g, 'least('],
  [/\bleast\(/g, 'greatest('],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \/ /g, ' * '],
  [/(?<=[ (])0\b/g, '1'],
  [/(?<=[ (])1\b/g, '0'],
  [/\bLEFT JOIN\b/g, 'INNER JOIN'],
  [/\bfirst_ms\b/g, 'at_ms'],
  [/\bat_ms\b/g, 'first_ms'],
  [/\bpackets_/g, 'bytes_'],
  [/\bbytes_/g, 'packets_'],
  [/_orig\b/g, '_reply'],
  [/_reply\b/g, '_orig'],
  [/\breply_src/g, 'reply_dest'],
  [/\breply_dest/g, 'reply_src'],
  [/\{from_ms/g, '{until_ms'],
  [/\{until_ms/g, '{from_ms'],
];

const TYPESCRIPT_SLIPS: readonly Slip[] = [
  [/ <= /g, ' < '],
  [/ < /g, ' <= '],
  [/ >= /g, ' > '],
  [/ > /g, ' >= '],
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/^(\s*)&& /g, '$1|| '],
  [/ &&$/g, ' ||'],
  [/ \|\|$/g, ' &&'],
  [/ \?\? /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/ \+= /g, ' -= '],
  [/\+\+/g, '--'],
  [/(?<=[ (])!(?=[\w(])/g, ''],
  [/\bMath\.max\(/g, 'Math.min('],
  [/\bMath\.min\(/g, 'Math.max('],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\[0\]/g, '[1]'],
  [/\bat\(-1\)/g, 'at(0)'],
  [/\bat\(-2\)/g, 'at(-1)'],
  [/(?<=[ (])0(?=[,;) ])/g, '1'],
  [/(?<=[ (])1(?=[,;) ])/g, '2'],
];

/** Nothing that runs: a comment, an import, a type. */
const SAYS_NOTHING = /^\s*(--|\/\/|\/?\*|import |readonly |type |interface |export (type|interface) |\| |.*\d \| \d)/;

/** Every text that differs from this one in one token of its code. */
export const mutantsOf = (file: string, text: string): Mutant[] => {
  const lines = text.split('\n');
  const slips = file.endsWith('.sql') ? SQL_SLIPS : TYPESCRIPT_SLIPS;
  return lines.flatMap((line, at) => {
    if (SAYS_NOTHING.test(line)) return [];
    const before = lines.slice(0, at).filter((other) => other.trim() === line.trim()).length;
    const place = before === 0 ? '' : ` (line ${before + 1} of these words)`;
    return slips.flatMap(([from, to]) =>
      [...line.matchAll(from)].map((found, nth, all) => {
        const typed = to.replace('$1', found[1] ?? '');
        const changed = line.slice(0, found.index) + typed + line.slice(found.index + found[0].length);
        const which = all.length === 1 ? '' : ` #${nth + 1}`;
        return {
          file,
          line: at + 1,
          name: `${line.trim()} | ${found[0].trim()} → ${typed.trim()}${which}${place}`,
          text: lines.with(at, changed).join('\n'),
        };
      }),
    );
  });
};

/** Does the list hold this slip? A list names file and change; `*` stands for every change of the file. */
export const isListed = (
  list: readonly (readonly [file: string, change: string, ...rest: string[]])[],
  { file, name }: Mutant,
): boolean => list.some(([path, change]) => path === file && (change === '*' || change === name));
