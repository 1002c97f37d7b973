import type { Engine, Params } from './engine.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Runs a statement over rows: `{source}` in it stands for them. */
export const loadRows = (
  engine: Engine,
  statement: string,
  structure: Readonly<Record<string, string>>,
  rows: readonly Row[],
  params: Params,
): Promise<void> =>
  engine.load(
    statement,
    {
      bytes: [new TextEncoder().encode(rows.map((row) => JSON.stringify(row, wellFormed)).join('\n'))],
      format: 'JSONEachRow',
      structure: Object.entries(structure)
        .map(([name, type]) => `${name} ${type}`)
        .join(', '),
    },
    params,
  );

/** JSON can spell half a character (`"\\ud83d"`), which is no text: the engine refuses the whole file for it. */
const wellFormed = (_: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value);
