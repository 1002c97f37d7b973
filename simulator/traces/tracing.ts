import type { Estate } from '../estate.ts';
import { exponential, lognormal } from '../draws.ts';
import { containerId } from '../kube/objects.ts';
import type { PodSpec } from '../kube/known.ts';
import type { Cluster } from '../plan/cluster.ts';
import { type Destination, hostOf } from '../plan/destinations.ts';
import type { Life } from '../plan/lives.ts';
import type { Random } from '../random.ts';
import type { Addresses } from '../traffic/addresses.ts';
import type { Calls } from '../traffic/calls.ts';
import { type Connections, FLAGS } from '../traffic/connections.ts';
import type { OpenedSlots } from '../traffic/opened-slots.ts';
import { SLICE_MS, UNITS_PER_MS } from '../traffic/schedule.ts';
import type { Talkers } from '../traffic/talkers.ts';
import { type AppendedFiles, appendText } from '../write/appended-files.ts';
import { type Instrumentation, planInstrumentation } from './instrumentation.ts';
import { Sampling } from './sampling.ts';
import { attributes, clientSpan, isHttp, type Outcome, type Request, SCHEMAS, serverSpan, urlOf } from './spans.ts';

const TRACES = 'otlp/traces.jsonl';
const LOGS = 'log-analytics/ContainerLogV2.jsonl';

/** A connection that lives longer carries request after request. */
const REUSED_MS = 20_000;
const NEXT_REQUEST_MS = 4_000;
const REQUEST_MS = 60;
/** Spans that an SDK hands over at once (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`). */
const BATCH = 512;
/** Of the requests that are recorded: those made on behalf of another, and those of them that the program logs. */
const ON_BEHALF = 1 / 3;
const LOGGED = 0.5;
const PATHS = ['/v1/items', '/v1/orders', '/v2/prices', '/health', '/token', '/v1/events'] as const;
const UNITS_PER_US = UNITS_PER_MS / 1_000;

/** A connection, by what is remembered of it when its slot is another's. Times are microseconds since 1970, true ones. */
interface Connection {
  readonly talker: number;
  readonly instrumentation: Instrumentation;
  readonly beginUs: number;
  readonly endUs: number;
  readonly server: string;
  readonly peer: string;
  readonly port: number;
  readonly local: string;
  readonly localPort: number;
  readonly outcome: Outcome;
}

interface Reused extends Connection {
  nextUs: number;
}

export interface TraceTally {
  spans: number;
  clientSpans: number;
  serverSpans: number;
  logLines: number;
}

export interface TracingOptions {
  readonly originMs: number;
  readonly endMs: number;
  readonly share: number;
  readonly localPort: number;
  readonly namesOnly: number;
}

/** Tells what OpenTelemetry's SDKs in the pods record of their calls, as the Collector's file exporter writes it. */
export class Tracing {
  readonly written: TraceTally = { spans: 0, clientSpans: 0, serverSpans: 0, logLines: 0 };
  /** By workload. */
  readonly instrumented: ReadonlyMap<number, Instrumentation>;
  readonly #files: AppendedFiles;
  readonly #estate: Estate;
  readonly #cluster: Cluster;
  readonly #calls: Calls;
  readonly #talkers: Talkers;
  readonly #addresses: Addresses;
  readonly #connections: Connections;
  readonly #options: TracingOptions;
  readonly #sampling: Sampling;
  readonly #random: Random;
  readonly #decoder = new TextDecoder();
  #reused: Reused[] = [];
  /** By talker the spans of the slice. */
  readonly #spans = new Map<number, object[]>();
  #logLines: string[] = [];

  constructor(
    files: AppendedFiles,
    estate: Estate,
    from: {
      readonly cluster: Cluster;
      readonly calls: Calls;
      readonly talkers: Talkers;
      readonly addresses: Addresses;
      readonly connections: Connections;
    },
    options: TracingOptions,
    random: Random,
  ) {
    this.#files = files;
    this.#estate = estate;
    this.#cluster = from.cluster;
    this.#calls = from.calls;
    this.#talkers = from.talkers;
    this.#addresses = from.addresses;
    this.#connections = from.connections;
    this.#options = options;
    this.#sampling = new Sampling(options.share);
    this.#random = random;
    this.instrumented = planInstrumentation(from.cluster, options, random);
  }

  /** What was opened in the slice, and what goes on over connections that were opened before. */
  tell(opened: OpenedSlots, slice: number): void {
    for (const slot of opened.inOrder()) this.#begin(slot);
    const untilUs = Math.min(this.#options.originMs + (slice + 1) * SLICE_MS, this.#options.endMs) * 1_000;
    this.#reused = this.#reused.filter((connection) => this.#goOn(connection, untilUs));
    appendText(this.#files, TRACES, this.#lines());
    this.#spans.clear();
    if (this.#logLines.length > 0) appendText(this.#files, LOGS, this.#logLines);
    this.#logLines = [];
  }

  #begin(slot: number): void {
    const c = this.#connections.columns;
    const talker = c.talker[slot] as number;
    const instrumentation = this.instrumented.get(this.#talkers.workload[talker] as number);
    if (instrumentation === undefined || ((c.flags[slot] as number) & FLAGS.udp) !== 0) return;
    // Whoever takes data out instruments nothing.
    if (this.#isOdd(c.call[slot] as number)) return;
    const isReused = (c.end[slot] as number) - (c.begin[slot] as number) > REUSED_MS * UNITS_PER_MS;
    if (isReused) {
      const connection = this.#connectionIn(slot, talker, instrumentation);
      this.#reused.push({ ...connection, nextUs: connection.beginUs + this.#random.between(50, 3_000) });
      return;
    }
    const traceId = this.#sampling.traceId(this.#random);
    if (traceId === null) return;
    const connection = this.#connectionIn(slot, talker, instrumentation);
    const lasts = connection.endUs - connection.beginUs;
    const beginUs = connection.beginUs + Math.min(this.#random.between(50, 3_000), 0.3 * lasts);
    const endUs = connection.endUs - Math.min(this.#random.between(20, 1_000), 0.3 * lasts);
    this.#request(connection, traceId, beginUs, endUs);
  }

  #isOdd(call: number): boolean {
    const { from, role } = this.#calls;
    return this.#cluster.roles[role[call] as number]?.kind === 'odd' && Number.isFinite(from[call]);
  }

  /** False: there is nothing more to come over it. */
  #goOn(connection: Reused, untilUs: number): boolean {
    const random = this.#random;
    while (connection.nextUs < untilUs) {
      const beginUs = connection.nextUs;
      const endUs = beginUs + lognormal(REQUEST_MS, 0.8, random) * 1_000;
      if (endUs >= connection.endUs) return false;
      const traceId = this.#sampling.traceId(random);
      if (traceId !== null) this.#request(connection, traceId, beginUs, endUs);
      connection.nextUs = endUs + exponential(NEXT_REQUEST_MS, random) * 1_000;
    }
    return true;
  }

  #connectionIn(slot: number, talker: number, instrumentation: Instrumentation): Connection {
    const c = this.#connections.columns;
    const bits = c.flags[slot] as number;
    const text = (address: number): string => this.#decoder.decode(this.#addresses.text(address));
    const index = this.#calls.destination[c.call[slot] as number] as number;
    const microseconds = (at: number): number => this.#options.originMs * 1_000 + at / UNITS_PER_US;
    return {
      talker,
      instrumentation,
      beginUs: microseconds(c.begin[slot] as number),
      endUs: microseconds(c.end[slot] as number),
      server: hostOf(index, this.#cluster.destinations[index] as Destination),
      peer: text(c.origDst[slot] as number),
      port: c.origDstPort[slot] as number,
      local: text(c.origSrc[slot] as number),
      localPort: c.origSrcPort[slot] as number,
      outcome: outcomeOf(bits),
    };
  }

  #request(connection: Connection, traceId: string, beginUs: number, endUs: number): void {
    const random = this.#random;
    const { talker, instrumentation } = connection;
    const isOnBehalf = random.next() < ON_BEHALF;
    const skewUs = this.#podOf(talker).node.skewMs * 1_000;
    const request: Request = {
      traceId,
      spanId: random.hex(16),
      parentSpanId: isOnBehalf ? random.hex(16) : '',
      traceState: this.#sampling.traceState,
      beginUs: Math.floor(beginUs) + skewUs,
      endUs: Math.ceil(endUs) + skewUs,
      server: connection.server,
      peer: connection.peer,
      port: connection.port,
      local: connection.local,
      localPort: connection.localPort,
      path: random.pick(PATHS),
      status: random.next() < 0.94 ? 200 : random.pick([404, 429, 500]),
      outcome: connection.outcome,
    };
    const spans = this.#spans.get(talker) ?? [];
    if (spans.length === 0) this.#spans.set(talker, spans);
    if (isOnBehalf) {
      const asked = {
        beginUs: request.beginUs - random.whole(100, 4_000),
        endUs: request.endUs + random.whole(100, 4_000),
        correlationId: random.uuid(),
        path: `/${random.pick(['cart', 'orders', 'report'])}/{id}`,
      };
      spans.push(serverSpan(request, instrumentation, asked));
      this.written.serverSpans++;
      if (random.next() < LOGGED) this.#log(talker, request, asked);
    }
    spans.push(clientSpan(request, instrumentation));
    this.written.clientSpans++;
  }

  /** As Container Insights collects what a program prints, with the pod's metadata. */
  #log(talker: number, request: Request, asked: { readonly endUs: number; readonly correlationId: string }): void {
    const spec = this.#podOf(talker);
    const { traceId, spanId, server, port, path, outcome, status } = request;
    const { subscription, resourceGroup, cluster } = this.#estate;
    const isFailed = outcome !== 'answered';
    const row = {
      TimeGenerated: new Date(asked.endUs / 1_000).toISOString(),
      Computer: spec.node.name,
      ContainerId: containerId(spec.uid, 0).slice(13),
      ContainerName: spec.containers[0]?.name ?? '',
      PodName: spec.name,
      PodNamespace: spec.namespace,
      LogMessage: {
        level: isFailed ? 'error' : 'info',
        msg: isFailed ? `call failed: ${outcome}` : `call answered with ${status}`,
        ...(isHttp(port) ? { url: urlOf({ server, port, path }) } : { 'server.address': server, 'server.port': port }),
        trace_id: traceId,
        span_id: spanId,
        correlationId: asked.correlationId,
      },
      LogSource: 'stdout',
      LogLevel: isFailed ? 'error' : 'info',
      KubernetesMetadata: { podUid: spec.uid, podLabels: spec.labels, image: spec.containers[0]?.image ?? '' },
      _ResourceId: `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${cluster}`,
      Type: 'ContainerLogV2',
    };
    this.#logLines.push(`${JSON.stringify(row)}\n`);
    this.written.logLines++;
  }

  *#lines(): Generator<string> {
    for (const [talker, spans] of this.#spans) {
      const { workload } = this.#lifeOf(talker);
      const { dialect } = this.instrumented.get(workload) as Instrumentation;
      const resource = { attributes: attributes(resourceOf(this.#podOf(talker), this.#estate)) };
      const [schemaUrl, scope] = [SCHEMAS[dialect], { name: '@opentelemetry/instrumentation-http' }];
      for (let from = 0; from < spans.length; from += BATCH) {
        const scopeSpans = [{ scope, spans: spans.slice(from, from + BATCH) }];
        yield `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans, schemaUrl }] })}\n`;
      }
      this.written.spans += spans.length;
    }
  }

  #lifeOf(talker: number): Life {
    const { lives } = this.#cluster;
    return lives[talker - (this.#talkers.count - lives.length)] as Life;
  }

  #podOf(talker: number): PodSpec {
    return this.#lifeOf(talker).lived.spec;
  }
}

const outcomeOf = (bits: number): Outcome => {
  if ((bits & FLAGS.refused) !== 0) return 'refused';
  if ((bits & (FLAGS.unanswered | FLAGS.denied)) !== 0) return 'timed-out';
  return (bits & FLAGS.reset) !== 0 ? 'reset' : 'answered';
};

/** What the operator for Kubernetes puts into a program's environment. */
const resourceOf = (
  { uid, name, namespace, owner, containers, node }: PodSpec,
  { cluster }: Estate,
): Readonly<Record<string, string | undefined>> => {
  const service = containers[0]?.name;
  return {
    'service.name': service,
    'service.namespace': namespace,
    'service.instance.id': `${namespace}.${name}.${service}`,
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'k8s.cluster.name': cluster,
    'k8s.namespace.name': namespace,
    'k8s.node.name': node.name,
    'k8s.pod.name': name,
    'k8s.pod.uid': uid,
    'k8s.container.name': service,
    'k8s.replicaset.name': owner.kind === 'ReplicaSet' ? owner.name : undefined,
    'k8s.deployment.name': owner.kind === 'ReplicaSet' ? owner.name.replace(/-[^-]+$/, '') : undefined,
  };
};
