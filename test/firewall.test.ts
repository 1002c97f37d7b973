import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import { instant, LATEST } from '../src/base/instant.ts';
import type { FlowRow } from '../src/core/ports.ts';
import { temporaryStore } from './temporary-store.ts';

/** A cluster behind an Azure Firewall: what its tables tell alone, and beside the flow log of the same traffic. */

const recorded = join(import.meta.dirname, '../lab/recorded/incident');
const FLOW_LOG = join(recorded, 'insights-logs-flowlogflowevent');
const [CONNTRACK, KUBE] = [join(recorded, 'conntrack'), join(recorded, 'kube')];
const { store, folder, read } = await temporaryStore();
const FLAGS = ['SYN-ACK', 'FIN', 'FIN-ACK', 'RST'];
const rules = join(folder, 'azfw-network-rules.jsonl');
const traces = join(folder, 'azfw-flow-traces.jsonl');

/** `at,src,dest,srcPort,destPort,protocol,direction,state,…` of every connection that left its node for the outside. */
const begun = globSync('**/PT1H.json', { cwd: FLOW_LOG })
  .flatMap((file) => readFileSync(join(FLOW_LOG, file), 'utf8').match(/"\d{13},[^"]+"/g) ?? [])
  .map((quoted) => quoted.slice(1, -1).split(','))
  .filter(([, , dest = '', , , , direction, state]) => direction === 'O' && state === 'B' && !dest.startsWith('10.'));

beforeAll(async () => {
  const row = ([at, src, dest, srcPort, destPort, protocol]: readonly string[], later: number, more: object): string =>
    JSON.stringify({
      // A firewall writes down what reaches it a little later.
      TimeGenerated: new Date(Number(at) + later).toISOString(),
      Protocol: protocol === '17' ? 'UDP' : 'TCP',
      SourceIp: src,
      SourcePort: Number(srcPort),
      DestinationIp: dest,
      DestinationPort: Number(destPort),
      ...more,
    });
  writeFileSync(
    rules,
    begun.map((one) => row(one, 2, { Type: 'AZFWNetworkRule', Action: 'Allow', Rule: 'egress' })).join('\n'),
  );
  writeFileSync(
    traces,
    begun.flatMap((one) => FLAGS.map((Flag, i) => row(one, 3 + i, { Type: 'AZFWFlowTrace', Flag }))).join('\n'),
  );
  await read('alone', rules, CONNTRACK, KUBE);
  await read('traced', rules, traces, CONNTRACK, KUBE);
  await read('logged', FLOW_LOG, CONNTRACK, KUBE);
  await read('both', FLOW_LOG, rules, traces, CONNTRACK, KUBE);
}, 120_000);

const flowsIn = (cluster: string): Promise<readonly FlowRow[]> =>
  store.flows(allFlows(cluster, { from: instant(0), until: LATEST }));
const nameOf = ({ srcIp, srcPort, destIp, destPort, pod }: FlowRow): string =>
  [srcIp, srcPort, destIp, destPort, pod?.uid].join(' ');

test('the firewall alone names the pod behind each connection that it let through, as the flow log does', async () => {
  const named = (await flowsIn('logged')).filter(
    ({ verdict, destIp, observedBy }) =>
      verdict === 'exact' && observedBy.includes('flow-log') && !destIp.startsWith('10.'),
  );
  const alone = (await flowsIn('alone')).filter(({ observedBy }) => observedBy.includes('flow-log'));
  expect(alone.length).toBe(begun.length);
  const exact = alone.filter(({ verdict }) => verdict === 'exact');
  // Nothing tells how far its clock is from the nodes': of a port that was used again at once it is not sure.
  expect(exact.length).toBeGreaterThan(0.97 * named.length);
  const sure = new Set(named.map(nameOf));
  expect(exact.map(nameOf).filter((name) => !sure.has(name))).toEqual([]);
});

test('the flags of its packets are of these connections, and make no others', async () => {
  const [alone, traced] = await Promise.all(['alone', 'traced'].map(flowsIn));
  expect(traced?.map(nameOf).sort()).toEqual(alone?.map(nameOf).sort());
});

test('beside the flow log it tells of no flow a second time, and changes no counter', async () => {
  const said = async (cluster: string): Promise<readonly string[]> =>
    (await flowsIn(cluster)).map((flow) => `${nameOf(flow)} ${flow.verdict} ${flow.bytesOut} ${flow.bytesIn}`).sort();
  expect(await said('both')).toEqual(await said('logged'));
});

test('it is a source of its own: the watermark of the flow log is not the firewall’s', async () => {
  const sources = await store.sources('both');
  expect(sources.find(({ name }) => name === 'Azure Firewall')).toMatchObject({
    kind: 'firewall',
    rows: (1 + FLAGS.length) * begun.length,
  });
  expect((await store.sources('alone')).some(({ kind }) => kind === 'flow-log')).toBe(false);
});
