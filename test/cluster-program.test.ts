import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type HttpEngine, openHttp } from '../src/store/http-engine.ts';
import {
  PASSWORD,
  type StandIn,
  type StandInCluster,
  startCluster,
  USER,
} from './clickhouse-server/start-clickhouse.ts';
import { endAll, unmasq } from './program.ts';

/**
 * The program with its store on a cluster of two shards, beside the same in a folder. Each shard is a real engine in a process of its own; what is
 * between the servers of a cluster, Keeper and Distributed, is a stand-in (test/clickhouse-server/as-cluster.ts).
 */

// Each starts the program several times.
vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'unmasq-cluster-program-'));
const [data, run] = [join(folder, 'data'), join(folder, 'run')];
let cluster: StandInCluster;
let env: NodeJS.ProcessEnv;

const done = (words: readonly string[], where: NodeJS.ProcessEnv = {}): string => {
  const { status, stdout, stderr } = unmasq(words, where);
  // 3: there is a finding.
  if (status !== 0 && status !== 3) throw new Error(stderr);
  return stdout;
};

beforeAll(async () => {
  cluster = await startCluster(join(folder, 'cluster'), 2);
  env = { UNMASQ_STORE: cluster.url, UNMASQ_STORE_USER: USER, UNMASQ_STORE_PASSWORD: PASSWORD };
  const of = ['--nodes', '6', '--pods-per-node', '10', '--flows', '12000', '--hours', '0.5', '--seed', '7'];
  const hard = ['--skew-spread', '1500', '--lose-conntrack', '0.02', '--ip-reuse', 'high', '--port-reuse', 'high'];
  const more = ['--traces', '0.5', '--trace-names-only', '0.3', '--traffic-analytics'];
  done(['simulate', '--out', run, ...of, ...hard, ...more]);
  for (const [words, where] of [
    [['--data', data], {}],
    [[], env],
  ] as const)
    done(['ingest', run, ...words], where);
}, 600_000);
afterAll(async () => {
  endAll();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

const inBoth = (...words: readonly string[]): readonly [string, string] => [
  done([...words, '-o', 'json', '--data', data]),
  done([...words, '-o', 'json'], env),
];

const onServer = async <Value>(place: number, work: (engine: HttpEngine) => Promise<Value>): Promise<Value> => {
  const { at } = cluster.servers[place] as StandIn;
  const engine = openHttp({ ...at, database: 'unmasq_shard' }, 'cccccccccccc0000');
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

test('every record and every verdict is on one of the shards, and both have some', async () => {
  const counts = await Promise.all(
    cluster.servers.map(async (_, place) => {
      const [row] = await onServer(place, (engine) =>
        engine.rows<{ records: number; flows: number; elsewhere: number }>(
          `SELECT (SELECT count() FROM flow_record) AS records, (SELECT count() FROM flow) AS flows,
           (SELECT countIf(shard % 2 != {place:UInt8}) FROM flow_record) + (SELECT countIf(shard % 2 != {place:UInt8}) FROM conntrack_event)
           + (SELECT countIf(shard % 2 != {place:UInt8}) FROM flow) + (SELECT countIf(shard % 2 != {place:UInt8}) FROM window_current) AS elsewhere`,
          { place },
        ),
      );
      return row;
    }),
  );
  for (const count of counts) {
    expect(count?.elsewhere).toBe(0);
    expect(count?.records).toBeGreaterThan(1000);
    expect(count?.flows).toBeGreaterThan(1000);
  }
});

test.each([
  ['who', '0.0.0.0/0'],
  ['flows', '--all'],
  ['sources'],
  ['snat', 'ledger'],
  ['snat', 'status'],
  ['map'],
  ['diagnose'],
])('`unmasq %s` answers the same to the byte', (...words) => {
  const [here, there] = inBoth(...words);
  expect(there).toBe(here);
  expect(here.length).toBeGreaterThan(500);
});

test('`unmasq why` answers the same to the byte', () => {
  const { items } = JSON.parse(inBoth('flows', '--limit', '3')[0]) as { items: readonly { flow: string }[] };
  expect(items).toHaveLength(3);
  for (const { flow } of items) {
    const [here, there] = inBoth('why', flow);
    expect(there).toBe(here);
  }
});

test('reading it again changes nothing, and is told as known', () => {
  const before = inBoth('flows', '--all')[1];
  const [here, there] = [['--data', data] as const, [] as const].map((where, i) =>
    done(['ingest', run, '-o', 'json', ...where], i === 0 ? {} : env),
  ) as [string, string];
  expect(there).toBe(here);
  expect(inBoth('flows', '--all')[1]).toBe(before);
});

test('what a shard failed at is completed by the same again, and nothing counts twice', async () => {
  const there = { ...env, UNMASQ_STORE: cluster.url.replace('/unmasq?', '/halves?') };
  const [, second] = cluster.servers;
  const lost = 'Code: 999. DB::Exception: Session expired. (KEEPER_EXCEPTION)';
  await second?.breaks({ matching: '^INSERT INTO flow_record\\b', times: 2, how: { what: 'exception', text: lost } });
  expect(unmasq(['ingest', run], there)).toMatchObject({ status: 1 });
  await second?.breaks({ matching: '^INSERT INTO flow_total\\b', times: 1, how: { what: 'exception', text: lost } });
  expect(unmasq(['ingest', run], there).status).toBe(1);
  await second?.breaks();
  done(['ingest', run], there);
  const asked = ['flows', '--all', '-o', 'json'];
  expect(done(asked, there)).toBe(done([...asked, '--data', data]));
});

test('a number that a killed process gave on one shard alone is not given again', async () => {
  await onServer(1, (engine) => engine.run("INSERT INTO pod_lease (cluster, generation) SELECT 'killed', 999999"));
  done(['ingest', join(run, 'kube')], env);
  const numbers = await onServer(0, (engine) => engine.rows<{ n: number }>('SELECT max(write) AS n FROM write_log'));
  expect(numbers[0]?.n).toBeGreaterThan(999_999);
});

test('servers in another order, too few of them, and a cluster that nobody knows are refused', () => {
  const [first = '', second = ''] = cluster.servers.map(({ url }) => new URL(url).host);
  for (const [hosts, name, why] of [
    [`${second},${first}`, 'lab', 'has part 2 of 2 of the store, and --store names it as 1 of 2'],
    [first, 'lab', 'has 2 shards, and --store names servers of 1'],
    [`${first},${second}`, 'other', 'knows no cluster other; it knows lab'],
  ] as const) {
    const { status, stderr } = unmasq(['sources', '--store', `http://${hosts}/unmasq?cluster=${name}`], env);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(why) as string });
    expect(stderr).toContain('E317');
  }
});
