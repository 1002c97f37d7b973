import { type Bill, type BillItem, billOf } from '../core/monitoring/cost/bill.ts';
import { type BillDifference, billDifference } from '../core/monitoring/cost/bill-difference.ts';
import { breakdown, type By, type Slice } from '../core/monitoring/cost/breakdown.ts';
import type { MeasuredTable } from '../core/monitoring/cost/ingested.ts';
import { type TableUsage, usageFor } from '../core/monitoring/cost/usage.ts';
import type { MonitoringSpec } from '../core/monitoring/spec.ts';
import type { PriceTable } from '../core/prices/price-table.ts';

/** One side of a question of money. */
export interface CostSide {
  /** As the user named it. */
  readonly name: string;
  /** What was set otherwise: `inventory.interval=5m`. */
  readonly set: readonly string[];
  readonly spec: MonitoringSpec;
}

export interface CostAsked {
  readonly side: CostSide;
  /** The spec under which things are as they are told and were measured. */
  readonly from: MonitoringSpec;
  readonly measured: readonly MeasuredTable[];
  readonly usages: readonly TableUsage[];
  readonly prices: PriceTable;
}

interface Priced {
  readonly currency: 'USD';
  readonly pricesAsOf: string | null;
  readonly pricesRegion: string;
  /** The sum of what is known, a month. */
  readonly monthly: number;
  /** What `monthly` leaves out. */
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
}

interface Query {
  readonly spec: string;
  readonly set: readonly string[];
}

export interface CostEstimate extends Priced {
  readonly schemaVersion: 1;
  readonly kind: 'CostEstimate';
  readonly query: Query;
  readonly cluster: string;
  /** What it was reckoned from: the spec as it is read, with what it leaves to us and what was set otherwise; it can be read as a spec again. */
  readonly settings: Settings;
  readonly items: readonly BillItem[];
  readonly measured: readonly MeasuredTable[];
}

export interface CostBreakdown extends Priced {
  readonly schemaVersion: 1;
  readonly kind: 'CostBreakdown';
  readonly query: Query & { readonly by: By };
  readonly cluster: string;
  readonly slices: readonly Slice[];
}

interface Side extends Query {
  readonly cluster: string;
  readonly monthly: number;
  readonly unknown: readonly string[];
}

export interface CostDifference extends Omit<Priced, 'monthly'>, Omit<BillDifference, 'unknown'> {
  readonly schemaVersion: 1;
  readonly kind: 'CostDifference';
  readonly before: Side;
  readonly after: Side;
}

/** A spec as somebody would write it: what is not wanted is left away. */
type Settings = { readonly [name in keyof MonitoringSpec]?: unknown };

const asSettings = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asSettings);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, of]) => of !== null);
  return Object.fromEntries(members.map(([name, of]) => [name, asSettings(of)]));
};

export const costEstimate = (asked: CostAsked): CostEstimate => {
  const { bill, priced } = reckoned(asked);
  return {
    schemaVersion: 1,
    kind: 'CostEstimate',
    query: queryOf(asked.side),
    cluster: asked.side.spec.cluster.name,
    settings: asSettings(asked.side.spec) as Settings,
    ...priced,
    items: bill.items,
    measured: asked.measured,
  };
};

export const costBreakdown = (asked: CostAsked, by: By): CostBreakdown => {
  const { bill, priced } = reckoned(asked);
  return {
    schemaVersion: 1,
    kind: 'CostBreakdown',
    query: { ...queryOf(asked.side), by },
    cluster: asked.side.spec.cluster.name,
    ...priced,
    slices: breakdown(bill, by),
  };
};

/** `before` is as things are; `after` under the same prices. */
export const costDifference = (before: CostAsked, after: CostAsked): CostDifference => {
  const [was, is] = [reckoned(before), reckoned(after)];
  const { items, monthlyChange, unknown } = billDifference(was.bill, is.bill);
  const side = ({ side: { spec, ...one } }: CostAsked, bill: Bill): Side => ({
    ...queryOf({ ...one, spec }),
    cluster: spec.cluster.name,
    monthly: bill.monthly,
    unknown: bill.unknown,
  });
  return {
    schemaVersion: 1,
    kind: 'CostDifference',
    before: side(before, was.bill),
    after: side(after, is.bill),
    currency: 'USD',
    pricesAsOf: [was.bill.pricesAsOf, is.bill.pricesAsOf].filter((day) => day !== null).toSorted()[0] ?? null,
    pricesRegion: is.bill.region,
    monthlyChange,
    unknown,
    assumptions: [...new Set([...was.priced.assumptions, ...is.priced.assumptions])],
    items,
  };
};

const queryOf = ({ name, set }: CostSide): Query => ({ spec: name, set });

const reckoned = ({
  side,
  from,
  usages,
  prices,
  measured,
}: CostAsked): { readonly bill: Bill; readonly priced: Priced } => {
  const usage = usageFor(side.spec, from, usages);
  const bill = billOf(side.spec, usage, prices);
  return {
    bill,
    priced: {
      currency: 'USD',
      pricesAsOf: bill.pricesAsOf,
      pricesRegion: bill.region,
      monthly: bill.monthly,
      unknown: bill.unknown,
      assumptions: [
        ...usage.assumptions,
        ...measured.map(assumptionOf),
        ...(bill.region === side.spec.cluster.region
          ? []
          : [`prices are those of ${bill.region}, and the cluster is in ${side.spec.cluster.region}`]),
      ],
    },
  };
};

const BY: Readonly<Record<MeasuredTable['by'], string>> = {
  'billed-size': 'as it was billed',
  columns: 'from the columns as exported: what was billed is in _BilledSize',
  usage: 'as Azure counted it',
};

const assumptionOf = ({ table, minutes, by }: MeasuredTable): string =>
  `a month of ${table} is as the ${spanOf(minutes)} that were read, ${BY[by]}`;

const spanOf = (minutes: number): string => {
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 2_880 ? `${Number((minutes / 60).toFixed(1))} h` : `${Number((minutes / 1_440).toFixed(1))} days`;
};
