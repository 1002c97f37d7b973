import type { Instant } from '../base/instant.ts';
import { EVERYTHING, type Horizons } from '../core/retention.ts';
import type { Engine } from './engine.ts';
import { loadRows } from './load-rows.ts';

/** From when on what is kept, as the store says it. Whoever moves them has the store alone, and whoever has a part anew reads them: what was read once holds, but for one who only reads a server's while another moves them. */
export class Horizon {
  current: Horizons;
  private readonly engine: Engine;

  private constructor(engine: Engine, current: Horizons) {
    this.engine = engine;
    this.current = current;
  }

  static async of(engine: Engine): Promise<Horizon> {
    return new Horizon(engine, await stored(engine, ''));
  }

  /** Another may have moved them. */
  async refresh(): Promise<void> {
    this.current = await stored(this.engine, '');
  }

  /** Durable when it resolves. From then on nothing older is taken in or told, whatever of it is still there. */
  async move(to: Horizons, now: Instant): Promise<void> {
    await store(this.engine, [...rowsOf(to, ''), { kind: CLOCK, from_ms: now }]);
    this.current = to;
  }

  /** What the clock said when they were moved last; null: they never were. */
  async lastClock(): Promise<Instant | null> {
    return (await kinds(this.engine)).get(CLOCK) ?? null;
  }

  /** How far what was older has been dropped. */
  dropped(): Promise<Horizons> {
    return stored(this.engine, DROPPED);
  }

  /** Whether it is to be moved as far, or what is older was not dropped so far. */
  async isBehind(next: Horizons): Promise<boolean> {
    const done = await this.dropped();
    return (Object.keys(next) as (keyof Horizons)[]).some(
      (kind) => this.current[kind] < next[kind] || done[kind] < next[kind],
    );
  }

  async noteDropped(to: Horizons): Promise<void> {
    await store(this.engine, rowsOf(to, DROPPED));
  }
}

const DROPPED = ' dropped';

const CLOCK = 'clock';

const kinds = async (engine: Engine): Promise<ReadonlyMap<string, Instant>> => {
  const rows = await engine.rows<{ kind: string; from_ms: number }>(
    'SELECT kind, max(from_ms) AS from_ms FROM horizon GROUP BY kind',
  );
  return new Map(rows.map(({ kind, from_ms }) => [kind, from_ms as Instant]));
};

const stored = async (engine: Engine, mark: string): Promise<Horizons> => {
  const at = await kinds(engine);
  const of = (kind: keyof Horizons): Instant | undefined => at.get(`${kind}${mark}`);
  // Of a store from before there were tiers, minutes and hours went with their flows.
  return mapped(
    (kind) => of(kind) ?? (kind === 'minutes' || kind === 'hours' ? of('flows') : null) ?? EVERYTHING[kind],
  );
};

type Row = Readonly<Record<string, string | number>>;

const rowsOf = (horizons: Horizons, mark: string): readonly Row[] =>
  Object.entries(horizons).map(([kind, from_ms]) => ({ kind: `${kind}${mark}`, from_ms }));

const store = (engine: Engine, rows: readonly Row[]): Promise<void> =>
  loadRows(
    engine,
    'INSERT INTO horizon (kind, from_ms) SELECT * FROM {source}',
    { kind: 'String', from_ms: 'Int64' },
    rows,
    {},
  );

const mapped = (of: (kind: keyof Horizons) => Instant): Horizons =>
  Object.fromEntries(
    (Object.keys(EVERYTHING) as (keyof Horizons)[]).map((kind) => [kind, of(kind)]),
  ) as unknown as Horizons;
