import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { KubeApiServer } from '../test/kube-api-server/kube-api-server.ts';
import { Kubelet } from '../test/kube-api-server/kubelet.ts';
import { nodeObject, podObject } from '../test/kube-api-server/objects.ts';
import type { WhoReport } from '../src/app/who.ts';
import { canRun } from './can-run.ts';
import { runInside } from './children.ts';
import { createNetwork, type Network } from './network.ts';
import { type NodePlan, planNodes, podAddresses } from './topology.ts';

/**
 * `unmasq now` as its users start it, over real NAT: two nodes of the lab, whose kubelets are a stand-in that runs the debugging pods' own
 * command in the node's network namespace. The API server is that of the tests.
 */

const may = await canRun();
const skipped = may.ok ? '' : ` (skipped: ${may.why})`;
const MAIN = join(import.meta.dirname, '../src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-now-'));
const kubeconfig = join(folder, 'config');
const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder, XDG_DATA_HOME: folder };
const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const DEST = '203.0.113.66';

const server = new KubeApiServer({ now: () => Date.now(), bookmarkEveryMs: 500 });
let network: Network;
let kubelet: Kubelet;
let nodes: readonly NodePlan[];
const born = Date.now() - 3_600_000;

const kubeconfigOf = (url: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });

beforeAll(async () => {
  if (!may.ok) return;
  nodes = planNodes(2, new Map(), () => crypto.randomUUID());
  network = await createNetwork({ nodes, pods: [0, 1], timeWaitSeconds: 5 });
  for (const [index, node] of nodes.entries()) {
    await network.attachPod(index, node, podAddresses(node, 10));
    server.put(nodeObject(node.name, born));
    const [ip] = podAddresses(node, 10);
    const made = { uid: `uid-${index}`, namespace: 'shop', name: `web-${index}`, node: node.name, createdAt: born };
    server.put(podObject(made, { acceptedAt: born, startedAt: born, ip, phase: 'Running' }));
  }
  const windows = nodeObject('akswin000000', born);
  server.put({ ...windows, status: { ...windows.status, nodeInfo: { operatingSystem: 'windows' } } });
  kubelet = new Kubelet(server, new Map(nodes.map(({ name, index }) => [name, network.node(index)])));
  server.pods = kubelet;
  writeFileSync(kubeconfig, kubeconfigOf(await server.listen()));
}, 60_000);

afterEach(() => {
  server.admits = () => null;
  server.forbidden.clear();
  kubelet?.absent.clear();
  if (kubelet !== undefined) kubelet.cutsLogsAfter = null;
});

afterAll(async () => {
  if (may.ok) {
    await kubelet.close();
    await server.close();
    await network.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const debugPods = () =>
  (server.history.at(server.history.revision) ?? [])
    .map(([, object]) => object)
    .filter(({ metadata }) => metadata.name.startsWith('unmasq-now-'));

/** Nothing of a look is there any more: no pod, no process. */
const NOTHING = { pods: 0, processes: 0 };
const left = () => ({ pods: debugPods().length, processes: kubelet.processes });

const now = (...words: readonly string[]) => {
  const child = spawn(process.execPath, [MAIN, 'now', DEST, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()));
  const ended = once(child, 'close').then(([code]) => ({ ...said, code: code as number | null }));
  return { child, ended };
};
const onLinux = (): readonly string[] => nodes.flatMap(({ name }) => ['--node', name]);
const report = (out: string): WhoReport => JSON.parse(out) as WhoReport;

/** Until the debugging pods of both nodes listen, by their own words. */
const listening = async (): Promise<void> => {
  while (debugPods().filter(({ status }) => status?.phase === 'Running').length < 2) await sleep(50);
};

const send = (pod: number, count: number, first: number): Promise<string> =>
  runInside(network.pod(pod), 'python3', [
    join(import.meta.dirname, 'burst.py'),
    DEST,
    String(count),
    '500',
    String(first),
  ]);

test.skipIf(!may.ok)(
  `the pod is named, exactly, also of a connection that was open before; kubectl sees the debugging pods, and nothing after${skipped}`,
  async () => {
    await send(0, 1, 6_000);
    const look = now('--for', '4s', '-o', 'json');
    await listening();
    if (hasKubectl) {
      const { stdout } = await promisify(execFile)('kubectl', ['get', 'pods', '-n', 'kube-system', '-o', 'name'], {
        env,
      });
      expect(stdout.match(/pod\/unmasq-now-/g)?.length).toBe(2);
    }
    await sleep(1_500);
    await send(0, 7, 100);
    await send(1, 3, 200);
    const { out, err, code } = await look.ended;
    expect([code, err]).toEqual([0, err]);
    const { items, coverage, completeness } = report(out);
    expect(
      items.map(({ workload, flows, exactFlows, pods }) => [workload?.name, flows, exactFlows, pods[0]?.name]),
    ).toEqual([['web', 11, 11, 'web-0']]);
    expect(coverage.byVerdict.exact.flows).toBe(11);
    expect(completeness.reasons).toEqual(['node akswin000000: it runs Windows, which has no Linux conntrack']);
    expect(left()).toEqual(NOTHING);
  },
);

test.skipIf(!may.ok)(`Ctrl-C ends a look early: what was heard is told, and nothing is left${skipped}`, async () => {
  const look = now('--for', '60s', '-o', 'json');
  await listening();
  await sleep(3_000);
  await send(0, 5, 300);
  await sleep(500);
  look.child.kill('SIGINT');
  const { out, err, code } = await look.ended;
  expect([code, err]).toEqual([130, err]);
  expect(report(out).items[0]?.exactFlows).toBeGreaterThanOrEqual(5);
  expect(report(out).completeness.reasons.join()).toContain('stopped before the end');
  expect(left()).toEqual(NOTHING);
});

test(`Ctrl-C while the cluster does not answer ends it at once`, async () => {
  const mute = createServer().listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as AddressInfo;
  writeFileSync(join(folder, 'mute'), kubeconfigOf(`http://127.0.0.1:${port}`));
  const look = now('--kubeconfig', join(folder, 'mute'));
  const [socket] = (await once(mute, 'connection')) as [Socket];
  look.child.kill('SIGINT');
  const { err, code } = await look.ended;
  expect([code, err]).toEqual([130, expect.stringContaining('stopped before any node was looked at')]);
  socket.destroy();
  mute.close();
});

test.skipIf(!may.ok)(
  `a look that was killed leaves pods that end by themselves, and the next deletes them${skipped}`,
  async () => {
    const look = now('--for', '3s');
    await listening();
    look.child.kill('SIGKILL');
    await look.ended;
    expect(debugPods().length).toBe(2);
    // The dump and its waits take four seconds beside the three.
    while (kubelet.processes > 0) await sleep(200);
    expect(debugPods().map(({ status }) => status?.phase)).toEqual(['Succeeded', 'Succeeded']);
    // Somebody might still read them.
    await sleep(11_000);
    const { err, code } = await now('--for', '1s').ended;
    expect([code, err]).toEqual([0, expect.stringContaining('2 debugging pods of an earlier look deleted')]);
    expect(left()).toEqual(NOTHING);
  },
  60_000,
);

test.skipIf(!may.ok)(
  `looks at the same time leave each other alone, and no connection is an answer too${skipped}`,
  async () => {
    const looks = ['6s', '1s', '3s'].map((time) => now('--for', time, '-o', 'json', '--strict', ...onLinux()));
    for (const { out, err, code } of await Promise.all(looks.map(({ ended }) => ended))) {
      expect([code, err]).toEqual([0, err]);
      expect(err).not.toContain('earlier look');
      expect(report(out).completeness.reasons).toEqual([]);
    }
    expect(left()).toEqual(NOTHING);
  },
);

test.skipIf(!may.ok)(
  `an image that cannot be pulled is told for each node, and nothing is left${skipped}`,
  async () => {
    kubelet.absent.add('registry.example.com/none:1');
    const { err, code } = await now('--for', '1s', '--image', 'registry.example.com/none:1').ended;
    expect(code).toBe(1);
    expect(err).toContain('E845');
    expect(err).toContain('ImagePullBackOff: failed to resolve reference "registry.example.com/none:1"');
    expect(left()).toEqual(NOTHING);
  },
);

test.skipIf(!may.ok)(
  `what the cluster does not permit or admit is told with what to do, and nothing is left${skipped}`,
  async () => {
    server.forbidden.add('create pods');
    const refused = await now('--for', '1s').ended;
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('E841')]);
    expect(refused.err).toContain('jane@example.com may not create pods in namespace kube-system');
    expect(refused.err).toContain('kubectl create role unmasq-now -n kube-system');
    server.forbidden.clear();
    server.admits = () =>
      'pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)';
    const denied = await now('--for', '1s', '--pod-namespace', 'shop').ended;
    expect([denied.code, denied.err]).toEqual([4, expect.stringContaining('E842')]);
    expect(denied.err).toContain('namespace shop admits pods of level baseline:latest only');
    server.admits = () => null;
    const stranger = await now('--node', 'aks-none').ended;
    expect([stranger.code, stranger.err]).toEqual([2, expect.stringContaining('there is no node aks-none')]);
    expect(left()).toEqual(NOTHING);
  },
);

test.skipIf(!may.ok)(`a log that breaks off is read again, and nothing is told twice${skipped}`, async () => {
  kubelet.cutsLogsAfter = 8;
  const look = now('--for', '3s', '-o', 'json');
  await listening();
  await sleep(1_500);
  await send(0, 9, 400);
  const { out, err, code } = await look.ended;
  expect([code, err]).toEqual([0, err]);
  const web = report(out)
    .items.flatMap(({ pods }) => pods)
    .find(({ name }) => name === 'web-0');
  // Beside them those that the kernel still remembers of before.
  expect(web?.flows).toBeGreaterThanOrEqual(9);
  expect(web?.flows).toBeLessThan(40);
  expect(left()).toEqual(NOTHING);
});
