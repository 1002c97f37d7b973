import type { Scale } from './benchmark.ts';
import type { Asked } from './data.ts';

type Sizes = Readonly<Record<Scale, Asked>>;
type Texts = Readonly<Record<Scale, string>>;

/** The cluster that most benchmarks are measured on. `flows` is what the simulator is asked for. */
export const MAIN: Sizes = {
  small: { nodes: 10, podsPerNode: 25, flows: 40_000 },
  full: { nodes: 100, podsPerNode: 50, flows: 10_000_000 },
};
export const MAIN_TEXT: Texts = {
  small: '0.04 M flows, 0.09 M records, 10 nodes, 250 pods, one hour',
  full: '10 M flows, 22 M records, 100 nodes, 5,000 pods, one hour',
};

/** The same; conntrack of a third of the nodes. */
export const ATTRIBUTED: Sizes = {
  small: { ...MAIN.small, conntrackOf: 3 },
  full: { ...MAIN.full, conntrackOf: 30 },
};
export const ATTRIBUTED_TEXT: Texts = {
  small: '0.04 M flows, 0.01 M translations, 250 pods',
  full: '10 M flows, 3 M translations, 5,000 pods',
};

/** What is asked `who`. */
export const ASKED: Sizes = { small: MAIN.small, full: { nodes: 100, podsPerNode: 50, hours: 24, flows: 50_000_000 } };
export const ASKED_TEXT: Texts = { small: MAIN_TEXT.small, full: '50 M flows, 100 nodes, 5,000 pods, a day' };

/** One hour of one NIC. */
export const HUGE: Sizes = {
  small: { nodes: 1, podsPerNode: 30, flows: 1_600_000, without: ['pod-inventory', 'conntrack'] },
  full: { nodes: 1, podsPerNode: 100, flows: 20_000_000, without: ['pod-inventory', 'conntrack'] },
};

/** Many windows and few flows. */
export const LONG: Sizes = {
  small: { nodes: 20, podsPerNode: 5, hours: 12, flows: 30_000 },
  full: { nodes: 400, podsPerNode: 10, hours: 168, flows: 3_000_000 },
};
export const LONG_TEXT: Texts = {
  small: '20 nodes, half a day, 30,000 flows: 12 hours of up to 256 shards, some 3,000 windows',
  full: '400 nodes, seven days, 3 M flows: 168 hours of 256 shards, 43,008 windows',
};

/** One cluster, more and more traffic in an hour, then more hours. */
export const GROWING: Readonly<Record<Scale, readonly Asked[]>> = {
  small: [20_000, 40_000, 120_000].map((flows) => ({ ...MAIN.small, flows })),
  full: [
    { ...MAIN.full, flows: 1_000_000, packed: true },
    { ...MAIN.full, packed: true },
    { ...MAIN.full, flows: 100_000_000, hours: 10, packed: true },
  ],
};
