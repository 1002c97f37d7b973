import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { Admission, tokenOf } from './admission.ts';
import { isIssuer, oidcVerifier } from './oidc.ts';

/** Against an issuer of our own: what a discovery document and a key set look like is RFC 8414 and 7517. */

const NOW = instant(Date.UTC(2026, 10, 22, 3));
const AUDIENCE = 'api://unmasq';
const log: string[] = [];
let issuer: string;
let server: Server;
let key: CryptoKey;
let foreign: CryptoKey;
let asked = 0;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  foreign = (await generateKeyPair('ES256')).privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }];
  server = createServer(({ url }, response) => {
    if (url === '/keys') asked++;
    const told =
      url === '/keys'
        ? { keys }
        : { issuer: url?.startsWith('/liar') === true ? 'http://else' : issuer, jwks_uri: `${issuer}/keys` };
    response.end(JSON.stringify(told));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

interface Made {
  readonly claims?: JWTPayload;
  readonly by?: CryptoKey;
  readonly from?: string;
  readonly to?: string;
  readonly until?: number;
  readonly kid?: string;
}

const token = ({
  claims = {},
  by = key,
  from = issuer,
  to = AUDIENCE,
  until = 600,
  kid = 'one',
}: Made = {}): Promise<string> =>
  new SignJWT({ roles: ['unmasq.read'], ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(from)
    .setAudience(to)
    .setSubject('ann')
    .setExpirationTime(NOW / 1_000 + until)
    .sign(by);

const values = { read: ['unmasq.read'], ingest: ['system:serviceaccount:monitoring:unmasq-agent'] };
const readIn = new Map([
  ['team-shop', ['shop', 'shop-jobs']],
  ['team-data', ['data', 'shop-jobs']],
]);
const admission = (claim = 'roles', from = issuer): Admission =>
  new Admission(
    [tokenOf('read', 'own', 'x'.repeat(20))],
    oidcVerifier(
      { issuer: from, audience: AUDIENCE, claim, values, readIn },
      () => NOW,
      (line) => log.push(line),
    ),
  );

test.each<[string, Made, unknown]>([
  ['a token of the issuer', {}, { name: 'ann', node: null, namespaces: null }],
  [
    'of two teams',
    { claims: { roles: ['team-shop', 'team-data'] } },
    { name: 'ann', node: null, namespaces: ['shop', 'shop-jobs', 'data'] },
  ],
  [
    'of a team, and of those that read all',
    { claims: { roles: ['team-shop', 'unmasq.read'] } },
    { name: 'ann', node: null, namespaces: null },
  ],
  [
    'with a name',
    { claims: { preferred_username: 'ann@example.com' } },
    { name: 'ann@example.com', node: null, namespaces: null },
  ],
  ['the claim as one text', { claims: { roles: 'other unmasq.read' } }, { name: 'ann', node: null, namespaces: null }],
  ['without the role', { claims: { roles: ['other'] } }, 'forbidden'],
  ['without the claim', { claims: { roles: null } }, 'forbidden'],
  ['just within what clocks may differ', { until: -59 }, { name: 'ann', node: null, namespaces: null }],
  ['expired', { until: -61 }, 'unknown'],
  ['for somebody else', { to: 'api://other' }, 'unknown'],
  ['of another issuer', { from: 'https://login.example.com' }, 'unknown'],
  [
    'signed by another key',
    {
      get by() {
        return foreign;
      },
    },
    'unknown',
  ],
  ['with a key that the issuer does not have', { kid: 'two' }, 'unknown'],
])('%s', async (_, made, expected) => {
  expect(await admission().admit(`Bearer ${await token(made)}`, 'read')).toEqual(expected);
});

test('what is not signed, or by a secret that both would know, is refused', async () => {
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(`{"iss":"${issuer}","aud":"${AUDIENCE}","exp":9999999999,"roles":["unmasq.read"]}`).toString('base64url')}.x`;
  const shared = await new SignJWT({ roles: ['unmasq.read'] })
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('0123456789abcdef0123456789abcdef'));
  for (const one of [unsigned, shared, 'a.b.c'])
    expect(await admission().admit(`Bearer ${one}`, 'read')).toBe('unknown');
});

test('a service account of an agent brings in, for its node alone', async () => {
  const claims = {
    sub: values.ingest[0],
    'kubernetes.io': { namespace: 'monitoring', node: { name: 'aks-1', uid: 'u' } },
  } as JWTPayload;
  const made = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setExpirationTime(NOW / 1_000 + 60)
    .sign(key);
  expect(await admission('sub').admit(`Bearer ${made}`, 'ingest')).toEqual({
    name: values.ingest[0],
    node: 'aks-1',
    namespaces: null,
  });
  expect(await admission('sub').admit(`Bearer ${made}`, 'read')).toBe('forbidden');
});

test('tokens of the file stay what they are, and keys are fetched once', async () => {
  const one = admission();
  expect(await one.admit(`Bearer ${'x'.repeat(20)}`, 'read')).toEqual({ name: 'own', node: null, namespaces: null });
  expect(await one.admit(undefined, 'read')).toBe('unknown');
  asked = 0;
  for (let i = 0; i < 5; i++) await one.admit(`Bearer ${await token()}`, 'read');
  expect(asked).toBe(1);
});

test('an issuer that is not reached, or is another, is said to be so, and asked again', async () => {
  const away = admission('roles', 'http://127.0.0.1:9');
  expect(await away.admit(`Bearer ${await token({ from: 'http://127.0.0.1:9' })}`, 'read')).toBe('unavailable');
  expect(log.at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:9 does not tell its keys: ./);
  const liar = admission('roles', `${issuer}/liar`);
  expect(await liar.admit(`Bearer ${await token({ from: `${issuer}/liar` })}`, 'read')).toBe('unavailable');
  expect(log.at(-1)).toContain('is of http://else');
});

test.each([
  ['https://login.microsoftonline.com/tenant/v2.0', true],
  ['http://localhost:8080', true],
  ['http://login.example.com', false],
  ['file:///etc/passwd', false],
  ['login.example.com', false],
])('an issuer is asked over https, or on this machine: %s', (url, is) => {
  expect(isIssuer(url)).toBe(is);
});
