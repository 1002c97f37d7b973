import type { TokenCredential } from '@azure/identity';
import { AzureApi } from '../azure/azure-api.ts';
import { azureIdentity } from '../azure/identity.ts';
import type { Pause } from '../pause.ts';
import { scopeOf } from '../azure/endpoint.ts';
import { Workspace } from './workspace.ts';

export interface WorkspaceAt {
  readonly id: string;
  readonly endpoint: string;
  /** null: whoever runs this. */
  readonly credential: TokenCredential | null;
  readonly pause: Pause;
  readonly random: () => number;
}

/** Nothing is asked yet. */
export const openWorkspace = async (
  { id, endpoint, credential, pause, random }: WorkspaceAt,
  stop: AbortSignal,
): Promise<Workspace> => {
  const who = credential ?? (await azureIdentity());
  return new Workspace(id, new AzureApi({ endpoint, scope: scopeOf(endpoint), credential: who, pause, random, stop }));
};
