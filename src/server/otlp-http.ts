import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Trouble, trouble } from '../app/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type OtlpOutcome, type OtlpReceiver, type OtlpWire, type Signal, SIGNALS } from './otlp-receiver.ts';
import { requestObject, type Unpack } from './request-object.ts';

/** One export, unpacked. SDKs send 512 spans at a time, Collectors 8,192: a few MiB. */
const MOST = 32 * 2 ** 20;
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** google.rpc.Code */
const INVALID_ARGUMENT = 3;
const UNAVAILABLE = 14;

/** Where SDKs and Collectors send to when they are given the address of a server alone. */
export const signalAt = (path: string): Signal | undefined => SIGNALS.find((signal) => path === `/v1/${signal}`);

/** Answers an export: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const answerExport = async (
  receiver: OtlpReceiver,
  { wire, unpack }: { readonly wire: OtlpWire; readonly unpack: Unpack },
  { signal, cluster }: { readonly signal: Signal; readonly cluster: string | null },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const isJson = type === JSON_TYPE;
  const reply = (status: number, json: unknown, message: Uint8Array): void => {
    response.writeHead(status, { 'Content-Type': isJson ? JSON_TYPE : PROTOBUF });
    response.end(isJson ? JSON.stringify(json) : message);
  };
  const refuse = (status: number, code: number, { what, why }: Trouble): void => {
    const message = why === null ? what : `${what}: ${why}`;
    if (!request.complete) response.setHeader('Connection', 'close');
    reply(status, { code, message }, wire.refusal(code, message));
  };
  const ended = (outcome: OtlpOutcome): void => {
    if (outcome.kind === 'refused') return refuse(400, INVALID_ARGUMENT, outcome.trouble);
    if (outcome.kind === 'busy') {
      response.setHeader('Retry-After', '1');
      return refuse(503, UNAVAILABLE, trouble('E606', outcome.why));
    }
    const { rejected, why } = outcome;
    const name = signal === 'traces' ? 'rejectedSpans' : 'rejectedLogRecords';
    const partial = rejected === 0 ? {} : { partialSuccess: { [name]: String(rejected), errorMessage: why } };
    reply(200, partial, wire.response(rejected, why));
  };

  if (type !== PROTOBUF && type !== JSON_TYPE)
    return refuse(
      415,
      INVALID_ARGUMENT,
      trouble('E610', `expected ${PROTOBUF} or ${JSON_TYPE}, not ${type || 'nothing'}`),
    );
  if (encoding !== 'identity' && encoding !== 'gzip')
    return refuse(415, INVALID_ARGUMENT, trouble('E610', `expected gzip or no encoding, not ${encoding}`));
  let held = 0;
  let expected = 0;
  /** What is unpacked counts where it is more than what was said to come. */
  const take = (bytes: number): boolean => {
    const more = Math.max(0, bytes - expected);
    if (!receiver.room.take(more)) return false;
    expected = Math.max(0, expected - bytes);
    held += more;
    return true;
  };
  try {
    // Room for what will come is taken before it comes: of many that each have half of it none would ever end.
    const length = Math.min(Number(request.headers['content-length'] ?? 0), MOST);
    const isRoom = take(length);
    expected = length;
    const body = isRoom ? await bodyOf(request, unpack, take) : fail(BUSY);
    if (body.ok) return ended(await receiver.receive({ signal, isJson, body: body.value, cluster }));
    if (body.problem === BUSY) {
      await restOf(request);
      return ended(receiver.counted({ kind: 'busy', why: 'too much is coming in at once' }));
    }
    ended(receiver.counted({ kind: 'refused', trouble: trouble('E610', body.problem) }));
  } finally {
    receiver.room.giveBack(held);
  }
};

const BUSY = 'no room';

/** Reads and drops what is still to come: who still writes would not see the answer, and would not know to send it again. */
const restOf = async (request: IncomingMessage): Promise<void> => {
  if (request.complete) return;
  // What it was piped into is gone, and would pause it as it goes.
  request.unpipe();
  request.resume();
  await Promise.race([once(request, 'end'), once(request, 'close')]);
};

/** The body as a whole; a problem says why there is none. */
const bodyOf = async (
  request: IncomingMessage,
  unpack: Unpack,
  take: (bytes: number) => boolean,
): Promise<Result<Uint8Array, string>> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of requestObject('otlp', request, { unpack, most: MOST }).read()) {
    if (!piece.ok) return piece;
    if (!take(piece.value.length)) return fail(BUSY);
    pieces.push(piece.value);
  }
  return ok(Buffer.concat(pieces));
};
