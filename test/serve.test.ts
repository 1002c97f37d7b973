import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API } from '../src/contract/questions.ts';
import { endAll, type Ran, serving, type Serving, unmasq } from './program.ts';

/** The server as its users meet it: started, found, guarded, fed, killed. What it answers is in server.test.ts. */

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded/incident');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-serve-'));
const data = join(folder, 'data');
const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
const files = parts.flatMap((part) => globSync(`${part}/**/*.{json,gz}`)).sort();

let server: Serving;
const here = new Map<string, Ran>();

beforeAll(async () => {
  unmasq(['ingest', '--data', data, ...parts]);
  for (const words of [
    ['who', '203.0.113.66'],
    ['flows', '--all', '-o', 'jsonl'],
  ])
    here.set(words.join(' '), unmasq([...words, '--data', data]));
  server = await serving(data);
}, 120_000);
afterAll(async () => {
  await server.end();
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, of: Serving = server): Promise<Response> =>
  fetch(`${of.url}${path}`, { headers });

test('whoever finds the folder taken is answered through the server that has it', () => {
  const { status, stdout, stderr } = unmasq(['who', '203.0.113.66', '--data', data]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: here.get('who 203.0.113.66')?.stdout });
  expect(stderr).toContain(`asked ${server.url}, which has ${data} open`);
  const ingest = unmasq(['ingest', '--data', data, ...parts]);
  expect(ingest.status).toBe(1);
  expect(ingest.stderr).toContain('[E301]');
});

const send = (to: Serving, file: string, query = '', headers: Record<string, string> = {}): Promise<Response> => {
  const bytes = readFileSync(file);
  return fetch(`${to.url}${API}/objects?name=${basename(file)}${query}`, {
    method: 'POST',
    body: bytes,
    headers,
  });
};

const rowsOf = async (response: Response): Promise<{ rows: number; known: number }> => {
  const { objects } = (await response.json()) as { objects: readonly { rows: number; known: number }[] };
  return { rows: objects[0]?.rows ?? 0, known: objects[0]?.known ?? 0 };
};

test('files by POST become the same store; a kill and doing it again change nothing', async () => {
  const other = join(folder, 'posted');
  let posted = await serving(other);
  for (const file of files) await send(posted, file);
  await posted.end('SIGKILL');
  posted = await serving(other);
  const again = await Promise.all(files.map(async (file) => rowsOf(await send(posted, file, '&wait=true'))));
  expect(again.every(({ rows }) => rows === 0)).toBe(true);
  expect(again.reduce((sum, { known }) => sum + known, 0)).toBeGreaterThan(1_000);
  const metrics = await (await get('/metrics', {}, posted)).text();
  expect(metrics).toMatch(/^unmasq_ingest_rows_total\{cluster="default",outcome="stored"\} 0$/m);
  // Verdicts that the first one had no time for were made when the second began.
  const { stdout } = unmasq(['flows', '--all', '-o', 'jsonl', '--server', posted.url]);
  expect(stdout).toBe(here.get('flows --all -o jsonl')?.stdout);
  expect(await posted.end()).toBe(0);
  expect(existsSync(join(other, 'server.json'))).toBe(false);
}, 120_000);

test('of a body that breaks off what came is counted, and sending it whole completes it', async () => {
  const largest = files.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] as string;
  const cut = join(folder, 'cut');
  const posted = await serving(cut);
  const broken = request(`${posted.url}${API}/objects?name=x`, {
    method: 'POST',
    headers: { 'content-length': statSync(largest).size },
  });
  const failed = once(broken, 'error');
  createReadStream(largest, { end: Math.floor(statSync(largest).size / 2) })
    .on('data', (piece) => broken.write(piece))
    .on('end', () => setTimeout(() => broken.destroy(), 200));
  await failed;
  const first = await rowsOf(await send(posted, largest, '&wait=true'));
  const second = await rowsOf(await send(posted, largest));
  expect(second).toEqual({ rows: 0, known: first.rows + first.known });
  await posted.end();
}, 60_000);

test('whoever sends slowly holds up nobody', async () => {
  const own = files.find((file) => file.endsWith('000000.events.txt.gz')) ?? '';
  const bytes = readFileSync(own);
  const slow = await serving(join(folder, 'slow'));
  const dripping = request(`${slow.url}${API}/objects?name=slow.txt.gz`, { method: 'POST' });
  const answered = once(dripping, 'response') as Promise<[{ readonly statusCode: number }]>;
  dripping.write(bytes.subarray(0, 2_000));
  const { rows } = await rowsOf(await send(slow, own));
  expect(rows).toBeGreaterThan(0);
  dripping.end(bytes.subarray(2_000));
  const [{ statusCode }] = await answered;
  expect(statusCode).toBe(200);
  await slow.end();
}, 60_000);

test('beyond loopback it wants tokens, and each allows what its role says', async () => {
  const tokenFile = join(folder, 'tokens');
  expect(unmasq(['serve', '--listen', '0.0.0.0:0', '--data', join(folder, 'no')])).toMatchObject({ status: 2 });
  writeFileSync(tokenFile, 'read ann short');
  const config = join(folder, 'unmasq.yaml');
  writeFileSync(config, `# for others\ntoken-file: ${tokenFile}\ntime-limit: 0\n`);
  for (const words of [
    ['serve', '--token-file', tokenFile, '--data', join(folder, 'no')],
    ['config', 'check', config],
  ]) {
    const short = unmasq(words, { UNMASQ_TIME_LIMIT: '30' });
    expect([short.status, short.stderr.includes('line 1: the token of ann has fewer than 16 characters')]).toEqual([
      2,
      true,
    ]);
  }
  expect(existsSync(join(folder, 'no'))).toBe(false);
  const [reads, brings] = ['reads-0123456789abcdef', 'brings-0123456789abcdef'];
  writeFileSync(tokenFile, `# who may what\nread ann ${reads}\ningest collector ${brings}\n`);
  const wrong = unmasq(['config', 'check', config]);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining(`it stands in ${config}:3`)]);
  const viewed = unmasq(['config', 'view', '--origin', '--config', config], { UNMASQ_TIME_LIMIT: '30' }).stdout;
  expect(viewed).toContain(`token-file: ${tokenFile}  # ${config}:2\n`);
  expect(viewed).toContain('time-limit: "30"  # UNMASQ_TIME_LIMIT\n');
  writeFileSync(config, `token-file: ${tokenFile}\n`);
  expect(unmasq(['config', 'check', config]).status).toBe(0);
  const guarded = await serving(join(folder, 'guarded'), '--config', config);
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const statusOf = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await get(path, headers, guarded)).status;
  expect(await statusOf(`${API}/sources`, {})).toBe(401);
  expect(await statusOf(`${API}/sources`, as('reads-0123456789abcdeg'))).toBe(401);
  expect(await statusOf(`${API}/sources`, as(brings))).toBe(403);
  expect(await statusOf(`${API}/sources`, as(reads))).toBe(200);
  expect(await statusOf('/metrics', {})).toBe(401);
  expect(await statusOf('/readyz', {})).toBe(200);
  const file = files[0] as string;
  expect((await send(guarded, file, '', as(reads))).status).toBe(403);
  expect((await send(guarded, file, '', as(brings))).status).toBe(200);
  const words = ['sources', '-o', 'json'];
  const [denied, allowed] = [{}, { UNMASQ_TOKEN: reads }].map((env) =>
    unmasq([...words, '--server', guarded.url], env),
  );
  expect([denied?.status, denied?.stderr.includes('"E605"')]).toEqual([4, true]);
  expect(allowed?.status).toBe(0);
  // Whoever may read the folder is let in.
  expect(unmasq([...words, '--data', join(folder, 'guarded')]).stdout).toBe(allowed?.stdout);
  expect(statSync(join(folder, 'guarded/server.json')).mode & 0o077).toBe(0);
  await guarded.end();
  expect(guarded.said.join('\n')).toMatch(/GET \/api\/v1\/sources\S* 200 \d+ ms by ann/);
  for (const token of [reads, brings]) expect(guarded.said.join('\n')).not.toContain(token);
}, 60_000);

test('a token that is bound to a node brings in what that node tells, and nothing else', async () => {
  const [tokenFile, secret] = [join(folder, 'bound-tokens'), 'bound-0123456789abcdef'];
  const name = 'aks-nodepool1-41820763-vmss000000';
  writeFileSync(tokenFile, `ingest agent ${secret} node=${name}\ningest all all-0123456789abcdef\n`);
  const bound = await serving(join(folder, 'bound'), '--token-file', tokenFile);
  const as = { authorization: `Bearer ${secret}` };
  const [own = '', other = ''] = [0, 1].map((n) =>
    files.find((file) => file.endsWith(`conntrack/${name.slice(0, -1)}${n}.events.txt.gz`)),
  );
  const status = async (file: string, query: string): Promise<[number, string]> => {
    const response = await send(bound, file, query, as);
    return [response.status, ((await response.json()) as { code?: string }).code ?? ''];
  };
  expect(await status(own, '')).toEqual([403, 'E605']);
  expect(await status(own, `&node=${name.slice(0, -1)}1`)).toEqual([403, 'E605']);
  expect(await status(own, `&node=${name}`)).toEqual([200, '']);
  // Once the inventory says whose an address is, translations of another node are refused.
  const nodes = files.find((file) => file.endsWith('kube/nodes.json')) as string;
  expect((await send(bound, nodes, '&wait=true', { authorization: 'Bearer all-0123456789abcdef' })).status).toBe(200);
  expect(await status(other, `&node=${name}`)).toEqual([403, 'E605']);
  // Of those that are written together, one that is refused spoils no other.
  const together = [own, other, own, other, own].map((file) => status(file, `&node=${name}`));
  const [fine, refused] = [
    [200, ''],
    [403, 'E605'],
  ];
  expect(await Promise.all(together)).toEqual([fine, refused, fine, refused, fine]);
  await bound.end();
}, 60_000);

interface Answer {
  readonly coverage: { readonly flows: number };
  readonly completeness: { readonly reasons: readonly string[] };
}

test('what is older than is kept is dropped, told of, and not taken in again', async () => {
  const [aged, now] = [join(folder, 'aged'), Date.now()];
  const line = (daysAgo: number): string => {
    const port = 40_000 + daysAgo;
    const at = ((now - daysAgo * 86_400_000) / 1_000).toFixed(6);
    return `[${at}]\t    [NEW] tcp 6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=${port} dport=443 [UNREPLIED] src=203.0.113.66 dst=10.224.0.5 sport=443 dport=${port} id=7\n`;
  };
  const file = join(folder, 'aged.events.txt');
  // Facts are kept six days longer than flows.
  writeFileSync(file, [60, 40, 33, 2, 1].map(line).join(''));
  unmasq(['ingest', '--data', aged, file]);
  const keeping = await serving(aged, '--retention', 'flows=30d', '--retention', 'logs=7d');
  const metric = async (name: string): Promise<string | undefined> =>
    (await (await get('/metrics', {}, keeping)).text()).split('\n').find((one) => one.startsWith(`${name} `));
  await expect
    .poll(() => metric('unmasq_expired_rows_total{table="conntrack_event"}'), { timeout: 20_000 })
    .toMatch(/ 2$/);
  expect(await metric('unmasq_expired_rows_total{table="flow"}')).toMatch(/ 3$/);
  expect(await metric('unmasq_table_rows{table="conntrack_event"}')).toMatch(/ 3$/);
  expect(await metric('unmasq_kept_from_timestamp_seconds{kind="flows"}')).toBeDefined();
  expect(await metric('unmasq_kept_from_timestamp_seconds{kind="metrics"}')).toBeUndefined();

  const asked = unmasq(['who', '203.0.113.66', '--since', '70d', '-o', 'json', '--server', keeping.url]);
  const { coverage, completeness } = JSON.parse(asked.stdout) as Answer;
  expect(coverage.flows).toBe(2);
  expect(completeness.reasons).toContainEqual(expect.stringMatching(/^flows are kept from \S+ on/));
  const again = await send(keeping, file, '&wait=true');
  expect(await again.json()).toMatchObject({
    objects: [{ rows: 0, known: 3, ignored: { 'older than is kept': 2 } }],
  });
  expect(await metric('unmasq_ingest_rows_total{cluster="default",outcome="expired"}')).toMatch(/ 2$/);
  await keeping.end();

  // The folder itself knows.
  expect(unmasq(['ingest', '--data', aged, file]).stderr).toContain('2 rows older than is kept left out');
  for (const wrong of ['flows=3h', 'flows', 'pods=30d', 'flows=soon'])
    expect(unmasq(['serve', '--data', aged, '--retention', wrong]).stderr).toContain('[E105]');
});

test('what is not there is said: no server, or something else', async () => {
  const gone = unmasq(['sources', '--server', 'http://127.0.0.1:9']);
  expect([gone.status, gone.stderr.includes('[E604]')]).toEqual([1, true]);
  const both = unmasq(['sources', '--server', server.url, '--data', data]);
  expect([both.status, both.stderr.includes('contradict')]).toEqual([2, true]);
  const taken = unmasq(['serve', '--listen', server.url.slice('http://'.length), '--data', join(folder, 'second')]);
  expect([taken.status, taken.stderr.includes('[E601]')]).toEqual([1, true]);
});
