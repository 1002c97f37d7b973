import type { Dialect, Instrumentation } from './instrumentation.ts';

/** How a request over a connection came out. */
export type Outcome = 'answered' | 'reset' | 'refused' | 'timed-out';

/** A request over a connection, as the program that made it saw it. */
export interface Request {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  /** By its node's clock, microseconds since 1970. */
  readonly beginUs: number;
  readonly endUs: number;
  readonly server: string;
  readonly peer: string;
  readonly port: number;
  readonly local: string;
  readonly localPort: number;
  readonly path: string;
  readonly status: number;
  readonly outcome: Outcome;
}

type Value = { readonly stringValue: string } | { readonly intValue: string };
interface Attribute {
  readonly key: string;
  readonly value: Value | { readonly arrayValue: { readonly values: readonly Value[] } };
}

/** An attribute for each entry that has a value; a number as OTLP's JSON writes 64 bits, in quotes. */
export const attributes = (entries: Readonly<Record<string, string | number | undefined>>): readonly Attribute[] =>
  Object.entries(entries).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }],
  );

export const SCHEMAS: Readonly<Record<Dialect, string>> = {
  stable: 'https://opentelemetry.io/schemas/1.37.0',
  old: 'https://opentelemetry.io/schemas/1.20.0',
  first: 'https://opentelemetry.io/schemas/1.10.0',
};

/** SPAN_KIND_SERVER, SPAN_KIND_CLIENT, STATUS_CODE_ERROR; sampled, and the parent is known to be of this process. */
const [SERVER, CLIENT, ERROR, FLAGS] = [2, 3, 2, 0x1_01];

const DATABASES: Readonly<Record<number, string>> = {
  1433: 'microsoft.sql_server',
  5432: 'postgresql',
  6380: 'redis',
};
const MAIL = 587;
const ERRORS: Readonly<Record<Outcome, string | undefined>> = {
  answered: undefined,
  reset: 'ECONNRESET',
  refused: 'ECONNREFUSED',
  'timed-out': 'timeout',
};

/** Whether a program speaks HTTP there. */
export const isHttp = (port: number): boolean => DATABASES[port] === undefined && port !== MAIL;

const nanos = (us: number): string => `${us}000`;

/** The span of who makes the request. */
export const clientSpan = (request: Request, { dialect, tellsLocal, namesOnly }: Instrumentation): object => {
  const { port, outcome } = request;
  const system = DATABASES[port];
  const name = isHttp(port) ? 'GET' : system === undefined ? 'send' : system === 'redis' ? 'GETEX' : 'SELECT';
  // A program knows the address behind the name only where it came to be connected.
  const isConnected = outcome === 'answered' || outcome === 'reset';
  const told = {
    ...request,
    system,
    isConnected,
    tellsLocal: tellsLocal && isConnected,
    tellsPeer: namesOnly !== true && isConnected,
  };
  return {
    ...spanHead(request, request.spanId, request.parentSpanId),
    name,
    kind: CLIENT,
    startTimeUnixNano: nanos(request.beginUs),
    endTimeUnixNano: nanos(request.endUs),
    attributes: attributes(NAMES[dialect](told)),
    status: outcome === 'answered' ? {} : { message: ERRORS[outcome], code: ERROR },
  };
};

interface Told extends Request {
  readonly system: string | undefined;
  readonly isConnected: boolean;
  readonly tellsLocal: boolean;
  readonly tellsPeer: boolean;
}
type Entries = Readonly<Record<string, string | number | undefined>>;

export const urlOf = ({ server, port, path }: Pick<Request, 'server' | 'port' | 'path'>): string =>
  `https://${server}${port === 443 ? '' : `:${port}`}${path}`;
const statusOf = ({ port, outcome, status }: Told): number | undefined =>
  isHttp(port) && outcome === 'answered' ? status : undefined;

/** What each dialect calls it. https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/ lists old names and new. */
const NAMES: Readonly<Record<Dialect, (told: Told) => Entries>> = {
  stable: (told) => ({
    'http.request.method': isHttp(told.port) ? 'GET' : undefined,
    'url.full': isHttp(told.port) ? urlOf(told) : undefined,
    'http.response.status_code': statusOf(told),
    'db.system.name': told.system,
    'error.type': ERRORS[told.outcome],
    'server.address': told.server,
    'server.port': told.port,
    'network.transport': 'tcp',
    'network.peer.address': told.tellsPeer ? told.peer : undefined,
    'network.peer.port': told.tellsPeer ? told.port : undefined,
    'network.local.address': told.tellsLocal ? told.local : undefined,
    'network.local.port': told.tellsLocal ? told.localPort : undefined,
  }),
  old: (told) => ({
    'http.method': isHttp(told.port) ? 'GET' : undefined,
    'http.url': isHttp(told.port) ? urlOf(told) : undefined,
    'http.status_code': statusOf(told),
    'db.system': told.system,
    'net.peer.name': told.server,
    'net.peer.port': told.port,
    'net.transport': 'ip_tcp',
    'net.sock.peer.addr': told.tellsPeer ? told.peer : undefined,
    'net.sock.host.addr': told.tellsLocal ? told.local : undefined,
    'net.sock.host.port': told.tellsLocal ? told.localPort : undefined,
  }),
  first: (told) => ({
    'http.method': isHttp(told.port) ? 'GET' : undefined,
    'http.url': isHttp(told.port) ? urlOf(told) : undefined,
    'http.status_code': statusOf(told),
    'db.system': told.system,
    'net.peer.name': told.server,
    'net.peer.ip': told.tellsPeer ? told.peer : undefined,
    'net.peer.port': told.port,
    'net.transport': 'ip_tcp',
    'net.host.ip': told.tellsLocal ? told.local : undefined,
    'net.host.port': told.tellsLocal ? told.localPort : undefined,
  }),
};

/** The span of what the pod was asked, for which it made the request. A header is a list, by the conventions. */
export const serverSpan = (
  request: Request,
  { dialect }: Instrumentation,
  asked: { readonly beginUs: number; readonly endUs: number; readonly correlationId: string; readonly path: string },
): object => {
  const isStable = dialect === 'stable';
  const header = { values: [{ stringValue: asked.correlationId }] };
  return {
    ...spanHead(request, request.parentSpanId, ''),
    name: `GET ${asked.path}`,
    kind: SERVER,
    startTimeUnixNano: nanos(asked.beginUs),
    endTimeUnixNano: nanos(asked.endUs),
    attributes: [
      ...attributes({
        [isStable ? 'http.request.method' : 'http.method']: 'GET',
        'http.route': asked.path,
        [isStable ? 'http.response.status_code' : 'http.status_code']: request.outcome === 'answered' ? 200 : 502,
      }),
      { key: 'http.request.header.x-correlation-id', value: { arrayValue: header } },
    ],
    status: {},
  };
};

const spanHead = ({ traceId, traceState }: Request, spanId: string, parentSpanId: string): object => ({
  traceId,
  spanId,
  ...(traceState === '' ? {} : { traceState }),
  parentSpanId,
  flags: FLAGS,
});
