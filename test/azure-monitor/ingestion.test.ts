import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CostBreakdown } from '../../src/app/cost.ts';
import { HOUR } from '../../src/base/instant.ts';
import { certificates } from '../kube-api-server/certificates.ts';
import { LogAnalyticsStandIn } from './log-analytics-stand-in.ts';

/** `unmasq cost --measured log-analytics://…`: what came into a workspace, asked of a stand-in for its query API. */

const WORKSPACE = '7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978';
const folder = mkdtempSync(join(tmpdir(), 'unmasq-ingestion-'));
const certs = certificates(folder);
if (certs === null) throw new Error('openssl is needed');
const standIn = new LogAnalyticsStandIn(WORKSPACE, certs);
const COLUMNS = ['TimeGenerated', '_BilledSize'];
standIn.table('Usage', [...COLUMNS, 'StartTime', 'EndTime', 'DataType', 'Quantity', 'IsBillable']);
standIn.table('KubePodInventory', [...COLUMNS, 'Namespace']);
// ContainerLogV2 is of the plan Basic here: the API says that there is no such table.
standIn.table('KubeEvents', [...COLUMNS, 'Namespace']);
standIn.table('KubeServices', [...COLUMNS, 'Namespace']);
let at: Awaited<ReturnType<LogAnalyticsStandIn['listen']>>;
beforeAll(async () => {
  at = await standIn.listen();
});
beforeEach(() => {
  standIn.now = Date.now();
  standIn.rows.length = 0;
  standIn.befalls = () => null;
});
afterAll(() => {
  standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

const spec = join(folder, 'monitoring.yaml');
writeFileSync(
  spec,
  'cluster: { name: shop, resourceGroup: rg, region: eastus, nodes: { now: 10 } }\nworkspace: {}\ninventory: { tables: [KubePodInventory] }\nlogs: {}\n',
);
const cost = async (...words: readonly string[]) => {
  const child = spawn(process.execPath, ['src/main.ts', 'cost', ...words, '--log-analytics-endpoint', at.endpoint], {
    env: { ...process.env, ...at.identity, NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'), XDG_CACHE_HOME: folder },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (piece: Buffer) => (said.out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (said.err += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
};

/** What Azure counted of an hour, so many hours ago. */
const counted = (table: string, hoursAgo: number, megabytes: number, isBillable = true): void => {
  const from = Math.floor(Date.now() / HOUR) * HOUR - hoursAgo * HOUR;
  const time = (ms: number): string => new Date(ms).toISOString();
  standIn.rows.push({
    table: 'Usage',
    visibleAt: 0,
    cells: {
      TimeGenerated: time(from),
      StartTime: time(from),
      EndTime: time(from + HOUR),
      DataType: table,
      Quantity: megabytes,
      IsBillable: isBillable,
    },
  });
};
const pod = (namespace: string, bytes: number, hoursAgo: number): void => {
  standIn.rows.push({
    table: 'KubePodInventory',
    visibleAt: 0,
    cells: {
      TimeGenerated: new Date(Date.now() - hoursAgo * HOUR).toISOString(),
      Namespace: namespace,
      _BilledSize: bytes,
    },
  });
};

test('a month as the workspace counted it, by the namespaces of its rows', async () => {
  for (const hoursAgo of [10, 11]) {
    counted('KubePodInventory', hoursAgo, 100);
    counted('ContainerLogV2', hoursAgo, 50);
    counted('Heartbeat', hoursAgo, 7, false);
  }
  // Too young to be whole, and older than a week.
  counted('KubePodInventory', 1, 9_999);
  counted('KubePodInventory', 24 * 9, 9_999);
  pod('shop', 300, 10);
  pod('kube-system', 100, 12);
  const { code, out, err } = await cost(
    'breakdown',
    spec,
    '--measured',
    `log-analytics://${WORKSPACE}`,
    '--by',
    'namespace',
    '-o',
    'json',
  );
  expect([code, err]).toEqual([0, expect.stringMatching(/which namespaces have ContainerLogV2 is not known/)]);
  const { slices, assumptions } = JSON.parse(out) as CostBreakdown;
  // 100 MB an hour are 72 GB in 30 days, three quarters of them of shop.
  expect(slices.map(({ of, gb }) => [of, gb])).toEqual([
    ['shop', expect.closeTo(54, 6)],
    [null, expect.closeTo(36, 6)],
    ['kube-system', expect.closeTo(18, 6)],
  ]);
  expect(assumptions).toContain('a month of KubePodInventory is as the 2 h that were read, as Azure counted it');
});

test('whoever may not ask is told which role is missing', async () => {
  standIn.befalls = () => 'forbidden';
  const { code, err } = await cost('estimate', spec, '--measured', `log-analytics://${WORKSPACE}`);
  expect([code, err]).toEqual([4, expect.stringMatching(/E824.*Log Analytics Reader/s)]);
});

test('a workspace in which nothing was counted measures nothing', async () => {
  const { code, err } = await cost('estimate', spec, '--measured', `log-analytics://${WORKSPACE}`);
  expect([code, err]).toEqual([1, expect.stringMatching(/E524/)]);
});

test('an endpoint without a workspace is refused', async () => {
  expect((await cost('estimate', spec)).code).toBe(2);
});
