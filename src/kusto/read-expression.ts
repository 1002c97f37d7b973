import type { Expr, Named, Ordered, Pipeline } from '../core/kql/query.ts';
import type { ServiceElement } from './language-service.ts';
import { isTable, type Kinds, nameOf, optional, placeOf, scalarOf, written } from './tree.ts';

/**
 * By what is written, not by the kind of syntax: `in~` is InCsExpression and `in` is InExpression, the other way round than their names
 * say.
 */
const OPERATORS: ReadonlySet<string> = new Set([
  ...'== != =~ !~ < <= > >= and or + - * / % has !has has_cs !has_cs'.split(' '),
  ...'hasprefix !hasprefix hasprefix_cs !hasprefix_cs hassuffix !hassuffix hassuffix_cs !hassuffix_cs'.split(' '),
  ...'contains !contains contains_cs !contains_cs startswith !startswith startswith_cs !startswith_cs'.split(' '),
  ...'endswith !endswith endswith_cs !endswith_cs'.split(' '),
  'matches regex',
]);
const LISTS: ReadonlySet<string> = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);
const SPELLINGS: Readonly<Record<string, string>> = { '<>': '!=', notcontains: '!contains' };
const NULLS = /^(?:\w+\(\s*null\s*\)|null)$/;

/** Reads what stands where a value does. `pipeline` reads a table that stands there. */
export class ExpressionReader {
  private readonly kinds: Kinds;
  private readonly pipeline: (node: ServiceElement) => Pipeline;

  constructor(kinds: Kinds, pipeline: (node: ServiceElement) => Pipeline) {
    this.kinds = kinds;
    this.pipeline = pipeline;
  }

  expr(node: ServiceElement): Expr {
    const base = { at: placeOf(node), type: scalarOf(node.ResultType?.Name) };
    const kind = this.kinds.of(node);
    return this.operator(node, base) ?? this.literal(node, kind, base) ?? this.other(node, kind, base);
  }

  named(nodes: readonly ServiceElement[]): readonly Named[] {
    return nodes.map((node) => this.name(node));
  }

  name(node: ServiceElement): Named {
    if (this.kinds.of(node) !== 'SimpleNamedExpression') return { name: null, expr: this.expr(node) };
    return { name: nameOf(this.kinds.child(node, 'Name')), expr: this.expr(this.kinds.child(node, 'Expression')) };
  }

  /** Nulls are last where the order is descending, which it is unless it says otherwise: https://learn.microsoft.com/kusto/query/sort-operator */
  ordered(node: ServiceElement): Ordered {
    if (this.kinds.of(node) !== 'OrderedExpression') return { expr: this.expr(node), descending: true, nulls: 'last' };
    const ordering = this.kinds.child(node, 'Ordering');
    const descending = !(optional(ordering, 'AscOrDescKeyword')?.Text ?? '').endsWith('asc');
    const clause = optional(ordering, 'NullsClause');
    const said = clause === null ? null : this.kinds.child(clause, 'FirstOrLastKeyword').Text;
    const first = said === 'first' || (said !== 'last' && !descending);
    return { expr: this.expr(this.kinds.child(node, 'Expression')), descending, nulls: first ? 'first' : 'last' };
  }

  private operator(node: ServiceElement, base: Pick<Expr, 'at' | 'type'>): Expr | null {
    const text = optional(node, 'Operator')?.Text ?? '';
    const op = SPELLINGS[text] ?? text;
    const left = optional(node, 'Left');
    if (left === null || !(OPERATORS.has(op) || LISTS.has(op))) return null;
    const right = this.kinds.child(node, 'Right');
    if (LISTS.has(op))
      return {
        ...base,
        kind: 'in',
        op,
        left: this.expr(left),
        list: this.kinds.list(right, 'Expressions').map((each) => this.expr(each)),
      };
    return { ...base, kind: 'operator', op, left: this.expr(left), right: this.expr(right) };
  }

  private literal(node: ServiceElement, kind: string, base: Pick<Expr, 'at' | 'type'>): Expr | null {
    if (kind === 'DynamicExpression') {
      const text = written(this.kinds.child(node, 'Expression'));
      return { ...base, kind: 'literal', text, string: null, isNull: text === 'null' };
    }
    if (!kind.endsWith('LiteralExpression')) return null;
    const text = optional(node, 'Token')?.Text ?? written(node);
    const value = node.LiteralValue;
    const string = base.type === 'string' && typeof value === 'string' ? value : null;
    return { ...base, kind: 'literal', text, string, isNull: NULLS.test(text) };
  }

  private other(node: ServiceElement, kind: string, base: Pick<Expr, 'at' | 'type'>): Expr {
    if (isTable(node) && kind !== 'FunctionCallExpression' && kind !== 'StarExpression' && !kind.includes('Named'))
      return { ...base, kind: 'rows', of: this.pipeline(node), isScalar: false };
    const child = (name: string): ServiceElement => this.kinds.child(node, name);
    switch (kind) {
      case 'NameReference': {
        if (node.ReferencedSymbol?.Kind === this.kinds.column)
          return { ...base, kind: 'column', name: nameOf(node), side: null };
        return { ...base, kind: 'variable', name: nameOf(node) };
      }
      case 'ParenthesizedExpression':
        return this.expr(child('Expression'));
      case 'StarExpression':
        return { ...base, kind: 'star' };
      case 'UnaryMinusExpression':
        return { ...base, kind: 'negate', of: this.expr(child('Expression')) };
      case 'UnaryPlusExpression':
        return this.expr(child('Expression'));
      case 'BetweenExpression':
      case 'NotBetweenExpression': {
        const couple = child('Right');
        return {
          ...base,
          kind: 'between',
          not: kind === 'NotBetweenExpression',
          left: this.expr(child('Left')),
          low: this.expr(this.kinds.child(couple, 'First')),
          high: this.expr(this.kinds.child(couple, 'Second')),
        };
      }
      case 'FunctionCallExpression': {
        if (node.ReferencedSymbol?.Kind !== this.kinds.function) return { ...base, kind: 'other', what: kind };
        const args = this.kinds.list(child('ArgumentList'), 'Expressions').map((each) => this.expr(each));
        return { ...base, kind: 'call', name: nameOf(child('Name')), args };
      }
      case 'PathExpression':
        return this.path(node, base);
      case 'ElementExpression': {
        const key = this.kinds.child(child('Selector'), 'Expression');
        return { ...base, kind: 'member', of: this.expr(child('Expression')), key: this.expr(key) };
      }
      case 'ToScalarExpression':
        return { ...base, kind: 'rows', of: this.pipeline(child('Expression')), isScalar: true };
      default:
        return { ...base, kind: 'other', what: kind };
    }
  }

  private path(node: ServiceElement, base: Pick<Expr, 'at' | 'type'>): Expr {
    const of = this.kinds.child(node, 'Expression');
    const key = nameOf(this.kinds.child(node, 'Selector'));
    if (of.SimpleName === '$left') return { ...base, kind: 'column', name: key, side: 'left' };
    if (of.SimpleName === '$right') return { ...base, kind: 'column', name: key, side: 'right' };
    return { ...base, kind: 'member', of: this.expr(of), key };
  }
}
