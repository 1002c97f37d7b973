import { expect, test } from 'vitest';
import { clientsBehind } from '../src/app/behind-relay.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { renderInstant, HOUR, instant } from '../src/base/instant.ts';
import { whyReport } from '../src/app/why.ts';
import type { NodeSeen, PodSeen } from '../src/core/facts.ts';
import type { FlowQuery, FlowRow } from '../src/core/ports.ts';
import { entryAt, NODE_IP, podSeen, recordAt } from './one-fact.ts';
import {
  emptyBatch,
  type EventFact,
  eventTable,
  ip,
  NOW,
  type RecordFact,
  recordTable,
  START,
} from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

const { store } = await temporaryStore();

const [DNS, SQUID, WEB, JOB, CART] = ['10.244.0.2', '10.244.0.3', '10.244.0.4', '10.244.0.5', '10.244.0.6'] as const;

const pod = (namespace: string, name: string, address: string): readonly PodSeen[] => {
  const workload = { kind: 'Deployment', namespace, name };
  const seen = podSeen(`${name}-x`, START - HOUR, { namespace, ips: [ip(address)], workload });
  return [seen, { ...seen, event: 'modified', at: instant(START + 2 * HOUR) }];
};
const PODS = [
  ...pod('kube-system', 'coredns', DNS),
  ...pod('egress', 'squid', SQUID),
  ...pod('shop', 'web', WEB),
  ...pod('shop', 'job', JOB),
  ...pod('shop', 'cart', CART),
];
const NODES: readonly NodeSeen[] = [
  {
    uid: 'uid of node-0',
    name: 'node-0',
    ips: [ip(NODE_IP)],
    podCidrs: ['10.244.0.0/24'],
    os: 'linux',
    createdAt: instant(START - HOUR),
    labels: {},
    event: 'listed',
    at: instant(START - HOUR),
  },
];

/** What left the node: a record, and the entry that shows the pod behind it. */
const sent = (
  ms: number,
  originIp: string,
  srcPort: number,
  destIp: string,
  destPort: number,
): readonly [RecordFact, EventFact] => {
  const tuple = { srcPort, destIp, destPort };
  return [recordAt(START + ms, tuple), entryAt(START + ms, { ...tuple, originIp, originPort: srcPort })];
};
/** A connection of a pod to a relay, open from `ms` on. */
const client = (ms: number, from: string, srcPort: number, relay: string, destPort: number): EventFact =>
  entryAt(START + ms, { srcIp: from, srcPort, destIp: relay, destPort, originIp: from, originPort: srcPort });
const ended = (ms: number, of: EventFact): EventFact => ({ ...of, at: START + ms, kind: 2 });

const [asked, askedEntry] = sent(1_000, DNS, 41_000, '168.63.129.16', 53);
const [watch, watchEntry] = sent(1_000, DNS, 41_001, '20.1.1.1', 443);
const [called, calledEntry] = sent(1_000, WEB, 41_002, '168.63.129.16', 53);
const [proxied, proxiedEntry] = sent(500_000, SQUID, 41_003, '203.0.113.9', 443);
const early = client(900, WEB, 50_000, DNS, 53);
const web = client(400_000, WEB, 50_001, SQUID, 3_128);
const job = client(300_000, JOB, 50_002, SQUID, 3_128);
const RECORDS = [asked, watch, called, proxied];
const SENT = [askedEntry, watchEntry, calledEntry, proxiedEntry, early, ended(2_000, early), web];

const query = (cluster: string): FlowQuery =>
  allFlows(cluster, { from: instant(START - HOUR), until: instant(START + 3 * HOUR) });
const write = async (
  cluster: string,
  object: string,
  events: readonly EventFact[],
  records: readonly RecordFact[] = RECORDS,
): Promise<void> => {
  const all = { flowRecords: recordTable(records), conntrack: eventTable(events), pods: PODS, nodes: NODES };
  await store.write([{ ...emptyBatch(cluster, object), ...all }]);
};
const outside = async (cluster: string): Promise<readonly FlowRow[]> =>
  (await store.flows(query(cluster)))
    .filter(({ srcIp }) => srcIp === NODE_IP)
    .toSorted((a, b) => Number(a.srcPort) - Number(b.srcPort));
const said = ({ verdict, reason, pod: of, podPort }: FlowRow): unknown => [verdict, reason, of?.name ?? null, podPort];
const explained = async (cluster: string, srcPort: number): Promise<ReturnType<typeof whyReport>> => {
  const row = (await outside(cluster)).find((flow) => flow.srcPort === srcPort) as FlowRow;
  const evidence = await store.evidence(cluster, row.flow);
  if (evidence === null) throw new Error('the flow is gone');
  return whyReport(row.flow, evidence, [], renderInstant, await clientsBehind(store, row));
};

test('CoreDNS only relays, what calls it does not, and a proxy by its name alone is a pod as any', async () => {
  await write('name', 'one', SENT);
  await store.attribute('name', NOW);
  expect((await outside('name')).map(said)).toEqual([
    ['relayed', 'dns', 'coredns-x', 41_000],
    ['exact', null, 'coredns-x', 41_001],
    ['exact', null, 'web-x', 41_002],
    ['exact', null, 'squid-x', 41_003],
  ]);
  const { pods, coverage } = await store.who({ ...query('name'), destPorts: [53], dest: [] });
  expect(
    pods.filter(({ node }) => node === 'node-0').map((row) => [row.pod?.name, row.flows, row.relayedFlows]),
  ).toEqual(expect.arrayContaining([['coredns-x', 1, 1]]));
  expect(coverage.find(({ verdict }) => verdict === 'relayed')).toMatchObject({ reason: 'dns', flows: 1 });
});

test('a proxy that is seen with many clients relays, also what it sent before that was seen', async () => {
  await write('seen', 'one', SENT);
  await store.attribute('seen', NOW);
  const cart = client(600_000, CART, 50_003, SQUID, 3_128);
  await write('seen', 'two', [job, ended(310_000, job), cart]);
  expect((await store.attribute('seen', NOW)).changes).toEqual([
    { from: 'egress/squid-x', to: 'relayed by egress/squid-x', flows: 1 },
  ]);
  expect(said((await outside('seen'))[3] as FlowRow)).toEqual(['relayed', 'proxy', 'squid-x', 41_003]);
});

const recorded = (state: number): RecordFact =>
  recordAt(START + 600_000, { srcIp: CART, srcPort: 50_003, destIp: SQUID, destPort: 3_128, state });

test.each<[string, readonly EventFact[], readonly RecordFact[], string]>([
  ['a third client, seen by conntrack', [client(600_000, CART, 50_003, SQUID, 3_128)], [], 'relayed'],
  ['a third client, seen by the flow log alone', [], [recorded(0)], 'relayed'],
  ['one of the two again', [client(600_000, JOB, 50_009, SQUID, 3_128)], [], 'exact'],
  ['a third on another port, as who reads its metrics', [client(600_000, CART, 50_003, SQUID, 9_100)], [], 'exact'],
  ['the node, whose kubelet looks at every pod', [client(600_000, NODE_IP, 50_003, SQUID, 3_128)], [], 'exact'],
  ['itself', [client(600_000, SQUID, 50_003, SQUID, 3_128)], [], 'exact'],
  ['a third that was denied', [], [recorded(3)], 'exact'],
  ['a third, of who had the address before', [client(-2 * HOUR, CART, 50_003, SQUID, 3_128)], [], 'exact'],
  ['a third, of who had it after', [client(2 * HOUR + 1, CART, 50_003, SQUID, 3_128)], [], 'exact'],
])('beside two clients of a proxy: %s', async (name, more, records, verdict) => {
  await write(name, 'one', [...SENT, job, ...more], [asked, watch, called, proxied, ...records]);
  await store.attribute(name, NOW);
  expect((await outside(name)).find(({ srcPort }) => srcPort === 41_003)?.verdict).toBe(verdict);
});

test('why names the relay, what shows that it is one, and the only client that was connected then', async () => {
  const proxy = await explained('seen', 41_003);
  expect(proxy.verdict.says).toBe(
    'pod egress/squid-x sent this flow and only forwarded it: a proxy sent it on behalf of one of its clients',
  );
  expect(proxy.for.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'deployment egress/squid is called as forward proxies are, and seen with 3 clients or more on one port',
      expect.stringMatching(
        /^behind it: pod shop\/web-x, of all that were seen the only one that may have been connected to 10\.244\.0\.3 at /,
      ),
    ]),
  );
  expect(proxy.behind?.clients.map((one) => one.pod?.name)).toEqual(['web-x']);
  const dns = await explained('seen', 41_000);
  expect(dns.behind?.clients.map((one) => one.pod?.name)).toEqual(['web-x']);
  expect((await explained('seen', 41_001)).behind).toBeUndefined();
});

test('of several clients nobody is named, and of none that is said', async () => {
  await write('several', 'one', [...SENT, job, client(350_000, CART, 50_003, SQUID, 3_128)]);
  await store.attribute('several', NOW);
  const several = await explained('several', 41_003);
  expect(several.for.map(({ text }) => text)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^behind it: one of 3 that may have been connected/)]),
  );
  expect(several.missing.map(({ what }) => what)).toEqual(['what ties one of its clients to this flow']);
  await write('none', 'one', [askedEntry, watchEntry, calledEntry]);
  await store.attribute('none', NOW);
  expect((await explained('none', 41_000)).missing.map(({ what }) => what)).toEqual([
    'who was behind it: no connection to 10.244.0.2 was seen at the time',
  ]);
});
