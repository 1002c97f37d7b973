import type { HttpEngine } from './http-engine.ts';
import type { ServerAt } from './server-at.ts';
import { StoreError } from './store-error.ts';

/** The one that tests have seen: what a server of another version does to the same statements nobody looked at. */
const OLDEST = [26, 7] as const;

/** Throws a `StoreError` where the server is too old; makes the database where there is none, by the statement or each of them. */
export const makeReady = async (
  engine: HttpEngine,
  { url, user }: Pick<ServerAt, 'url' | 'user'>,
  database: string,
  statements: readonly string[],
): Promise<void> => {
  const [row] = await engine.ofServer<{ version: string; isThere: number }>(
    'SELECT version() AS version, (SELECT count() FROM system.databases WHERE name = {database:String}) AS isThere',
    { database },
  );
  const { version = '', isThere = 0 } = row ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new StoreError(
      'E_STORE_OLD',
      `${url.origin} is ClickHouse ${version}; unmasq needs ${OLDEST.join('.')} or newer`,
    );
  if (isThere === 1) return;
  for (const statement of statements)
    await engine.changeServer(statement).catch((error: unknown) => {
      throw (error as { readonly code?: unknown }).code === 'E_STORE_GRANT'
        ? new StoreError(
            'E_STORE_GRANT',
            `${url.origin} has no database ${database} that user ${user ?? 'default'} may see, and the user may not make it`,
          )
        : error;
    });
};
