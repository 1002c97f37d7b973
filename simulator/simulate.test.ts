import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { score } from '../lab/score.ts';
import { DEGREES, endOf, DEFAULTS, type Parameters, SOURCES, TRAFFICS } from './parameters.ts';
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
  readonly oracleTop1?: number;
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
  readonly destIps?: readonly string[];
  readonly destPort?: number;
  readonly protocol?: string;
  readonly perPodPerSecond: number;
  readonly role?: string;
  readonly day?: { readonly amplitude: number; readonly peakHour: number };
  readonly byNode?: Readonly<Record<string, number>>;
  readonly from?: string;
}

/** What a rate comes to at a moment, on a node. */
const rateAt = ({ perPodPerSecond, day, byNode, from }: Rate, node: string, at: string): number => {
  if (from !== undefined && at < from) return 0;
  // Within a minute it stays what it is in its middle.
  const hours = (Math.floor(Date.parse(at) / 60_000) + 0.5) / 60;
  const load = day === undefined ? 1 : 1 + day.amplitude * Math.cos((2 * Math.PI * (hours - day.peakHour)) / 24);
  return perPodPerSecond * load * (byNode?.[node] ?? 1);
};

interface Placed {
  readonly podUid: string;
  readonly node: string;
  readonly workload: Named;
  readonly role?: string;
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

test('steady runs are for ever what they were: what is added changes no byte of them', async () => {
  const hash = await withRun(SMALL, (folder) => {
    const all = createHash('sha256');
    for (const [path, bytes] of filesOf(folder)) all.update(`${path} ${bytes.length}\n`).update(bytes);
    return all.digest('hex');
  });
  expect(hash).toBe('7ae640303d568126662a1236e94ffe4e0e5b2610244f2d338029cc4e221fc179');
});

test.each(TRAFFICS)(
  'what the sources lose, leave out or mistime changes nothing in the truth (%s)',
  async (traffic) => {
    const toldOf = async (asked: Partial<Parameters>): Promise<unknown> =>
      withRun({ ...SMALL, traffic, ...asked }, (folder) =>
        [...filesOf(folder)].filter(([path]) => path.startsWith('truth') || path === 'rates.jsonl'),
      );
    const told = await toldOf({});
    expect(await toldOf({ loseConntrack: 0.2, loseRecords: 0.2, late: 0.2, skewSpreadMs: 3_000 })).toEqual(told);
    expect(await toldOf({ without: [...SOURCES], updates: false })).toEqual(told);
  },
);

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
  packed: fc.boolean(),
  ipv6: fc.constantFrom(0, 0.3),
  updates: fc.boolean(),
  traffic: fc.constantFrom(...TRAFFICS),
  odd: fc.boolean(),
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

test.each(TRAFFICS)(
  'the oracle is what rates.jsonl and placement.jsonl say: the share of the true workload in all that talks there (%s)',
  async (traffic) => {
    const odd = traffic === 'lively';
    await withRun({ ...SMALL, nodes: 3, ipReuse: 'high', traffic, odd }, (folder, run) => {
      const files = filesOf(folder);
      const rates = jsonLines(files, 'rates.jsonl') as readonly Rate[];
      const placed = jsonLines(files, 'placement.jsonl') as readonly Placed[];
      const nodes = run.nodes as readonly { readonly ip: string; readonly name: string }[];
      let [rows, best, right] = [0, 0, 0];
      for (const row of truthOf(files)) {
        const there = rates.filter(({ destIp, destIps, destPort, protocol }) =>
          [(destIps ?? [destIp]).includes(row.destIp), destPort === row.destPort, protocol === row.protocol].every(
            Boolean,
          ),
        );
        const node = nodes.find(({ ip }) => ip === row.nodeIp)?.name;
        const now = placed.filter(
          (pod) => pod.node === node && pod.from <= row.begin && row.begin <= (pod.until ?? '~'),
        );
        const podsOf = ({ workload, role }: Rate): number =>
          now.filter((pod) => nameOf(pod.workload) === nameOf(workload) && pod.role === role).length;
        const all = there.map((rate) => ({
          isHost: rate.node === true || rate.hostNetwork === true,
          name: nameOf(rate.workload),
          rate: rateAt(rate, node ?? '', row.begin) * (rate.node === true ? 1 : podsOf(rate)),
        }));
        const own = nameOf(placed.find(({ podUid }) => podUid === row.podUid)?.workload);
        const mine = all.filter(({ isHost, name }) => (row.podUid === undefined ? isHost : name === own && !isHost));
        const sum = (of: typeof all): number => of.reduce((total, { rate }) => total + rate, 0);
        expect(row.oracle).toBeCloseTo(sum(mine) / sum(all), 3);
        const shares = new Map<string, number>();
        for (const { isHost, name, rate } of all)
          shares.set(isHost ? '' : name, (shares.get(isHost ? '' : name) ?? 0) + rate);
        const [first = 0, second = 0] = [...shares.values()].sort((a, b) => b - a);
        rows++;
        best += first / sum(all);
        right += row.oracleTop1 ?? 0;
        if (traffic === 'lively' && first > 1.001 * second)
          expect(row.oracleTop1).toBe(sum(mine) >= 0.999 * first ? 1 : 0);
      }
      if (traffic === 'steady') return;
      // Whoever names the most probable one is right as often as they believe, but for bursts that nobody can know of.
      expect(Math.abs(right - best) / rows).toBeLessThan(0.05);
      expect(run.truth.oracleTop1).toBeCloseTo(right, 1);
      expect(right).toBeGreaterThan(run.truth.oracle);
    });
  },
);

test.each(TRAFFICS)(
  'exact is never wrong: clocks, lost lines, addresses and ports that change hands (%s)',
  {
    timeout: 60_000,
  },
  async (traffic) => {
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
    const scored = await withRun({ ...hard, traffic }, (folder) => score(folder));
    expect(scored.wrong).toBe(0);
    expect(scored.exact).toBeGreaterThan(2_000);
  },
);

test('without losses all but one in a thousand are exact', { timeout: 60_000 }, async () => {
  const asked = { nodes: 3, hours: 0.2, flows: 4_000, ipReuse: 'high', portReuse: 'normal' } as const;
  const scored = await withRun(asked, (folder) => score(folder));
  expect(scored.wrong).toBe(0);
  expect(scored.translatedExact).toBeGreaterThanOrEqual(0.999 * scored.translated);
});
