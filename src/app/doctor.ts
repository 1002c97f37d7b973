import type { Instant } from '../base/instant.ts';
import type { CollectorCheck, Store } from '../core/ports.ts';
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
  store: Pick<Store, 'probe' | 'clusters' | 'sources' | 'nodesAlive'>,
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

const storeCheck = (store: Pick<Store, 'probe'>): Promise<Check> => {
  const check = { cluster: null, source: 'store' };
  return store.probe().then(
    () => ({ ...check, status: 'ok' as const, says: 'it can be written and read', fix: null }),
    (error: unknown) => ({
      ...check,
      status: 'failed' as const,
      says: (error as Error).message,
      fix: 'see that the data folder has room and can be written',
    }),
  );
};
