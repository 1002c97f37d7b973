import type { SymptomReader } from '../core/symptom.ts';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderEndpoint } from '../app/address.ts';
import { type ErrorCode, ERRORS, EXIT, type Trouble, trouble } from '../app/errors.ts';
import { DEFAULT_CLUSTER, type ObjectReport } from '../app/ingest.ts';
import { each } from '../base/each.ts';
import { type Instant, parseInstant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import {
  API,
  type FilesQuestion,
  MEDIA,
  MOST_POSTED,
  type PostedFile,
  type Problem,
  type Question,
  QUESTIONS,
  type TerminalLine,
} from '../contract/questions.ts';
import type { ByteObject, Collector, Store, TakeIn, Workers } from '../core/ports.ts';
import type { Retention } from '../core/retention.ts';
import { type Admission, isNamedLoopback, isOfAnotherSite, type Role } from './admission.ts';
import { type AsTerminal, commandLineOf } from './command-line.ts';
import { keepNoMore } from './expiry.ts';
import { answerConsole, type ConsoleFiles, isOfConsole } from './console-files.ts';
import { RecentMeasures } from './recent-measures.ts';
import { ForeignNode } from './foreign-node.ts';
import { heldObject } from './held-object.ts';
import { Intake, NotWritten } from './intake.ts';
import { Metrics } from './metrics.ts';
import { answerExport, signalAt } from './otlp-http.ts';
import { type OtlpListener, OtlpReceiver, type OtlpWire, type Signal } from './otlp-receiver.ts';
import { readPostedFiles } from './posted-files.ts';
import { requestObject, TOO_LARGE, type Unpack } from './request-object.ts';
import { Room } from './room.ts';
import { Turns } from './turns.ts';
import { withoutLogText } from './without-log-text.ts';

/** Where what a command writes goes. */
export interface Listener {
  readonly terminal: AsTerminal;
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => Promise<void>;
}

export interface Asker {
  /** The command says itself what is wrong, to `err`. */
  readonly tells: boolean;
  /** Those that the asker may see; null: all. */
  readonly namespaces: readonly string[] | null;
  /** What came with the question, and all that the command finds of files; null: it finds those of this machine. */
  readonly files: readonly PostedFile[] | null;
  /** Aborts when nobody waits for the answer any more: then what the engine still does for it is ended. */
  readonly gone: AbortSignal;
}

/** Of files, as a command names them. */
export interface OwnFiles {
  readonly flags: readonly string[];
  readonly words: readonly string[];
}

export interface Served {
  readonly store: Store;
  /** The files that questions about files are about where none come with them; null: there are none. */
  readonly files: Readonly<Record<FilesQuestion['name'], OwnFiles | null>>;
  /** Runs a command of unmasq over the store, as far as the asker may see it; gives its exit code, or what is wrong with it. */
  ask(words: readonly string[], to: Listener, of: Asker): Promise<number | Trouble>;
  readonly openApi: unknown;
  /** The console; null: it was not built. */
  readonly console: ConsoleFiles | null;
  readonly unpack: Unpack;
  readonly otlp: OtlpWire;
  /** OTLP over gRPC too; null: over HTTP alone. */
  readonly otlpListener: OtlpListener | null;
  readonly collectors: readonly Collector[];
  readonly now: () => Instant;
  readonly keepsLogText: boolean;
  /** What reads symptoms in lines of logs. */
  readonly symptomIn: SymptomReader;
  readonly retention: Retention;
  /** One line of the server's own log. */
  readonly log: (line: string) => void;
}

export interface ServeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly admission: Admission;
  readonly limits: Limits;
}

export interface Limits {
  /** Bytes of one body, unpacked. */
  readonly bodyBytes: number;
  /** Bytes of exports of OTLP that are in memory at a time. */
  readonly exportBytes: number;
  /** Seconds that one answer may take. */
  readonly seconds: number;
  /** Questions that are answered at a time, and that may wait for it. */
  readonly atATime: number;
  readonly waiting: number;
}

export const LIMITS: Limits = {
  bodyBytes: 4 * 2 ** 30,
  exportBytes: 64 * 2 ** 20,
  seconds: 120,
  atATime: 4,
  waiting: 64,
};

export interface Serving {
  readonly url: string;
  /** Where gRPC is listened for, if it is. */
  readonly grpc: string | null;
  /** Ends when what was begun is done. */
  close(): Promise<void>;
}

/** Questions that come with files and are read, or answered, at a time. */
const POSTS_AT_A_TIME = 2;

/** Their files are here within so long: who drips keeps others from asking. */
const POSTED_MS = 30_000;

/** Bodies up to so many bytes wait in memory for their turn, as long as there is room. */
const GATHERED_BYTES = 2 * 2 ** 20;

const CONNECTIONS = 512;
const HEADERS_MS = 10_000;
/** Beside the time limit: for the words that it is over. */
const LATE_MS = 5_000;
/** How often connections are looked at that take longer. */
const LOOK_EVERY_MS = 1_000;
const HEADER_BYTES = 16_384;
/** A pasted log line is a query parameter. */
const URL_CHARACTERS = 12_000;

/** Serves the API over a store until it is closed. Throws the system's error where it cannot listen. */
export const serve = async (served: Served, options: ServeOptions): Promise<Serving> => {
  const api = new Api(served, options);
  const within = {
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const server = createServer(within, (request, response) => {
    void api.answer(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnread(error.code ?? '', socket));
  server.maxConnections = CONNECTIONS;
  // Bodies may take as long as they take; what stands still is ended.
  server.requestTimeout = 0;
  // An answer that is late is told so before its connection is ended.
  server.timeout = options.limits.seconds * 1_000 + LATE_MS;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const grpc = (await served.otlpListener?.(api.otlp)) ?? null;
  await api.intake.catchUp();
  const stop = new AbortController();
  const collecting = served.collectors.map((collector) =>
    collectWhileOurs(
      collector,
      served.store.workers,
      (objects, of) => api.intake.collect(objects, of),
      stop.signal,
    ).catch((error: Error) => served.log(`${collector.name} ended: ${error.message}`)),
  );
  const { store, retention, now, log } = served;
  const expiring = keepNoMore(
    store,
    retention,
    { metrics: api.metrics, catchUp: () => api.intake.catchUp() },
    now,
    log,
    stop.signal,
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${renderEndpoint(options.host, port)}`,
    grpc: grpc?.address ?? null,
    close: async () => {
      stop.abort();
      await grpc?.close();
      await Promise.all([...collecting, expiring]);
      await closed(server, api);
    },
  };
};

/** How often it is looked whose a source is. */
const OURS_MS = 1_000;

/** Of several servers with one store one runs each collector, or all of them run it and each reads its share. */
const collectWhileOurs = async (
  collector: Collector,
  workers: Workers,
  take: TakeIn,
  stop: AbortSignal,
): Promise<void> => {
  if (collector.isShared === true) return collector.run(take, stop);
  while (!stop.aborted) {
    if (workers.reads(collector.name)) {
      const over = new AbortController();
      const looking = setInterval(() => {
        if (!workers.reads(collector.name)) over.abort();
      }, OURS_MS);
      await collector.run(take, AbortSignal.any([stop, over.signal])).finally(() => clearInterval(looking));
      // It has read all there is.
      if (!over.signal.aborted) return;
    }
    await sleep(OURS_MS, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
};

const closed = async (server: Server, api: Api): Promise<void> => {
  const ended = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await ended;
  await Promise.all([api.intake.settled(), api.recent.settled()]);
};

const withinTime = async <Value>(work: Promise<Value>, ms: number, orElse: Value): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(orElse), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** HTTP statuses of what is not a mistake of whoever asks; for those 400. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  E113: 404,
  E612: 404,
  E119: 404,
  E115: 404,
  E605: 403,
  E606: 503,
  E608: 413,
  E609: 504,
  E611: 503,
  E861: 422,
};

const statusOf = (code: ErrorCode): number =>
  STATUS[code] ?? (ERRORS[code].exit === EXIT.usage ? 400 : ERRORS[code].exit === EXIT.notPermitted ? 403 : 500);

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** As the log and the metrics name it. */
  route: string;
  who: string;
  /** The node that the token is bound to; null: to none. */
  boundTo: string | null;
  /** Those that the token may read; null: all. */
  namespaces: readonly string[] | null;
}

class Api {
  readonly intake: Intake;
  readonly otlp: OtlpReceiver;
  private readonly served: Served;
  private readonly options: ServeOptions;
  readonly metrics: Metrics;
  readonly recent: RecentMeasures;
  private readonly turns: Turns;
  /** For files that come with questions. */
  private readonly filesRoom = new Room(MOST_POSTED.bytes * POSTS_AT_A_TIME);

  constructor(served: Served, options: ServeOptions) {
    this.served = served;
    this.options = options;
    this.turns = new Turns(options.limits.atATime, options.limits.waiting);
    this.recent = new RecentMeasures(served.store, served.now, served.log);
    this.metrics = new Metrics(served.store, [...served.collectors, this.recent]);
    const store = served.keepsLogText ? served.store : withoutLogText(served.store);
    this.intake = new Intake(store, this.metrics, served.symptomIn, served.now, served.log);
    this.otlp = new OtlpReceiver(options.limits.exportBytes, options.admission, this.intake, this.metrics, served.otlp);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = this.served.now();
    const exchange: Exchange = {
      request,
      response,
      url: urlOf(request),
      route: 'none',
      who: '-',
      boundTo: null,
      // Until somebody is admitted they may see nothing.
      namespaces: [],
    };
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    response.on('close', () => {
      const ms = this.served.now() - began;
      const status = response.writableFinished ? response.statusCode : 499;
      this.metrics.request(exchange.route, status, ms / 1_000);
      // Exporters send every few seconds: of those only what went wrong is told.
      if (signalAt(exchange.url.pathname) !== undefined && status < 400) return;
      const { search } = exchange.url;
      this.served.log(`${request.method} ${exchange.url.pathname}${search} ${status} ${ms} ms by ${exchange.who}`);
    });
    try {
      const refused = await this.route(exchange);
      if (refused !== null) problem(response, refused);
    } catch (error) {
      problem(response, trouble('E901', 'unmasq failed in a way it should not', { why: (error as Error).message }));
    }
  }

  private async route(exchange: Exchange): Promise<Trouble | null> {
    const { request, response, url } = exchange;
    if (this.options.admission.isOpen && !isNamedLoopback(request.headers.host))
      return trouble('E605', 'this server is asked under a name that is not its own', {
        why: 'it listens on loopback and answers to localhost, 127.0.0.1 and [::1] alone',
        fix: 'Ask http://127.0.0.1 with its port.',
      });
    if ((request.url ?? '').length > URL_CHARACTERS) return trouble('E607', 'the URL is too long');
    const question = QUESTIONS.find(({ name }) => url.pathname === `${API}/${name}`);
    exchange.route = question?.name ?? url.pathname.split('/').at(-1) ?? '';
    switch (url.pathname) {
      case '/healthz':
        return wrongMethod(exchange, READ) ?? whole(response, 'text/plain', 'ok\n');
      case '/readyz':
        return wrongMethod(exchange, READ) ?? this.readyz(response);
      case '/metrics':
        return (await this.let('read', exchange)) ?? this.metricsPage(exchange);
      case `${API}/openapi.json`:
        return wrongMethod(exchange, READ) ?? whole(response, MEDIA.json, JSON.stringify(this.served.openApi, null, 2));
      case `${API}/objects`:
        return (await this.let('ingest', exchange)) ?? this.take(exchange);
      default: {
        const signal = signalAt(url.pathname);
        if (signal !== undefined) return (await this.let('ingest', exchange)) ?? this.export(signal, exchange);
        if (question !== undefined) return this.asked(question, exchange);
        // It holds nothing of the store: who may see what is decided where the store is asked.
        exchange.route = 'console';
        if (isOfConsole(this.served.console, url.pathname)) {
          const refused = wrongMethod(exchange, READ);
          if (refused === null) answerConsole(this.served.console, url.pathname, request, response);
          return refused;
        }
        exchange.route = 'none';
        return trouble('E607', `there is no ${url.pathname}`);
      }
    }
  }

  private async asked(question: Question, exchange: Exchange): Promise<Trouble | null> {
    if (question.files === undefined)
      return (await this.let('read', exchange)) ?? this.question(question, NO_FILES, exchange);
    const refused = await this.let('read', exchange, ['GET', 'POST']);
    if (refused !== null) return refused;
    const about = question as FilesQuestion;
    return exchange.request.method === 'POST' ? this.askedOfPosted(about, exchange) : this.askedOfOwn(about, exchange);
  }

  /** What the server was started with is of the whole cluster. */
  private async askedOfOwn(question: FilesQuestion, exchange: Exchange): Promise<Trouble | null> {
    if (exchange.namespaces !== null)
      return trouble('E605', 'the token reads some namespaces alone, and the configuration is of the whole cluster', {
        fix: 'Send files of your own along, by POST; or ask with a token that reads all.',
      });
    const own = this.served.files[question.name];
    return own === null
      ? trouble('E612', `this server was started without files for ${question.name}`)
      : this.question(question, { ...own, posted: null }, exchange);
  }

  /** Nothing of the store is in the answer, and nothing of what came is kept. */
  private async askedOfPosted(question: FilesQuestion, exchange: Exchange): Promise<Trouble | null> {
    const { request, response } = exchange;
    const most = MOST_POSTED.bytes;
    if (!this.filesRoom.take(most)) {
      response.setHeader('Retry-After', '1');
      return trouble('E606', 'as many questions with files wait already as may wait');
    }
    try {
      const posted = await withinTime(
        readPostedFiles(requestObject('the body', request, { unpack: this.served.unpack, most })),
        POSTED_MS,
        fail(trouble('E609', `the files did not come within ${POSTED_MS / 1_000} s`)),
      );
      if (!posted.ok) {
        if (posted.problem.code !== 'E607') response.setHeader('Connection', 'close');
        return posted.problem;
      }
      // As somebody would name them who has them in a folder.
      const words = [...new Set(posted.value.map(({ path }) => path.split('/')[0] as string))];
      const asked = { flags: [], words, posted: posted.value };
      return await this.question(question, asked, { ...exchange, namespaces: null });
    } finally {
      this.filesRoom.giveBack(most);
    }
  }

  /** null: they may. */
  private async let(
    role: Role,
    exchange: Exchange,
    methods: readonly string[] = [role === 'ingest' ? 'POST' : 'GET'],
  ): Promise<Trouble | null> {
    const { request, response } = exchange;
    const wrong = wrongMethod(exchange, methods);
    if (wrong !== null) return wrong;
    const admitted = await this.options.admission.admit(request.headers.authorization, role);
    if (admitted === 'unknown') {
      response.setHeader('WWW-Authenticate', 'Bearer');
      response.statusCode = 401;
      return trouble('E605', 'the request has no token that this server knows');
    }
    if (admitted === 'forbidden') return trouble('E605', `the token does not have the role ${role}`);
    if (admitted === 'unavailable') {
      response.statusCode = 503;
      response.setHeader('Retry-After', '5');
      return trouble('E606', 'the issuer of tokens does not tell its keys');
    }
    if (request.method === 'POST' && this.options.admission.isOpen && isOfAnotherSite(request.headers))
      return trouble('E605', 'a page of another site asks to bring something in', {
        why: 'a browser sends what any page asks it to, and this server takes no token',
        fix: 'Send it from a program, or give the server tokens (--token-file).',
      });
    exchange.who = admitted.name;
    exchange.boundTo = admitted.node;
    exchange.namespaces = admitted.namespaces;
    return null;
  }

  private async readyz(response: ServerResponse): Promise<null> {
    try {
      await this.served.store.probe();
      return whole(response, 'text/plain', 'ready\n');
    } catch (error) {
      response.statusCode = 503;
      return whole(response, 'text/plain', `not ready: ${(error as Error).message}\n`);
    }
  }

  private async metricsPage({ response, namespaces }: Exchange): Promise<Trouble | null> {
    // They count what is everybody's.
    if (namespaces !== null) return trouble('E605', 'the token reads some namespaces alone, and metrics are of all');
    await this.recent.refresh();
    const { type, body } = await this.metrics.text(this.intake.pending);
    return whole(response, type, body);
  }

  private async question(
    question: Question,
    { flags, words: files, posted }: OwnFiles & { readonly posted: Asker['files'] },
    { request, response, url, namespaces }: Exchange,
  ): Promise<Trouble | null> {
    const form = formOf(request.headers.accept ?? '', question);
    if (form === null)
      return trouble('E607', `the answer cannot be had as ${request.headers.accept}`, {
        fix: `Accept ${Object.values(MEDIA).join(', ')}.`,
      });
    const command = commandLineOf(question, url.searchParams, form === 'terminal' ? null : form);
    if (!command.ok) return command.problem;
    const endTurn = await this.turns.take();
    if (endTurn === null) {
      response.setHeader('Retry-After', '1');
      return trouble('E606', 'as many questions wait already as may wait');
    }
    const { words: asked, terminal } = command.value;
    const words = withFiles(asked, flags, files);
    if (namespaces !== null) response.setHeader('Unmasq-Namespaces', namespaces.join(','));
    const line = (one: TerminalLine): string => `${JSON.stringify(one)}\n`;
    const head = (): void => {
      if (!response.headersSent) response.writeHead(200, { 'Content-Type': MEDIA[form] });
    };
    const to: Listener = {
      terminal,
      out: async (text) => {
        head();
        await write(response, form === 'terminal' ? line({ out: text }) : text);
      },
      err: async (text) => {
        if (form !== 'terminal') return;
        head();
        await write(response, line({ err: text }));
      },
    };
    const { seconds } = this.options.limits;
    const late = trouble('E609', `the answer took more than ${seconds} s`);
    const gone = new AbortController();
    const leave = (why: 'late' | 'left') => (): void => {
      if (!gone.signal.aborted) this.metrics.questionEnded(why);
      gone.abort();
    };
    const left = leave('left');
    response.once('close', left);
    let timer: NodeJS.Timeout | undefined;
    try {
      // What was asked keeps its turn until the engine is done with it: that has no more at a time than it was given turns.
      const of = { tells: form === 'terminal', namespaces, files: posted, gone: gone.signal };
      const answering = this.served.ask(words, to, of).finally(endTurn);
      const ended = await Promise.race([
        answering,
        new Promise<Trouble>((resolve) => {
          timer = setTimeout(() => {
            leave('late')();
            resolve(late);
          }, seconds * 1_000);
        }),
      ]);
      if (typeof ended !== 'number') return ended;
      head();
      if (namespaces !== null && !url.searchParams.has('quiet'))
        await to.err(`only what concerns ${namespaces.join(', ')} is shown: the token reads no other namespace\n`);
      response.end(form === 'terminal' ? line({ exit: ended }) : undefined);
      return null;
    } finally {
      response.off('close', left);
      clearTimeout(timer);
    }
  }

  private async export(signal: Signal, { request, response, url, boundTo }: Exchange): Promise<Trouble | null> {
    if (boundTo !== null) return trouble('E605', `the token is bound to node ${boundTo}: it brings in no ${signal}`);
    const cluster = url.searchParams.get('cluster') ?? request.headers['unmasq-cluster'] ?? null;
    const { otlp: wire, unpack } = this.served;
    await answerExport(
      this.otlp,
      { wire, unpack },
      { signal, cluster: cluster === null ? null : String(cluster) },
      request,
      response,
    );
    return null;
  }

  /** Reads the body into the store. Sent twice, it changes nothing. */
  private async take({ request, response, url, boundTo }: Exchange): Promise<Trouble | null> {
    const unknown = [...url.searchParams.keys()].find((key) => !OBJECT_PARAMETERS.has(key));
    if (unknown !== undefined) return trouble('E607', `objects have no parameter "${unknown}"`);
    const empty = [...url.searchParams].find(([, value]) => value === '');
    if (empty !== undefined) return trouble('E607', `${empty[0]}: it is empty: give it a value, or leave it out`);
    const text = (key: string): string | null => url.searchParams.get(key);
    const at = text('at');
    const taken = at === null ? null : parseInstant(at);
    if (taken !== null && !taken.ok) return trouble('E607', `at: ${taken.problem}`);
    const node = text('node') ?? '';
    if (boundTo !== null && node !== boundTo)
      return trouble('E605', `the token is bound to node ${boundTo}, and the request tells of ${node || 'no node'}`, {
        fix: `Send node=${boundTo}, or a token that is bound to no node.`,
      });
    const body = requestObject(objectNamed(text('name') ?? 'request', node), request, {
      unpack: this.served.unpack,
      most: this.options.limits.bodyBytes,
    });
    const of = { node, at: taken?.value ?? null, idFields: url.searchParams.getAll('id-field') };
    const ingested = await this.takeBody({ ...body, of }, text('cluster'), boundTo !== null).catch((error: unknown) => {
      if (error instanceof NotWritten) {
        response.setHeader('Retry-After', '5');
        return fail(trouble('E611', 'what was sent could not be written', { why: error.message }));
      }
      if (!(error instanceof ForeignNode)) throw error;
      return fail(trouble('E605', `the token is bound to node ${boundTo}`, { why: error.message }));
    });
    if (!ingested.ok) return ingested.problem;
    const object = ingested.value;
    if (text('wait') === 'true') await this.intake.settled();
    if (object.problem?.startsWith(TOO_LARGE) === true) {
      response.setHeader('Connection', 'close');
      return trouble('E608', `${object.name} is ${object.problem}`);
    }
    response.statusCode = object.format !== null && object.problem === null ? 200 : 422;
    const cluster = text('cluster') || DEFAULT_CLUSTER;
    const report = { schemaVersion: 1, kind: 'ObjectReport', cluster, objects: [object] };
    return whole(response, MEDIA.json, `${JSON.stringify(report, null, 2)}\n`);
  }

  /** A small body is read before it takes its turn to be written, and goes in with others: whoever sends slowly holds up nobody. */
  private async takeBody(
    body: ByteObject,
    cluster: string | null,
    isBound: boolean,
  ): Promise<Result<ObjectReport, Trouble>> {
    const { room } = this.otlp;
    const hasRoom = room.take(GATHERED_BYTES);
    try {
      const { object, isWhole } = await heldObject(body, hasRoom ? GATHERED_BYTES : 0);
      if (isWhole) return await this.intake.gather(object, cluster, isBound);
      const taken = await this.intake.take(each([object]), { cluster, node: '', at: null }, isBound);
      return taken.ok ? ok(taken.value.objects[0] as ObjectReport) : taken;
    } finally {
      if (hasRoom) room.giveBack(GATHERED_BYTES);
    }
  }
}

/** What is there for everybody to read. */
const READ = ['GET', 'HEAD'];

/** null: it is one of these. https://www.rfc-editor.org/rfc/rfc9110#status.405 */
const wrongMethod = ({ request, response }: Exchange, methods: readonly string[]): Trouble | null => {
  if (methods.includes(request.method ?? '')) return null;
  response.statusCode = 405;
  response.setHeader('Allow', methods.join(', '));
  return trouble('E607', `${request.method} has no meaning here: expected ${methods.join(' or ')}`);
};

const NO_FILES = { flags: [], words: [], posted: null };

/** Flags stand before the words, which stand behind `--`. */
const withFiles = (asked: readonly string[], flags: readonly string[], files: readonly string[]): readonly string[] => {
  const end = asked.indexOf('--');
  return [...asked.slice(0, end), ...flags, ...asked.slice(end), ...files];
};

const OBJECT_PARAMETERS: ReadonlySet<string> = new Set(['cluster', 'node', 'name', 'at', 'id-field', 'wait']);

/** The batches of one start of an agent, `conntrack/NODE/START/NUMBER.txt`, are one object: a piece of it speaks for an address as all do. */
const objectNamed = (name: string, node: string): string => {
  const [, object, of] = /^(conntrack\/([^/]+)\/\d+)\/\d+\.txt$/.exec(name) ?? [];
  return object !== undefined && of === node ? object : name;
};

const urlOf = ({ url }: IncomingMessage): URL => {
  try {
    return new URL(url ?? '/', 'http://server');
  } catch {
    return new URL('http://server/');
  }
};

type Form = keyof typeof MEDIA;

/** The first form of those accepted that the question has. */
const formOf = (accept: string, { hasLines }: Question): Form | null => {
  const forms: readonly Form[] = hasLines ? ['json', 'jsonl', 'csv', 'yaml', 'terminal'] : ['json', 'yaml', 'terminal'];
  for (const part of accept === '' ? ['*/*'] : accept.split(',')) {
    const media = part.split(';')[0]?.trim().toLowerCase();
    if (media === '*/*' || media === 'application/*') return 'json';
    const form = forms.find((name) => MEDIA[name] === media);
    if (form !== undefined) return form;
  }
  return null;
};

const whole = (response: ServerResponse, type: string, body: string): null => {
  response.setHeader('Content-Type', type);
  response.end(body);
  return null;
};

/** Waits while the reader is slow; whoever went away reads nothing more. */
const write = async (response: ServerResponse, text: string): Promise<void> => {
  if (response.destroyed || response.write(text)) return;
  const over = new AbortController();
  const either = ['drain', 'close'].map((event) =>
    once(response, event, { signal: over.signal }).catch(() => undefined),
  );
  await Promise.race(either);
  // Of the two the other is waited for no more: an answer of many pieces would gather them.
  over.abort();
};

/** What is no request that could be read is refused as any other. */
const refuseUnread = (why: string, socket: Duplex): void => {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const [status, what] =
    why === 'HPE_HEADER_OVERFLOW'
      ? [431, `the URL and the headers are longer than ${HEADER_BYTES} bytes`]
      : why === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, `the headers did not come within ${HEADERS_MS / 1_000} s`]
        : [400, 'this is no request of HTTP'];
  const body = problemOf(trouble('E607', what), status);
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
};

/** RFC 9457. Where an answer has begun it is cut off, so that nobody takes half of one for the whole. */
const problem = (response: ServerResponse, told: Trouble): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = response.statusCode === 200 ? statusOf(told.code) : response.statusCode;
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(problemOf(told, status));
};

const problemOf = ({ code, what, why, fix }: Trouble, status: number): string => {
  const body: Problem = {
    type: `urn:unmasq:error:${code}`,
    title: what,
    status,
    code,
    detail: why,
    fix,
  };
  return `${JSON.stringify(body, null, 2)}\n`;
};
