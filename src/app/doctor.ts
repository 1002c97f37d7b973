import { type Instant, renderInstant } from '../base/instant.ts';
import type { CollectorCheck, Store, Workers } from '../core/ports.ts';
import { type Horizons, RETAINED } from '../core/retention.ts';
import type { Missing } from './missing.ts';
import { checksOf } from './source-checks.ts';

export type CheckStatus = 'ok' | 'warning' | 'failed';

/** One thing that was looked at. What could not be looked at is not `ok`. */
export interface Check {
  /** null: the store itself, or the whole server. */
  readonly cluster: string | null;
  readonly source: string;
  readonly status: CheckStatus;
  /** One sentence. */
  readonly says: string;
  /** What to do about it; null: nothing has to be done. */
  readonly fix: string | null;
}

/** Whether a question can be answered exactly, and if not what is missing. */
export interface Answerable {
  readonly question: string;
  readonly exact: boolean;
  readonly flows: number;
  readonly exactFlows: number;
  /** What is missing for the flows that are not exact, most of them first. */
  readonly lacks: readonly (Missing & { readonly reason: string; readonly flows: number })[];
  /** Why flows may not have been seen at all. */
  readonly incomplete: readonly string[];
}

export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly kind: 'DoctorReport';
  readonly query: { readonly clusters: readonly string[]; readonly at: string };
  readonly items: readonly Check[];
  readonly answerable: Answerable | null;
}

/** Whether the store can be written and read, whether what is read by itself can be had, and what there is of each cluster. */
export const examine = async (
  store: Pick<Store, 'probe' | 'server' | 'workers' | 'clusters' | 'sources' | 'nodesAlive' | 'horizons'>,
  collectors: readonly CollectorCheck[],
  cluster: string | null,
  now: Instant,
): Promise<{ readonly clusters: readonly string[]; readonly checks: readonly Check[] }> => {
  const known = await store.clusters();
  const clusters = cluster === null ? known : known.filter((name) => name === cluster);
  const checks: Check[] = [
    await storeCheck(store),
    ...collectors.map(collectorCheck).filter((one) => cluster === null || one.cluster === cluster),
  ];
  if (clusters.length === 0)
    checks.push({
      cluster,
      source: 'store',
      status: 'failed',
      says: cluster === null ? 'it is empty' : `it has nothing of the cluster ${cluster}`,
      fix: 'bring files in with unmasq ingest PATH…, or run unmasq serve with its sources',
    });
  for (const name of clusters)
    checks.push(...checksOf(name, await store.sources(name), await store.nodesAlive(name, now), now));
  return { clusters, checks };
};

const collectorCheck = ({ cluster, name, ok, says, fix }: CollectorCheck): Check => ({
  cluster,
  source: name,
  status: ok ? 'ok' : 'failed',
  says,
  fix,
});

/** From when on; what is kept for ever is not told. */
const keptText = (horizons: Horizons): string => {
  const kinds = RETAINED.filter((kind) => horizons[kind] > 0);
  const told = kinds.map((kind) => `${kind} from ${renderInstant(horizons[kind]).slice(0, 10)} on`);
  return told.length === 0 ? '' : `; it keeps ${told.join(', ')}`;
};

/** Processes that write to one store, by where they run. */
const writersOf = ({ seenOf }: Workers): string =>
  seenOf.length < 2
    ? ''
    : `; ${seenOf.length} processes write to it: ${seenOf.map(({ host, pid }) => `${host} (${pid})`).join(', ')}`;

const storeCheck = async ({
  probe,
  server,
  workers,
  horizons,
}: Pick<Store, 'probe' | 'server' | 'workers' | 'horizons'>): Promise<Check> => {
  const check = { cluster: null, source: 'store' };
  const kept = keptText(await horizons());
  return probe().then(
    () => ({
      ...check,
      status: 'ok' as const,
      says: `${server ?? 'it'} can be written and read${kept}${server === null ? '' : writersOf(workers)}`,
      fix: null,
    }),
    (error: unknown) => {
      const { code, message } = error as Error & { readonly code?: unknown };
      // A server is read whoever writes.
      if (server !== null && code === 'E_STORE_BUSY')
        return { ...check, status: 'ok' as const, says: `${server} can be read; ${message}`, fix: null };
      return {
        ...check,
        status: 'failed' as const,
        says: message,
        fix:
          server === null
            ? 'see that the data folder has room and can be written'
            : `see that ${server} can be reached, has room, and that its user has the grants of docs/guide/clickhouse.md`,
      };
    },
  );
};
