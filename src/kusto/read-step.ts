import type { Pipeline, Step, Unioned } from '../core/kql/query.ts';
import type { ServiceElement } from './language-service.ts';
import type { ExpressionReader } from './read-expression.ts';
import { columnsOf, type Kinds, nameOf, optional, placeOf, written } from './tree.ts';

const NAMED: Readonly<Record<string, Extract<Step, { readonly named: unknown; readonly by?: never }>['kind']>> = {
  ExtendOperator: 'extend',
  ProjectOperator: 'project',
  DistinctOperator: 'distinct',
  ProjectAwayOperator: 'project-away',
  ProjectKeepOperator: 'project-keep',
  ProjectRenameOperator: 'project-rename',
  ProjectReorderOperator: 'project-reorder',
};

/** Reads one operator of a pipe. `pipeline` reads the tables that joins and unions bring in. */
export class StepReader {
  private readonly kinds: Kinds;
  private readonly expressions: ExpressionReader;
  private readonly pipeline: (node: ServiceElement) => Pipeline;

  constructor(kinds: Kinds, expressions: ExpressionReader, pipeline: (node: ServiceElement) => Pipeline) {
    this.kinds = kinds;
    this.expressions = expressions;
    this.pipeline = pipeline;
  }

  step(pipe: ServiceElement): Step {
    const node = this.kinds.child(pipe, 'Operator');
    const base = { at: placeOf(node), columns: columnsOf(pipe.ResultType) };
    const kind = this.kinds.of(node);
    const named = NAMED[kind];
    if (named !== undefined)
      return {
        ...base,
        kind: named as 'extend',
        named: this.expressions.named(this.kinds.list(node, 'Expressions')),
      };
    const child = (name: string): ServiceElement => this.kinds.child(node, name);
    const { expressions } = this;
    switch (kind) {
      case 'FilterOperator':
        return { ...base, kind: 'where', condition: expressions.expr(child('Condition')) };
      case 'SummarizeOperator': {
        const by = optional(node, 'ByClause');
        return {
          ...base,
          kind: 'summarize',
          named: expressions.named(this.kinds.list(node, 'Aggregates')),
          by: by === null ? [] : expressions.named(this.kinds.list(by, 'Expressions')),
        };
      }
      case 'JoinOperator':
        return this.join(node, base);
      case 'LookupOperator':
        return {
          ...base,
          kind: 'lookup',
          flavour: this.kinds.parameters(node).get('kind') ?? 'leftouter',
          saysFlavour: this.kinds.parameters(node).has('kind'),
          right: this.pipeline(child('Expression')),
          on: this.kinds.list(child('LookupClause'), 'Expressions').map((each) => expressions.expr(each)),
        };
      case 'UnionOperator':
        return { ...base, kind: 'union', ...this.unioned(node) };
      case 'MvExpandOperator':
        return this.mvExpand(node, base);
      case 'SortOperator':
        return {
          ...base,
          kind: 'sort',
          by: this.kinds.list(node, 'Expressions').map((each) => expressions.ordered(each)),
        };
      case 'TopOperator':
        return {
          ...base,
          kind: 'top',
          count: expressions.expr(child('Expression')),
          by: [expressions.ordered(child('ByExpression'))],
        };
      case 'TakeOperator':
        return { ...base, kind: 'take', count: expressions.expr(child('Expression')) };
      case 'CountOperator':
        return { ...base, kind: 'count' };
      case 'EvaluateOperator':
        return { ...base, kind: 'other', what: `${kind} ${nameOf(this.kinds.child(child('FunctionCall'), 'Name'))}` };
      default:
        return { ...base, kind: 'other', what: kind };
    }
  }

  /** Of a union at the head of a pipe too. */
  unioned(node: ServiceElement): Unioned {
    const parameters = this.kinds.parameters(node);
    return {
      with: this.kinds.list(node, 'Expressions').map((each) => this.pipeline(each)),
      flavour: parameters.get('kind') === 'inner' ? 'inner' : 'outer',
      withSource: parameters.get('withsource') ?? parameters.get('with_source') ?? null,
      isFuzzy: parameters.get('isfuzzy') === 'true',
    };
  }

  private join(node: ServiceElement, base: Pick<Step, 'at' | 'columns'>): Step {
    const on = optional(node, 'ConditionClause');
    if (on === null || this.kinds.of(on) !== 'JoinOnClause') return { ...base, kind: 'other', what: 'JoinWhereClause' };
    return {
      ...base,
      kind: 'join',
      flavour: this.kinds.parameters(node).get('kind') ?? 'innerunique',
      saysFlavour: this.kinds.parameters(node).has('kind'),
      right: this.pipeline(this.kinds.child(node, 'Expression')),
      on: this.kinds.list(on, 'Expressions').map((each) => this.expressions.expr(each)),
    };
  }

  private mvExpand(node: ServiceElement, base: Pick<Step, 'at' | 'columns'>): Step {
    // An index, bags as arrays and limits change what rows there are: nobody may take them for a plain one.
    if (this.kinds.parameters(node).size > 0 || optional(node, 'RowLimitClause') !== null)
      return { ...base, kind: 'other', what: 'MvExpandParameter' };
    const named = this.kinds.list(node, 'Expressions').map((each) => {
      const to = optional(each, 'ToTypeOf');
      const [type] = to === null ? [] : this.kinds.list(this.kinds.child(to, 'TypeOf'), 'Types');
      const to1 = type === undefined ? null : written(type);
      return { ...this.expressions.name(this.kinds.child(each, 'Expression')), to: to1 };
    });
    return { ...base, kind: 'mv-expand', named };
  }
}

export const isWildcard = (kinds: Kinds, node: ServiceElement): boolean =>
  kinds.of(node) === 'NameReference' && nameOf(node).includes('*');
