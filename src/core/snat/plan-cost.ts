import { PRICE_NAMES, type PriceName } from '../prices/meters.ts';
import { oldestOf, unitOf, unitPrice } from '../prices/price-table.ts';
import { SHIPPED_PRICES } from '../prices/shipped-prices.ts';
import type { EgressSettings } from './allocation.ts';

/** One difference between two bills. What is not known is null, never 0. */
export interface CostItem {
  readonly item: string;
  /** Afterwards less before. */
  readonly quantity: number | null;
  readonly unit: string;
  readonly unitPrice: number | null;
  readonly monthly: number | null;
}

export interface CostChange {
  readonly currency: 'USD';
  readonly pricesAsOf: string;
  /** What is known of it. */
  readonly monthlyChange: number;
  readonly items: readonly CostItem[];
  /** What `monthlyChange` leaves out. */
  readonly unknown: readonly string[];
}

/** What a month costs more, or with a minus less. `gigabytes`: through the egress in both directions, a month; null: not known. */
export const costChange = (
  before: EgressSettings['egress'],
  after: EgressSettings['egress'],
  privateEndpoints: number,
  gigabytes: number | null,
): CostChange => {
  const isMoved = before.kind !== after.kind;
  const sign = after.kind === 'nat-gateway' ? 1 : -1;
  const times = (n: 1 | -1): number | null => (gigabytes === null ? null : n * gigabytes);
  const opposite = sign === 1 ? -1 : 1;
  const items: readonly CostItem[] = [
    item('public addresses', after.outboundIps - before.outboundIps, 'publicAddress'),
    ...(isMoved
      ? [
          item('NAT gateway', sign, 'natGateway'),
          item('data through the NAT gateway', times(sign), 'natGatewayData'),
          item('data through the load balancer', times(opposite), 'loadBalancerData'),
          { item: LOAD_BALANCER, quantity: null, unit: 'rules and hours', unitPrice: null, monthly: null },
        ]
      : []),
    ...(privateEndpoints > 0
      ? [
          item('private endpoints', privateEndpoints, 'privateEndpoint'),
          item('data through the private endpoints', null, 'privateEndpointData'),
        ]
      : []),
  ].filter(({ quantity }) => quantity !== 0);
  return {
    currency: 'USD',
    pricesAsOf: oldestOf(SHIPPED_PRICES, PRICE_NAMES) ?? '',
    monthlyChange: cents(items.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0)),
    items,
    unknown: items.filter(({ monthly }) => monthly === null).map((one) => one.item),
  };
};

/** It stays for Services of type LoadBalancer, and its rules cost by the hour then as before. */
const LOAD_BALANCER = 'the load balancer itself, if no Service needs it';

const item = (name: string, quantity: number | null, of: PriceName): CostItem => {
  const price = unitPrice(SHIPPED_PRICES, of);
  return {
    item: name,
    quantity,
    unit: unitOf(of),
    unitPrice: price,
    monthly: quantity === null || price === null ? null : cents(quantity * price),
  };
};

const cents = (usd: number): number => Math.round(usd * 100) / 100;
