import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SnatAdvice } from '../src/app/snat-advice.ts';
import type { SnatConntrackLedger } from '../src/app/snat-conntrack-ledger.ts';
import type { SnatPodLedger } from '../src/app/snat-pod-ledger.ts';
import { unmasq as started } from './program.ts';

/** `unmasq snat ledger --of pod`, `--of conntrack` and `unmasq snat advice` on the recorded incident, and what spans and kernels add. */

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-advice-'));
const data = join(folder, 'data');

/** The program is started some times in each test. */
const SOME = { timeout: 180_000 };

const unmasq = (...words: readonly string[]) => started([...words, '--data', data], { NO_COLOR: '1' });
const json = (...words: readonly string[]): unknown => JSON.parse(unmasq(...words, '-o', 'json').stdout);
const advice = (...words: readonly string[]) => json('snat', 'advice', ...words) as SnatAdvice;
const conntrack = (...words: readonly string[]) =>
  json('snat', 'ledger', '--of', 'conntrack', ...words) as SnatConntrackLedger;

interface Flow {
  readonly begin: string;
  readonly end: string;
  readonly verdict: string;
  readonly pod: { readonly uid: string } | null;
}
const flowsOf = (workload: string, dest: string): readonly Flow[] =>
  unmasq('flows', workload, '--dest', dest, '--verdict', 'exact', '--all', '-o', 'jsonl')
    .stdout.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Flow);

const attributes = (of: Readonly<Record<string, string>>) =>
  Object.entries(of).map(([key, value]) => ({ key, value: { stringValue: value } }));
const nanos = (at: string, ms: number): string => `${BigInt(Date.parse(at) + ms) * 1_000_000n}`;

/** So many requests of 40 ms on each connection. */
const tracesOf = (
  flows: readonly Flow[],
  [ip, port]: readonly [string, number],
  each: number,
  traceState: string,
): string =>
  JSON.stringify({
    resourceSpans: flows.map(({ pod, begin }, i) => ({
      resource: { attributes: attributes({ 'k8s.pod.uid': pod?.uid ?? '' }) },
      scopeSpans: [
        {
          spans: Array.from({ length: each }, (_, k) => ({
            traceId: `${i}`.padStart(32, 'a'),
            spanId: `${i * each + k}`.padStart(16, 'b'),
            name: 'call',
            kind: 3,
            traceState,
            startTimeUnixNano: nanos(begin, k),
            endTimeUnixNano: nanos(begin, k + 40),
            attributes: [
              ...attributes({ 'network.peer.address': ip, 'network.transport': 'tcp' }),
              { key: 'network.peer.port', value: { intValue: `${port}` } },
            ],
          })),
        },
      ],
    })),
  });

const CART = ['shop/cart', '198.51.100.31', 6_380] as const;
const ETL = ['data/etl-worker', '198.51.100.20', 443] as const;
const CHECKOUT = ['shop/checkout', '203.0.113.10', 443] as const;

beforeAll(() => {
  const recorded = join(root, 'lab/recorded/incident');
  const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
  unmasq('ingest', ...parts);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = ({ items }: SnatAdvice, [workload, ip, port]: readonly [string, string, number]) =>
  items.find(
    (item) =>
      `${item.workload?.namespace}/${item.workload?.name}` === workload && item.destIp === ip && item.destPort === port,
  );

test('the ledger of pods adds up, private destinations among them, and says of what it is', SOME, () => {
  const { items, destinations, unnamed } = json('snat', 'ledger', '--of', 'pod', '--limit', '1000') as SnatPodLedger;
  expect(items).toHaveLength(destinations);
  expect(unnamed).toBeGreaterThan(0);
  for (const { peakPorts, openAtPeak, verdicts, limit, share } of items) {
    expect(verdicts.reduce((sum, { portsAtPeak }) => sum + portsAtPeak, 0)).toBe(peakPorts);
    expect(openAtPeak).toBeLessThanOrEqual(peakPorts);
    expect([limit, share]).toEqual([28_232, peakPorts / 28_232]);
  }
  expect(items.some(({ destIp }) => destIp.startsWith('10.'))).toBe(true);
  expect(new Set(items.flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict)))).toEqual(
    new Set(['exact', 'relayed']),
  );
  const { stdout, stderr } = unmasq('snat', 'ledger', '--of', 'pod', '--limit', '1');
  expect(stdout).toMatch(/^POD .*SHARE/);
  expect(stderr).toMatch(/of 28,232 ports, as net\.ipv4\.ip_local_port_range has it where nobody set it/);
});

test('what workloads hold is told with its pattern, and that requests are not seen', SOME, () => {
  const report = advice();
  const cart = of(report, CART);
  expect(cart).toMatchObject({ pattern: 'churn', reuse: null, pooling: null });
  expect(cart?.unknown).toEqual([expect.stringContaining('requests are not seen')]);
  expect((cart?.openAtPeak ?? 0) + (cart?.closedAtPeak ?? 0)).toBe(cart?.peakPorts);
  expect(cart?.began).toBeGreaterThanOrEqual(flowsOf(CART[0], `${CART[1]}:${CART[2]}`).length);
  const { stdout, status } = unmasq('snat', 'advice');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /shop\/cart → 198\.51\.100\.31:6380: churn\n {2}\d+ of \d+ ports were held by connections that had ended/,
  );
  expect(stdout.match(/→/g)).toHaveLength(5);
  expect(unmasq('snat', 'advice', '-o', 'wide').stdout.match(/→/g)).toHaveLength(report.items.length);
  expect(unmasq('snat', 'advice', '-o', 'csv').stdout.trimEnd().split('\n')).toHaveLength(report.items.length + 1);
});

test('an interval of which less is known has the rates of what is known', SOME, () => {
  const known = advice();
  const wider = advice('--since', '2026-11-25T09:00:00Z', '--until', '2026-11-25T12:00:00Z');
  expect(wider.seen).toEqual({ from: known.seen.from, until: expect.stringMatching(/^2026-11-25T10:/) });
  expect(of(wider, CART)?.perSecond).toBeCloseTo(of(known, CART)?.perSecond ?? 0, 1);
});

test(
  'requests that spans tell decide what is advised: a pool where there is one each, none where there are many',
  SOME,
  () => {
    for (const [[workload, ip, port], each, traceState] of [
      [CART, 1, 'ot=th:0'],
      [ETL, 5, 'ot=th:0'],
      [CHECKOUT, 1, ''],
    ] as const) {
      const file = join(folder, `${port}-${ip}.traces.json`);
      writeFileSync(file, tracesOf(flowsOf(workload, `${ip}:${port}`), [ip, port], each, traceState));
      expect(unmasq('ingest', file).status).toBe(0);
    }
    const report = advice();
    const [cart, etl, checkout] = [CART, ETL, CHECKOUT].map((one) => of(report, one));
    expect(cart?.reuse).toMatchObject({ by: 'spans', share: 1, perConnection: expect.closeTo(1, 1), meanMs: 40 });
    expect(cart?.pooling?.assumes).toBeNull();
    expect(cart?.pooling?.factor).toBeGreaterThan(3);
    expect(cart?.fixes[0]).toMatch(/^Reuse connections/);
    expect(etl?.reuse?.perConnection).toBeCloseTo(5, 1);
    expect([etl?.pattern, etl?.pooling]).toEqual(['churn', null]);
    expect(etl?.fixes.join()).not.toMatch(/Reuse connections/);
    expect(checkout?.reuse?.share).toBeNull();
    expect(checkout?.fixes[0]).toMatch(/if every request is told: spans do not say how many are/);
  },
);

test('a node is told of whose kernel tells of its table, and the others by their names', SOME, () => {
  const before = conntrack();
  expect(before.items).toEqual([]);
  expect(before.untold).toHaveLength(3);
  expect(unmasq('snat', 'ledger', '--of', 'conntrack', '--strict').status).toBe(5);
  const [node = '', other = ''] = before.untold;
  const file = join(folder, 'counters.txt');
  const line = (second: number, words: string): string =>
    `# counters 2026-11-25T10:20:${second}Z 2026-11-25T10:20:${second + 5}Z ${words}\n`;
  writeFileSync(
    file,
    line(18, 'entries=400 max=1000 insert_failed=1 drop=0 early_drop=0') +
      line(23, 'entries=900 max=1000 insert_failed=2 drop=4 early_drop=5') +
      line(28, 'entries=300 max=1000 insert_failed=0 drop=0 early_drop=1'),
  );
  expect(unmasq('ingest', '--node', node, file).status).toBe(0);
  const { items, untold, completeness } = conntrack();
  expect(items).toEqual([
    {
      node,
      peakEntries: 900,
      peakAt: '2026-11-25T10:20:23.000Z',
      entriesAtEnd: 300,
      maximum: 1_000,
      share: 0.9,
      dropped: 4,
      earlyDropped: 6,
      insertFailed: 3,
    },
  ]);
  expect(untold).toEqual(before.untold.slice(1));
  expect(completeness.reasons).toEqual([expect.stringContaining(`is not known of 2 nodes (${other}`)]);
  expect(conntrack('--node', node)).toMatchObject({ untold: [], completeness: { complete: true } });
  expect(conntrack('--node', other)).toMatchObject({ untold: [other], items: [] });
  const { stdout, stderr } = unmasq('snat', 'ledger', '--of', 'conntrack');
  expect(stdout).toMatch(/ 900 +1,000 +90% /);
  expect(stderr).toMatch(/1 node dropped packets or put out entries/);
});

test.each<[string, readonly string[]]>([
  ['a ledger of nothing', ['snat', 'ledger', '--of', 'nodes']],
  ['a ledger of pods that is none', ['snat', 'advice', '--of', 'pod']],
  ['a destination of connection tracking', ['snat', 'ledger', '--of', 'conntrack', '--dest', '203.0.113.66']],
  ['private addresses of connection tracking', ['snat', 'ledger', '--of', 'conntrack', '--inside']],
])('%s is a mistake of usage', (_, words) => {
  expect(unmasq(...words).status).toBe(2);
});
