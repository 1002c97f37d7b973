import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kqlLocal, loadExports } from '../src/app/kql-local.ts';
import type { Instant } from '../src/base/instant.ts';
import { ok } from '../src/base/result.ts';
import { type LocalAnswer, LOCAL_LIMITS, type LocalLimits, type LocalTables } from '../src/core/kql/local-answer.ts';
import type { ByteObject } from '../src/core/ports.ts';
import { KustoLanguage } from '../src/kusto/kusto-language.ts';
import { publishedTables } from './kql/published-tables.ts';
import { temporaryStore } from './temporary-store.ts';

/** `unmasq kql run --local`: exported tables, facts of the store, and what nobody may get out of it. */

const TABLES = publishedTables();
const NOW = Date.UTC(2026, 10, 27, 3, 30) as Instant;
const { store, engine, read, folder } = await temporaryStore();
const language = new KustoLanguage();
afterAll(() => language.close());

const run = async (local: LocalTables, text: string, limits: LocalLimits = LOCAL_LIMITS): Promise<LocalAnswer> => {
  const bound = await language.read(text, TABLES);
  if (bound.kind !== 'query') throw new Error(JSON.stringify(bound));
  return local.run(bound.query, NOW, limits);
};
const rows = async (local: LocalTables, text: string): Promise<readonly (readonly unknown[])[]> => {
  const answer = await run(local, text);
  if (answer.kind !== 'rows') throw new Error(JSON.stringify(answer));
  return answer.rows;
};
const object = (name: string, text: string): ByteObject => ({
  name,
  read: async function* () {
    yield ok(new TextEncoder().encode(text));
  },
});
const lines = (...objects: readonly object[]): string => objects.map((each) => JSON.stringify(each)).join('\n');

describe('exports', () => {
  const load = async (...files: readonly (readonly [table: string | null, text: string])[]) => {
    const local = await store.kqlTables(null);
    const told = await loadExports(
      files.map(([table, text], i) => ({ table, object: object(`file ${i + 1}`, text) })),
      local,
      TABLES,
    );
    return { local, told };
  };

  test('all columns of the schema are there; those that the export has not are blank', async () => {
    const { local, told } = await load([
      null,
      lines({
        TimeGenerated: '2026-11-27T03:00:00.1234567Z',
        PodUid: 'u',
        Name: 'pay',
        ContainerRestartCount: 2,
        PodIp: '10.244.1.7',
      }),
    ]);
    expect(told).toMatchObject([{ table: 'KubePodInventory', rows: 1, rejects: 0, unknown: [], problem: null }]);
    expect(
      await rows(
        local,
        'KubePodInventory | project TimeGenerated, Name, ContainerRestartCount, isempty(Namespace), isnull(PodStartTime), Age = now() - TimeGenerated',
      ),
    ).toEqual([['2026-11-27T03:00:00.1234567Z', 'pay', 2, true, true, '00:29:59.8765433']]);
    await local.close();
  });

  test('as az writes it: None is null, numbers are texts', async () => {
    const { local } = await load([
      null,
      JSON.stringify([
        {
          TableName: 'PrimaryResult',
          TimeGenerated: '2026-11-27T03:00:00Z',
          FlowDirection: 'Outbound',
          FlowStatus: 'Allowed',
          DestPort: '443',
          DestIp: 'None',
          BytesSrcToDest: 'None',
        },
      ]),
    ]);
    expect(await rows(local, 'NTANetAnalytics | project DestPort, DestIp, BytesSrcToDest')).toEqual([[443, '', null]]);
    await local.close();
  });

  test('as the portal writes it: CSV with zones in the header', async () => {
    const { local } = await load([
      null,
      '"TimeGenerated [UTC]",KubeEventType,Count\r\n"11/27/2026, 3:00:00.500 PM",Warning,7\r\n',
    ]);
    expect(await rows(local, 'KubeEvents | project TimeGenerated, KubeEventType, Count')).toEqual([
      ['2026-11-27T15:00:00.5000000Z', 'Warning', 7],
    ]);
    await local.close();
  });

  test('a row that does not fit is counted and told; the others stay', async () => {
    const { told, local } = await load([
      'NTANetAnalytics',
      lines(
        { DestPort: 443, Own: 1 },
        { DestPort: 'https' },
        { DestPort: 4_294_967_296 },
        { TimeGenerated: 'yesterday' },
        { DestPort: 22 },
      ),
    ]);
    expect(told).toMatchObject([
      { rows: 2, rejects: 3, first: { why: 'expected int, got "https"' }, unknown: ['Own'] },
    ]);
    expect(await rows(local, 'NTANetAnalytics | project DestPort | order by DestPort asc')).toEqual([[22], [443]]);
    await local.close();
  });

  test('whose rows they are nobody knows', async () => {
    const { told } = await load([null, lines({ colour: 'red' })]);
    expect(told).toMatchObject([{ table: null, rows: 0, rejects: 1, first: { why: 'no table has these columns' } }]);
  });

  test('two files of one table are one table; a table of which nothing is here is told', async () => {
    const { local } = await load(['Heartbeat', lines({ Computer: 'a' })], ['Heartbeat', lines({ Computer: 'b' })]);
    expect(await rows(local, 'Heartbeat | summarize count()')).toEqual([[2]]);
    expect(await run(local, 'Heartbeat\n| join kind=inner (\n  KubeEvents) on Computer')).toMatchObject({
      kind: 'refused',
      what: 'the table KubeEvents, of which nothing is here,',
      at: { from: 32 },
    });
    expect(await run(local, 'union isfuzzy=true Heartbeat, KubeEvents | summarize dcount(Computer)')).toMatchObject({
      rows: [[2]],
      notes: ['nothing is here of KubeEvents: its part of the union is empty'],
    });
    await local.close();
  });
});

describe('the store', () => {
  test('leases, flows and nodes look like tables of Azure Monitor, and the answer says so', async () => {
    await read(
      'c',
      ...['kube', 'conntrack', 'insights-logs-flowlogflowevent'].map((part) =>
        join(import.meta.dirname, '../lab/recorded/incident', part),
      ),
    );
    const local = await store.kqlTables('c');
    expect(local.derived).toContain('KubePodInventory');
    const [[pods, minutes] = []] = await rows(
      local,
      'KubePodInventory | summarize dcount(PodUid), dcountif(TimeGenerated, TimeGenerated != bin(TimeGenerated, 1m))',
    );
    expect(pods).toBeGreaterThan(10);
    expect(minutes).toBeGreaterThan(0);
    // What is public is packed, as Traffic Analytics has it.
    const flows = await rows(
      local,
      'NTANetAnalytics | where SubType == "FlowLog" and FlowDirection == "Outbound" | summarize Flows = count(), Both = countif(isnotempty(DestIp) and isnotempty(DestPublicIps)), None = countif(isempty(DestIp) and isempty(DestPublicIps)), Packed = countif(array_length(split(DestPublicIps, "|")) == 7)',
    );
    const [count, both, none, packed] = flows[0] as readonly number[];
    expect([both, none]).toEqual([0, 0]);
    expect(count).toBeGreaterThanOrEqual(Number(packed));
    expect(packed).toBeGreaterThan(0);
    const flowsThere = await store.extent('c');
    expect(flowsThere).not.toBeNull();
    const query = await language.read('KubeNodeInventory | distinct Computer', TABLES);
    if (query.kind !== 'query') throw new Error(query.kind);
    const answer = await kqlLocal(
      { name: 'q', query: query.query, written: '', text: '', parameters: {}, now: NOW, limits: LOCAL_LIMITS },
      local,
      [],
    );
    expect(answer).toMatchObject({
      ok: true,
      value: {
        tables: [{ name: 'KubeNodeInventory', derived: true, files: [] }],
        notes: [expect.stringContaining('derived from the store')],
      },
    });
    await local.close();
  }, 120_000);
});

describe('the query that the incident is told to be solved by', () => {
  /** As it is widely copied: the node of the pod, its "address" from a word that is no JSON, and flows by that address. */
  const COPIED = `let podName = "payment-7d8f9c";
let podNode = KubePodInventory | where TimeGenerated > ago(1h) | where Name == podName | project Computer | take 1;
AzureNetworkAnalytics_CL
| where TimeGenerated > ago(1h)
| join kind=inner (KubeNodeInventory | where TimeGenerated > ago(1h) | where Computer in (podNode)
    | extend NodeIP = tostring(parse_json(Status).addresses[0].address) | project NodeIP, Computer) on $left.SrcIP_s == $right.NodeIP
| project SourcePod = podName, NodeIP, DestIP_s, DestPort_d
| order by DestPort_d asc, DestIP_s asc`;

  test("attributes the internet to one pod by its blank-string join, and leaves out what was the node's", async () => {
    const at = '2026-11-27T03:00:00Z';
    const local = await store.kqlTables(null);
    await loadExports(
      (
        [
          [
            'KubePodInventory',
            [{ TimeGenerated: at, Name: 'payment-7d8f9c', Computer: 'node-a', PodIp: '10.244.1.7' }],
          ],
          [
            'KubeNodeInventory',
            [
              { TimeGenerated: at, Computer: 'node-a', Status: 'Ready' },
              { TimeGenerated: at, Computer: 'node-b', Status: 'Ready' },
            ],
          ],
          [
            'AzureNetworkAnalytics_CL',
            [
              // Truly from the node of the pod.
              {
                TimeGenerated: at,
                SubType_s: 'FlowLog',
                SrcIP_s: '10.224.0.6',
                DestIP_s: '10.0.3.4',
                DestPort_d: 1433,
              },
              // The internet knocking at other machines.
              { TimeGenerated: at, SubType_s: 'FlowLog', SrcIP_s: '', DestIP_s: '10.0.9.9', DestPort_d: 22 },
              { TimeGenerated: at, SubType_s: 'FlowLog', SrcIP_s: '', DestIP_s: '10.0.9.8', DestPort_d: 443 },
              { TimeGenerated: at, SubType_s: 'FlowLog', SrcIP_s: '', DestIP_s: '', DestPort_d: 443 },
            ],
          ],
        ] as const
      ).map(([table, each]) => ({ table, object: object(table, lines(...each)) })),
      local,
      TABLES,
    );
    expect(await rows(local, COPIED)).toEqual([
      ['payment-7d8f9c', '', '10.0.9.9', 22],
      ['payment-7d8f9c', '', '', 443],
      ['payment-7d8f9c', '', '10.0.9.8', 443],
    ]);
    await local.close();
  });
});

describe('what is not supported is refused by name and place', () => {
  test.each<[string, string, string, number]>([
    ['an operator', 'print x = 1\n| serialize y = row_number()', 'serialize', 14],
    ['a function', 'print parse_url("x")', 'the function parse_url', 6],
    ['an aggregate', 'range x from 1 to 2 step 1 | summarize hll(x)', 'the function hll', 39],
    ["a function of the user's own", 'let f = (x:long) { x + 1 };\nprint f(1)', 'the function f', 34],
    ['an argument too many', 'print indexof("abc", "c", 0, 1, 1)', 'indexof with 5 arguments', 6],
    ['a type', 'print decimal(1.5)', 'a value of this type', 6],
    ['a number compared with a text', 'print 1 == "1"', 'long == string', 6],
    [
      'a pattern that is a column',
      'datatable(s:string, p:string)["a","b"] | project split(s, p)',
      'split of a text that is no literal',
      58,
    ],
    ['a parameter of an operator', 'print x = dynamic([1]) | mv-expand with_itemindex=i x', 'MvExpandParameter', 25],
    ['a range of reals', 'range x from 0.0 to 1.0 step 0.1', 'a range of reals', 0],
    [
      'a key of a join',
      'print a = 1 | join kind=inner (print b = 1) on $left.a == $right.b, $left.a == $right.c',
      '',
      0,
    ],
    ['a format', 'print format_datetime(now(), "yyyy MMMM")', '"MMMM" in a format', 6],
    ['a time that is none', 'print datetime(2026-13-45)', 'datetime(2026-13-45) as datetime', 6],
  ])('%s', async (_, text, what, from) => {
    const bound = await language.read(text, TABLES);
    if (bound.kind !== 'query') return expect(bound.kind).toBe('faulty');
    const local = await store.kqlTables(null);
    expect(await local.run(bound.query, NOW, LOCAL_LIMITS)).toMatchObject({ kind: 'refused', what, at: { from } });
  });
});

describe('what a query says stays what it says', () => {
  const NASTY = [
    "'); DROP TABLE flow; --",
    '{p0:String}',
    '`c0`',
    "\\'",
    'a\tb\nc\u0000d',
    "file('/etc/passwd')",
    '{cluster:String}',
    'SETTINGS max_threads = 9',
    '*/ UNION ALL SELECT 1 /*',
    '\u2028',
    '😀',
  ];

  test('texts come back as they were written', async () => {
    const local = await store.kqlTables(null);
    for (const text of NASTY) {
      const escaped = JSON.stringify(text);
      expect(
        await rows(
          local,
          `print a = ${escaped}, b = strlen(${escaped}) > 0, c = ${escaped} == ${escaped}, d = ${escaped} in ("x", ${escaped}), e = tostring(parse_json('{}')[${escaped}])`,
        ),
      ).toEqual([[text, true, true, true, '']]);
      expect(
        await rows(
          local,
          `datatable(s:string)[${escaped}] | where s has ${escaped} or s contains ${escaped} | summarize make_list(s)`,
        ),
      ).toEqual([[[text]]]);
    }
  });

  test('names do too', async () => {
    const local = await store.kqlTables(null);
    for (const name of ["x'y", 'a`b', '{p0:String}', 'SELECT', 'c0', 'a b', "file('/etc/passwd')", 'SETTINGS']) {
      const quoted = `['${name.replaceAll("'", "\\'")}']`;
      const answer = await run(
        local,
        `print ${quoted} = 1 | extend ${quoted} = ${quoted} + 1 | summarize ${quoted} = max(${quoted})`,
      );
      expect(answer).toMatchObject({ kind: 'rows', columns: [{ name }], rows: [[2]] });
    }
  });

  test("functions of the engine are none of KQL's", async () => {
    const local = await store.kqlTables(null);
    for (const name of ['file', 'url', 'executable', 'sleep', 'hostName', 'toString', 'constructor', '__proto__']) {
      const bound = await language.read(`print ${name}("/etc/passwd")`, TABLES);
      if (bound.kind === 'query')
        expect(await local.run(bound.query, NOW, LOCAL_LIMITS)).toMatchObject({ kind: 'refused' });
      else expect(bound.kind).toBe('faulty');
    }
  });
});

describe('limits', () => {
  test('rows beyond the limit are told, and left out', async () => {
    const local = await store.kqlTables(null);
    expect(await run(local, 'range x from 1 to 30 step 1', { ...LOCAL_LIMITS, rows: 20 })).toMatchObject({
      isCut: true,
      rows: { length: 20 },
    });
    expect(await run(local, 'range x from 1 to 20 step 1', { ...LOCAL_LIMITS, rows: 20 })).toMatchObject({
      isCut: false,
    });
  });

  test('what takes too long, or too much memory, is ended', async () => {
    const local = await store.kqlTables(null);
    const product = (size: number): string =>
      `range x from 1 to ${size} step 1 | extend k = 1 | join kind=inner (range y from 1 to ${size} step 1 | extend k = 1) on k | summarize sum(x * y % 7)`;
    expect(await run(local, product(200_000), { ...LOCAL_LIMITS, seconds: 1 })).toEqual({
      kind: 'failed',
      why: 'it took longer than 1 s',
    });
    expect(
      await run(
        local,
        'range x from 1 to 5000000 step 1 | summarize make_list(strcat(x, "abcdefghijklmnopqrstuvwxyz"))',
        { ...LOCAL_LIMITS, memoryMib: 64 },
      ),
    ).toMatchObject({ kind: 'failed', why: expect.stringContaining('64 MiB') });
  }, 120_000);

  test('lets that double themselves are refused, and cost nothing', async () => {
    const local = await store.kqlTables(null);
    const doubled = (length: number, first: string, next: (before: string) => string): string =>
      Array.from({ length }, (_, i) => `let a${i} = ${i === 0 ? first : next(`a${i - 1}`)};`).join('\n');
    expect(await run(local, `${doubled(10, 'print x = 1', (a) => `union ${a}, ${a}`)}\na9`)).toMatchObject({
      kind: 'refused',
      what: expect.stringContaining('more than 400 steps'),
    });
    expect(await run(local, `${doubled(20, '"x"', (a) => `strcat(${a}, ${a})`)}\nprint a19`)).toMatchObject({
      kind: 'refused',
      what: expect.stringContaining('so long'),
    });
  });

  test('a long pipe runs', async () => {
    const local = await store.kqlTables(null);
    expect(await rows(local, `print x = 0 ${'| extend x = x + 1 '.repeat(150)}`)).toEqual([[150]]);
  });

  test('a pattern that is none is told', async () => {
    const local = await store.kqlTables(null);
    expect(await run(local, 'print "a" matches regex "("')).toEqual({
      kind: 'failed',
      why: 'a regular expression in it is none',
    });
  });

  test('nothing is left of what was added', async () => {
    const local = await store.kqlTables(null);
    await local.add('Heartbeat', [{ name: 'Computer', type: 'string' }], [['a']]);
    const there = () =>
      engine.rows<{ n: number }>(
        "SELECT toUInt32(count()) AS n FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'local_')",
      );
    expect(await there()).not.toEqual([{ n: 0 }]);
    await local.close();
    expect(await there()).toEqual([{ n: 0 }]);
    expect(folder).not.toBe('');
  });
});
