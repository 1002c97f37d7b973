import type { Expr, Pipeline, Query } from './query.ts';

/** The tables that a query reads, each once, in the order of the text. */
export const readsIn = ({ lets, result }: Query): readonly string[] => {
  const found: { readonly name: string; readonly from: number }[] = [];
  const pipeline = ({ source, steps }: Pipeline): void => {
    if (source.kind === 'table') found.push({ name: source.name, from: source.at.from });
    if (source.kind === 'union') for (const each of source.with) pipeline(each);
    if (source.kind === 'pipeline') pipeline(source.of);
    for (const step of steps) {
      if (step.kind === 'join' || step.kind === 'lookup') pipeline(step.right);
      if (step.kind === 'union') for (const each of step.with) pipeline(each);
      if (step.kind === 'where') expr(step.condition);
      if ('named' in step) for (const { expr: value } of step.named) expr(value);
    }
  };
  const expr = (of: Expr): void => {
    if (of.kind === 'rows') pipeline(of.of);
    if (of.kind === 'call') for (const arg of of.args) expr(arg);
    if (of.kind === 'operator') for (const side of [of.left, of.right]) expr(side);
    if (of.kind === 'in') for (const each of [of.left, ...of.list]) expr(each);
  };
  for (const { value } of lets) {
    if ('steps' in value) pipeline(value);
    else expr(value);
  }
  pipeline(result);
  return [...new Set(found.toSorted((a, b) => a.from - b.from).map(({ name }) => name))];
};
