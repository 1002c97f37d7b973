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
}

/** Where nobody says another. */
const DATABASE = 'unmasq';

/** `https://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]`. What stands apart from it counts before what stands in it. */
export const parseServerAt = (
  text: string,
  apart: { readonly user: string | null; readonly password: string | null; readonly ca: string | null },
): Result<ServerAt, string> => {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return fail('expected https://HOST[:PORT][/DATABASE]');
  if (url.search !== '' || url.hash !== '') return fail('nothing may follow the name of the database');
  const [database = '', ...more] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (more.some((part) => part !== '')) return fail('the path is the name of a database, and that has no "/"');
  if (!/^\w*$/.test(database))
    return fail(`the name of the database may have letters, digits and _, got "${database}"`);
  const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
  return ok({
    url: new URL(url.origin),
    database: database === '' ? DATABASE : database,
    user: apart.user ?? (user === '' ? null : user),
    password: apart.password ?? (password === '' ? null : password),
    ca: apart.ca,
  });
};
