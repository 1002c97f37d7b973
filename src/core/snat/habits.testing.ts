import { connectionLife, LINGER } from './connection-life.ts';
import type { HeldBy } from './holding.testing.ts';
import type { Pattern } from './pattern.ts';

/** A workload that does one thing, by chance, for as long as it is looked at. */
export interface Habit {
  readonly name: string;
  readonly truth: Pattern;
  readonly ms: number;
  /** A flow log tells of what is in use. */
  readonly isWatched: boolean;
  readonly connections: readonly HeldBy[];
}

const MINUTE = 60_000;
/** What was before it is looked at: long enough for all that is steady. */
const BEFORE = -240 * MINUTE;

class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < 8; i++) this.next();
  }

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 4_294_967_296;
  }

  between(least: number, most: number): number {
    return least * (most / least) ** this.next();
  }

  whole(least: number, most: number): number {
    return Math.round(this.between(least, most));
  }

  /** How long until what happens with a mean of `mean` happens. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Lives of which a few are very long: the logarithm is normal. */
  heavy(median: number): number {
    return median * Math.exp(1.2 * Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next()));
  }
}

const opened = (pod: number, from: number, lasts: number, ms: number): HeldBy => {
  const begin = Math.round(from);
  const last = Math.round(from + lasts);
  const ended = last < ms;
  const life = connectionLife({
    protocol: 6,
    begin,
    last: ended ? last : begin,
    ended,
    observedBy: ended ? 'both' : 'conntrack',
    goneAt: ended ? last + LINGER : null,
  });
  // What nobody closes was used once; of the others some have been silent for some minutes.
  const used =
    lasts === Number.POSITIVE_INFINITY ? begin + 2_000 : Math.max(begin, ms - (Math.abs(begin * 7_919) % (8 * MINUTE)));
  return { ...life, pod: `pod-${pod}`, seen: used };
};

/** Connections that come by chance, `perMs(at)` of them, and each lasts for as long as `lasts` says. */
const coming = (
  chance: Chance,
  { from, ms, pods }: { readonly from: number; readonly ms: number; readonly pods: number },
  most: number,
  perMs: (at: number) => number,
  lasts: () => number,
): readonly HeldBy[] => {
  const all: HeldBy[] = [];
  for (let at = from + chance.wait(1 / most); at < ms; at += chance.wait(1 / most))
    if (chance.next() < perMs(at) / most) {
      const one = opened(Math.floor(chance.next() * pods), at, lasts(), ms);
      if (one.until > 0) all.push(one);
    }
  return all;
};

/** A pool that is filled at `from` and replaces what is too old. */
const pool = (chance: Chance, pod: number, size: number, from: number, ms: number, age: number): readonly HeldBy[] =>
  Array.from({ length: size }).flatMap(() => {
    const all: HeldBy[] = [];
    for (let at = from + chance.next() * 2_000; at < ms; ) {
      const lasts = chance.wait(age);
      all.push(opened(pod, at, lasts, ms));
      at += lasts + 50;
    }
    return all.filter((one) => one.until > 0);
  });

const steady = (rate: number) => (): number => rate;

const HABITS: Readonly<Record<string, (chance: Chance) => Omit<Habit, 'name' | 'isWatched'>>> = {
  'short calls': (chance) => {
    const ms = chance.between(20, 60) * MINUTE;
    const rate = chance.between(0.3, 1.2) / 1_000;
    const life = chance.between(40, 8_000);
    const span = { from: -10 * MINUTE, ms, pods: chance.whole(1, 15) };
    return { truth: 'churn', ms, connections: coming(chance, span, rate, steady(rate), () => chance.wait(life)) };
  },
  'short calls, some of them long': (chance) => {
    const ms = chance.between(20, 60) * MINUTE;
    const rate = chance.between(0.3, 1.2) / 1_000;
    const life = chance.between(100, 3_000);
    const span = { from: -10 * MINUTE, ms, pods: chance.whole(1, 15) };
    return { truth: 'churn', ms, connections: coming(chance, span, rate, steady(rate), () => chance.heavy(life)) };
  },
  'short calls, more and more': (chance) => {
    const ms = chance.between(20, 60) * MINUTE;
    const rate = chance.between(0.2, 0.5) / 1_000;
    const life = chance.between(40, 8_000);
    const span = { from: -10 * MINUTE, ms, pods: chance.whole(1, 15) };
    const rising = (at: number): number => rate * (1 + 2 * Math.max(0, at / ms));
    return { truth: 'churn', ms, connections: coming(chance, span, 3 * rate, rising, () => chance.wait(life)) };
  },
  'short calls by bursts': (chance) => {
    const ms = chance.between(20, 60) * MINUTE;
    const rate = chance.between(0.6, 2) / 1_000;
    const every = chance.between(2, 8) * MINUTE;
    const span = { from: -10 * MINUTE, ms, pods: chance.whole(1, 6) };
    const bursts = (at: number): number => ((at - BEFORE) % every < every / 4 ? rate : rate / 20);
    return { truth: 'churn', ms, connections: coming(chance, span, rate, bursts, () => chance.wait(400)) };
  },
  'nobody closes': (chance) => {
    const ms = chance.between(20, 180) * MINUTE;
    const perHour = chance.between(60, 600);
    const span = { from: -chance.between(0.1, 60) * MINUTE, ms, pods: chance.whole(1, 8) };
    const rate = perHour / 3_600_000;
    return { truth: 'leak', ms, connections: coming(chance, span, rate, steady(rate), () => Number.POSITIVE_INFINITY) };
  },
  'some are not closed, beside a pool': (chance) => {
    const ms = chance.between(30, 180) * MINUTE;
    const pods = chance.whole(1, 6);
    const rate = chance.between(100, 500) / 3_600_000;
    const span = { from: -30 * MINUTE, ms, pods };
    const pools = Array.from({ length: pods }, (_, pod) =>
      pool(chance, pod, chance.whole(2, 12), BEFORE, ms, 60 * MINUTE),
    );
    const lost = coming(chance, span, rate, steady(rate), () => Number.POSITIVE_INFINITY);
    return { truth: 'leak', ms, connections: [...pools.flat(), ...lost] };
  },
  'calls of which some are not closed': (chance) => {
    const ms = chance.between(45, 120) * MINUTE;
    const rate = chance.between(0.05, 0.2) / 1_000;
    const lost = chance.between(0.15, 0.5);
    const life = chance.between(100, 20_000);
    const span = { from: -20 * MINUTE, ms, pods: chance.whole(1, 6) };
    const lasts = (): number => (chance.next() < lost ? Number.POSITIVE_INFINITY : chance.wait(life));
    return { truth: 'leak', ms, connections: coming(chance, span, rate, steady(rate), lasts) };
  },
  'many pods with pools': (chance) => {
    const ms = chance.between(20, 120) * MINUTE;
    const size = chance.whole(2, 10);
    const pods = chance.whole(Math.max(12, Math.ceil(90 / size)), 90);
    const age = chance.between(20, 240) * MINUTE;
    const connections = Array.from({ length: pods }, (_, pod) => pool(chance, pod, size, BEFORE, ms, age)).flat();
    return { truth: 'fan-out', ms, connections };
  },
  'more and more pods with pools': (chance) => {
    const ms = chance.between(20, 120) * MINUTE;
    const size = chance.whole(3, 8);
    const pods = chance.whole(40, 90);
    const connections = Array.from({ length: pods }, (_, pod) =>
      pool(chance, pod, size, pod < pods / 4 ? BEFORE : ms * chance.next(), ms, 240 * MINUTE),
    ).flat();
    return { truth: 'fan-out', ms, connections };
  },
  'pools that fill once': (chance) => {
    const ms = chance.between(20, 120) * MINUTE;
    const size = chance.whole(40, 120);
    const from = ms * (0.1 + 0.8 * chance.next());
    const connections = [0, 1, 2].flatMap((pod) => pool(chance, pod, size, from, ms, 600 * MINUTE));
    return { truth: 'fan-out', ms, connections };
  },
  'a pod with many at once': (chance) => {
    const ms = chance.between(30, 90) * MINUTE;
    const life = chance.between(5, 15) * MINUTE;
    const pods = chance.whole(1, 3);
    const rate = (chance.between(60, 160) * pods) / life;
    const span = { from: BEFORE, ms, pods };
    return { truth: 'fan-out', ms, connections: coming(chance, span, rate, steady(rate), () => chance.wait(life)) };
  },
  'more and more at once': (chance) => {
    const ms = chance.between(40, 90) * MINUTE;
    const life = chance.between(4, 15) * MINUTE;
    const pods = chance.whole(1, 3);
    const rate = (chance.between(60, 120) * pods) / life;
    const span = { from: BEFORE, ms, pods };
    const rising = (at: number): number => rate * (1 + 1.5 * Math.max(0, at / ms));
    return { truth: 'fan-out', ms, connections: coming(chance, span, 2.5 * rate, rising, () => chance.wait(life)) };
  },
  'sessions of hours': (chance) => {
    const ms = chance.between(30, 120) * MINUTE;
    const connections = [0, 1, 2].flatMap((pod) =>
      pool(chance, pod, chance.whole(50, 150), BEFORE * 4, ms, 180 * MINUTE),
    );
    return { truth: 'fan-out', ms, connections };
  },
  'sessions that come in the morning': (chance) => {
    const ms = chance.between(30, 120) * MINUTE;
    const rate = chance.between(200, 900) / 3_600_000;
    const span = { from: 0, ms, pods: chance.whole(2, 3) };
    const rising = (at: number): number => (rate * at) / ms;
    return { truth: 'fan-out', ms, connections: coming(chance, span, rate, rising, () => chance.wait(300 * MINUTE)) };
  },
  'pools that grow with the load': (chance) => {
    const ms = chance.between(30, 120) * MINUTE;
    const connections = [0, 1, 2].flatMap((pod) => {
      const size = chance.whole(10, 30);
      const added = Math.round(size * chance.between(0.3, 2));
      return [
        ...Array.from({ length: size }, () => opened(pod, BEFORE * chance.next() - 1, 1e12, ms)),
        ...Array.from({ length: added }, (_, i) => opened(pod, ((i + chance.next()) * ms) / added, 1e12, ms)),
      ];
    });
    return {
      truth: 'fan-out',
      ms,
      connections: connections.map((one) => ({ ...one, seen: ms - MINUTE * 6 * chance.next() })),
    };
  },
  'few pods with small pools': (chance) => {
    const ms = chance.between(20, 120) * MINUTE;
    const pods = chance.whole(2, 5);
    const connections = Array.from({ length: pods }, (_, pod) =>
      pool(chance, pod, chance.whole(9, 12), BEFORE, ms, 600 * MINUTE),
    ).flat();
    return { truth: 'none', ms, connections };
  },
};

/** Of every other seed no flow log tells. */
export const habits = (seeds: readonly number[]): readonly Habit[] =>
  Object.entries(HABITS).flatMap(([name, make], i) =>
    seeds.map((seed) => {
      const { truth, ms, connections } = make(new Chance(seed * 101 + i));
      const isWatched = seed % 2 === 1;
      return { name, truth, ms, isWatched, connections: isWatched ? connections : connections.map(unwatched) };
    }),
  );

const unwatched = (one: HeldBy): HeldBy => ({ ...one, seen: null });
