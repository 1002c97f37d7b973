import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PASSWORD, type StandIn, startClickhouse, USER } from './clickhouse-server/start-clickhouse.ts';
import { endAll, startServer, unmasq } from './program.ts';

/** The program with its store on a server (a stand-in for the wire, with the real engine behind it), beside the same in a folder. */

const seen = ['conntrack', 'insights-logs-flowlogflowevent', 'kube'].map((source) =>
  join(import.meta.dirname, '../lab/recorded/incident', source),
);
// Each starts the program several times.
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'unmasq-wire-program-'));
const data = join(folder, 'data');
let server: StandIn;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await startClickhouse(join(folder, 'server'));
  env = { UNMASQ_STORE: `${server.url}/shop`, UNMASQ_STORE_USER: USER, UNMASQ_STORE_PASSWORD: PASSWORD };
  for (const [words, where] of [
    [['--data', data], {}],
    [[], env],
  ] as const) {
    const { status, stderr } = unmasq(['ingest', ...seen, ...words], where);
    if (status !== 0) throw new Error(stderr);
  }
}, 600_000);
afterAll(async () => {
  endAll();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([['who', '203.0.113.0/24'], ['flows', '--all'], ['sources'], ['snat', 'ledger']])(
  '`unmasq %s` answers the same to the byte',
  (...words) => {
    const [here, there] = [{}, env].map((where) =>
      unmasq([...words, '-o', 'json', ...('UNMASQ_STORE' in where ? [] : ['--data', data])], where),
    );
    expect(there).toMatchObject({ status: 0, stdout: here?.stdout });
    expect(here?.stdout).toContain('"items"');
  },
);

test('doctor and sources say which store it is', () => {
  const told = `${server.url}/shop`;
  expect(unmasq(['doctor'], env).stdout).toContain(`${told} can be written and read`);
  expect(unmasq(['sources'], env).stderr).toContain(`the store is ${told}`);
});

test('a password in the URL is told nowhere', () => {
  const url = `${server.url.replace('://', `://${USER}:s3cret@`)}/shop`;
  const { status, stdout, stderr } = unmasq(['sources', '--store', url, '--debug', '-v']);
  expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining('E308') as string });
  expect(`${stdout}${stderr}`).not.toContain('s3cret');
});

test('while `unmasq serve` writes, questions are answered beside it, and what else is brought in is handed to it', async () => {
  const { UNMASQ_STORE: url = '', ...login } = env;
  const serving = await startServer({ place: ['--store', url], env: login });
  expect(unmasq(['who', '203.0.113.0/24', '-o', 'json'], env)).toMatchObject({ status: 0 });
  expect(unmasq(['doctor'], env).stdout).toContain('can be written and read');
  const second = unmasq(['ingest', ...seen, '-o', 'json'], env);
  expect(second).toMatchObject({ status: 0 });
  const { objects } = JSON.parse(second.stdout) as { readonly objects: readonly { rows: number; known: number }[] };
  expect(objects.reduce((sum, { rows }) => sum + rows, 0)).toBe(0);
  expect(objects.reduce((sum, { known }) => sum + known, 0)).toBeGreaterThan(0);
  expect(await serving.end('SIGKILL')).toBeNull();
  // It died on this system, so nobody waits for it.
  expect(unmasq(['ingest', ...seen], env)).toMatchObject({ status: 0 });
});
