import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { flowLine } from '../src/app/flow-line.ts';
import { allFlows } from '../src/app/flow-query.ts';
import { ingest } from '../src/app/ingest.ts';
import { instant, LATEST } from '../src/base/instant.ts';
import type { FlowRow, Store } from '../src/core/ports.ts';
import { filesAt } from '../src/sources/files/file-objects.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { storeOn } from '../src/store/open-store.ts';

/** A cluster of which Traffic Analytics alone is known, from its export to the answer, beside the flow log of the same traffic. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-ta-'));
let engine: Engine;
let store: Store;
const run = join(folder, 'run');
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(run, name));
const [FLOW_LOG, ANALYTICS] = ['insights-logs-flowlogflowevent', 'log-analytics/NTANetAnalytics.jsonl'];

const read = async (cluster: string, ...paths: readonly string[]): Promise<void> => {
  const { objects } = await filesAt(parts(...paths), () => Readable.from([]));
  const result = await ingest(Readable.from(objects), store, {
    cluster,
    node: '',
    at: null,
    interrupted: () => false,
    progress: () => undefined,
  });
  expect(result.ok).toBe(true);
  await store.attribute(cluster);
};

beforeAll(async () => {
  await simulate(run, {
    ...DEFAULTS,
    seed: 5,
    nodes: 6,
    podsPerNode: 8,
    hours: 6,
    flows: 12_000,
    traffic: 'lively',
    trafficAnalytics: true,
  });
  engine = openChdb(join(folder, 'data'));
  store = await storeOn(engine);
  await read('summed', ANALYTICS, 'kube');
  await store.grade('summed');
}, 180_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const ALWAYS = { from: instant(0), until: LATEST };
const flowsOf = (cluster: string, rest: object = {}): Promise<readonly FlowRow[]> =>
  store.flows({ ...allFlows(cluster, ALWAYS), ...rest });
const whoOf = (cluster: string, rest: object = {}) => store.who({ ...allFlows(cluster, ALWAYS), ...rest });

test('an aggregate is one line without a source port, and says why it cannot be exact', async () => {
  const rows = await flowsOf('summed');
  const among = rows.filter(({ reason }) => reason === 'aggregated');
  console.log(
    rows.length,
    among.length,
    new Map([...Map.groupBy(rows, (r) => `${r.verdict} ${r.reason}`)].map(([k, v]) => [k, v.length])),
  );
  const { coverage, pods } = await whoOf('summed');
  console.log(coverage, pods.length, await store.sources('summed'));
  console.log(JSON.stringify(among.slice(0, 2).map(flowLine), null, 1));
});
