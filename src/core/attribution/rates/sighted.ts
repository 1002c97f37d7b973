/** A call that an application told of, and the flows that it may have been. */
export interface Call {
  readonly podUid: string;
  /** Places in a list of flows. */
  readonly flows: readonly number[];
  /** The application told its port, and it is the one flow's. */
  readonly byPort: boolean;
  /** How probable it is that the call went to this destination: 1 where its address was told, less where only its name was. */
  readonly chance: number;
  /** How the address was found where only a name was told. */
  readonly named: 'told' | 'learned' | null;
}

/** Of a flow whose port an application told, how much likelier it is the application's than another's that has the port by chance. */
const PORT_TELLS = 500;
const MOST = 1 - 1e-6;
/** What is so improbable by rates that it was left out: a pod that never called the destination before. */
export const IMPROBABLE = 2e-4;

/**
 * How much likelier each pod is behind each flow for what its calls tell: by flow and pod, a factor of the odds. One of the flows that a call may
 * have been is its pod's: of several, that is shared out as probable as each was before (`before`); of one, it is nearly sure. What a call tells that
 * may have gone elsewhere counts as far as it did not.
 */
export const tellings = (
  calls: readonly Call[],
  before: (flow: number, podUid: string) => number,
): ReadonlyMap<number, ReadonlyMap<string, number>> => {
  const factors = new Map<number, Map<string, number>>();
  const multiply = (flow: number, podUid: string, factor: number): void => {
    const ofFlow = factors.get(flow) ?? new Map<string, number>();
    factors.set(flow, ofFlow);
    ofFlow.set(podUid, (ofFlow.get(podUid) ?? 1) * factor);
  };
  for (const { podUid, flows, byPort, chance: here } of calls) {
    const chances = flows.map((flow) => Math.min(MOST, Math.max(IMPROBABLE, before(flow, podUid))));
    if (byPort) {
      for (const flow of flows) multiply(flow, podUid, 1 - here + (here * PORT_TELLS) / flows.length);
      continue;
    }
    const none = chances.reduce((product, chance) => product * (1 - chance), 1);
    for (const [i, flow] of flows.entries()) {
      const chance = chances[i] as number;
      const told = Math.min(MOST, (here * chance) / (1 - none) + (1 - here) * chance);
      multiply(flow, podUid, (told / (1 - told)) * ((1 - chance) / chance));
    }
  }
  return factors;
};
