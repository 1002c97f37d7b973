import type { QueryUse } from './query-use.ts';
import { fail, ok, type Result } from '../../base/result.ts';

/** What the first lines of a file of the pack say: `// title: …`. */
export interface PackHeader {
  readonly title: string;
  readonly question: string;
  /** What has to be switched on for it. */
  readonly needs: string;
  readonly note: string | null;
  /** What each parameter is. */
  readonly parameters: Readonly<Record<string, string>>;
}

const LINE = /^\/\/ (\w+): (\S.*)$/;

/** Lines of `// name: text` up to the first that is none; directives to unmasq are passed over. */
export const parsePackHeader = (text: string): Result<PackHeader, string> => {
  const said = new Map<string, string>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.startsWith('// unmasq:')) continue;
    if (!line.startsWith('//')) break;
    const [, name = '', is = ''] = LINE.exec(line) ?? [];
    if (name === '') return fail(`line ${i + 1}: expected "// name: text"`);
    if (said.has(name)) return fail(`line ${i + 1}: ${name} is said twice`);
    said.set(name, is);
  }
  const { title, question, needs, note, ...parameters } = Object.fromEntries(said);
  if (title === undefined || question === undefined || needs === undefined)
    return fail('the first lines must say title, question and needs');
  return ok({ title, question, needs, note: note ?? null, parameters });
};

/** Whoever runs a file bounds nothing; files of the pack's form have parameters that are filled in before they are sent. */
export const useOfFile = (text: string): QueryUse => ({ isBounded: false, hasParameters: parsePackHeader(text).ok });
