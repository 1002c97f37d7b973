import { fail, ok, type Result } from '../../base/result.ts';
import { kqlLiteral, type ParameterValue } from './literal.ts';
import type { Query } from './query.ts';

export interface Filled {
  readonly text: string;
  /** Each parameter with the literal that stands for it. */
  readonly parameters: readonly { readonly name: string; readonly literal: string }[];
}

/**
 * The text with `let` in the place of its parameters, as Azure Monitor knows none. `text` is what `query` was read from. A problem says which
 * value is missing, superfluous or wrong.
 */
export const fillParameters = (
  text: string,
  { parameters, parametersAt }: Query,
  values: ReadonlyMap<string, ParameterValue>,
): Result<Filled, string> => {
  const extra = [...values.keys()].find((name) => !parameters.some((parameter) => parameter.name === name));
  if (extra !== undefined)
    return fail(
      parameters.length === 0
        ? `the query has no parameters, and ${extra} was given`
        : `the query has no parameter ${extra}: it has ${parameters.map(({ name }) => name).join(', ')}`,
    );
  if (parametersAt === null) return ok({ text, parameters: [] });
  const filled: { readonly name: string; readonly literal: string }[] = [];
  for (const { name, type, initial } of parameters) {
    const value = values.get(name);
    if (value === undefined && initial === null) return fail(`the parameter ${name} (${type}) is missing`);
    const literal = value === undefined ? ok(text.slice(initial?.at.from, initial?.at.until)) : kqlLiteral(type, value);
    if (!literal.ok) return fail(`${name}: ${literal.problem}`);
    filled.push({ name, literal: literal.value });
  }
  const lets = filled.map(({ name, literal }) => `let ${name} = ${literal}`).join(';\n');
  return ok({ text: text.slice(0, parametersAt.from) + lets + text.slice(parametersAt.until), parameters: filled });
};
