import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { COMMANDS } from '../src/cli/commands.ts';
import { settingsOf } from '../src/cli/settings.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec: PodSpec }; readonly strategy?: { readonly type: string } };
}
interface PodSpec {
  readonly serviceAccountName?: string;
  readonly volumes: readonly { readonly name: string }[];
  readonly containers: readonly {
    readonly args: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
}

const manifests = parseAllDocuments(readFileSync('deploy/server/server.yaml', 'utf8')).map((one) => {
  if (one.errors.length > 0) throw one.errors[0] as Error;
  return one.toJS() as Manifest;
});
const named = (kind: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};

test('each flag and variable of the manifest of the server is one, and what it names is there', () => {
  const serve = COMMANDS.find(({ name }) => name === 'serve');
  if (serve === undefined) throw new Error('no serve');
  const settings = settingsOf(serve);
  const { template, strategy } = named('Deployment').spec ?? {};
  const [container] = template?.spec.containers ?? [];
  const [command, ...flags] = container?.args ?? [];
  expect([command, strategy?.type]).toEqual(['serve', 'Recreate']);
  const keys = new Set(settings.map(({ key }) => `--${key}`));
  expect(flags.filter((flag) => !keys.has(flag))).toEqual([]);
  const known = new Set(settings.map(({ variable }) => variable));
  expect((container?.env ?? []).filter(({ name }) => !known.has(name))).toEqual([]);
  expect(named('ServiceAccount').metadata.name).toBe(template?.spec.serviceAccountName);
  const mounts = container?.volumeMounts ?? [];
  expect(mounts.map(({ name }) => name)).toEqual(template?.spec.volumes.map(({ name }) => name));
  const paths = (container?.env ?? []).map(({ value = '' }) => value).filter((value) => value.startsWith('/'));
  expect(paths.filter((path) => !mounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`)))).toEqual([]);
});
