import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Image, layImage, lastSaid, parseDockerfile, wordsOf } from '../test/dockerfile.ts';
import { type Container, KUSTOMIZE, named, podOf, resourcesOf } from '../test/manifests.ts';
import { laidWith, packagesOf } from '../test/released.ts';
import { pack } from '../tools/pack.ts';
import { endAll, openStage, type Running, type Stage, start } from './agent-stage.ts';
import { burst, compare } from './agent-told.ts';
import { canRun } from './can-run.ts';
import { contained } from './contained.ts';

/**
 * What the images hold, run as Kubernetes runs it: the same files, the same first words, nobody's user, no more capabilities than the manifests
 * give, and a file system that cannot be written. No engine of containers is needed for it, and none is tried: what the base holds is this machine's.
 */
const may = await canRun(false, { setcap: 'libcap2-bin', unshare: 'util-linux', '/usr/bin/python3': 'python3' });
const skipped = may.ok ? '' : ` (skipped: ${may.why})`;

const root = join(import.meta.dirname, '..');
mkdirSync(join(root, 'build'), { recursive: true });
/** On the disk of the checkout: packages are linked, and files may have capabilities. */
const folder = mkdtempSync(join(root, 'build/image-'));
const release = join(folder, 'unmasq-0.1.0');

/** Thousands of files are made, and go again. */
const LONG_MS = 300_000;

let stage: Stage | null = null;
afterEach(endAll);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
}, LONG_MS);

beforeAll(() => {
  if (!may.ok) return;
  chmodSync(folder, 0o755);
  const { tarball, bom } = pack(root, join(folder, 'release'), null);
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  laidWith(release, packagesOf(bom));
}, LONG_MS);

interface Laid {
  readonly tree: string;
  readonly user: number;
  readonly words: readonly string[];
}

const laid = (name: string): Laid => {
  const image: Image = parseDockerfile(readFileSync(join(root, `deploy/image/${name}.Dockerfile`), 'utf8'));
  const tree = join(folder, name);
  layImage(image, release, tree);
  return { tree, user: Number(lastSaid(image, 'USER')?.split(':')[0]), words: wordsOf(image, 'ENTRYPOINT') };
};

/** A folder of its own, as a volume is. */
const volume = (name: string, user: number): string => {
  const path = mkdtempSync(join(folder, `${name}-`));
  chownSync(path, user, user);
  return path;
};

const ENV = { PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin` };

const TOKEN = 'a-token-of-the-image-test';

const startServer = async (listen: string): Promise<Running & { readonly url: string; readonly data: string }> => {
  const { tree, user, words } = laid('server');
  const data = volume('data', user);
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, `read reader ${TOKEN}-r\ningest agent ${TOKEN}-i\n`, { mode: 0o644 });
  const command = contained({ tree, writable: data, user, mayHave: [], escalates: false }, [...words, 'serve']);
  const env = { UNMASQ_DATA: join(data, 'store'), UNMASQ_LISTEN: listen, UNMASQ_TOKEN_FILE: tokens };
  const [program, ...rest] = command;
  const server = start(program, rest, { ...ENV, ...env });
  const [, url = ''] = await server.line(/^listening on (\S+)$/);
  return { ...server, url, data };
};

test.skipIf(!may.ok)(
  `the server runs as nobody, without a capability, and writes to its data folder and /tmp alone${skipped}`,
  { timeout: 120_000 },
  async () => {
    const server = await startServer('127.0.0.1:0');
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('10001');
    expect(/^CapPrm:\s+(\w+)/m.exec(status)?.[1]).toBe('0'.repeat(16));
    expect(server.said.filter((line) => line.startsWith('stays writable'))).toEqual([]);
    const as = (role: string) => ({ headers: { authorization: `Bearer ${TOKEN}-${role}` } });
    const incident = join(root, 'lab/recorded/incident/kube/nodes.json');
    const posted = await fetch(`${server.url}/api/v1/objects?name=nodes.json&wait=true`, {
      method: 'POST',
      body: readFileSync(incident),
      ...as('i'),
    });
    expect(await posted.text()).toMatch(/"rejects":\s*0\b/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${server.url}/`)).headers.get('content-type')).toContain('text/html');
    const told = await fetch(`${server.url}/api/v1/sources`, as('r'));
    expect(await told.text()).toContain('"kind": "Sources"');
    expect(await server.end()).toBe(0);
    expect(existsSync(join(server.data, 'store'))).toBe(true);
  },
);

/** A folder as the kubelet makes it on a node, and what the first container of the pod makes of it. */
const spoolBy = (tree: string): string => {
  const spool = mkdtempSync(join(folder, 'spool-'));
  chmodSync(spool, 0o755);
  const pod = podOf(named(resourcesOf(join(KUSTOMIZE, 'base')), 'DaemonSet'));
  const [first] = pod.initContainers as [Container];
  const at = first.volumeMounts?.[0]?.mountPath ?? '';
  const command = (first.command ?? []).map((word) => word.replaceAll(at, spool));
  const user = first.securityContext?.runAsUser ?? -1;
  const group = pod.securityContext.runAsGroup ?? -1;
  const [program, ...rest] = contained({ tree, writable: spool, user, group, mayHave: [], escalates: false }, command);
  execFileSync(program, rest, { env: ENV });
  return spool;
};

test.skipIf(!may.ok)(
  `the agent runs as nobody with NET_ADMIN alone, writes to its spool alone, and tells of every connection${skipped}`,
  { timeout: 120_000 },
  async () => {
    stage ??= await openStage(1);
    const { namespace, pod, here, node } = stage;
    const server = await startServer('0.0.0.0:0');
    const { tree, user, words } = laid('agent');
    // As agent.Dockerfile makes it.
    cpSync('/usr/bin/setpriv', join(tree, 'with-net-admin'));
    execFileSync('setcap', ['cap_net_admin+ep', join(tree, 'with-net-admin')]);
    const spool = spoolBy(tree);
    const token = join(folder, 'token');
    writeFileSync(token, `${TOKEN}-i`);
    const flags = ['--server', `http://${here}:${new URL(server.url).port}`, '--node', node.name, '--spool', spool];
    const [program, ...rest] = contained({ tree, writable: spool, user, mayHave: ['net_admin'], escalates: true }, [
      ...words,
      ...flags,
      '--send-every',
      '1',
      '--token-file',
      token,
    ]);
    const agent = start('nsenter', [`--net=/run/netns/${namespace}`, program, ...rest], ENV);
    await agent.line(/nothing is lost any more/);
    const status = readFileSync(`/proc/${agent.pid}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('10002');
    // CAP_NET_ADMIN is bit 12: https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h
    const only = '0000000000001000';
    expect(['CapPrm', 'CapBnd'].map((name) => new RegExp(`^${name}:\\s+(\\w+)`, 'm').exec(status)?.[1])).toEqual([
      only,
      only,
    ]);
    expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1');
    const [times, dest] = [join(folder, 'times'), '203.0.113.66'];
    await burst(pod, 300, 300, { times, dest });
    expect(await agent.end()).toBe(0);
    expect(await server.end()).toBe(0);
    expect(agent.said.filter((line) => /stays writable|queue of .* cannot/.test(line))).toEqual([]);
    const { sent, told, twice, silentlyLost } = await compare({ times, dest, data: join(server.data, 'store') });
    expect({ told, twice, silentlyLost }).toEqual({ told: sent, twice: 0, silentlyLost: 0 });
    expect(sent).toBeGreaterThanOrEqual(300);
  },
);
