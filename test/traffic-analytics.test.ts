import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import { parseCidr } from '../src/base/ip.ts';
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

const bytesOf = async (cluster: string): Promise<number> =>
  (await whoOf(cluster)).coverage.reduce((sum, { bytes }) => sum + bytes, 0);
const summedIn = async (cluster: string) =>
  (await store.sources(cluster)).find(({ kind }) => kind === 'flow-aggregate');
const saidIn = async (cluster: string) =>
  (await flowsOf(cluster)).map(
    ({ srcIp, srcPort, destIp, begin, last, flows, verdict, reason, candidates, chances }) => ({
      ...{ srcIp, srcPort, destIp, begin, last, flows, verdict, reason },
      likely: candidates.map((one, i) => `${one?.uid ?? 'node'} ${(chances[i] ?? 0).toFixed(5)}`).sort(),
    }),
  );

test('what may be any pod of a node is one line without a source port, says why, and has probabilities that sum to 1', async () => {
  const rows = await flowsOf('summed');
  const among = rows.filter(({ reason }) => reason === 'aggregated');
  expect(among.length).toBeGreaterThan(2_000);
  for (const row of among) {
    const line = flowLine(row);
    expect(line).toMatchObject({ srcPort: null, snatPort: null, nodeIp: row.srcIp, flows: row.flows });
    expect(line).toMatchObject({ observedBy: ['traffic-analytics'], evidence: ['rates'] });
    expect(line.candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  }
  expect(among.some(({ flows }) => flows > 5)).toBe(true);
  expect(among.some(({ verdict }) => verdict === 'exact')).toBe(false);
});

test('a pod that showed its own address is named by its lease', async () => {
  const own = (await flowsOf('summed', { verdicts: ['exact'] })).filter(({ evidence }) => evidence.includes('lease'));
  expect(own.length).toBeGreaterThan(100);
  for (const { srcIp, pod, podPort } of own) expect([pod?.ip, podPort]).toEqual([srcIp, null]);
});

test('who counts each line as many times as it has flows, and tells them by verdict in whole numbers', async () => {
  const rows = await flowsOf('summed');
  const { coverage, pods } = await whoOf('summed');
  const all = rows.reduce((sum, { flows }) => sum + flows, 0);
  expect(coverage.reduce((sum, { flows }) => sum + flows, 0)).toBe(all);
  for (const { flows, bytes } of coverage) expect([flows, bytes].every(Number.isSafeInteger)).toBe(true);
  const named = coverage.filter(({ verdict }) => verdict !== 'unattributed' && verdict !== 'relayed');
  expect(pods.reduce((sum, { flows }) => sum + flows, 0)).toBeCloseTo(
    named.reduce((sum, { flows }) => sum + flows, 0),
    3,
  );
});

test('the newest lines are asked for by number', async () => {
  const all = await flowsOf('summed');
  const some = await flowsOf('summed', { limit: 40 });
  expect(some.map(({ flow }) => flow)).toEqual(all.slice(-40).map(({ flow }) => flow));
  const ambiguous = await flowsOf('summed', { limit: 40, verdicts: ['ambiguous'] });
  expect(ambiguous).toHaveLength(40);
});

test('expected flows of workloads are those of the truth, within a tenth of all flows', async () => {
  const placed = readFileSync(join(run, 'placement.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Placed);
  const workloadOf = new Map(
    placed.map(({ podUid, hostNetwork, workload }) => [
      podUid,
      hostNetwork ? 'node' : `${workload.namespace}/${workload.name}`,
    ]),
  );
  const truth = new Map<string, Map<string, number>>();
  for (const line of readFileSync(join(run, 'truth.jsonl'), 'utf8').trim().split('\n')) {
    const row = JSON.parse(line) as { destIp: string; destPort: number; protocol: string; podUid?: string };
    const dest = `${row.destIp} ${row.destPort} ${row.protocol}`;
    const who = row.podUid === undefined ? 'node' : (workloadOf.get(row.podUid) as string);
    const counts = truth.get(dest) ?? new Map<string, number>();
    truth.set(dest, counts.set(who, (counts.get(who) ?? 0) + 1));
  }
  const astray = async (cluster: string) => {
    let [wrong, all] = [0, 0];
    for (const [dest, counts] of truth) {
      const [ip = '', port, protocol = ''] = dest.split(' ');
      const block = parseCidr(`${ip}/32`);
      if (!block.ok) throw new Error(ip);
      const { pods } = await whoOf(cluster, { dest: [block.value], destPorts: [Number(port)], protocols: [protocol] });
      const expected = new Map<string, number>();
      for (const { pod, flows } of pods) {
        const name = pod === null ? 'node' : `${pod.workload.namespace}/${pod.workload.name}`;
        expected.set(name, (expected.get(name) ?? 0) + flows);
      }
      const [trueAll, saidAll] = [counts, expected].map((m) => [...m.values()].reduce((a, b) => a + b, 0)) as [
        number,
        number,
      ];
      const names = new Set([...counts.keys(), ...expected.keys()]);
      // Half the sum of differences between two shares: what would have to move from one to another.
      let distance = 0;
      for (const name of names)
        distance += Math.abs((counts.get(name) ?? 0) / trueAll - (expected.get(name) ?? 0) / saidAll) / 2;
      wrong += distance * trueAll;
      all += trueAll;
    }
    return wrong / all;
  };
  await read('recorded', FLOW_LOG, 'kube');
  await store.grade('recorded');
  await read('ungraded', ANALYTICS, 'kube');
  console.log(await astray('summed'), await astray('recorded'), await astray('ungraded'), truth.size);
}, 120_000);

test('no byte is lost or counted twice: alone, beside the flow log, beside a part of it, and whichever comes first', async () => {
  const all = await bytesOf('recorded');
  expect(await bytesOf('summed')).toBe(all);
  await read('both', ANALYTICS, FLOW_LOG, 'kube');
  expect(await bytesOf('both')).toBe(all);
  expect(await summedIn('both')).toMatchObject({ toldOtherwise: (await summedIn('both'))?.rows });
  const parts = readdirSync(join(run, FLOW_LOG), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort();
  const half = parts.filter((_, i) => i % 2 === 0).map((path) => join(FLOW_LOG, path));
  await read('half', ...half, ANALYTICS, 'kube');
  expect(await bytesOf('half')).toBe(all);
  await read('half later', ANALYTICS);
  await read('half later', 'kube');
  await read('half later', ...half);
  expect(await saidIn('half later')).toEqual(await saidIn('half'));
  expect((await summedIn('half'))?.toldOtherwise).toBeGreaterThan(500);
  expect((await flowsOf('half')).filter(({ srcPort }) => srcPort === null).length).toBeGreaterThan(500);
}, 120_000);

test('where conntrack tells, the flows are its own', async () => {
  await read('translated', ANALYTICS, 'conntrack', 'kube');
  const rows = await flowsOf('translated');
  console.log(
    new Map([...Map.groupBy(rows, (r) => `${r.verdict} ${r.reason} ${r.observedBy}`)].map(([k, v]) => [k, v.length])),
  );
}, 120_000);

interface Placed {
  readonly podUid: string;
  readonly hostNetwork: boolean;
  readonly workload: { readonly namespace: string; readonly name: string };
}
