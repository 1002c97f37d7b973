import type { Instant } from '../base/instant.ts';
import { EVERYTHING, type Horizons } from '../core/retention.ts';
import type { Engine } from './engine.ts';
import { loadRows } from './load-rows.ts';

/** From when on what is kept, as the store says it. Whoever has the folder has it alone, so what was read once holds. */
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

  /** Durable when it resolves. From then on nothing older is taken in or told, whatever of it is still there. */
  async move(to: Horizons): Promise<void> {
    await store(this.engine, to, '');
    this.current = to;
  }

  /** How far what was older has been dropped. */
  dropped(): Promise<Horizons> {
    return stored(this.engine, DROPPED);
  }

  async noteDropped(to: Horizons): Promise<void> {
    await store(this.engine, to, DROPPED);
  }
}

const DROPPED = ' dropped';

const stored = async (engine: Engine, mark: string): Promise<Horizons> => {
  const rows = await engine.rows<{ kind: string; from_ms: number }>(
    'SELECT kind, max(from_ms) AS from_ms FROM horizon GROUP BY kind',
  );
  const at = new Map(rows.map(({ kind, from_ms }) => [kind, from_ms as Instant]));
  return mapped((kind) => at.get(`${kind}${mark}`) ?? EVERYTHING[kind]);
};

const store = (engine: Engine, horizons: Horizons, mark: string): Promise<void> =>
  loadRows(
    engine,
    'INSERT INTO horizon (kind, from_ms) SELECT * FROM {source}',
    { kind: 'String', from_ms: 'Int64' },
    Object.entries(horizons).map(([kind, from_ms]) => ({ kind: `${kind}${mark}`, from_ms })),
    {},
  );

const mapped = (of: (kind: keyof Horizons) => Instant): Horizons =>
  Object.fromEntries(
    (Object.keys(EVERYTHING) as (keyof Horizons)[]).map((kind) => [kind, of(kind)]),
  ) as unknown as Horizons;
