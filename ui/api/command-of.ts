import { QUESTIONS } from '../../src/contract/questions.ts';
import { type Asked, nameOf, type Parameters, searchOf } from './ask.ts';

/** The same question for a terminal: what the console shows, `unmasq` says. `files`: those that it is about, as the command names them. */
export const commandOf = (asked: Asked, parameters: Parameters, files: readonly string[] = []): string => {
  const name = nameOf(asked);
  const question = QUESTIONS.find((one) => one.name === name);
  const placed = [question?.subject, question?.second].flatMap((one) => one?.name ?? []);
  const values = (key: string): readonly string[] => [parameters[key] ?? []].flat();
  const flags = (question?.parameters ?? []).flatMap(({ name: flag, kind }) =>
    kind === 'switch'
      ? values(flag).includes('true')
        ? [`--${flag}`]
        : []
      : values(flag).map((value) => `--${flag} ${shellWord(value)}`),
  );
  return ['unmasq', ...name.split('/'), ...[...placed.flatMap(values), ...files].map(shellWord), ...flags].join(' ');
};

export const curlOf = (asked: Asked, parameters: Parameters, origin: string): string =>
  `curl ${shellWord(`${origin}/api/v1/${nameOf(asked)}?${searchOf(parameters)}`)}`;

/** A word that a shell takes for nothing but itself; one that looks like a flag stays a value where it stands behind one. */
const shellWord = (text: string): string =>
  /^[\w:./,@%+][\w:./,@%+=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
