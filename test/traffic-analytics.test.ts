import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { flowLine } from '../src/app/flow-line.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { instant, LATEST } from '../src/base/instant.ts';
import { parseCidr } from '../src/base/ip.ts';
import type { FlowRow } from '../src/core/ports.ts';
import { temporaryStore } from './temporary-store.ts';

/** A cluster of which Traffic Analytics alone is known, from its export to the answer, beside the flow log of the same traffic. */

const { store, folder, ...opened } = await temporaryStore();
const run = join(folder, 'run');
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(run, name));
const [FLOW_LOG, ANALYTICS] = ['insights-logs-flowlogflowevent', 'log-analytics/NTANetAnalytics.jsonl'];

const read = (cluster: string, ...names: readonly string[]): Promise<void> => opened.read(cluster, ...parts(...names));

/** Of the largest destinations, with every pod alike, as it is without rates. */
let astrayUngraded: number;
beforeAll(async () => {
  await simulate(run, {
    ...DEFAULTS,
    seed: 5,
    nodes: 6,
    podsPerNode: 8,
    hours: 6,
    flows: 8_000,
    trafficAnalytics: true,
  });
  await read('summed', ANALYTICS, 'kube');
  astrayUngraded = await astray('summed');
  await store.grade('summed');
}, 180_000);

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
      line: [srcIp, srcPort, destIp, begin, last, flows, verdict, reason].join(' '),
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
  const named = coverage.filter(({ verdict, reason }) => verdict !== 'unattributed' && reason !== 'forwarded-inbound');
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

test('of the largest destinations less than a quarter of the flows is with the wrong workload', async () => {
  expect(await astray('summed')).toBeLessThan(0.25);
  expect(astrayUngraded).toBeGreaterThan(0.5);
});

/** The largest destinations that are asked about. */
const LARGEST = 8;

/** The share of their flows that would have to move from one workload to another: half the sum of the differences. */
const astray = async (cluster: string): Promise<number> => {
  const truth = [...truthByDest()]
    .map(([dest, counts]) => ({ dest, counts, all: sumOf(counts) }))
    .sort((a, b) => b.all - a.all)
    .slice(0, LARGEST);
  let [wrong, all] = [0, 0];
  for (const { dest, counts, all: trueFlows } of truth) {
    const said = await expectedOf(cluster, dest);
    const saidFlows = sumOf(said);
    for (const name of new Set([...counts.keys(), ...said.keys()]))
      wrong += (trueFlows / 2) * Math.abs((counts.get(name) ?? 0) / trueFlows - (said.get(name) ?? 0) / saidFlows);
    all += trueFlows;
  }
  return wrong / all;
};

const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);

const linesOf = (file: string): readonly unknown[] =>
  readFileSync(join(run, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** How many connections each workload, or a node, truly made to each destination. */
const truthByDest = (): ReadonlyMap<string, ReadonlyMap<string, number>> => {
  const names = new Map(
    (linesOf('placement.jsonl') as readonly Placed[]).map(({ podUid, workload }) => [
      podUid,
      `${workload.namespace}/${workload.name}`,
    ]),
  );
  const truth = new Map<string, Map<string, number>>();
  for (const { destIp, destPort, protocol, podUid } of linesOf('truth.jsonl') as readonly Made[]) {
    const dest = `${destIp} ${destPort} ${protocol}`;
    const who = podUid === undefined ? 'node' : (names.get(podUid) as string);
    const counts = truth.get(dest) ?? new Map<string, number>();
    truth.set(dest, counts.set(who, (counts.get(who) ?? 0) + 1));
  }
  return truth;
};

const expectedOf = async (cluster: string, dest: string): Promise<ReadonlyMap<string, number>> => {
  const [ip = '', port, protocol = ''] = dest.split(' ');
  const block = parseCidr(`${ip}/32`);
  if (!block.ok) throw new Error(block.problem);
  const { pods } = await whoOf(cluster, { dest: [block.value], destPorts: [Number(port)], protocols: [protocol] });
  const said = new Map<string, number>();
  for (const { pod, flows } of pods) {
    const name = pod === null ? 'node' : `${pod.workload.namespace}/${pod.workload.name}`;
    said.set(name, (said.get(name) ?? 0) + flows);
  }
  return said;
};

test('no byte is lost or counted twice: alone, beside the flow log, beside a part of it, and whichever comes first', async () => {
  await read('recorded', FLOW_LOG, 'kube');
  const all = await bytesOf('recorded');
  expect(await bytesOf('summed')).toBe(all);
  await read('both', ANALYTICS, FLOW_LOG, 'kube');
  expect(await bytesOf('both')).toBe(all);
  expect(await summedIn('both')).toMatchObject({ toldOtherwise: (await summedIn('both'))?.rows });
  const blobs = readdirSync(join(run, FLOW_LOG), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort();
  const half = blobs.filter((_, i) => i % 2 === 0).map((path) => join(FLOW_LOG, path));
  await read('half', ...half, ANALYTICS, 'kube');
  expect(await bytesOf('half')).toBe(all);
  await read('half later', ANALYTICS);
  await read('half later', 'kube');
  await read('half later', ...half);
  expect(await saidIn('half later')).toEqual(await saidIn('half'));
  expect((await summedIn('half'))?.toldOtherwise).toBeGreaterThan(500);
  expect((await flowsOf('half')).filter(({ srcPort }) => srcPort === null).length).toBeGreaterThan(500);
}, 120_000);

test('where conntrack tells of the same flows, they are its own', { timeout: 120_000 }, async () => {
  await read('translated', ANALYTICS, 'conntrack', 'kube');
  const rows = await flowsOf('translated');
  expect(rows.filter(({ observedBy }) => observedBy.includes('conntrack')).length).toBeGreaterThan(6_500);
  // What only goes on may be told of by no line near it.
  expect(rows.filter(({ reason, flows }) => reason === 'aggregated' && flows > 1)).toEqual([]);
});

interface Placed {
  readonly podUid: string;
  readonly workload: { readonly namespace: string; readonly name: string };
}

interface Made {
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly podUid?: string;
}
