import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diagnosisOf } from '../src/app/diagnose.ts';
import { signalsOf } from '../src/app/diagnosis-signals.ts';
import { type Instant, instant, LATEST } from '../src/base/instant.ts';
import type { Ip } from '../src/base/ip.ts';
import { allFlows } from '../src/core/all-flows.ts';
import type { FlowRow } from '../src/core/ports.ts';
import { START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** What a diagnosis rests on, as the store sums it up, against the flows that it is summed up from; and what applications add. */

const recorded = join(import.meta.dirname, '../lab/recorded/incident');
const PARTS = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
const { store, folder, read } = await temporaryStore();
const EVERYWHERE = { dest: [], destPorts: [], nodes: [] };

let flows: readonly FlowRow[] = [];
let range = { from: instant(0), until: instant(0) };
const ofAll = () => ({ cluster: 'quiet', ...range, ...EVERYWHERE });

/** Lines of a container's log, one each second from the beginning on. */
const logOf = (pod: FlowRow['pod'], says: readonly string[]): string =>
  says
    .map((LogMessage, second) =>
      JSON.stringify({
        TimeGenerated: new Date(range.from + second * 1_000).toISOString(),
        Computer: pod?.node,
        ContainerId: 'a'.repeat(64),
        ContainerName: 'main',
        PodName: pod?.name,
        PodNamespace: pod?.namespace,
        LogMessage,
        LogSource: 'stderr',
        KubernetesMetadata: { podUid: pod?.uid },
        Type: 'ContainerLogV2',
      }),
    )
    .join('\n');

beforeAll(async () => {
  await read('quiet', ...PARTS);
  range = (await store.extent('quiet')) ?? range;
  range = { from: range.from, until: instant(range.until + 1) };
  flows = await store.flows(allFlows('quiet', { from: instant(0), until: LATEST }));
  const pod = flows.find((flow) => flow.pod !== null && flow.destIp === '198.51.100.30')?.pod ?? null;
  const logs = join(folder, 'log.jsonl');
  const failing = (n: number): string =>
    `GET http://198.51.100.30:5432/ failed: HTTP Error 429: Too Many Requests (${n})`;
  writeFileSync(logs, logOf(pod, [...Array(12).keys()].map(failing)));
  await read('throttled', ...PARTS, logs);
}, 120_000);

/** The recorded cluster, in which the pod that calls the database says these lines as well. */
const saidBy = async (cluster: string, lines: readonly string[]): Promise<FlowRow['pod']> => {
  const pod = flows.find((flow) => flow.pod !== null && flow.destIp === '198.51.100.30')?.pod ?? null;
  const logs = join(folder, `${cluster}.jsonl`);
  writeFileSync(logs, logOf(pod, lines));
  await read(cluster, ...PARTS, logs);
  return pod;
};

const outcomeOf = ({ decision, packetsIn, packetsOut, protocol, begin }: FlowRow): string =>
  decision === 'denied'
    ? 'denied'
    : Number(packetsIn) > 1 || (Number(packetsIn) === 1 && (protocol !== 'tcp' || Number(packetsOut) > 1))
      ? 'answered'
      : Number(packetsIn) === 1
        ? 'refused'
        : Number(packetsOut) === 0 || begin > range.until - 3_000
          ? 'untold'
          : 'unanswered';

test('attempts are the flows that began in the interval, counted one by one', async () => {
  const { attempts } = await store.signals(ofAll());
  const counted = new Map<string, number>();
  const add = (key: string, count: number): void => {
    if (count > 0) counted.set(key, (counted.get(key) ?? 0) + count);
  };
  for (const flow of flows) {
    if (flow.direction !== 'outbound' || flow.begin < range.from || flow.begin >= range.until) continue;
    const named = flow.verdict === 'exact' || flow.verdict === 'relayed' ? (flow.pod?.uid ?? '') : '';
    add([flow.srcIp, named, flow.destIp, flow.destPort, flow.protocol, outcomeOf(flow)].join(' '), 1);
  }
  const told = new Map<string, number>();
  for (const one of attempts)
    for (const outcome of ['answered', 'unanswered', 'refused', 'denied', 'untold'] as const)
      if (one[outcome] > 0)
        told.set(
          [one.srcIp, one.pod?.uid ?? '', one.destIp, one.destPort, one.protocol, outcome].join(' '),
          one[outcome],
        );
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(counted));
  for (const one of attempts) expect(one.answeredBySlice.reduce((sum, n) => sum + n, 0)).toBe(one.answered);
  expect(new Set([...told.keys()].map((key) => key.split(' ').at(-1)))).toEqual(
    new Set(['answered', 'unanswered', 'refused', 'untold']),
  );
});

/** A flow log of the node in which one destination is called by the second, and leaves some unanswered; of others it answers what was sent again and again. */
const silentAt = (seconds: readonly number[], of: number, late: readonly number[] = []): string => {
  const [path = ''] = globSync(join(PARTS[0] ?? '', '**/PT1H.json'));
  const [record] = (JSON.parse(readFileSync(path, 'utf8')) as { readonly records: readonly object[] }).records;
  const flowTuples = [...Array(of).keys()].flatMap((second) => {
    const [at, inward] = [START + second * 1_000, seconds.includes(second) ? '0,0' : '4,400'];
    const tuple = `10.224.0.5,203.0.113.9,${40_000 + second},443,6,O`;
    const [lasts, outward] = late.includes(second) ? [9_000, '8,800'] : [500, '5,500'];
    return [`${at},${tuple},B,NX,0,0,0,0`, `${at + lasts},${tuple},E,NX,${outward},${inward}`];
  });
  const flowGroups = [{ rule: 'r', flowTuples }];
  return JSON.stringify({ records: [{ ...record, flowRecords: { flows: [{ aclID: 'a', flowGroups }] } }] });
};

test('who was answered while a destination was silent to others is counted', async () => {
  const file = join(folder, 'silent.json');
  writeFileSync(file, silentAt([3, 5, 6], 20));
  await read('silent', file);
  const { attempts } = await store.signals({
    cluster: 'silent',
    from: instant(START),
    until: instant(START + 60_000),
    ...EVERYWHERE,
  });
  expect(attempts).toMatchObject([
    {
      answered: 17,
      unanswered: 3,
      answeredBetween: 1,
      answeredBySlice: [...Array(60).keys()].map((second) => (second < 20 && ![3, 5, 6].includes(second) ? 1 : 0)),
    },
  ]);
});

test('who was answered only when the silence was over was not answered while it lasted', async () => {
  const file = join(folder, 'late.json');
  writeFileSync(file, silentAt([3, 7, 8], 20, [4, 6]));
  await read('late', file);
  const { attempts } = await store.signals({
    cluster: 'late',
    from: instant(START),
    until: instant(START + 60_000),
    ...EVERYWHERE,
  });
  expect(attempts).toMatchObject([{ answered: 17, unanswered: 3, answeredBetween: 1 }]);
});

test('a destination and a node narrow what is looked at', async () => {
  const query = ofAll();
  const [{ attempts: all }, { attempts: some }] = [
    await store.signals(query),
    await store.signals({ ...query, destPorts: [5_432] }),
  ];
  expect(some).toEqual(all.filter(({ destPort }) => destPort === 5_432));
  const [any] = all;
  const { attempts: ofNode } = await store.signals({ ...query, nodes: [any?.node ?? ''] });
  expect(ofNode).toEqual(all.filter(({ node }) => node === any?.node));
});

test('what applications say is narrowed as flows are, with the names that lead there, or that lead nowhere known', async () => {
  const said = await saidBy('narrowed', [
    'GET http://198.51.100.30:5432/ failed: HTTP Error 429: Too Many Requests',
    'dial tcp 203.0.113.9:443: i/o timeout',
    'getaddrinfo EAI_AGAIN nobody.example',
  ]);
  const query = { ...ofAll(), cluster: 'narrowed' };
  const wordsOf = async (more: object): Promise<readonly string[]> =>
    (await store.signals({ ...query, ...more })).calls.map(({ says }) => says).sort();
  expect(await wordsOf({})).toHaveLength(3);
  const [there] = [{ first: '198.51.100.30', last: '198.51.100.30' }];
  expect(await wordsOf({ dest: [there] })).toEqual([
    expect.stringContaining('198.51.100.30'),
    expect.stringContaining('nobody.example'),
  ]);
  expect(await wordsOf({ nodes: [said?.node ?? ''] })).toHaveLength(3);
  expect(await wordsOf({ nodes: ['aks-other'] })).toEqual([]);
});

test('of calls of a pod those are known that were made as it ended', async () => {
  const cluster = 'ending';
  const seconds = [...Array(12).keys()];
  const said = await saidBy(
    cluster,
    seconds.map((n) => `read tcp 10.244.0.9:40000->198.51.100.30:5432: connection reset by peer (${n})`),
  );
  const { calls, ends } = await store.signals({ ...ofAll(), cluster });
  const end = ends.find(({ uid }) => uid === said?.uid);
  const times = seconds.map((second) => range.from + second * 1_000);
  const isIn = (at: number): boolean => end !== undefined && at >= end.from - 5_000 && at <= end.until + 5_000;
  const resets = calls.filter(({ symptom }) => symptom === 'connection-reset');
  expect(resets.map((one) => [one.calls, one.ending])).toEqual([[12, times.filter(isIn).length]]);
  expect(times.map(isIn)).toContain(true);
  expect(times.map(isIn)).toContain(false);
});

test('questions to the cluster’s DNS are seen, with those that its servers pass on', async () => {
  const { lookups, lookupSteps } = await store.signals(ofAll());
  expect(lookups.filter(({ askedIp }) => askedIp === '10.0.0.10').length).toBeGreaterThan(2);
  const asked = lookups.reduce((sum, one) => sum + one.asked, 0);
  expect(lookupSteps.reduce((sum, one) => sum + one.asked, 0)).toBe(asked);
  expect(lookups.every(({ unanswered }) => unanswered === 0)).toBe(true);
});

const rangeOf = (of: { readonly from: Instant; readonly until: Instant }) => ({ ...of, chosen: true });

test('nothing is ruled in where nothing of note fails', async () => {
  const { hypotheses, next } = await diagnosisOf(store, ofAll(), rangeOf(range) as never);
  expect(hypotheses.filter(({ status }) => status === 'ruled-in')).toEqual([]);
  expect(next).toContain('No trouble of note was seen');
  expect(hypotheses.map(({ rank }) => rank)).toEqual(hypotheses.map((_, place) => place + 1));
});

test('what an application says is found, with its words and what to do', async () => {
  const { hypotheses, next } = await diagnosisOf(store, { ...ofAll(), cluster: 'throttled' }, rangeOf(range) as never);
  expect(hypotheses[0]).toMatchObject({
    cause: 'destination-throttling',
    status: 'ruled-in',
    explains: 12,
    proved: false,
  });
  expect(hypotheses[0]?.facts[0]?.text).toContain('Too Many Requests');
  expect(next).toContain('Retry-After');
});

test('several destinations, each with a port of its own: what is asked of both is what is asked of each', async () => {
  const asked = [...new Map(flows.map(({ destIp, destPort }) => [destPort, { destIp, destPort }])).values()]
    .slice(0, 2)
    .map(({ destIp, destPort }) => ({ first: destIp as Ip, last: destIp as Ip, port: destPort }));
  const crossed = asked.map(({ port }, i) => ({ ...(asked[1 - i] as (typeof asked)[0]), port }));
  const counts = async (dest: typeof asked) => {
    const query = { ...ofAll(), cluster: 'throttled', dest };
    const [signals, ports, found] = [
      await store.signals(query),
      await store.ports({ ...query, inside: [] }, 1_000),
      await store.flows({ ...allFlows('throttled', range), dest }),
    ];
    return [signals.attempts, signals.nodePorts, signals.podPorts, ports.rows, found].map((rows) => rows.length);
  };
  const each = await Promise.all(asked.map((one) => counts([one])));
  const [one = [], other = []] = each;
  expect(Math.min(...each.map((counted) => counted[0] ?? 0))).toBeGreaterThan(0);
  expect(await counts(asked)).toEqual(one.map((n, i) => n + (other[i] ?? 0)));
  expect(await counts(crossed)).toEqual([0, 0, 0, 0, 0]);
});

test('what applications tell of a destination is of its port, also beside another one with its own', async () => {
  const dest = (ip: string, port: number) => ({ first: ip as Ip, last: ip as Ip, port });
  const calls = async (...asked: readonly ReturnType<typeof dest>[]) =>
    (await store.signals({ ...ofAll(), cluster: 'throttled', dest: asked })).calls.length;
  expect(await calls(dest('198.51.100.30', 5_432), dest('203.0.113.66', 443))).toBeGreaterThan(0);
  expect(await calls(dest('198.51.100.30', 443), dest('203.0.113.66', 5_432))).toBe(0);
});

test('of some namespaces everything is told that a pod of theirs met, once, and what nodes hold stays whole', async () => {
  const query = { ...ofAll(), cluster: 'throttled' };
  const namespaces = await store.namespacesNamed('throttled');
  expect(namespaces.length).toBeGreaterThan(1);
  const { signals: all } = await signalsOf(store, query);
  const each = await Promise.all(namespaces.map(async (one) => [one, await signalsOf(store, query, [one])] as const));
  for (const [one, { signals, assumed }] of each) {
    const of = [...signals.attempts, ...signals.podPorts].map(({ pod }) => pod?.namespace);
    expect(
      [...of, ...[...signals.calls, ...signals.ends].map(({ namespace }) => namespace)].filter(
        (named) => named !== one,
      ),
    ).toEqual([]);
    expect([signals.nodePorts, signals.counters, signals.backends, signals.shared, signals.lookupSteps]).toEqual([
      all.nodePorts,
      all.counters,
      all.backends,
      all.shared,
      all.lookupSteps,
    ]);
    expect(assumed[0]).toContain(`of pods of ${one} alone`);
    expect(assumed[1]).toContain('of nodes as wholes');
  }
  const counted = (of: typeof all): readonly number[] => [
    of.attempts.filter(({ pod }) => pod !== null).length,
    of.calls.length,
    of.ends.length,
    of.podPorts.length,
  ];
  const summed = each.map(([, { signals }]) => counted(signals)).reduce((a, b) => a.map((n, i) => n + (b[i] ?? 0)));
  expect(summed).toEqual(counted(all));
  expect(Math.max(...summed.slice(0, 2))).toBeGreaterThan(0);
  // An address that went from one namespace to another is nobody's: it is left out, and that is said.
  const asking = (of: typeof all) => of.lookups.filter(({ isDnsServer }) => !isDnsServer).map(({ srcIp }) => srcIp);
  const named = each.flatMap(([, { signals }]) => [...new Set(asking(signals))]);
  expect(new Set(named).size).toBe(named.length);
  const unnamed = new Set(asking(all)).size - named.length;
  expect(unnamed).toBeGreaterThan(0);
  for (const [, { assumed }] of each)
    expect(assumed.at(-1)).toMatch(/^\d+ senders? .* no pod had the address for certain/);
});

test('what another namespace meets is not its trouble', async () => {
  const pod = flows.find((flow) => flow.pod !== null && flow.destIp === '198.51.100.30')?.pod ?? null;
  const of = async (namespaces: readonly string[]) => {
    const query = { ...ofAll(), cluster: 'throttled' };
    const { hypotheses } = await diagnosisOf(store, query, rangeOf(range) as never, namespaces);
    return hypotheses.filter(({ status }) => status === 'ruled-in').map(({ cause }) => cause);
  };
  expect(await of([pod?.namespace ?? ''])).toContain('destination-throttling');
  const others = (await store.namespacesNamed('throttled')).filter((one) => one !== pod?.namespace);
  expect(await of(others)).not.toContain('destination-throttling');
});
