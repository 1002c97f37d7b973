import { binomial, gamma, type Uniform } from './draws.ts';
import { hasMean, LEAST_RATE, type Weighed } from './expectation.ts';
import type { Model } from './model.ts';
import type { Tallied } from './tallied.ts';
import { type Telling, tellingOf } from './telling.ts';

/** What the counts say of each share of each cell: the probability that a flow of the cell is its; sums to 1 over a cell. */
export interface Posterior {
  readonly probability: Float64Array;
  /** By sender, flows per second and pod: the mean over the samples. */
  readonly rates: Float64Array;
}

/** Few enough flows to be given away one by one. */
const ONE_BY_ONE = 3;
const TINY = 1e-300;
/** With fewer cells than these there are several explanations that one chain does not get from one to another. */
const FEW_CELLS = 500;

/**
 * The mean over rates that explain the counts, by Gibbs sampling: flows are given to who was there by the rates, rates are drawn by what was
 * given. A single best explanation would be surer than the counts allow. Workloads that stand on the same nodes can take each other's place,
 * which small steps would never reach; so all that one was given is now and then offered to another.
 */
export const posterior = (of: Tallied, weighed: Weighed, model: Model, uniform: Uniform): Posterior => {
  const { first, sender, seconds } = of;
  const senders = weighed.rates.length;
  const shares = sender.length;
  const probability = new Float64Array(shares);
  const mean = new Float64Array(senders);
  const rates = Float64Array.from(weighed.rates);
  const given = new Int32Array(shares);
  const sent = new Float64Array(senders);
  const telling = tellingOf(of, model);
  const exchange = exchanging(of, weighed, { model, telling }, rates, uniform);
  const chains = of.cells < FEW_CELLS ? model.chains : 1;
  const kept = 1 / (chains * model.samples);
  for (let chain = 0; chain < chains; chain++) {
    rates.set(weighed.rates);
    for (let sample = -model.warmUp; sample < model.samples; sample++) {
      giveAway(of, weighed, rates, given, sent, uniform);
      drawRates(of, weighed.exposure, sent, rates, { model, telling }, uniform);
      exchange();
      if (sample < 0) continue;
      for (let who = 0; who < senders; who++) mean[who] = (mean[who] as number) + kept * (rates[who] as number);
      for (let cell = 0; cell < of.cells; cell++) {
        const [from, until] = [first[cell] as number, first[cell + 1] as number];
        let expected = TINY;
        for (let at = from; at < until; at++)
          expected += (seconds[at] as number) * (rates[sender[at] as number] as number);
        const each = kept / expected;
        for (let at = from; at < until; at++)
          probability[at] =
            (probability[at] as number) + each * (seconds[at] as number) * (rates[sender[at] as number] as number);
      }
    }
  }
  return { probability, rates: mean };
};

const giveAway = (
  of: Tallied,
  { weights, known }: Weighed,
  rates: Float64Array,
  given: Int32Array,
  sent: Float64Array,
  uniform: Uniform,
): void => {
  const { first, sender, seconds, flows } = of;
  sent.set(known);
  given.fill(0);
  const give = (at: number, count: number): void => {
    given[at] = (given[at] as number) + count;
    sent[sender[at] as number] = (sent[sender[at] as number] as number) + count;
  };
  for (let cell = 0; cell < of.cells; cell++) {
    let left = Math.floor((flows[cell] as number) * (weights[cell] as number) + uniform());
    if (left === 0) continue;
    const [from, until] = [first[cell] as number, first[cell + 1] as number];
    let expected = 0;
    for (let at = from; at < until; at++) expected += (seconds[at] as number) * (rates[sender[at] as number] as number);
    if (left <= ONE_BY_ONE) {
      for (; left > 0; left--) {
        let mark = uniform() * expected;
        let at = from;
        for (; at < until - 1; at++) {
          mark -= (seconds[at] as number) * (rates[sender[at] as number] as number);
          if (mark < 0) break;
        }
        give(at, 1);
      }
      continue;
    }
    for (let at = from; at < until && left > 0; at++) {
      const share = (seconds[at] as number) * (rates[sender[at] as number] as number);
      if (share <= 0 && at < until - 1) continue;
      const count = at === until - 1 ? left : binomial(left, share / expected, uniform);
      expected -= share;
      left -= count;
      if (count > 0) give(at, count);
    }
  }
};

const drawRates = (
  of: Tallied,
  exposure: Float64Array,
  sent: Float64Array,
  rates: Float64Array,
  { model, telling }: { readonly model: Model; readonly telling: Telling },
  uniform: Uniform,
): void => {
  const { shape, seconds, nodeShape } = model;
  const isMean = hasMean(of, model);
  const { firstNode, flowsBefore, secondsBefore } = of;
  let [flows, nodeSeconds] = [0, 0];
  for (let node = firstNode + 1; node < sent.length; node++) {
    flows += sent[node] as number;
    nodeSeconds += exposure[node] as number;
  }
  // To most destinations no node sends anything: their mean is as sparse as the rate of a workload.
  const mean = Math.max(LEAST_RATE, gamma(shape + flows, uniform) / (seconds + nodeSeconds));
  for (let who = 0; who < sent.length; who++) {
    const toldSeconds = telling.seconds(who);
    const isTold = toldSeconds > 0 && uniform() < telling.tells(who, rates[who] as number);
    const count = (sent[who] as number) + (flowsBefore[who] as number) + (isTold ? telling.flows(who) : 0);
    const exposed = (exposure[who] as number) + (secondsBefore[who] as number) + (isTold ? toldSeconds : 0);
    const drawn =
      who <= firstNode || !isMean
        ? gamma(shape + count, uniform) / (seconds + exposed)
        : gamma(nodeShape + count, uniform) / (nodeShape / mean + exposed);
    rates[who] = Math.max(LEAST_RATE, drawn);
  }
};

/**
 * Splits anew what two workloads send together, as the prior would (Beta of its shape), and keeps it if the counts allow (Metropolis–Hastings).
 * What was given to whom is left open in this, so that workloads that stand on the same nodes can take each other's place.
 */
const exchanging = (
  of: Tallied,
  { weights, exposure, known }: Weighed,
  { model, telling }: { readonly model: Model; readonly telling: Telling },
  rates: Float64Array,
  uniform: Uniform,
): (() => void) => {
  const { shape, exchanges, exchangedCells } = model;
  const { first, sender, seconds, flows, flowsBefore } = of;
  // A node that is drawn towards a mean is not free to take what another sent.
  const lastFree = hasMean(of, model) ? of.firstNode : exposure.length - 1;
  const shares = sender.length;
  const cellOf = new Int32Array(shares);
  const firstOf = new Int32Array(exposure.length + 1);
  for (let cell = 0; cell < of.cells; cell++)
    for (let at = first[cell] as number; at < (first[cell + 1] as number); at++) {
      cellOf[at] = cell;
      firstOf[(sender[at] as number) + 1] = (firstOf[(sender[at] as number) + 1] as number) + 1;
    }
  for (let who = 0; who < exposure.length; who++)
    firstOf[who + 1] = (firstOf[who + 1] as number) + (firstOf[who] as number);
  const sharesOf = new Int32Array(shares);
  const next = firstOf.slice();
  for (let at = 0; at < shares; at++) {
    const who = sender[at] as number;
    sharesOf[next[who] as number] = at;
    next[who] = (next[who] as number) + 1;
  }
  const expected = new Float64Array(of.cells);
  const moved = new Float64Array(of.cells);
  /** Adds to what is expected of the cells of a sender. */
  const move = (who: number, by: number): void => {
    for (let i = firstOf[who] as number; i < (firstOf[who + 1] as number); i++) {
      const at = sharesOf[i] as number;
      moved[cellOf[at] as number] = (moved[cellOf[at] as number] as number) + by * (seconds[at] as number);
    }
  };
  /** The change of the likelihood's logarithm over the cells of two senders; forgets what was moved, and keeps it if so decided. */
  const likelier = (one: number, other: number): number => {
    let sum = 0;
    for (const who of [one, other])
      for (let i = firstOf[who] as number; i < (firstOf[who + 1] as number); i++) {
        const cell = cellOf[sharesOf[i] as number] as number;
        const by = moved[cell] as number;
        if (by === 0) continue;
        const now = expected[cell] as number;
        sum += (flows[cell] as number) * (weights[cell] as number) * Math.log(Math.max(TINY, now + by) / now);
        moved[cell] = 0;
      }
    return sum;
  };
  const keep = (who: number, by: number): void => {
    for (let i = firstOf[who] as number; i < (firstOf[who + 1] as number); i++) {
      const at = sharesOf[i] as number;
      const cell = cellOf[at] as number;
      expected[cell] = Math.max(TINY, (expected[cell] as number) + by * (seconds[at] as number));
    }
  };
  const trials = Math.min(exchanges, 2 * of.cells, Math.ceil(exchangedCells / of.cells));
  return () => {
    for (let cell = 0; cell < of.cells; cell++) {
      let sum = TINY;
      for (let at = first[cell] as number; at < (first[cell + 1] as number); at++)
        sum += (seconds[at] as number) * (rates[sender[at] as number] as number);
      expected[cell] = sum;
    }
    for (let trial = 0; trial < trials; trial++) {
      const cell = Math.floor(uniform() * of.cells);
      const [from, many] = [first[cell] as number, (first[cell + 1] as number) - (first[cell] as number)];
      const one = sender[from + Math.floor(uniform() * many)] as number;
      const other = sender[from + Math.floor(uniform() * many)] as number;
      if (one === other || one > lastFree || other > lastFree || known[one] !== 0 || known[other] !== 0) continue;
      const [ofOne, ofOther] = [
        (rates[one] as number) * (exposure[one] as number),
        (rates[other] as number) * (exposure[other] as number),
      ];
      const both = ofOne + ofOther;
      if (both < 1e-3) continue;
      const a = gamma(shape + (flowsBefore[one] as number), uniform);
      const b = gamma(shape + (flowsBefore[other] as number), uniform);
      const part = a + b > 0 ? a / (a + b) : Number(uniform() < 0.5);
      const [toOne, toOther] = [
        (part * both) / (exposure[one] as number),
        ((1 - part) * both) / (exposure[other] as number),
      ];
      const [byOne, byOther] = [toOne - (rates[one] as number), toOther - (rates[other] as number)];
      move(one, byOne);
      move(other, byOther);
      const told =
        telling.likelihood(one, toOne) -
        telling.likelihood(one, rates[one] as number) +
        telling.likelihood(other, toOther) -
        telling.likelihood(other, rates[other] as number);
      if (Math.log(1 - uniform()) >= likelier(one, other) + told) continue;
      keep(one, byOne);
      keep(other, byOther);
      rates[one] = toOne;
      rates[other] = toOther;
    }
  };
};
