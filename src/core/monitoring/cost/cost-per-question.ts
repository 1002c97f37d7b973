import type { Bill, BillItem } from './bill.ts';

/** The five questions, by their numbers: 1 who talks to this address, 2 ports, 3 what fails, 4 a request, 5 monitoring itself. */
export type QuestionNumber = 1 | 2 | 3 | 4 | 5;

/** Of a row of the table of answerable questions what matters here. */
export interface AnswerableRow {
  readonly question: QuestionNumber;
  readonly answerable: 'yes' | 'partly' | 'no' | 'cannot-tell';
}

export interface QuestionCost {
  readonly question: QuestionNumber;
  readonly answerable: AnswerableRow['answerable'];
  /** All that this question makes use of, a month: what it alone would cost. null: it is not answered. */
  readonly alone: number | null;
  /** The same with each line shared between the questions that make use of it: these add up to the bill, less what is of use to none. */
  readonly share: number | null;
  /** Lines that it makes use of are not known: `alone` and `share` are lower bounds. */
  readonly isAtLeast: boolean;
}

export interface CostPerQuestion {
  readonly rows: readonly QuestionCost[];
  /** What is paid for, and no answered question makes use of. */
  readonly unused: { readonly monthly: number; readonly items: readonly string[] };
}

/** Which questions make use of a table. Of others, an application's own, it is not known. */
const BY_TABLE: Readonly<Record<string, readonly QuestionNumber[]>> = {
  KubePodInventory: [1, 2, 3, 4],
  KubeNodeInventory: [1, 2, 3, 4],
  KubeEvents: [3],
  KubeServices: [1],
  KubePVInventory: [],
  ContainerInventory: [],
  ContainerNodeInventory: [],
  InsightsMetrics: [],
  Perf: [],
  ContainerLog: [],
  ContainerLogV2: [3, 4],
  ContainerNetworkLogs: [1, 3],
  NTANetAnalytics: [1],
  AzureNetworkAnalytics_CL: [1],
  AZFWNetworkRule: [1, 3],
  AZFWFlowTrace: [1],
  AppDependencies: [1, 3, 4],
  AppRequests: [4],
  AppTraces: [3, 4],
  AppExceptions: [3, 4],
  Heartbeat: [],
  Usage: [5],
};

const usedBy = ({ area, table }: BillItem): readonly QuestionNumber[] | null => {
  if (table !== null) return Object.hasOwn(BY_TABLE, table) ? (BY_TABLE[table] ?? []) : null;
  if (area === 'flow-logs') return [1, 2, 3, 4];
  if (area === 'alerts') return [2];
  // The way out is paid for to leave, not to know; the free GB and a tier are of all tables.
  return null;
};

/** What each answered question costs. The way out of the cluster is no part of it, nor are lines that belong to no table (a tier, what is free). */
export const costPerQuestion = (rows: readonly AnswerableRow[], { items }: Pick<Bill, 'items'>): CostPerQuestion => {
  const answered = new Set(rows.filter(isAnswered).map(({ question }) => question));
  const uses = items.flatMap((item) => {
    const of = usedBy(item);
    return of === null ? [] : [{ item, of: of.filter((question) => answered.has(question)) }];
  });
  const unused = uses.filter(({ of }) => of.length === 0).map(({ item }) => item);
  return {
    rows: rows.map((row): QuestionCost => {
      const own = uses.filter(({ of }) => of.includes(row.question));
      const sum = (part: (of: number) => number): number | null =>
        isAnswered(row)
          ? cents(own.reduce((all, { item, of }) => all + (item.monthly ?? 0) * part(of.length), 0))
          : null;
      return {
        question: row.question,
        answerable: row.answerable,
        alone: sum(() => 1),
        share: sum((questions) => 1 / questions),
        isAtLeast: isAnswered(row) && own.some(({ item }) => item.monthly === null),
      };
    }),
    unused: {
      monthly: cents(unused.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0)),
      items: unused.map(({ item }) => item),
    },
  };
};

const isAnswered = ({ answerable }: AnswerableRow): boolean => answerable === 'yes' || answerable === 'partly';

const cents = (usd: number): number => Math.round(usd * 100) / 100;
