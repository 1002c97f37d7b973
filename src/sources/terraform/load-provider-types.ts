import { readFile } from 'node:fs/promises';
import type { ProviderTypes } from '../../core/monitoring/provider/provider-types.ts';

/** What azurerm takes, as its published types have it. tools/provider-types.ts makes the file. */
export const loadProviderTypes = async (): Promise<ProviderTypes> =>
  JSON.parse(await readFile(new URL('azurerm-4.73.0.json', import.meta.url), 'utf8')) as ProviderTypes;
