import type { Expr } from '../../core/kql/query.ts';
import { NotInSql } from './not-in-sql.ts';
import { parseDatetime, parseTimespan } from '../../core/kql/ticks.ts';

type Literal = Extract<Expr, { readonly kind: 'literal' }>;

/** What a literal says, as text that the engine reads as the type's; null: it is null. Throws `NotInSql` for what is none. */
export const valueOfLiteral = (literal: Literal): string | null => {
  const { text, type, string, isNull, at } = literal;
  if (string !== null) return string;
  if (isNull) return null;
  const inner = (/^\w+\(([\s\S]*)\)$/.exec(text)?.[1] ?? text).trim();
  const wrong = (): never => {
    throw new NotInSql(`${text} as ${type}`, at);
  };
  switch (type) {
    case 'int':
    case 'long':
      return /^[+-]?(?:\d+|0x[0-9a-f]+)$/i.test(inner) ? whole(inner) : wrong();
    case 'real':
      return /^[+-]?inf$|^nan$/i.test(inner) ? inner.toLowerCase() : (realText(inner) ?? wrong());
    case 'bool':
      return /^(?:true|1)$/i.test(inner) ? 'true' : /^(?:false|0)$/i.test(inner) ? 'false' : wrong();
    case 'timespan':
      return parseTimespan(text)?.toString() ?? wrong();
    case 'datetime':
      return parseDatetime(inner.replace(/^(['"])(.*)\1$/, '$2'))?.toString() ?? wrong();
    case 'guid':
      return inner.replace(/^(['"])(.*)\1$/, '$2').toLowerCase();
    case 'dynamic':
      return dynamicJson(inner) ?? wrong();
    default:
      return wrong();
  }
};

const whole = (text: string): string => {
  const [, sign, digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  return String(BigInt.asIntN(64, sign === '-' ? -BigInt(digits) : BigInt(digits)));
};

const realText = (text: string): string | null =>
  text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : null;

/** dynamic(…) takes 'single' quotes, datetimes and timespans, which JSON has not. */
const dynamicJson = (text: string): string | null => {
  const json = text
    .replace(/"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g, (all, single: string | undefined) =>
      single === undefined ? all : `"${single.replace(/\\'/g, "'").replace(/"/g, '\\"')}"`,
    )
    .replace(/"(?:[^"\\]|\\.)*"|\b(?:datetime|timespan|time)\(([^()]*)\)/g, (all, inner: string | undefined) =>
      inner === undefined ? all : JSON.stringify(inner.trim()),
    );
  try {
    JSON.parse(json);
    return json;
  } catch {
    return null;
  }
};
