import { mkdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChdbSession, chdbSession } from './chdb-session.ts';
import type { Engine, LoadFile, Params } from './engine.ts';

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

/** The engine inside this process, on a folder that no other process has open. */
export const openChdb = (folder: string): Engine => {
  const database = engineFolder(folder);
  const incoming = join(folder, 'incoming');
  // What an interrupted load left behind was never part of the store.
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  mkdirSync(database, { recursive: true });
  const sessions = Array.from({ length: SESSIONS }, () => chdbSession({ database, settings: SETTINGS }));
  const pool = poolOf(sessions);
  let files = 0;

  const text = (sql: string, params: Params): Promise<string> => pool.use((session) => session.text(sql, params));

  return {
    run: async (sql, params = {}) => {
      await text(sql, params);
    },
    rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> => parseLines<Row>(await text(sql, params)),
    blocks: async function* (sql, params = {}) {
      const session = await pool.acquire();
      try {
        yield* session.blocks(sql, params);
      } finally {
        pool.release(session);
      }
    },
    load: async (sql, file, params = {}) => {
      const path = join(incoming, `${files++}.${file.format.toLowerCase()}`);
      await writeAll(path, file);
      try {
        await text(
          sql.replace('{source}', `file('${quoted(path)}', '${file.format}', '${quoted(file.structure)}')`),
          params,
        );
      } finally {
        await rm(path, { force: true });
      }
    },
    close: async () => {
      await pool.drain();
      for (const session of sessions) await session.close();
    },
  };
};

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

const parseLines = <Row>(text: string): Row[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));

const writeAll = async (path: string, { bytes }: LoadFile): Promise<void> => {
  const handle = await open(path, 'w');
  try {
    await handle.writev(bytes as Uint8Array[]);
  } finally {
    await handle.close();
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
    drain: async (): Promise<void> => {
      await Promise.all(sessions.map(acquire));
    },
  };
};
