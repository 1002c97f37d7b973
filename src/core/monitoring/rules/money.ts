import type { PriceName } from '../../prices/meters.ts';
import { unitPrice } from '../../prices/price-table.ts';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';

const address = unitPrice(SHIPPED_PRICES, 'publicAddress');
const gateway = unitPrice(SHIPPED_PRICES, 'natGateway');

/** US dollars a month for so many more public addresses; null: no price is known. */
export const addressesCost = (more: number): number | null => (address === null ? null : cents(more * address));

/** US dollars a month for a gateway with one address, before what it asks for data; null: no price is known. */
export const gatewayCost = (): number | null =>
  address === null || gateway === null ? null : cents(gateway + address);

const cents = (amount: number): number => Number(amount.toFixed(2));

/** The member of a finding; none where no price is known. */
export const costing = (costPerMonth: number | null): { readonly costPerMonth?: number } =>
  costPerMonth === null ? {} : { costPerMonth };

/** What one unit of it costs, in a sentence: `2.30`; `?` where no price is known. */
export const priceSaid = (name: PriceName): string => unitPrice(SHIPPED_PRICES, name)?.toFixed(2) ?? '?';

export const usd = (amount: number | null): string => (amount === null ? '?' : `$${amount.toFixed(2)}`);
