import { type Trouble, trouble } from '../app/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type Parameter, type Question, TERMINAL } from '../contract/questions.ts';

/** What of a request the command line is not told as a flag. */
export interface AsTerminal {
  readonly columns: number | null;
  readonly errColumns: number | null;
}

export interface CommandLine {
  readonly words: readonly string[];
  readonly terminal: AsTerminal;
}

const MOST_COLUMNS = 10_000;
const NOT_FLAGS: ReadonlySet<string> = new Set(['columns', 'err-columns']);

/**
 * A question as its command: one implementation answers over HTTP and at a prompt. Every value stands behind a `=` or behind `--`, so that
 * none is taken for a flag; what the question does not know is refused.
 */
export const commandLineOf = (
  question: Question,
  given: URLSearchParams,
  output: string | null,
): Result<CommandLine, Trouble> => {
  const { subject, second, parameters, name } = question;
  const placed = [subject, second].filter((one) => one !== null && one !== undefined);
  const known = new Map([...parameters, ...(output === null ? TERMINAL : [])].map((one) => [one.name, one]));
  const flags: string[] = output === null ? [] : [`--output=${output}`];
  for (const key of new Set(given.keys())) {
    const values = given.getAll(key);
    const parameter = placed.find((one) => one.name === key) ?? known.get(key);
    if (parameter === undefined)
      return fail(
        trouble('E607', `${name} has no parameter "${key}"`, {
          fix: `It has ${[...placed, ...parameters].map((one) => one.name).join(', ')}.`,
        }),
      );
    const wrong = wrongWith(parameter, values);
    if (wrong !== null) return fail(trouble('E607', `${key}: ${wrong}`));
    if (!placed.includes(parameter) && !NOT_FLAGS.has(key)) flags.push(...flagsOf(parameter, values));
  }
  const needed = [...(subject?.isNeeded === true ? [subject] : []), ...(second === undefined ? [] : [second])];
  const missing = needed.find((one) => !given.has(one.name));
  if (missing !== undefined)
    return fail(trouble('E607', `${name} needs ${missing.name}`, { fix: `Give ${missing.name}: ${missing.says}.` }));
  const words = placed.flatMap((one) => given.getAll(one.name));
  return ok({
    words: [...name.split('/'), ...flags, '--', ...words],
    terminal: {
      columns: width(given.get('columns')),
      errColumns: width(given.get('err-columns')),
    },
  });
};

const flagsOf = ({ kind, name }: Parameter, values: readonly string[]): readonly string[] =>
  kind === 'switch' ? (isOn(values[0] ?? '') ? [`--${name}`] : []) : values.map((value) => `--${name}=${value}`);

const wrongWith = ({ kind }: Parameter, values: readonly string[]): string | null => {
  if (kind !== 'texts' && values.length > 1) return 'it is given twice';
  if (values.some((value) => value.includes('\0'))) return 'no text';
  if (values.includes('')) return 'it is empty: give it a value, or leave it out';
  return kind === 'switch' && !/^(?:true|false|1|0)$/.test(values[0] ?? '') ? 'expected true or false' : null;
};

const isOn = (value: string): boolean => value === 'true' || value === '1';

const width = (value: string | null): number | null => {
  const columns = Number(value);
  return value !== null && Number.isInteger(columns) && columns > 0 ? Math.min(columns, MOST_COLUMNS) : null;
};
