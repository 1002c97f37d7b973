import { once } from 'node:events';
import { createServer as overHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as overHttps, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { DISCOVERY } from './discovery.ts';
import { type ApiObject, type Change, History, type Kind } from './history.ts';
import { tableOf } from './tables.ts';
import { NUMBERS, type Versions } from './versions.ts';

/**
 * A stand-in for the Kubernetes API server where none can run: pods, nodes and events over real HTTP or HTTPS, with its discovery, revisions, paging,
 * watches, bookmarks and refusals. That it is faithful is shown by the real kubectl, which is one of its clients in the tests.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export interface KubeApiServerOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tls?: ServerOptions;
  readonly versions?: Versions;
  /** Who shows it is let in; without one everybody is. */
  readonly token?: string;
  /** All its paths begin with it, as behind a gateway that serves several clusters. */
  readonly prefix?: string;
  readonly bookmarkEveryMs?: number;
}

/** What goes wrong with the next requests for pods and nodes that match. */
export interface Fault {
  /** `page`: of a list, but not its first. */
  readonly on: 'list' | 'page' | 'watch' | 'any';
  times: number;
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: object;
  /** What it says never ends. */
  readonly hangs?: boolean;
}

/** Runs the pods that are created: a kubelet, or what stands in for one. */
export interface PodRunner {
  created(pod: ApiObject): void;
  /** It is to be ended, and removed when it is. */
  deleted(pod: ApiObject): void;
  /** Writes the container's log, and follows it; why it cannot. */
  log(name: string, response: ServerResponse): string | null;
}

interface Watcher {
  readonly kind: Kind;
  readonly response: ServerResponse;
  /** The last revision that was sent. */
  sent: number;
  /** Changes that may still be sent. */
  left: number;
  readonly wantsBookmarks: boolean;
  isMute: boolean;
}

interface Asked {
  readonly url: URL;
  readonly kind: Kind;
  readonly namespace: string | null;
  readonly name: string | null;
}

const KIND_OF = { pods: 'Pod', nodes: 'Node', events: 'Event' } as const;
const PATH = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/(pods|nodes|events)(?:\/([^/]+))?$/;
const LOG = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;
/** The real one packs from here on. */
const PACKED_FROM_BYTES = 131_072;

export class KubeApiServer {
  readonly history = new History();
  readonly requests: string[] = [];
  /** How a watch is told that its version is too old: before it begins, or in it. */
  expiredAs: 'status' | 'event' = 'event';
  /** Without one no pod can be created. */
  pods: PodRunner | null = null;
  /** What an admission plugin says against a pod; null: nothing. */
  admits: (pod: ApiObject) => string | null = () => null;
  /** Refuses a verb on a resource: `list pods`, `create pods`, `get pods/log`. */
  readonly forbidden = new Set<string>();
  readonly faults: Fault[] = [];
  token: string | null;
  /** Watches break off when they have told of so many changes; null: they do not. */
  cutAfter: number | null = null;
  whenCut: () => void = () => undefined;
  private readonly options: KubeApiServerOptions;
  private readonly versions: Versions;
  private readonly server: Server;
  private readonly watchers = new Set<Watcher>();
  private readonly sockets = new Set<Socket>();
  private bookmarks: NodeJS.Timeout | undefined;

  constructor(options: KubeApiServerOptions) {
    this.options = options;
    this.versions = options.versions ?? NUMBERS;
    this.token = options.token ?? null;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.answer(request, response);
    this.server = options.tls === undefined ? overHttp(answer) : overHttps(options.tls, answer);
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.history.listen((change) => {
      for (const watcher of this.watchers) this.send(watcher, change);
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { bookmarkEveryMs, tls } = this.options;
    if (bookmarkEveryMs !== undefined) this.bookmarks = setInterval(() => this.bookmark(), bookmarkEveryMs);
    return `http${tls === undefined ? '' : 's'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.bookmarks);
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  /** Creates or replaces an object, and stamps it as the server does. */
  put(object: Omit<ApiObject, 'apiVersion'>): ApiObject {
    const full = { apiVersion: 'v1', ...object } as ApiObject;
    return this.history.write('put', full, (written, revision) => this.stamped(written, revision));
  }

  /** A deletion leaves no stamp on the object but its version. */
  remove(object: Omit<ApiObject, 'apiVersion'>): void {
    const full = { apiVersion: 'v1', ...object } as ApiObject;
    this.history.write('delete', full, ({ metadata, ...rest }, revision) => ({
      ...rest,
      metadata: { ...metadata, resourceVersion: this.versions.write(revision) },
    }));
  }

  compact(): void {
    this.history.compact(this.history.revision);
  }

  /** Watches of pods and nodes. */
  get watching(): number {
    return this.watchersOfWhoIsThere.length;
  }

  private get watchersOfWhoIsThere(): readonly Watcher[] {
    return [...this.watchers].filter(({ kind }) => kind !== 'Event');
  }

  /** Pods and nodes are watched, and every watch was sent everything. */
  get isAtRest(): boolean {
    const watchers = this.watchersOfWhoIsThere;
    const kinds = new Set(watchers.map(({ kind }) => kind));
    return kinds.size === 2 && watchers.every(({ isMute, sent }) => !isMute && sent === this.history.revision);
  }

  bookmark(): void {
    for (const watcher of this.watchers) {
      if (!watcher.wantsBookmarks || watcher.isMute) continue;
      watcher.sent = this.history.revision;
      const metadata = { resourceVersion: this.versions.write(watcher.sent), creationTimestamp: null };
      frame(watcher, {
        type: 'BOOKMARK',
        object: { kind: watcher.kind, apiVersion: 'v1', metadata, spec: {}, status: {} },
      });
    }
  }

  /** Ends all watches: as at their timeout, in the middle of a line, by the connection, or by no longer saying anything. */
  breakWatches(how: 'end' | 'torn' | 'reset' | 'mute'): void {
    for (const watcher of this.watchers) {
      if (how === 'mute') {
        watcher.isMute = true;
        continue;
      }
      this.watchers.delete(watcher);
      if (how === 'torn') watcher.response.write('{"type":"MODIFIED","object":{"kind":"Po');
      if (how === 'reset') watcher.response.destroy();
      else watcher.response.end();
    }
  }

  private stamped({ metadata, ...rest }: ApiObject, revision: number): ApiObject {
    const time = `${new Date(this.options.now()).toISOString().slice(0, 19)}Z`;
    const managedFields = [{ manager: 'test', operation: 'Update', apiVersion: 'v1', time }];
    return { ...rest, metadata: { ...metadata, resourceVersion: this.versions.write(revision), managedFields } };
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://server');
    const { prefix = '' } = this.options;
    if (!url.pathname.startsWith(`${prefix}/`)) return refuse(response, 404, 'NotFound', 'there is nothing here');
    url.pathname = url.pathname.slice(prefix.length);
    this.requests.push(`${url.pathname}${url.search}`);
    response.sendDate = false;
    response.setHeader('Date', new Date(this.options.now()).toUTCString());
    const bearer = request.headers.authorization;
    const hasCertificate = (request.socket as Partial<TLSSocket>).authorized ?? false;
    if (this.token !== null && bearer !== `Bearer ${this.token}` && !hasCertificate)
      return refuse(response, 401, 'Unauthorized', 'Unauthorized');
    const discovery = DISCOVERY[url.pathname];
    if (discovery !== undefined) return json(request, response, discovery);
    // kubectl looks whether there is such a namespace before it says that it has no such pod.
    const [, lone] = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(url.pathname) ?? [];
    if (lone !== undefined)
      return json(request, response, { kind: 'Namespace', apiVersion: 'v1', metadata: { name: lone } });
    const [, logOf, ofPod] = LOG.exec(url.pathname) ?? [];
    if (logOf !== undefined && ofPod !== undefined) return this.log(logOf, ofPod, response);
    const [, namespace, resource, name] = PATH.exec(url.pathname) ?? [];
    if (request.method === 'POST' || request.method === 'DELETE')
      return void this.change(request, response, namespace ?? '', resource ?? '', name ?? '');
    if (resource === undefined)
      return refuse(response, 404, 'NotFound', 'the server could not find the requested resource');
    const isWatch = ['1', 'true'].includes(url.searchParams.get('watch') ?? '');
    const verb = isWatch ? 'watch' : 'list';
    const isPage = url.searchParams.has('continue');
    const fault = this.faults.find(
      ({ on, times }) =>
        times > 0 && resource !== 'events' && (on === 'any' || on === verb || (on === 'page' && isPage)),
    );
    if (fault !== undefined) {
      fault.times--;
      for (const [header, value] of Object.entries(fault.headers ?? {})) response.setHeader(header, value);
      if (fault.hangs === true) return void response.writeHead(fault.status).write('{"kind":"Sta');
      return refuse(response, fault.status, fault.reason, `injected: ${fault.reason}`, fault.details);
    }
    if (this.forbidden.has(`${verb} ${resource}`))
      return refuse(
        response,
        403,
        'Forbidden',
        `${resource} is forbidden: User "system:serviceaccount:monitoring:unmasq" cannot ${verb} resource "${resource}" in API group "" at the cluster scope`,
      );
    const asked = {
      url,
      kind: KIND_OF[resource as keyof typeof KIND_OF],
      namespace: namespace ?? null,
      name: name ?? null,
    } as const;
    if (isWatch) this.watch(asked, response);
    else if (name !== undefined) this.one(asked, request, response);
    else this.list(asked, request, response);
  }

  /** Creates or deletes a pod. */
  private async change(
    request: IncomingMessage,
    response: ServerResponse,
    namespace: string,
    resource: string,
    name: string,
  ): Promise<void> {
    const verb = request.method === 'POST' ? 'create' : 'delete';
    const { pods } = this;
    if (resource !== 'pods' || namespace === '' || pods === null)
      return refuse(
        response,
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      );
    if (this.forbidden.has(`${verb} pods`)) return forbid(response, verb, 'pods', namespace);
    if (verb === 'delete') {
      const pod = this.history.get(`Pod/${namespace}/${name}`);
      if (pod === undefined) return refuse(response, 404, 'NotFound', `pods "${name}" not found`);
      const deletionTimestamp = new Date(this.options.now() + 1_000).toISOString();
      const ending = this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp } });
      json(request, response, ending);
      return pods.deleted(ending);
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const given = JSON.parse(Buffer.concat(pieces).toString()) as ApiObject;
    if (this.history.get(`Pod/${namespace}/${given.metadata.name}`) !== undefined)
      return refuse(response, 409, 'AlreadyExists', `pods "${given.metadata.name}" already exists`);
    const against = this.admits(given);
    if (against !== null) return refuse(response, 403, 'Forbidden', against);
    const creationTimestamp = `${new Date(this.options.now()).toISOString().slice(0, 19)}Z`;
    const metadata = { ...given.metadata, namespace, uid: crypto.randomUUID(), creationTimestamp };
    const created = this.put({ ...given, metadata, status: { phase: 'Pending' } });
    response.statusCode = 201;
    json(request, response, created);
    pods.created(created);
  }

  private log(namespace: string, name: string, response: ServerResponse): void {
    if (this.forbidden.has('get pods/log')) return forbid(response, 'get', 'pods/log', namespace);
    if (this.history.get(`Pod/${namespace}/${name}`) === undefined)
      return refuse(response, 404, 'NotFound', `pods "${name}" not found`);
    const why = this.pods === null ? 'there is no kubelet' : this.pods.log(name, response);
    if (why !== null) refuse(response, 400, 'BadRequest', why);
  }

  private one({ kind, namespace, name }: Asked, request: IncomingMessage, response: ServerResponse): void {
    const object = this.history.get(`${kind}/${namespace ?? ''}/${name}`);
    if (object === undefined) refuse(response, 404, 'NotFound', `${kind.toLowerCase()}s "${name}" not found`);
    else this.show(request, response, [object], object, this.versions.write(this.history.revision), '');
  }

  private list(asked: Asked, request: IncomingMessage, response: ServerResponse): void {
    const { url, kind } = asked;
    const limit = Number(url.searchParams.get('limit') ?? 0);
    const token = url.searchParams.get('continue') ?? '';
    const version = url.searchParams.get('resourceVersion') ?? '';
    const isExact = url.searchParams.get('resourceVersionMatch') === 'Exact';
    if (token !== '' && version !== '')
      return refuse(response, 400, 'BadRequest', 'specifying resource version is not allowed when using continue');
    const given = version === '' || version === '0' ? this.history.revision : this.versions.read(version);
    if (given === null)
      return refuse(response, 400, 'BadRequest', `Invalid value: "${version}": invalid resource version`);
    if (given > this.history.revision)
      return refuse(
        response,
        504,
        'Timeout',
        `Too large resource version: ${version}, current: ${this.versions.write(this.history.revision)}`,
      );
    const place = token === '' ? { revision: isExact ? given : this.history.revision, after: '' } : placeOf(token);
    const all = place === null ? null : this.history.at(place.revision);
    if (place === null || all === null)
      return refuse(
        response,
        410,
        'Expired',
        'The provided continue parameter is too old to display a consistent list result.',
      );
    const left = all.filter(([key, object]) => isOf(asked, object) && key > place.after);
    const page = limit > 0 ? left.slice(0, limit) : left;
    const last = page.at(-1)?.[0] ?? '';
    const next = page.length < left.length ? tokenOf({ revision: place.revision, after: last }) : '';
    const resourceVersion = this.versions.write(place.revision);
    const rest = next === '' ? {} : { continue: next, remainingItemCount: left.length - page.length };
    const objects = page.map(([, object]) => object);
    // Items of a typed list do not carry their kind.
    const items = objects.map((object) => ({ ...object, apiVersion: undefined, kind: undefined }));
    const body = { kind: `${kind}List`, apiVersion: 'v1', metadata: { resourceVersion, ...rest }, items };
    this.show(request, response, objects, body, resourceVersion, next);
  }

  private show(
    request: IncomingMessage,
    response: ServerResponse,
    objects: readonly ApiObject[],
    body: object,
    version: string,
    next: string,
  ): void {
    const wantsTable = (request.headers.accept ?? '').startsWith('application/json;as=Table;v=v1;g=meta.k8s.io');
    json(request, response, wantsTable ? tableOf(objects, version, next) : body);
  }

  private watch(asked: Asked, response: ServerResponse): void {
    const { url, kind } = asked;
    const version = url.searchParams.get('resourceVersion') ?? '';
    const fromNow = version === '' || version === '0';
    const revision = fromNow ? this.history.revision : this.versions.read(version);
    if (revision === null)
      return refuse(response, 400, 'BadRequest', `Invalid value: "${version}": invalid resource version`);
    const missed = this.history.since(revision);
    if (missed === null && this.expiredAs === 'status')
      return refuse(response, 410, 'Expired', `too old resource version: ${version}`);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    response.flushHeaders();
    const wantsBookmarks = url.searchParams.get('allowWatchBookmarks') === 'true';
    const watcher: Watcher = {
      kind,
      response,
      sent: revision,
      left: this.cutAfter ?? Infinity,
      wantsBookmarks,
      isMute: false,
    };
    if (missed === null) {
      frame(watcher, { type: 'ERROR', object: statusOf(410, 'Expired', `too old resource version: ${version}`) });
      response.end();
      return;
    }
    if (fromNow)
      for (const [, object] of this.history.at(revision) ?? [])
        if (isOf(asked, object)) frame(watcher, { type: 'ADDED', object });
    this.watchers.add(watcher);
    response.on('close', () => this.watchers.delete(watcher));
    for (const change of missed) this.send(watcher, change);
    const seconds = Number(url.searchParams.get('timeoutSeconds') ?? 0);
    if (seconds > 0) {
      const end = setTimeout(() => response.end(), seconds * 1_000);
      response.on('close', () => clearTimeout(end));
    }
  }

  private send(watcher: Watcher, { revision, type, object }: Change): void {
    watcher.sent = revision;
    if (object.kind !== watcher.kind || watcher.isMute || watcher.left <= 0) return;
    frame(watcher, { type, object });
    if (--watcher.left > 0) return;
    watcher.response.end();
    this.whenCut();
  }
}

const frame = (watcher: Watcher, event: object): void => {
  watcher.response.write(`${JSON.stringify(event)}\n`);
};

const isOf = ({ kind, namespace, url }: Asked, object: ApiObject): boolean =>
  object.kind === kind &&
  (namespace === null || object.metadata.namespace === namespace) &&
  hasLabels(object, url.searchParams.get('labelSelector') ?? '');

/** Selectors of equality alone: `a=b,c=d`. */
const hasLabels = ({ metadata }: ApiObject, selector: string): boolean =>
  selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [label = '', value] = part.split('=');
      return (metadata['labels'] as Readonly<Record<string, string>> | undefined)?.[label] === value;
    });

const forbid = (response: ServerResponse, verb: string, resource: string, namespace: string): void =>
  refuse(
    response,
    403,
    'Forbidden',
    `pods is forbidden: User "jane@example.com" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`,
  );

interface Place {
  readonly revision: number;
  readonly after: string;
}

const tokenOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const placeOf = (token: string): Place | null => {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Place;
  } catch {
    return null;
  }
};

const statusOf = (code: number, reason: string, message: string, details: object = {}): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  details,
  code,
});

const json = (request: IncomingMessage, response: ServerResponse, body: object): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response.setHeader('Content-Type', 'application/json');
  if (bytes.length < PACKED_FROM_BYTES || !/\bgzip\b/.test(String(request.headers['accept-encoding']))) {
    response.end(bytes);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  response.end(gzipSync(bytes, { level: 1 }));
};

const refuse = (
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  details: object = {},
): void => {
  response.writeHead(code, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(statusOf(code, reason, message, details)));
};
