import { type IncomingMessage, request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Instant } from '../../base/instant.ts';
import { listOf, member, parseValue, textOf } from '../../formats/json/json-value.ts';

/** Where the API server is, and who we are to it. */
export interface Access {
  readonly server: URL;
  /** As a person calls it: the context of a kubeconfig, or the cluster that we run in. */
  readonly name: string;
  /** Credentials for one request: they may expire between two. */
  credentials(signal: AbortSignal): Promise<RequestOptions>;
  /** The server does not take what `credentials` gave, or cannot be reached: whatever leads there is read anew. */
  renew(): void;
}

/** Why a request failed; `code` is the HTTP status, or the one that a Status object states. */
export class ApiFailure extends Error {
  readonly code: number;
  /** A word for a metric: http-403, expired, version-unknown, idle, late, connection, credentials, malformed, unexpected. */
  readonly reason: string;
  readonly retryAfterMs: number | null;

  constructor(code: number, reason: string, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Answer {
  readonly body: Readable;
  readonly sentAt: Instant;
  /** When its head arrived. */
  readonly answeredAt: Instant;
  /** The server's clock then, to the second; null: it does not say. */
  readonly serverDate: number | null;
}

/** What a request does beside reading. */
export interface Change {
  readonly method: 'POST' | 'DELETE';
  /** As JSON; null: nothing is sent. */
  readonly body: object | null;
}

export interface Asking {
  /** Without one it reads. */
  readonly change?: Change;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
  readonly answerWithinMs: number;
  readonly packed: boolean;
}

/** A dead peer is noticed by the system, where no idle timeout of ours comes first. */
const KEEP_ALIVE_MS = 30_000;
const MOST_OF_A_REFUSAL = 65_536;
const GONE = 410;
/** The server has never come to that version: its etcd was restored from a backup. */
const TOO_LARGE = 'ResourceVersionTooLarge';

/** Asks for a path; gives an answer that is a success, and throws `ApiFailure` for everything else. */
export const ask = async (access: Access, path: string, asking: Asking): Promise<Answer> => {
  const { now, signal, answerWithinMs, packed, change } = asking;
  const sends = change === undefined || change.body === null ? null : JSON.stringify(change.body);
  const credentials = await credentialsWithin(access, signal, answerWithinMs);
  const url = new URL(access.server.pathname.replace(/\/$/, '') + path, access.server);
  const sentAt = now();
  const failed = (error: Error): ApiFailure =>
    error instanceof ApiFailure ? error : new ApiFailure(0, 'connection', `${url.host}: ${sentenceOf(error)}`);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? overHttps : overHttp)(
      url,
      {
        ...credentials,
        signal,
        method: change?.method ?? 'GET',
        headers: {
          ...(credentials.headers as Readonly<Record<string, string>> | undefined),
          Accept: 'application/json, */*',
          'User-Agent': 'unmasq',
          ...(packed ? { 'Accept-Encoding': 'gzip' } : {}),
          ...(sends === null ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sends) }),
        },
      },
      resolve,
    );
    const late = setTimeout(
      () => sent.destroy(new ApiFailure(0, 'late', `${url.host} did not answer for ${answerWithinMs / 1_000} s`)),
      answerWithinMs,
    );
    sent.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    sent.on('error', reject);
    sent.on('close', () => clearTimeout(late));
    sent.on('response', () => clearTimeout(late));
    sent.end(sends ?? undefined);
    // What Node will not send at all it throws.
  }).catch((error: Error) => Promise.reject(failed(error)));
  const answeredAt = now();
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode >= 300) throw await refusalOf(response, answerWithinMs);
  const date = Date.parse(response.headers.date ?? '');
  const body = response.headers['content-encoding'] === 'gzip' ? unpacked(response) : response;
  return { body, sentAt, answeredAt, serverDate: Number.isNaN(date) ? null : date };
};

/** Whoever makes them may never be done: they are waited for no longer than an answer is, nor after the end. */
const credentialsWithin = async (access: Access, signal: AbortSignal, withinMs: number): Promise<RequestOptions> => {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error(`nothing came for ${withinMs / 1_000} s`)), withinMs);
  const ending = (): void => reject(new Error('unmasq ends'));
  signal.addEventListener('abort', ending);
  try {
    return await Promise.race([access.credentials(signal), never]);
  } catch (error) {
    throw new ApiFailure(0, 'credentials', `no credentials for ${access.name}: ${sentenceOf(error as Error)}`);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', ending);
  }
};

const unpacked = (response: IncomingMessage): Readable => {
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => response.destroy());
  return response.pipe(gunzip);
};

const refusalOf = async (response: IncomingMessage, withinMs: number): Promise<ApiFailure> => {
  let text = '';
  try {
    for await (const piece of piecesWithin(response, withinMs, () => undefined)) {
      text += piece.toString('utf8');
      if (text.length > MOST_OF_A_REFUSAL) break;
    }
  } catch {
    // What was said so far has to do.
  }
  const code = response.statusCode ?? 0;
  const seconds = Number(response.headers['retry-after']);
  return statusFailure(parsed(text) ?? {}, code, seconds > 0 ? seconds * 1_000 : null);
};

/** What a Status object says. */
export const statusFailure = (
  status: {
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
    readonly details?: unknown;
  },
  httpCode: number,
  retryAfterMs: number | null,
): ApiFailure => {
  const code = typeof status.code === 'number' ? status.code : httpCode;
  const words = [status.reason, status.message].filter((word) => typeof word === 'string' && word !== '');
  const asked = member(status.details, 'retryAfterSeconds');
  const later = typeof asked === 'number' && asked > 0 ? asked * 1_000 : null;
  const causes = listOf(member(status.details, 'causes')).map((cause) => textOf(member(cause, 'reason')));
  return new ApiFailure(
    code,
    code === GONE ? 'expired' : causes.includes(TOO_LARGE) ? 'version-unknown' : `http-${code}`,
    `${code} ${words.join(': ')}`.trim(),
    retryAfterMs ?? later,
  );
};

const parsed = (text: string): object | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
};

const sentenceOf = (error: Error): string =>
  error.message.trim() || (error as NodeJS.ErrnoException).code || error.name;

/**
 * The pieces of a stream. Throws where none comes for `idleMs` while it is waited for: a connection whose other end is gone says nothing for
 * good. `arrived` is called when a piece was waited for, so that it came just now; one that lay there may be old.
 */
export async function* piecesWithin(stream: Readable, idleMs: number, arrived: () => void): AsyncGenerator<Buffer> {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const isFresh = stream.readableLength === 0;
      let timer: NodeJS.Timeout | undefined;
      const idle = new Promise<never>((_, reject) => {
        const silence = new ApiFailure(0, 'idle', `nothing was heard for ${idleMs / 1_000} s`);
        timer = setTimeout(() => reject(silence), idleMs);
      });
      const next = await Promise.race([pieces.next(), idle]).finally(() => clearTimeout(timer));
      if (next.done === true) return;
      if (isFresh) arrived();
      yield next.value;
    }
  } catch (error) {
    throw error instanceof ApiFailure ? error : new ApiFailure(0, 'connection', sentenceOf(error as Error));
  } finally {
    stream.destroy();
  }
}

/** The whole body, as JSON. */
export const jsonOf = async (answer: Answer, idleMs: number): Promise<unknown> => {
  const pieces: Buffer[] = [];
  for await (const piece of piecesWithin(answer.body, idleMs, () => undefined)) pieces.push(piece);
  const body = parseValue(Buffer.concat(pieces).toString('utf8'));
  if (body.ok) return body.value;
  throw new ApiFailure(0, 'malformed', 'what should be a page of a list is no JSON');
};

/** No object of the API is longer: etcd takes 1.5 MB. */
const LONGEST_LINE = 16 * 1_048_576;
const NEWLINE = 0x0a;

/** The whole lines in pieces of bytes. What follows the last line end was cut off, and is left out. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let kept: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      kept.push(piece.subarray(from, end));
      yield Buffer.concat(kept).toString('utf8');
      kept = [];
      length = 0;
      from = end + 1;
    }
    kept.push(piece.subarray(from));
    length += piece.length - from;
    if (length > LONGEST_LINE) throw new ApiFailure(0, 'malformed', 'a line of the watch is longer than any object');
  }
}
