import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { settingsOf } from '../src/cli/settings.ts';
import { lastSaid, parseDockerfile } from './dockerfile.ts';
import {
  type Container,
  documentsIn,
  kustomizationIn,
  KUSTOMIZE,
  type Manifest,
  named,
  podOf,
  resourcesOf,
  unknownIn,
} from './manifests.ts';

/** What deploy/kustomize says; who may what in test/kubernetes-collector.test.ts beside what is asked for. */

const root = join(import.meta.dirname, '..');
const base = resourcesOf(join(KUSTOMIZE, 'base'));
const server = named(base, 'Deployment');
const agent = named(base, 'DaemonSet');
const OVERLAYS = ['base', ...readdirSync(join(KUSTOMIZE, 'overlays')).map((name) => `overlays/${name}`)];

/** `kubectl kustomize` of before 1.21 (Debian 12 has 1.20) knows no components and no `patches`. */
const kustomize = (
  folder: string,
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
const version = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' }).stdout as
  | string
  | null;
const minor = Number(/"minor": "(\d+)/.exec(version ?? '')?.[1] ?? 0);
const renders = minor >= 21;
const without = renders ? '' : ` (skipped: ${minor === 0 ? 'no kubectl here' : `kubectl 1.${minor} is too old`})`;

/** Each is rendered once: kubectl takes its time to start. */
const alreadyRendered = new Map<string, readonly Manifest[]>();
const rendered = (folder: string): readonly Manifest[] => {
  const before = alreadyRendered.get(folder);
  if (before !== undefined) return before;
  const { status, stdout, stderr } = kustomize(join(KUSTOMIZE, folder));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const manifests = documentsIn(stdout);
  alreadyRendered.set(folder, manifests);
  return manifests;
};

test.each(OVERLAYS)('%s names files that are there, of kinds and fields that Kubernetes knows', (folder) => {
  const found = resourcesOf(join(KUSTOMIZE, folder));
  expect(found.length).toBeGreaterThan(5);
  expect(found.flatMap(unknownIn)).toEqual([]);
});

test('a field that Kubernetes does not know is found, wherever it is', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: x }
spec: { replica: 1, template: { spec: { containers: [{ name: x, securityContext: { readOnlyRootFs: true }, args: x }] } } }
`;
  expect(documentsIn(text).flatMap(unknownIn)).toEqual([
    'Deployment.spec: there is no replica',
    'Deployment.spec.template.spec.containers[0].securityContext: there is no readOnlyRootFs',
    'Deployment.spec.template.spec.containers[0].args: expected a list',
  ]);
});

test('what a component patches is in the base, and the patch is of its kind', () => {
  for (const component of readdirSync(join(KUSTOMIZE, 'components'))) {
    const { patches = [] } = kustomizationIn(join(KUSTOMIZE, 'components', component));
    expect(patches.length).toBeGreaterThan(0);
    for (const { target, patch } of patches) {
      named(base, target.kind, target.name);
      const [one] = documentsIn(patch) as [Manifest];
      expect([one.kind, one.metadata.name]).toEqual([target.kind, target.name]);
      expect(unknownIn(one)).toEqual([]);
    }
  }
});

test.skipIf(!renders).each(OVERLAYS)(`kubectl renders %s, as Kubernetes knows it${without}`, (folder) => {
  expect(rendered(folder).flatMap(unknownIn)).toEqual([]);
});

test.skipIf(!renders)(`each overlay adds what it is named for, and nothing else${without}`, () => {
  const kinds = (manifests: readonly Manifest[]): readonly string[] =>
    manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  const all = rendered('base');
  expect(kinds(rendered('overlays/server-only'))).toEqual(kinds(all).filter((name) => !name.includes('unmasq-agent')));
  const identity = rendered('overlays/workload-identity');
  expect(kinds(identity)).toEqual(kinds(all));
  expect(named(identity, 'ServiceAccount', 'unmasq').metadata.annotations).toHaveProperty([
    'azure.workload.identity/client-id',
  ]);
  expect(named(identity, 'Deployment').spec?.template?.metadata.labels).toEqual({
    'app.kubernetes.io/name': 'unmasq',
    'azure.workload.identity/use': 'true',
  });
  const privileged = (manifests: readonly Manifest[]): readonly string[] =>
    manifests
      .filter(({ spec }) => spec?.template !== undefined)
      .flatMap((one) => [...(podOf(one).initContainers ?? []), ...podOf(one).containers])
      .filter(({ securityContext }) => securityContext?.privileged === true)
      .map(({ name }) => name);
  expect(OVERLAYS.map((folder) => [folder, privileged(rendered(folder))])).toEqual(
    OVERLAYS.map((folder) => [folder, /node-settings|everything/.test(folder) ? ['node-settings'] : []]),
  );
});

const userOf = (name: string): number => {
  const image = parseDockerfile(readFileSync(join(root, `deploy/image/${name}.Dockerfile`), 'utf8'));
  return Number(lastSaid(image, 'USER')?.split(':')[0]);
};

test('nobody is root, writes to the root, or has a capability, but the agent has NET_ADMIN and what hands it its spool is root without any', () => {
  const pods = [podOf(server), podOf(agent)];
  expect(pods.map(({ securityContext }) => securityContext)).toMatchObject([
    { runAsNonRoot: true, runAsUser: userOf('server'), seccompProfile: { type: 'RuntimeDefault' } },
    { runAsNonRoot: true, runAsUser: userOf('agent'), seccompProfile: { type: 'RuntimeDefault' } },
  ]);
  const contexts = pods
    .flatMap(({ containers, initContainers = [] }) => [...initContainers, ...containers])
    .map(({ name, securityContext }) => ({ name, ...securityContext }));
  const closed = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  expect(contexts).toEqual([
    { name: 'server', ...closed },
    { name: 'spool', ...closed, runAsNonRoot: false, runAsUser: 0 },
    { name: 'agent', ...closed, allowPrivilegeEscalation: true, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } },
  ]);
  expect(pods.map(({ hostNetwork = false }) => hostNetwork)).toEqual([false, true]);
  expect(pods.map(({ volumes }) => volumes.filter(({ hostPath }) => hostPath !== undefined).length)).toEqual([0, 1]);
});

test('the agent asks nothing of Kubernetes: nothing is granted to it, and it has no token', () => {
  const account = podOf(agent).serviceAccountName;
  const bindings = base.filter(({ kind }) => kind.endsWith('Binding'));
  expect(bindings.flatMap(({ subjects = [] }) => subjects).filter(({ name }) => name === account)).toEqual([]);
  expect([podOf(agent), named(base, 'ServiceAccount', account)].map((one) => one.automountServiceAccountToken)).toEqual(
    [false, false],
  );
});

test('images are those of this version, one for each Dockerfile', () => {
  const { version: now } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const texts = readdirSync(KUSTOMIZE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => readFileSync(join(KUSTOMIZE, path), 'utf8'));
  const images = new Set(texts.flatMap((text) => [...text.matchAll(/image: (\S+)/g)].map(([, image]) => image)));
  expect(images).toEqual(new Set([`registry.example/unmasq:${now}`, `registry.example/unmasq-agent:${now}`]));
});

test('probes, Service and NetworkPolicy are about the port on which the server listens', () => {
  const [container] = podOf(server).containers as [Container];
  const [port] = container.ports ?? [];
  expect(container.env).toContainEqual({ name: 'UNMASQ_LISTEN', value: `0.0.0.0:${port?.containerPort}` });
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const probes = [startupProbe, livenessProbe, readinessProbe].map((one) => one?.httpGet);
  expect(probes).toEqual([
    { path: '/healthz', port: 'http' },
    { path: '/healthz', port: 'http' },
    { path: '/readyz', port: 'http' },
  ]);
  expect(named(base, 'Service').spec?.ports).toMatchObject([{ port: port?.containerPort, targetPort: port?.name }]);
  const policy = named(base, 'NetworkPolicy').spec;
  expect(policy?.ingress?.flatMap(({ ports }) => ports.map((one) => one.port))).toEqual([port?.name]);
  const labels = server.spec?.template?.metadata.labels;
  expect(policy?.podSelector?.matchLabels).toEqual(labels);
  expect(named(base, 'Service').spec?.selector).toEqual(labels);
  expect(named(base, 'PodDisruptionBudget').spec?.selector).toEqual({ matchLabels: labels });
});

test('the one replica does not hold up a drain', () => {
  const { maxUnavailable, minAvailable } = named(base, 'PodDisruptionBudget').spec ?? {};
  expect([maxUnavailable, minAvailable]).toEqual([1, undefined]);
});

const commandNamed = (name: string) => {
  const found = COMMANDS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

test('each flag and variable of the manifest of the server is one, and what it names is there', () => {
  const settings = settingsOf(commandNamed('serve'));
  const [container] = podOf(server).containers as [Container];
  const [command, ...flags] = container.args ?? [];
  expect([command, server.spec?.strategy?.type]).toEqual(['serve', 'Recreate']);
  const keys = new Set(settings.map(({ key }) => `--${key}`));
  expect(flags.filter((flag) => !keys.has(flag))).toEqual([]);
  const variables = new Set(settings.map(({ variable }) => variable));
  expect((container.env ?? []).filter(({ name }) => !variables.has(name))).toEqual([]);
  expect(named(base, 'ServiceAccount', 'unmasq').metadata.name).toBe(podOf(server).serviceAccountName);
  const mounts = container.volumeMounts ?? [];
  expect(mounts.map(({ name }) => name)).toEqual(podOf(server).volumes.map(({ name }) => name));
  const paths = (container.env ?? []).map(({ value = '' }) => value).filter((value) => value.startsWith('/'));
  expect(paths.filter((path) => !mounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`)))).toEqual([]);
});

test('each flag of the manifest of the agent is one, and it asks the Service', () => {
  const [container] = podOf(agent).containers as [Container];
  const args = container.args ?? [];
  const keys = new Set(settingsOf(commandNamed('agent')).map(({ key }) => `--${key}`));
  expect(args.filter((word) => word.startsWith('--') && !keys.has(word))).toEqual([]);
  const service = named(base, 'Service');
  expect(args[args.indexOf('--server') + 1]).toBe(
    `http://${service.metadata.name}.unmasq.svc:${service.spec?.ports?.[0]?.port}`,
  );
});
