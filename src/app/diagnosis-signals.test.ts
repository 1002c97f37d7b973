import { expect, test } from 'vitest';
import { HOUR, type Instant, instant, MINUTE } from '../base/instant.ts';
import type { MetricRow, SourceRow } from '../core/ports.ts';
import { backendCounts } from './azure-counts.ts';
import { networkOf } from '../core/egress/network.ts';
import { nodePorts } from './node-ports.ts';
import { sharedEgress } from './shared-egress.ts';
import { countersOf, sharedOf, toldOf } from './diagnosis-signals.ts';

const FROM = instant(Date.UTC(2026, 10, 22, 3));
const after = (ms: number): Instant => (FROM + ms) as Instant;
const hour = { from: FROM, until: after(HOUR) };

const source = (kind: string, name: string, first: number, watermark: number): SourceRow => ({
  name,
  kind,
  cluster: 'default',
  rows: 1,
  rejects: 0,
  first: after(first),
  watermark: after(watermark),
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
});

test.each<[string, string, string, number, number, boolean]>([
  ['a flow log of the interval', 'flow-log', 'flow log', -HOUR, 2 * HOUR, true],
  ['a flow log of half of it', 'flow-log', 'flow log', -HOUR, HOUR / 2, true],
  ['a flow log of the day before', 'flow-log', 'flow log', -25 * HOUR, -24 * HOUR, false],
  ['a flow log of the day after', 'flow-log', 'flow log', 24 * HOUR, 25 * HOUR, false],
  ['conntrack of the interval', 'conntrack', 'conntrack aks-1', 0, HOUR, true],
  ['what a firewall logged', 'firewall', 'Azure Firewall', 0, HOUR, true],
  ['pods that were seen from before to after', 'pods', 'pods', -MINUTE, HOUR, true],
  ['samples of pods, the last of them a minute before the end', 'pods', 'pods', -MINUTE, HOUR - MINUTE, true],
  ['pods that were listed once, days ago', 'pods', 'pods', -5 * 24 * HOUR, -5 * 24 * HOUR, false],
  ['pods that were listed once, at the end', 'pods', 'pods', HOUR, HOUR, false],
  ['a watch of pods that ended half-way', 'pods', 'pods', -MINUTE, HOUR / 2, false],
])('%s', (_, kind, name, first, watermark, isTold) => {
  const told = toldOf(hour, [source(kind === 'pods' ? 'inventory' : kind, name, first, watermark)], false);
  expect([...told]).toEqual(isTold ? [kind] : []);
});

const metric = (
  name: string,
  dimensions: Readonly<Record<string, string>>,
  total: number,
  resource = '/x/natgateways/ng',
): MetricRow => ({
  resource,
  metric: name,
  dimensions: new Map(Object.entries(dimensions)),
  total,
  peak: total,
  peakAt: after(MINUTE),
  last: total,
  lastAt: after(MINUTE),
});

test('connections that nobody told apart by what became of them tell of no failure, and of none that there was not', () => {
  expect(sharedOf([metric('SNATConnectionCount', {}, 500)])[0]?.failed).toBeNull();
  expect(sharedOf([metric('SNATConnectionCount', { connectionstate: 'Attempted' }, 500)])[0]?.failed).toBe(0);
  expect(sharedOf([metric('SNATConnectionCount', { connectionstate: 'Failed' }, 5)])[0]?.failed).toBe(5);
  const ofNode = { backendipaddress: '10.224.0.4' };
  const steps = [
    {
      node: 'n1',
      nodeIp: '10.224.0.4',
      protocol: 'tcp',
      egressPath: 'lb' as const,
      through: null,
      from: FROM,
      taken: [1],
      given: [0],
      largest: 1,
      holders: [],
    },
  ];
  const ofStatus = (...rows: readonly MetricRow[]) => nodePorts({ steps, most: [] }, rows)[0]?.failed;
  expect(ofStatus(metric('SnatConnectionCount', ofNode, 500))).toBeNull();
  expect(ofStatus(metric('SnatConnectionCount', { ...ofNode, connectionstate: 'Successful' }, 500))).toBe(0);
  const ofShared = (...rows: readonly MetricRow[]) =>
    sharedEgress(networkOf('', []), { steps: [], most: [], shared: [], together: [] }, rows)[0]?.failed;
  expect(ofShared(metric('SNATConnectionCount', {}, 500))).toBeNull();
  expect(ofShared(metric('SNATConnectionCount', { connectionstate: 'Attempted' }, 500))).toBe(0);
  expect(backendCounts([metric('SnatConnectionCount', ofNode, 500)])[0]?.failed).toBeNull();
  expect(backendCounts([metric('SnatConnectionCount', { ...ofNode, connectionstate: 'Failed' }, 7)])[0]?.failed).toBe(
    7,
  );
});

test('ports are told of each protocol of a backend, and of several frontends together', () => {
  const of = (protocoltype: string): Readonly<Record<string, string>> => ({
    backendipaddress: '10.224.0.4',
    protocoltype,
  });
  const rows = [
    metric('UsedSnatPorts', of('TCP'), 80),
    metric('UsedSnatPorts', of('TCP'), 20),
    metric('UsedSnatPorts', of('UDP'), 3),
  ];
  expect(backendCounts(rows).map(({ protocol, used }) => [protocol, used])).toEqual([
    ['tcp', 100],
    ['udp', 3],
  ]);
});

test('of the kernel’s counters the table is as large as it was, and the others by how much they rose', () => {
  const of = (name: string, total: number, peak: number): MetricRow => ({
    ...metric(name, {}, total, 'nodes/aks-1'),
    peak,
  });
  const [counters] = countersOf([of('conntrack_entries', 900, 400), of('conntrack_insert_failed', 12, 5)]);
  expect(counters).toMatchObject({ node: 'aks-1', entries: 400, insertFailed: 12, drop: null });
});
