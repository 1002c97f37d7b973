/** How Azure names what it charges for, as https://prices.azure.com/api/retail/prices answers. Names are compared as they stand, case included. */
export interface RetailMeter {
  readonly serviceName: string;
  readonly meterName: string;
  /** Where meters of several products have one name: the first of these that is there. */
  readonly productNames?: readonly string[];
  readonly unitOfMeasure: string;
}

export interface Meter {
  /** What is paid for, as a bill by the month says it. */
  readonly unit: string;
  /** How many of Azure's own units that is. */
  readonly times: number;
  /** So many a month cost nothing. */
  readonly free?: number;
  readonly retail: RetailMeter;
}

/** Hours that Azure counts in a month. */
const HOURS = 730;
/** Days of a month here: what is ingested is reckoned by the minute, 43,200 a month. */
export const DAYS = 30;

const hourly = (unit: string, retail: Omit<RetailMeter, 'unitOfMeasure'>): Meter => ({
  unit,
  times: HOURS,
  retail: { ...retail, unitOfMeasure: '1 Hour' },
});
const perGb = (unit: string, retail: Omit<RetailMeter, 'unitOfMeasure'>): Meter => ({
  unit,
  times: 1,
  retail: { ...retail, unitOfMeasure: '1 GB' },
});
const perGbMonth = (unit: string, retail: Omit<RetailMeter, 'unitOfMeasure'>): Meter => ({
  unit,
  times: 1,
  retail: { ...retail, unitOfMeasure: '1 GB/Month' },
});
const tier = (gbPerDay: number): Meter => ({
  unit: 'month',
  times: DAYS,
  retail: {
    serviceName: 'Azure Monitor',
    meterName: `${gbPerDay} GB Commitment Tier Capacity Reservation`,
    unitOfMeasure: '1/Day',
  },
});
const stored = (redundancy: string): Meter =>
  perGbMonth('GB stored', {
    serviceName: 'Storage',
    meterName: `Hot ${redundancy} Data Stored`,
    productNames: ['General Block Blob v2', 'Blob Storage'],
  });

/** GB a day. https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs#commitment-tiers */
export const COMMITMENT_TIERS = [100, 200, 300, 400, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000] as const;
export type CommitmentTier = (typeof COMMITMENT_TIERS)[number];

/** Everything that is priced. */
export const METERS = {
  analyticsLogs: {
    ...perGb('GB', { serviceName: 'Log Analytics', meterName: 'Analytics Logs Data Ingestion' }),
    free: 5,
  },
  basicLogs: perGb('GB', { serviceName: 'Azure Monitor', meterName: 'Basic Logs Data Ingestion' }),
  auxiliaryLogs: perGb('GB', { serviceName: 'Azure Monitor', meterName: 'Auxiliary Logs Data Ingestion' }),
  /** What queries of the plans Basic and Auxiliary read. */
  logQueries: perGb('GB', { serviceName: 'Azure Monitor', meterName: 'Search Queries Scanned' }),
  retention: perGbMonth('GB kept', { serviceName: 'Log Analytics', meterName: 'Analytics Logs Data Retention' }),
  longTermRetention: perGbMonth('GB kept', { serviceName: 'Azure Monitor', meterName: 'Data Archive' }),
  commitment100: tier(100),
  commitment200: tier(200),
  commitment300: tier(300),
  commitment400: tier(400),
  commitment500: tier(500),
  commitment1000: tier(1_000),
  commitment2000: tier(2_000),
  commitment5000: tier(5_000),
  commitment10000: tier(10_000),
  commitment25000: tier(25_000),
  commitment50000: tier(50_000),
  flowLogs: {
    ...perGb('GB', { serviceName: 'Network Watcher', meterName: 'Standard VNet Flow Logs Collected' }),
    free: 5,
  },
  trafficAnalytics60m: perGb('GB', {
    serviceName: 'Network Watcher',
    meterName: 'Standard Traffic Analytics Processing',
  }),
  trafficAnalytics10m: perGb('GB', {
    serviceName: 'Network Watcher',
    meterName: 'Standard Traffic Analytics Processing at 10-Minute Interval',
  }),
  storedLrs: stored('LRS'),
  storedZrs: stored('ZRS'),
  storedGrs: stored('GRS'),
  publicAddress: hourly('address and month', {
    serviceName: 'Virtual Network',
    meterName: 'Standard IPv4 Static Public IP',
    productNames: ['IP Addresses'],
  }),
  natGateway: hourly('gateway and month', {
    serviceName: 'NAT Gateway',
    meterName: 'Standard Gateway',
  }),
  natGatewayData: perGb('GB, both directions', {
    serviceName: 'NAT Gateway',
    meterName: 'Standard Data Processed',
  }),
  loadBalancerData: perGb('GB, both directions', {
    serviceName: 'Load Balancer',
    meterName: 'Standard Data Processed',
  }),
  privateEndpoint: hourly('endpoint and month', {
    serviceName: 'Virtual Network',
    meterName: 'Standard Private Endpoint',
    productNames: ['Virtual Network Private Link'],
  }),
  privateEndpointData: perGb('GB, each direction', {
    serviceName: 'Virtual Network',
    meterName: 'Standard Data Processed - Ingress',
    productNames: ['Virtual Network Private Link'],
  }),
} as const satisfies Record<string, Meter>;

export type PriceName = keyof typeof METERS;
export const PRICE_NAMES = Object.keys(METERS) as readonly PriceName[];
