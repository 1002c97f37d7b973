import type { Result } from '../../base/result.ts';
import { fail, ok } from '../../base/result.ts';
import type { ContainerUrl } from './container-url.ts';

/** How storage is told who asks. */
export type Credential =
  | { readonly kind: 'sas'; readonly sas: string; readonly from: string }
  | { readonly kind: 'key'; readonly key: string; readonly from: string }
  /** Whoever runs this: a workload or managed identity, `az login`, … */
  | { readonly kind: 'identity' };

type Env = Readonly<Record<string, string | undefined>>;

/** The narrowest first: what stands in the URL, what the environment has for this account, and whoever runs this. */
export const chooseCredential = ({ account, sas }: ContainerUrl, env: Env): Result<Credential, string> => {
  if (sas !== '') return ok({ kind: 'sas', sas, from: 'the URL' });
  const given = (name: string): string => (env[name] ?? '').trim();
  const token = given('AZURE_STORAGE_SAS_TOKEN').replace(/^\?/, '');
  if (token !== '') return ok({ kind: 'sas', sas: token, from: 'AZURE_STORAGE_SAS_TOKEN' });
  const connection = given('AZURE_STORAGE_CONNECTION_STRING');
  if (connection !== '') {
    const parts = partsOf(connection);
    if (parts === null || !parts.has('AccountName'))
      return fail('AZURE_STORAGE_CONNECTION_STRING is not understood: expected AccountName=…;AccountKey=…');
    // One of another account says nothing of this one.
    if (parts.get('AccountName') === account) {
      const [from, key] = ['AZURE_STORAGE_CONNECTION_STRING', parts.get('AccountKey')];
      if (key !== undefined) return ok({ kind: 'key', key, from });
      const signature = parts.get('SharedAccessSignature')?.replace(/^\?/, '');
      return signature === undefined
        ? fail(`${from} has neither an AccountKey nor a SharedAccessSignature`)
        : ok({ kind: 'sas', sas: signature, from });
    }
  }
  const key = given('AZURE_STORAGE_KEY');
  const isOfThis = given('AZURE_STORAGE_ACCOUNT') === '' || given('AZURE_STORAGE_ACCOUNT') === account;
  return ok(key !== '' && isOfThis ? { kind: 'key', key, from: 'AZURE_STORAGE_KEY' } : { kind: 'identity' });
};

const partsOf = (connection: string): ReadonlyMap<string, string> | null => {
  const parts = connection.split(';').filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => /^\s*(\w+)=(.*)$/.exec(part)?.slice(1) as [string, string] | undefined);
  return pairs.some((pair) => pair === undefined) ? null : new Map(pairs as [string, string][]);
};

/** When a SAS ends, by its own words; null where it does not say. */
export const endOfSas = (sas: string): number | null => {
  const end = Date.parse(new URLSearchParams(sas).get('se') ?? '');
  return Number.isNaN(end) ? null : end;
};
