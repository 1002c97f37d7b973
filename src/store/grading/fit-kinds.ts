import { uniform } from '../../base/random.ts';
import { MODEL } from '../../core/attribution/rates/model.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import { type Rates, ratesOf } from '../../core/attribution/rates/rates.ts';
import type { Hidden } from '../../core/attribution/rates/sharpness.ts';
import { exposureOf, type Sent } from '../../core/attribution/rates/tallied.ts';
import type { Engine } from '../engine.ts';
import type { InForce } from '../inventory-generation.ts';
import { sql } from '../sql.ts';
import { destKey, type KindTally } from './day-tallies.ts';
import { seedOf } from './size-classes.ts';

/** What a day taught counts this much on the next. */
const KEPT = 0.2;
/** Fits that the sharpness is measured on, at most. */
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

export type Fit = ((tally: KindTally) => Fitted) & { readonly names: readonly string[] };

const keyOf = ({ destIp, destPort, protocol, class: kind }: KindTally): string =>
  `${destKey(destIp, destPort, protocol)} ${kind}`;

export const fitter = (placement: Placement, before: Before): Fit => {
  const exposure = exposureOf(placement);
  const names = senderNames(placement);
  const places = new Map(names.map((name, place) => [name, place]));
  const fit = (tally: KindTally): Fitted => {
    const key = keyOf(tally);
    const taught = new Map(
      (before.get(key) ?? []).flatMap(({ sender, flows, seconds }) => {
        const place = places.get(sender);
        return place === undefined ? [] : [[place, { flows: flows * KEPT, seconds: seconds * KEPT }] as const];
      }),
    );
    return { tally, ...ratesOf(placement, exposure, { ...tally, before: taught }, MODEL, uniform(seedOf(key))) };
  };
  return Object.assign(fit, { names });
};

/**
 * Some of the kinds, each as if nothing translated one of its nodes. Flows that nobody knows are mostly of nodes without translations, where
 * rates know less than on a node that has nine translations of ten.
 */
export const heldOut = (tallies: readonly KindTally[], placement: Placement): readonly KindTally[] => {
  const checked = tallies.filter(({ known }) => known.length > 0);
  const step = Math.ceil(checked.length / MEASURED);
  return checked.filter((_, i) => i % step === 0).map((tally) => withoutOneNode(tally, placement));
};

const withoutOneNode = (tally: KindTally, placement: Placement): KindTally => {
  const nodeOf = ({ cell }: Sent): number => placement.node[tally.cells[cell] as number] as number;
  const nodes = [...new Set(tally.known.map(nodeOf))];
  const node = nodes[seedOf(keyOf(tally)) % nodes.length];
  const { left = [], gone = [] } = Object.groupBy(tally.known, (sent) => (nodeOf(sent) === node ? 'gone' : 'left'));
  const flows = tally.flows.slice();
  for (const sent of gone) flows[sent.cell] = (flows[sent.cell] as number) + sent.flows;
  return { ...tally, flows, known: left, hidden: [...gone, ...tally.hidden.filter((sent) => nodeOf(sent) === node)] };
};

/** What the rates say of hidden flows, by kind. */
export const hiddenOf = (fits: readonly Fitted[]): readonly (readonly Hidden[])[] =>
  fits.map(({ of, probability, tally }) =>
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
