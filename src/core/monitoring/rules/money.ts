import { PRICES } from '../../prices.ts';

/** US dollars a month for so many more public addresses. */
export const addressesCost = (more: number): number => Number((more * PRICES.publicAddress.usd).toFixed(2));

/** US dollars a month for a gateway with one address, before what it asks for data. */
export const gatewayCost = (): number => Number((PRICES.natGateway.usd + PRICES.publicAddress.usd).toFixed(2));

export const usd = (amount: number): string => `$${amount.toFixed(2)}`;
