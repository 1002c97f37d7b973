import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOUR, instant, MINUTE } from '../src/base/instant.ts';
import type { NodeSeen } from '../src/core/facts.ts';
import type { Batch } from '../src/core/ports.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { KERNEL_METRICS, type KernelCounts, kernelSamples, nodeResource } from '../src/core/kernel-counters.ts';
import { ForeignNode, onlyOfItsNode } from '../src/server/foreign-node.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { entryAt, NODE_IP, nodeSeen, podSeen, recordAt, TUPLE } from './one-fact.ts';
import { emptyBatch, eventTable, ip, NOW, recordTable, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** What a store makes of what agents say: how far, and where nobody listened. */

const { store, folder, read } = await temporaryStore();

const node = (event: NodeSeen['event'], ms: number, rest: Partial<NodeSeen> = {}): NodeSeen =>
  nodeSeen(START + ms, { createdAt: instant(START - HOUR), event, ...rest });
const heard = (from: number, until: number): Batch['looks'][number] => ({
  kind: 'watch',
  of: 'conntrack',
  from: instant(START + from),
  until: instant(START + until),
});
const batch = (cluster: string, start: number, rest: Partial<Batch>): Batch => ({
  ...emptyBatch(cluster, `conntrack/node-0/${start}`),
  node: 'node-0',
  format: 'conntrack',
  ...rest,
});
const conntrackOf = async (cluster: string) =>
  (await store.sources(cluster))
    .filter(({ kind }) => kind === 'conntrack')
    .map(({ name, rows, watermark, gaps }) => ({
      name,
      rows,
      until: watermark === null ? null : watermark - START,
      gaps: gaps.map((gap) => `${gap.from - START}–${(gap.until ?? 0) - START} ${gap.why}`),
    }));

test('an idle node is complete as far as its agent listened, and two starts of an agent are one source', async () => {
  await store.write([batch('idle', 1, { looks: [heard(0, 1_000), heard(1_000, 2_000)] })]);
  await store.write([batch('idle', 2, { looks: [heard(2_000, 9_000)] })]);
  expect(await conntrackOf('idle')).toEqual([{ name: 'conntrack node-0', rows: 0, until: 9_000, gaps: [] }]);
});

test('where nobody says to have listened is a gap: between, before the first, and from the last to the end of the node', async () => {
  await store.write([
    batch('silent', 1, {
      looks: [heard(0, 1_000), heard(3_000, 4_000), heard(3_500, 3_600), heard(4_000, 5_000)],
      nodes: [node('added', -1), node('deleted', 8_000)],
    }),
  ]);
  expect((await conntrackOf('silent'))[0]?.gaps).toEqual([
    `${-HOUR}–0 the node was there before its agent listened`,
    '1000–3000 nobody says to have listened',
    '5000–8000 the node went, and its agent was not heard to the end',
  ]);
});

test('a node that is there again has not gone', async () => {
  await store.write([
    batch('back', 1, {
      looks: [heard(0, 1_000)],
      nodes: [node('deleted', 5_000, { createdAt: null }), node('added', 6_000, { createdAt: null })],
    }),
  ]);
  expect((await conntrackOf('back'))[0]?.gaps).toEqual([]);
});

test('what a gap explains is not told a second time', async () => {
  const gap = {
    source: 'conntrack',
    node: '',
    from: instant(START + 900),
    until: instant(START + 3_000),
    why: 'away',
  } as const;
  await store.write([batch('told', 1, { looks: [heard(0, 1_000), heard(3_000, 4_000)], gaps: [gap] })]);
  expect((await conntrackOf('told'))[0]?.gaps).toEqual(['900–3000 away']);
});

/** One flow whose translation is known; between the starts of the agent lies its begin, or not. */
const verdictWhere = async (cluster: string, looks: Batch['looks']): Promise<string> => {
  await store.write([
    batch(cluster, 1, {
      conntrack: eventTable([entryAt(START + 10_000)]),
      looks: [heard(-60_000, 5_000)],
      pods: [podSeen('web', START - 10 * MINUTE)],
      nodes: [node('listed', -HOUR)],
    }),
    batch(cluster, 2, { looks }),
    { ...emptyBatch(cluster, 'PT1H.json'), flowRecords: recordTable([recordAt(START + 10_000)]) },
  ]);
  await store.attribute(cluster, NOW);
  const [flow] = await store.flows(allFlows(cluster, { from: instant(START - HOUR), until: instant(START + HOUR) }));
  return `${flow?.verdict} ${flow?.reason}`;
};

test('in a silence of its node nothing is exact, whichever start of the agent told the translation', async () => {
  const silent = await verdictWhere('across', [heard(20_000, 30_000)]);
  const heardOn = await verdictWhere('heard', [heard(5_000, 30_000)]);
  expect(silent).toContain('conntrack-gap');
  expect(heardOn).not.toContain('conntrack-gap');
});

test('what is bound to a node tells of no other; an address that nobody knows is believed', async () => {
  await store.write([
    batch('bound', 1, {
      nodes: [node('listed', 0), node('listed', 0, { uid: 'u1', name: 'node-1', ips: [ip('10.224.0.5')] })],
    }),
  ]);
  await store.attribute('bound', NOW);
  const of = (srcIp: string): Batch =>
    batch('bound', 1, { conntrack: eventTable([entryAt(START, { ...TUPLE, srcIp: ip(srcIp) })]) });
  const bound = onlyOfItsNode(store);
  await expect(bound.write([of('10.224.0.5')])).rejects.toThrow(ForeignNode);
  expect((await conntrackOf('bound')).length).toBe(0);
  expect(await bound.write([of(NODE_IP), of('10.224.0.77')])).toHaveLength(2);
  // Connections that nothing translates name other nodes all the time.
  const inbound = batch('bound', 1, {
    conntrack: eventTable([entryAt(START, { srcIp: ip('10.224.0.5'), originIp: ip('10.224.0.5') })]),
  });
  expect(await bound.write([inbound])).toHaveLength(1);
});

const counted = (cluster: string, start: number, ms: number, counts: KernelCounts): Batch =>
  batch(cluster, start, {
    samples: kernelSamples(nodeResource('node-0'), {
      from: instant(START + ms),
      until: instant(START + ms + 10_000),
      counts,
    }),
  });
const countersOf = async (cluster: string, from: number, until: number, asked = store) =>
  (
    await asked.metrics({
      cluster,
      from: instant(START + from),
      until: instant(START + until),
      metrics: KERNEL_METRICS,
    })
  ).map(({ resource, metric, peak, peakAt, last, lastAt, total }) => [
    `${resource} ${metric}`,
    `${peak} at ${peakAt - START}`,
    `${last} at ${lastAt - START}`,
    total,
  ]);

test('what the kernel counted is told of its node: of the table its size, of the rest what came; told again it is the same', async () => {
  const batches = [
    counted('counted', 1, 0, { entries: 100, drop: 3 }),
    counted('counted', 1, 10_000, { entries: 300, drop: 0 }),
    counted('counted', 2, 20_000, { entries: 200, drop: 4 }),
  ];
  for (let times = 0; times < 2; times++) await store.write(batches);
  expect(await countersOf('counted', 0, 30_000)).toEqual([
    ['nodes/node-0 conntrack_drop', '4 at 20000', '4 at 20000', 7],
    ['nodes/node-0 conntrack_entries', '300 at 10000', '200 at 20000', 0],
  ]);
  // An interval that the asked one begins in counts, one that ended as it begins does not.
  expect((await countersOf('counted', 10_000, 20_000)).map(([name, , , total]) => [name, total])).toEqual([
    ['nodes/node-0 conntrack_drop', 0],
    ['nodes/node-0 conntrack_entries', 0],
  ]);
  expect((await countersOf('counted', 9_999, 20_001)).map(([, peak, , total]) => [peak, total])).toEqual([
    ['4 at 20000', 7],
    ['300 at 10000', 0],
  ]);
});

test('counters are a source of their own, beside metrics of Azure, and no lines of conntrack', async () => {
  const azure = { aggregation: 'average', dimensions: [], intervalMs: MINUTE, value: 1, told: instant(START) } as const;
  await store.write([
    counted('sources', 1, 0, { entries: 100, max: 200, drop: 3 }),
    counted('sources', 1, 10_000, { entries: 300, max: 200, drop: 0 }),
    batch('sources', 1, {
      format: 'azure-metrics',
      samples: [{ ...azure, resource: '/subscriptions/s/lb', metric: 'UsedSnatPorts', at: instant(START) }],
    }),
  ]);
  expect((await store.sources('sources')).map(({ name, kind, rows }) => ({ name, kind, rows }))).toEqual([
    { name: 'kernel counters', kind: 'counters', rows: 6 },
    { name: 'Azure metrics', kind: 'metric', rows: 1 },
  ]);
});

test('who reads some namespaces alone is told of metrics of Azure and not of what kernels count', async () => {
  const metrics = [...KERNEL_METRICS, 'UsedSnatPorts'];
  const query = { cluster: 'sources', from: instant(START), until: instant(START + HOUR), metrics };
  expect((await store.metrics(query)).length).toBe(4);
  const seen = await restrictedTo(store, ['mine']).metrics(query);
  expect(seen.map(({ metric }) => metric)).toEqual(['UsedSnatPorts']);
});

test('counters in a file that nobody named the node of are of the node whose address it speaks for; in a longer copy they count once', async () => {
  const [from, until] = [0, 10_000].map((ms) => new Date(START + ms).toISOString());
  const line = (port: number): string =>
    `[${START / 1_000}.000000]\t[NEW] tcp 6 120 SYN_SENT src=10.244.0.7 dst=203.0.113.9 sport=${port} dport=443 [UNREPLIED] src=203.0.113.9 dst=${NODE_IP} sport=443 dport=${port} id=${port}\n`;
  const counters = `# counters ${from} ${until} entries=12 drop=3\n`;
  const files = ['one.txt', 'longer.txt', 'quiet.txt'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(files[0], line(4_000) + counters);
  writeFileSync(files[1], line(4_000) + counters + line(4_001));
  writeFileSync(files[2], counters);
  const [one, longer, quiet] = files;
  for (const [cluster, order] of [
    ['files', files],
    ['turned', [quiet, longer, one]],
  ] as const) {
    await store.write([batch(cluster, 1, { nodes: [node('listed', 0)] })]);
    for (const file of order) await read(cluster, file);
    expect((await countersOf(cluster, 0, 10_000)).map(([name, , , total]) => [name, total])).toEqual([
      [`nodes/${quiet} conntrack_drop`, 3],
      [`nodes/${quiet} conntrack_entries`, 0],
      ['nodes/node-0 conntrack_drop', 3],
      ['nodes/node-0 conntrack_entries', 0],
    ]);
  }
});
