import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import { CredentialPlugin } from './credential-plugin.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const folder = mkdtempSync(join(tmpdir(), 'unmasq-plugin-'));
const runs = join(folder, 'runs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shell script as plugin; what it was told of the cluster is in the file `runs`, a line each time. */
const pluginOf = (script: string, more: object = {}, withinMs = 5_000, clock = { now: NOON }) => {
  writeFileSync(runs, '');
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', `echo "$KUBERNETES_EXEC_INFO" >> ${runs}; ${script}`],
    env: [{ name: 'KIND', value: 'ExecCredential' }],
    ...more,
  };
  const world = { now: () => instant(clock.now), env: process.env, withinMs };
  return new CredentialPlugin(exec, { server: 'https://10.0.0.1' }, world);
};
const told = (): readonly object[] =>
  readFileSync(runs, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
const { signal } = new AbortController();
const status = (one: object): string => `echo '${JSON.stringify({ kind: 'ExecCredential', status: one })}'`;

test('it is run once for all who ask, and again when what it made is about to expire', async () => {
  const clock = { now: NOON };
  const made = { token: 't', expirationTimestamp: '2026-11-22T12:01:00Z' };
  const plugin = pluginOf(status(made), { provideClusterInfo: true }, 5_000, clock);
  const both = await Promise.all([plugin.credentials(signal), plugin.credentials(signal)]);
  expect(both).toEqual([0, 1].map(() => ({ token: 't', cert: '', key: '' })));
  clock.now += 49_000;
  await plugin.credentials(signal);
  expect(told()).toEqual([
    {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://10.0.0.1' } },
    },
  ]);
  clock.now += 1_000;
  await plugin.credentials(signal);
  expect(told().length).toBe(2);
});

test('what it made without an end is kept, and it is told of the cluster only where it asked to be', async () => {
  const clock = { now: NOON };
  const plugin = pluginOf(status({ clientCertificateData: 'c', clientKeyData: 'k' }), {}, 5_000, clock);
  expect(await plugin.credentials(signal)).toEqual({ token: '', cert: 'c', key: 'k' });
  clock.now += 86_400_000;
  await plugin.credentials(signal);
  expect(told().map((one) => (one as { spec: object }).spec)).toEqual([{ interactive: false }]);
});

test.each<[string, string, object, string]>([
  ['it waits for somebody', 'sleep 60', {}, 'sh was ended after 0.3 s: perhaps it asks somebody to log in'],
  [
    'it says what it waits for',
    'echo "open https://login.example.org and enter ABC" >&2; sleep 60',
    {},
    'sh was ended after 0.3 s; it said: open https://login.example.org and enter ABC',
  ],
  ['it fails', 'echo "no subscription" >&2; exit 3', {}, 'sh failed (3): no subscription'],
  [
    'it is not there',
    '',
    { command: 'no-such-login', installHint: 'Install it with brew.\n' },
    'no-such-login cannot be found in PATH: Install it with brew.',
  ],
  ['it prints something else', 'echo logged in', {}, 'sh printed no ExecCredential with a token or a certificate'],
  ['it wants an answer', 'read x; echo "no answer" >&2; exit 1', {}, 'sh failed (1): no answer'],
])('%s: that is said, and it can be asked again', async (_, script, more, expected) => {
  const plugin = pluginOf(script, more, 300);
  await expect(plugin.credentials(signal)).rejects.toThrow(expected);
  await expect(plugin.credentials(signal)).rejects.toThrow(expected);
});

test('it ends with whoever asked', async () => {
  const stop = new AbortController();
  const asked = pluginOf('sleep 60', {}, 60_000).credentials(stop.signal);
  stop.abort();
  await expect(asked).rejects.toThrow('ABORT_ERR');
});
