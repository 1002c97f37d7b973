import { join } from 'node:path';
import { createRandom } from '../../simulator/random.ts';
import { only } from '../../src/app/address.ts';
import { allFlows } from '../../src/core/all-flows.ts';
import { who as whoSent } from '../../src/app/who.ts';
import { parseIp } from '../../src/base/ip.ts';
import type { Benchmark, Outcome, Scale } from '../benchmark.ts';
import { dataFor, dataOf } from '../data.ts';
import { attributedDuck, withDuckDb } from '../peers/duckdb.ts';
import { ASKED, ASKED_TEXT } from '../sizes.ts';
import { quantile, timed } from '../stopwatch.ts';
import { destinationRanks } from '../store-sums.ts';
import { attributedStore, CLUSTER, rangeOf, withStore } from '../unmasq.ts';

const SEED = 1;
/** Of each kind: popular, middling, rare; and one address that nobody talked to. */
const OF_EACH: Readonly<Record<Scale, number>> = { small: 4, full: 12 };
const ABSENT = '192.0.2.255';

/** Chosen by rank: a tenth of the addresses gets most of the traffic, and the last tenth nearly none. */
const chosenFrom = (ranked: readonly string[], scale: Scale): readonly string[] => {
  const random = createRandom(SEED);
  const from = (first: number, last: number): readonly string[] => {
    const band = ranked.slice(Math.floor(first * ranked.length), Math.max(1, Math.ceil(last * ranked.length)));
    return Array.from({ length: OF_EACH[scale] }, () => random.pick(band));
  };
  return [...from(0, 0.1), ...from(0.45, 0.55), ...from(0.9, 1), ABSENT];
};

/** Asks for each address in turn. The first question is not counted: it opens what is opened once. */
const askAll = async (addresses: readonly string[], ask: (address: string) => Promise<number>): Promise<Outcome> => {
  await ask(addresses[0] as string);
  const ms: number[] = [];
  let flows = 0;
  const { cpuSeconds } = await timed(async () => {
    for (const address of addresses) {
      const { value, seconds } = await timed(() => ask(address));
      flows += value;
      ms.push(seconds * 1_000);
    }
  });
  return {
    value: quantile(ms, 0.95),
    rows: addresses.length,
    checksum: { exact: `questions=${addresses.length} flows=${flows}` },
    cpuSeconds,
    more: { 'p50, ms': quantile(ms, 0.5) },
  };
};

export const who: Benchmark = {
  name: 'who',
  unit: 'ms (p95)',
  better: 'less',
  floor: 300,
  aim: 50,
  what: 'The 95th percentile of `who IP` over all attributed flows, engine open: popular, middling and rare destinations, and one absent.',
  limit: 'A keyed look-up in the engine takes 10 ms; a popular destination is read whole, at 200 M rows/s.',
  peers:
    'duckdb: pods, counts and sums of one destination from its table of verdicts; no coverage, no sources, no completeness.',
  data: ASKED_TEXT,
  rounds: { small: 3 },
  prepare: async (scale) => {
    const data = await dataFor(ASKED[scale]);
    await attributedStore(data);
    await attributedDuck(data);
  },
  run: {
    unmasq: async (scale) =>
      withStore(await attributedStore(dataOf(ASKED[scale])), async ({ store, engine }) => {
        const addresses = chosenFrom(await destinationRanks(engine), scale);
        const range = await rangeOf(store);
        return askAll(addresses, async (dest) => {
          const ip = parseIp(dest);
          if (!ip.ok) throw new Error(ip.problem);
          const query = { ...allFlows(CLUSTER, range), dest: [only(ip.value)] };
          return (await whoSent(store, { dest, range, tz: 'UTC', query })).coverage.flows;
        });
      }),
    duckdb: async (scale) =>
      withDuckDb(join(await attributedDuck(dataOf(ASKED[scale])), 'duck.db'), null, async (duck) => {
        const ranks = await duck.rows<{ readonly dest: string }>(
          `SELECT dest_ip AS dest FROM verdict WHERE dest_ip NOT LIKE '10.2%' GROUP BY dest_ip ORDER BY count(*) DESC, dest_ip`,
        );
        return askAll(
          chosenFrom(
            ranks.map(({ dest }) => dest),
            scale,
          ),
          async (dest) => (await duck.who(dest)).reduce((sum, { flows }) => sum + Number(flows), 0),
        );
      }),
  },
};
