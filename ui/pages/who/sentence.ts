import { count, plural } from '../../../src/base/number-text.ts';
import type { WhoReport } from '../../../src/contract/answers.ts';

const NAMED = 2;

/** The answer as somebody would say it on the phone; it never sounds surer than the verdicts are. */
export const sentence = ({ items, coverage, query }: Pick<WhoReport, 'items' | 'coverage' | 'query'>): string => {
  const to = query.dest === '::/0' ? 'anywhere' : query.dest;
  const sure = items.filter(({ exactFlows }) => exactFlows > 0).sort((a, b) => b.exactFlows - a.exactFlows);
  const possible = items.length - sure.length;
  if (items.length === 0)
    return `${plural(coverage.flows, 'flow')} went to ${to}, and nobody can be named for any of them.`;
  if (sure.length === 0) return `Nobody is proven to have talked to ${to}: ${plural(possible, 'sender')} may have.`;
  const names = sure.slice(0, NAMED).map(nameOf);
  const others = sure.length - names.length;
  const listed = others > 0 ? `${names.join(', ')} and ${count(others)} more` : names.join(' and ');
  return `${listed} talked to ${to}${possible > 0 ? `; ${plural(possible, 'other')} may have` : ''}.`;
};

const nameOf = ({ workload, node }: WhoReport['items'][number]): string =>
  workload === null ? `node ${node}` : `${workload.namespace}/${workload.name}`;
