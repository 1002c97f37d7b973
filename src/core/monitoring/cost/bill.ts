import { type CommitmentTier, DAYS, type PriceName } from '../../prices/meters.ts';
import { freeOf, oldestOf, type PriceTable, unitOf, unitPrice } from '../../prices/price-table.ts';
import type { MonitoringSpec, TablePlan } from '../spec.ts';
import { FREE_TABLES, planOf } from './tables.ts';
import type { TableUsage, Usage } from './usage.ts';

export const AREAS = ['ingestion', 'retention', 'flow-logs', 'egress', 'alerts'] as const;
export type Area = (typeof AREAS)[number];

/** One line of a bill. What is not known is null, never 0. */
export interface BillItem {
  readonly area: Area;
  readonly item: string;
  readonly table: string | null;
  readonly namespace: string | null;
  readonly plan: TablePlan | null;
  readonly quantity: number | null;
  readonly unit: string;
  readonly unitPrice: number | null;
  readonly monthly: number | null;
  readonly origin: TableUsage['origin'];
  /** What would have to be known, where `monthly` is null. */
  readonly missing: string | null;
}

/** What a month costs, in US dollars. */
export interface Bill {
  readonly items: readonly BillItem[];
  /** The sum of what is known. */
  readonly monthly: number;
  /** What `monthly` leaves out: it is a lower bound where this is not empty. */
  readonly unknown: readonly string[];
  /** The region of the prices, and the oldest date among those that were used. */
  readonly region: string;
  readonly pricesAsOf: string | null;
}

const PLAN_PRICES = { Analytics: 'analyticsLogs', Basic: 'basicLogs', Auxiliary: 'auxiliaryLogs' } as const;
/** Days that are in the price of ingestion. https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure */
const FREE_DAYS: Readonly<Record<TablePlan, number>> = { Analytics: 31, Basic: 30, Auxiliary: 30 };

export const billOf = (spec: MonitoringSpec, usage: Usage, prices: PriceTable): Bill => {
  const price = pricing(prices);
  const tier = spec.workspace?.commitmentGbPerDay ?? null;
  const items = [
    ...(tier === null ? ingestion(spec, usage, price) : committed(spec, usage, price, tier)),
    ...retention(spec, usage, price),
    ...flowLogs(spec, usage, price),
    ...egress(spec, usage, price),
    ...(spec.alerts === null ? [] : [UNPRICED_ALERTS]),
  ];
  return {
    items,
    monthly: cents(items.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0)),
    unknown: [...new Set(items.filter(({ monthly }) => monthly === null).map(unknownIn))],
    region: prices.region,
    pricesAsOf: oldestOf(prices, [...price.used]),
  };
};

const unknownIn = ({ item, missing }: BillItem): string => (missing === null ? item : `${item}: ${missing}`);

interface Pricing {
  readonly used: ReadonlySet<PriceName>;
  /** A line of the bill, priced. */
  readonly line: (of: PriceName, line: Pick<BillItem, 'area' | 'item' | 'quantity'> & Partial<BillItem>) => BillItem;
  readonly of: (name: PriceName) => number | null;
}

const BARE = { table: null, namespace: null, plan: null, origin: null, missing: null } as const;

const pricing = (prices: PriceTable): Pricing => {
  const used = new Set<PriceName>();
  const of = (name: PriceName): number | null => {
    used.add(name);
    return unitPrice(prices, name);
  };
  return {
    used,
    of,
    line: (name, line) => {
      const usd = of(name);
      const missing =
        line.missing ?? (line.quantity === null ? null : usd === null ? `its price in ${prices.region}` : null);
      return {
        ...BARE,
        unit: unitOf(name),
        unitPrice: usd,
        // Nothing costs nothing, whatever its price.
        monthly: line.quantity === 0 ? 0 : line.quantity === null || usd === null ? null : cents(line.quantity * usd),
        ...line,
        missing: line.quantity === 0 ? null : missing,
      };
    },
  };
};

const sumOf = (tables: readonly TableUsage[]): number => tables.reduce((sum, { gb }) => sum + (gb ?? 0), 0);

const isBilled = ({ table }: TableUsage): boolean => !FREE_TABLES.has(table);

const ingestion = (spec: MonitoringSpec, { tables }: Usage, price: Pricing): readonly BillItem[] => {
  const lines = tables.filter(isBilled).map((one) => tableLine(spec, one, tables, price));
  const known = sumOf(tables.filter((one) => isBilled(one) && planOf(spec, one.table) === 'Analytics'));
  const free = Math.min(freeOf('analyticsLogs'), known);
  return free === 0
    ? lines
    : [
        ...lines,
        price.line('analyticsLogs', {
          area: 'ingestion',
          item: `the first ${freeOf('analyticsLogs')} GB of a billing account`,
          quantity: -free,
        }),
      ];
};

const tableLine = (spec: MonitoringSpec, one: TableUsage, tables: readonly TableUsage[], price: Pricing): BillItem => {
  const plan = planOf(spec, one.table);
  return price.line(PLAN_PRICES[plan], {
    area: 'ingestion',
    item: nameOf(one, tables),
    quantity: one.gb,
    ...told(one),
    plan,
  });
};

const told = ({ table, namespace, origin, missing }: TableUsage): Partial<BillItem> => ({
  table,
  namespace,
  origin,
  missing,
});

/** The name of a line: rows of no named namespace are those of the others, where there are named ones. */
const nameOf = ({ table, namespace }: TableUsage, tables: readonly TableUsage[]): string => {
  if (namespace !== null) return `${table} of ${namespace}`;
  return tables.some((one) => one.table === table && one.namespace !== null) ? `${table} of others` : table;
};

/** A tier is paid for whole, used or not; what is over it costs as much a GB. */
const committed = (
  spec: MonitoringSpec,
  { tables }: Usage,
  price: Pricing,
  gbPerDay: CommitmentTier,
): readonly BillItem[] => {
  const billed = tables.filter(isBilled);
  const inTier = billed.filter(({ table }) => planOf(spec, table) === 'Analytics');
  const name = `commitment${gbPerDay}` as const;
  const tier = price.of(name);
  const over = sumOf(inTier) - gbPerDay * DAYS;
  const overPrice = tier === null ? null : tier / (gbPerDay * DAYS);
  return [
    price.line(name, { area: 'ingestion', item: `commitment tier of ${gbPerDay} GB a day`, quantity: 1 }),
    ...inTier.map(
      (one): BillItem => ({
        ...BARE,
        area: 'ingestion',
        item: nameOf(one, tables),
        ...told(one),
        plan: 'Analytics',
        quantity: one.gb,
        unit: 'GB',
        unitPrice: 0,
        monthly: one.gb === null ? null : 0,
      }),
    ),
    ...(over > 0
      ? [
          {
            ...BARE,
            area: 'ingestion',
            item: 'over the commitment tier',
            quantity: over,
            unit: 'GB',
            unitPrice: overPrice,
            monthly: overPrice === null ? null : cents(over * overPrice),
            missing: overPrice === null ? 'the price of the tier' : null,
          } as const,
        ]
      : []),
    ...billed
      .filter(({ table }) => planOf(spec, table) !== 'Analytics')
      .map((one) => tableLine(spec, one, tables, price)),
  ];
};

/** In the long run: as much as comes in goes. */
const retention = (spec: MonitoringSpec, { tables }: Usage, price: Pricing): readonly BillItem[] =>
  [...new Set(tables.filter(isBilled).map(({ table }) => table))].flatMap((table) => {
    const ofTable = tables.filter((one) => one.table === table);
    const missing = ofTable.find(({ gb }) => gb === null)?.missing ?? null;
    const { interactive, longTerm } = keptBeyond(spec, table);
    const line = (of: PriceName, what: string, days: number): readonly BillItem[] =>
      days <= 0
        ? []
        : [
            price.line(of, {
              area: 'retention',
              item: `${table}: ${what}`,
              table,
              plan: planOf(spec, table),
              quantity: missing === null ? (sumOf(ofTable) * days) / DAYS : null,
              missing,
            }),
          ];
    return [
      ...line('retention', `${interactive} days beyond those that are free`, interactive),
      ...line('longTermRetention', `${longTerm} days of long-term retention`, longTerm),
    ];
  });

/** Days that are paid for beside ingestion. */
const keptBeyond = (
  spec: MonitoringSpec,
  table: string,
): { readonly interactive: number; readonly longTerm: number } => {
  const own = spec.workspace?.tables[table];
  const plan = planOf(spec, table);
  const free = FREE_DAYS[plan];
  const days = plan === 'Analytics' ? (own?.retentionDays ?? spec.workspace?.retentionDays ?? free) : free;
  return { interactive: Math.max(0, days - free), longTerm: Math.max(0, (own?.totalDays ?? 0) - Math.max(days, free)) };
};

const flowLogs = ({ flowLogs: wanted }: MonitoringSpec, { flowLogGb }: Usage, price: Pricing): readonly BillItem[] => {
  if (wanted === null) return [];
  const missing = flowLogGb === null ? 'usage.flowLogGb' : null;
  const free = freeOf('flowLogs');
  const line = (of: PriceName, item: string, quantity: number | null): BillItem =>
    price.line(of, { area: 'flow-logs', item, quantity, missing });
  const stored = { LRS: 'storedLrs', ZRS: 'storedZrs', GRS: 'storedGrs' } as const;
  return [
    line('flowLogs', 'collection of flow logs', flowLogGb === null ? null : Math.max(0, flowLogGb - free)),
    line(
      stored[wanted.redundancy],
      `flow logs of ${wanted.days} days`,
      flowLogGb === null ? null : (flowLogGb * wanted.days) / DAYS,
    ),
    ...(wanted.trafficAnalytics === 'off'
      ? []
      : [
          line(
            wanted.trafficAnalytics === '10m' ? 'trafficAnalytics10m' : 'trafficAnalytics60m',
            `Traffic Analytics each ${wanted.trafficAnalytics}`,
            flowLogGb,
          ),
        ]),
  ];
};

const egress = ({ egress: way }: MonitoringSpec, { egressGb }: Usage, price: Pricing): readonly BillItem[] => {
  if (way === null) return [];
  const missing = egressGb === null ? 'usage.egressGb' : null;
  const line = (of: PriceName, item: string, quantity: number | null, lacks: string | null = null): BillItem =>
    price.line(of, { area: 'egress', item, quantity, missing: lacks });
  return way.natGateway === null
    ? [
        line('publicAddress', 'public addresses', way.loadBalancer?.outboundIps ?? 1),
        line('loadBalancerData', 'data through the load balancer', egressGb, missing),
      ]
    : [
        line('natGateway', 'NAT gateway', 1),
        line('publicAddress', 'public addresses', way.natGateway.outboundIps),
        line('natGatewayData', 'data through the NAT gateway', egressGb, missing),
      ];
};

const UNPRICED_ALERTS: BillItem = {
  ...BARE,
  area: 'alerts',
  item: 'alerts',
  quantity: null,
  unit: 'time series',
  unitPrice: null,
  monthly: null,
  missing: 'their price, and how many time series they watch',
};

const cents = (usd: number): number => Math.round(usd * 100) / 100;
