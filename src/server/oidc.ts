import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Instant } from '../base/instant.ts';
import type { Admitted, Role } from './admission.ts';

export interface OidcOptions {
  readonly issuer: string;
  /** What a token must be made out to: this server. */
  readonly audience: string;
  /** The claim that says what its holder may. */
  readonly claim: string;
  /** Values of it that give each role. */
  readonly values: Readonly<Record<Role, readonly string[]>>;
  /** Values of it that give the role read for some namespaces alone. */
  readonly readIn: ReadonlyMap<string, readonly string[]>;
}

/** Signatures with a key that the issuer alone has. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const TOLERANCE_S = 60;
const TIMEOUT_MS = 5_000;

/** Whether it may be asked over plain HTTP what keys it has: only on this machine. */
export const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
};

/**
 * Verifies tokens of an OpenID Connect issuer. Its keys are fetched when the first token comes and kept; a key that is not known is looked for
 * again, at most every half minute. `unavailable`: the issuer does not tell its keys. https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export const oidcVerifier = (
  options: OidcOptions,
  now: () => Instant,
  log: (line: string) => void,
): ((token: string, role: Role) => Promise<Admitted>) => {
  let keys: Promise<JWTVerifyGetKey> | null = null;
  const keysOf = async (): Promise<JWTVerifyGetKey> => {
    keys ??= discovered(options.issuer);
    try {
      return await keys;
    } catch (error) {
      keys = null;
      throw error;
    }
  };
  return async (token, role) => {
    try {
      const { payload } = await jwtVerify(token, await keysOf(), {
        issuer: options.issuer,
        audience: options.audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      return admitted(payload, role, options);
    } catch (error) {
      const isItsFault = error instanceof errors.JOSEError && !UNREACHED.has(error.code);
      if (isItsFault) return 'unknown';
      log(`${options.issuer} does not tell its keys: ${(error as Error).message}`);
      return 'unavailable';
    }
  };
};

const UNREACHED: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

const discovered = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const { issuer: named, jwks_uri: at } = (await answer.json()) as {
    readonly issuer?: string;
    readonly jwks_uri?: string;
  };
  if (named !== issuer) throw new Error(`${url} is of ${named}`);
  if (at === undefined || !isIssuer(at)) throw new Error(`${url} names no jwks_uri over https`);
  return createRemoteJWKSet(new URL(at), { timeoutDuration: TIMEOUT_MS });
};

const admitted = (payload: JWTPayload, role: Role, { claim, values, readIn }: OidcOptions): Admitted => {
  const told = payload[claim];
  const held = Array.isArray(told) ? told.map(String) : typeof told === 'string' ? told.split(' ') : [];
  const isWhole = held.some((value) => values[role].includes(value));
  const some = role === 'read' ? [...new Set(held.flatMap((value) => readIn.get(value) ?? []))] : [];
  if (!isWhole && some.length === 0) return 'forbidden';
  const name = payload['preferred_username'];
  return {
    name: typeof name === 'string' ? name : (payload.sub ?? 'nobody'),
    node: nodeOf(payload),
    namespaces: isWhole ? null : some,
  };
};

/** A token of a pod is bound to its node: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
const nodeOf = (payload: JWTPayload): string | null => {
  const told = payload['kubernetes.io'] as { readonly node?: { readonly name?: unknown } } | undefined;
  const name = told?.node?.name;
  return typeof name === 'string' && name !== '' ? name : null;
};
