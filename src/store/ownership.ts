import type { Engine } from './engine.ts';
import type { HttpEngine } from './http-engine.ts';
import { type Heard, isHeard, thisProcess } from './process-life.ts';
import { StoreError } from './store-error.ts';

/** Who numbers what is written to a place. One process at a time does. */
export interface Ownership {
  /** Nobody else can have it: of a folder whoever opened it is the owner. */
  readonly isAlone: boolean;
  /** It was taken, and neither released since nor, as far as is known, lost. */
  readonly isHad: boolean;
  /** Has it when it resolves; then tells the marks of those who had it before and are gone. Throws a `StoreError` where another has it. What was lost may be taken again. */
  take(): Promise<readonly string[]>;
  /** Throws where it is not had, or may be lost. */
  check(): void;
  release(): Promise<void>;
}

export const ALONE: Ownership = {
  isAlone: true,
  isHad: true,
  take: async () => [],
  check: () => undefined,
  release: async () => undefined,
};

/** How long an owner that is not heard of counts as alive, and how often it is to be heard. */
export interface Pace {
  readonly leaseMs: number;
  readonly beatMs: number;
}
export const PACE: Pace = { leaseMs: 60_000, beatMs: 10_000 };

interface Owner extends Heard {
  readonly mark: string;
  readonly released: number;
}

const TABLE_EXISTS = 57;
const COLUMNS =
  'mark String, host String, machine String, pid UInt32, started String, released UInt8, at DateTime64(3)';

/**
 * Of a server's database: a part of the store. To make a table is the one thing that a server does at most once, so whoever makes `owner_<n + 1>` has it after the
 * owner n; the highest counts. Its rows are signs of life, by the server's clock. `elapsedMs`: a clock that only goes on.
 */
export const ownershipOf = (engine: HttpEngine, elapsedMs: () => number, pace: Pace): Ownership => {
  let taken: Promise<readonly string[]> | null = null;
  /** Empty: it is not had. */
  let table = '';
  /** When the last sign of life that arrived was sent. */
  let heardAt = Number.NEGATIVE_INFINITY;
  let beating: NodeJS.Timeout | null = null;
  let isLost = false;

  const beat = async (released: 0 | 1): Promise<void> => {
    const sent = elapsedMs();
    await engine.note(
      `INSERT INTO ${table} SELECT {mark:String}, {host:String}, {machine:String}, {pid:UInt32}, {started:String}, {released:UInt8}, now64(3)`,
      { mark: engine.mark, ...thisProcess(), released },
    );
    heardAt = sent;
  };

  const begin = async (): Promise<readonly string[]> => {
    const newest = await newestOwner(engine);
    const before = newest === 0 ? null : await ownerOf(engine, newest);
    if (before !== null && isAlive(before, pace))
      throw new StoreError(
        'E_STORE_BUSY',
        `the store is written to by process ${before.pid} on ${before.host}` +
          (before.unheard_ms < 2 * pace.beatMs
            ? ''
            : `, which was last heard of ${Math.round(before.unheard_ms / 1000)} s ago and counts as gone after ${Math.round(pace.leaseMs / 1000)} s`),
      );
    const mine = `owner_${newest + 1}`;
    const outrun = new StoreError('E_STORE_BUSY', 'another process has just begun to write to the store');
    await engine.run(`CREATE TABLE ${mine} (${COLUMNS}) ENGINE = MergeTree ORDER BY at`).catch((error: unknown) => {
      throw (error as { readonly code?: unknown }).code === TABLE_EXISTS ? outrun : error;
    });
    if ((await newestOwner(engine)) !== newest + 1) {
      // One that was gone, and dropped, by the time it was made again.
      await engine.run(`DROP TABLE IF EXISTS ${mine} SYNC`);
      throw outrun;
    }
    [table, isLost] = [mine, false];
    await beat(0);
    beating = setInterval(() => {
      beat(0).catch((error: unknown) => {
        // Its table is gone: another has taken over. Anything else may pass.
        isLost ||= (error as { readonly code?: unknown }).code === UNKNOWN_TABLE;
      });
    }, pace.beatMs);
    beating.unref();
    if (before === null) return [];
    const isReleased = before.released === 1;
    // What a dead owner asked for may still be at work.
    if (!isReleased) await engine.endThoseOf(before.mark);
    for (const name of await ownerTables(engine))
      if (name < newest + 1) await engine.run(`DROP TABLE IF EXISTS owner_${name} SYNC`);
    return isReleased ? [] : [before.mark];
  };

  const isHad = (): boolean => table !== '' && !isLost && elapsedMs() - heardAt <= pace.leaseMs - pace.beatMs;

  const check = (): void => {
    if (isHad()) return;
    throw new StoreError(
      'E_STORE_BUSY',
      table === ''
        ? 'another process may write to the store'
        : 'the server was not reached for so long that another process may write to the store now',
    );
  };

  const letGo = (): void => {
    if (beating !== null) clearInterval(beating);
    [taken, table, beating, heardAt] = [null, '', null, Number.NEGATIVE_INFINITY];
  };

  return {
    isAlone: false,
    get isHad() {
      return isHad();
    },
    take: async () => {
      if (table !== '' && !isHad()) letGo();
      taken ??= begin();
      try {
        await taken;
      } catch (error) {
        // Whoever has it may let it go.
        taken = null;
        throw error;
      }
      check();
      return taken;
    },
    check,
    release: async () => {
      // Where it cannot be said, it runs out.
      if (isHad()) await beat(1).catch(() => undefined);
      letGo();
    },
  };
};

/** The engine as long as its owner is the owner: whoever lost it writes nothing more. */
export const fenced = (engine: Engine, ownership: Ownership): Engine => ({
  ...engine,
  run: async (sql, params) => {
    ownership.check();
    await engine.run(sql, params);
  },
  load: async (sql, file, params) => {
    ownership.check();
    await engine.load(sql, file, params);
  },
  fill: async (table, select, params) => {
    ownership.check();
    await engine.fill(table, select, params);
  },
  until: (signal) => fenced(engine.until(signal), ownership),
});

const UNKNOWN_TABLE = 60;

const ownerTables = async (engine: Engine): Promise<readonly number[]> =>
  (
    await engine.rows<{ n: number }>(
      "SELECT toUInt32(substring(name, 7)) AS n FROM system.tables WHERE database = currentDatabase() AND match(name, '^owner_[0-9]{1,9}$')",
    )
  ).map(({ n }) => n);

const newestOwner = async (engine: Engine): Promise<number> => Math.max(0, ...(await ownerTables(engine)));

/** null: it was made, and whoever made it was not heard of since; or it is gone. */
const ownerOf = async (engine: Engine, n: number): Promise<Owner | null> => {
  const [made] = await engine.rows<{ unheard_ms: number }>(
    "SELECT 1000 * dateDiff('second', metadata_modification_time, now()) AS unheard_ms FROM system.tables WHERE database = currentDatabase() AND name = {name:String}",
    { name: `owner_${n}` },
  );
  if (made === undefined) return null;
  const [owner] = await engine.rows<Owner>(
    `SELECT mark, host, machine, pid, started, released, dateDiff('millisecond', at, now64(3)) AS unheard_ms
     FROM owner_${n} ORDER BY at DESC, released DESC LIMIT 1`,
  );
  return owner ?? { mark: '_x', host: '?', machine: '', pid: 0, started: '', released: 0, ...made };
};

const isAlive = (owner: Owner, { leaseMs }: Pace): boolean => owner.released === 0 && isHeard(owner, leaseMs);
