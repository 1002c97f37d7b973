import { mkdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChdbSession, chdbSession } from './chdb-session.ts';
import type { Format } from './chdb-thread.ts';
import { endedWith } from './ended-with.ts';
import type { Engine, LoadFile, Params } from './engine.ts';
import { parseLines } from './json-lines.ts';
import { writeAll } from './write-all.ts';

/** More sessions than cores only fight for them; one stays free for a question while a long statement runs. */
const SESSIONS = 3;

/** Given at the start, as they would leak from one statement into the next if a session set them. `assertSettings` checks them. */
const SETTINGS = [
  '--async_insert=0',
  '--join_use_nulls=0',
  '--use_hive_partitioning=0',
  '--output_format_json_quote_64bit_integers=0',
  '--allow_experimental_analyzer=1',
  '--compile_expressions=0',
  '--compile_aggregate_expressions=0',
];

export const engineFolder = (folder: string): string => join(folder, 'engine');

/** Where a backup is written to before it is the store. */
export const restoringFolder = (folder: string): string => join(folder, '.restoring');

/** The engine inside this process, on a folder that no other process has open. */
export const openChdb = (folder: string): Engine => {
  const database = engineFolder(folder);
  const incoming = join(folder, 'incoming');
  // What an interrupted load, backup or restore left behind was never part of the store.
  for (const left of [incoming, join(database, 'shadow'), restoringFolder(folder)])
    rmSync(left, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  mkdirSync(database, { recursive: true });
  const sessionsOf = (length: number): ChdbSession[] =>
    Array.from({ length }, () => chdbSession({ database, settings: SETTINGS }));
  const pool = poolOf(sessionsOf(SESSIONS));
  /** Beside the pool, where those that are to be ended may have every session. */
  const ending = poolOf(sessionsOf(1));
  let [files, askers] = [0, 0];

  const text = (sql: string, params: Params): Promise<string> => pool.use((session) => session.text(sql, params));

  const engine: Engine = {
    mark: '',
    run: async (sql, params = {}) => {
      await text(sql, params);
    },
    rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> => parseLines<Row>(await text(sql, params)),
    blocks: async function* (sql, params = {}) {
      const session = await pool.acquire();
      try {
        yield* session.blocks(sql, params, 'Native');
      } finally {
        pool.release(session);
      }
    },
    load: async (sql, file, params = {}) => {
      const path = join(incoming, `${files++}.${file.format.toLowerCase()}`);
      await writeFile(path, file);
      try {
        await text(
          sql.replace('{source}', `file('${quoted(path)}', '${file.format}', '${quoted(file.structure)}')`),
          params,
        );
      } finally {
        await rm(path, { force: true });
      }
    },
    fill: (table, select, params = {}) => engine.run(`INSERT INTO ${table}\n${select}`, params),
    until: (signal) => {
      const name = `asker ${++askers}`;
      const end = (): Promise<unknown> =>
        ending.use((session) =>
          session.text("KILL QUERY WHERE Settings['log_comment'] = {name:String} ASYNC", { name }),
        );
      const blocks = async function* (sql: string, params: Params, format: Format): AsyncGenerator<Uint8Array> {
        const session = await pool.acquire();
        try {
          const given = session.blocks(namedAs(name, sql, signal), params, format)[Symbol.asyncIterator]();
          try {
            for (;;) {
              const next = await endedWith(signal, end, given.next());
              if (next.done === true) return;
              yield next.value;
            }
          } finally {
            await given.return?.();
          }
        } finally {
          pool.release(session);
        }
      };
      return {
        ...engine,
        blocks: (sql, params = {}) => blocks(sql, params, 'Native'),
        // As a stream, too: the engine ends nothing else half-way.
        rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> => {
          const pieces: Uint8Array[] = [];
          for await (const piece of blocks(sql, params, 'JSONEachRow')) pieces.push(piece);
          return parseLines<Row>(Buffer.concat(pieces).toString());
        },
      };
    },
    close: async () => {
      await Promise.all([pool, ending].map((one) => one.close()));
    },
  };
  return engine;
};

/** The statement with a name by which it is found among those that run: of its words the engine keeps its own spelling. Throws where it is late already. */
const namedAs = (name: string, sql: string, signal: AbortSignal): string => {
  signal.throwIfAborted();
  return `${sql}\n${/\bSETTINGS\b[^()]*$/.test(sql) ? ',' : 'SETTINGS'} log_comment = '${name}'`;
};

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

const writeFile = async (path: string, { bytes }: LoadFile): Promise<void> => {
  const file = await open(path, 'w');
  try {
    await writeAll(file, bytes);
  } finally {
    await file.close();
  }
};

/** Hands each session to one caller at a time: a session that streams can do nothing else. */
const poolOf = (sessions: readonly ChdbSession[]) => {
  const free = [...sessions];
  const waiting: ((session: ChdbSession) => void)[] = [];
  const acquire = async (): Promise<ChdbSession> => free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const release = (session: ChdbSession): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next(session);
  };
  const use = async <Value>(work: (session: ChdbSession) => Promise<Value>): Promise<Value> => {
    const session = await acquire();
    try {
      return await work(session);
    } finally {
      release(session);
    }
  };
  return {
    acquire,
    release,
    use,
    /** When all that was asked is done. */
    close: async (): Promise<void> => {
      const all = await Promise.all(sessions.map(acquire));
      for (const session of all) await session.close();
    },
  };
};
