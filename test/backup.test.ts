import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeze } from '../src/store/backup/frozen.ts';
import { encodeManifest, type Sum } from '../src/store/backup/manifest.ts';
import { placeAt } from '../src/store/backup/place.ts';
import { readBackup } from '../src/store/backup/read-backup.ts';
import { openChdb } from '../src/store/chdb.ts';
import { endAll, killedAfter, serving, unmasq } from './program.ts';

/* A backup is whole or not there, whatever happens; what is made of it answers as what it was taken of. */

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded/incident');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-backup-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const data = at('data');
const tar = at('whole.tar');
const whole = at('whole');

const QUESTIONS: readonly (readonly string[])[] = [
  ['who', '0.0.0.0/0'],
  ['flows', '--all'],
  ['map'],
  ['why', '10.224.0.5:56576-203.0.113.66:443/tcp'],
  ['snat'],
  ['snat', 'ledger', '--inside'],
  ['snat', 'advice', '--inside'],
  ['diagnose'],
  ['trace', '--propagation'],
  ['sources'],
  ['path', 'shop/catalog-wdfgmvs9jc-86gwn', '203.0.113.66:443'],
];

const answers = (of: string): readonly string[] =>
  QUESTIONS.map((words) => {
    const { status, stdout } = unmasq([...words, '-o', 'json', '--data', of]);
    expect([words.join(' '), [0, 3].includes(status ?? -1)]).toEqual([words.join(' '), true]);
    return stdout;
  });

beforeAll(() => {
  writeFileSync(
    at('torn.txt'),
    '[1795403057.003000]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=41822\n',
  );
  const otlp = join(root, 'src/formats/otlp/testdata');
  const spans = readdirSync(otlp)
    .filter((name) => name.endsWith('.in.jsonl'))
    .map((name) => join(otlp, name));
  for (const words of [
    ['ingest', at('torn.txt'), ...spans, ...parts()],
    ['backup', tar],
    ['backup', whole],
  ]) {
    const { status, stderr } = unmasq([...words, '--data', data]);
    if (status !== 0) throw new Error(stderr);
  }
}, 120_000);
afterAll(() => {
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const parts = (): readonly string[] =>
  ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));

test.each([tar, whole])(
  'what is restored of %s answers every question as before, to the byte',
  (from) => {
    const to = `${from}-restored`;
    const { status, stdout } = unmasq(['restore', from, '--data', to, '-o', 'json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Restore', data: to, items: expect.anything() });
    expect(answers(to)).toEqual(answers(data));
    // Nothing but the store, and it goes on as one: what was read is known.
    expect(readdirSync(to).toSorted()).toEqual(['engine', 'incoming']);
    const again = unmasq(['ingest', '--data', to, '-o', 'json', ...parts()]);
    const { objects } = JSON.parse(again.stdout) as { objects: readonly { rows: number; known: number }[] };
    expect(objects.map(({ rows }) => rows)).toEqual(objects.map(() => 0));
  },
  120_000,
);

test('a manifest tells rows, sources and watermarks of what it was taken of', async () => {
  const { told, sums } = await readBackup(tar);
  const sources = JSON.parse(unmasq(['sources', '-o', 'json', '--data', data]).stdout) as {
    items: readonly { name: string; rows: number; watermark: string | null }[];
  };
  expect(
    told.sources.map(({ name, rows, watermark }) => ({
      name,
      rows,
      watermark: watermark === null ? null : new Date(watermark).toISOString(),
    })),
  ).toEqual(sources.items.map(({ name, rows, watermark }) => ({ name, rows, watermark })));
  expect(told.tables.find(({ table }) => table === 'pod_seen')?.rows).toBeGreaterThan(100);
  expect(told.files).toBe(sums.length);
});

test('no byte of an archive can be another, be missing or be added', async () => {
  const bytes = readFileSync(tar);
  const changed = at('changed.tar');
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, by) => {
      const copy = Buffer.from(bytes);
      copy[place] = (copy[place] as number) ^ by;
      writeFileSync(changed, copy);
      await expect(readBackup(changed)).rejects.toMatchObject({ code: 'E_BACKUP' });
    }),
    { numRuns: 150 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
      writeFileSync(changed, bytes.subarray(0, length));
      await expect(readBackup(changed)).rejects.toMatchObject({ code: 'E_BACKUP' });
    }),
    { numRuns: 50 },
  );
  writeFileSync(changed, Buffer.concat([bytes, Buffer.from('more')]));
  await expect(readBackup(changed)).rejects.toMatchObject({ code: 'E_BACKUP' });
}, 120_000);

/** A part of the table pod_seen in a copy of the folder. */
const partOf = (copy: string): string => {
  const { sums } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8')) as {
    sums: readonly { path: string; table: string; size: number }[];
  };
  const { path } = sums.find((sum) => sum.table === 'pod_seen' && sum.path.endsWith('.bin')) as { path: string };
  return join(copy, path);
};

const edit = (path: string, from: string, to: string): void =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

test.each<[string, (copy: string) => void, RegExp]>([
  ['a part is missing', (copy) => rmSync(partOf(copy)), /data\.bin \(of table pod_seen\) is missing/],
  [
    'a part is torn',
    (copy) => truncateSync(partOf(copy), 10),
    /\(of table pod_seen\) has 10 bytes, and \d+ were written/,
  ],
  [
    'a part was edited',
    (copy) => {
      const bytes = readFileSync(partOf(copy));
      bytes[20] = (bytes[20] as number) ^ 1;
      writeFileSync(partOf(copy), bytes);
    },
    /\(of table pod_seen\) is damaged or was edited/,
  ],
  [
    'there is a file too many',
    (copy) => writeFileSync(join(copy, 'engine/more'), ''),
    /engine\/more is not of this backup/,
  ],
  ['a part is a link', (copy) => link(partOf(copy)), /data\.bin is not a file/],
  [
    'the manifest was edited',
    (copy) => edit(join(copy, 'manifest.json'), '"rows": ', '"rows": 1'),
    /manifest\.json is damaged/,
  ],
  ['the manifest is missing', (copy) => rmSync(join(copy, 'manifest.json')), /no manifest\.json/],
  ['the manifest goes on', (copy) => appendFileSync(join(copy, 'manifest.json'), ' '), /manifest\.json is damaged/],
  ['a later unmasq laid it out', (copy) => relabel(copy, '"format": 1', '"format": 2'), /format 2.*knows format 1/],
])('a backup of which %s is refused, and says so', (name, damage, says) => {
  const copy = at('damaged', name);
  cpSync(whole, copy, { recursive: true });
  damage(copy);
  const to = at('none', name);
  const { status, stderr } = unmasq(['restore', copy, '--data', to]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(says) });
  expect(stderr).toContain('E312');
  expect(existsSync(to)).toBe(false);
});

const link = (path: string): void => {
  renameSync(path, at('linked.bin'));
  symlinkSync(at('linked.bin'), path);
};

/** As somebody would who knows how manifests are summed up. */
const relabel = (copy: string, from: string, to: string): void => {
  const path = join(copy, 'manifest.json');
  const [body = ''] = readFileSync(path, 'utf8').split(',\n "sha256": "');
  const text = `${body.replace(from, to)}\n}`;
  const sum = createHash('sha256').update(text).digest('hex');
  writeFileSync(path, `${text.slice(0, -2)},\n "sha256": "${sum}"\n}\n`);
};

test('every table of the store is in a backup, and one whose schema is newer is refused whole', async () => {
  const copy = at('newer');
  cpSync(data, copy, { recursive: true, verbatimSymlinks: true });
  const engine = openChdb(copy);
  await engine.run('INSERT INTO schema_version SELECT 9999');
  const { files, rows } = await freeze(engine, copy);
  const tables = await engine.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'View' ORDER BY name",
  );
  expect([...rows.keys()]).toEqual(tables.map(({ name }) => name));
  const place = await placeAt(at('newer.tar'), 0);
  const sums: Sum[] = [];
  for (const { path, at: from, table } of files) sums.push({ path, table, ...(await place.copy(path, from)) });
  const { told } = await readBackup(tar);
  await place.finish('manifest.json', encodeManifest({ told, sums }).text);
  await place.put();
  await engine.close();
  const to = at('none-newer');
  const { status, stderr } = unmasq(['restore', at('newer.tar'), '--data', to]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/newer unmasq \(schema 9999.*E305/) });
  expect(existsSync(to)).toBe(false);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['into a folder that holds a store', ['restore', tar, '--data', data], 2, /not empty: engine.*E313/],
  ['of what is not there', ['restore', at('nowhere.tar'), '--data', at('r')], 1, /nowhere\.tar cannot be read.*E312/],
  ['over another backup', ['backup', tar, '--data', data], 1, /is there already.*E311/],
  ['into the data folder', ['backup', join(data, 'x.tar'), '--data', data], 1, /lies in the data folder.*E311/],
  ['where nothing can be written', ['backup', '/proc/x.tar', '--data', data], 1, /cannot be written.*E311/],
  ['of no store', ['backup', at('y.tar'), '--data', at('nobody')], 1, /no store.*E306/],
  ['of a ClickHouse server', ['backup', at('y.tar'), '--store', 'http://127.0.0.1:1/x'], 2, /E104/],
])('%s is refused', (_, words, code, says) => {
  const { status, stderr } = unmasq(words);
  expect({ status, stderr: stderr.replaceAll('\n', ' ') }).toEqual({
    status: code,
    stderr: expect.stringMatching(says),
  });
});

test('a folder that a server has is refused by name, and is backed up once it has ended', async () => {
  const server = await serving(data);
  const refused = unmasq(['backup', at('served.tar'), '--data', data]);
  expect({ status: refused.status, stderr: refused.stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(new RegExp(`the server at ${server.url} has .* open.*E314`)),
  });
  expect(existsSync(at('served.tar'))).toBe(false);
  await server.end();
  expect(unmasq(['backup', at('served.tar'), '--data', data]).status).toBe(0);
  // Its token is no part of the store.
  expect(readFileSync(at('served.tar')).includes('server.json')).toBe(false);
});

/** From before it has begun to after its end, on any machine. */
const MOMENTS = [150, 300, 400, 500, 600, 700, 800, 1_000, 1_300, 1_700, 2_500, 20_000];

test('a restore that is killed leaves all of the store or none of it, and can be done again', async () => {
  const expected = answers(data);
  const to = at('killed');
  const became: boolean[] = [];
  for (const ms of MOMENTS) {
    rmSync(to, { recursive: true, force: true });
    const ended = await killedAfter(['restore', tar, '--data', to], ms);
    const isThere = existsSync(join(to, 'engine'));
    became.push(isThere);
    if (ended) expect(isThere).toBe(true);
    if (!isThere) expect(unmasq(['restore', tar, '--data', to]).status).toBe(0);
    const [first] = QUESTIONS;
    expect(unmasq([...(first ?? []), '-o', 'json', '--data', to]).stdout).toBe(expected[0]);
  }
  expect(new Set(became), 'killed at moments that show nothing').toEqual(new Set([false, true]));
  expect(answers(to)).toEqual(expected);
}, 300_000);

test('a backup that is killed leaves a whole one or none, and the store as it was', async () => {
  const expected = answers(data);
  const became: boolean[] = [];
  mkdirSync(at('targets'));
  for (const [i, ms] of MOMENTS.entries()) {
    const to = at('targets', i % 2 === 0 ? `${i}.tar` : `${i}`);
    await killedAfter(['backup', to, '--data', data], ms);
    became.push(existsSync(to));
    if (!existsSync(to)) expect(unmasq(['backup', to, '--data', data]).status).toBe(0);
    await readBackup(to);
  }
  expect(new Set(became), 'killed at moments that show nothing').toEqual(new Set([false, true]));
  expect(readdirSync(at('targets')).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(answers(data)).toEqual(expected);
}, 300_000);
