import { type ErrorCode, ERRORS } from '../app/errors.ts';
import type { Zone } from '../app/civil-time.ts';
import { API, MEDIA, type Parameter, type Problem, type Question, type TerminalLine } from '../contract/questions.ts';
import { memberOf, texts } from './flag-values.ts';
import type { Given, Globals } from './globals.ts';
import type { Outside, ServerAt } from './outside.ts';
import { refuse } from './refused.ts';
import { paintFor, plain, type When } from './render/colour.ts';

/** A command line as it was understood here. */
export interface AskedThere {
  readonly question: Question;
  readonly words: readonly string[];
  /** The command's own flags and the shared ones, as given. */
  readonly given: Given;
  readonly globals: Globals;
  readonly zone: Zone;
}

/** Lets a server run the command, and writes what it would write: the same to the byte. Gives its exit code. */
export const askServer = async (asked: AskedThere, { url, token }: ServerAt, outside: Outside): Promise<number> => {
  const at = `${url.replace(/\/+$/, '')}${API}/${asked.question.name}?${parametersOf(asked, outside).toString()}`;
  const response = await outside
    .fetch(at, {
      accept: MEDIA.terminal,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    })
    .catch((error: unknown) => refuse('E604', `${url} cannot be reached`, { why: reasonOf(error) }));
  if (!response.ok || response.body === null) return refused(url, response);
  let exit: number | null = null;
  try {
    for await (const line of linesOf(response.body)) {
      const told = JSON.parse(line) as TerminalLine;
      if ('out' in told) await outside.stdout.write(told.out);
      else if ('err' in told) await outside.stderr.write(told.err);
      else exit = told.exit;
    }
  } catch (error) {
    return refuse('E604', `${url} broke off its answer`, { why: reasonOf(error) });
  }
  return exit ?? refuse('E604', `${url} broke off its answer`, { why: 'it ended before the end' });
};

/** What stands in `fetch failed` is worth nothing; its cause is. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
};

const parametersOf = ({ question, words, given, globals, zone }: AskedThere, outside: Outside): URLSearchParams => {
  const { subject, second, parameters } = question;
  const sent = new URLSearchParams();
  const own = second === undefined ? words : words.slice(0, 1);
  if (subject !== null && own.length > 0)
    for (const word of subject.kind === 'texts' ? own : [own.join(' ')]) sent.append(subject.name, word);
  if (second !== undefined) sent.append(second.name, words.slice(1).join(' '));
  for (const parameter of parameters)
    for (const value of valuesOf(parameter, given)) sent.append(parameter.name, value);
  sent.set('tz', zone.name);
  sent.set('output', globals.output);
  sent.set('color', colourOf(globals.color, outside));
  for (const [name, sink] of [
    ['columns', outside.stdout],
    ['err-columns', outside.stderr],
  ] as const)
    if (sink.isTTY) sent.set(name, String(sink.columns ?? 80));
  for (const name of ['strict', 'quiet', 'verbose'] as const) if (globals[name]) sent.set(name, 'true');
  if (given['resolveNow'] === true) sent.set('resolve-now', 'true');
  return sent;
};

const valuesOf = ({ name, kind, bare }: Parameter, given: Given): readonly string[] => {
  const flag = memberOf(name);
  if (bare !== undefined && given[flag] === true) return [bare];
  if (kind === 'switch') return given[flag] === true ? ['true'] : [];
  return texts(given, flag);
};

/** What the environment says of colours it says here. */
const colourOf = (when: When, { env }: Outside): When => {
  if (when !== 'auto') return when;
  if (paintFor('auto', env, true) === plain) return 'never';
  return paintFor('auto', env, false) === plain ? 'auto' : 'always';
};

const refused = async (url: string, response: Response): Promise<number> => {
  const text = await response.text().catch(() => '');
  let problem: Partial<Problem> = {};
  try {
    problem = JSON.parse(text) as Partial<Problem>;
  } catch {
    // Something else than unmasq answered.
  }
  const { code, title, detail, fix } = problem;
  if (code === undefined || !(code in ERRORS) || title === undefined)
    return refuse('E604', `${url} is no unmasq`, { why: `it answered ${response.status} ${response.statusText}` });
  return refuse(code as ErrorCode, title, {
    ...(typeof detail === 'string' ? { why: detail } : {}),
    ...(fix === undefined ? {} : { fix }),
  });
};

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
