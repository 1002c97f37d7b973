import { createHash } from 'node:crypto';
import type { Batch, Workers, WorkerSeen, Written } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { type Handed, handedTables, handOver, type Outcome, readHanded, tellOutcome } from './hand-over.ts';
import type { Horizon } from './horizon.ts';
import { allEnded, onEvery, type Parts } from './parts.ts';
import type { StandIns } from './purge/stand-ins.ts';
import { sql } from './sql.ts';
import type { Tenure } from './tenure.ts';
import { sharesOf, sumOfShares, writeShare } from './write.ts';

/** How often an owner looks what was handed over to it: while others live, and else. */
const LOOK_MS = 50;
const LOOK_ALONE_MS = 1_000;
/** At each so many looks it looks whether others wrote what its verdicts may rest on. */
const LOOKS_AT_OTHERS = 20;

/** Its owner answers whoever asks whether a part can be written within so long. */
const PROBE_MS = 10_000;

/** The way in: what is written goes to the owner of each part, who writes one thing after another. */
export class Writers implements Workers {
  private readonly parts: Parts;
  private readonly tenure: Tenure;
  private readonly unfenced: readonly Engine[];
  private readonly horizon: Horizon;
  private readonly purged: { readonly standIns: StandIns };
  /** Of each part the write that is under way. Two of the same rows at once would each miss the other's. */
  private readonly writing: Promise<unknown>[];
  private handed = 0;
  /** Tables of which was told what became of them, and that are still there. */
  private done: ReadonlySet<string> = new Set();
  private readonly listeners = new Set<(cluster: string) => void>();
  /** What there was of each cluster when it was looked at last. */
  private seen: ReadonlyMap<string, string> | null = null;
  private looks = 0;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private isEnded = false;

  constructor(
    parts: Parts,
    tenure: Tenure,
    unfenced: readonly Engine[],
    horizon: Horizon,
    purged: { readonly standIns: StandIns },
  ) {
    this.parts = parts;
    this.tenure = tenure;
    this.unfenced = unfenced;
    this.horizon = horizon;
    this.purged = purged;
    this.writing = parts.each.map(() => Promise.resolve());
  }

  async write(batches: readonly Batch[]): Promise<readonly Written[]> {
    await this.tenure.join();
    const written: Written[] = [];
    // What goes in together goes in under the name of one cluster.
    for (const some of Map.groupBy(batches.keys(), (i) => batches[i]?.cluster).values())
      for (const [i, one] of (await this.writeOf(some.map((of) => batches[of] as Batch))).entries())
        written[some[i] as number] = one;
    return written;
  }

  /** Of one cluster. */
  private async writeOf(batches: readonly Batch[]): Promise<readonly Written[]> {
    const shares = sharesOf(batches, this.parts.each.length);
    return sumOfShares(
      batches.length,
      await allEnded(
        shares.map((share, place) => (share === null ? Promise.resolve(null) : this.writeTo(place, share))),
      ),
    );
  }

  private async writeTo(place: number, share: readonly Batch[]): Promise<readonly Written[]> {
    try {
      const written = await this.writeHere(place, share);
      if (written !== null) return written;
    } catch (error) {
      // It was lost meanwhile: whatever of it went in, its next owner finds by the identity of rows.
      if ((error as { readonly code?: unknown }).code !== 'E_STORE_BUSY' || this.unfenced.length === 0) throw error;
    }
    return handOver(this.unfenced[place] as Engine, ++this.handed, share);
  }

  /** null: the part is another's. */
  private writeHere(place: number, share: readonly Batch[]): Promise<readonly Written[] | null> {
    const { parts, horizon, purged } = this;
    return this.tenure.using(place, 'writes', (gate) => {
      const work = (): Promise<readonly Written[]> =>
        gate.write((write) =>
          writeShare(
            {
              parts,
              place,
              write,
              horizons: horizon.current,
              standIns: purged.standIns,
              isAnswered: gate.hasLooked,
            },
            share,
          ),
        );
      const written = (this.writing[place] ?? Promise.resolve()).then(work);
      this.writing[place] = written.catch(() => undefined);
      return written;
    });
  }

  /** What may as well be written twice is written by anybody. */
  async anybody(): Promise<Engine> {
    await this.tenure.join();
    return this.unfenced.length === 0 ? this.parts.every : onEvery(this.parts.all, this.unfenced);
  }

  async probe(): Promise<void> {
    await this.tenure.join();
    for (const [place, engine] of this.parts.each.entries()) {
      const here = await this.tenure.using(place, 'writes', async () => {
        await probe(engine);
        return true;
      });
      // Its owner answers.
      if (here === null) await handOver(this.unfenced[place] as Engine, ++this.handed, [], PROBE_MS);
    }
  }

  /** Takes from now on what others hand over. */
  begin(): void {
    if (this.unfenced.length > 0) this.again(LOOK_MS);
  }

  async end(): Promise<void> {
    this.isEnded = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.looking;
  }

  private again(ms: number): void {
    if (this.isEnded) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().catch(() => undefined);
      void this.looking.then(() => this.again(this.tenure.isAlone ? LOOK_ALONE_MS : LOOK_MS));
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const waiting = await Promise.allSettled(this.tenure.places.map((place) => this.takeHanded(place)));
    const there = new Set(waiting.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
    if (waiting.every(({ status }) => status === 'fulfilled'))
      this.done = new Set([...this.done].filter((table) => there.has(table)));
    if (!this.tenure.isAlone && this.looks++ % LOOKS_AT_OTHERS === 0) await this.lookAtOthers();
  }

  /** A small write is mostly the fixed cost of its statements: those of a cluster that wait are one. */
  private async takeHanded(place: number): Promise<readonly string[]> {
    const engine = this.unfenced[place] as Engine;
    const there = await handedTables(engine);
    const handed: Handed[] = [];
    for (const table of there.filter((one) => !this.done.has(one))) {
      try {
        const one = await readHanded(engine, table);
        if (one !== null) handed.push(one);
      } catch (error) {
        await this.tell(engine, table, { failed: (error as Error).message });
      }
    }
    for (const some of Map.groupBy(handed, ({ batches }) => batches[0]?.cluster).values())
      await this.writeHanded(place, engine, some);
    return there;
  }

  private async tell(engine: Engine, table: string, outcome: Outcome): Promise<void> {
    this.done = new Set([...this.done, table]);
    await tellOutcome(engine, table, outcome);
  }

  private async writeHanded(place: number, engine: Engine, some: readonly Handed[]): Promise<void> {
    const batches = some.flatMap((one) => one.batches);
    try {
      const written = batches.length === 0 ? [] : await this.writeHere(place, batches);
      if (written === null) return;
      let from = 0;
      for (const {
        table,
        batches: { length },
      } of some)
        await this.tell(engine, table, { written: written.slice(from, (from += length)) });
      const [first] = batches;
      if (first !== undefined) this.stir(first.cluster);
    } catch (error) {
      const { code, message } = error as { readonly code?: unknown; readonly message: string };
      // Of a part that is lost the next owner tells.
      if (code === 'E_STORE_BUSY') return;
      for (const { table } of some) await this.tell(engine, table, { failed: message });
    }
  }

  /** What others wrote may be what verdicts here rest on. */
  private async lookAtOthers(): Promise<void> {
    const rows = await this.parts.all.rows<{ cluster: string; written: string }>(sql('read/written'));
    const { seen } = this;
    this.seen = new Map(rows.map(({ cluster, written }) => [cluster, written]));
    for (const [cluster, written] of this.seen) if (seen?.get(cluster) !== written) this.stir(cluster);
  }

  private stir(cluster: string): void {
    for (const listener of this.listeners) listener(cluster);
  }

  stay(): Promise<void> {
    return this.tenure.stay();
  }

  onWritten(listener: (cluster: string) => void): void {
    this.listeners.add(listener);
  }

  get seenOf(): readonly WorkerSeen[] {
    const { workers } = this.tenure;
    return workers.map(({ mark, host, pid }) => ({ host, pid, isThis: mark === this.parts.all.mark }));
  }

  get places(): { readonly owned: number; readonly all: number } {
    return { owned: this.tenure.places.length, all: this.parts.each.length };
  }

  /** By the highest hash: whoever comes or goes takes or leaves its own alone. https://en.wikipedia.org/wiki/Rendezvous_hashing */
  reads(source: string): boolean {
    const { workers } = this.tenure;
    const score = (mark: string): string => createHash('sha256').update(`${mark}\n${source}`).digest('hex');
    const best = workers.reduce<string | null>(
      (most, { mark }) => (most === null || score(mark) > score(most) ? mark : most),
      null,
    );
    return best === null || best === this.parts.all.mark;
  }
}

const probe = async (engine: Engine): Promise<void> => {
  const newestProbe = async (): Promise<number> =>
    (await engine.rows<{ at: number }>('SELECT max(at) AS at FROM probe'))[0]?.at ?? 0;
  const at = (await newestProbe()) + 1;
  await engine.run('INSERT INTO probe SELECT 1, {at:UInt64}', { at });
  if ((await newestProbe()) < at) throw new Error('what was written was not read back');
};
