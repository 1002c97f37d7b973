import { fail, ok, type Result } from '../base/result.ts';
import type { ByteObject } from '../core/ports.ts';
import { type Trouble, trouble } from './errors.ts';
import { parseTruth } from './truth.ts';
import type { TruthPile } from './truth-pile.ts';

/** No row is nearly as long; a file without line ends is no truth and is not to fill the memory. */
const LONGEST_LINE = 16_384;

/** Reads the truth onto the pile, and stops at the first line that is none. */
export const readTruth = async (
  object: ByteObject,
  pile: TruthPile,
  progress: (rows: number) => void,
): Promise<Result<void, Trouble>> => {
  // A byte order mark is taken off by the decoder.
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  let isFull = false;
  const take = (line: string): string | null => {
    number++;
    if (line.length > LONGEST_LINE) return `longer than ${LONGEST_LINE.toLocaleString('en-US')} characters`;
    if (line.trim() === '') return null;
    const row = parseTruth(line);
    if (!row.ok) return row.problem;
    isFull = pile.add(row.value);
    return null;
  };
  const wrong = (problem: string): Result<void, Trouble> =>
    fail(trouble('E203', `${object.name}, line ${number}: ${problem}`));
  for await (const piece of object.read()) {
    if (!piece.ok) return fail(trouble('E203', `${object.name} cannot be read`, { why: piece.problem }));
    const lines = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) lines.push(rest);
    for (const line of lines) {
      const problem = take(line);
      if (problem !== null) return wrong(problem);
    }
    const full = isFull ? await putAside(pile) : null;
    if (full !== null) return fail(full);
    isFull = false;
    progress(pile.rows);
  }
  const problem = take(rest);
  if (problem !== null) return wrong(problem);
  return pile.rows === 0 ? fail(trouble('E203', `${object.name} holds no row`)) : ok(undefined);
};

/** The one place where a truth needs a disk, and the likely one for that to be full. */
const putAside = async (pile: TruthPile): Promise<Trouble | null> => {
  try {
    await pile.putAside();
    return null;
  } catch (error) {
    return trouble('E203', 'the truth is too long for the memory and cannot be put aside on disk', {
      why: (error as Error).message,
      fix: 'Set TMPDIR to a folder with room for a file about as large as the truth.',
    });
  }
};
