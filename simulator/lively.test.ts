import { describe, expect, test } from 'vitest';
import { type Parameters, SOURCES, type TrafficKind } from './parameters.ts';
import { filesOf, jsonLines, withRun } from './run-read.testing.ts';
import type { RunDescription } from './write/describe.ts';

interface Row {
  readonly destIp: string;
  readonly destPort: number;
  readonly begin: string;
  readonly nodeIp: string;
  readonly podUid?: string;
}

interface Placed {
  readonly podUid: string;
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly role?: string;
  readonly hostNetwork: boolean;
  readonly from: string;
  readonly until: string | null;
}

interface Rate {
  readonly node?: true;
  readonly workload?: Placed['workload'];
  readonly hostNetwork?: boolean;
  readonly destIp?: string;
  readonly destIps?: readonly string[];
  readonly destPort?: number;
  readonly answer?: string;
  readonly perPodPerSecond: number;
  readonly role?: string;
}

interface Told {
  readonly truth: readonly Row[];
  readonly placed: readonly Placed[];
  readonly rates: readonly Rate[];
  readonly run: RunDescription;
}

/** The truth alone: no source is written. */
const told = async (traffic: TrafficKind, asked: Partial<Parameters>): Promise<Told> =>
  withRun({ nodes: 2, podsPerNode: 10, ...asked, traffic, without: [...SOURCES] }, (folder, run) => {
    const files = filesOf(folder);
    return {
      truth: jsonLines(files, 'truth.jsonl') as readonly Row[],
      placed: jsonLines(files, 'placement.jsonl') as readonly Placed[],
      rates: jsonLines(files, 'rates.jsonl') as readonly Rate[],
      run,
    };
  });

const nameOf = ({ kind, namespace, name }: Placed['workload']): string => `${namespace}/${kind}/${name}`;
const hourOf = (begin: string): number => Number(begin.slice(11, 13));
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);
const countBy = <Item>(items: Iterable<Item>, keyOf: (item: Item) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};

const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/**
 * Variance over mean of the connections of one pod in one hour, pods of one workload compared: 1 where only chance is at work. The median of
 * all workloads and hours, so that a few bursts do not show.
 */
const dispersion = ({ truth, placed }: Told, hours: number): number => {
  const start = '2026-11-22T00:00:00.000Z';
  const standing = placed.filter(({ from, until, hostNetwork }) => from <= start && until === null && !hostNetwork);
  const counts = countBy(truth, ({ podUid, begin }) => `${podUid} ${hourOf(begin)}`);
  const groups = Map.groupBy(
    standing.flatMap(({ podUid, workload }) =>
      Array.from({ length: hours }, (_, hour) => ({
        group: `${nameOf(workload)} ${hour}`,
        n: counts.get(`${podUid} ${hour}`) ?? 0,
      })),
    ),
    ({ group }) => group,
  );
  const each = [...groups.values()].flatMap((members) => {
    const mean = sum(members.map(({ n }) => n)) / members.length;
    if (members.length < 4 || mean < 10) return [];
    return [sum(members.map(({ n }) => (n - mean) ** 2)) / (members.length - 1) / mean];
  });
  expect(each.length).toBeGreaterThan(3);
  return medianOf(each);
};

test('pods have good hours and bad ones: far more spread than chance alone makes', async () => {
  const asked = { hours: 4, flows: 12_000, ipReuse: 'low' } as const;
  expect(dispersion(await told('steady', asked), 4)).toBeLessThan(1.3);
  expect(dispersion(await told('lively', asked), 4)).toBeGreaterThan(4);
});

test('calls come in bursts of some minutes', async () => {
  /** Of a pod's connections to one destination in one hour: those in the fullest five minutes, against five minutes on average. */
  const peak = ({ truth, rates }: Told): number => {
    const moving = new Set(rates.flatMap(({ destIps = [] }) => destIps));
    const staying = truth.filter(({ destIp }) => !moving.has(destIp));
    const hours = Map.groupBy(staying, ({ podUid, destIp, begin }) => `${podUid} ${destIp} ${hourOf(begin)}`);
    const peaks = [...hours.values()].flatMap((rows) => {
      const each = countBy(rows, ({ begin }) => String(Math.floor(Date.parse(begin) / 300_000)));
      return rows.length < 60 ? [] : [(Math.max(...each.values()) * 12) / rows.length];
    });
    return Math.max(...peaks);
  };
  const asked = { hours: 4, flows: 25_000, ipReuse: 'low', seed: 5 } as const;
  expect(peak(await told('steady', asked))).toBeLessThan(3.5);
  expect(peak(await told('lively', asked))).toBeGreaterThan(4.5);
});

test('load follows the day: most of it when people work', async () => {
  /** Connections of pods from 10 to 16 h against those from 22 to 4 h. */
  const dayAgainstNight = ({ truth }: Told): number => {
    const hours = countBy(
      truth.filter(({ podUid }) => podUid !== undefined),
      ({ begin }) => String(hourOf(begin)),
    );
    const of = (...some: number[]): number => sum(some.map((hour) => hours.get(String(hour)) ?? 0));
    return of(10, 11, 12, 13, 14, 15) / of(22, 23, 0, 1, 2, 3);
  };
  const asked = { hours: 24, flows: 10_000 } as const;
  expect(dayAgainstNight(await told('steady', asked))).toBeLessThan(1.15);
  expect(dayAgainstNight(await told('lively', asked))).toBeGreaterThan(1.5);
});

test('what failed is tried again within seconds', async () => {
  /** Share of connections that had to fail, after which the same pod came back within twelve seconds. */
  const returned = ({ truth, rates }: Told): number => {
    const failing = new Set(rates.filter(({ answer = 'answers' }) => answer !== 'answers').map(({ destIp }) => destIp));
    const calls = Map.groupBy(
      truth.filter(({ destIp }) => failing.has(destIp)),
      ({ podUid, destIp, nodeIp }) => `${podUid ?? nodeIp} ${destIp}`,
    );
    const waits = [...calls.values()].flatMap((rows) =>
      rows.slice(1).map(({ begin }, i) => Date.parse(begin) - Date.parse(rows[i]?.begin ?? '')),
    );
    expect(waits.length).toBeGreaterThan(50);
    return waits.filter((ms) => ms < 12_000).length / waits.length;
  };
  const asked = { nodes: 6, podsPerNode: 20, hours: 2, flows: 15_000, seed: 4 } as const;
  expect(returned(await told('steady', asked))).toBeLessThan(0.2);
  expect(returned(await told('lively', asked))).toBeGreaterThan(0.4);
});

describe('a rollout', () => {
  const asked = { nodes: 3, podsPerNode: 20, hours: 2, flows: 40_000, ipReuse: 'high' } as const;

  test('brings other habits to about half of what is rolled out', async () => {
    const { placed, rates, truth } = await told('lively', asked);
    const rolledOut = new Set(
      placed.filter(({ role }) => role === 'rolled-out').map(({ workload }) => nameOf(workload)),
    );
    expect(rolledOut.size).toBeGreaterThan(2);
    const key = ({ destIp, destIps = [] }: Rate): string => destIps[0] ?? destIp ?? '';
    const homes = new Map(rates.flatMap((rate) => [rate.destIp, ...(rate.destIps ?? [])].map((ip) => [ip, key(rate)])));
    const pods = new Map(placed.map((pod) => [pod.podUid, pod]));
    const seconds = (name: string, role: string | undefined): number =>
      sum(
        placed
          .filter((pod) => nameOf(pod.workload) === name && pod.role === role)
          .map(({ from, until }) => (Date.parse(until ?? '2026-11-22T02:00:00Z') - Date.parse(from)) / 1_000),
      );
    const seen = countBy(truth, ({ podUid = '', destIp }) => {
      const pod = pods.get(podUid);
      return pod === undefined ? '' : `${nameOf(pod.workload)} ${pod.role ?? ''} ${homes.get(destIp)}`;
    });
    let [more, less] = [0, 0];
    for (const name of rolledOut) {
      const of = (role: string | undefined): readonly Rate[] =>
        rates.filter(
          (rate) =>
            rate.destIp !== undefined &&
            nameOf(rate.workload ?? { kind: '', namespace: '', name: '' }) === name &&
            rate.role === role,
        );
      const [before, after] = [of(undefined), of('rolled-out')];
      expect(after).not.toEqual(before);
      // No pod calls where its role does not.
      for (const [role, own] of [
        ['', before],
        ['rolled-out', after],
      ] as const) {
        const called = [...seen.keys()].filter((each) => each.startsWith(`${name} ${role} `));
        for (const each of called) expect(own.map(key)).toContain(each.split(' ')[2]);
      }
      for (const old of before) {
        const now = after.find((rate) => key(rate) === key(old));
        const counted = (role: string): number => seen.get(`${name} ${role} ${key(old)}`) ?? 0;
        const expected = counted('') * (seconds(name, 'rolled-out') / seconds(name, undefined));
        if (now === undefined || expected < 5) continue;
        if (now.perPodPerSecond > 1.5 * old.perPodPerSecond) more += counted('rolled-out') - expected;
        if (now.perPodPerSecond < old.perPodPerSecond / 1.5) less += counted('rolled-out') - expected;
      }
    }
    expect(more).toBeGreaterThan(0);
    expect(less).toBeLessThan(0);
  });

  test('changes nothing in steady traffic', async () => {
    const { placed, rates } = await told('steady', asked);
    expect([...placed, ...rates].filter(({ role }) => role !== undefined)).toEqual([]);
  });
});

test('a name of the platform stands for one address after the other, each for ten to forty minutes', async () => {
  const { truth, rates } = await told('lively', { nodes: 4, hours: 3, flows: 40_000 });
  const pools = new Map(
    rates.flatMap(({ destIps, destPort }) => (destIps === undefined ? [] : [[destIps[0], { destIps, destPort }]])),
  );
  expect(pools.size).toBeGreaterThan(2);
  let turns = 0;
  for (const { destIps, destPort } of pools.values()) {
    const rows = truth.filter((row) => destIps.includes(row.destIp) && row.destPort === destPort);
    let [before, now, since] = ['', rows[0]?.destIp, 0];
    for (const { destIp, begin } of rows) {
      const at = Date.parse(begin);
      // A node may be late by as long as a resolver keeps its answer.
      if (destIp === now || (destIp === before && at - since <= 30_000)) continue;
      // Where few talk, a change is seen late, and the next one soon after it.
      if (rows.length > 2_000 && since > 0) expect(at - since).toBeGreaterThan(8 * 60_000);
      expect(at - since).toBeGreaterThan(60_000);
      [before, now, since] = [now ?? '', destIp, at];
      turns++;
    }
  }
  expect(turns).toBeGreaterThan(15);
});

test('hosts are chatty, each in its own measure, and call where pods call too', async () => {
  const asked = { nodes: 8, podsPerNode: 8, hours: 1, flows: 20_000 } as const;
  const perNode = ({ truth }: Told): readonly number[] => [
    ...countBy(
      truth.filter(({ podUid }) => podUid === undefined),
      ({ nodeIp }) => nodeIp,
    ).values(),
  ];
  const [steady, lively] = [await told('steady', asked), await told('lively', asked)];
  expect(Math.max(...perNode(steady)) / Math.min(...perNode(steady))).toBeLessThan(2.5);
  expect(Math.max(...perNode(lively)) / Math.min(...perNode(lively))).toBeGreaterThan(4);
  expect(sum(perNode(lively))).toBeGreaterThan(3 * sum(perNode(steady)));
  const called = (of: readonly Row[]): ReadonlySet<string> =>
    new Set(of.map(({ destIp, destPort }) => `${destIp} ${destPort}`));
  const byPods = called(lively.truth.filter(({ podUid }) => podUid !== undefined));
  const byHosts = called(lively.truth.filter(({ podUid }) => podUid === undefined));
  expect([...byHosts].filter((each) => byPods.has(each)).length).toBeGreaterThan(4);
});

test.each([1, 2, 3, 4])(
  'the odd one, from the middle on, calls where none of its siblings calls (seed %i)',
  async (seed) => {
    const { truth, placed, run } = await told('lively', { hours: 2, flows: 10_000, seed, odd: true });
    const { odd } = run;
    if (odd === undefined || odd === null) throw new Error('there is none');
    const siblings = new Set(
      placed.filter(({ workload }) => nameOf(workload) === nameOf(odd.workload)).map(({ podUid }) => podUid),
    );
    expect(siblings.size).toBeGreaterThan(1);
    const calls = truth.filter(({ destIp, destPort }) => destIp === odd.destIp && destPort === odd.destPort);
    const own = calls.filter(({ podUid }) => podUid !== undefined && siblings.has(podUid));
    expect(new Set(own.map(({ podUid }) => podUid))).toEqual(new Set([odd.podUid]));
    expect(own.length).toBeGreaterThan(20);
    expect(own.every(({ begin }) => begin >= odd.from)).toBe(true);
    const others = calls.filter(({ podUid }) => podUid === undefined || !siblings.has(podUid));
    if (odd.otherCallers === 0) expect(others).toEqual([]);
  },
);
