import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { METRICS, type MetricSpec } from '../src/core/metrics.ts';
import { dashboardAsks, MONITORING } from './monitoring.ts';
import { startServer, unmasq } from './program.ts';

/** What deploy/monitoring holds, run by Prometheus' own programs against the server itself. */

const monitoring = MONITORING;
const folder = mkdtempSync(join(tmpdir(), 'unmasq-monitoring-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const promtool = has('promtool');
const amtool = has('amtool');
const terraform = has('terraform');
const prometheus = has('prometheus');

const ofPromtool = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd: monitoring, encoding: 'utf8' });
  return { status, said: status === 0 ? '' : stdout + stderr };
};

test.skipIf(!promtool)(
  `the rules are well-formed, and each alert comes when it should and not before${promtool ? '' : ' (skipped: no promtool here)'}`,
  () => {
    expect(ofPromtool('check', 'rules', 'prometheus-rules.yaml')).toEqual({ status: 0, said: '' });
    expect(ofPromtool('test', 'rules', 'prometheus-rules.test.yaml')).toEqual({ status: 0, said: '' });
  },
);

test.skipIf(!amtool)(`the example for Alertmanager is one${amtool ? '' : ' (skipped: no amtool here)'}`, () => {
  const { status, stderr } = spawnSync('amtool', ['check-config', 'alertmanager.yaml'], {
    cwd: monitoring,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

const planned = (...words: readonly string[]): string =>
  (JSON.parse(unmasq(['snat', 'plan', '--nodes', '20', ...words, '-o', 'json']).stdout) as { terraform: string })
    .terraform;

test.skipIf(!terraform)(
  `Terraform finds the alerts and the lines of every plan well-formed${terraform ? '' : ' (skipped: no terraform here)'}`,
  () => {
    const alerts = readFileSync(join(monitoring, 'azure-alerts.tf'), 'utf8');
    const plans = [
      planned('--ports-per-node', '1600'),
      planned('--nat-gateway', '2'),
      planned('--nat-gateway', '2', '--managed-network'),
    ];
    for (const text of [alerts, ...plans.map((plan) => `${plan}\n`)]) {
      const { status, stdout } = spawnSync('terraform', ['fmt', '-'], { input: text, encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: text });
    }
  },
);

test('every alert has a test in which it comes', () => {
  const rules = readFileSync(join(monitoring, 'prometheus-rules.yaml'), 'utf8');
  const tested = readFileSync(join(monitoring, 'prometheus-rules.test.yaml'), 'utf8');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name as string);
  expect(alerts.filter((name) => !new RegExp(`alertname: ${name}\\n\\s+exp_alerts:\\n`).test(tested))).toEqual([]);
});

const seconds = (ms: number): string => (ms / 1_000).toFixed(6);
const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Forty connections of one pod that are open now, and what Azure told of its node. */
const written = (now: number): readonly string[] => {
  const nodes = join(folder, 'nodes.json');
  writeFileSync(
    nodes,
    JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      metadata: { resourceVersion: '9' },
      items: [
        {
          kind: 'Node',
          apiVersion: 'v1',
          metadata: { name: 'aks-np1-0', uid: 'node-0', creationTimestamp: stamp(now - 7_200_000) },
          spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] },
          status: {
            addresses: [{ type: 'InternalIP', address: '10.224.0.4' }],
            nodeInfo: { operatingSystem: 'linux' },
          },
        },
      ],
    }),
  );
  const lines = join(folder, 'aks-np1-0.events.txt');
  writeFileSync(
    lines,
    Array.from({ length: 40 }, (_, i) => {
      const port = 40_000 + i;
      return `[${seconds(now - 60_000 + i)}]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.244.0.7 dst=203.0.113.9 sport=${port} dport=443 [UNREPLIED] src=203.0.113.9 dst=10.224.0.4 sport=443 dport=${port}\n`;
    }).join(''),
  );
  const metrics = join(folder, 'metrics.json');
  const at = stamp(Math.floor(now / 60_000) * 60_000 - 60_000);
  const id = '/subscriptions/s/resourceGroups/MC_shop/providers/Microsoft.Network/loadBalancers/kubernetes';
  const series = (metric: string, dimensions: Readonly<Record<string, string>>, value: object) => ({
    id: `${id}/providers/Microsoft.Insights/metrics/${metric}`,
    name: { value: metric },
    timeseries: [
      {
        metadatavalues: Object.entries(dimensions).map(([name, text]) => ({ name: { value: name }, value: text })),
        data: [{ timeStamp: at, ...value }],
      },
    ],
  });
  const backend = { BackendIPAddress: '10.224.0.4', ProtocolType: 'TCP' };
  writeFileSync(
    metrics,
    JSON.stringify({
      interval: 'PT1M',
      timespan: `${at}/${stamp(now)}`,
      value: [
        series('AllocatedSnatPorts', backend, { average: 48 }),
        series('UsedSnatPorts', backend, { average: 40, maximum: 40 }),
        series('SnatConnectionCount', { BackendIPAddress: '10.224.0.4', ConnectionState: 'Failed' }, { total: 5 }),
      ],
    }),
  );
  const gateway = join(folder, 'gateway.json');
  const natId = '/subscriptions/s/resourceGroups/shop/providers/Microsoft.Network/natGateways/egress';
  const dropped = series('PacketDropCount', {}, { total: 3 });
  writeFileSync(
    gateway,
    JSON.stringify({
      interval: 'PT1M',
      timespan: `${at}/${stamp(now)}`,
      value: [{ ...dropped, id: `${natId}/providers/Microsoft.Insights/metrics/PacketDropCount` }],
    }),
  );
  // Ports are charged to the load balancer where a document says that they leave by it.
  const aks = join(folder, 'aks.json');
  writeFileSync(
    aks,
    JSON.stringify({
      id: '/subscriptions/s/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/shop',
      type: 'Microsoft.ContainerService/ManagedClusters',
      name: 'shop',
      location: 'westeurope',
      nodeResourceGroup: 'MC_shop',
      agentPoolProfiles: [{ name: 'np1', mode: 'System', count: 1, vnetSubnetId: null, enableNodePublicIp: false }],
      networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', outboundType: 'loadBalancer' },
    }),
  );
  return [nodes, lines, metrics, gateway, aks];
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

/** Of what a server reads by itself: where it reads nothing they are not there. */
const OF_COLLECTORS = /^unmasq_(?:blob|kubernetes|log_analytics|azure_metrics)_/;
/** Not there where nothing is expected to run out. */
const OF_FORECAST = 'unmasq_snat_exhaustion_timestamp_seconds';

test('the server tells every metric of the table, of its kind and with its labels, and no other', async () => {
  const dataDir = join(folder, 'told');
  const [nodes = '', lines = '', ...others] = written(Date.now());
  expect(unmasq(['ingest', nodes, ...others, lines, '--node', 'aks-np1-0', '--data', dataDir]).status).toBe(0);
  const server = await startServer({ dataDir });
  const text = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
  // Who asks first learns what was worked out before.
  while (!(await text()).includes('unmasq_recent_flows')) await sleep(200);
  const told = await text();
  await server.end();
  const kinds = new Map(
    [...told.matchAll(/^# TYPE (unmasq_\w+) (\w+)$/gm)].map(([, name, kind]) => [name as string, kind]),
  );
  const table = Object.entries<MetricSpec>(METRICS).filter(
    ([name]) => !OF_COLLECTORS.test(name) && (name !== OF_FORECAST || kinds.has(name)),
  );
  expect(kinds).toEqual(new Map(table.map(([name, { kind }]) => [name, kind])));
  const labelled = [...told.matchAll(/^(unmasq_\w+)\{([^}]*)\} /gm)].map(([, name = '', labels = '']) => [
    name.replace(/_(?:bucket|sum|count)$/, ''),
    [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label as string).filter((label) => label !== 'le'),
  ]);
  const specs = new Map<unknown, MetricSpec>(Object.entries(METRICS));
  expect(labelled.length).toBeGreaterThan(20);
  expect(labelled.filter(([name, labels]) => String(labels) !== String(specs.get(name)?.labels))).toEqual([]);
});

test.skipIf(!prometheus)(
  `a real Prometheus scrapes the server, and its rules see the ports${prometheus ? '' : ' (skipped: no prometheus here)'}`,
  { timeout: 120_000 },
  async () => {
    const dataDir = join(folder, 'data');
    const [nodes = '', lines = '', ...others] = written(Date.now());
    expect(unmasq(['ingest', nodes, ...others, lines, '--node', 'aks-np1-0', '--data', dataDir]).status).toBe(0);
    const server = await startServer({ dataDir });
    const port = await freePort();
    const config = join(folder, 'prometheus.yaml');
    const rules = join(folder, 'rules.yaml');
    writeFileSync(
      rules,
      readFileSync(join(monitoring, 'prometheus-rules.yaml'), 'utf8').replaceAll(/for: \d+m/g, 'for: 0s'),
    );
    writeFileSync(
      config,
      `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [${rules}]\nscrape_configs: [{ job_name: unmasq, static_configs: [{ targets: ['${new URL(server.url).host}'] }] }]\n`,
    );
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const asked = async (
      query: string,
    ): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
      const body = await fetch(url)
        .then((response) => response.json())
        .catch(() => null);
      return (body as { data?: { result?: never[] } } | null)?.data?.result ?? [];
    };
    try {
      const until = Date.now() + 80_000;
      const firing = async (): Promise<readonly string[]> =>
        (await asked('ALERTS{alertstate="firing"}')).map(({ metric }) => metric['alertname'] ?? '').sort();
      while (!(await firing()).includes('SnatPortsNearlyUsed') && Date.now() < until) await sleep(500);
      expect(await asked('up')).toMatchObject([{ value: [expect.any(Number), '1'] }]);
      expect(await asked('unmasq_snat_ports_used{protocol="tcp"}')).toMatchObject([
        { metric: { node: 'aks-np1-0', node_ip: '10.224.0.4', egress: 'lb' }, value: [expect.any(Number), '40'] },
      ]);
      expect(await asked('unmasq_snat_ports_allocated')).toMatchObject([{ value: [expect.any(Number), '48'] }]);
      expect(await asked('unmasq_snat_packets_dropped')).toMatchObject([
        { metric: { resource: expect.stringMatching(/natgateways\/egress$/i) }, value: [expect.any(Number), '3'] },
      ]);
      for (const query of dashboardAsks()) {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
        expect({ query, answer: await answer.json() }).toMatchObject({ query, answer: { status: 'success' } });
      }
      expect(await asked('sum by (verdict) (unmasq_recent_flows{cluster=~".*"})')).not.toEqual([]);
      expect(await firing()).toEqual(expect.arrayContaining(['SnatConnectionsFailed', 'SnatPortsNearlyUsed']));
    } finally {
      child.kill();
      await once(child, 'exit');
      await server.end();
    }
  },
);
