import { type Holder, type Holding, OLD_SLICES, SLICES } from './holding.ts';
import { MOST_BY_TABLE } from './allocation.ts';
import { trendOf } from './trend.ts';

/**
 * Why so many ports are held. `churn`: connections are short, and their ports stay taken after them. `leak`: connections that nobody closes add up.
 * `fan-out`: many are open at once, of many pods or of one. `none`: nothing of these. `not-enough-data`: what was looked at does not tell.
 */
export const PATTERNS = ['churn', 'leak', 'fan-out', 'none', 'not-enough-data'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** How the number of open connections changes. */
export interface Growth {
  /** Connections an hour more. */
  readonly perHour: number;
  /** How often chance alone would grow at least as steadily. */
  readonly p: number;
}

export interface Judged {
  readonly pattern: Pattern;
  readonly growth: Growth | null;
  /** One sentence where it is `not-enough-data`; else empty. */
  readonly lacks: string;
}

/** Fewer ports than a sixty-fourth of what a load balancer gives a node by default are worth no advice. */
export const NOTABLE = MOST_BY_TABLE / 64;
/** Fewer connections show no habit. */
const LEAST_CONNECTIONS = 32;
/** So many open ones more, at least, in the interval: pools breathe. */
const LEAST_GROWTH = 12;
const SURE = 0.01;
/** So unlikely by chance that it is taken for more and more that begin. */
const RISING = 0.05;
/** Of what was added the part that is old and not closed. */
const STAYS = 0.4;
/** What nobody closes is silent: of what was added, and is old, at least so much. */
const UNUSED = 0.75;
/** An endpoint that so many pods use. */
const MANY_PODS = 8;
/** Open connections of one pod at once. */
const MANY_OF_POD = 32;
/** Ports that many pods hold together, from which on their number is what costs. */
const MANY_PORTS = 4 * NOTABLE;

/** Which pattern it is. `ms`: how long the interval is. */
export const patternOf = (holding: Holding, ms: number): Judged => {
  const { peakPorts, openAtPeak, began, openAtStart, lifeMs, keptMs } = holding;
  const open = openBy(holding);
  const sliceMs = ms / SLICES;
  const trend = trendOf(open);
  const growth: Growth | null =
    began + openAtStart === 0 ? null : { perHour: (trend.slope * 3_600_000) / sliceMs, p: trend.p };
  const judged = (pattern: Pattern, lacks = ''): Judged => ({ pattern, growth, lacks });
  if (peakPorts < NOTABLE) return judged('none');
  if (began + openAtStart < LEAST_CONNECTIONS)
    return judged('not-enough-data', `${began + openAtStart} connections show no habit`);
  const adds = addingUp(holding, open, ms);
  if (adds === 'yes' && holding.openAtEnd - openAtStart >= peakPorts / 10) return judged('leak');
  // Ports of connections that lived for long and were closed together are given back in a while, and none follow.
  const areShort = lifeMs !== null && lifeMs <= (keptMs ?? 0);
  if (openAtPeak < peakPorts / 2 && areShort) return judged('churn');
  if (adds === 'last-long' || adds === 'use-unseen') return judged('not-enough-data', LACKS[adds]);
  return judged(isFanOut(holding) ? 'fan-out' : 'none');
};

/** How many were open as each slice ended; first as the interval began. */
export const openBy = ({ openAtStart, holders }: Pick<Holding, 'openAtStart' | 'holders'>): readonly number[] => {
  let open = openAtStart;
  return [
    open,
    ...slices.map((i) => {
      open += sum(holders, ({ beganIn, closedIn }) => (beganIn[i] ?? 0) - (closedIn[i] ?? 0));
      return open;
    }),
  ];
};

const slices = Array.from({ length: SLICES }, (_, i) => i);

const LACKS = {
  'last-long':
    'more and more connections are open, and they last about as long as the interval: a longer one tells whether they are closed in the end',
  'use-unseen':
    'more and more connections are open, and nothing tells whether the old ones are in use: a flow log would',
} as const;

/** Whether connections add up that nobody closes; or why that cannot be told. */
const addingUp = (holding: Holding, open: readonly number[], ms: number): 'yes' | 'no' | keyof typeof LACKS => {
  const { openAtStart, openAtEnd, closed, began, longLifeMs, addedWatched, addedSilent } = holding;
  const growth = openAtEnd - openAtStart;
  if (growth < LEAST_GROWTH || !isSteady(open, growth)) return 'no';
  // More pods have more connections: only what each of them adds counts.
  const each = openEach(holding.holders);
  if (!isSteady(each, (each.at(-1) ?? 0) - (each[0] ?? 0))) return 'no';
  const old = sum(holding.holders, ({ keptOf }) => keptOf.slice(0, OLD_SLICES).reduce((a, b) => a + b, 0));
  if (old < growth * STAYS) return 'no';
  const isSeen = addedWatched >= old / 2;
  // What a flow log saw in use was not forgotten.
  if (isSeen && addedSilent < addedWatched * UNUSED) return 'no';
  const areOlder = longLifeMs !== null && longLifeMs < (ms * (SLICES - OLD_SLICES)) / SLICES;
  // Where hardly any closes, more and more that begin may be the day's sessions: as many in each slice are not.
  const isEven = trendOf(beganBy(holding.holders)).p >= RISING;
  if (!areOlder && (closed >= began / 10 || !isEven)) return 'last-long';
  // A pool that never shrinks grows with the load; and where conntrack alone is known, those that were open before it was read are missing.
  return isSeen ? 'yes' : 'use-unseen';
};

/** How many began in each slice. */
export const beganBy = (holders: readonly Holder[]): readonly number[] =>
  slices.map((i) => sum(holders, ({ beganIn }) => beganIn[i] ?? 0));

/** It grows all the time, and not by one step as a pool fills. */
const isSteady = (values: readonly number[], growth: number): boolean => {
  if (growth <= 0 || trendOf(values).p >= SURE) return false;
  const third = (values.length - 1) / 3;
  return [0, 1, 2].every((i) => (values[(i + 1) * third] as number) - (values[i * third] as number) >= growth / 6);
};

/** As `openBy`, for each pod that had a connection by then. */
const openEach = (holders: readonly Holder[]): readonly number[] => {
  const series = holders.map((holder) => openBy({ openAtStart: holder.openAtStart, holders: [holder] }));
  return [0, ...slices.map((i) => i + 1)].map((at) => {
    const there = holders.filter(
      ({ openAtStart, beganIn }) => openAtStart > 0 || beganIn.slice(0, at).some((n) => n > 0),
    ).length;
    return there === 0 ? 0 : sum(series, (one) => one[at] ?? 0) / there;
  });
};

const isFanOut = ({ holders, peakPorts }: Holding): boolean => {
  const most = holders.reduce((a, { openAtPeak }) => Math.max(a, openAtPeak), 0);
  return most >= MANY_OF_POD || (peakPorts >= MANY_PORTS && podsAtPeak(holders) >= MANY_PODS);
};

export const podsAtPeak = (holders: readonly Holder[]): number =>
  holders.filter(({ portsAtPeak }) => portsAtPeak > 0).length;

/** Whether it is the number of pods that makes a fan-out large, and not one of them. */
export const isOfManyPods = ({ holders, peakPorts }: Holding): boolean =>
  podsAtPeak(holders) >= MANY_PODS && holders.every(({ portsAtPeak }) => portsAtPeak <= peakPorts / 4);

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((all, row) => all + of(row), 0);
