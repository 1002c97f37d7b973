import { HOUR, type Instant } from '../../src/base/instant.ts';
import type { Ip } from '../../src/base/ip.ts';
import { uniform } from '../../src/base/random.ts';
import { binomial, gamma, type Uniform } from '../../src/core/attribution/rates/draws.ts';
import { type Placement, placementOf } from '../../src/core/attribution/rates/placement.ts';
import { NO_TELLERS } from '../../src/store/grading/tellers.ts';
import type { KindTally } from '../../src/store/grading/day-tallies.ts';
import { gradingPool } from '../../src/store/grading/grading-pool.ts';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { timed } from '../stopwatch.ts';

const NODES = 500;
const PODS = 30;
const WORKLOADS = 600;
const FLOWS: Readonly<Record<Scale, number>> = { small: 2_000_000, full: 100_000_000 };
const BEGIN = 1_000 * HOUR;
const END = BEGIN + 24 * HOUR;

/** Pods of few large and many small workloads, for a day. */
const placed = (random: Uniform): Placement => {
  const leases = Array.from({ length: NODES * PODS }, (_, pod) => {
    const workload = {
      kind: 'Deployment',
      namespace: 'shop',
      name: `w${Math.floor(WORKLOADS * random() * random())}`,
    };
    return {
      podUid: `pod-${pod}`,
      namespace: 'shop',
      pod: `pod-${pod}`,
      workload,
      node: `node-${Math.floor(pod / PODS)}`,
      ip: '10.244.0.2' as Ip,
      hostNetwork: false,
      mayFrom: BEGIN as Instant,
      heldFrom: BEGIN as Instant,
      heldUntil: END as Instant,
      mayUntil: END as Instant,
    };
  });
  return placementOf(leases, [], BEGIN as Instant, END as Instant);
};

/** Kinds of requests, most of few workloads, with rates over three hundredfold and bursts, until there are enough flows. */
const tallied = (placement: Placement, enough: number, random: Uniform): readonly KindTally[] => {
  const { cells, first, sender, seconds, workloads, nodes } = placement;
  const tallies: KindTally[] = [];
  for (let all = 0, dest = 0; all < enough; dest++) {
    const kinds = 1 + Math.floor(random() * 4);
    for (let kind = 0; kind < kinds; kind++) {
      const rates = new Float64Array(workloads.length + 1 + nodes.length);
      for (let left = 1 + Math.floor(1 / (random() + 0.03)); left > 0; left--)
        rates[Math.floor(random() * workloads.length)] = 0.0005 * 300 ** random() * gamma(1, random);
      if (random() < 0.15) rates[workloads.length] = 0.002;
      const counted: number[] = [];
      const flows: number[] = [];
      for (let cell = 0; cell < cells; cell++) {
        let mean = 0;
        for (let share = first[cell] as number; share < (first[cell + 1] as number); share++)
          mean += (seconds[share] as number) * (rates[sender[share] as number] as number);
        mean *= gamma(2, random) / 2;
        const count = mean > 50 ? Math.round(mean) : binomial(1_000, mean / 1_000, random);
        if (count === 0) continue;
        counted.push(cell);
        flows.push(count);
        all += count;
      }
      if (counted.length === 0) continue;
      tallies.push({
        destIp: Uint8Array.from({ length: 16 }, (_, i) => (i < 12 ? 0 : dest >>> (8 * (15 - i))) & 0xff),
        destPort: 443,
        protocol: 6,
        class: kind,
        destFlows: flows.reduce((sum, count) => sum + count, 0),
        destHours: 24,
        cells: Int32Array.from(counted),
        flows: Float64Array.from(flows),
        known: [],
        hidden: [],
        toldIn: new Map<number, ReadonlyMap<number, number>>(),
        told: new Map(),
      });
    }
  }
  return tallies;
};

const run = async (scale: Scale): Promise<Outcome> => {
  const random = uniform(1);
  const placement = placed(random);
  const tallies = tallied(placement, FLOWS[scale], random);
  const flows = tallies.reduce((sum, { destFlows }) => sum + destFlows, 0);
  const { seconds, cpuSeconds, value } = await timed(async () => {
    const pool = gradingPool({
      placement,
      before: new Map(),
      senderOf: new Map(),
      tellers: NO_TELLERS,
      sharpness: 1.35,
      sharpnessTold: 1.35,
    });
    let rows = 0;
    for await (const { posterior } of pool.grades({ tallies, sighted: new Map() })) rows += posterior.rows;
    await pool.close();
    return rows;
  });
  return {
    value: flows / 1e6 / seconds,
    rows: flows,
    checksum: { exact: `flows=${flows} posteriors=${value}` },
    cpuSeconds,
    more: { 'posteriors/s': value / seconds, 'kinds of requests': tallies.length },
  };
};

export const rates: Benchmark = {
  name: 'rates',
  unit: 'M flows/s',
  better: 'more',
  floor: 0.167,
  aim: 0.83,
  what: `Rates and posteriors of ${NODES} nodes, ${(NODES * PODS).toLocaleString('en')} pods and 24 hours, from flows that are counted by node, hour, destination and size; 100 M flows in ten minutes are 0.167.`,
  limit:
    'A sweep visits each candidate of each cell once, about 5 ns; 140 sweeps and 60 steps: some 200 k posteriors/s on two cores.',
  peers: 'none: nothing else answers this.',
  data: {
    small: '2 M flows, counted',
    full: '100 M flows, counted',
  },
  rounds: { small: 3, full: 1 },
  prepare: () => Promise.resolve(),
  run: { unmasq: run },
};
