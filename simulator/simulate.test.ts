import fc from 'fast-check';
import { expect, test } from 'vitest';
import { score } from '../lab/score.ts';
import { DEGREES, endOf, DEFAULTS, type Parameters, SOURCES } from './parameters.ts';
import { decodeRun, filesOf, jsonLines, numbersOf, tallyLines, tallyRecords, withRun } from './run-read.testing.ts';

const SMALL = { nodes: 2, podsPerNode: 8, hours: 0.1, flows: 600 } as const satisfies Partial<Parameters>;

interface TruthRow {
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly begin: string;
  readonly podUid?: string;
  readonly oracle: number;
}

const truthOf = (files: ReadonlyMap<string, Buffer>): readonly TruthRow[] =>
  jsonLines(files, 'truth.jsonl') as readonly TruthRow[];

interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const nameOf = (workload: Named | undefined): string =>
  workload === undefined ? '' : `${workload.namespace}/${workload.kind}/${workload.name}`;

interface Rate {
  readonly node?: true;
  readonly workload?: Named;
  readonly hostNetwork?: boolean;
  readonly destIp?: string;
  readonly destPort?: number;
  readonly protocol?: string;
  readonly perPodPerSecond: number;
}

interface Placed {
  readonly podUid: string;
  readonly node: string;
  readonly workload: Named;
  readonly from: string;
  readonly until: string | null;
}

test('the same seed and parameters give the same bytes, another seed others', async () => {
  const asked = { ...SMALL, late: 0.1, loseConntrack: 0.05, loseRecords: 0.05, skewSpreadMs: 2_000, ipv6: 0.3 };
  const [once, again, other] = await Promise.all(
    [1, 1, 2].map((seed) => withRun({ ...asked, seed }, (folder) => filesOf(folder))),
  );
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});

test('what the sources lose, leave out or mistime changes nothing in the truth', async () => {
  const toldOf = async (asked: Partial<Parameters>): Promise<unknown> =>
    withRun({ ...SMALL, ...asked }, (folder) =>
      [...filesOf(folder)].filter(([path]) => path.startsWith('truth') || path === 'rates.jsonl'),
    );
  const told = await toldOf({});
  expect(await toldOf({ loseConntrack: 0.2, loseRecords: 0.2, late: 0.2, skewSpreadMs: 3_000 })).toEqual(told);
  expect(await toldOf({ without: [...SOURCES], updates: false })).toEqual(told);
});

const small: fc.Arbitrary<Partial<Parameters>> = fc.record({
  seed: fc.nat(1_000_000),
  nodes: fc.integer({ min: 1, max: 5 }),
  podsPerNode: fc.integer({ min: 1, max: 14 }),
  hours: fc.double({ min: 0.02, max: 0.15, noNaN: true }),
  flows: fc.integer({ min: 1, max: 1_000 }),
  flowLogAheadMs: fc.integer({ min: -3_000, max: 3_000 }),
  skewSpreadMs: fc.constantFrom(0, 2_000),
  loseConntrack: fc.constantFrom(0, 0.02),
  loseRecords: fc.constantFrom(0, 0.02),
  late: fc.constantFrom(0, 0.1),
  ipReuse: fc.constantFrom(...DEGREES),
  portReuse: fc.constantFrom(...DEGREES),
  ipv6: fc.constantFrom(0, 0.3),
  updates: fc.boolean(),
});

test('every line of every file is read, and what is read adds up to what run.json says', async () => {
  await fc.assert(
    fc.asyncProperty(small, async (asked) => {
      await withRun(asked, (folder, run) => {
        const taken = [...decodeRun(filesOf(folder)).values()];
        expect(taken.flatMap(({ rejects }) => rejects)).toEqual([]);
        const records = taken.flatMap(({ facts }) => facts.flowRecords ?? []);
        const lines = taken.flatMap(({ facts }) => facts.conntrack ?? []);
        expect(run.flowLog).toMatchObject(tallyRecords(records, DEFAULTS.startMs));
        expect(run.conntrack).toMatchObject(tallyLines(lines));
      });
    }),
    { numRuns: 6 },
  );
});

test('where nothing is lost, each row of the truth has its record and its entry', async () => {
  await fc.assert(
    fc.asyncProperty(small, async (asked) => {
      const lossless = { ...asked, loseConntrack: 0, loseRecords: 0, flowLogAheadMs: 0, skewSpreadMs: 0 };
      await withRun(lossless, (folder) => {
        const files = filesOf(folder);
        const taken = [...decodeRun(files).values()];
        const moments = (column: string, state: string, first: number, tables: 'flowRecords' | 'conntrack') =>
          taken
            .flatMap(({ facts }) => facts[tables] ?? [])
            .flatMap((table) => {
              const [at, kinds, ports] = [numbersOf(table, 'at_ms'), numbersOf(table, state), numbersOf(table, column)];
              return at.flatMap((ms, i) => (kinds[i] === first || kinds[i] === 3 ? [`${ports[i]} ${ms}`] : []));
            });
        const begun = new Set(moments('src_port', 'state', 0, 'flowRecords'));
        const opened = new Set(moments('reply_dest_port', 'kind', 0, 'conntrack'));
        const end = endOf({ ...DEFAULTS, ...lossless });
        for (const row of truthOf(files)) {
          const at = Date.parse(row.begin);
          // A NIC sees a packet within a millisecond, and times are cut or rounded to whole ones.
          const near = [at, at + 1].map((ms) => `${row.snatPort} ${ms}`);
          expect(near.some((moment) => opened.has(moment))).toBe(true);
          if (at + 1 < end) expect(near.some((moment) => begun.has(moment))).toBe(true);
          expect(row.oracle).toBeGreaterThan(0);
          expect(row.oracle).toBeLessThanOrEqual(1);
        }
      });
    }),
    { numRuns: 4 },
  );
});

test('a pod of the truth is one that Kubernetes shows, and it ran when it talked', async () => {
  await withRun({ ...SMALL, nodes: 3, ipReuse: 'high' }, (folder) => {
    const files = filesOf(folder);
    const seen = new Set([...decodeRun(files).values()].flatMap(({ facts }) => facts.pods.map(({ uid }) => uid)));
    const placed = new Map((jsonLines(files, 'placement.jsonl') as readonly Placed[]).map((row) => [row.podUid, row]));
    for (const { podUid, begin } of truthOf(files)) {
      if (podUid === undefined) continue;
      expect(seen).toContain(podUid);
      const { from, until } = placed.get(podUid) ?? { from: '', until: null };
      expect(from <= begin && (until === null || begin <= until)).toBe(true);
    }
  });
});

test('the oracle is what rates.jsonl and placement.jsonl say: the share of the true workload in all that talks there', async () => {
  await withRun({ ...SMALL, nodes: 3, ipReuse: 'high' }, (folder, run) => {
    const files = filesOf(folder);
    const rates = jsonLines(files, 'rates.jsonl') as readonly Rate[];
    const placed = jsonLines(files, 'placement.jsonl') as readonly Placed[];
    const nodes = run.nodes as readonly { readonly ip: string; readonly name: string }[];
    for (const row of truthOf(files)) {
      const there = rates.filter(({ destIp, destPort, protocol }) =>
        [destIp === row.destIp, destPort === row.destPort, protocol === row.protocol].every(Boolean),
      );
      const node = nodes.find(({ ip }) => ip === row.nodeIp)?.name;
      const now = placed.filter((pod) => pod.node === node && pod.from <= row.begin && row.begin <= (pod.until ?? '~'));
      const rateOf = ({ perPodPerSecond, workload }: Rate): number =>
        perPodPerSecond * now.filter((pod) => nameOf(pod.workload) === nameOf(workload)).length;
      const all = there.map((rate) => ({
        isHost: rate.node === true || rate.hostNetwork === true,
        name: nameOf(rate.workload),
        rate: rate.node === true ? rate.perPodPerSecond : rateOf(rate),
      }));
      const own = nameOf(placed.find(({ podUid }) => podUid === row.podUid)?.workload);
      const mine = all.filter(({ isHost, name }) => (row.podUid === undefined ? isHost : name === own && !isHost));
      const sum = (of: typeof all): number => of.reduce((total, { rate }) => total + rate, 0);
      expect(row.oracle).toBeCloseTo(sum(mine) / sum(all), 3);
    }
  });
});

test('exact is never wrong: clocks, lost lines, addresses and ports that change hands', {
  timeout: 60_000,
}, async () => {
  const hard = {
    nodes: 3,
    hours: 0.25,
    flows: 4_000,
    ipReuse: 'high',
    portReuse: 'high',
    ipv6: 0.1,
    flowLogAheadMs: 2_000,
    skewSpreadMs: 2_000,
    loseConntrack: 0.01,
    late: 0.02,
  } as const satisfies Partial<Parameters>;
  const scored = await withRun(hard, (folder) => score(folder));
  expect(scored.wrong).toBe(0);
  expect(scored.exact).toBeGreaterThan(2_500);
});

test('without losses all but one in a thousand are exact', { timeout: 60_000 }, async () => {
  const asked = { nodes: 3, hours: 0.2, flows: 4_000, ipReuse: 'high', portReuse: 'normal' } as const;
  const scored = await withRun(asked, (folder) => score(folder));
  expect(scored.wrong).toBe(0);
  expect(scored.translatedExact).toBeGreaterThanOrEqual(0.999 * scored.translated);
});
