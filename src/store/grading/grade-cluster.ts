import { createHash } from 'node:crypto';
import type { Instant } from '../../base/instant.ts';
import { uniform } from '../../base/random.ts';
import type { Table } from '../../base/table.ts';
import { MODEL } from '../../core/attribution/rates/model.ts';
import { type Placement, placementOf } from '../../core/attribution/rates/placement.ts';
import { type Rates, ratesOf } from '../../core/attribution/rates/rates.ts';
import { assumedSharpness, type Hidden, measuredSharpness, sharpen } from '../../core/attribution/rates/sharpness.ts';
import { constantOf, SIZES, type SizeClass, type SizePoints, sizeClasses } from '../../core/attribution/rates/sizes.ts';
import { type Exposure, exposureOf } from '../../core/attribution/rates/tallied.ts';
import { sureByRates } from '../../core/attribution/rates/verdict-by-rates.ts';
import type { Graded } from '../../core/ports.ts';
import { valuesOf } from '../attribution/chunk-facts.ts';
import type { Engine, Params } from '../engine.ts';
import { type InForce, refreshInventory } from '../inventory-generation.ts';
import { loadTable } from '../load-table.ts';
import { decodeNative, type Structure } from '../native-read.ts';
import { sql } from '../sql.ts';
import { type KindTally, kindTallies, TALLIES } from './day-tallies.ts';
import { HiddenScore } from './hidden-score.ts';
import { PosteriorRows } from './posterior-rows.ts';

/** Flows whose destinations are counted in one statement: that many rows fit into memory. */
const SLICE_FLOWS = 10_000_000;
/** Flows of a destination that its kinds of requests are told from. */
const SAMPLE = 4_000;
/** One of so many flows whose sender is known is hidden from the rates, to see how right they are. */
const HIDE = 10;
/** What a day taught counts this much on the next. */
const KEPT = 0.2;
/** Posteriors that are held until they are written. */
const POSTERIOR_ROWS = 100_000;
/** Fits that the sharpness is measured on. */
const MEASURED = 100;
/** A sender that is given less than this of a day's flows teaches the next day nothing. */
const TAUGHT = 0.05;

interface Day {
  readonly day_ms: number;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly flows: number;
  readonly verdicts: string;
}

/**
 * Fits the rates of each day whose verdicts or inventory changed, or whose day before did, and stores who its untranslated flows are from.
 * A day is graded whole from the facts alone, so that the order of arrival does not show.
 */
export const gradeCluster = async (
  engine: Engine,
  cluster: string,
  nextWrite: () => number,
  progress: (done: number, of: number) => void,
): Promise<Graded> => {
  const days = await engine.rows<Day>(sql('grading/days'), { cluster });
  if (days.length === 0) return { days: 0, flows: 0 };
  const inForce = await refreshInventory(engine, cluster, nextWrite);
  const current = new Map(
    (await engine.rows<{ day_ms: number; generation: number; basis: string }>(sql('grading/current'), { cluster })).map(
      (row) => [row.day_ms, row],
    ),
  );
  let before: { basis: string; generation: number } | null = null;
  let [graded, flows, superseded] = [0, 0, false];
  for (const [i, day] of days.entries()) {
    progress(i, days.length);
    const basis = basisOf(day, inForce, before?.basis ?? '');
    const known = current.get(day.day_ms);
    if (known?.basis === basis) {
      before = known;
      continue;
    }
    const generation = nextWrite();
    await gradeDay(engine, { cluster, day, inForce, generation, before: before?.generation ?? 0 }, basis);
    superseded ||= known !== undefined;
    before = { basis, generation };
    graded++;
    flows += day.flows;
  }
  progress(days.length, days.length);
  if (superseded) await dropSuperseded(engine, cluster);
  return { days: graded, flows };
};

const leasesOf = ({ inventory }: InForce, { from_ms, until_ms }: Day) =>
  inventory.podLeases.filter((lease) => lease.mayFrom < until_ms && lease.mayUntil > from_ms);

/** Leases that go beyond the day are the same for it wherever they end. */
const basisOf = (day: Day, inForce: InForce, before: string): string => {
  const clip = (at: number): number => Math.min(Math.max(at, day.from_ms), day.until_ms);
  const hash = createHash('sha256').update(`${before}\n${day.verdicts}\n${day.from_ms} ${day.until_ms}\n`);
  for (const { podUid, node, workload, mayFrom, heldFrom, heldUntil, mayUntil } of leasesOf(inForce, day))
    hash.update(JSON.stringify([podUid, node, workload, ...[mayFrom, heldFrom, heldUntil, mayUntil].map(clip)]));
  return hash.digest('hex');
};

interface Asked {
  readonly cluster: string;
  readonly day: Day;
  readonly inForce: InForce;
  readonly generation: number;
  /** The generation of the day before; 0: none. */
  readonly before: number;
}

const gradeDay = async (engine: Engine, asked: Asked, basis: string): Promise<void> => {
  const { cluster, day, inForce, generation } = asked;
  const same = { cluster, generation };
  const placement = placementOf(
    leasesOf(inForce, day),
    inForce.inventory.nodeLeases
      .filter((lease) => lease.mayFrom < day.until_ms && lease.mayUntil > day.from_ms)
      .map(({ node }) => node),
    day.from_ms as Instant,
    (day.until_ms + 1) as Instant,
  );
  await loadTable(engine, 'stretch', stretchTable(placement), same);
  const slices = Math.ceil(day.flows / SLICE_FLOWS);
  const params: Params = {
    ...same,
    inventory: inForce.generation,
    day_ms: day.day_ms,
    slices,
    sample: SAMPLE,
    hide: HIDE,
    ...ALL,
  };
  const classesBefore = await storedClasses(engine, cluster, asked.before);
  for (let slice = 0; slice < slices; slice++) {
    const sizes = await decodeNative(engine.blocks(sql('grading/sizes'), { ...params, slice }), SIZES_READ);
    await loadTable(engine, 'size_class', classTable(sizes, classesBefore), same);
  }
  const fit = fitter(placement, await storedRates(engine, cluster, asked.before));
  const senderOf = sendersOf(placement, inForce);
  let sharpness: number | null = null;
  const score = new HiddenScore();
  for (let slice = 0; slice < slices; slice++) {
    const table = await decodeNative(engine.blocks(sql('grading/tallies'), { ...params, slice }), TALLIES);
    const tallies = kindTallies(table, placement, senderOf);
    sharpness ??= measuredSharpness(hiddenOf(tallies, fit)) ?? assumedSharpness(fit.exposure.hours.length);
    await gradeKinds(engine, { placement, tallies, fit, sharpness, score, same });
  }
  await loadTable(engine, 'hidden_flow', score.table(), same);
  await engine.run(
    'INSERT INTO grade_current SELECT {cluster:String}, {day_ms:Int64}, {generation:UInt64}, {basis:String}, {sharpness:Float64}',
    { ...same, day_ms: day.day_ms, basis, sharpness: sharpness ?? 1 },
  );
};

const ALL = { dest_from: '::', dest_until: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' };

/** A flow that began before the day's first is in the first cell. */
const stretchTable = ({ nodes, stretches }: Placement): Table => {
  const rows = nodes.flatMap((_, node) => {
    const { from, cell } = stretches[node] as Placement['stretches'][number];
    return Array.from(from, (at, i) => ({ node, at: i === 0 ? 0 : at, cell: cell[i] as number }));
  });
  return {
    rows: rows.length,
    columns: {
      node: { type: 'Dictionary', values: Uint32Array.from(rows, ({ node }) => node), words: nodes },
      from_ms: { type: 'Int64', values: BigInt64Array.from(rows, ({ at }) => BigInt(at)) },
      cell: { type: 'UInt32', values: Uint32Array.from(rows, ({ cell }) => cell) },
    },
  };
};

const SIZES_READ: Structure = {
  dest_ip: 'IPv6',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  out_step: 'UInt16',
  in_step: 'UInt16',
  lasted_step: 'UInt16',
  flows: 'UInt64',
};
/** The logarithm of the middle of a quarter of a doubling. */
const sizeOf = (step: number): number => ((step + 0.5) / 4) * Math.LN2;

const keyOf = (ip: Uint8Array, port: number, protocol: number): string =>
  `${Buffer.from(ip).toString('hex')} ${port} ${protocol}`;

/** The kinds of requests to each destination, as rows of `size_class`. */
const classTable = (sizes: Table, before: ReadonlyMap<string, readonly SizeClass[]>): Table => {
  const ip = valuesOf(sizes, 'dest_ip', 'IPv6');
  const port = valuesOf(sizes, 'dest_port', 'UInt16');
  const protocol = valuesOf(sizes, 'protocol', 'UInt8');
  const steps = (['out_step', 'in_step', 'lasted_step'] as const).map((name) => valuesOf(sizes, name, 'UInt16'));
  const flows = valuesOf(sizes, 'flows', 'UInt64');
  const rows: { readonly of: number; readonly place: number; readonly one: SizeClass }[] = [];
  for (let from = 0; from < sizes.rows; ) {
    const key = keyOf(ip.subarray(from * 16, from * 16 + 16), port[from] as number, protocol[from] as number);
    let until = from;
    while (
      until < sizes.rows &&
      keyOf(ip.subarray(until * 16, until * 16 + 16), port[until] as number, protocol[until] as number) === key
    )
      until++;
    const points: SizePoints = {
      at: Float64Array.from({ length: (until - from) * SIZES }, (_, i) =>
        sizeOf((steps[i % SIZES] as Uint16Array)[from + Math.floor(i / SIZES)] as number),
      ),
      flows: Float64Array.from({ length: until - from }, (_, i) => Number(flows[from + i])),
    };
    const classes = sizeClasses(points, before.get(key) ?? [], uniform(seedOf(key)));
    for (const [place, one] of classes.entries()) rows.push({ of: from, place, one });
    from = until;
  }
  return {
    rows: rows.length,
    columns: {
      dest_ip: {
        type: 'IPv6',
        values: Uint8Array.from(rows.flatMap(({ of }) => [...ip.subarray(of * 16, of * 16 + 16)])),
      },
      dest_port: { type: 'UInt16', values: Uint16Array.from(rows, ({ of }) => port[of] as number) },
      protocol: { type: 'UInt8', values: Uint8Array.from(rows, ({ of }) => protocol[of] as number) },
      class: { type: 'UInt8', values: Uint8Array.from(rows, ({ place }) => place) },
      constant: { type: 'Float64', values: Float64Array.from(rows, ({ one }) => constantOf(one)) },
      weight: { type: 'Float64', values: Float64Array.from(rows, ({ one }) => one.weight) },
      mean: numbersOf(rows.map(({ one }) => one.mean)),
      variance: numbersOf(rows.map(({ one }) => one.variance)),
    },
  };
};

const numbersOf = (lists: readonly (readonly number[])[]) =>
  ({
    type: 'Floats',
    ends: BigUint64Array.from(lists, (_, i) => BigInt((i + 1) * SIZES)),
    values: Float32Array.from(lists.flat()),
  }) as const;

/** The same text gives the same seed (FNV-1a, Fowler, Noll & Vo). */
const seedOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

const storedClasses = async (
  engine: Engine,
  cluster: string,
  generation: number,
): Promise<ReadonlyMap<string, readonly SizeClass[]>> => {
  if (generation === 0) return new Map();
  const rows = await engine.rows<SizeClass & { key: string }>(sql('grading/classes-before'), { cluster, generation });
  return Map.groupBy(rows, ({ key }) => key);
};

type Before = ReadonlyMap<
  string,
  readonly { readonly sender: string; readonly flows: number; readonly seconds: number }[]
>;

/** What the day before taught, by kind of request. */
const storedRates = async (engine: Engine, cluster: string, generation: number): Promise<Before> => {
  if (generation === 0) return new Map();
  const rows = await engine.rows<{ key: string; sender: string; flows: number; seconds: number }>(
    sql('grading/rates-before'),
    { cluster, generation },
  );
  return Map.groupBy(rows, ({ key }) => key);
};

/** No workload or node is named so. */
const ALL_NODES = '*';

const senderNames = ({ workloads, nodes }: Placement): readonly string[] => [
  ...workloads.map(({ namespace, kind, name }) => `${namespace}/${kind}/${name}`),
  ALL_NODES,
  ...nodes,
];

const sendersOf = (placement: Placement, { inventory }: InForce): ReadonlyMap<string, number> => {
  const places = new Map(senderNames(placement).map((name, place) => [name, place]));
  return new Map(
    inventory.podLeases.flatMap(({ podUid, workload: { namespace, kind, name } }) => {
      const place = places.get(`${namespace}/${kind}/${name}`);
      return place === undefined ? [] : [[podUid, place] as const];
    }),
  );
};

interface Fitted extends Rates {
  readonly tally: KindTally;
}

type Fit = ((tally: KindTally) => Fitted) & { readonly exposure: Exposure; readonly names: readonly string[] };

const fitter = (placement: Placement, before: Before): Fit => {
  const exposure = exposureOf(placement);
  const names = senderNames(placement);
  const places = new Map(names.map((name, place) => [name, place]));
  const fit = (tally: KindTally): Fitted => {
    const key = `${keyOf(tally.destIp, tally.destPort, tally.protocol)} ${tally.class}`;
    const taught = new Map(
      (before.get(key) ?? []).flatMap(({ sender, flows, seconds }) => {
        const place = places.get(sender);
        return place === undefined ? [] : [[place, { flows: flows * KEPT, seconds: seconds * KEPT }] as const];
      }),
    );
    return { tally, ...ratesOf(placement, exposure, { ...tally, before: taught }, MODEL, uniform(seedOf(key))) };
  };
  return Object.assign(fit, { exposure, names });
};

/** Hidden flows and what the rates say of them, of some of the kinds. */
const hiddenOf = (tallies: readonly KindTally[], fit: Fit): readonly Hidden[] =>
  tallies
    .filter(({ hidden }) => hidden.length > 0)
    .slice(0, MEASURED)
    .map(fit)
    .flatMap(({ of, probability, tally }) =>
      tally.hidden.map(({ cell, sender, flows }) => {
        const [from, until] = [of.first[cell] as number, of.first[cell + 1] as number];
        const place = of.senders.indexOf(sender);
        return {
          probabilities: probability.slice(from, until),
          truth: of.sender.subarray(from, until).indexOf(place),
          flows,
        };
      }),
    );

interface Grading {
  readonly placement: Placement;
  readonly tallies: readonly KindTally[];
  readonly fit: Fit;
  readonly sharpness: number;
  readonly score: HiddenScore;
  readonly same: { readonly cluster: string; readonly generation: number };
}

const gradeKinds = async (
  engine: Engine,
  { placement, tallies, fit, sharpness, score, same }: Grading,
): Promise<void> => {
  let posteriors = new PosteriorRows(placement);
  let taught: Taught[] = [];
  const write = async (): Promise<void> => {
    await loadTable(engine, 'posterior', posteriors.table(), same);
    await loadTable(engine, 'rate', rateTable(taught, fit.names), same);
    posteriors = new PosteriorRows(placement);
    taught = [];
  };
  for (const tally of tallies) {
    const { of, probability, rates } = fit(tally);
    for (let i = 0; i < tally.cells.length; i++) {
      const [from, until] = [of.first[i] as number, of.first[i + 1] as number];
      sharpen(probability, from, until, sharpness);
      const probabilities = probability.subarray(from, until);
      if ((tally.flows[i] as number) === 0) continue;
      let top = from;
      for (let at = from; at < until; at++) if ((probability[at] as number) > (probability[top] as number)) top = at;
      const sender = of.sender[top] as number;
      const sure = sureByRates({
        isNode: sender >= of.firstNode,
        probability: probability[top] as number,
        flows: tally.destFlows,
        hours: tally.destHours,
        seconds: of.exposure[sender] as number,
        rate: rates[sender] as number,
        flowsBefore: of.flowsBefore[sender] as number,
        secondsBefore: of.secondsBefore[sender] as number,
      });
      posteriors.add({ kind: tally, cell: tally.cells[i] as number, probabilities, sure });
    }
    score.add(tally, of, probability);
    for (const [who, sender] of of.senders.entries()) {
      const [rate, seconds] = [rates[who] as number, of.exposure[who] as number];
      if (rate * seconds >= TAUGHT) taught.push({ tally, sender, flows: rate * seconds, seconds });
    }
    if (posteriors.rows >= POSTERIOR_ROWS) await write();
  }
  await write();
};

interface Taught {
  readonly tally: KindTally;
  readonly sender: number;
  readonly flows: number;
  readonly seconds: number;
}

const rateTable = (taught: readonly Taught[], names: readonly string[]): Table => ({
  rows: taught.length,
  columns: {
    dest_ip: { type: 'IPv6', values: Uint8Array.from(taught.flatMap(({ tally }) => [...tally.destIp])) },
    dest_port: { type: 'UInt16', values: Uint16Array.from(taught, ({ tally }) => tally.destPort) },
    protocol: { type: 'UInt8', values: Uint8Array.from(taught, ({ tally }) => tally.protocol) },
    class: { type: 'UInt8', values: Uint8Array.from(taught, ({ tally }) => tally.class) },
    sender: { type: 'Dictionary', values: Uint32Array.from(taught, ({ sender }) => sender), words: names },
    flows: { type: 'Float64', values: Float64Array.from(taught, ({ flows }) => flows) },
    seconds: { type: 'Float64', values: Float64Array.from(taught, ({ seconds }) => seconds) },
  },
});

const GRADED_TABLES = ['stretch', 'size_class', 'posterior', 'rate', 'hidden_flow'] as const;

/** What no day names any more, or a crash left before one did. */
const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  for (const table of GRADED_TABLES) await engine.run(sql('grading/drop-superseded'), { cluster, table });
};
