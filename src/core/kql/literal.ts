import { type Instant, renderInstant } from '../../base/instant.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { ScalarType } from './query.ts';

/** A time is read by whoever knows what time it is; every other value is what somebody wrote. */
export type ParameterValue = string | Instant;

const INT = 2n ** 31n;
const LONG = 2n ** 63n;

/**
 * The value as one literal of KQL: what is written can say nothing but a value. Problems say what was expected.
 * https://learn.microsoft.com/kusto/query/scalar-data-types/
 */
export const kqlLiteral = (type: ScalarType | 'other', value: ParameterValue): Result<string, string> => {
  if (typeof value === 'number')
    return type === 'datetime' ? ok(`datetime(${renderInstant(value)})`) : fail(`expected a ${type}, not a time`);
  switch (type) {
    case 'string':
      return value.isWellFormed() ? ok(`"${escaped(value)}"`) : fail('the text has half of a character');
    case 'int':
      return whole(value, INT, 'int');
    case 'long':
      return whole(value, LONG, 'long');
    case 'real':
      return /^-?\d{1,300}(?:\.\d{1,300})?(?:[eE][-+]?\d{1,3})?$/.test(value) && Number.isFinite(Number(value))
        ? ok(`real(${value})`)
        : fail(`expected a number, got "${value.slice(0, 60)}"`);
    case 'bool':
      return /^(?:true|false)$/.test(value) ? ok(value) : fail('expected true or false');
    case 'timespan':
      return /^\d{1,9}(?:\.\d{1,9})?(?:d|h|m|s|ms)$/.test(value)
        ? ok(value)
        : fail(`expected a time such as 30s, 5m, 1h or 1.5d, got "${value.slice(0, 60)}"`);
    case 'guid':
      return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(value) ? ok(`guid(${value})`) : fail('expected a GUID');
    default:
      return fail(`a parameter of type ${type} cannot be given`);
  }
};

const whole = (value: string, limit: bigint, type: string): Result<string, string> => {
  if (!/^-?\d{1,19}$/.test(value)) return fail(`expected a whole number, got "${value.slice(0, 60)}"`);
  const n = BigInt(value);
  return -limit <= n && n < limit ? ok(`${type}(${n})`) : fail(`${value} does not fit in a ${type}`);
};

/** What would end the string, or the line, or be seen by nobody. */
const escaped = (text: string): string =>
  text.replace(/[\\"]|[^\P{C}]|[\u2028\u2029]/gu, (character) =>
    character === '\\' || character === '"'
      ? `\\${character}`
      : Array.from(
          { length: character.length },
          (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
