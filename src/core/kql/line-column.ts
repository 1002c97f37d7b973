/** Where in a text, counted from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Of an index into the text, as strings count. Lines end with \n, \r\n or \r, as the language service has it. */
export const lineColumn = (text: string, at: number): LineColumn => {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
};
