import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryStore } from '../temporary-store.ts';

/** Metrics of Azure in the store: what is revised replaces what was told before, in whatever order they are brought in. */

const { engine, store, folder, read } = await temporaryStore();

const answer = (until: string, ports: number): string => {
  const path = join(folder, `until-${until}.json`);
  const metric = {
    id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/providers/Microsoft.Insights/metrics/UsedSnatPorts',
    name: { value: 'UsedSnatPorts' },
    timeseries: ['10.224.0.4', '10.224.0.5'].map((node) => ({
      metadatavalues: [{ name: { value: 'backendipaddress' }, value: node }],
      data: [{ timeStamp: '2026-11-22T03:00:00Z', average: ports }],
    })),
  };
  const timespan = `2026-11-22T03:00:00Z/2026-11-22T03:${until}:00Z`;
  writeFileSync(path, JSON.stringify({ cost: 0, interval: 'PT1M', timespan, value: [metric] }));
  return path;
};

test('a value that was asked for later replaces the earlier one, whichever is brought in first, and twice changes nothing', async () => {
  const [early, late] = [answer('02', 3), answer('09', 812)];
  for (const [cluster, paths] of [
    ['in-order', [early, late, late]],
    ['late-first', [late, early]],
  ] as const) {
    for (const path of paths) await read(cluster, path);
    const rows = await engine.rows(
      'SELECT dimensions, value, interval_ms FROM metric_sample FINAL WHERE cluster = {cluster:String} ORDER BY dimensions',
      { cluster },
    );
    expect(rows).toEqual([
      { dimensions: ['backendipaddress=10.224.0.4'], value: 812, interval_ms: 60_000 },
      { dimensions: ['backendipaddress=10.224.0.5'], value: 812, interval_ms: 60_000 },
    ]);
    expect(await store.sources(cluster)).toMatchObject([
      { name: 'Azure metrics', kind: 'metric', rows: 2, rejects: 0, watermark: Date.UTC(2026, 10, 22, 3, 1) },
    ]);
  }
});
