import type { Company, Wish, Worker } from './company.ts';
import { EveryGate, Gate } from './gate.ts';
import type { Ownership } from './ownership.ts';
import { StoreError } from './store-error.ts';

/** A part that this process owns. */
interface Held {
  readonly gate: Gate;
  /** What is under way: passes, which may take minutes, and writes. Whoever lets go waits for the former first. */
  passes: number;
  writes: number;
  state: 'had' | 'ending' | 'leaving';
}

interface TenureOptions {
  readonly owns: readonly Ownership[];
  /** null: nobody else can write. */
  readonly company: Company | null;
  /** How often this process says that it lives, and looks who else does. */
  readonly beatMs: number;
  /** Before a part is written to that others had until now; gives the newest number there. */
  readonly prepare: (place: number, gone: readonly string[]) => Promise<number>;
}

/** How often it is looked whether the others have let go of their parts, and for how long: some minutes. */
const ALL_LOOK_MS = 1_000;
const ALL_LOOKS = 300;
const LOOK_MS = 50;

/** Which parts of the store this process owns: its share among those who live. */
export class Tenure {
  private readonly options: TenureOptions;
  private readonly held = new Map<number, Held>();
  private living: readonly Worker[] = [];
  /** Whoever came for a while takes nothing from those who stay. */
  private wish: Exclude<Wish, 'gone'> = 'rest';
  private beating: Promise<void> = Promise.resolve();
  private isBeating = false;
  private timer: NodeJS.Timeout | null = null;
  private joined: Promise<void> | null = null;
  private readonly waiting: (() => void)[] = [];

  constructor(options: TenureOptions) {
    this.options = options;
  }

  /** Every process that writes and stays, by their marks; empty where nobody else can write. */
  get workers(): readonly Worker[] {
    return this.living.filter(stays);
  }

  /** Whether anybody else was heard of. */
  get isAlone(): boolean {
    return this.living.length < 2;
  }

  /** The parts that it owns, as far as is known. */
  get places(): readonly number[] {
    return [...this.held.keys()].filter((place) => this.owns(place)).sort((a, b) => a - b);
  }

  get hasAll(): boolean {
    return this.places.length === this.options.owns.length;
  }

  owns(place: number): boolean {
    return this.held.has(place) && this.options.owns[place]?.isHad === true;
  }

  gateOf(place: number): Gate {
    const held = this.held.get(place);
    if (held === undefined) throw notOurs();
    return held.gate;
  }

  /** Has its share from now on, where before it had what nobody else has. */
  async stay(): Promise<void> {
    if (this.wish === 'rest') this.wish = 'share';
    if (this.joined === null) await this.join();
    else await this.beat();
  }

  /** Takes what there is for it, and goes on so until it leaves. */
  async join(): Promise<void> {
    this.joined ??= this.begin();
    try {
      await this.joined;
    } catch (error) {
      this.joined = null;
      throw error;
    }
  }

  private async begin(): Promise<void> {
    await this.beat();
    if (this.options.company === null) return;
    this.timer ??= setInterval(() => {
      // Also while a part is being let go, which may take minutes.
      void this.options.company?.tell(this.wish).catch(() => undefined);
      if (!this.isBeating) void this.beat().catch(() => undefined);
    }, this.options.beatMs);
    this.timer.unref();
  }

  /** The work with a part that is owned from its beginning to its end, unless it is lost; null: it is not owned, or about to be let go. */
  async using<Value>(
    place: number,
    what: 'passes' | 'writes',
    work: (gate: Gate) => Promise<Value>,
  ): Promise<Value | null> {
    const held = this.held.get(place);
    if (held === undefined || !this.owns(place)) return null;
    if (held.state === 'leaving' || (held.state === 'ending' && what === 'passes')) return null;
    held[what]++;
    try {
      return await work(held.gate);
    } finally {
      held[what]--;
      this.stir();
    }
  }

  /** As `using` of all parts that are owned; `work` may be given none. */
  async usingAll<Value>(work: (places: readonly number[]) => Promise<Value>): Promise<Value> {
    const take = async (left: readonly number[], places: readonly number[]): Promise<Value> => {
      const [place, ...rest] = left;
      if (place === undefined) return work(places);
      const done = await this.using(place, 'passes', async () => ({ value: await take(rest, [...places, place]) }));
      return done === null ? take(rest, places) : done.value;
    };
    return take(this.places, []);
  }

  /** The work with all parts, which the others let go for as long as it takes. Throws a `StoreError` where they do not. */
  async withAll<Value>(work: (gate: Gate) => Promise<Value>): Promise<Value> {
    await this.join();
    const { wish } = this;
    this.wish = 'all';
    try {
      for (let looks = 1; ; looks++) {
        await this.beat();
        const done = await this.usingAll(async (places) =>
          places.length === this.options.owns.length
            ? { value: await work(new EveryGate(places.map((place) => this.gateOf(place)))) }
            : null,
        );
        if (done !== null) return done.value;
        if (looks === ALL_LOOKS)
          throw new StoreError('E_STORE_BUSY', 'other processes write to the store, and did not let go of it');
        await new Promise((resolve) => setTimeout(resolve, Math.min(this.options.beatMs, ALL_LOOK_MS)));
      }
    } finally {
      this.wish = wish;
      await this.options.company?.tell(wish).catch(() => undefined);
    }
  }

  /** Lets go of everything, when what was begun is done. */
  async leave(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.beating.catch(() => undefined);
    await Promise.all(Array.from(this.held.keys(), (place) => this.letGo(place)));
    // What was taken for an upgrade alone.
    await Promise.all(this.options.owns.map((ownership) => ownership.release()));
    if (this.joined !== null) await this.options.company?.tell('gone').catch(() => undefined);
  }

  /** Says that it lives; lets go of what is more than its share, takes what is less. One at a time. */
  private beat(): Promise<void> {
    const beat = this.beating
      .catch(() => undefined)
      .then(() => {
        this.isBeating = true;
        return this.share();
      })
      .finally(() => {
        this.isBeating = false;
      });
    this.beating = beat;
    return beat;
  }

  private async share(): Promise<void> {
    const { owns, company } = this.options;
    let share = owns.length;
    if (company !== null) {
      await company.tell(this.wish);
      this.living = await company.living();
      share = shareOf(this.living, company.mark, owns.length);
    }
    for (const place of this.held.keys()) if (!this.owns(place)) this.held.delete(place);
    for (const place of this.places.slice(share)) await this.letGo(place);
    for (const [place, ownership] of owns.entries()) {
      if (this.held.has(place)) continue;
      if (this.held.size < share) await this.take(place);
      // It was taken to make the tables.
      else if (ownership.isHad) await ownership.release();
    }
  }

  private async take(place: number): Promise<void> {
    const ownership = this.options.owns[place] as Ownership;
    let gone: readonly string[];
    try {
      gone = await ownership.take();
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'E_STORE_BUSY') return;
      throw error;
    }
    try {
      const gate = new Gate(await this.options.prepare(place, gone));
      this.held.set(place, { gate, passes: 0, writes: 0, state: 'had' });
    } catch (error) {
      await ownership.release();
      throw error;
    }
  }

  private async letGo(place: number): Promise<void> {
    const held = this.held.get(place);
    if (held === undefined) return;
    held.state = 'ending';
    while (held.passes > 0 && this.owns(place)) await this.change();
    held.state = 'leaving';
    while (held.writes > 0 && this.owns(place)) await this.change();
    this.held.delete(place);
    await this.options.owns[place]?.release();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, LOOK_MS);
      this.waiting.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  private stir(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const notOurs = (): StoreError => new StoreError('E_STORE_BUSY', 'another process may write to the store');

const stays = ({ wish }: Worker): boolean => wish !== 'rest';

/** How many parts one of those who live may own: those who stay have as many as each other, or one more; where nobody stays, one has all. */
export const shareOf = (living: readonly Worker[], mark: string, parts: number): number => {
  const alone = living.find(({ wish }) => wish === 'all') ?? (living.some(stays) ? undefined : living[0]);
  if (alone !== undefined) return alone.mark === mark ? parts : 0;
  const staying = living.filter(stays);
  return staying.some((worker) => worker.mark === mark) ? Math.ceil(parts / staying.length) : 0;
};
