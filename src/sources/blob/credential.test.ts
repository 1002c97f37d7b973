import { expect, test } from 'vitest';
import type { Result } from '../../base/result.ts';
import { chooseCredential, type Credential } from './credential.ts';

const CONNECTION = 'AZURE_STORAGE_CONNECTION_STRING';
const own = (rest: string): string =>
  `DefaultEndpointsProtocol=https;AccountName=logs;${rest};EndpointSuffix=core.windows.net`;

test.each<[string, string, Readonly<Record<string, string>>, Partial<Credential>]>([
  ['the SAS of the URL counts first', 'sig=u', { AZURE_STORAGE_SAS_TOKEN: 'sig=e' }, { kind: 'sas', sas: 'sig=u' }],
  ['then the SAS of the environment', '', { AZURE_STORAGE_SAS_TOKEN: '?sig=e' }, { kind: 'sas', sas: 'sig=e' }],
  [
    'then a connection string',
    '',
    { [CONNECTION]: own('AccountKey=a=='), AZURE_STORAGE_KEY: 'k' },
    { kind: 'key', key: 'a==' },
  ],
  [
    'also one with a SAS',
    '',
    { [CONNECTION]: own('SharedAccessSignature=sv=1&sig=c') },
    { kind: 'sas', sas: 'sv=1&sig=c' },
  ],
  ['of another account it says nothing', '', { [CONNECTION]: 'AccountName=x;AccountKey=a' }, { kind: 'identity' }],
  ['then a key', '', { AZURE_STORAGE_KEY: 'k', AZURE_STORAGE_ACCOUNT: 'logs' }, { kind: 'key', key: 'k' }],
  ['of another account neither', '', { AZURE_STORAGE_KEY: 'k', AZURE_STORAGE_ACCOUNT: 'x' }, { kind: 'identity' }],
  ['else whoever runs this', '', {}, { kind: 'identity' }],
])('%s', (_, sas, env, expected) => {
  expect(chosen(sas, env)).toMatchObject({ ok: true, value: expected });
});

test.each(['nonsense', 'AccountKey=SECRET', own('X=SECRET')])(
  'the connection string %s is refused, and not repeated',
  (text) => {
    const refused = chosen('', { [CONNECTION]: text });
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused)).not.toContain('SECRET');
  },
);

const chosen = (sas: string, env: Readonly<Record<string, string>>): Result<Credential, string> =>
  chooseCredential({ account: 'logs', service: '', container: 'c', prefix: '', sas }, env);
