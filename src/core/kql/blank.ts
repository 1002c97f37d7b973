import { type Rows, soleColumn } from './known.ts';
import type { Expr } from './query.ts';

type Call = Extract<Expr, { readonly kind: 'call' }>;

/** Why a text can be ""; null where it cannot, or nothing says so. `lets`: the same of names that stand for values. */
export const blankOf = (
  expr: Expr | undefined,
  rows: Rows,
  lets: ReadonlyMap<string, string | null>,
): string | null => {
  switch (expr?.kind) {
    case 'column':
      return rows.get(expr.name)?.blank ?? null;
    case 'variable':
      return lets.get(expr.name) ?? null;
    case 'literal':
      return expr.string === '' ? 'it is ""' : null;
    case 'member':
      return 'a member that is not there is null, and "" as text';
    case 'rows':
      return 'where no row is found it is null, and "" as text';
    case 'call':
      return blankOfCall(expr, (arg) => blankOf(arg, rows, lets));
    default:
      return null;
  }
};

const blankOfCall = (call: Call, of: (arg: Expr | undefined) => string | null): string | null => {
  const { name, args } = call;
  switch (name) {
    case 'iff':
    case 'iif':
      return blankOfChoice(args[0], args[1], args[2], of);
    case 'case':
      return blankOfCase(args, of);
    // Of strings it takes the first that is not "".
    case 'coalesce':
    case 'strcat':
      return args.every((arg) => of(arg) !== null) ? of(args[0]) : null;
    case 'extract':
    case 'extract_json':
      return `${name} finds nothing in some texts`;
    case 'isempty':
    case 'isnotempty':
      return null;
    case 'any':
    case 'take_any':
    case 'max':
    case 'min':
      return of(args[0]);
    case 'arg_max':
    case 'arg_min':
      return of(args[1]);
    default:
      return call.type === 'string' || call.type === 'dynamic' ? of(args[0]) : null;
  }
};

/** Of `iff(isnotempty(x), x, y)` only y can be blank. */
const blankOfChoice = (
  test: Expr | undefined,
  then: Expr | undefined,
  otherwise: Expr | undefined,
  of: (arg: Expr | undefined) => string | null,
): string | null => {
  const asked = emptinessIn(test);
  if (asked !== null) {
    const whenFilled = asked.isFilled ? then : otherwise;
    if (soleColumn(whenFilled) === asked.column) return of(asked.isFilled ? otherwise : then);
  }
  return of(then) ?? of(otherwise);
};

const emptinessIn = (test: Expr | undefined): { readonly column: string; readonly isFilled: boolean } | null => {
  if (test?.kind === 'call' && /^(?:isempty|isnotempty|notempty)$/.test(test.name)) {
    const column = soleColumn(test.args[0]);
    return column === null ? null : { column, isFilled: test.name !== 'isempty' };
  }
  if (test?.kind === 'call' && test.name === 'not') {
    const inner = emptinessIn(test.args[0]);
    return inner === null ? null : { ...inner, isFilled: !inner.isFilled };
  }
  if (test?.kind !== 'operator' || test.right.kind !== 'literal' || test.right.string !== '') return null;
  const column = soleColumn(test.left);
  return column === null || !/^[=!]=$/.test(test.op) ? null : { column, isFilled: test.op === '!=' };
};

/** `case(test, value, test, value, otherwise)`, as so many choices within each other. */
const blankOfCase = (args: readonly Expr[], of: (arg: Expr | undefined) => string | null): string | null => {
  const [test, then, ...rest] = args;
  if (rest.length === 0) return of(test);
  const otherwise = rest.length === 1 ? of(rest[0]) : blankOfCase(rest, of);
  const asked = emptinessIn(test);
  if (asked?.isFilled === true && soleColumn(then) === asked.column) return otherwise;
  return of(then) ?? otherwise;
};
