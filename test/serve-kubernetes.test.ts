import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KubeApiServer } from './kube-api-server/kube-api-server.ts';
import { nodeObject, podObject } from './kube-api-server/objects.ts';
import { endAll, startServer } from './program.ts';

/** `unmasq serve --kubernetes` as a process: fed by an API server, killed, started again, asked to end. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-serve-kubernetes-'));
const kubeconfig = join(folder, 'config');
const server = new KubeApiServer({ now: () => Date.now(), bookmarkEveryMs: 300 });
const born = Date.now() - 3_600_000;
const pod = (name: string, namespace = 'shop') =>
  podObject(
    { uid: `uid-${name}`, namespace, name, node: 'node-0', createdAt: born },
    { acceptedAt: born, startedAt: born, ip: `10.244.0.${name.length}`, phase: 'Running' },
  );

afterAll(async () => {
  endAll();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = async () => {
  const { url, end } = await startServer({
    dataDir: join(folder, 'data'),
    flags: ['--kubernetes', '--kube-context', 'x', '--cluster', 'shop-prod'],
    env: { KUBECONFIG: kubeconfig },
  });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(name));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  const until = async (name: string, expected: number): Promise<void> => {
    while ((await metric(name)) !== expected) await new Promise((resolve) => setTimeout(resolve, 150));
  };
  return { url, metric, until, end };
};

const PODS = 'unmasq_kubernetes_objects{cluster="shop-prod",resource="pods"}';
const [HELD, NODES_HELD] = ['pods', 'nodes'].map(
  (of) => `unmasq_kubernetes_handed_over_total{cluster="shop-prod",resource="${of}"}`,
) as [string, string];

test('it watches a cluster, is killed, and knows afterwards who went in the meantime', async () => {
  const url = await server.listen();
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  server.put(nodeObject('node-0', born));
  for (const name of ['a', 'bb']) server.put(pod(name));
  server.put(pod('dns', 'kube-system'));
  const first = await start();
  await first.until(HELD, 1);
  await first.until(NODES_HELD, 1);
  while (server.watching < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  server.put(pod('cccc'));
  // The page, the new pod; and before long how far the watch has come.
  await first.until(PODS, 4);
  while ((await first.metric(HELD)) < 2) await new Promise((resolve) => setTimeout(resolve, 150));
  await first.end('SIGKILL');
  server.remove(pod('a'));
  const second = await start();
  await second.until(HELD, 1);
  await second.until(NODES_HELD, 1);
  expect(await second.metric(PODS)).toBe(3);
  const sources = (await (await fetch(`${second.url}/api/v1/sources?cluster=shop-prod`)).json()) as {
    items: { name: string; rows: number; watermark: string | null }[];
  };
  // Three, one that came, and the three that are left.
  expect(sources.items.map(({ name, rows }) => [name, rows])).toEqual([
    ['nodes', 2],
    ['pods', 7],
  ]);
  expect(await second.end('SIGTERM')).toBe(0);
}, 90_000);
