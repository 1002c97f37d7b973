import type { TokenCredential } from '@azure/identity';
import type { HttpClient, Pipeline, PipelineResponse } from '@azure/core-rest-pipeline';
import { type Pause, pauseMs } from '../pause.ts';
import { AzureTrouble, azureTroubleOf, troubleOfAnswer } from './azure-trouble.ts';

export interface AzureApiOptions {
  /** `https://api.loganalytics.io`. */
  readonly endpoint: string;
  /** What the token is to be for: `https://api.loganalytics.io/.default`. */
  readonly scope: string;
  readonly credential: TokenCredential;
  readonly pause: Pause;
  readonly random: () => number;
  /** Ends what is under way. */
  readonly stop: AbortSignal;
}

export interface AzureRequest {
  readonly method: 'GET' | 'POST';
  /** Behind the endpoint, with its parameters. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the service may take; it is told elsewhere. */
  readonly withinMs: number;
}

/** One more than Azure's own limits let an answer of a query have; whatever is longer is something else. */
const LONGEST_ANSWER = 192 * 1_048_576;
const MOST_TRIES = 4;
/** The way there and back. */
const ON_THE_WAY_MS = 20_000;

/** One API of Azure over HTTPS, with a token. What fails for a moment is asked for again, as patiently as the service wants. */
export class AzureApi {
  /** Requests that were sent, each try one; those that were told to wait. */
  requests = 0;
  throttled = 0;
  private readonly options: AzureApiOptions;
  private sending: Promise<Send> | null = null;

  constructor(options: AzureApiOptions) {
    this.options = options;
  }

  /** `read` makes of the answer what is wanted; where it throws `AzureTrouble` of a kind that passes, it is asked for again. Throws `AzureTrouble`. */
  async ask<Value>(request: AzureRequest, read: (body: Uint8Array) => Value): Promise<Value> {
    const { pause, random, stop } = this.options;
    for (let tries = 1; ; tries++) {
      try {
        return read(await this.once(request));
      } catch (error) {
        if (stop.aborted) throw new AzureTrouble('stopped', 'asked to end');
        const trouble = azureTroubleOf(error);
        if (trouble.kind === 'throttled') this.throttled++;
        if (tries === MOST_TRIES || !PASSING.has(trouble.kind)) throw trouble;
        await pause(pauseMs(tries - 1, random(), trouble.retryAfterMs), stop);
      }
    }
  }

  private async once({ method, path, body, headers, withinMs }: AzureRequest): Promise<Uint8Array> {
    this.requests++;
    this.sending ??= sender(this.options);
    const send = await this.sending.catch((error: unknown) => {
      this.sending = null;
      throw error;
    });
    const late = AbortSignal.timeout(withinMs + ON_THE_WAY_MS);
    const response = await send({
      method,
      url: `${this.options.endpoint}${path}`,
      body: body === undefined ? null : JSON.stringify(body),
      headers: headers ?? {},
      signal: AbortSignal.any([late, this.options.stop]),
    });
    const bytes = await wholeBody(response);
    if (response.status === 200) return bytes;
    throw troubleOfAnswer(response.status, new TextDecoder().decode(bytes), waitAsked(response));
  }
}

const PASSING: ReadonlySet<string> = new Set(['unreachable', 'throttled', 'failed']);

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}
type Send = (sent: Sent) => Promise<PipelineResponse>;

/** The library is loaded where something is asked. */
const sender = async ({ endpoint, scope, credential }: AzureApiOptions): Promise<Send> => {
  if (!endpoint.startsWith('https:'))
    throw new AzureTrouble('no-credential', 'an identity is not shown over http: expected an endpoint of https');
  const azure = await import('@azure/core-rest-pipeline');
  const client: HttpClient = azure.createDefaultHttpClient();
  const pipeline: Pipeline = azure.createPipelineFromOptions({
    // Asking again is done here: a server that ends must not wait for it, and what was cut off half-way is asked for again too.
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'unmasq' },
  });
  pipeline.addPolicy(azure.bearerTokenAuthenticationPolicy({ credential, scopes: scope }), { phase: 'Sign' });
  return ({ method, url, body, headers, signal }) =>
    pipeline.sendRequest(
      client,
      azure.createPipelineRequest({
        method,
        url,
        ...(body === null ? {} : { body }),
        headers: azure.createHttpHeaders({
          accept: 'application/json',
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...headers,
        }),
        abortSignal: signal,
        // As bytes: a text of a hundred megabytes would be there twice.
        streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      }),
    );
};

const wholeBody = async ({ readableStreamBody, bodyAsText }: PipelineResponse): Promise<Uint8Array> => {
  if (readableStreamBody === undefined) return new TextEncoder().encode(bodyAsText ?? '');
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of readableStreamBody as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > LONGEST_ANSWER) throw new AzureTrouble('too-much', 'the answer is longer than Azure allows');
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
};

/** In seconds, or a date. */
const waitAsked = ({ headers }: PipelineResponse): number | null => {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
};
