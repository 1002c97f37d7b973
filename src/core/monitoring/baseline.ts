import { fail, ok, type Result } from '../../base/result.ts';

/** What a baseline knows of a finding: never a line, so that code that moves is not new. */
export interface KnownFinding {
  readonly code: string;
  readonly file: string;
  readonly subject: string;
  /** What of the subject is meant; empty: all of it. */
  readonly key: string;
  /** How many there are like it. */
  readonly count: number;
}

type Named = Omit<KnownFinding, 'count'>;

export const nameOf = ({ code, file, subject, key }: Named): string => JSON.stringify([code, file, subject, key]);

/** JSON lines in a fixed order, so that a change of it can be read. */
export const encodeBaseline = (findings: readonly Named[]): string => {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => {
      const [code, file, subject, key] = JSON.parse(name) as [string, string, string, string];
      return `${JSON.stringify({ code, file, subject, key, count })}\n`;
    })
    .join('');
};

export const decodeBaseline = (text: string): Result<readonly KnownFinding[], string> => {
  const known: KnownFinding[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const one = knownIn(line);
    if (one === null) return fail(`line ${i + 1}: expected {"code","file","subject","key","count"}`);
    known.push(one);
  }
  return ok(known);
};

const knownIn = (line: string): KnownFinding | null => {
  try {
    const one = JSON.parse(line) as Partial<Record<string, unknown>> | null;
    const [code, file, subject, key, count] = ['code', 'file', 'subject', 'key', 'count'].map((name) => one?.[name]);
    return typeof code === 'string' &&
      typeof file === 'string' &&
      typeof subject === 'string' &&
      typeof key === 'string' &&
      typeof count === 'number'
      ? { code, file, subject, key, count }
      : null;
  } catch {
    return null;
  }
};

/** Of each finding whether a baseline has it; and what the baseline has that is not found any more. */
export const compared = <T extends Named>(
  findings: readonly T[],
  known: readonly KnownFinding[],
): { readonly isKnown: ReadonlyMap<T, boolean>; readonly gone: readonly KnownFinding[] } => {
  const left = new Map(known.map((one) => [nameOf(one), one.count]));
  const isKnown = new Map<T, boolean>();
  for (const one of findings) {
    const n = left.get(nameOf(one)) ?? 0;
    isKnown.set(one, n > 0);
    if (n > 0) left.set(nameOf(one), n - 1);
  }
  const gone = known.flatMap((one) => {
    const count = left.get(nameOf(one)) ?? 0;
    return count > 0 ? [{ ...one, count }] : [];
  });
  return { isKnown, gone };
};
