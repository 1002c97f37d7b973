import { fail, ok, type Result } from '../base/result.ts';

/** A ClickHouse server as a store: where it is, and who asks. */
export interface ServerAt {
  /** Of its HTTP interface; no user, path or query in it. */
  readonly url: URL;
  readonly database: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Certificates (PEM) that are trusted in the place of the usual ones; null: the usual ones are. */
  readonly ca: string | null;
  /** null: the server has all of it. */
  readonly cluster: ClusterAt | null;
}

export interface ClusterAt {
  /** As the servers' configuration names it. */
  readonly name: string;
  /** A server of each shard but the first, which is `url`. */
  readonly others: readonly URL[];
}

/** Where nobody says another. */
const DATABASE = 'unmasq';

/**
 * `https://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]`; of a cluster `https://HOST[:PORT][,HOST[:PORT]…][/DATABASE]?cluster=NAME`, with a server of
 * each shard. What stands apart from it counts before what stands in it.
 */
export const parseServerAt = (
  text: string,
  apart: { readonly user: string | null; readonly password: string | null; readonly ca: string | null },
): Result<ServerAt, string> => {
  const [, head = '', hosts = '', rest = ''] = /^([a-z]+:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/is.exec(text) ?? [];
  const [first = '', ...more] = hosts.split(',');
  const url = URL.parse(`${head}${first}${rest}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return fail('expected https://HOST[:PORT][/DATABASE]');
  const others = more.map((host) => (/^[^@]+$/.test(host) ? URL.parse(`${url.protocol}//${host}`) : null));
  if (!others.every((other) => other !== null)) return fail(`expected HOST[:PORT],HOST[:PORT]…, got "${hosts}"`);
  const origins = [url, ...others].map(({ origin }) => origin);
  if (new Set(origins).size < origins.length) return fail('the same server is named twice: each shard has its own');
  const asked = [...url.searchParams];
  if (url.hash !== '' || asked.some(([name]) => name !== 'cluster') || asked.length > 1)
    return fail('nothing may follow the name of the database but ?cluster=NAME');
  const name = asked[0]?.[1] ?? null;
  if (name !== null && !/^[\w.-]+$/.test(name))
    return fail(`the name of a cluster may have letters, digits, "_", "." and "-", got "${name}"`);
  if (name === null && others.length > 0)
    return fail('several servers are the shards of a cluster: its name follows as ?cluster=NAME');
  const [database = '', ...parts] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (parts.some((part) => part !== '')) return fail('the path is the name of a database, and that has no "/"');
  if (!/^\w*$/.test(database))
    return fail(`the name of the database may have letters, digits and _, got "${database}"`);
  const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
  return ok({
    url: new URL(url.origin),
    database: database === '' ? DATABASE : database,
    user: apart.user ?? (user === '' ? null : user),
    password: apart.password ?? (password === '' ? null : password),
    ca: apart.ca,
    cluster: name === null ? null : { name, others },
  });
};
