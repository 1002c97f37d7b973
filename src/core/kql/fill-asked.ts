import { fail, ok, type Result } from '../../base/result.ts';
import { kqlLiteral, type ParameterValue } from './literal.ts';
import type { ScalarType } from './query.ts';

/** As queries of kql/asked declare what they need: in one line, defaults without commas. */
const DECLARED = /^declare query_parameters\((.*)\);$/m;
const PARAMETER = /^(\w+):(string|datetime|long|timespan)(?: = (.+))?$/;

/**
 * A query of kql/asked with `let` in the place of its parameters, as `fillParameters` has it, and without the language service, which takes seconds to begin: these files are
 * known, and a test holds the two together. Throws where the file is not as it is to be; a problem says which value is wrong.
 */
export const fillAsked = (text: string, values: Readonly<Record<string, ParameterValue>>): Result<string, string> => {
  const [statement = '', declared = ''] = DECLARED.exec(text) ?? [];
  const lets: string[] = [];
  for (const parameter of declared.split(', ')) {
    const [, name = '', type = 'string', initial] = PARAMETER.exec(parameter) ?? [];
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (name === '' || (value === undefined && initial === undefined))
      throw new Error(`a query of kql/asked cannot be filled in: ${parameter}`);
    const literal = value === undefined ? ok(initial ?? '') : kqlLiteral(type as ScalarType, value);
    if (!literal.ok) return fail(`${name}: ${literal.problem}`);
    lets.push(`let ${name} = ${literal.value}`);
  }
  // A replacement of text would take `$&` in a value for more than it is.
  const [before = '', after = ''] = text.split(statement);
  return ok(`${before}${lets.join(';\n')};${after}`);
};
