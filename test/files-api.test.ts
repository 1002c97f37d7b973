import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Audit, CostDifference } from '../src/contract/answers.ts';
import { API, MOST_POSTED, type PostedFile } from '../src/contract/questions.ts';
import { endAll, type Serving, serving, unmasq } from './program.ts';

/** Questions about files: of those that a server was started with, and of those that come along. One answer, and nothing kept. */

// Each audit starts a thread, and the command line a process.
vi.setConfig({ testTimeout: 120_000 });

const here = mkdtempSync(join(tmpdir(), 'unmasq-files-'));
const infra = join(here, 'infra');
const spec = join(here, 'monitoring.yaml');
const dataDir = join(here, 'data');
const ALL = 'all-0123456789abcdef';
const SHOP = 'shop-0123456789abcdef';
const TODAY = '2026-11-28';

let server: Serving;
let bare: Serving;

beforeAll(async () => {
  mkdirSync(join(infra, 'rules'), { recursive: true });
  writeFileSync(join(infra, 'main.tf'), readFileSync(join(import.meta.dirname, 'audit-texts/article-like.tf')));
  writeFileSync(join(infra, 'rules/pods.kql'), 'KubePodInventory | project TimeGenerated, PodIp\n');
  writeFileSync(join(infra, 'README.md'), 'nothing of monitoring\n');
  cpSync(join(import.meta.dirname, '../examples/08-what-does-monitoring-cost/input/monitoring.yaml'), spec);
  writeFileSync(join(here, 'tokens'), `read all ${ALL}\nread shop ${SHOP} namespace=shop\n`);
  server = await serving(dataDir, '--audit', infra, '--spec', spec, '--token-file', join(here, 'tokens'));
  bare = await serving(join(here, 'other'));
}, 60_000);
afterAll(async () => {
  await server.end();
  await bare.end();
  endAll();
  rmSync(here, { recursive: true, force: true });
});

const get = async (path: string, token = ALL) => {
  const response = await fetch(`${server.url}${API}/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, text: await response.text() };
};
const post = async (path: string, body: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${bare.url}${API}/${path}`, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, text, code: /"code": "(E\d+)"/.exec(text)?.[1] ?? null };
};
const bodyOf = (...files: readonly PostedFile[]): string => JSON.stringify({ files });

/** The folder as a browser would send it, in no order. */
const folder = (): readonly PostedFile[] =>
  ['rules/pods.kql', 'README.md', 'main.tf'].map((path) => ({
    path: `infra/${path}`,
    text: readFileSync(join(infra, path), 'utf8'),
  }));
/** As somebody would see it who stands in the folder. */
const relative = (text: string): string => text.replaceAll(`${here}/`, '');

test('what the server was started with is audited as the command line audits it', async () => {
  const { stdout } = unmasq(['audit', infra, '--today', TODAY, '-o', 'json']);
  expect(await get(`audit?today=${TODAY}`)).toEqual({ status: 200, text: stdout });
  const report = JSON.parse(stdout) as Audit;
  expect(report.findings.length).toBeGreaterThan(5);
  expect(report.answerability.map(({ id }) => id)).toContain('who');
});

test('files that come along are audited as those of a folder are', async () => {
  const { stdout } = unmasq(['audit', infra, '--today', TODAY, '-o', 'json']);
  const { status, text } = await post(`audit?today=${TODAY}`, bodyOf(...folder()));
  expect([status, text]).toEqual([200, relative(stdout)]);
});

test('costs are those of the command line, of the spec of the server and of one that comes along', async () => {
  const set = ['inventory.interval=5m', 'workspace.tables.ContainerLogV2.plan=Basic'];
  const query = new URLSearchParams(set.map((one): [string, string] => ['set', one])).toString();
  const diff = unmasq(['cost', 'diff', spec, ...set.flatMap((one) => ['--set', one]), '-o', 'json']).stdout;
  expect((await get(`cost?what=diff&${query}`)).text).toBe(diff);
  const posted = bodyOf({ path: 'monitoring.yaml', text: readFileSync(spec, 'utf8') });
  expect((await post(`cost?what=diff&${query}`, posted)).text).toBe(relative(diff));
  expect((JSON.parse(diff) as CostDifference).monthlyChange).toBeLessThan(0);
  const estimate = unmasq(['cost', 'estimate', spec, '-o', 'json']).stdout;
  expect((await get('cost?what=estimate')).text).toBe(estimate);
  expect((await post('cost?what=breakdown&by=area', posted)).status).toBe(200);
});

test('a reader of some namespaces is told nothing of the cluster as a whole, and may ask of files of its own', async () => {
  for (const path of ['audit', 'cost?what=estimate']) {
    const { status, text } = await get(path, SHOP);
    expect([status, text]).toEqual([403, expect.stringContaining('reads some namespaces alone')]);
  }
  const own = await fetch(`${server.url}${API}/audit`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SHOP}` },
    body: bodyOf(...folder()),
  });
  expect(own.status).toBe(200);
  const none = await fetch(`${server.url}${API}/audit`, { method: 'POST', body: bodyOf(...folder()) });
  expect(none.status).toBe(401);
});

const A = { path: 'a.tf', text: '' };
test.each<[string, string, number, string]>([
  ['no JSON', 'files', 400, 'E607'],
  ['no list', '{"files": {}}', 400, 'E607'],
  ['no file', bodyOf(), 400, 'E607'],
  ['a file without a text', '{"files": [{"path": "a.tf"}]}', 400, 'E607'],
  ['null', '{"files": [null]}', 400, 'E607'],
  ['the same path twice', bodyOf(A, A), 400, 'E607'],
  ...[
    '',
    '/etc/passwd',
    '../a.tf',
    'x/../../a.tf',
    './a.tf',
    'a//b.tf',
    'a/',
    'C:\\a.tf',
    'a\0.tf',
    'a\nb.tf',
    '-',
  ].map((path): [string, string, number, string] => [
    `the path ${JSON.stringify(path)}`,
    bodyOf({ path, text: '' }),
    400,
    'E607',
  ]),
  ['a path that is too long', bodyOf({ path: 'a'.repeat(MOST_POSTED.pathLength + 1), text: '' }), 400, 'E607'],
  [
    'too many files',
    bodyOf(...Array.from({ length: MOST_POSTED.files + 1 }, (_, i) => ({ path: `${i}.tf`, text: '' }))),
    400,
    'E607',
  ],
  ['more than is taken', bodyOf({ path: 'a.tf', text: 'x'.repeat(MOST_POSTED.bytes) }), 413, 'E608'],
  ['nothing of monitoring', bodyOf({ path: 'infra/a.txt', text: 'x' }), 422, 'E861'],
])('%s is refused', async (_, body, status, code) => {
  const refused = await post('audit', body);
  expect([refused.status, refused.code]).toEqual([status, code]);
});

test('after all of them the server answers', async () => {
  expect((await post(`audit?today=${TODAY}`, bodyOf(...folder()))).status).toBe(200);
});

test('no name of a file, and nothing in one, leads to the disk', async () => {
  const secret = join(here, 'secret.yaml');
  writeFileSync(secret, 'cluster: { name: secret-cluster }\n');
  const reads = bodyOf({
    path: 'main.tf',
    text: `resource "azurerm_monitor_scheduled_query_rules_alert_v2" "a" {\n  name = file("${secret}")\n  location = file("../${secret}")\n  criteria {\n    query = templatefile("${secret}", {})\n  }\n}\nmodule "m" {\n  source = "../../../../../../../..${here}"\n}\n`,
  });
  expect((await post('audit', reads)).text).not.toContain('secret-cluster');
  const settings = { path: 'm.yaml', text: readFileSync(spec, 'utf8') };
  for (const query of [`what=diff&set=cluster.region=../../../..${here}/x`, `what=estimate&measured=${secret}`])
    expect((await post(`cost?${query}`, bodyOf(settings))).status).toBe(400);
  const before = readdirSync(here, { recursive: true }).length;
  await post('audit', bodyOf(...folder()));
  expect(readdirSync(here, { recursive: true }).length).toBe(before);
});

test('a page of another site cannot have files audited, nor a server asked that has none', async () => {
  const cross = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
  expect(await post('audit', bodyOf(...folder()), cross)).toMatchObject({ status: 403, code: 'E605' });
  for (const path of ['audit', 'cost?what=estimate']) {
    const response = await fetch(`${bare.url}${API}/${path}`);
    expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: 'E612' })]);
  }
  const put = await fetch(`${bare.url}${API}/audit`, { method: 'PUT', body: '' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
  const flows = await fetch(`${bare.url}${API}/flows`, { method: 'POST', body: '' });
  expect([flows.status, flows.headers.get('allow')]).toEqual([405, 'GET']);
});

test('what takes longer than an answer may is ended, whatever stands in the files', async () => {
  const hasty = await serving(join(here, 'fourth'), '--time-limit', '1');
  const block = 'resource "azurerm_x" "r" {\n  name = "a"\n  x    = var.y\n}\n';
  const files = Array.from({ length: 12 }, (_, i) => ({ path: `d/${i}.tf`, text: block.repeat(4_000) }));
  const late = await fetch(`${hasty.url}${API}/audit`, { method: 'POST', body: bodyOf(...files) });
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([504, 'E609']);
  expect((await fetch(`${hasty.url}/healthz`)).status).toBe(200);
  await hasty.end();
});

test('a server does not start with files that are not there', () => {
  for (const flags of [
    ['--audit', '/nowhere'],
    ['--spec', '/nowhere.yaml'],
    ['--measured', here],
  ]) {
    const { status, stderr } = unmasq(['serve', '--data', join(here, 'third'), '--listen', '127.0.0.1:0', ...flags]);
    expect([flags[0], status !== 0, /E861|E104/.test(stderr)]).toEqual([flags[0], true, true]);
  }
});
