import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { parseNamespaces } from '../base/namespaces.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** What a token allows: to ask, or to bring in. */
export const ROLES = ['read', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

export interface Token {
  readonly role: Role;
  /** Who holds it, as the log names them. */
  readonly name: string;
  /** The one node that it may tell of; null: any. */
  readonly node: string | null;
  /** Those that it may read; null: all. */
  readonly namespaces: readonly string[] | null;
  /** SHA-256: the token itself is not kept. */
  readonly hash: Buffer;
}

const LEAST_TOKEN = 16;

export const tokenOf = (
  role: Role,
  name: string,
  secret: string,
  { node = null, namespaces = null }: Partial<Pick<Token, 'node' | 'namespaces'>> = {},
): Token => ({
  role,
  name,
  node,
  namespaces,
  hash: hashOf(secret),
});

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const NODE = 'node=';
const NAMESPACE = 'namespace=';

/** `ROLE NAME TOKEN` a line, behind the token of an agent `node=NAME`, behind one that reads `namespace=NAME,NAME`; `#` begins a comment. */
export const parseTokens = (text: string): Result<readonly Token[], string> => {
  const tokens: Token[] = [];
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [role, name, secret, bound, ...rest] = line.split(/\s+/);
    const known = ROLES.find((one) => one === role);
    if (known === undefined) return fail(`line ${i + 1}: expected ${ROLES.join(' or ')} as the first word`);
    if (name === undefined || secret === undefined || rest.length > 0)
      return fail(
        `line ${i + 1}: expected ROLE NAME TOKEN, ingest NAME TOKEN node=NODE, or read NAME TOKEN namespace=NAMESPACE,…`,
      );
    const begins = known === 'ingest' ? NODE : NAMESPACE;
    if (bound !== undefined && (!bound.startsWith(begins) || bound === begins))
      return fail(
        `line ${i + 1}: behind the token only ${known === 'ingest' ? 'node=NODE' : 'namespace=NAMESPACE,…'} may stand where the role is ${known}`,
      );
    const of = bound?.slice(begins.length);
    const namespaces = known === 'read' && of !== undefined ? parseNamespaces(of) : null;
    if (namespaces?.ok === false) return fail(`line ${i + 1}: ${namespaces.problem}`);
    if (secret.length < LEAST_TOKEN)
      return fail(`line ${i + 1}: the token of ${name} has fewer than ${LEAST_TOKEN} characters`);
    const node = known === 'ingest' ? (of ?? null) : null;
    tokens.push(tokenOf(known, name, secret, { node, namespaces: namespaces?.value ?? null }));
  }
  return tokens.length === 0 ? fail('it holds no token') : ok(tokens);
};

/** Who asks; what they may not do is refused. `unavailable`: whoever could tell is not reached. */
export type Admitted = Pick<Token, 'name' | 'node' | 'namespaces'> | 'unknown' | 'forbidden' | 'unavailable';

/** Who may do what: by tokens of a file, or by those of an issuer. */
export class Admission {
  private readonly tokens: readonly Token[];
  private readonly verify: ((token: string, role: Role) => Promise<Admitted>) | null;

  constructor(tokens: readonly Token[], verify: ((token: string, role: Role) => Promise<Admitted>) | null) {
    this.tokens = tokens;
    this.verify = verify;
  }

  /** Everybody who reaches the server may do everything: then it listens on loopback alone. */
  get isOpen(): boolean {
    return this.tokens.length === 0 && this.verify === null;
  }

  async admit(authorization: string | undefined, role: Role): Promise<Admitted> {
    if (this.isOpen) return { name: 'local', node: null, namespaces: null };
    const admitted = admit(this.tokens, authorization, role);
    const token = bearerOf(authorization);
    return admitted === 'unknown' && this.verify !== null && token !== undefined && isJwt(token)
      ? this.verify(token, role)
      : admitted;
  }
}

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

export const admit = (tokens: readonly Token[], authorization: string | undefined, role: Role): Admitted => {
  const secret = bearerOf(authorization);
  if (secret === undefined) return 'unknown';
  const hash = hashOf(secret);
  // Every token is compared, so that the time tells nothing.
  const held = tokens.filter((token) => timingSafeEqual(token.hash, hash));
  const [first] = held;
  if (first === undefined) return 'unknown';
  const fit = held.find((token) => token.role === role);
  return fit === undefined ? 'forbidden' : { name: fit.name, node: fit.node, namespaces: fit.namespaces };
};

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** A page of another site can make a browser ask a loopback server under a name of its own (DNS rebinding). */
export const isNamedLoopback = (host: string | undefined): boolean =>
  isLoopback(
    (host ?? '')
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase(),
  );

/** What a browser says of the page that sends; programs say nothing of the kind. Another port is another site here. */
export const isOfAnotherSite = ({
  host,
  origin,
  'sec-fetch-site': site,
}: Readonly<Record<string, string | readonly string[] | undefined>>): boolean =>
  site === undefined
    ? origin !== undefined && origin !== `http://${String(host)}`
    : site !== 'same-origin' && site !== 'none';
