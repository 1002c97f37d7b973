import type { Context } from './context.ts';
import { redactedAnswer } from './redacted-answer.ts';
import { refuse } from './refused.ts';
import { type CsvColumn, csvLines } from './render/csv.ts';
import { asItIs, type Column, renderTable, type TableOptions, type Told } from './render/table.ts';
import { jsonText, visible, visibleLine } from './render/visible.ts';
import { yamlText } from './render/yaml.ts';

/** What a command found out, in every form it can be asked for. */
export interface Answer {
  /** For json and yaml: the whole report. */
  readonly report: unknown;
  /** For jsonl: one object a line. */
  readonly lines?: readonly unknown[];
  readonly csv?: (row: Told) => readonly string[];
  readonly markdown?: () => readonly string[];
  readonly table: (options: Omit<TableOptions, 'paint'>) => readonly string[];
}

export const csvOf =
  <Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]) =>
  (row: Told): readonly string[] =>
    csvLines(columns, rows.map(row));

export const tableOf =
  <Row>(columns: readonly Column<Row>[], rows: readonly Row[], { paint }: Context): Answer['table'] =>
  (options) =>
    renderTable(columns, rows, { ...options, paint });

/** Lines between two waits for a slow reader. */
const LINES = 500;

/** Prints the answer as `-o` asks. */
export const print = async (told: Answer, { outside, globals }: Context): Promise<void> => {
  const { redaction } = outside;
  const answer = redaction === undefined ? told : redactedAnswer(redaction.names, told);
  const stdout = redaction?.stdout ?? outside.stdout;
  const { output, ownOutput } = globals;
  if (ownOutput === 'markdown' && answer.markdown !== undefined) return writeLines(answer.markdown(), stdout);
  switch (output) {
    case 'json':
      return stdout.write(`${jsonText(answer.report, 2)}\n`);
    case 'yaml':
      return stdout.write(yamlText(answer.report));
    case 'jsonl':
      return writeLines(
        (answer.lines ?? none(output)).map((line) => jsonText(line)),
        stdout,
      );
    case 'csv': {
      const lines = (answer.csv ?? none(output))(asItIs);
      return writeLines(stdout.isTTY ? lines.map(visible) : lines, stdout);
    }
    case 'table':
    case 'wide':
      return writeLines(
        answer
          .table({
            width: stdout.isTTY && output === 'table' ? stdout.columns : null,
            wide: output === 'wide',
            row: asItIs,
          })
          // Whatever a command puts beside its table: names in it are text that somebody else chose.
          .map(visibleLine),
        stdout,
      );
  }
};

const none = (output: string): never =>
  refuse('E105', `-o ${output} is not there for this command`, { fix: 'Use -o table, json or yaml.' });

const writeLines = async (lines: readonly string[], stdout: Context['outside']['stdout']): Promise<void> => {
  for (let i = 0; i < lines.length; i += LINES) await stdout.write(`${lines.slice(i, i + LINES).join('\n')}\n`);
};
