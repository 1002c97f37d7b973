import type { TokenCredential } from '@azure/identity';

/** Whoever runs this, as Azure knows it: a workload or managed identity, `az login`, … The library is loaded where it is needed: it takes its time. */
export const azureIdentity = async (): Promise<TokenCredential> => {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
};
