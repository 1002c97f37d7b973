import { unitPrice } from '../../prices/price-table.ts';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';

const address = unitPrice(SHIPPED_PRICES, 'publicAddress');
const gateway = unitPrice(SHIPPED_PRICES, 'natGateway');

/** US dollars a month for so many more public addresses; null: no price is known. */
export const addressesCost = (more: number): number | null =>
  address === null ? null : Number((more * address).toFixed(2));

/** US dollars a month for a gateway with one address, before what it asks for data; null: no price is known. */
export const gatewayCost = (): number | null =>
  address === null || gateway === null ? null : Number((gateway + address).toFixed(2));

export const usd = (amount: number | null): string => (amount === null ? '?' : `$${amount.toFixed(2)}`);
