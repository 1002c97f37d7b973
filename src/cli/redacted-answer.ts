import type { Redaction } from '../app/redaction/redaction.ts';
import type { Answer } from './answer.ts';

/** An answer with pseudonyms. Nothing is cut to fit a screen: what is left of a name is none that is known. */
export const redactedAnswer = (names: Redaction, { report, lines, csv, markdown, table }: Answer): Answer => {
  for (const told of [report, ...(lines ?? [])]) names.learn(told);
  const text = (line: string): string => names.text(line);
  return {
    report: names.report(report),
    ...(lines === undefined ? {} : { lines: lines.map((line) => names.report(line)) }),
    ...(csv === undefined ? {} : { csv: () => csv(names.row).map(text) }),
    ...(markdown === undefined ? {} : { markdown: () => markdown().map(text) }),
    table: ({ wide }) => table({ width: null, wide, row: names.row }).map(text),
  };
};
