import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CLUSTER, specOf } from './bill.testing.ts';
import { type TableUsage, usageFor } from './usage.ts';

const nodes = (now: number): object => ({ ...CLUSTER, nodes: { now } });
const spec = (value: object) => specOf({ cluster: CLUSTER, workspace: {}, ...value });
const short = ({ table, namespace, gb, missing }: TableUsage): string =>
  `${table}${namespace === null ? '' : ` of ${namespace}`}: ${gb === null ? `? ${missing}` : Number(gb.toFixed(2))}`;
const PODS = ['KubePodInventory'];

test.each<[string, object, object, readonly string[]]>([
  ['as told', { usage: { tables: { T: 10 } } }, {}, ['T: 10']],
  ['twice the nodes', { usage: { tables: { T: 10 } } }, { cluster: nodes(200) }, ['T: 20']],
  [
    'a coarser interval thins out what is sampled, and events are not',
    { inventory: { tables: ['Perf', 'KubeEvents'] }, usage: { tables: { Perf: 10, KubeEvents: 10 } } },
    { inventory: { tables: ['Perf', 'KubeEvents'], interval: '5m' } },
    ['Perf: 2', 'KubeEvents: 10'],
  ],
  [
    'a table that is not wanted goes',
    { inventory: { tables: ['Perf', 'KubeEvents'] }, usage: { tables: { Perf: 10, KubeEvents: 10 } } },
    { inventory: { tables: ['KubeEvents'] } },
    ['KubeEvents: 10'],
  ],
  [
    'a table that nobody asked for stays',
    { usage: { tables: { AppTraces: 1 } } },
    { inventory: null },
    ['AppTraces: 1'],
  ],
  [
    'what is told anew holds as it is told',
    { usage: { tables: { T: 10 } } },
    { cluster: nodes(200), usage: { tables: { T: 11 } } },
    ['T: 11'],
  ],
  [
    'logs by namespace, the rest apart',
    { logs: {}, usage: { tables: { ContainerLogV2: 100 }, namespaces: { shop: { logGb: 60 } } } },
    {},
    ['ContainerLogV2 of shop: 60', 'ContainerLogV2: 40'],
  ],
  [
    'logs of a namespace that is left out go',
    { logs: {}, usage: { tables: { ContainerLogV2: 100 }, namespaces: { shop: { logGb: 60 } } } },
    { logs: { withoutNamespaces: ['kube-system', 'shop'] } },
    ['ContainerLogV2: 40'],
  ],
  [
    'how much a namespace has that is left out has to be told',
    { logs: {}, usage: { tables: { ContainerLogV2: 100 } } },
    { logs: { withoutNamespaces: ['kube-system', 'batch'] } },
    ['ContainerLogV2: ? how much of ContainerLogV2 is of batch'],
  ],
  [
    'or that is taken in',
    { logs: {}, usage: { tables: { ContainerLogV2: 100 }, namespaces: { shop: { logGb: 60 } } } },
    { logs: { withoutNamespaces: [] } },
    [
      'ContainerLogV2 of shop: 60',
      'ContainerLogV2: 40',
      'ContainerLogV2 of kube-system: ? how much of ContainerLogV2 is of kube-system',
    ],
  ],
  [
    'rows of pods by namespace, the rest apart',
    { inventory: { tables: PODS }, usage: { podsPerNode: 30, namespaces: { shop: { pods: 1_000 } } } },
    {},
    ['KubePodInventory of shop: 32.71', 'KubePodInventory: 65.42'],
  ],
  [
    'only some namespaces',
    {
      inventory: { tables: PODS, onlyNamespaces: ['shop', 'kube-system'] },
      usage: { podsPerNode: 30, namespaces: { shop: { pods: 1_000 } } },
    },
    {},
    ['KubePodInventory of shop: 32.71', 'KubePodInventory: ? usage.namespaces.kube-system.pods'],
  ],
  [
    'all but one',
    {
      inventory: { tables: PODS, withoutNamespaces: ['shop'] },
      usage: { podsPerNode: 30, namespaces: { shop: { pods: 1_000 } } },
    },
    {},
    ['KubePodInventory: 65.42'],
  ],
  [
    'all but one of which nothing is told',
    { inventory: { tables: PODS, withoutNamespaces: ['shop'] }, usage: { podsPerNode: 30 } },
    {},
    ['KubePodInventory: ? usage.namespaces.shop.pods'],
  ],
  [
    'pods of a namespace grow with the nodes',
    { inventory: { tables: PODS }, usage: { podsPerNode: 30, namespaces: { shop: { pods: 1_000 } } } },
    { cluster: nodes(200) },
    ['KubePodInventory of shop: 65.42', 'KubePodInventory: 130.84'],
  ],
  ['nobody knows how many pods', { inventory: { tables: PODS } }, {}, ['KubePodInventory: ? usage.podsPerNode']],
])('%s', (_, before, change, expected) => {
  const from = spec(before);
  expect(usageFor(spec({ ...before, ...change, ...mergedUsage(before, change) }), from).tables.map(short)).toEqual(
    expected,
  );
});

const mergedUsage = (before: object, change: object): object => {
  const [a, b] = [before, change].map((one) => ('usage' in one ? (one.usage as object) : {}));
  return { usage: { ...a, ...b } };
};

const measured = (table: string, namespace: string | null, gb: number): TableUsage => ({
  table,
  namespace,
  gb,
  rows: 1_000,
  origin: 'measured',
  missing: null,
});

test('what was measured counts before what is told and before what can be reckoned', () => {
  const of = spec({ inventory: { tables: PODS }, usage: { podsPerNode: 30, tables: { KubePodInventory: 5 } } });
  const found = usageFor(of, of, [measured('KubePodInventory', 'shop', 7)]);
  expect(found.tables).toEqual([measured('KubePodInventory', 'shop', 7)]);
});

const list = (onlyNamespaces: readonly string[] | null, withoutNamespaces: readonly string[] | null = null) =>
  spec({ inventory: { tables: PODS, onlyNamespaces, withoutNamespaces } });
const SPLIT = [measured('KubePodInventory', 'shop', 6), measured('KubePodInventory', 'batch', 4)];
const PARTLY = [measured('KubePodInventory', 'shop', 6), measured('KubePodInventory', null, 4)];
const open = (namespace: string): string =>
  `KubePodInventory of ${namespace}: ? how much of KubePodInventory is of ${namespace}`;

test.each<[string, readonly TableUsage[], ReturnType<typeof list>, ReturnType<typeof list>, readonly string[]]>([
  ['all, and then all', PARTLY, list(null), list(null), ['KubePodInventory of shop: 6', 'KubePodInventory: 4']],
  ['all, and then one that is told', PARTLY, list(null), list(['shop']), ['KubePodInventory of shop: 6']],
  ['all, and then one of the rest', PARTLY, list(null), list(['batch']), [open('batch')]],
  ['all, and then one that has no row', SPLIT, list(null), list(['quiet', 'shop']), ['KubePodInventory of shop: 6']],
  ['all but one that is told', PARTLY, list(null), list(null, ['shop']), ['KubePodInventory: 4']],
  [
    'all but one of the rest',
    PARTLY,
    list(null),
    list(null, ['batch']),
    ['KubePodInventory of shop: 6', 'KubePodInventory: ? how much of KubePodInventory is of batch'],
  ],
  [
    'all but one that has no row',
    SPLIT,
    list(null),
    list(null, ['quiet']),
    ['KubePodInventory of shop: 6', 'KubePodInventory of batch: 4'],
  ],
  [
    'all but one, and then it too',
    PARTLY,
    list(null, ['batch']),
    list(null),
    ['KubePodInventory of shop: 6', 'KubePodInventory: 4', open('batch')],
  ],
  [
    'some, and then the same',
    PARTLY,
    list(['shop', 'batch']),
    list(['shop', 'batch']),
    ['KubePodInventory of shop: 6', 'KubePodInventory: 4'],
  ],
  [
    'some, and then one more',
    SPLIT,
    list(['shop', 'batch']),
    list(['shop', 'batch', 'web']),
    ['KubePodInventory of shop: 6', 'KubePodInventory of batch: 4', open('web')],
  ],
  ['some, and then one less', PARTLY, list(['shop', 'batch']), list(['shop']), ['KubePodInventory of shop: 6']],
  [
    'some, and then all',
    SPLIT,
    list(['shop', 'batch']),
    list(null),
    [
      'KubePodInventory of shop: 6',
      'KubePodInventory of batch: 4',
      'KubePodInventory: ? how much of KubePodInventory is of each namespace',
    ],
  ],
  [
    'some, and then all but one of them',
    SPLIT,
    list(['shop', 'batch']),
    list(null, ['shop']),
    ['KubePodInventory of batch: 4', 'KubePodInventory: ? how much of KubePodInventory is of each namespace'],
  ],
])('namespaces: %s', (_, before, from, to, expected) => {
  expect(usageFor(to, from, before).tables.map(short)).toEqual(expected);
});

test.each<[string, object, object, number | null, number | null]>([
  ['nothing is told', {}, {}, null, null],
  ['it is told of now', { flowLogGb: 10 }, { flowLogGb: 10 }, 5, null],
  ['and no more', { flowLogGb: 10, egressGb: 20 }, {}, null, null],
  ['and only then', {}, { egressGb: 7 }, null, 7],
])('half the nodes: %s', (_, now, then, flowLogGb, egressGb) => {
  const to = specOf({ cluster: nodes(50), workspace: {}, usage: then });
  expect(usageFor(to, spec({ usage: now }))).toMatchObject({ flowLogGb, egressGb });
});

test.each<[string, object, readonly string[]]>([
  [
    'named pods are all there are',
    { podsPerNode: 10, namespaces: { shop: { pods: 1_000 } } },
    ['KubePodInventory of shop: 32.71'],
  ],
  [
    'more are named than there are',
    { podsPerNode: 10, namespaces: { shop: { pods: 2_000 } } },
    ['KubePodInventory of shop: 65.42'],
  ],
  [
    'one is not',
    { podsPerNode: 10, namespaces: { shop: { pods: 999 } } },
    ['KubePodInventory of shop: 32.68', 'KubePodInventory: 0.03'],
  ],
  ['no pod at all', { podsPerNode: 0 }, ['KubePodInventory: 0']],
  ['more containers', { podsPerNode: 10, containersPerPod: 2.4 }, ['KubePodInventory: 65.42']],
])('pods: %s', (_, usage, expected) => {
  const of = spec({ inventory: { tables: PODS }, usage });
  expect(usageFor(of, of).tables.map(short)).toEqual(expected);
});

test('a list of namespaces says nothing of tables that have none', () => {
  const of = spec({ inventory: { tables: ['InsightsMetrics'] } });
  const to = spec({ inventory: { tables: ['InsightsMetrics'], withoutNamespaces: ['shop'] } });
  const rows = [measured('InsightsMetrics', null, 5), measured('AppTraces', 'shop', 1)];
  expect(usageFor(to, of, rows).tables).toEqual(rows);
});

test('a table of logs that is smaller than its namespaces has nothing else', () => {
  const of = spec({ logs: {}, usage: { tables: { ContainerLogV2: 50 }, namespaces: { shop: { logGb: 60 } } } });
  expect(usageFor(of, of).tables.map(short)).toEqual(['ContainerLogV2 of shop: 60', 'ContainerLogV2: 0']);
});

test('only what bears on the answer is told as taken for so', () => {
  const told = (usage: object, now = 100) => {
    const to = specOf({ cluster: nodes(now), workspace: {}, inventory: { tables: PODS }, usage });
    return usageFor(to, spec({ inventory: { tables: PODS }, usage })).assumptions.map((one) => one.slice(0, 20));
  };
  const [month, row, grows] = ['a month is 30 days, ', 'a row of KubePodInve', 'what was measured or'];
  expect(told({ podsPerNode: 1, containersPerPod: 2 })).toEqual([month, row]);
  expect(told({ podsPerNode: 1 }, 50)).toEqual([month, row]);
  expect(told({ tables: { KubePodInventory: 1 } })).toEqual([month]);
  expect(told({ tables: { KubePodInventory: 1 } }, 50)).toEqual([month, grows]);
});

test('flow logs and egress grow with the nodes unless they are told anew', () => {
  const from = spec({ usage: { flowLogGb: 10, egressGb: 20 } });
  const to = specOf({ cluster: nodes(50), workspace: {}, usage: { flowLogGb: 10, egressGb: 30 } });
  expect(usageFor(to, from)).toMatchObject({ flowLogGb: 5, egressGb: 30 });
});

test('what was taken for so is told', () => {
  const from = spec({ inventory: { tables: PODS }, usage: { podsPerNode: 1, tables: { T: 1 } } });
  const to = specOf({
    cluster: nodes(50),
    workspace: {},
    inventory: { tables: PODS },
    usage: { podsPerNode: 1, tables: { T: 1 } },
  });
  expect(usageFor(to, from).assumptions).toEqual([
    'a month is 30 days, a GB 10⁹ bytes as billed',
    expect.stringMatching(/^a row of KubePodInventory is 631 bytes.* 1\.2 a pod$/),
    'what was measured or told grows with the number of nodes',
  ]);
});

test('a finer interval, more nodes or a namespace less never change the order of what is known', () => {
  const interval = fc.integer({ min: 1, max: 30 }).map((n) => `${n}m`);
  fc.assert(
    fc.property(
      interval,
      interval,
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      (a, b, n, m) => {
        const of = (i: string, now: number) =>
          specOf({
            cluster: nodes(now),
            workspace: {},
            inventory: { tables: [...PODS, 'Perf'], interval: i },
            usage: { podsPerNode: 30, tables: { Perf: 10 } },
          });
        const sum = (i: string, now: number): number =>
          usageFor(of(i, now), of('1m', 100)).tables.reduce((all, { gb }) => all + (gb ?? Number.NaN), 0);
        const [fine, coarse] = [a, b].toSorted((x, y) => Number.parseInt(x, 10) - Number.parseInt(y, 10)) as [
          string,
          string,
        ];
        expect(sum(fine, n)).toBeGreaterThanOrEqual(sum(coarse, n));
        expect(sum(a, Math.max(n, m))).toBeGreaterThanOrEqual(sum(a, Math.min(n, m)));
      },
    ),
  );
});
