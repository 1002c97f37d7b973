import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/* One session of the real engine for the stand-in (server.ts): parameters arrive as the wire has them, and the engine itself reads them. */

export interface Statement {
  readonly sql: string;
  readonly format: string;
  readonly database: string | null;
  /** As the wire spells them. */
  readonly params: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** What came with it: a table that this statement alone sees. */
  readonly external: {
    readonly name: string;
    readonly file: string;
    readonly format: string;
    readonly structure: string;
  } | null;
}

export type Asked =
  | { readonly what: 'run'; readonly statement: Statement }
  | { readonly what: 'next' | 'stop' | 'close' };
/** `block`: null after the last. */
export type Told = { readonly block: Uint8Array | null } | { readonly failed: string };

interface Native {
  QueryWithParamsConnection(connection: unknown, sql: string, format: string, params: object): string;
  StreamQuery(connection: unknown, sql: string, format: string, params: object): unknown;
  StreamFetch(stream: unknown): Promise<{ readonly done: boolean; readonly bytes: Uint8Array }>;
  StreamCancel(stream: unknown): void;
}
interface Session {
  readonly connection: unknown;
  query(sql: string, format: string): string;
  close(): void;
}

const { folder, configuration } = workerData as { readonly folder: string; readonly configuration: string | null };
const require = createRequire(import.meta.url);
const { Session: Opened } = require('chdb') as { Session: new (path: string, options: object) => Session };
// Its own binding would spell the parameters anew.
const native = (
  require(require.resolve('chdb').replace(/index\.js$/, 'dist/loader.js')) as { loadNative(): Native }
).loadNative();
// A short-lived engine gains nothing by compiling what it runs; the embedded store has it so too.
const session = new Opened(folder, {
  connectionArgs: [
    '--compile_expressions=0',
    '--compile_aggregate_expressions=0',
    ...(configuration === null ? [] : [`--config-file=${configuration}`]),
  ],
});

let database: string | null = null;
let settings: Readonly<Record<string, string>> = {};
let stream: unknown = null;
let external: string | null = null;

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const isReading = (sql: string): boolean => /^(?:\s|--.*\n|\()*(?:SELECT|WITH|SHOW|DESCRIBE|EXPLAIN)\b/i.test(sql);

const begin = (statement: Statement): void => {
  if (statement.database !== database && statement.database !== null) {
    session.query(`USE \`${statement.database}\``, 'Null');
    database = statement.database;
  }
  for (const name of Object.keys(settings))
    if (!(name in statement.settings)) session.query(`SET ${name} = DEFAULT`, 'Null');
  const before = settings;
  settings = {};
  for (const [name, value] of Object.entries(statement.settings)) {
    if (!/^\w+$/.test(name)) throw new Error(`Code: 115. DB::Exception: Unknown setting '${name}'. (UNKNOWN_SETTING)`);
    if (before[name] !== value) session.query(`SET ${name} = ${literal(value)}`, 'Null');
    settings = { ...settings, [name]: value };
  }
  if (statement.external === null) return;
  const { name, file, format, structure } = statement.external;
  session.query(`CREATE TEMPORARY TABLE ${name} (${structure})`, 'Null');
  external = name;
  session.query(
    `INSERT INTO ${name} SELECT * FROM file(${literal(file)}, ${literal(format)}, ${literal(structure)})`,
    'Null',
  );
};

const end = (): void => {
  stream = null;
  if (external !== null) session.query(`DROP TEMPORARY TABLE IF EXISTS ${external}`, 'Null');
  external = null;
};

const nextBlock = async (): Promise<Told> => {
  if (stream === null) return { block: null };
  const { done, bytes } = await native.StreamFetch(stream);
  if (!done) return { block: bytes };
  native.StreamCancel(stream);
  end();
  return { block: null };
};

const answer = async (asked: Asked): Promise<Told> => {
  switch (asked.what) {
    case 'run': {
      const { sql, format, params } = asked.statement;
      begin(asked.statement);
      if (isReading(sql)) {
        stream = native.StreamQuery(session.connection, sql, format, params);
        return nextBlock();
      }
      const text = native.QueryWithParamsConnection(session.connection, sql, format, params);
      end();
      return { block: text === '' ? null : Buffer.from(text) };
    }
    case 'next':
      return nextBlock();
    case 'stop':
      if (stream !== null) native.StreamCancel(stream);
      end();
      return { block: null };
    case 'close':
      session.close();
      parentPort?.close();
      return { block: null };
  }
};

parentPort?.on('message', (asked: Asked) => {
  void answer(asked)
    .catch((error: unknown): Told => {
      stream = null;
      // What failed stays among what the engine does until its connection is asked for something else.
      try {
        session.query('SELECT 1', 'Null');
        end();
      } catch {
        // Whoever asks next is told.
      }
      return { failed: (error as Error).message };
    })
    .then((told) => parentPort?.postMessage(told));
});
