import { call as callFunction, isTooBig } from './functions.ts';
import type { Expression, Place, Step } from './syntax.ts';
import { known, type Spot, unknown, type Value, type WhyUnknown } from './value.ts';

export interface Budget {
  left: number;
  depth: number;
  /** Where nothing was left; absent: there is. */
  endedAt?: Spot;
}

/** What names refer to, where an expression stands. */
export interface Scope {
  readonly file: string;
  /** `var`, `local`, `module`, `each`, `azurerm_kubernetes_cluster`, a name of a `for` …; null: nothing is called so. */
  readonly lookUp: (name: string, steps: readonly Step[]) => { readonly value: Value; readonly used: number } | null;
  /** Files that were found, for `file("…")`; null: it is not one of them. */
  readonly textOf?: (path: string) => string | null;
  /** So that a hostile file ends: how many more expressions may be worked out. Shared by all scopes of one audit. */
  readonly budget: Budget;
}

const spot = (scope: Scope, at: Place): Spot => ({ file: scope.file, at });

const through = (value: Value, by: Spot): Value =>
  value.from.file === by.file && value.from.at.from === by.at.from
    ? value
    : { ...value, through: [by, ...(value.through ?? [])] };

const nameOfStep = (step: Step, scope: Scope): string | null => {
  if (step.kind === 'attribute') return step.name;
  if (step.kind === 'splat') return '*';
  const of = evaluate(step.of, scope);
  return of.kind === 'known' ? String(of.value) : null;
};

/** One step into a value. What is not set in an object that a resource makes is what Azure says of it: unknown, by name. */
const stepInto = (value: Value, name: string | null, at: Spot): Value => {
  if (value.kind === 'unknown')
    return { ...value, is: value.is === null || name === null ? null : `${value.is}.${name}` };
  if (name === null) return unknown(at, 'function');
  if (value.kind === 'object') {
    const item = value.items.get(name);
    if (item !== undefined) return item;
    return value.resource === undefined ? known(at, null) : unknown(at, 'computed', `${value.resource}.${name}`);
  }
  // blocks are lists of objects; one that may be there once is written x[0].y, or x.y by who does not know
  if (value.kind === 'list') return value.items[Number(name)] ?? unknown(at, 'function');
  return unknown(at, 'function');
};

const walk = (value: Value, steps: readonly Step[], scope: Scope, at: Spot): Value => {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind !== 'splat') return walk(stepInto(value, nameOfStep(step, scope), at), rest, scope, at);
  if (value.kind === 'unknown') return { ...value, is: null };
  const items = value.kind === 'list' ? value.items : value.kind === 'known' && value.value === null ? [] : [value];
  return { from: at, kind: 'list', items: items.map((item) => walk(item, rest, scope, at)) };
};

/** Terraform reckons with decimals: 0.1 + 0.2 is 0.3. */
const decimal = (n: number): number => (Number.isFinite(n) ? Number(n.toPrecision(15)) : n);

const operators: { readonly [operator: string]: (a: number, b: number) => number | boolean } = {
  '+': (a, b) => decimal(a + b),
  '-': (a, b) => decimal(a - b),
  '*': (a, b) => decimal(a * b),
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const worst = (a: Value, b: Value): WhyUnknown =>
  a.kind === 'unknown' ? a.why : b.kind === 'unknown' ? b.why : 'function';

const combine = (operator: string, a: Value, b: Value, at: Spot): Value => {
  const [x, y] = [a.kind === 'known' ? a.value : undefined, b.kind === 'known' ? b.value : undefined];
  // one side can decide alone
  if (operator === '&&' && (x === false || y === false)) return known(at, false);
  if (operator === '||' && (x === true || y === true)) return known(at, true);
  if (x === undefined || y === undefined) {
    // a list or an object is not null, whatever is in it
    if (
      (operator === '==' || operator === '!=') &&
      (x === null || y === null) &&
      a.kind !== 'unknown' &&
      b.kind !== 'unknown'
    )
      return known(at, operator === '!=');
    return unknown(at, worst(a, b));
  }
  if (operator === '==' || operator === '!=') return known(at, (x === y) === (operator === '=='));
  if (operator === '&&') return known(at, x === true && y === true);
  if (operator === '||') return known(at, x === true || y === true);
  const [m, n] = [Number(x), Number(y)];
  const result = operators[operator]?.(m, n);
  return result === undefined || Number.isNaN(result) ? unknown(at, 'function') : known(at, result);
};

const template = (parts: readonly Expression[], scope: Scope, at: Spot): Value => {
  const values = parts.map((part) => evaluate(part, scope));
  const [only] = values;
  if (values.length === 1 && only !== undefined) return through(only, at);
  const words = values.map((v) => (v.kind === 'known' ? String(v.value ?? '') : null));
  if (!words.includes(null)) return known(at, words.join(''));
  const first = values.find((v) => v.kind !== 'known');
  const names = values.map((v) =>
    v.kind === 'known' ? String(v.value) : v.kind === 'unknown' && v.is !== null ? `\${${v.is}}` : null,
  );
  return {
    from: at,
    kind: 'unknown',
    why: first?.kind === 'unknown' ? first.why : 'function',
    is: names.includes(null) ? null : names.join(''),
    text: words,
  };
};

const scopeWith = (scope: Scope, names: ReadonlyMap<string, Value>): Scope => ({
  ...scope,
  lookUp: (name, steps) => {
    const value = names.get(name);
    return value === undefined ? scope.lookUp(name, steps) : { value, used: 0 };
  },
});

const forEach = (e: Expression & { kind: 'for' }, scope: Scope, at: Spot): Value => {
  const over = evaluate(e.over, scope);
  if (over.kind !== 'list' && over.kind !== 'object')
    return unknown(at, over.kind === 'unknown' ? over.why : 'function');
  const pairs: (readonly [Value, Value])[] =
    over.kind === 'list'
      ? over.items.map((v, i) => [known(at, i), v])
      : [...over.items].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [known(at, k), v]);
  const items: Value[] = [];
  const entries = new Map<string, Value>();
  for (const [key, value] of pairs) {
    const inner = scopeWith(scope, new Map([...(e.key === null ? [] : [[e.key, key] as const]), [e.value, value]]));
    const only = e.only === null ? known(at, true) : evaluate(e.only, inner);
    if (only.kind !== 'known') return unknown(at, worst(only, only));
    if (only.value !== true) continue;
    const item = evaluate(e.item, inner);
    if (scope.budget.left < 0) return unknown(at, 'too-much');
    if (e.itemKey === null) items.push(item);
    else {
      const name = evaluate(e.itemKey, inner);
      if (name.kind !== 'known') return unknown(at, worst(name, name));
      const before = entries.get(String(name.value));
      const group = before?.kind === 'list' ? before.items : [];
      entries.set(String(name.value), e.grouped ? { from: at, kind: 'list', items: [...group, item] } : item);
    }
  }
  return e.makes === 'list' ? { from: at, kind: 'list', items } : { from: at, kind: 'object', items: entries };
};

/** A text that is kept in a file of its own: it is decided there. */
const fileOf = (path: Value | undefined, { textOf }: Scope, at: Spot): Value => {
  if (path?.kind !== 'known' || textOf === undefined) return unknown(at, 'outside');
  const name = String(path.value).replace(/^(?:\.\/)+/, '');
  const text = textOf(name);
  return text === null
    ? unknown(at, 'outside')
    : { ...known({ file: name, at: { line: 1, column: 1, from: 0, until: text.length } }, text), through: [at] };
};

const call = (e: Expression & { kind: 'call' }, scope: Scope, at: Spot): Value => {
  if (e.name === 'try') {
    // what fails in Terraform is null or unknown here: the first that is told is taken
    const values = e.arguments.map((a) => evaluate(a, scope));
    return (
      values.find((v) => v.kind !== 'unknown' && !(v.kind === 'known' && v.value === null)) ??
      values.at(-1) ??
      unknown(at, 'function')
    );
  }
  const values = e.arguments.map((a) => evaluate(a, scope));
  if (e.name === 'file') return fileOf(values[0], scope, at);
  if (e.name === 'can') return values[0]?.kind === 'unknown' ? unknown(at, values[0].why) : known(at, true);
  const last = values.at(-1);
  if (e.spread && last?.kind !== 'list') return unknown(at, last?.kind === 'unknown' ? last.why : 'function');
  const args = e.spread && last?.kind === 'list' ? [...values.slice(0, -1), ...last.items] : values;
  const missing = args.find((a) => a.kind === 'unknown');
  return callFunction(e.name, args, at) ?? unknown(at, missing?.kind === 'unknown' ? missing.why : 'function');
};

/** Names that lead to names that lead to names: deeper than anybody writes. */
const DEEPEST = 250;

export const evaluate = (e: Expression, scope: Scope): Value => {
  const { budget } = scope;
  const at = spot(scope, e.at);
  budget.left -= 1;
  if (budget.left < 0) budget.endedAt ??= at;
  if (budget.left < 0 || budget.depth > DEEPEST) return unknown(at, 'too-much');
  budget.depth += 1;
  const value = worked(e, scope, at);
  budget.depth -= 1;
  return isTooBig(value) ? unknown(at, 'too-much') : value;
};

const worked = (e: Expression, scope: Scope, at: Spot): Value => {
  switch (e.kind) {
    case 'literal':
      return known(at, e.value);
    case 'template':
      return template(e.parts, scope, at);
    case 'name':
    case 'path': {
      const steps = e.kind === 'path' ? e.steps : [];
      const root = e.kind === 'path' ? e.root : e;
      if (root.kind !== 'name') return walk(evaluate(root, scope), steps, scope, at);
      const found = scope.lookUp(root.name, steps);
      return found === null
        ? unknown(at, 'outside')
        : through(walk(found.value, steps.slice(found.used), scope, at), at);
    }
    case 'list':
      return { from: at, kind: 'list', items: e.items.map((item) => evaluate(item, scope)) };
    case 'object': {
      const items = new Map<string, Value>();
      for (const [key, value] of e.items) {
        const name = evaluate(key, scope);
        if (name.kind !== 'known') return unknown(at, worst(name, name));
        items.set(String(name.value), evaluate(value, scope));
      }
      return { from: at, kind: 'object', items };
    }
    case 'call':
      return call(e, scope, at);
    case 'choice': {
      const test = evaluate(e.test, scope);
      if (test.kind === 'known') return evaluate(test.value === true || test.value === 'true' ? e.yes : e.no, scope);
      const [yes, no] = [evaluate(e.yes, scope), evaluate(e.no, scope)];
      return yes.kind === 'known' && no.kind === 'known' && yes.value === no.value
        ? yes
        : unknown(at, worst(test, test));
    }
    case 'unary': {
      const of = evaluate(e.of, scope);
      if (of.kind !== 'known') return unknown(at, worst(of, of));
      return known(at, e.operator === '!' ? of.value !== true : -Number(of.value));
    }
    case 'binary':
      return combine(e.operator, evaluate(e.left, scope), evaluate(e.right, scope), at);
    case 'for':
      return forEach(e, scope, at);
    case 'unread':
      return unknown(at, 'syntax');
  }
};
