import * as grpc from '@grpc/grpc-js';
import type { Result } from '../../base/result.ts';
import { exportResponse } from './otlp-response.ts';

/** What becomes of exports: as the server's receiver says. */
export interface GrpcExports {
  /** Who sends, by the metadata `authorization`. */
  admit(authorization: string | undefined): Promise<Result<string, keyof typeof NOT_ADMITTED>>;
  receive(sent: {
    readonly signal: 'traces' | 'logs';
    readonly isJson: false;
    readonly body: Uint8Array;
    readonly cluster: string | null;
  }): Promise<
    | { readonly kind: 'taken'; readonly rejected: number; readonly why: string }
    | { readonly kind: 'busy'; readonly why: string }
    | { readonly kind: 'refused'; readonly trouble: { readonly what: string } }
  >;
}

/** https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto/collector */
const METHODS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const;

/** One export, unpacked; what gRPC servers take by default. */
const MOST = 4 * 2 ** 20;
/** Exports that one connection has under way at a time. */
const STREAMS = 32;

/** Listens for OTLP over gRPC until it is closed. `address`: HOST:PORT. Throws where it cannot listen. */
export const listenGrpc = async (
  address: string,
  exports: GrpcExports,
): Promise<{ readonly address: string; close(): Promise<void> }> => {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MOST,
    'grpc.max_concurrent_streams': STREAMS,
  });
  for (const signal of ['traces', 'logs'] as const) {
    const path = METHODS[signal];
    const whole = (bytes: Buffer): Buffer => bytes;
    server.addService(
      {
        Export: {
          path,
          requestStream: false,
          responseStream: false,
          requestSerialize: whole,
          requestDeserialize: whole,
          responseSerialize: whole,
          responseDeserialize: whole,
        },
      },
      {
        Export: (call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>): void => {
          void exported(signal, call, exports).then(
            (response) => answer(null, response),
            (error: Error | Refusal) =>
              answer(error instanceof Refusal ? error : { code: grpc.status.UNAVAILABLE, details: error.message }),
          );
        },
      },
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: address.replace(/:\d+$/, `:${port}`),
    close: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => resolve());
      }),
  };
};

const NOT_ADMITTED = {
  unknown: { code: grpc.status.UNAUTHENTICATED, why: 'the request has no token that this server knows' },
  forbidden: {
    code: grpc.status.PERMISSION_DENIED,
    why: 'the token does not have the role ingest, or is bound to a node',
  },
  unavailable: { code: grpc.status.UNAVAILABLE, why: 'the issuer of tokens does not tell its keys' },
} as const;

class Refusal extends Error {
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

const exported = async (
  signal: 'traces' | 'logs',
  { request, metadata }: grpc.ServerUnaryCall<Buffer, Buffer>,
  exports: GrpcExports,
): Promise<Buffer> => {
  const text = (key: string): string | undefined => metadata.get(key)[0]?.toString();
  const admitted = await exports.admit(text('authorization'));
  if (!admitted.ok) {
    const { code, why } = NOT_ADMITTED[admitted.problem];
    throw new Refusal(code, why);
  }
  const outcome = await exports.receive({
    signal,
    isJson: false,
    body: request,
    cluster: text('unmasq-cluster') ?? null,
  });
  if (outcome.kind === 'busy') throw new Refusal(grpc.status.UNAVAILABLE, outcome.why);
  if (outcome.kind === 'refused') throw new Refusal(grpc.status.INVALID_ARGUMENT, outcome.trouble.what);
  return Buffer.from(exportResponse(outcome.rejected, outcome.why));
};
