import type { Tallied } from './tallied.ts';

/** Squared coefficient of variation of what a pod sends from hour to hour, around its rate. */
const VARIATION = 0.5;
/** However many calls applications tell of, some they do not. */
const MOST_TOLD = 0.9;

/** What applications told of the flows of each cell: by cell's place and sender's place in the placement. */
export type ToldIn = ReadonlyMap<number, ReadonlyMap<number, number>>;

/**
 * How much likelier each sender is behind an untold flow of a cell, for what is told of others: who called an hour often is in a burst; who
 * tells of its calls and told of none is rather silent (Gamma bursts around the rate, Poisson counts). Senders whose calls are never told of
 * stay as they are. Multiplies the probabilities of the cells, in place.
 */
export const withBursts = (of: Tallied, rates: Float64Array, toldIn: ToldIn, probability: Float64Array): void => {
  if (toldIn.size === 0) return;
  const told = toldShares(of, rates, toldIn);
  for (let cell = 0; cell < of.open; cell++) {
    const [from, until] = [of.first[cell] as number, of.first[cell + 1] as number];
    const seen = toldIn.get(cell);
    let sum = 0;
    for (let at = from; at < until; at++) {
      const who = of.sender[at] as number;
      const share = told[who] as number;
      if (share > 0) {
        const steadiness = (of.pods[at] as number) / VARIATION;
        const untold = (of.seconds[at] as number) * (rates[who] as number);
        const count = seen?.get(of.senders[who] as number) ?? 0;
        // Where it is known how many calls are told, rates are of untold flows; else of both.
        const isOfUntold = (of.secondsTold[who] as number) > 0;
        const expected = isOfUntold ? (share / (1 - share)) * untold : share * untold;
        const burst = (steadiness + count) / (steadiness + expected);
        probability[at] = (probability[at] as number) * burst * (isOfUntold ? 1 : 1 - share);
      }
      sum += probability[at] as number;
    }
    for (let at = from; at < until; at++) probability[at] = (probability[at] as number) / sum;
  }
};

/** By sender: the share of its flows that is told of. */
const toldShares = (of: Tallied, rates: Float64Array, toldIn: ToldIn): Float64Array => {
  const told = new Float64Array(rates.length);
  const places = new Map([...of.senders].map((sender, place) => [sender, place]));
  for (const bySender of toldIn.values())
    for (const [sender, count] of bySender) {
      const place = places.get(sender);
      if (place !== undefined) told[place] = (told[place] as number) + count;
    }
  return told.map((count, who) => {
    if (count === 0) return 0;
    const sent = (rates[who] as number) * (of.exposure[who] as number);
    const all = (of.secondsTold[who] as number) > 0 ? sent + count : Math.max(count, sent);
    return Math.min(MOST_TOLD, count / all);
  });
};
