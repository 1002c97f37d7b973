import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, instant } from '../src/base/instant.ts';
import { ClockLeapt, FOR_EVER, type Retention } from '../src/core/retention.ts';
import { openChdb } from '../src/store/chdb.ts';
import { compact as compactFolder } from '../src/store/compact.ts';
import { endAll, killedAfter, serving, unmasq } from './program.ts';

/* A store that is compact answers as before, whatever happens on the way. */

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded/incident');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-compact-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(recorded, name));
/** Read bit by bit, so that answers were superseded and tables are in many parts. */
const data = at('data');

const must = (...words: readonly string[]): string => {
  const { status, stdout, stderr } = unmasq(words);
  if (status !== 0 && status !== 3) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
};

const QUESTIONS: readonly (readonly string[])[] = [
  ['who', '0.0.0.0/0'],
  ['flows', '--all'],
  ['flows', '--all', '--changed-since', '2020-01-01'],
  ['map'],
  ['map', '--sender', 'pod', '--to', 'all', '--by', 'sent'],
  ['why', '10.224.0.5:56576-203.0.113.66:443/tcp'],
  ['snat', 'ledger', '--inside'],
  ['diagnose'],
  ['sources'],
];
const answers = (of: string): readonly string[] =>
  QUESTIONS.map((words) => must(...words, '-o', 'json', '--data', of, '-q'));

const copyOf = (name: string): string => {
  cpSync(data, at(name), { recursive: true, verbatimSymlinks: true });
  return at(name);
};

let expected: readonly string[] = [];
beforeAll(() => {
  must('ingest', '--data', data, ...parts('insights-logs-flowlogflowevent', 'kube'));
  for (const name of readdirSync(join(recorded, 'conntrack')))
    must('ingest', '--data', data, join(recorded, 'conntrack', name));
  expected = answers(data);
}, 120_000);
afterAll(() => {
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

interface Compaction {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly expired: readonly { readonly table: string; readonly rows: number }[];
  readonly items: readonly { readonly table: string; readonly rowsBefore: number; readonly rowsAfter: number }[];
}

const compact = (of: string, ...flags: readonly string[]): Compaction =>
  JSON.parse(must('compact', '-o', 'json', '--data', of, ...flags)) as Compaction;

const partsOf = async (of: string): Promise<readonly { readonly table: string; readonly n: number }[]> => {
  const engine = openChdb(of);
  const rows = await engine.rows<{ table: string; n: number }>(
    'SELECT table, count() AS n FROM system.parts WHERE database = currentDatabase() GROUP BY table, partition HAVING n > 1',
  );
  await engine.close();
  return rows;
};

test('every answer is the same to the byte, the folder is smaller, and a second time there is nothing to do', async () => {
  const of = copyOf('same');
  expect((await partsOf(of)).length).toBeGreaterThan(3);
  const first = compact(of);
  expect(answers(of)).toEqual(expected);
  expect(first.bytesAfter).toBeLessThan(first.bytesBefore);
  // Answers that others took the place of are gone.
  const flow = first.items.find(({ table }) => table === 'flow');
  expect(flow?.rowsAfter).toBeLessThan((flow?.rowsBefore ?? 0) / 2 + 1);
  const again = compact(of);
  expect(again.items.filter(({ rowsBefore, rowsAfter }) => rowsBefore !== rowsAfter)).toEqual([]);
  expect(again.bytesAfter).toBeLessThanOrEqual(first.bytesAfter);
  expect(await partsOf(of)).toEqual([]);
  // What is read again is known, and what is new is answered.
  expect(must('ingest', '--data', of, '-o', 'json', ...parts('kube', 'conntrack'))).toContain('"rows": 0');
  expect(answers(of).slice(0, 2)).toEqual(expected.slice(0, 2));
}, 120_000);

test('with a retention what is older goes first; a clock that leapt is not believed, and drops nothing', async () => {
  const of = copyOf('retention');
  const retention: Retention = { ...FOR_EVER, flows: DAY };
  const asked = (now: string) =>
    compactFolder({ dataDir: of, retention, now: instant(Date.parse(now)), progress: () => undefined });
  await expect(asked('2027-03-01')).rejects.toThrow(ClockLeapt);
  expect(answers(of)).toEqual(expected);
  expect((await asked('2026-11-26T12:00:00Z')).expired).toEqual([]);
  expect(answers(of)).toEqual(expected);
  const { expired, tables } = await asked('2026-11-28T12:00:00Z');
  expect(expired.map(({ table }) => table)).toEqual(['flow', 'flow_total', 'sender_minute', 'sender_hour']);
  expect(tables.find(({ table }) => table === 'flow')?.rowsAfter).toBe(0);
  expect(must('flows', '--all', '-o', 'jsonl', '--data', of, '-q')).toBe('');
}, 120_000);

test('a compaction that is killed, again and again, leaves every answer as it was', async () => {
  const of = copyOf('killed');
  const [first = []] = QUESTIONS;
  let underWay = 0;
  for (const ms of [500, 700, 800, 900, 1_000, 1_100, 1_200, 1_400, 1_600, 1_900, 2_300]) {
    await killedAfter(['compact', '--data', of], ms);
    if (existsSync(join(of, '.sweep'))) underWay++;
    expect(must(...first, '-o', 'json', '--data', of, '-q')).toBe(expected[0]);
  }
  expect(underWay, 'killed at moments that show nothing').toBeGreaterThan(0);
  expect(answers(of)).toEqual(expected);
  compact(of);
  expect(answers(of)).toEqual(expected);
  expect(await partsOf(of)).toEqual([]);
}, 240_000);

test.each<[string, readonly string[], number, RegExp]>([
  ['where there is no store', ['compact', '--data', at('none')], 1, /no store.*E306/],
  ['of a ClickHouse server', ['compact', '--store', 'http://127.0.0.1:1/x'], 2, /E104/],
  ['with a time of no kind', ['compact', '--data', data, '--retention', '30x'], 2, /E105/],
])('a compaction %s is refused', (_, words, code, says) => {
  const { status, stderr } = unmasq(words);
  expect({ status, stderr: stderr.replaceAll('\n', ' ') }).toEqual({
    status: code,
    stderr: expect.stringMatching(says),
  });
});

test('a folder that a server has is refused by name', async () => {
  const server = await serving(copyOf('served'));
  const { status, stderr } = unmasq(['compact', '--data', at('served')]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/the server at .*E314/) });
  await server.end();
});
