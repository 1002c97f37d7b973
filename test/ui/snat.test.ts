import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/base/instant.ts';
import type { SnatForecast, SnatStatus } from '../../src/contract/answers.ts';
import { encodePage, encodeWatched } from '../../src/formats/kube/recorded-lines.ts';
import { unmasq } from '../program.ts';
import { type Console, keepScreenshot, openConsole, settled, violations, visit, widthOf } from './browser.ts';

/** Ports over time: three pods of a node that take more and more of what a load balancer gives it. */

const START = Date.parse('2026-11-25T08:00:00Z') / 1_000;
const MINUTES = 240;
const NODE = 'aks-nodepool1-41820763-vmss000000';
const NODE_IP = '10.224.0.4';
const PODS = ['checkout', 'catalog', 'mailer'] as const;
const LB =
  '/subscriptions/0f000000-0000-4000-8000-000000000000/resourceGroups/MC_shop/providers/Microsoft.Network/loadBalancers/kubernetes';
const at = (minute: number): string => new Date((START + minute * 60) * 1_000).toISOString().replace('.000Z', 'Z');

const folder = mkdtempSync(join(tmpdir(), 'unmasq-ui-snat-'));
const instantAt = (minute: number): Instant => instant((START + minute * 60) * 1_000);

const node = {
  metadata: { uid: 'node-0', name: NODE, creationTimestamp: at(-600), labels: {} },
  spec: { podCIDRs: ['10.244.0.0/24'] },
  status: { addresses: [{ type: 'InternalIP', address: NODE_IP }], nodeInfo: { operatingSystem: 'linux' } },
};
const podNamed = (name: string, i: number) => ({
  metadata: { uid: `pod-${i}`, name: `${name}-0`, namespace: 'shop', creationTimestamp: at(-600) },
  spec: { nodeName: NODE, containers: [] },
  status: {
    phase: 'Running',
    podIP: `10.244.0.${i + 10}`,
    podIPs: [{ ip: `10.244.0.${i + 10}` }],
    hostIP: NODE_IP,
    startTime: at(-600),
    conditions: [],
  },
});
/** A watch that shows pods of the system sees those of all namespaces. */
const inSystem = {
  metadata: { uid: 'pod-9', name: 'coredns-0', namespace: 'kube-system', creationTimestamp: at(-600) },
};
/** What leaves goes through the load balancer. */
const aks = {
  id: '/subscriptions/0f000000-0000-4000-8000-000000000000/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/shop',
  type: 'Microsoft.ContainerService/ManagedClusters',
  name: 'shop',
  nodeResourceGroup: 'MC_shop',
  networkProfile: {
    outboundType: 'loadBalancer',
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.0.0.0/16',
  },
  agentPoolProfiles: [{ name: 'nodepool1', mode: 'System', count: 1 }],
};

/** Each minute every pod opens a connection, the first one two more, and none is closed. */
const connections = (): string => {
  const lines: string[] = [];
  let port = 20_000;
  for (let minute = 0; minute < MINUTES; minute++)
    for (const pod of [0, 0, 0, 1, 2]) {
      port += 1;
      const from = `src=10.244.0.${pod + 10} dst=203.0.113.66 sport=${port} dport=443`;
      const back = `src=203.0.113.66 dst=${NODE_IP} sport=443 dport=${port}`;
      const second = (START + minute * 60 + pod).toFixed(6);
      lines.push(`[${second}]\t    [NEW] tcp      6 120 SYN_SENT ${from} [UNREPLIED] ${back} id=${port}`);
    }
  return `${lines.join('\n')}\n`;
};

const files = (): readonly string[] => {
  const put = (name: string, text: string): string => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const series = (metric: string, dimension: string, value: number) => ({
    id: `${LB}/providers/Microsoft.Insights/metrics/${metric}`,
    name: { value: metric },
    timeseries: [
      {
        metadatavalues: [
          { name: { value: 'BackendIPAddress' }, value: NODE_IP },
          { name: { value: 'ProtocolType' }, value: 'TCP' },
        ],
        data: [0, MINUTES / 2, MINUTES - 1].map((minute) => ({ timeStamp: at(minute), [dimension]: value })),
      },
    ],
  });
  return [
    put('kube/nodes.watch.json', encodePage('nodes', instantAt(-1), true, [node])),
    put(
      'kube/pods.watch.json',
      encodePage('pods', instantAt(-1), true, [...PODS.map(podNamed), { ...podNamed('coredns', 9), ...inSystem }]) +
        encodeWatched('pods', instantAt(-1), instantAt(MINUTES + 1)),
    ),
    put('aks.json', JSON.stringify(aks)),
    put(`conntrack/${NODE}.txt`, connections()),
    put(
      'metrics.json',
      JSON.stringify({
        interval: 'PT1M',
        timespan: `${at(0)}/${at(MINUTES)}`,
        value: [series('AllocatedSnatPorts', 'average', 1_536)],
      }),
    ),
  ];
};

let console_: Console;
beforeAll(async () => {
  console_ = await openConsole(files());
}, 180_000);
afterAll(async () => {
  await console_.close();
  rmSync(folder, { recursive: true, force: true });
});

const RANGE = `since=${encodeURIComponent(at(0))}&until=${encodeURIComponent(at(MINUTES))}`;
const json = (...words: readonly string[]): unknown =>
  JSON.parse(
    unmasq([...words, '--since', at(0), '--until', at(MINUTES), '--data', console_.dataDir, '-o', 'json']).stdout,
  );

test('snat: ports are stacked by pod, and the stack is what the command line tells', async () => {
  const { items } = json('snat', '--steps', '120') as SnatStatus;
  const over = items.find(({ nodeIp }) => nodeIp === NODE_IP)?.over;
  expect(over?.pods.map(({ pod }) => pod)).toEqual(['shop/checkout-0', 'shop/catalog-0', 'shop/mailer-0']);
  for (const [i, { ports, others }] of (over?.steps ?? []).entries())
    expect((over?.pods ?? []).reduce((sum, pod) => sum + (pod.ports[i] ?? 0), others)).toBe(ports);
  const { page, complaints } = await visit(console_, `/snat?v=1&${RANGE}`);
  await page.getByText('shop/checkout-0').first().waitFor();
  await page.locator('.chart canvas').first().waitFor();
  await settled(page);
  await keepScreenshot(page, 'snat-stack-light-1280');
  await page.getByRole('button', { name: 'Table' }).first().click();
  const last = page.locator('figure tbody tr').last().locator('td');
  expect((await last.allInnerTexts()).slice(1)).toEqual(
    [over?.steps.at(-1)?.ports, ...(over?.pods ?? []).map(({ ports }) => ports.at(-1))].map((n) =>
      (n ?? 0).toLocaleString('en-US'),
    ),
  );
  expect([...(await violations(page)), ...complaints]).toEqual([]);
  await page.context().close();
}, 120_000);

test('snat: a forecast is drawn with its band, its limit and its model', async () => {
  const { items } = json('snat', 'forecast') as SnatForecast;
  const item = items.find(({ destIp, exhaustionAt }) => destIp === null && exhaustionAt !== null) ?? items[0];
  expect(item?.exhaustionAt).toMatch(/^2026-/);
  const { page, complaints } = await visit(console_, `/snat?v=1&what=forecast&${RANGE}`);
  await page.getByText(`Model: ${item?.model}`).waitFor();
  await page.locator('.chart canvas').first().waitFor();
  await settled(page);
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(150);
    await keepScreenshot(page, `snat-forecast-drawn-${colorScheme}-${width}`);
    expect([colorScheme, width, ...(await violations(page))]).toEqual([colorScheme, width]);
    expect(await widthOf(page)).toBeLessThanOrEqual(width);
  }
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);
