/** A call of which only the destination's name was told, and the addresses that flows of its node went to just then. */
export interface NamedCall {
  readonly addresses: readonly {
    readonly address: string;
    /** How probable it is that some flow went from the node to it at any moment of that hour. */
    readonly byChance: number;
  }[];
}

/** An address behind a name. */
export interface NamedAddress {
  readonly address: string;
  /** Of the calls to the name, those to this address. All shares and `elsewhere` sum to 1. */
  readonly share: number;
  /** Other sightings tell the name and the address; or it was learned from the flows that come with the calls. */
  readonly how: 'told' | 'learned';
}

export interface NameKnown {
  readonly addresses: readonly NamedAddress[];
  /** The share of calls that went to none of them. */
  readonly elsewhere: number;
}

/** Calls that are assumed to go where nobody knows, before any is counted. */
const ELSEWHERE = 0.5;
/** What others tell weighs no more than so many calls: a name moves. */
const MOST_TOLD = 20;
/** A flow that is there by chance less often than this is still so often there for a reason that nobody thought of. */
const LEAST_CHANCE = 0.005;
const STEPS = 40;
/** An address is learned only from so many calls, and if it makes them so many times likelier, for each address that was tried. */
const ENOUGH_CALLS = 5;
const LIKELIER = Math.log(10_000);

/**
 * Which addresses a name stands for. A call is one of the flows that its node had just then, if any: an address that comes with the calls more
 * often than by chance is the name's (a mixture, by expectation–maximisation). What always comes together is not told apart, and shares.
 */
export const nameKnown = (calls: readonly NamedCall[], told: ReadonlyMap<string, number>): NameKnown => {
  const tried = new Set([...told.keys(), ...calls.flatMap(({ addresses }) => addresses.map(({ address }) => address))]);
  const every = sharesOf(calls, told, tried);
  const bar = LIKELIER + Math.log(Math.max(1, tried.size));
  const known = new Set(
    [...tried].filter(
      (address) =>
        told.has(address) || (countOf(calls, every, address) >= ENOUGH_CALLS && gainOf(calls, every, address) >= bar),
    ),
  );
  const { shares, elsewhere } = sharesOf(calls, told, known);
  return {
    addresses: [...shares].map(([address, share]) => ({ address, share, how: told.has(address) ? 'told' : 'learned' })),
    elsewhere,
  };
};

interface Shares {
  readonly shares: ReadonlyMap<string, number>;
  readonly elsewhere: number;
}

const sharesOf = (
  calls: readonly NamedCall[],
  told: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
): Shares => {
  const before = new Map([...known].map((address) => [address, Math.min(MOST_TOLD, told.get(address) ?? 0)]));
  const first = 1 / (known.size + 1);
  let shares = new Map([...known].map((address) => [address, first]));
  let elsewhere = first;
  const all = [...before.values()].reduce((sum, times) => sum + times, ELSEWHERE + calls.length);
  for (let step = 0; step < STEPS; step++) {
    const next = new Map(before);
    let left = ELSEWHERE;
    for (const call of calls) {
      const ways = waysOf(call, { shares, elsewhere });
      const sum = ways.reduce((total, [, way]) => total + way, elsewhere);
      left += elsewhere / sum;
      for (const [address, way] of ways) next.set(address, (next.get(address) ?? 0) + way / sum);
    }
    shares = new Map([...next].map(([address, count]) => [address, count / all]));
    elsewhere = left / all;
  }
  return { shares, elsewhere };
};

/** How much likelier what was seen with a call is if it went to an address than by chance, times the share of calls that do. */
const waysOf = ({ addresses }: NamedCall, { shares }: Shares): readonly (readonly [string, number])[] =>
  addresses.flatMap(({ address, byChance }) => {
    const share = shares.get(address);
    return share === undefined ? [] : [[address, share / Math.max(LEAST_CHANCE, byChance)] as const];
  });

const countOf = (calls: readonly NamedCall[], known: Shares, address: string): number =>
  calls.reduce((count, call) => {
    const ways = waysOf(call, known);
    const way = ways.find(([one]) => one === address)?.[1] ?? 0;
    return count + way / ways.reduce((sum, [, each]) => sum + each, known.elsewhere);
  }, 0);

/** By how much the logarithm of the likelihood falls without the address. */
const gainOf = (calls: readonly NamedCall[], known: Shares, address: string): number => {
  const share = known.shares.get(address) ?? 0;
  return calls.reduce((gain, call) => {
    const ways = waysOf(call, known);
    const others = ways.reduce((sum, [one, way]) => (one === address ? sum : sum + way), known.elsewhere);
    const own = ways.find(([one]) => one === address)?.[1] ?? 0;
    return gain + Math.log((others + own) / (others + share));
  }, 0);
};
