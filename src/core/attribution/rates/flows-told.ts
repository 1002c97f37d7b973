import type { Call } from './sighted.ts';

/** What a pod told of one flow. */
export interface ToldFlow {
  readonly flow: number;
  readonly podUid: string;
  /** How probable it is that any of its calls is this flow. */
  readonly chance: number;
  /** How many of its calls are, on average. */
  readonly calls: number;
  /** Its calls that can be no other flow. */
  readonly surely: number;
}

const STEPS = 8;

/**
 * Which flows the calls of each pod are, where nobody else is asked: a flow that many of them may be is rather one that carried many than each of
 * its neighbours one (expectation–maximisation from equal shares).
 */
export const flowsTold = (calls: readonly Call[]): readonly ToldFlow[] =>
  [...Map.groupBy(calls, ({ podUid }) => podUid)].flatMap(([podUid, own]) => {
    const surely = new Map<number, number>();
    for (const { flows, chance } of own) {
      const [only] = flows;
      if (flows.length === 1 && only !== undefined) surely.set(only, (surely.get(only) ?? 0) + chance);
    }
    let weights = new Map<number, number>(own.flatMap(({ flows }) => flows.map((flow) => [flow, 1] as const)));
    let none = new Map<number, number>();
    for (let step = 0; step < STEPS; step++) {
      const next = new Map<number, number>();
      none = new Map();
      for (const { flows, chance: here } of own) {
        const all = flows.reduce((sum, flow) => sum + (weights.get(flow) ?? 0), 0);
        for (const flow of flows) {
          const share = (here * (weights.get(flow) ?? 0)) / all;
          next.set(flow, (next.get(flow) ?? 0) + share);
          none.set(flow, (none.get(flow) ?? 1) * (1 - share));
        }
      }
      weights = next;
    }
    return [...weights].map(([flow, mean]) => ({
      flow,
      podUid,
      chance: 1 - (none.get(flow) ?? 1),
      calls: mean,
      surely: surely.get(flow) ?? 0,
    }));
  });

/**
 * The share of flows that are told of at all, from the calls that those are told with which are: a connection that carries many is hardly ever
 * passed over (a Poisson count of which none is not seen). 0 where each is told once.
 */
export const shareTold = (flows: number, calls: number): number => {
  const each = calls / flows;
  if (flows <= 0 || each <= 1) return 0;
  let mean = each;
  for (let step = 0; step < 50; step++) mean = each * (1 - Math.exp(-mean));
  return 1 - Math.exp(-mean);
};

/** What a sender told of its flows of one kind. */
export interface ToldFlows {
  readonly flows: number;
  /** The share of flows that connections which carry many calls are told of, at least; 0 where they carry one each. */
  readonly share: number;
}

/**
 * How many flows were told of. How many calls each carries is told by calls that can be one flow only: several short flows at once look like one
 * that carries several calls, and would pass for being told of nearly always.
 */
export const countTold = (told: readonly Omit<ToldFlow, 'podUid'>[]): ToldFlows => {
  const sum = (of: (each: Omit<ToldFlow, 'podUid'>) => number): number =>
    told.reduce((total, each) => total + of(each), 0);
  const [sureFlows, sureCalls] = [sum(({ surely }) => Math.min(1, surely)), sum(({ surely }) => surely)];
  if (sureFlows === 0) return { flows: sum(({ chance }) => chance), share: 0 };
  return { flows: (sum(({ calls }) => calls) * sureFlows) / sureCalls, share: shareTold(sureFlows, sureCalls) };
};
