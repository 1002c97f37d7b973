import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { endedWith } from './ended-with.ts';
import type { Engine, LoadFile, Params } from './engine.ts';
import { httpParams } from './http-params.ts';
import { parseLines } from './json-lines.ts';
import type { ServerAt } from './server-at.ts';
import { StoreError } from './store-error.ts';

/** What every statement is run with: what exactly-once rests on, and how answers are read. `assertSettings` checks the former. */
const SETTINGS = {
  async_insert: '0',
  join_use_nulls: '0',
  use_hive_partitioning: '0',
  output_format_json_quote_64bit_integers: '0',
  http_write_exception_in_output_format: '0',
} as const;

const CONNECT_WITHIN_MS = 10_000;
/** Between packets that keep a quiet connection open: load balancers drop them after minutes. */
const ALIVE_MS = 30_000;
/** What a store asks at once; the embedded engine has three sessions. */
const CONNECTIONS = 8;
/** Before what may be asked again is. */
const PAUSES_MS: readonly number[] = [200, 1000, 3000];
/** Longer parameters go in the body: proxies and the server bound a URL. */
const URL_CHARACTERS = 8_000;
/** How much of an answer is kept back until more comes: its end may say that it failed. */
const KEPT_BACK_BYTES = 1 << 16;
/** A statement that was told to end does so where it next looks. */
const ENDS_WITHIN_MS = 60_000;

/** The server refused or failed a statement; `code` is the engine's own. https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
class StatementError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer did not come, or not whole. Where the statement may have begun, nobody knows how it ended. */
class Unheard extends Error {
  readonly mayHaveBegun: boolean;
  constructor(message: string, mayHaveBegun: boolean) {
    super(message);
    this.mayHaveBegun = mayHaveBegun;
  }
}

const TOO_MANY_STATEMENTS = 202;
const LOGINS: ReadonlySet<number> = new Set([192, 193, 194, 516]);
const NOT_GRANTED = 497;
const READONLY = 164;

interface Asked {
  readonly id: string;
  readonly sql: string;
  readonly params: Params;
  readonly format: 'JSONEachRow' | 'Native';
  /** The server keeps the answer until it is whole: its status then tells whether it is. */
  readonly isWhole: boolean;
  readonly file?: LoadFile;
  /** A database that may not be there yet is not named. */
  readonly isOfServer?: boolean;
}

export interface HttpEngine extends Engine {
  /** As `rows`, of the server and not of the database. */
  ofServer<Row>(sql: string, params?: Params): Promise<Row[]>;
  /** Writes what may as well be written twice: it is asked again as reads are, and nothing is waited for. */
  note(sql: string, params: Params): Promise<void>;
  /** As `run`, of the server: the database need not be there. */
  changeServer(sql: string, params?: Params): Promise<void>;
  /** Ends what still runs of whoever had the mark, and waits until it has. */
  endThoseOf(mark: string): Promise<void>;
}

export interface HttpOptions {
  /** Letters that tell what several of one process are asked on one server. */
  readonly lane: string;
  /** Beside what every statement is run with. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * A ClickHouse server over its HTTP interface. `nonce`: letters and digits that nobody else has, at least twelve.
 * What only reads is asked again when the server cannot be reached for a moment. What writes is asked again only where it surely did not
 * begin: else it may have been done, and its table has no way to know it again. Whoever wrote finds out by the identity of rows, when all
 * of it is written again; so that this cannot meet the statement still at work, nothing more is written before that has ended.
 */
export const openHttp = (
  at: Pick<ServerAt, 'url' | 'database' | 'user' | 'password' | 'ca'>,
  nonce: string,
  { lane, settings }: HttpOptions = { lane: '', settings: {} },
): HttpEngine => {
  const mark = markOf(nonce);
  const isSecure = at.url.protocol === 'https:';
  const agentOf = (maxSockets: number): PlainAgent | SecureAgent => {
    const options = { keepAlive: true, keepAliveMsecs: ALIVE_MS, maxSockets };
    return isSecure
      ? new SecureAgent({ ...options, ...(at.ca === null ? {} : { ca: at.ca }) })
      : new PlainAgent(options);
  };
  const agent = agentOf(CONNECTIONS);
  /** Beside it, where those that are to be ended may have every connection. */
  const ending = agentOf(2);
  let statements = 0;
  const nextId = (): string => `unmasq${mark}-${lane}${++statements}`;
  /** Writing statements of which nobody heard how they ended. */
  const unheard = new Set<string>();

  const send = (asked: Asked, by: PlainAgent | SecureAgent): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { parameters, type, body } = spelledOut(asked, nonce);
      const query = new URLSearchParams({
        ...(asked.isOfServer === true ? {} : { database: at.database }),
        query_id: asked.id,
        default_format: asked.format,
        ...(asked.isWhole ? { wait_end_of_query: '1' } : {}),
        ...SETTINGS,
        ...settings,
        ...parameters,
      });
      const headers = {
        'content-type': type,
        'content-length': body.reduce((sum, { length }) => sum + length, 0),
        ...(at.user === null ? {} : { 'x-clickhouse-user': inHeader(at.user) }),
        ...(at.password === null ? {} : { 'x-clickhouse-key': inHeader(at.password) }),
      };
      const url = new URL(`/?${query.toString()}`, at.url);
      const request = (isSecure ? secureRequest : plainRequest)(url, { method: 'POST', headers, agent: by });
      let isConnected = false;
      request.on('socket', (socket: Socket) => {
        if (!socket.connecting) isConnected = true;
        else {
          const late = setTimeout(() => {
            request.destroy(new Error(`no connection within ${CONNECT_WITHIN_MS / 1000} s`));
          }, CONNECT_WITHIN_MS);
          request.once('close', () => clearTimeout(late));
          socket.once(isSecure ? 'secureConnect' : 'connect', () => {
            clearTimeout(late);
            isConnected = true;
          });
        }
      });
      request.once('response', resolve);
      request.once('error', (error) =>
        reject(
          new Unheard(
            error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message,
            isConnected,
          ),
        ),
      );
      for (const piece of body) request.write(piece);
      request.end();
    });

  /** The answer from its beginning. Throws what the server says in its place. */
  const answered = async (asked: Asked, by = agent): Promise<IncomingMessage> => {
    const response = await send(asked, by);
    const code = Number(response.headers['x-clickhouse-exception-code'] ?? 0);
    if (response.statusCode === 200 && code === 0) return response;
    const text = (await textOf(response).catch(() => '')).trim();
    if (code !== 0) throw new StatementError(code, text);
    const isAsClickhouse =
      response.headers['x-clickhouse-server-display-name'] !== undefined || text.startsWith('Code: ');
    throw new Unheard(
      isAsClickhouse
        ? `it answered ${response.statusCode}: ${text}`
        : `it answered ${response.statusCode} ${response.statusMessage ?? ''}, and not as ClickHouse does`,
      // What a proxy says of a server that it lost tells nothing of the statement.
      response.statusCode !== 429,
    );
  };

  /** Asks again what failed in a way that leaves no doubt: what was refused before it began; of what only reads, anything unheard. */
  const patiently = async <Value>(isRead: boolean, work: () => Promise<Value>): Promise<Value> => {
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        const pause = PAUSES_MS[tries];
        const again =
          (error instanceof StatementError && error.code === TOO_MANY_STATEMENTS) ||
          (error instanceof Unheard && (isRead || !error.mayHaveBegun) && !isOfCertificates(error));
        if (!again || pause === undefined) throw told(error, at);
        await after(pause);
      }
    }
  };

  const whole = (asked: Omit<Asked, 'id' | 'format' | 'isWhole'>, by = agent): Promise<string> =>
    patiently(true, async () =>
      textOf(await answered({ ...asked, id: nextId(), format: 'JSONEachRow', isWhole: true }, by)),
    );

  /** Asks the server to end statements, until none of them is left. */
  const endAll = async (where: string, params: Params): Promise<void> => {
    for (let waited = 0; ; waited += 200) {
      const [row] = parseLines<{ n: number }>(
        await whole(
          { sql: `SELECT count() AS n FROM system.processes WHERE ${where}`, params, isOfServer: true },
          ending,
        ),
      );
      if (row?.n === 0) return;
      if (waited > ENDS_WITHIN_MS)
        throw new StoreError('E_STORE_UNREACHABLE', `${at.url.origin} still runs a statement that was broken off`);
      await whole({ sql: `KILL QUERY WHERE ${where} ASYNC`, params, isOfServer: true }, ending);
      await after(200);
    }
  };

  const kill = (id: string): Promise<unknown> =>
    whole({ sql: 'KILL QUERY WHERE query_id = {id:String} ASYNC', params: { id }, isOfServer: true }, ending);

  /** No statement of ours is at work unheard. */
  const settle = async (): Promise<void> => {
    for (const id of unheard) {
      await endAll('query_id = {id:String}', { id });
      unheard.delete(id);
    }
  };

  const write = async (sql: string, params: Params, beside: Pick<Asked, 'file' | 'isOfServer'> = {}): Promise<void> => {
    await settle();
    const id = nextId();
    await patiently(false, async () => {
      try {
        await textOf(await answered({ id, sql, params, format: 'JSONEachRow', isWhole: true, ...beside }));
      } catch (error) {
        if (error instanceof Unheard && error.mayHaveBegun) unheard.add(id);
        throw error;
      }
    });
  };

  const blocks = async function* (
    sql: string,
    params: Params,
    format: Asked['format'],
    heard: <Value>(id: string, work: Promise<Value>) => Promise<Value> = (_, work) => work,
  ): AsyncGenerator<Uint8Array> {
    for (let tries = 0; ; tries++) {
      let [hasBegun, isOver] = [false, false];
      const id = nextId();
      try {
        const response = await heard(id, answered({ id, sql, params, format, isWhole: false }));
        const pieces = checked(response)[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await heard(id, pieces.next());
            if (next.done === true) {
              isOver = true;
              return;
            }
            hasBegun = true;
            yield next.value;
          }
        } finally {
          response.destroy();
          // Nobody wants the rest.
          if (!isOver) void kill(id).catch(() => undefined);
        }
      } catch (error) {
        const pause = PAUSES_MS[tries];
        if (hasBegun || pause === undefined || !(error instanceof Unheard) || isOfCertificates(error))
          throw told(error, at);
        await after(pause);
      }
    }
  };

  const engine: Engine = {
    mark,
    run: (sql, params = {}) => write(sql, params),
    rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> =>
      parseLines<Row>(await whole({ sql, params })),
    blocks: (sql, params = {}) => blocks(sql, params, 'Native'),
    load: (sql, file, params = {}) => write(sql.replace('{source}', SOURCE), params, { file }),
    fill: (table, select, params = {}) => write(`INSERT INTO ${table}\n${select}`, params),
    until: (signal) => {
      const heard = <Value>(id: string, work: Promise<Value>): Promise<Value> =>
        endedWith(signal, () => kill(id), work);
      const read = (sql: string, params: Params, format: Asked['format']): AsyncGenerator<Uint8Array> => {
        signal.throwIfAborted();
        return blocks(sql, params, format, heard);
      };
      return {
        ...engine,
        blocks: (sql, params = {}) => read(sql, params, 'Native'),
        rows: async <Row>(sql: string, params: Params = {}): Promise<Row[]> =>
          parseLines<Row>(await joined(read(sql, params, 'JSONEachRow'))),
      };
    },
    close: async () => {
      for (const one of [agent, ending]) one.destroy();
    },
  };
  return {
    ...engine,
    ofServer: async <Row>(sql: string, params: Params = {}): Promise<Row[]> =>
      parseLines<Row>(await whole({ sql, params, isOfServer: true })),
    note: async (sql, params) => {
      await whole({ sql, params });
    },
    changeServer: (sql, params = {}) => write(sql, params, { isOfServer: true }),
    endThoseOf: (other) => endAll('startsWith(query_id, {of:String})', { of: `unmasq${other}-` }),
  };
};

/** What stands in names of tables and statements of one process. */
const markOf = (nonce: string): string => `_x${nonce.slice(0, 12)}`;

/** The name under which a statement finds the rows that come with it. https://clickhouse.com/docs/engines/table-engines/special/external-data */
const SOURCE = 'unmasq_source';

/** The statement as the body; with rows or long parameters beside it, all of them as a form. */
const spelledOut = (
  { sql, params, file }: Asked,
  nonce: string,
): {
  readonly parameters: Readonly<Record<string, string>>;
  readonly type: string;
  readonly body: readonly Uint8Array[];
} => {
  const said = httpParams(params);
  const isLong = Object.values(said).reduce((sum, { length }) => sum + length, 0) > URL_CHARACTERS;
  if (file === undefined && !isLong)
    return { parameters: said, type: 'text/plain; charset=utf-8', body: [Buffer.from(sql)] };
  const boundary = `unmasq${nonce}`;
  const field = (name: string, value: string): Uint8Array =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return {
    parameters: {
      ...(isLong ? {} : said),
      ...(file === undefined ? {} : { [`${SOURCE}_format`]: file.format, [`${SOURCE}_structure`]: file.structure }),
    },
    type: `multipart/form-data; boundary=${boundary}`,
    body: [
      field('query', sql),
      ...(isLong ? Object.entries(said).map(([name, value]) => field(name, value)) : []),
      ...(file === undefined
        ? []
        : [
            Buffer.from(
              `--${boundary}\r\nContent-Disposition: form-data; name="${SOURCE}"; filename="${SOURCE}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
            ),
            ...file.bytes,
            Buffer.from('\r\n'),
          ]),
      Buffer.from(`--${boundary}--\r\n`),
    ],
  };
};

/**
 * The pieces of an answer. One that fails half-way has the reason as its last words, between the tag that its head names, and is
 * cut off. https://github.com/ClickHouse/ClickHouse/pull/88818
 */
const checked = async function* (response: IncomingMessage): AsyncGenerator<Uint8Array> {
  const pieces: Buffer[] = [];
  let kept = 0;
  let broken: Error | null = null;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      kept += piece.length;
      for (let first = pieces[0]; first !== undefined && kept - first.length >= KEPT_BACK_BYTES; first = pieces[0]) {
        kept -= first.length;
        yield pieces.shift() as Buffer;
      }
    }
  } catch (error) {
    broken = error as Error;
  }
  const failure = failureIn(Buffer.concat(pieces), String(response.headers['x-clickhouse-exception-tag'] ?? ''));
  if (failure !== null) throw failure;
  if (broken !== null || !response.complete)
    throw new Unheard(`it broke off its answer${broken === null ? '' : `: ${broken.message}`}`, true);
  yield* pieces;
};

const failureIn = (end: Buffer, tag: string): StatementError | null => {
  if (tag === '') return null;
  const opening = `__exception__\r\n${tag}\r\n`;
  const at = end.lastIndexOf(opening);
  if (at < 0) return null;
  const text = end.subarray(at + opening.length).toString();
  const message = text.slice(0, Math.max(0, text.lastIndexOf(`${tag}\r\n__exception__`))).replace(/\n?\d* ?$/, '');
  return new StatementError(Number(/Code: (\d+)/.exec(message)?.[1] ?? 0), message);
};

/** UTF-8, as a header can have it. */
const inHeader = (text: string): string => Buffer.from(text).toString('latin1');

const joined = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
};

const textOf = (response: IncomingMessage): Promise<string> => joined(checked(response));

/** To ask once more does not make a certificate right. */
const isOfCertificates = ({ message }: Unheard): boolean =>
  /certificate|altnames|self.signed|SSL|EPROTO/i.test(message);

/** What the user can do something about, as such. */
const told = (error: unknown, { url, user, database }: Pick<ServerAt, 'url' | 'user' | 'database'>): unknown => {
  const who = `user ${user ?? 'default'}`;
  if (error instanceof Unheard) return new StoreError('E_STORE_UNREACHABLE', `${url.origin}: ${error.message}`);
  if (!(error instanceof StatementError)) return error;
  if (LOGINS.has(error.code)) return new StoreError('E_STORE_LOGIN', `${url.origin} does not let ${who} in`);
  if (error.code === NOT_GRANTED) {
    const lacks = /have the grant (.+? ON \S+?)[.,]?(?:\s|$)/.exec(error.message)?.[1] ?? null;
    return new StoreError(
      'E_STORE_GRANT',
      lacks === null
        ? `${who} may not do this in ${database}: ${error.message}`
        : `${who} of ${url.origin} lacks a grant: GRANT ${lacks} TO ${user ?? 'default'}`,
    );
  }
  if (error.code === READONLY)
    return new StoreError('E_STORE_GRANT', `${who} of ${url.origin} may only read and may set nothing (readonly = 1)`);
  return error;
};
