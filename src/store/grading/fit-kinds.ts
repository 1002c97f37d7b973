import { uniform } from '../../base/random.ts';
import { MODEL } from '../../core/attribution/rates/model.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import { type Rates, ratesOf } from '../../core/attribution/rates/rates.ts';
import type { Hidden } from '../../core/attribution/rates/sharpness.ts';
import { type Exposure, exposureOf } from '../../core/attribution/rates/tallied.ts';
import type { Engine } from '../engine.ts';
import type { InForce } from '../inventory-generation.ts';
import { sql } from '../sql.ts';
import { destKey, type KindTally } from './day-tallies.ts';
import { seedOf } from './size-classes.ts';

/** What a day taught counts this much on the next. */
const KEPT = 0.2;
/** Fits that the sharpness is measured on. */
const MEASURED = 100;

export type Before = ReadonlyMap<
  string,
  readonly { readonly sender: string; readonly flows: number; readonly seconds: number }[]
>;

/** What the day before taught, by kind of request. */
export const storedRates = async (engine: Engine, cluster: string, generation: number): Promise<Before> => {
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

export const sendersOf = (placement: Placement, { inventory }: InForce): ReadonlyMap<string, number> => {
  const places = new Map(senderNames(placement).map((name, place) => [name, place]));
  return new Map(
    inventory.podLeases.flatMap(({ podUid, workload: { namespace, kind, name } }) => {
      const place = places.get(`${namespace}/${kind}/${name}`);
      return place === undefined ? [] : [[podUid, place] as const];
    }),
  );
};

export interface Fitted extends Rates {
  readonly tally: KindTally;
}

export type Fit = ((tally: KindTally) => Fitted) & { readonly exposure: Exposure; readonly names: readonly string[] };

export const fitter = (placement: Placement, before: Before): Fit => {
  const exposure = exposureOf(placement);
  const names = senderNames(placement);
  const places = new Map(names.map((name, place) => [name, place]));
  const fit = (tally: KindTally): Fitted => {
    const key = `${destKey(tally.destIp, tally.destPort, tally.protocol)} ${tally.class}`;
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
export const hiddenOf = (tallies: readonly KindTally[], fit: Fit): readonly Hidden[] =>
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
