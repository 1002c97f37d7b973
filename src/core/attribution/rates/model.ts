/** What is assumed before anything is counted. Chosen on seeds that the reported figures do not use (docs/reference/rates.md). */
export interface Model {
  /** Shape of the rate of a workload towards a destination before anything is known: the smaller, the fewer destinations it has. */
  readonly shape: number;
  /** Seconds that the prior weighs. */
  readonly seconds: number;
  /** Shape of what only one node sends around the mean of all nodes: host daemons differ from node to node. */
  readonly nodeShape: number;
  /** With no more nodes than these, their mean says less than that most nodes send nothing of their own: then a node is as sparse as a workload. */
  readonly fewNodes: number;
  /** How much flows that a pod sends together count less, as bursts: the squared coefficient of variation of a pod's rate from hour to hour: bursts. */
  readonly burst: number;
  /** Flows of an hour that weigh as much as the mean of all hours in how busy a destination is. */
  readonly steady: number;
  /** How probable it is that a workload that tells of its calls tells of those to one destination: not every library is instrumented. */
  readonly tells: number;
  /** Steps of expectation–maximisation before sampling. */
  readonly steps: number;
  /** Samples of the rates that are thrown away, and that are averaged over, in each chain; chains where cells are few. */
  readonly warmUp: number;
  readonly samples: number;
  readonly chains: number;
  /** How often, for each sample, two workloads are offered another split of what they send: as often as this many cells pay for, at most. */
  readonly exchanges: number;
  readonly exchangedCells: number;
}

export const MODEL: Model = {
  shape: 0.05,
  seconds: 60,
  nodeShape: 1,
  fewNodes: 10,
  burst: 0.8,
  steady: 5,
  tells: 0.9,
  steps: 60,
  warmUp: 40,
  samples: 100,
  chains: 2,
  exchanges: 200,
  exchangedCells: 20_000,
};
