import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../src/base/instant.ts';
import type { KubeEvent, LogLine, Sighting } from '../src/core/facts.ts';
import type { Batch, Store } from '../src/core/ports.ts';
import { openChdb } from '../src/store/chdb.ts';
import { openFolder } from '../src/store/open-store.ts';
import { endAll, killedAfter, serving, unmasq } from './program.ts';
import { emptyBatch } from './random-world.ts';

/* What is purged is nowhere below the data folder, and nothing else is said of anybody else. */

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded/incident');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-purge-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
/** Read in two parts, so that verdicts changed; and one without conntrack, so that rates tell who sent what. */
const late = at('late');
const bare = at('bare');
/** With all that can tell of pods. */
const full = at('full');

const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(recorded, name));
const FLOW_LOG = 'insights-logs-flowlogflowevent';

const must = (...words: readonly string[]): string => {
  const { status, stdout, stderr } = unmasq(words);
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
};

interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
}

/** Those of the namespace in a store. */
const podsOf = async (data: string, namespace: string): Promise<readonly Pod[]> => {
  const engine = openChdb(data);
  const rows = await engine.rows<Pod>(
    'SELECT DISTINCT uid, namespace, name, workload_name AS workload FROM pod_seen WHERE namespace = {namespace:String} ORDER BY uid',
    { namespace },
  );
  await engine.close();
  return rows;
};

let shop: readonly Pod[] = [];
let words: readonly string[] = [];
const AT = instant(Date.parse('2026-11-25T10:20:20Z'));

beforeAll(async () => {
  must('ingest', '--data', late, ...parts(FLOW_LOG, 'kube'));
  cpSync(late, bare, { recursive: true, verbatimSymlinks: true });
  must('ingest', '--data', late, ...parts('conntrack'));
  shop = await podsOf(late, 'shop');
  words = ['shop', ...shop.flatMap(({ uid, name }) => [uid, name])];
  cpSync(late, full, { recursive: true, verbatimSymlinks: true });
  const { store } = await openFolder(full);
  for (const batch of told()) await store.write([batch]);
  await store.attribute('default', AT);
  await store.grade('default');
  await store.close();
}, 120_000);
afterAll(() => {
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const sighting = (rest: Partial<Sighting>): Sighting => ({
  kind: 'client',
  begin: AT,
  beginNanos: 0,
  until: instant(AT + 20),
  podUid: '',
  namespace: '',
  pod: '',
  node: '',
  podIp: null,
  container: '',
  service: '',
  destIp: null,
  destPort: 443,
  destHost: '',
  protocol: 6,
  localIp: null,
  localPort: 0,
  clientIp: null,
  clientPort: 0,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '',
  parentSpanId: '',
  ids: [],
  text: '',
  status: '',
  result: '',
  probability: null,
  redirected: false,
  times: 1,
  ...rest,
});
const line = (rest: Partial<LogLine>): LogLine => ({
  at: AT,
  node: '',
  namespace: 'data',
  pod: 'etl-0',
  podUid: '',
  container: 'main',
  stream: 'stdout',
  level: 'info',
  message: '',
  ...rest,
});
const event = (rest: Partial<KubeEvent>): KubeEvent => ({
  uid: '',
  reason: 'Created',
  type: 'Normal',
  kind: 'Pod',
  namespace: 'data',
  name: 'etl-0',
  node: '',
  message: '',
  count: 1,
  first: AT,
  last: AT,
  component: 'kubelet',
  ...rest,
});

/** Of its own, of others that name it, and of others that do not; in the order in which tests count them. */
const told = (): readonly Batch[] => {
  const [one, two] = shop as readonly [Pod, Pod];
  return [
    {
      ...emptyBatch('default', 'spans'),
      format: 'otlp',
      sightings: [
        sighting({ spanId: 'a', podUid: one.uid, text: 'GET /a', destHost: 'api.example.com' }),
        sighting({ spanId: 'b', namespace: 'shop', pod: two.name, ids: ['order-1'] }),
        sighting({ spanId: 'c', namespace: 'data', pod: 'etl-0', destHost: `${two.workload}.shop.svc.cluster.local` }),
        sighting({ spanId: 'd', namespace: 'data', pod: 'etl-0', text: `asked ${two.name}: the shop is open` }),
        sighting({ spanId: 'e', namespace: 'data', pod: 'etl-0', text: 'GET /e', destHost: 'api.example.com' }),
      ],
      logLines: [
        line({ namespace: 'shop', pod: one.name, podUid: one.uid, message: 'mine' }),
        line({ message: `scaled ${one.namespace}/${one.workload} to 3, namespace=shop, "namespace":"shop"` }),
        line({ message: `waits for ${one.name}.` }),
        line({ message: 'nothing to do with it' }),
      ],
      rejects: [
        { place: 'line 1', why: 'no time', text: `{"pod":"${one.name}"}` },
        { place: 'line 2', why: 'no time', text: '{"pod":"etl-0"}' },
      ],
    },
    {
      ...emptyBatch('default', 'events'),
      format: 'kubernetes-events',
      events: [
        event({ uid: 'e1', namespace: 'shop', name: one.name, message: 'Started container' }),
        event({ uid: 'e2', kind: 'Namespace', namespace: '', name: 'shop', message: 'Created' }),
        event({ kind: 'Node', namespace: '', name: 'node-0', message: `evicted shop/${one.name}` }),
        event({ uid: 'e4', message: 'Started container' }),
      ],
    },
  ];
};

/** Files that hold one of the words by themselves, whatever they are. */
const filesWith = (data: string, of: readonly string[]): readonly string[] => {
  const one = new RegExp(`(?:^|[^A-Za-z0-9-])(?:${of.join('|')})(?:$|[^A-Za-z0-9-])`);
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => one.test(readFileSync(path, 'latin1')) || one.test(path.slice(data.length)));
};

/** Columns of any table that hold one of the words: what is packed cannot be read in files. */
const columnsWith = async (data: string, of: readonly string[]): Promise<readonly string[]> => {
  const engine = openChdb(data);
  const columns = await engine.rows<{ table: string; name: string }>(
    "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND type LIKE '%String%'",
  );
  const found: string[] = [];
  for (const { table, name } of columns) {
    const [row] = await engine.rows<{ n: number }>(
      `SELECT count() AS n FROM ${table} WHERE hasAny(extractAll(toString(${name}), '[A-Za-z0-9-]+'), {of:Array(String)})`,
      { of },
    );
    if (row !== undefined && row.n > 0) found.push(`${table}.${name}`);
  }
  await engine.close();
  return found;
};

/** No part of any table but those in force. */
const leftovers = (data: string): readonly string[] =>
  (readdirSync(data, { recursive: true }) as string[]).filter((path) =>
    /mutation_\d+\.txt$|detached\/.|delete_tmp_|\/shadow|\.sweep/.test(path),
  );

const copyOf = (data: string, name: string): string => {
  cpSync(data, at(name), { recursive: true, verbatimSymlinks: true });
  return at(name);
};

const flows = (data: string): string => must('flows', '--all', '-o', 'jsonl', '--data', data, '-q');

test('after a purge no file and no column holds a name of the namespace, and others lost no row', async () => {
  const data = copyOf(full, 'whole');
  expect(await columnsWith(data, words)).toEqual(
    expect.arrayContaining([
      'flow.pod_uids',
      'flow_total.pod_uids',
      'kubernetes_event.message',
      'log_line.message',
      'pod_lease.namespace',
      'pod_seen.name',
      'reject.text',
      'sighting.dest_host',
      'verdict_change.uid_after',
    ]),
  );
  const dry = JSON.parse(must('purge', '-n', 'shop', '--dry-run', '-o', 'json', '--data', data)) as Purge;
  const done = JSON.parse(
    must('purge', '-n', 'shop', '--yes', '--every-mention', '-o', 'json', '--data', data),
  ) as Purge;
  expect(done.left).toEqual([]);
  expect(filesWith(data, words)).toEqual([]);
  expect(await columnsWith(data, words)).toEqual([]);
  expect(leftovers(data)).toEqual([]);
  // The steps say what was done, and a dry run what would be.
  expect(Object.fromEntries(done.items.map(({ table, action, rows }) => [`${table} ${action}`, rows]))).toMatchObject({
    'sighting deleted': 2,
    'sighting reworded': 2,
    'log_line deleted': 1,
    'log_line reworded': 2,
    'kubernetes_event deleted': 2,
    'kubernetes_event reworded': 1,
    'reject reworded': 1,
  });
  expect(dry.items).toEqual(done.items);
  expect(await textsOf(data)).toEqual([
    [
      'GET /e api.example.com',
      'asked purged: the purged is open ',
      ` ${shop[1]?.workload}.purged.svc.cluster.local`,
    ].toSorted(),
    [
      'nothing to do with it',
      `scaled purged/${shop[0]?.workload} to 3, namespace=purged, "namespace":"purged"`,
      'waits for purged.',
    ],
    ['Started container', 'evicted purged/purged'],
    ['{"pod":"etl-0"}', '{"pod":"purged"}'],
  ]);
}, 240_000);

interface Purge {
  readonly pods: number;
  readonly items: readonly { readonly table: string; readonly action: string; readonly rows: number }[];
  readonly left: readonly unknown[];
}

const textsOf = async (data: string): Promise<readonly (readonly string[])[]> => {
  const engine = openChdb(data);
  const texts = async (of: string, table: string): Promise<readonly string[]> =>
    (await engine.rows<{ said: string }>(`SELECT ${of} AS said FROM ${table} FINAL ORDER BY said`)).map(
      ({ said }) => said,
    );
  const all = [
    (
      await engine.rows<{ said: string }>("SELECT concat(text, ' ', dest_host) AS said FROM sighting ORDER BY said")
    ).map(({ said }) => said),
    await texts('message', 'log_line'),
    await texts('message', 'kubernetes_event'),
    await texts('text', 'reject'),
  ];
  await engine.close();
  return all;
};

test('without --every-mention the word that a namespace is stays where it names nothing in it, and is told', () => {
  const data = copyOf(full, 'words');
  const { left } = JSON.parse(must('purge', '-n', 'shop', '--yes', '-o', 'json', '--data', data)) as Purge;
  expect(left).toEqual([{ table: 'sighting', column: 'text', rows: 1 }]);
}, 240_000);

/** What each pod sent, whoever it is. */
const sums = (data: string): readonly string[] =>
  must('map', '--sender', 'pod', '--to', 'all', '--limit', '1000', '-o', 'jsonl', '--data', data)
    .trimEnd()
    .split('\n')
    .map((text) => {
      const { flows: sent, bytesOut, bytesIn } = JSON.parse(text) as Record<string, number>;
      return `${sent} ${bytesOut} ${bytesIn}`;
    })
    .toSorted();

interface Flow {
  readonly flow: string;
  readonly verdict: string;
  readonly pod: { uid: string; namespace: string; name: string } | null;
  readonly workload: { namespace: string; name: string } | null;
  readonly candidates: readonly { podUid?: string | null; probability: number }[];
}

test.each([late, bare])(
  'every flow of %s has the sender that it had, under its stand-in where it is of the namespace',
  (of) => {
    const data = copyOf(of, `${of === late ? 'late' : 'bare'}-same`);
    const sent = sums(data);
    const before = flows(of)
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Flow);
    must('purge', '-n', 'shop', '--yes', '--data', data);
    const now = flows(data)
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Flow);
    expect(sums(data)).toEqual(sent);
    const standIns = new Map<string, string>();
    const same = (was: string | null | undefined, is: string | null | undefined): void => {
      if (was === null || was === undefined) return expect(is ?? null).toBeNull();
      if (!shop.some(({ uid }) => uid === was)) return expect(is).toBe(was);
      expect(is).toMatch(/^purged-[0-9a-f]{24}$/);
      expect(standIns.get(was) ?? is).toBe(is);
      standIns.set(was, is ?? '');
    };
    expect(now.map(({ pod: _p, workload: _w, candidates: _c, ...rest }) => rest)).toEqual(
      before.map(({ pod: _p, workload: _w, candidates: _c, ...rest }) => rest),
    );
    for (const [i, was] of before.entries()) {
      const is = now[i] as Flow;
      same(was.pod?.uid, is.pod?.uid);
      expect(is.workload?.namespace === 'shop' || is.pod?.namespace === 'shop').toBe(false);
      const chances = (flow: Flow): readonly number[] =>
        flow.candidates.map(({ probability }) => probability).toSorted((a, b) => a - b);
      expect(chances(is)).toEqual(chances(was));
    }
    expect(new Set(standIns.values()).size).toBe(standIns.size);
    if (of === late) expect(standIns.size).toBeGreaterThan(10);
  },
  60_000,
);

test('what is read again goes to the stand-ins: nothing comes back, and no flow has another sender', async () => {
  const data = copyOf(full, 'again');
  must('purge', '-n', 'shop', '--yes', '--every-mention', '--data', data);
  const before = flows(data);
  const read = JSON.parse(must('ingest', '-o', 'json', '--data', data, ...parts('kube', 'conntrack', FLOW_LOG))) as {
    objects: readonly { rows: number }[];
  };
  expect(read.objects.reduce((sum, { rows }) => sum + rows, 0)).toBe(0);
  expect(flows(data)).toBe(before);
  const { store } = await openFolder(data);
  const [spans] = (await store.write([told()[0] as Batch])) as [Awaited<ReturnType<Store['write']>>[number]];
  await store.close();
  // A span and a line of one that told its uid. That of one that told a name alone is not known for what it was.
  expect(spans.purged).toBe(2);
  expect(
    filesWith(
      data,
      shop.map(({ uid }) => uid),
    ),
  ).toEqual([]);
}, 240_000);

test('one pod loses its name, and the others of its workload keep theirs', async () => {
  const data = copyOf(full, 'one');
  const { name, uid, workload } = shop[0] as Pod;
  const { pods, left } = JSON.parse(
    must('purge', '--pod', `shop/${name}`, '--yes', '-o', 'json', '--data', data),
  ) as Purge;
  expect({ pods, left }).toEqual({ pods: 1, left: [] });
  expect(filesWith(data, [name, uid])).toEqual([]);
  expect(await columnsWith(data, [name, uid])).toEqual([]);
  const stayed = await podsOf(data, 'shop');
  expect(stayed.filter(({ name: one }) => one.startsWith('purged-'))).toEqual([
    { uid: expect.stringMatching(/^purged-/), namespace: 'shop', name: expect.anything(), workload },
  ]);
  expect(stayed.length).toBe(shop.length);
}, 240_000);

test('of a time what was told then goes, and a pod that was there before keeps its name', async () => {
  const data = copyOf(full, 'range');
  const of = (since: string, until: string): Purge =>
    JSON.parse(
      must('purge', '-n', 'shop', '--yes', '--since', since, '--until', until, '-o', 'json', '--data', data),
    ) as Purge;
  expect(of('2026-11-25T11:00Z', '2026-11-25T12:00Z').items).toEqual([
    { table: 'reject', action: 'reworded', rows: 1 },
  ]);
  const { items, pods } = of('2026-11-25T10:20:19Z', '2026-11-25T10:20:21Z');
  expect(items.find(({ table, action }) => table === 'sighting' && action === 'deleted')?.rows).toBe(2);
  expect(pods).toBeLessThan(shop.length);
  expect((await podsOf(data, 'shop')).length).toBe(shop.length - pods);
}, 240_000);

test.each<[string, readonly string[], number, RegExp]>([
  ['without being told that it may', ['purge', '-n', 'shop', '--data', late], 2, /may be purged.*E315/],
  ['of nothing', ['purge', '--yes', '--data', late], 2, /is required.*E103/],
  ['of two namespaces', ['purge', '-n', 'a', '-n', 'b', '--yes', '--data', late], 2, /is required.*E103/],
  ['of both', ['purge', '-n', 'a', '--pod', 'a/b', '--yes', '--data', late], 2, /is required.*E103/],
  ['of half a pod', ['purge', '--pod', 'b', '--yes', '--data', late], 2, /expected NAMESPACE\/NAME.*E105/],
  ['of no name', ['purge', '-n', "x' OR '1", '--yes', '--data', late], 2, /it is no name.*E105/],
  ['of what all rest on', ['purge', '-n', 'kube-system', '--yes', '--data', late], 2, /kube-system.*E105/],
  ['where there is no store', ['purge', '-n', 'a', '--yes', '--data', at('none')], 1, /no store.*E306/],
])('a purge %s is refused', (_, given, code, says) => {
  const { status, stderr } = unmasq(given);
  expect({ status, stderr: stderr.replaceAll('\n', ' ') }).toEqual({
    status: code,
    stderr: expect.stringMatching(says),
  });
});

test('what nobody knows is purged of nothing, and that is done', () => {
  const data = copyOf(late, 'nobody');
  const { items, pods } = JSON.parse(must('purge', '-n', 'nobody', '--yes', '-o', 'json', '--data', data)) as Purge;
  expect({ items, pods }).toEqual({ items: [], pods: 0 });
  expect(flows(data)).toBe(flows(late));
});

test('a folder that a server has is refused by name', async () => {
  const data = copyOf(late, 'served');
  const server = await serving(data);
  const { status, stderr } = unmasq(['purge', '-n', 'shop', '--yes', '--data', data]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/the server at .*E314/) });
  await server.end();
});

test('a purge that is killed is done by whoever opens the folder next, or was never begun', async () => {
  const before = flows(full);
  const became: string[] = [];
  for (const ms of [400, 900, 1_100, 1_300, 1_500, 1_700, 1_900, 2_100, 2_400, 2_800, 3_300, 4_000]) {
    const data = copyOf(full, `killed-${ms}`);
    await killedAfter(['purge', '-n', 'shop', '--yes', '--every-mention', '--data', data], ms);
    const wasUnderWay = existsSync(join(data, '.sweep'));
    const now = flows(data);
    if (now === before) became.push('never begun');
    else {
      became.push(wasUnderWay ? 'brought to its end' : 'done');
      expect(now).not.toContain('shop');
      expect(filesWith(data, words)).toEqual([]);
      expect(await columnsWith(data, words)).toEqual([]);
      const names = (text: string): string => text.replaceAll(/purged-[0-9a-f]+/g, 'X');
      expect(names(now).length).toBeGreaterThan(0);
      expect(now.split('\n').length).toBe(before.split('\n').length);
      expect(must('who', '0.0.0.0/0', '-o', 'json', '--data', data)).not.toContain('shop');
    }
    if (now !== before) expect(leftovers(data)).toEqual([]);
    rmSync(data, { recursive: true });
  }
  expect(new Set(became), `killed at moments that show nothing: ${became.join(', ')}`).toContain('brought to its end');
}, 300_000);
