import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { flowLine } from '../src/app/flow-line.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { whyReport } from '../src/app/why.ts';
import { DAY, instant, LATEST, renderInstant } from '../src/base/instant.ts';
import type { FlowRow } from '../src/core/ports.ts';
import { temporaryStore } from './temporary-store.ts';

/** Rates through the whole path: a simulated cluster's files, read, attributed, graded and asked. */

const { engine, store, folder, read } = await temporaryStore();
const run = join(folder, 'run');
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(run, name));
const FLOW_LOG = 'insights-logs-flowlogflowevent';

beforeAll(async () => {
  // Around midnight, so that there are two days.
  await simulate(run, {
    ...DEFAULTS,
    seed: 3,
    nodes: 4,
    podsPerNode: 6,
    hours: 5,
    flows: 2_500,
    traffic: 'lively',
    startMs: instant(Date.parse('2026-11-22T21:00:00Z')),
  });
  await read('rates', ...parts(FLOW_LOG, 'kube', 'log-analytics'));
  await store.grade('rates');
}, 120_000);

const flowsOf = (cluster: string, rest: object = {}): Promise<readonly FlowRow[]> =>
  store.flows({ ...allFlows(cluster, { from: instant(0), until: LATEST }), ...rest });
const whoOf = (cluster: string, rest: object = {}) =>
  store.who({ ...allFlows(cluster, { from: instant(0), until: LATEST }), ...rest });

/** Which pods made flows of the same node, port and destination in a simulated run; undefined: the node itself. */
const truthOf = (simulated: string): ((flow: FlowRow) => readonly (string | undefined)[]) => {
  const truth = new Map<string, (string | undefined)[]>();
  for (const line of readFileSync(join(simulated, 'truth.jsonl'), 'utf8').trim().split('\n')) {
    const row = JSON.parse(line) as {
      nodeIp: string;
      snatPort: number;
      destIp: string;
      destPort: number;
      podUid?: string;
    };
    const key = `${row.nodeIp} ${row.snatPort} ${row.destIp} ${row.destPort}`;
    truth.set(key, [...(truth.get(key) ?? []), row.podUid]);
  }
  return ({ srcIp, srcPort, destIp, destPort }) => truth.get(`${srcIp} ${srcPort} ${destIp} ${destPort}`) ?? [];
};

test('every flow that may be any pod of its node has probabilities, and they sum to 1', async () => {
  const flows = await flowsOf('rates');
  const among = flows.filter(({ reason }) => reason === 'no-translation');
  expect(among.length).toBeGreaterThan(1_500);
  for (const flow of among) {
    expect(flow.chances.length).toBeGreaterThan(0);
    const { candidates, evidence } = flowLine(flow);
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(evidence).toContain('rates');
  }
  expect(new Set(among.map(({ begin }) => Math.floor(begin / DAY))).size).toBe(2);
});

test('who shares out as many flows as there are, and no probability is lost', async () => {
  const { pods, coverage } = await whoOf('rates');
  const named = coverage.filter(({ verdict }) => verdict !== 'unattributed' && verdict !== 'relayed');
  expect(pods.reduce((sum, { flows }) => sum + flows, 0)).toBeCloseTo(
    named.reduce((sum, { flows }) => sum + flows, 0),
    3,
  );
  const flows = await flowsOf('rates');
  expect(coverage.reduce((sum, { flows: n }) => sum + n, 0)).toBe(flows.length);
  const first = pods.find(({ pod }) => pod !== null);
  const ofFirst = flows.reduce((sum, { pod, candidates, chances, candidateCount }) => {
    if (pod?.uid === first?.pod?.uid) return sum + 1;
    const place = candidates.findIndex((one) => one?.uid === first?.pod?.uid);
    return place < 0 ? sum : sum + (chances[place] ?? 1 / candidateCount);
  }, 0);
  expect(first?.flows).toBeGreaterThanOrEqual(ofFirst - 1e-3);
});

test('a filter by verdict finds what the rates name', async () => {
  const all = await flowsOf('rates');
  for (const verdict of ['probable', 'ambiguous', 'node', 'exact'] as const) {
    const asked = await flowsOf('rates', { verdicts: [verdict] });
    expect(asked.map(({ flow }) => flow)).toEqual(
      all.filter((flow) => flow.verdict === verdict).map(({ flow }) => flow),
    );
    const { coverage } = await whoOf('rates', { verdicts: [verdict] });
    expect(coverage.reduce((sum, { flows }) => sum + flows, 0)).toBe(asked.length);
  }
  expect(all.filter(({ verdict }) => verdict === 'probable').length).toBeGreaterThan(20);
});

test('a probable flow names its workload and one of its pods, each with its own probability', async () => {
  for (const flow of await flowsOf('rates', { verdicts: ['probable'] })) {
    const { workload, pod, candidates } = flowLine(flow);
    expect(workload?.confidence).toBeGreaterThanOrEqual(0.95 - 1e-6);
    expect(pod?.confidence).toBeLessThanOrEqual((workload?.confidence as number) + 1e-9);
    const own = candidates.filter(
      (one) => 'pod' in one && one.workload === workload?.name && one.namespace === workload.namespace,
    );
    expect(own.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(
      (workload?.confidence as number) + 1e-6,
    );
    expect(own.some((one) => 'pod' in one && one.podUid === pod?.uid)).toBe(true);
  }
});

test('graded again nothing changes; whatever order the files come in, the grades are the same', {
  timeout: 120_000,
}, async () => {
  expect(await store.grade('rates')).toEqual({ days: 0, flows: 0 });
  await read('other order', ...parts('log-analytics'));
  await store.grade('other order');
  await read('other order', ...parts(FLOW_LOG));
  await store.grade('other order');
  await read('other order', ...parts('kube'));
  expect((await store.grade('other order')).days).toBeGreaterThan(0);
  const said = async (cluster: string) =>
    (await flowsOf(cluster)).map(({ srcPort, begin, verdict, candidates, chances }) => ({
      srcPort,
      begin,
      verdict,
      candidates: candidates.map((one) => one?.uid),
      chances: chances.map((one) => one.toFixed(5)),
    }));
  expect(await said('other order')).toEqual(await said('rates'));
  const [left] = await engine.rows<{ n: number }>(
    `SELECT uniqExact(generation) AS n FROM posterior WHERE cluster = 'other order'`,
  );
  expect(left?.n).toBe(2);
});

test('translations that come later take the place of the rates, and some of them are hidden to check on these', {
  timeout: 120_000,
}, async () => {
  const before = await flowsOf('rates');
  await read('translated', ...parts(FLOW_LOG, 'kube', 'log-analytics'));
  await store.grade('translated');
  // One node stays without.
  const conntrack = readdirSync(join(run, 'conntrack'))
    .sort()
    .map((file) => join(run, 'conntrack', file));
  await read('translated', ...conntrack.slice(0, -1));
  expect((await store.grade('translated')).days).toBe(2);
  const after = await flowsOf('translated');
  expect(after).toHaveLength(before.length);
  expect(after.filter(({ verdict }) => verdict === 'exact').length).toBeGreaterThan(
    before.filter(({ verdict }) => verdict === 'exact').length + 500,
  );
  const graded = after.filter(({ chances, sighted }) => chances.length > 0 && sighted === null);
  expect(graded.length).toBeGreaterThan(100);
  const madeBy = truthOf(run);
  const sure = graded.filter(({ verdict }) => verdict === 'probable');
  const right = sure.filter((flow) => {
    const { candidates, workload } = flowLine(flow);
    const pods = madeBy(flow);
    return candidates.some(
      (one) => 'pod' in one && one.workload === workload?.name && one.podUid !== null && pods.includes(one.podUid),
    );
  });
  expect(sure.length).toBeGreaterThan(40);
  expect(right.length / sure.length).toBeGreaterThan(0.95);
  const hidden = await engine.rows<{ slice: string; flows: number; right: number }>(
    `SELECT slice, sum(flows) AS flows, sum(right) AS right FROM hidden_flow WHERE cluster = 'translated' GROUP BY slice`,
  );
  const all = hidden.find(({ slice }) => slice === 'all');
  expect(all?.flows).toBeGreaterThan(50);
  expect(all?.right).toBeLessThanOrEqual(all?.flows as number);
  // As if another node had none either.
  const heldOut = hidden.find(({ slice }) => slice === 'untranslated-node');
  expect(heldOut?.flows).toBeGreaterThan(200);
  expect(heldOut?.right).toBeLessThan(heldOut?.flows as number);
});

test('what applications tell of their calls is weighed with the rates, and late spans grade again', {
  timeout: 120_000,
}, async () => {
  const traced = join(folder, 'traced');
  await simulate(traced, {
    ...DEFAULTS,
    seed: 5,
    nodes: 3,
    podsPerNode: 6,
    hours: 1,
    flows: 900,
    traffic: 'lively',
    traces: 0.5,
  });
  const at = (...names: readonly string[]): readonly string[] => names.map((name) => join(traced, name));
  await read('traced', ...at(FLOW_LOG, 'kube'));
  await store.grade('traced');
  expect((await flowsOf('traced')).some(({ sighted }) => sighted !== null)).toBe(false);
  await read('traced', ...at('otlp'));
  expect((await store.grade('traced')).days).toBe(1);

  const madeBy = truthOf(traced);
  const sighted = (await flowsOf('traced')).filter((flow) => flow.sighted !== null);
  expect(sighted.length).toBeGreaterThan(60);
  let [right, sure, sureRight] = [0, 0, 0];
  for (const flow of sighted) {
    const { candidates, evidence } = flowLine(flow);
    expect(evidence).toEqual(expect.arrayContaining(['span', 'rates']));
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    const isRight = madeBy(flow).some((podUid) => podUid !== undefined && podUid === flow.candidates[0]?.uid);
    right += Number(isRight);
    if ((flow.chances[0] as number) < 0.95) continue;
    sure++;
    sureRight += Number(isRight);
  }
  expect(right / sighted.length).toBeGreaterThan(0.7);
  expect(sure).toBeGreaterThan(20);
  expect(sureRight / sure).toBeGreaterThan(0.95);
});

test('calls that tell a name alone are matched by the addresses that its flows teach, and those of unknown names are counted', {
  timeout: 120_000,
}, async () => {
  const named = join(folder, 'named');
  await simulate(named, {
    ...DEFAULTS,
    seed: 5,
    nodes: 3,
    podsPerNode: 6,
    hours: 1,
    flows: 1_500,
    without: ['conntrack'],
    traffic: 'lively',
    traces: 0.5,
    traceNamesOnly: 1,
  });
  await read('named', ...[FLOW_LOG, 'kube', 'otlp'].map((name) => join(named, name)));
  await store.grade('named');
  const [calls] = await engine.rows<{ n: number; addressed: number }>(
    `SELECT count() AS n, countIf(dest_ip != toIPv6('::')) AS addressed FROM sighting WHERE cluster = 'named' AND dest_host != ''`,
  );
  expect(calls?.addressed).toBe(0);
  const { told, learned, unknown } = (await store.sources('named')).find(({ name }) => name === 'OTLP')?.byName ?? {
    told: -1,
    learned: -1,
    unknown: -1,
  };
  expect(told).toBe(0);
  expect(learned).toBeGreaterThan(100);
  expect(unknown).toBeGreaterThan(0);
  expect(told + learned + unknown).toBe(calls?.n);

  const sighted = (await flowsOf('named')).filter(({ sighted: by }) => by !== null);
  expect(sighted.length).toBeGreaterThan(60);
  for (const { sighted: by } of sighted) expect(by?.byName).toBe(by?.sightings);
  // What was learned is true: in the simulation a name holds the place of its first address.
  const addresses = await engine.rows<{ host: string; address: string }>(
    `SELECT host, replaceOne(toString(dest_ip), '::ffff:', '') AS address FROM name_address WHERE cluster = 'named'`,
  );
  expect(addresses.length).toBeGreaterThan(3);
  for (const { host, address } of addresses) expect(isOf(host, address), `${host} ${address}`).toBe(true);

  const [flow] = sighted;
  const why = await whyOf('named', flow as FlowRow);
  expect(why).toContain('told only the name of the destination');
  expect(why).toContain('was learned');
});

/** Names of the simulation end in the place of their destination, which the first address tells too; further addresses are of a block of their own. */
const isOf = (host: string, address: string): boolean => {
  const place = /-(\d+)\./.exec(host)?.[1];
  const [, second = '', , fourth = ''] = address.split('.');
  if (place === undefined || second === '18') return true;
  return 1 + Math.floor(Number(place) / 4) === Number(fourth);
};

const whyOf = async (cluster: string, flow: FlowRow): Promise<string> => {
  const evidence = await store.evidence(cluster, flow.flow);
  return evidence === null ? '' : JSON.stringify(whyReport(flow.flow, evidence, [], renderInstant));
};
