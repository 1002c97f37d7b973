import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Access } from '../src/sources/kubernetes/api-server.ts';
import { instant } from '../src/base/instant.ts';
import { ask } from '../src/sources/kubernetes/api-server.ts';
import { clusterAccess } from '../src/sources/kubernetes/cluster-access.ts';
import { certificates } from './kube-api-server/certificates.ts';
import { KubeApiServer } from './kube-api-server/kube-api-server.ts';
import { nodeObject, podObject } from './kube-api-server/objects.ts';
import { OPAQUE } from './kube-api-server/versions.ts';

/** The API server of the tests as the real kubectl sees it, over HTTPS; and the ways of a kubeconfig to get in, which are kubectl's. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-kubectl-'));
const certified = certificates(folder);
const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const without = certified === null ? 'there is no openssl' : hasKubectl ? null : 'there is no kubectl';

const TOKEN = 'a-token-of-the-test';
const T0 = Date.UTC(2026, 10, 22, 3);
const pod = (name: string, note = '') =>
  podObject(
    { uid: `uid-${name}`, namespace: 'shop', name, node: 'node-0', createdAt: T0 },
    { acceptedAt: T0, startedAt: T0, ip: '10.244.0.7', phase: 'Running', note },
  );

const server = new KubeApiServer({
  now: () => T0 + 60_000,
  versions: OPAQUE,
  token: TOKEN,
  ...(certified === null
    ? {}
    : { tls: { ...certified.server, ca: certified.ca, requestCert: true, rejectUnauthorized: false } }),
});
let url = '';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plugin = join(folder, 'plugin.sh');

/** Every user is a way to get in; the context has the user's name. */
const USERS: Readonly<Record<string, object>> = {
  token: { token: TOKEN },
  certificate: {
    'client-certificate-data': base64(certified?.client.cert ?? ''),
    'client-key-data': base64(certified?.client.key ?? ''),
  },
  plugin: {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      args: [TOKEN],
      env: [{ name: 'KIND', value: 'ExecCredential' }],
      interactiveMode: 'Never',
    },
  },
  stranger: { token: 'another' },
};
const kubeconfig = join(folder, 'config');

beforeAll(async () => {
  if (certified === null) return;
  url = await server.listen();
  server.put(nodeObject('node-0', T0));
  for (const name of ['a', 'b', 'c']) server.put(pod(name));
  writeFileSync(
    plugin,
    `#!/bin/sh\necho "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"$KIND\\",\\"status\\":{\\"token\\":\\"$1\\"}}"\n`,
    { mode: 0o755 },
  );
  const names = Object.keys(USERS);
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority-data': base64(certified.ca) } }],
      users: names.map((name) => ({ name, user: USERS[name] })),
      contexts: names.map((name) => ({ name, context: { cluster: 'c', user: name } })),
      'current-context': 'token',
    }),
  );
});
afterAll(async () => {
  if (url !== '') await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: folder };
const kubectl = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('kubectl', [...words], { env, timeout: 20_000 })).stdout;

test.skipIf(without !== null)(
  `kubectl lists, page by page, as a table and as JSON${without ? `: ${without}` : ''}`,
  async () => {
    const table = (await kubectl('get', 'pods', '-A', '--chunk-size=2')).trimEnd().split('\n');
    expect(table.map((line) => line.split(/\s+/))).toEqual([
      ['NAMESPACE', 'NAME', 'STATUS'],
      ['shop', 'a', 'Running'],
      ['shop', 'b', 'Running'],
      ['shop', 'c', 'Running'],
    ]);
    expect(server.requests.some((path) => path.includes('continue='))).toBe(true);
    const nodes = JSON.parse(await kubectl('get', 'nodes', '-o', 'json')) as {
      items: { kind: string; metadata: { name: string } }[];
    };
    expect(nodes.items.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([['Node', 'node-0']]);
    expect(await kubectl('get', 'pod', 'b', '-n', 'shop', '-o', 'name')).toBe('pod/b\n');
    await expect(kubectl('get', 'pod', 'x', '-n', 'shop')).rejects.toThrow('pods "x" not found');
    await expect(kubectl('--context', 'stranger', 'get', 'pods')).rejects.toThrow('must be logged in');
  },
);

test.skipIf(without !== null)('kubectl watches: what exists, then what happens', async () => {
  const watching = spawn('kubectl', ['get', 'pods', '-A', '-w', '--output-watch-events', '-o', 'json'], { env });
  let said = '';
  watching.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await once(watching.stdout, 'data');
  };
  await until(() => said.split('\n').length === 4);
  while (server.watching === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  server.put(pod('a', 'changed'));
  server.put(pod('d'));
  server.remove(pod('d'));
  await until(() => said.includes('"DELETED"'));
  watching.kill();
  const events = said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
    'ADDED a',
    'ADDED b',
    'ADDED c',
    'MODIFIED a',
    'ADDED d',
    'DELETED d',
  ]);
});

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name: string } };
}

const WORLD = { now: () => instant(T0), env: process.env, withinMs: 5_000 };

const isIn = async (access: Access): Promise<number> => {
  const asking = { now: () => instant(T0), signal: new AbortController().signal, answerWithinMs: 5_000, packed: true };
  try {
    (await ask(access, '/api/v1/pods', asking)).body.destroy();
    return 200;
  } catch (error) {
    return (error as { readonly code: number }).code;
  }
};

test.skipIf(certified === null).each(Object.keys(USERS))('a kubeconfig leads in by: %s', async (name) => {
  const access = await clusterAccess({ kubeconfig, context: name }, WORLD);
  if (!access.ok) throw new Error(access.problem);
  expect(access.value.name).toBe(name);
  expect(await isIn(access.value)).toBe(name === 'stranger' ? 401 : 200);
});

test.skipIf(certified === null)('credentials are made anew when the server takes them no longer', async () => {
  const file = join(folder, 'changing');
  const config = (token: string): string => `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: ${url}, certificate-authority-data: ${base64(certified?.ca ?? '')} } }]
users: [{ name: u, user: { token: ${token} } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`;
  writeFileSync(file, config('old'));
  const access = await clusterAccess({ kubeconfig: file, context: null }, WORLD);
  if (!access.ok) throw new Error(access.problem);
  expect(await isIn(access.value)).toBe(401);
  writeFileSync(file, config(TOKEN));
  access.value.renew();
  expect(await isIn(access.value)).toBe(200);
});

const BEHIND = '/k8s/clusters/c-1';

test.skipIf(certified === null)(
  'a server behind a proxy and a prefix, whose authority changes while it is asked',
  async () => {
    const behind = new KubeApiServer({ now: () => T0, tls: certified?.server ?? {}, prefix: BEHIND });
    const far = new URL(await behind.listen());
    const asked: string[] = [];
    const proxy = createServer().on('connect', ({ url: to = '' }: IncomingMessage, socket: Socket) => {
      asked.push(to);
      const onward = connect(Number(to.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const authority = join(folder, 'authority.pem');
    const file = join(folder, 'behind');
    const configured = (more: object): void =>
      writeFileSync(
        file,
        JSON.stringify({
          clusters: [
            { name: 'c', cluster: { server: `${far.origin}${BEHIND}`, 'certificate-authority': authority, ...more } },
          ],
          users: [{ name: 'u', user: { token: TOKEN } }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'x',
        }),
      );
    try {
      configured({ 'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
      writeFileSync(authority, certified?.ca ?? '');
      const access = await clusterAccess({ kubeconfig: file, context: null }, WORLD);
      if (!access.ok) throw new Error(access.problem);
      expect(await isIn(access.value)).toBe(200);
      expect(asked).toEqual([far.host]);
      configured({});
      access.value.renew();
      // The file of the authority is read for each request, as it may be replaced at any time.
      writeFileSync(authority, certified?.client.cert ?? '');
      expect(await isIn(access.value)).toBe(0);
      writeFileSync(authority, certified?.ca ?? '');
      expect(await isIn(access.value)).toBe(200);
      expect(asked.length).toBe(1);
    } finally {
      proxy.close();
      await behind.close();
    }
  },
);

test.skipIf(certified === null)('a server that another authority signed is not believed', async () => {
  const file = join(folder, 'unsigned');
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: url } }],
      users: [{ name: 'u', user: { token: TOKEN } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const access = await clusterAccess({ kubeconfig: file, context: null }, WORLD);
  if (!access.ok) throw new Error(access.problem);
  const asking = { now: () => instant(T0), signal: new AbortController().signal, answerWithinMs: 5_000, packed: false };
  await expect(ask(access.value, '/api/v1/pods', asking)).rejects.toThrow(/certificate/);
});

test.each([
  ['no-such-file', null, /no-such-file/],
  [kubeconfig, 'elsewhere', /there is no context elsewhere; there are token, certificate, plugin, stranger/],
])('what cannot lead anywhere is said: %s %s', async (file, context, expected) => {
  if (certified === null) return;
  const access = await clusterAccess({ kubeconfig: file, context }, WORLD);
  expect(access.ok ? '' : access.problem).toMatch(expected);
});
