import type { Model } from './model.ts';
import type { Tallied } from './tallied.ts';
import { type Telling, tellingOf } from './telling.ts';

/** What a fit starts from, and what it has come to. Rates are flows per second and pod, by the sender's new place. */
export interface Weighed {
  readonly rates: Float64Array;
  /**
   * By cell what its flows count: 1 where they are few. Where a pod is expected to send hundreds, a burst of it moves the count by more than
   * chance would, so that hundreds tell little more than tens.
   */
  readonly weights: Float64Array;
  /** By sender: its exposure with these weights, and the flows that it is known to have sent. */
  readonly exposure: Float64Array;
  readonly known: Float64Array;
}

const WEIGH_EVERY = 10;
/** A share of less than this of a flow is none. */
const TINY = 1e-300;
/** Flows per second: one in thirty thousand years. A flow must be somebody's. */
export const LEAST_RATE = 1e-12;

/**
 * The most probable rates, by expectation–maximisation (Vardi 1996; Lucy 1974): each cell's flows are shared out among who was there by the
 * rates so far, and the rates are what that makes.
 */
export const expectation = (of: Tallied, model: Model): Weighed => {
  const rates = new Float64Array(of.exposure.length);
  const weights = new Float64Array(of.cells).fill(1);
  const exposure = Float64Array.from(of.exposure);
  const known = new Float64Array(of.exposure.length);
  weighKnown(of, weights, known);
  const sent = new Float64Array(of.exposure.length);
  const flows = sumOf(of.flows, 0) + sumOf(known, 0);
  const telling = tellingOf(of, model);
  rates.fill(flows / Math.max(1, sumOf(of.exposure, of.firstNode)));
  for (let step = 1; step <= model.steps; step++) {
    shareOut(of, rates, weights, known, sent);
    fromSent(of, sent, exposure, { model, telling }, rates);
    if (step % WEIGH_EVERY !== 0) continue;
    weigh(of, rates, model.burst, weights, exposure);
    weighKnown(of, weights, known);
  }
  return { rates, weights, exposure, known };
};

const sumOf = (values: Float64Array, from: number): number => {
  let sum = 0;
  for (let i = from; i < values.length; i++) sum += values[i] as number;
  return sum;
};

/** Into `rates`: what makes it likeliest that each sent so much. */
const fromSent = (
  of: Tallied,
  sent: Float64Array,
  exposure: Float64Array,
  { model, telling }: { readonly model: Model; readonly telling: Telling },
  rates: Float64Array,
): void => {
  const { firstNode, flowsBefore, secondsBefore } = of;
  const isMean = hasMean(of, model);
  const mean = Math.max(LEAST_RATE, sumOf(sent, firstNode + 1) / Math.max(1, sumOf(exposure, firstNode + 1)));
  for (let sender = 0; sender < rates.length; sender++) {
    const count = (sent[sender] as number) + (flowsBefore[sender] as number) + telling.flows(sender);
    const exposed = (exposure[sender] as number) + (secondsBefore[sender] as number) + telling.seconds(sender);
    rates[sender] =
      sender > firstNode && isMean
        ? (model.nodeShape + count) / (model.nodeShape / mean + exposed)
        : count / (exposed + model.seconds);
  }
};

/** Whether the nodes are enough to have a mean. */
export const hasMean = ({ exposure, firstNode }: Tallied, { fewNodes }: Model): boolean =>
  exposure.length - firstNode - 1 > fewNodes;

/** Into `sent`: flows by sender, each cell's shared out in proportion to rate and exposure. */
const shareOut = (
  of: Tallied,
  rates: Float64Array,
  weights: Float64Array,
  known: Float64Array,
  sent: Float64Array,
): void => {
  const { first, sender, seconds, flows } = of;
  sent.set(known);
  for (let cell = 0; cell < of.cells; cell++) {
    const [from, until] = [first[cell] as number, first[cell + 1] as number];
    let expected = TINY;
    for (let at = from; at < until; at++) expected += (seconds[at] as number) * (rates[sender[at] as number] as number);
    const each = ((flows[cell] as number) * (weights[cell] as number)) / expected;
    for (let at = from; at < until; at++) {
      const who = sender[at] as number;
      sent[who] = (sent[who] as number) + each * (seconds[at] as number) * (rates[who] as number);
    }
  }
};

/**
 * The variance over the mean of what a node sends in an hour is what its flows count less by; the exposure of who was there counts less with
 * them.
 */
const weigh = (
  of: Tallied,
  rates: Float64Array,
  burst: number,
  weights: Float64Array,
  exposure: Float64Array,
): void => {
  const { first, firstCell, sender, seconds, pods } = of;
  exposure.set(of.exposure);
  const sent = new Float64Array(rates.length);
  const there = new Float64Array(rates.length);
  for (let hour = 0; hour + 1 < firstCell.length; hour++) {
    const from = first[firstCell[hour] as number] as number;
    const until = first[firstCell[hour + 1] as number] as number;
    if ((firstCell[hour] as number) >= of.open) break;
    let [expected, bursts] = [TINY, 0];
    for (let at = from; at < until; at++) {
      const who = sender[at] as number;
      sent[who] = (sent[who] as number) + (seconds[at] as number) * (rates[who] as number);
      there[who] = Math.max(there[who] as number, pods[at] as number);
    }
    for (let at = from; at < until; at++) {
      const who = sender[at] as number;
      const flows = sent[who] as number;
      expected += flows;
      bursts += (flows * flows) / ((there[who] as number) || 1);
      sent[who] = 0;
      there[who] = 0;
    }
    const weight = 1 / (1 + (burst * bursts) / expected);
    weights.fill(weight, firstCell[hour], firstCell[hour + 1]);
    for (let at = from; at < until; at++) {
      const who = sender[at] as number;
      exposure[who] = (exposure[who] as number) - (1 - weight) * (seconds[at] as number);
    }
  }
  for (const [i, cell] of of.nodeCells.entries()) weights[of.open + i] = weights[cell] as number;
};

/** A flow counts as much as its cell's, whether its sender is known or not: the exposure of who was there counts no more. */
const weighKnown = ({ known: sent }: Tallied, weights: Float64Array, known: Float64Array): void => {
  known.fill(0);
  for (const { cell, sender, flows } of sent)
    known[sender] = (known[sender] as number) + (weights[cell] as number) * flows;
};
