// A stand-in for a ClickHouse server's HTTP interface: the wire is ours, as its documentation describes it; the engine behind it is the real one (chDB).
import { once } from 'node:events';
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type ClusterPlace, gathering, PEER, spreadBy, withoutKeeper, writeConfiguration } from './as-cluster.ts';
import type { Asked, Statement, Told } from './session-thread.ts';

/** `node server.ts FOLDER OPTIONS`; says `{"port": n}` when it listens. */
export interface ServerOptions {
  readonly users: Readonly<Record<string, string>>;
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly key: string; readonly cert: string } | null;
  /** null: it is in no cluster. */
  readonly cluster: ClusterPlace | null;
}

/** What goes wrong with the next statements that match, `times` of them. */
export interface Break {
  readonly matching: string;
  readonly times: number;
  readonly how: /** The connection ends after so many bytes of the answer; the statement goes on. */
    | { readonly what: 'cut'; readonly afterBytes: number }
    /** The connection ends before the statement begins, or when it has been done. */
    | { readonly what: 'drop'; readonly when: 'before' | 'after' }
    /** The connection ends so long after the statement began; the statement goes on. */
    | { readonly what: 'hang-up'; readonly afterMs: number }
    | { readonly what: 'status'; readonly status: number }
    | { readonly what: 'wait'; readonly ms: number }
    /** As the server would say it. */
    | { readonly what: 'exception'; readonly text: string }
    | { readonly what: 'rewrite'; readonly from: string; readonly to: string };
}

const [, , folder = '', optionsText = '{}'] = process.argv;
const options = JSON.parse(optionsText) as ServerOptions;
const incoming = join(folder, 'incoming');
mkdirSync(incoming, { recursive: true });

const configuration = options.cluster === null ? null : writeConfiguration(folder, options.cluster);
/** Of the cluster, in the order of its shards; this one among them. */
let peers: readonly string[] = [];
/** Tables of several shards: they are views here, and a view has no FINAL. */
const gathered = new Set<string>();

/** Sessions, each on a thread; the last is for whoever ends others or asks what runs. */
const SESSIONS = 5;
interface Session {
  ask(asked: Asked): Promise<Told>;
}
const sessionOf = (): Session => {
  const thread = new Worker(new URL('./session-thread.ts', import.meta.url), {
    workerData: { folder: join(folder, 'engine'), configuration },
  });
  return {
    ask: async (asked) => {
      const told = once(thread, 'message') as Promise<[Told]>;
      thread.postMessage(asked);
      return (await told)[0];
    },
  };
};
const poolOf = (length: number) => {
  const free = Array.from({ length }, sessionOf);
  const waiting: ((session: Session) => void)[] = [];
  return {
    acquire: async (): Promise<Session> => free.pop() ?? new Promise((resolve) => waiting.push(resolve)),
    release: (session: Session): void => {
      const next = waiting.shift();
      if (next === undefined) free.push(session);
      else next(session);
    },
  };
};
const [pool, watching] = [poolOf(SESSIONS - 1), poolOf(1)];

/** What the interface itself takes; everything else is a setting. https://clickhouse.com/docs/interfaces/http */
const OWN = new Set(['query', 'query_id', 'database', 'default_format', 'wait_end_of_query', 'buffer_size']);

let breaks: Break[] = [];
let files = 0;

const TAG = 'q7x0c2m9v4b1n8k3';

class Exception extends Error {
  get code(): number {
    return Number(/Code: (\d+)/.exec(this.message)?.[1] ?? 1002);
  }
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
};

interface Part {
  readonly name: string;
  readonly isFile: boolean;
  readonly bytes: Buffer;
}

const partsOf = (body: Buffer, boundary: string): readonly Part[] => {
  const parts: Part[] = [];
  const between = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(between); ; ) {
    const next = body.indexOf(between, at + between.length);
    if (next < 0) return parts;
    const part = body.subarray(at + between.length + 2, next - 2);
    const head = part.indexOf('\r\n\r\n');
    const said = part.subarray(0, head).toString();
    parts.push({
      name: /name="([^"]*)"/.exec(said)?.[1] ?? '',
      isFile: /filename="/.test(said),
      bytes: part.subarray(head + 4),
    });
    at = next;
  }
};

/** By what the engine in here finds statements: it lets nobody choose their ids. */
const asSpelledHere = (sql: string): string => sql.replaceAll('query_id', "Settings['log_comment']");

const statementOf = async (request: IncomingMessage): Promise<{ statement: Statement; query: URLSearchParams }> => {
  const query = new URL(request.url ?? '/', 'http://server').searchParams;
  const body = await bodyOf(request);
  const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(request.headers['content-type'] ?? '') ?? [];
  let external: Statement['external'] = null;
  let text = '';
  if (boundary === undefined) text = body.toString();
  else {
    for (const { name, isFile, bytes } of partsOf(body, boundary)) {
      if (!isFile) {
        query.append(name, bytes.toString());
        continue;
      }
      const [format, structure] = [query.get(`${name}_format`), query.get(`${name}_structure`)];
      if (format === null || structure === null)
        throw new Exception(
          `Code: 36. DB::Exception: Neither structure nor types have not been provided for external table ${name}. (BAD_ARGUMENTS)`,
        );
      const file = join(incoming, `${files++}`);
      writeFileSync(file, bytes);
      external = { name, file, format, structure };
    }
  }
  const sql = `${query.get('query') ?? ''}${text}`;
  const params: Record<string, string> = {};
  const settings: Record<string, string> = { log_comment: query.get('query_id') ?? '' };
  for (const [name, value] of query) {
    if (
      OWN.has(name) ||
      (external !== null && [`${external.name}_format`, `${external.name}_structure`].includes(name))
    )
      continue;
    if (name.startsWith('param_')) params[name.slice(6)] = value;
    else settings[name] = value;
  }
  return {
    statement: {
      sql: asSpelledHere(sql),
      format: query.get('default_format') ?? 'TabSeparated',
      database: query.get('database'),
      params,
      settings,
      external,
    },
    query,
  };
};

const broken = (sql: string): Break['how'] | null => {
  const found = breaks.find(({ matching, times }) => times > 0 && new RegExp(matching).test(sql));
  if (found === undefined) return null;
  breaks = breaks.map((one) => (one === found ? { ...one, times: one.times - 1 } : one));
  return found.how;
};

/** Rows of a small answer. */
const ask = async <Row>(session: Session, statement: Statement, sql: string): Promise<readonly Row[]> => {
  const pieces: Uint8Array[] = [];
  const asked = { ...statement, sql, format: 'JSONEachRow', database: null, params: {}, external: null };
  let block = await blockOf(session.ask({ what: 'run', statement: asked }));
  for (; block !== null; block = await blockOf(session.ask({ what: 'next' }))) pieces.push(block);
  return Buffer.concat(pieces)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
};

/** The statement for the engine in here; what is said to the cluster is passed on first, unless that is how it came. */
const asOneOf = async (session: Session, statement: Statement, isPassedOn: boolean): Promise<Statement> => {
  if (options.cluster === null) return statement;
  const { sql } = statement;
  if (!/ ON CLUSTER '/.test(sql)) {
    const plain = sql.replace(/\bFROM (\w+) FINAL\b/g, (text, table: string) =>
      gathered.has(`${statement.database}.${table}`) ? `FROM ${table}` : text,
    );
    return { ...statement, sql: plain };
  }
  if (!isPassedOn)
    for (const [place, url] of peers.entries()) {
      if (place === options.cluster.place) continue;
      const headers = { 'x-clickhouse-user': PEER, 'x-stand-in-passed-on': '1' };
      const answered = await fetch(url, { method: 'POST', headers, body: sql });
      if (!answered.ok) throw new Exception(await answered.text());
    }
  const spread = spreadBy(sql);
  if (spread === null || options.cluster.shards === 1) return { ...statement, sql: withoutKeeper(sql) };
  const { database, table, ownDatabase } = spread;
  const where = `database = '${ownDatabase}' AND table = '${table}'`;
  const columns = await ask<{ name: string; type: string }>(
    session,
    statement,
    `SELECT name, type FROM system.columns WHERE ${where} ORDER BY position`,
  );
  const [engine] = await ask<{ engine: string }>(
    session,
    statement,
    `SELECT engine FROM system.tables WHERE database = '${ownDatabase}' AND name = '${table}'`,
  );
  gathered.add(`${database}.${table}`);
  const others = peers.filter((_, place) => place !== options.cluster?.place);
  return { ...statement, sql: gathering(spread, columns, engine?.engine === 'ReplacingMergeTree', others) };
};

const HEAD = { 'x-clickhouse-server-display-name': 'stand-in', 'x-clickhouse-exception-tag': TAG } as const;

/** Until more can be written, or nothing more ever. */
const drained = async (response: ServerResponse): Promise<void> => {
  const over = new AbortController();
  await Promise.race(['drain', 'close'].map((event) => once(response, event, { signal: over.signal }))).finally(() =>
    over.abort(),
  );
};

const refuse = (response: ServerResponse, error: Exception, status = 500): void => {
  response.writeHead(status, {
    ...HEAD,
    'x-clickhouse-exception-code': String(error.code),
    'content-type': 'text/plain',
  });
  response.end(`${error.message}\n`);
};

const allow = ({ headers }: IncomingMessage): void => {
  // A header is bytes; Node shows each as a character.
  const [user, password] = [headers['x-clickhouse-user'] ?? 'default', headers['x-clickhouse-key'] ?? ''].map((text) =>
    Buffer.from(String(text), 'latin1').toString(),
  ) as [string, string];
  if (options.users[user] === password || (options.cluster !== null && user === PEER)) return;
  throw new Exception(
    `Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
  );
};

const blockOf = async (told: Promise<Told>): Promise<Uint8Array | null> => {
  const answer = await told;
  if ('failed' in answer) throw new Exception(answer.failed);
  return answer.block;
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    allow(request);
  } catch (error) {
    return refuse(response, error as Exception, 403);
  }
  const { statement: asked, query } = await statementOf(request);
  let statement = asked;
  const how = broken(statement.sql);
  if (how?.what === 'drop' && how.when === 'before') return void request.socket.destroy();
  if (how?.what === 'status')
    return void response.writeHead(how.status, { 'content-type': 'text/html' }).end('<html>no</html>');
  if (how?.what === 'exception') throw new Exception(how.text);
  if (how?.what === 'wait') await after(how.ms);
  if (how?.what === 'hang-up') setTimeout(() => request.socket.destroy(), how.afterMs);
  if (how?.what === 'rewrite') statement = { ...statement, sql: statement.sql.replaceAll(how.from, how.to) };
  const from = /system\.processes|KILL QUERY/.test(statement.sql) ? watching : pool;
  const session = await from.acquire();
  let isStreaming = false;
  try {
    statement = await asOneOf(session, statement, request.headers['x-stand-in-passed-on'] === '1');
    let block = await blockOf(session.ask({ what: 'run', statement }));
    isStreaming = true;
    const kept: Uint8Array[] = [];
    let sent = 0;
    const isWhole = query.get('wait_end_of_query') === '1';
    while (block !== null) {
      if (isWhole) kept.push(block);
      else {
        if (sent === 0) response.writeHead(200, HEAD);
        const left = how?.what === 'cut' ? how.afterBytes - sent : Number.POSITIVE_INFINITY;
        sent += block.length;
        const goesOn = response.write(block.subarray(0, left));
        if (left <= block.length) {
          await after(50);
          request.socket.destroy();
        } else if (!goesOn) await drained(response);
        if (response.destroyed || request.socket.destroyed) break;
      }
      block = await blockOf(session.ask({ what: 'next' }));
    }
    isStreaming = block !== null;
    if (how?.what === 'drop') return void request.socket.destroy();
    if (sent === 0) response.writeHead(200, HEAD);
    response.end(Buffer.concat(kept));
  } catch (error) {
    if (!(error instanceof Exception)) throw error;
    isStreaming = false;
    if (!response.headersSent) return refuse(response, error);
    const said = `\r\n__exception__\r\n${TAG}\r\n${error.message}\n${Buffer.byteLength(error.message)} ${TAG}\r\n__exception__\r\n`;
    await new Promise<void>((resolve) => response.write(said, () => resolve()));
    await after(20);
    request.socket.destroy();
  } finally {
    if (isStreaming) await session.ask({ what: 'stop' });
    if (statement.external !== null) rmSync(statement.external.file, { force: true });
    from.release(session);
  }
};

const takeBreaks = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  breaks = JSON.parse((await bodyOf(request)).toString()) as Break[];
  response.end();
};

const takePeers = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  peers = JSON.parse((await bodyOf(request)).toString()) as string[];
  response.end();
};

const listener = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.url === '/stand-in/breaks') {
    void takeBreaks(request, response);
    return;
  }
  if (request.url === '/stand-in/peers') {
    void takePeers(request, response);
    return;
  }
  answer(request, response).catch((error: unknown) => {
    if (error instanceof Exception && !response.headersSent) refuse(response, error);
    else request.socket.destroy();
  });
};
const server = options.tls === null ? createServer(listener) : createSecureServer(options.tls, listener);
// As ClickHouse's own. https://clickhouse.com/docs/operations/server-configuration-parameters/settings#keep_alive_timeout
server.keepAliveTimeout = 30_000;
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as { port: number }).port }));
});
// Whoever started it holds its standard input, and with it its life.
createReadStream('', { fd: 0 })
  .on('close', () => process.exit(0))
  .resume();
