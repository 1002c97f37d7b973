import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SnatLedger } from '../src/app/snat-ledger.ts';
import type { SnatStatus } from '../src/app/snat-status.ts';
import { metricsTold, series } from './metrics-told.ts';
import { unmasq as started } from './program.ts';

/** `unmasq snat` on the recorded incident, and on what Azure would have told of its nodes. */

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-snat-'));
const data = join(folder, 'data');
const NODE = '10.224.0.5';

const unmasq = (...words: readonly string[]) => started([...words, '--data', data], { NO_COLOR: '1' });
const json = (...words: readonly string[]): unknown => JSON.parse(unmasq(...words, '-o', 'json').stdout);
const status = (...words: readonly string[]) => json('snat', 'status', ...words) as SnatStatus;
const ledger = (...words: readonly string[]) => json('snat', 'ledger', ...words) as SnatLedger;

const LB =
  '/subscriptions/0f000000-0000-4000-8000-000000000000/resourceGroups/MC_shop/providers/Microsoft.Network/loadBalancers/kubernetes';
const NAT =
  '/subscriptions/0f000000-0000-4000-8000-000000000000/resourceGroups/shop/providers/Microsoft.Network/natGateways/egress';

beforeAll(() => {
  const recorded = join(root, 'lab/recorded/incident');
  const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
  unmasq('ingest', ...parts);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('without a word from Azure nothing is charged to a load balancer, and the note says what would tell', () => {
  const plain = unmasq('snat');
  expect(plain.status).toBe(0);
  expect(plain.stderr).toMatch(/AllocatedSnatPorts and UsedSnatPorts/);
  const { items, shared } = status();
  expect(shared).toEqual([]);
  expect(new Set(items.map((item) => item.egressPath))).toEqual(new Set(['unknown']));
  for (const { atLeast, atMost, atEnd, allocated, share } of items) {
    expect(atLeast).toBeGreaterThan(0);
    expect(atLeast).toBeLessThanOrEqual(atMost);
    // One is counted from moments, the other from steps.
    expect(atEnd).toBeLessThanOrEqual(atMost);
    expect([allocated, share]).toEqual([null, null]);
  }
});

test('conntrack alone tells of no node: that is said, and not that nothing was held', { timeout: 60_000 }, () => {
  const alone = ['--data', join(folder, 'alone')];
  started(['ingest', join(root, 'lab/recorded/incident/conntrack'), ...alone], { NO_COLOR: '1' });
  const told = started(['snat', ...alone], { NO_COLOR: '1' });
  expect(told.stdout).toMatch(/Of no address it is known that it is a node’s.*kubectl get nodes/);
  expect(told.stderr).toMatch(/no ports of known nodes held/);
});

test('the ledger adds up: pods to the peak, and a node holds no less than its largest destination and no more than all', {
  timeout: 120_000,
}, () => {
  const { items, destinations } = ledger('--limit', '1000');
  expect(items.length).toBe(destinations);
  const nodes = new Map(status().items.map((item) => [`${item.nodeIp} ${item.protocol}`, item.atMost] as const));
  for (const { nodeIp, protocol, peakPorts, pods } of items) {
    expect(pods.reduce((sum, { portsAtPeak }) => sum + portsAtPeak, 0)).toBe(peakPorts);
    expect(peakPorts).toBeLessThanOrEqual(nodes.get(`${nodeIp} ${protocol}`) ?? 0);
  }
  const peaks = Map.groupBy(items, ({ nodeIp, protocol }) => `${nodeIp} ${protocol}`);
  expect([...peaks.keys()].sort()).toEqual([...nodes.keys()].sort());
  for (const [node, most] of nodes)
    expect(most).toBeLessThanOrEqual((peaks.get(node) ?? []).reduce((sum, { peakPorts }) => sum + peakPorts, 0));
  expect(items.map(({ peakPorts }) => peakPorts)).toEqual(
    items.map(({ peakPorts }) => peakPorts).toSorted((a, b) => b - a),
  );
});

test('the most is that of every moment: of an hour as of a week, whose steps are ten minutes', {
  timeout: 120_000,
}, () => {
  const week = status('--since', '2026-11-21T00:00:00Z', '--until', '2026-11-28T00:00:00Z').items;
  expect(week.map(({ nodeIp, protocol, atMost, atMostAt }) => [nodeIp, protocol, atMost, atMostAt])).toEqual(
    status('--since', '2026-11-25T10:00:00Z', '--until', '2026-11-25T11:00:00Z').items.map(
      ({ nodeIp, protocol, atMost, atMostAt }) => [nodeIp, protocol, atMost, atMostAt],
    ),
  );
});

test('a flag narrows before the largest are chosen', () => {
  const all = ledger('--limit', '1000').items;
  const of = (items: SnatLedger['items']) => items.map((i) => `${i.nodeIp} ${i.destIp}:${i.destPort}/${i.protocol}`);
  const narrowed = ledger('--dest', '198.51.100.0/24', '--limit', '2');
  const there = all.filter(({ destIp }) => destIp.startsWith('198.51.100.'));
  expect(of(narrowed.items)).toEqual(of(there).slice(0, 2));
  expect(narrowed.destinations).toBe(there.length);
  const node = all[0]?.node ?? '';
  expect(of(ledger('--node', node, '--limit', '1000').items)).toEqual(of(all.filter((item) => item.node === node)));
  const inside = ledger('--inside', '--limit', '1000');
  expect(inside.destinations).toBeGreaterThan(all.length);
});

test('what Azure tells of a node is set beside what it held: a share, what failed, and 3 at the end', () => {
  const file = join(folder, 'metrics.json');
  const backend = { BackendIPAddress: NODE, ProtocolType: 'TCP' };
  writeFileSync(
    file,
    metricsTold([
      series(LB, 'AllocatedSnatPorts', backend, { average: 1_024 }),
      series(LB, 'UsedSnatPorts', backend, { average: 700, maximum: 900 }),
      series(LB, 'SnatConnectionCount', { BackendIPAddress: NODE, ConnectionState: 'Failed' }, { total: 12 }),
      series(LB, 'SnatConnectionCount', { BackendIPAddress: NODE, ConnectionState: 'Successful' }, { total: 900 }),
    ]),
  );
  const nat = join(folder, 'nat.json');
  writeFileSync(
    nat,
    metricsTold([
      series(NAT, 'SNATConnectionCount', { Protocol: 'TCP', ConnectionState: 'Failed' }, { total: 3 }),
      series(NAT, 'SNATConnectionCount', { Protocol: 'TCP', ConnectionState: 'Attempted' }, { total: 500 }),
      series(NAT, 'TotalConnectionCount', { Protocol: 'TCP' }, { total: 80 }),
    ]),
  );
  expect(unmasq('ingest', file, nat).status).toBe(0);
  expect(unmasq('snat').status).toBe(3);
  const { items, shared } = status();
  expect(items[0]).toMatchObject({
    nodeIp: NODE,
    protocol: 'tcp',
    egressPath: 'lb',
    allocated: 1_024,
    counted: 900,
    share: 900 / 1_024,
    failed: 12,
  });
  expect(items.slice(1).every(({ egressPath }) => egressPath === 'unknown')).toBe(true);
  expect(shared).toEqual([
    expect.objectContaining({ egressPath: 'nat-gateway', failed: 3, dropped: null, connections: 80 }),
  ]);
  const forecast = unmasq('snat', 'forecast', '-o', 'json');
  expect(JSON.parse(forecast.stdout).items).toEqual([
    expect.objectContaining({ nodeIp: NODE, destIp: null, limit: 1_024, reason: 'path-unknown' }),
  ]);
  expect(forecast.status).toBe(0);
});

test.each<[string, readonly string[]]>([
  ['an answer that there is not', ['snat', 'plans']],
  ['a destination without its flag', ['snat', 'ledger', '203.0.113.66']],
  ['a limit that is no number', ['snat', '--limit', 'many']],
  ['a destination that is none', ['snat', 'ledger', '--dest', 'shop']],
])('%s is a mistake of usage', (_, words) => {
  expect(unmasq(...words).status).toBe(2);
});
