import { type Instant, MINUTE } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { FLOW_STATES, type FlowState } from '../facts.ts';

/** A connection as the wire shows it. */
export interface WireTuple {
  readonly srcIp: Ip;
  readonly srcPort: number;
  readonly destIp: Ip;
  readonly destPort: number;
  /** IANA number. */
  readonly protocol: number;
}

/** Packets and bytes, out = source to destination. Exact: a counter has 64 bits. */
export interface Counters {
  readonly packetsOut: bigint;
  readonly bytesOut: bigint;
  readonly packetsIn: bigint;
  readonly bytesIn: bigint;
}

/** One record of one tuple and one direction. Counters are deltas since the record before. */
export interface FlowRecord extends Counters {
  readonly at: Instant;
  readonly state: FlowState;
  readonly rule: string;
}

export interface RecordedFlow extends Counters {
  readonly begin: Instant;
  /** Time of the last record. */
  readonly last: Instant;
  /** Its first record is B: `begin` is when it began. */
  readonly begun: boolean;
  readonly ended: boolean;
  readonly denied: boolean;
  /** The rule that its first record names. */
  readonly rule: string;
}

/** A live flow is recorded every five minutes; after ten without a record it is over. */
export const IDLE = 10 * MINUTE;

/**
 * The flows of one tuple in one direction, oldest first; each record given once. A flow runs from B, or its first record, to E, or its
 * last record; B, a record after E, and a record after ten idle minutes begin the next. Denied attempts are flows of their own.
 */
export const flowsOf = (records: readonly FlowRecord[]): RecordedFlow[] =>
  [true, false].flatMap((denied) => {
    const moments = momentsOf(records.filter((record) => (record.state === FLOW_STATES.D) === denied));
    const steps = moments.flatMap((moment, i) => stepsOf(moment, moments[i - 1]));
    return runsOf(steps).map((run) => flowFrom(run, denied));
  });

/** What one millisecond recorded; the order within it is unknown, as records of one flow may share it. */
interface Moment {
  readonly at: Instant;
  readonly hasBegin: boolean;
  readonly hasEnd: boolean;
  readonly ofEnd: Counters;
  readonly ofRest: Counters;
  /** Where its records name several, the first by spelling. */
  readonly rule: string;
}

const momentsOf = (records: readonly FlowRecord[]): Moment[] => {
  const byTime = Map.groupBy(records, (record) => record.at);
  return [...byTime.entries()]
    .sort(([a], [b]) => a - b)
    .map(([at, together]) => ({
      at,
      hasBegin: together.some((r) => r.state === FLOW_STATES.B),
      hasEnd: together.some((r) => r.state === FLOW_STATES.E),
      ofEnd: total(together.filter((r) => r.state === FLOW_STATES.E)),
      ofRest: total(together.filter((r) => r.state !== FLOW_STATES.E)),
      rule: together.reduce((least, { rule }) => (rule < least ? rule : least), (together[0] as FlowRecord).rule),
    }));
};

interface Step {
  readonly at: Instant;
  readonly begins: boolean;
  readonly ends: boolean;
  readonly counters: Counters;
  readonly rule: string;
}

/** B and E in one millisecond: the E ends the flow that was open before, if one was; else the flow that the B begins. */
const stepsOf = (moment: Moment, before: Moment | undefined): Step[] => {
  const { at, hasBegin, hasEnd, ofEnd, ofRest, rule } = moment;
  const openBefore = before !== undefined && at - before.at <= IDLE && !before.hasEnd;
  return hasBegin && hasEnd && openBefore
    ? [
        { at, begins: false, ends: true, counters: ofEnd, rule },
        { at, begins: true, ends: false, counters: ofRest, rule },
      ]
    : [{ at, begins: hasBegin, ends: hasEnd, counters: total([ofEnd, ofRest]), rule }];
};

const runsOf = (steps: readonly Step[]): Step[][] => {
  const runs: Step[][] = [];
  for (const step of steps) {
    const previous = runs.at(-1)?.at(-1);
    const begins = previous === undefined || step.begins || previous.ends || step.at - previous.at > IDLE;
    if (begins) runs.push([step]);
    else runs.at(-1)?.push(step);
  }
  return runs;
};

const flowFrom = (run: readonly Step[], denied: boolean): RecordedFlow => {
  const first = run[0] as Step;
  const last = run.at(-1) as Step;
  return {
    begin: first.at,
    last: last.at,
    begun: first.begins,
    ended: last.ends,
    denied,
    rule: first.rule,
    ...total(run.map((step) => step.counters)),
  };
};

const total = (parts: readonly Counters[]): Counters => ({
  packetsOut: parts.reduce((sum, part) => sum + part.packetsOut, 0n),
  bytesOut: parts.reduce((sum, part) => sum + part.bytesOut, 0n),
  packetsIn: parts.reduce((sum, part) => sum + part.packetsIn, 0n),
  bytesIn: parts.reduce((sum, part) => sum + part.bytesIn, 0n),
});
