import { mkdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Engine, LoadFile, Params } from './engine.ts';

/** The part of chDB's session that we use. */
interface Session {
  queryAsync(sql: string, options?: { format?: string }): Promise<{ text(): string }>;
  queryBindAsync(sql: string, params: object, options?: { format?: string }): Promise<{ text(): string }>;
  queryStreamBind(
    sql: string,
    params: object,
    options?: { format?: string },
  ): AsyncIterable<{ text(): string; raw(): Uint8Array }>;
  close(): void;
}

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
  const { Session } = loadChdb();
  const database = engineFolder(folder);
  const incoming = join(folder, 'incoming');
  // What an interrupted load left behind was never part of the store.
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  mkdirSync(database, { recursive: true });
  const sessions = Array.from({ length: SESSIONS }, () => new Session(database, { connectionArgs: SETTINGS }));
  const pool = poolOf(sessions);
  let files = 0;

  const prepared = pool.each(async (session) => {
    await session.queryAsync('CREATE DATABASE IF NOT EXISTS unmasq');
    await session.queryAsync('USE unmasq');
  });

  const run = async (sql: string, params: Params): Promise<string> => {
    await prepared;
    return pool.use(async (session) => {
      let text = '';
      for await (const chunk of session.queryStreamBind(sql, bindable(params), { format: 'JSONEachRow' }))
        text += chunk.text();
      return text;
    });
  };
  const command = async (sql: string, params: Params): Promise<void> => {
    await prepared;
    await pool.use((session) =>
      Object.keys(params).length === 0 ? session.queryAsync(sql) : session.queryBindAsync(sql, bindable(params)),
    );
  };

  return {
    run: (sql, params = {}) => command(sql, params),
    rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> => parseLines<Row>(await run(sql, params)),
    blocks: async function* (sql, params = {}) {
      await prepared;
      const session = await pool.acquire();
      try {
        for await (const chunk of session.queryStreamBind(sql, bindable(params), { format: 'Native' }))
          yield chunk.raw();
      } finally {
        pool.release(session);
      }
    },
    load: async (sql, file, params = {}) => {
      const path = join(incoming, `${files++}.${file.format.toLowerCase()}`);
      await writeAll(path, file);
      try {
        await command(
          sql.replace('{source}', `file('${quoted(path)}', '${file.format}', '${quoted(file.structure)}')`),
          params,
        );
      } finally {
        await rm(path, { force: true });
      }
    },
    close: async () => {
      await prepared.catch(() => undefined);
      await pool.drain();
      for (const session of sessions) session.close();
    },
  };
};

const loadChdb = (): { Session: new (path: string, options: { connectionArgs: readonly string[] }) => Session } =>
  createRequire(import.meta.url)('chdb') as {
    Session: new (path: string, options: { connectionArgs: readonly string[] }) => Session;
  };

/** Parameters as chDB takes them; whole numbers beyond 2^53 travel as text, which the declared type turns back. */
const bindable = (params: Params): object => params;

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
const poolOf = (sessions: readonly Session[]) => {
  const free = [...sessions];
  const waiting: ((session: Session) => void)[] = [];
  const acquire = async (): Promise<Session> => free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const release = (session: Session): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next(session);
  };
  const use = async <Value>(work: (session: Session) => Promise<Value>): Promise<Value> => {
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
    each: async (work: (session: Session) => Promise<void>): Promise<void> => {
      const all = await Promise.all(sessions.map(acquire));
      try {
        for (const session of all) await work(session);
      } finally {
        all.forEach(release);
      }
    },
    drain: async (): Promise<void> => {
      await Promise.all(sessions.map(acquire));
    },
  };
};
