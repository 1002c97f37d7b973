import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Batch, ByteObject, Cursor } from '../core/ports.ts';
import { type IngestOptions, type Ingested, ingest, type IngestStore } from './ingest.ts';
import type { Trouble } from './errors.ts';

/** Remembers what it was given; the store's own promises are the store's to keep. */
const written = () => {
  const batches: Batch[] = [];
  const cursors: Cursor[] = [];
  const store: IngestStore & { readonly batches: Batch[]; readonly cursors: Cursor[] } = {
    batches,
    cursors,
    writeRows: 600_000,
    keepCursors: async (_, kept) => void cursors.push(...kept),
    write: async (together) => {
      batches.push(...together);
      return together.map((batch) => ({ rows: rowsOf(batch), known: 0 }));
    },
  };
  return store;
};
const rowsOf = ({ conntrack, flowRecords, pods, rejects }: Batch): number =>
  (conntrack?.rows ?? 0) + (flowRecords?.rows ?? 0) + pods.length + rejects.length;

const object = (name: string, pieces: readonly (string | Result<Uint8Array, string>)[]): ByteObject => ({
  name,
  read: async function* () {
    for (const piece of pieces) yield typeof piece === 'string' ? ok(new TextEncoder().encode(piece)) : piece;
  },
});
const entry = (n: number): string =>
  `[1795403057.${String(n % 1_000).padStart(3, '0')}000]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=${1_024 + (n % 60_000)} dport=443 [UNREPLIED] src=203.0.113.66 dst=10.224.0.4 sport=443 dport=41823\n`;
const inventory = (cluster: string, uid = 'u'): string =>
  `${JSON.stringify({ TimeGenerated: '2026-11-23T03:00:00Z', ClusterName: cluster, ClusterId: cluster, Name: 'p', Namespace: 'n', PodUid: uid, PodIp: '10.244.1.9', Computer: 'n1', PodStatus: 'Running', ControllerKind: 'ReplicaSet', ControllerName: 'p-1', PodStartTime: '2026-11-23T02:00:00Z', PodCreationTimeStamp: '2026-11-23T02:00:00Z', Type: 'KubePodInventory' })}\n`;

const run = async (objects: readonly ByteObject[], options: Partial<IngestOptions> = {}) => {
  const store = written();
  const all = async function* (): AsyncGenerator<ByteObject> {
    yield* objects;
  };
  const result: Result<Ingested, Trouble> = await ingest(all(), store, {
    cluster: null,
    node: '',
    at: null,
    interrupted: () => false,
    progress: () => undefined,
    ...options,
  });
  return { batches: store.batches, result };
};

test('an object that cannot be recognised, or read to its end, is reported beside the good ones', async () => {
  const { result } = await run([
    object('notes.md', ['# nothing\n']),
    object('empty', []),
    object('torn.txt', [entry(1), fail('the gzip ends too early')]),
    object('gone.txt', [fail('no permission to read it')]),
    object('good.txt', [entry(1), entry(2)]),
  ]);
  expect(result).toMatchObject({
    ok: true,
    value: {
      cluster: 'default',
      objects: [
        { name: 'notes.md', format: null, rows: 0, problem: expect.stringMatching(/plain text/) },
        { name: 'empty', format: null, problem: 'empty is empty' },
        { name: 'torn.txt', format: 'conntrack', rows: 1, problem: 'the gzip ends too early' },
        { name: 'gone.txt', format: null, problem: 'no permission to read it' },
        { name: 'good.txt', format: 'conntrack', rows: 2, problem: null },
      ],
    },
  });
});

test('batches stay under 200,000 rows and lose none', async () => {
  const lines = 400_000;
  const pieces = Array.from({ length: lines / 4_000 }, (_, i) =>
    Array.from({ length: 4_000 }, (__, n) => entry(i * 4_000 + n)).join(''),
  );
  const { batches, result } = await run([object('big.txt', pieces)], { node: 'n1', cluster: 'prod' });
  expect(Math.max(...batches.map(rowsOf))).toBeLessThanOrEqual(200_000);
  expect(batches.reduce((sum, batch) => sum + rowsOf(batch), 0)).toBe(lines);
  expect(batches[0]).toMatchObject({ cluster: 'prod', node: 'n1', format: 'conntrack', object: 'big.txt' });
  expect(result.ok && result.value.objects[0]?.rows).toBe(lines);
});

test.each<[string, readonly ByteObject[], Partial<IngestOptions>, RegExp]>([
  [
    'two clusters in one export',
    [object('a.jsonl', [inventory('one') + inventory('two')])],
    {},
    /a\.jsonl holds rows of 2 clusters/,
  ],
  [
    'two clusters in one export, whatever the flag says',
    [object('a.jsonl', [inventory('one') + inventory('two')])],
    { cluster: 'one' },
    /holds rows of 2/,
  ],
  [
    'a second cluster in the same run',
    [object('a.jsonl', [inventory('one')]), object('b.jsonl', [inventory('two')])],
    {},
    /b\.jsonl is about another cluster than a\.jsonl/,
  ],
])('%s: refused, and nothing of that object is written', async (_, objects, options, says) => {
  const { result, batches } = await run(objects, options);
  expect(result.ok ? '' : result.problem).toMatchObject({ code: 'E202', what: expect.stringMatching(says) });
  expect(batches.some((batch) => batch.object === objects.at(-1)?.name)).toBe(false);
});

test('with --cluster the files of one cluster go under the name that was given', async () => {
  const { result, batches } = await run(
    [object('a.jsonl', [inventory('aks-1')]), object('b.jsonl', [inventory('aks-1', 'v')])],
    { cluster: 'prod' },
  );
  expect(result.ok).toBe(true);
  expect(new Set(batches.map(({ cluster }) => cluster))).toEqual(new Set(['prod']));
});

test('the line in hand of an interrupted object is no reject', async () => {
  let asked = 0;
  const cut = object('a.txt', [entry(1).padEnd(70_000, '\n') + entry(2).slice(0, 60), entry(3)]);
  const { result } = await run([cut], { interrupted: () => ++asked > 2 });
  expect(result).toMatchObject({ ok: true, value: { interrupted: true, objects: [{ rows: 1, rejects: 0 }] } });
});

test('an interruption keeps what was read and says that it was not all', async () => {
  let asked = 0;
  const { result } = await run([object('a.txt', [entry(1)]), object('b.txt', [entry(2)])], {
    interrupted: () => ++asked > 2,
  });
  expect(result).toMatchObject({ ok: true, value: { interrupted: true, objects: [{ name: 'a.txt', rows: 1 }] } });
});

test('the cursor of an object is kept when its rows are durable, and not where it was read in part or could not be written', async () => {
  const cursor = (name: string) => ({ source: 's', object: name, at: instant(0), position: '1' });
  const whole = { ...object('whole.txt', [entry(1)]), cursors: () => [cursor('whole.txt')] };
  const torn = { ...object('torn.txt', [entry(2), fail('cut')]), cursors: () => [cursor('torn.txt')] };
  const none = { ...object('none.md', ['# nothing\n']), cursors: () => [cursor('none.md')] };
  const plain = { ...object('plain.txt', [entry(3)]), cursors: () => [] };
  const all = async function* (): AsyncGenerator<ByteObject> {
    yield* [whole, torn, none, plain];
  };
  const options = { cluster: 'c', node: '', at: null, interrupted: () => false, progress: () => undefined };
  const kept: string[] = [];
  const order: string[] = [];
  const store = (write: IngestStore['write']): IngestStore => ({
    write: async (batches) => {
      const done = await write(batches);
      order.push('written');
      return done;
    },
    writeRows: 600_000,
    keepCursors: async (cluster, cursors) => {
      order.push('kept');
      kept.push(...cursors.map((one) => `${cluster} ${one.object}`));
    },
  });
  await ingest(
    all(),
    store(async (batches) => batches.map(() => ({ rows: 1, known: 0 }))),
    options,
  );
  expect([kept, order]).toEqual([['c whole.txt'], ['written', 'kept']]);
  const failing = store(() => Promise.reject(new Error('the disk is full')));
  await expect(ingest(all(), failing, options)).rejects.toThrow('full');
  expect(kept).toEqual(['c whole.txt']);
});
