import type { Table } from '../../base/table.ts';
import { withBursts } from '../../core/attribution/rates/bursts.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import { sharpenCells } from '../../core/attribution/rates/sharpness.ts';
import { IMPROBABLE, tellings } from '../../core/attribution/rates/sighted.ts';
import { type Sure, sureByRates, sureBySightings } from '../../core/attribution/rates/verdict-by-rates.ts';
import { type Candidates, candidatesOf, chanceOf, mostProbable, weighed } from './candidates.ts';
import { destKey, type KindTally } from './day-tallies.ts';
import { type Before, type Fitted, fitter } from './fit-kinds.ts';
import { GradedRows } from './graded-rows.ts';
import { type HiddenCounts, HiddenScore } from './hidden-score.ts';
import { type KindInCell, posteriorColumns } from './posterior-rows.ts';
import { type Sighted, type SightingCounts, sightedColumns, type ToldFlow } from './sighted-flows.ts';
import { taughtBy, type Tellers } from './tellers.ts';

/** A sender that is given less than this of a day's flows teaches the next day nothing. */
const TAUGHT = 0.05;

/** What the grades of a day rest on, the same for each destination. */
export interface GradingBackground {
  readonly placement: Placement;
  readonly before: Before;
  /** Each pod's sender's place, by its UID. */
  readonly senderOf: ReadonlyMap<string, number>;
  readonly tellers: Tellers;
  readonly sharpness: number;
  /** Of destinations whose callers tell of their calls. */
  readonly sharpnessTold: number;
}

/** Some destinations, whole: every kind of request to them. */
export interface Destinations {
  readonly tallies: readonly KindTally[];
  /** By destination. */
  readonly sighted: ReadonlyMap<string, Sighted>;
}

/** Rows of the tables of these names, and how right hidden flows came out. */
export interface Grades {
  readonly posterior: Table;
  readonly sighted_flow: Table;
  readonly rate: Table;
  readonly hidden: HiddenCounts;
}

/** Fits destination after destination, and tells who their flows are from. */
export const kindGrader = (background: GradingBackground): ((destinations: Destinations) => Grades) => {
  const { placement, before, senderOf, tellers } = background;
  const senders = { senderOf, workloads: placement.workloads.length };
  const fit = fitter(placement, before);
  return ({ tallies, sighted }) => {
    const posteriors = new GradedRows<KindInCell>();
    const sightedRows = new GradedRows<ToldFlow>();
    const taught: Taught[] = [];
    const score = new HiddenScore();
    for (const ofDest of byDest(tallies)) {
      const told = sighted.get(destOf(ofDest[0] as KindTally));
      const kinds = ofDest.map((tally) =>
        graded(
          fit(taughtBy(told, tally, tellers, senders)),
          placement,
          tellers.shares.has(tally.protocol) ? background.sharpnessTold : background.sharpness,
          score,
        ),
      );
      for (const kind of kinds) {
        for (const { cell, candidates, sure, flows } of kind.cells)
          if (flows > 0) posteriors.add(kind.tally.destIp, { kind: kind.tally, cell }, candidates, sure);
        taught.push(...kind.taught);
      }
      if (told !== undefined) weighSightings(told, kinds, sightedRows);
    }
    return {
      posterior: posteriors.table(posteriorColumns),
      sighted_flow: sightedRows.table(sightedColumns),
      rate: rateTable(taught, fit.names),
      hidden: score.counts(),
    };
  };
};

/** Tallies of one destination follow each other. */
export const byDest = (tallies: readonly KindTally[]): readonly (readonly KindTally[])[] => {
  const groups: KindTally[][] = [];
  let last = '';
  for (const tally of tallies) {
    const dest = destOf(tally);
    if (dest !== last) groups.push([]);
    groups.at(-1)?.push(tally);
    last = dest;
  }
  return groups;
};

export const destOf = ({ destIp, destPort, protocol }: KindTally): string => destKey(destIp, destPort, protocol);

interface GradedKind {
  readonly tally: KindTally;
  readonly cells: readonly {
    readonly cell: number;
    readonly candidates: Candidates;
    readonly sure: Sure;
    /** Of which nothing is known. */
    readonly flows: number;
  }[];
  readonly taught: readonly Taught[];
}

const graded = (
  { of, probability, rates, tally }: Fitted,
  placement: Placement,
  sharpness: number,
  score: HiddenScore,
): GradedKind => {
  sharpenCells(of, probability, sharpness);
  withBursts(of, rates, tally.toldIn, probability);
  const cells = Array.from(tally.cells, (cell, i) => {
    const [from, until] = [of.first[i] as number, of.first[i + 1] as number];
    const top = mostProbable(probability, from, until);
    const sender = of.sender[top] as number;
    return {
      cell,
      candidates: candidatesOf(placement, cell, probability.subarray(from, until)),
      flows: tally.flows[i] as number,
      sure: sureByRates({
        isNode: sender >= of.firstNode,
        probability: probability[top] as number,
        flows: tally.destFlows,
        hours: tally.destHours,
        seconds: of.exposure[sender] as number,
        rate: rates[sender] as number,
        flowsBefore: of.flowsBefore[sender] as number,
        secondsBefore: of.secondsBefore[sender] as number,
      }),
    };
  });
  score.add({ tally, of, probability });
  const taught = [...of.senders.entries()].flatMap(([who, sender]) => {
    const [flows, seconds] = [(rates[who] as number) * (of.exposure[who] as number), of.exposure[who] as number];
    return flows >= TAUGHT ? [{ tally, sender, flows, seconds }] : [];
  });
  return { tally, cells, taught };
};

/** Flows that a call may have been, each with what its calls tell on top of the rates. */
const weighSightings = (told: Sighted, kinds: readonly GradedKind[], rows: GradedRows<ToldFlow>): void => {
  const cells = new Map(
    kinds.flatMap(({ tally, cells: ofKind }) =>
      ofKind.map(({ cell, candidates }) => [`${tally.class} ${cell}`, { tally, candidates }] as const),
    ),
  );
  const cellOf = (flow: number) => {
    const { class: kind, cell } = told.flows[flow] as Sighted['flows'][number];
    return cells.get(`${kind} ${cell}`);
  };
  const before = (flow: number, podUid: string): number => {
    for (const { pods } of cellOf(flow)?.candidates.shares ?? [])
      for (const { uid, chance } of pods) if (uid === podUid) return chance;
    return 0;
  };
  const counts = told.flows.map((): SightingCounts => ({ sightings: 0, byPort: 0, byName: 0, byLearned: 0 }));
  for (const { flows, byPort, named } of told.calls)
    for (const flow of flows) {
      const count = counts[flow] as SightingCounts;
      count.sightings++;
      count.byPort += Number(byPort);
      count.byName += Number(named !== null);
      count.byLearned += Number(named === 'learned');
    }
  for (const [place, factors] of tellings(told.calls, before)) {
    const flow = told.flows[place] as Sighted['flows'][number];
    const cell = cellOf(place);
    if (cell === undefined) continue;
    const candidates = weighed(cell.candidates, factors, IMPROBABLE);
    const sure = sureBySightings(Math.max(...candidates.shares.map(chanceOf), 0), candidates.node);
    const own = {
      flow,
      ...(counts[place] as SightingCounts),
      before: Math.max(...[...factors.keys()].map((podUid) => before(place, podUid))),
    };
    rows.add(cell.tally.destIp, own, candidates, sure);
  }
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
