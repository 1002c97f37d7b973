import { fail, ok, type Result } from '../base/result.ts';
import type { Let, Parameter, Pipeline, Place, Query } from '../core/kql/query.ts';
import type { LanguageService, ServiceElement } from './language-service.ts';
import { ExpressionReader } from './read-expression.ts';
import { isWildcard, StepReader } from './read-step.ts';
import { columnsOf, isTable, Kinds, nameOf, optional, placeOf, scalarOf, Unreadable } from './tree.ts';

const BEGINS_LATER: ReadonlySet<string> = new Set(['PipeExpression', 'ParenthesizedExpression']);

interface Unread {
  /** The name of the syntax as Microsoft has it: `PatternStatement`. */
  readonly what: string;
  readonly at: Place;
}

/**
 * Microsoft's tree, bound and without errors, as plain values. Operators and expressions outside the subset become `other`, so that
 * what stands around them can still be looked into; statements that change what names mean end the reading.
 */
export class QueryReader {
  private readonly kinds: Kinds;
  private readonly expressions: ExpressionReader;
  private readonly steps: StepReader;

  constructor(service: LanguageService) {
    const pipeline = (node: ServiceElement): Pipeline => this.pipeline(node);
    this.kinds = new Kinds(service);
    this.expressions = new ExpressionReader(this.kinds, pipeline);
    this.steps = new StepReader(this.kinds, this.expressions, pipeline);
  }

  read(root: ServiceElement): Result<Query, Unread> {
    try {
      return ok(this.query(root));
    } catch (thrown) {
      if (thrown instanceof Unreadable) return fail({ what: thrown.what, at: thrown.at });
      throw thrown;
    }
  }

  private query(root: ServiceElement): Query {
    const parameters: Parameter[] = [];
    let parametersAt: Place | null = null;
    const lets: Let[] = [];
    const results: { readonly at: Place; readonly of: Pipeline }[] = [];
    for (const statement of this.kinds.list(root, 'Statements')) {
      const at = placeOf(statement);
      switch (this.kinds.of(statement)) {
        case 'QueryParametersStatement':
          parameters.push(...this.kinds.list(statement, 'Parameters').map((each) => this.parameter(each)));
          parametersAt = at;
          break;
        case 'LetStatement':
          lets.push(this.let(statement));
          break;
        case 'ExpressionStatement':
          results.push({ at, of: this.pipeline(this.kinds.child(statement, 'Expression')) });
          break;
        default:
          throw new Unreadable(this.kinds.of(statement), at);
      }
    }
    const [result, second] = results;
    if (result === undefined) throw new Unreadable('NoResult', placeOf(root));
    if (second !== undefined) throw new Unreadable('SeveralResults', second.at);
    return { parameters, parametersAt, lets, result: result.of };
  }

  private parameter(node: ServiceElement): Parameter {
    const typed = this.kinds.child(node, 'NameAndType');
    const initial = optional(node, 'DefaultValue');
    return {
      name: nameOf(this.kinds.child(typed, 'Name')),
      at: placeOf(node),
      type: scalarOf(nameOf(this.kinds.child(typed, 'Type'))),
      initial: initial === null ? null : this.expressions.expr(this.kinds.child(initial, 'Value')),
    };
  }

  private let(node: ServiceElement): Let {
    const value = this.kinds.child(node, 'Expression');
    return {
      name: nameOf(this.kinds.child(node, 'Name')),
      at: placeOf(node),
      value: isTable(value) ? this.pipeline(value) : this.expressions.expr(value),
    };
  }

  private pipeline(node: ServiceElement): Pipeline {
    const pipes: ServiceElement[] = [];
    let source = node;
    // A pipe of n operators is n deep on the left: a loop, not a recursion. Brackets around its beginning change nothing.
    for (let kind = this.kinds.of(source); BEGINS_LATER.has(kind); kind = this.kinds.of(source)) {
      if (kind === 'PipeExpression') pipes.push(source);
      source = this.kinds.child(source, 'Expression');
    }
    return { source: this.source(source), steps: pipes.toReversed().map((pipe) => this.steps.step(pipe)) };
  }

  private source(node: ServiceElement): Pipeline['source'] {
    const base = { at: placeOf(node), columns: columnsOf(node.ResultType) };
    const child = (name: string): ServiceElement => this.kinds.child(node, name);
    const kind = this.kinds.of(node);
    switch (kind) {
      case 'NameReference':
        if (isWildcard(this.kinds, node)) return { ...base, kind: 'other', what: 'WildcardedName' };
        // A let is a variable, a table is a table.
        return {
          ...base,
          kind: node.ReferencedSymbol?.Kind === this.kinds.variable ? 'let' : 'table',
          name: nameOf(node),
        };
      case 'MaterializeExpression':
        return { ...base, kind: 'pipeline', of: this.pipeline(child('Expression')) };
      case 'PrintOperator':
        return { ...base, kind: 'print', named: this.expressions.named(this.kinds.list(node, 'Expressions')) };
      case 'DataTableExpression':
        return {
          ...base,
          kind: 'datatable',
          values: this.kinds.list(node, 'Values').map((value) => this.expressions.expr(value)),
        };
      case 'RangeOperator':
        return {
          ...base,
          kind: 'range',
          low: this.expressions.expr(child('From')),
          high: this.expressions.expr(child('To')),
          by: this.expressions.expr(child('Step')),
        };
      case 'UnionOperator':
        return { ...base, kind: 'union', ...this.steps.unioned(node) };
      case 'PathExpression':
        return { ...base, kind: 'other', what: `${this.way(node)}()`, table: nameOf(child('Selector')) };
      default:
        return { ...base, kind: 'other', what: kind };
    }
  }

  /** Of `workspace("x").T`: workspace. */
  private way(node: ServiceElement): string {
    let first = node;
    while (this.kinds.of(first) === 'PathExpression') first = this.kinds.child(first, 'Expression');
    return nameOf(optional(first, 'Name') ?? first);
  }
}
