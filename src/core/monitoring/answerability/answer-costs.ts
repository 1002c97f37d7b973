import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';
import { type Bill, billOf } from '../cost/bill.ts';
import { costPerQuestion, type QuestionCost, type QuestionNumber } from '../cost/cost-per-question.ts';
import { usageFor } from '../cost/usage.ts';
import type { Estate } from '../estate.ts';
import { nodeCount } from '../estate/egress.ts';
import { blueprintOfEstate } from '../generate/blueprint-of-estate.ts';
import type { MonitoringSpec } from '../spec.ts';
import type { AnswerRow } from '../answerability.ts';
import { PODS_OF_NODE } from './changes.ts';

/** What the answer to a question costs in a month, in US dollars, of what is known. */
export interface AnswerCost {
  /** All that the question makes use of. null: nothing of it is known, or it is not answered. */
  readonly alone: number | null;
  /** The same with each line shared between the questions that make use of it. */
  readonly share: number | null;
  /** There is more, of which it is not known how much: how many logs there are, or a price. */
  readonly isAtLeast: boolean;
}

const NUMBERS: { readonly [id in AnswerRow['id']]: QuestionNumber } = {
  who: 1,
  snat: 2,
  diagnose: 3,
  trace: 4,
  monitoring: 5,
};

/** A configuration as what `unmasq cost` reckons from: names mean nothing to a bill, and nodes that are not told have no rows. */
const specOf = (estate: Estate): MonitoringSpec => {
  const { cluster, workspace, flowLogs, alerts, ...rest } = blueprintOfEstate(estate).blueprint;
  const counts = estate.clusters.map(nodeCount);
  const isTold = counts.length > 0 && counts.every(({ sure }) => sure);
  return {
    ...rest,
    cluster: {
      name: cluster.name ?? '',
      resourceGroup: cluster.resourceGroup ?? '',
      region: cluster.region ?? SHIPPED_PRICES.region,
      nodes: { now: counts.reduce((sum, { least }) => sum + least, 0), most: null, surge: '0' },
      network: 'managed',
    },
    workspace: workspace === null ? null : { ...workspace, existing: null },
    flowLogs: flowLogs === null ? null : { ...flowLogs, storageAccount: null },
    alerts: alerts === null ? null : { ...alerts, actionGroup: '' },
    usage: isTold
      ? {
          podsPerNode: PODS_OF_NODE,
          containersPerPod: 1.2,
          namespaces: {},
          tables: {},
          flowLogGb: null,
          egressGb: null,
        }
      : null,
  };
};

/** What all that was read costs, question by question, at the prices that ship. */
export const withCosts = <Row extends AnswerRow>(
  rows: readonly Row[],
  estates: readonly Estate[],
): readonly (Row & { readonly cost: AnswerCost })[] => {
  const bills = estates.map((estate): Bill => {
    const spec = specOf(estate);
    return billOf(spec, usageFor(spec, spec), SHIPPED_PRICES);
  });
  const items = bills.flatMap((bill) => bill.items);
  const asked = rows.map(({ id, answerable }) => ({ question: NUMBERS[id], answerable }));
  const { rows: costs } = costPerQuestion(asked, { items });
  return rows.map((row, i) => ({ ...row, cost: costOf(costs[i]) }));
};

const costOf = (cost: QuestionCost | undefined): AnswerCost => {
  if (cost === undefined || cost.alone === null) return { alone: null, share: null, isAtLeast: false };
  const { alone, share, isAtLeast } = cost;
  return isAtLeast && alone === 0 ? { alone: null, share: null, isAtLeast } : { alone, share, isAtLeast };
};
