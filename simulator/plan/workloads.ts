import type { Random } from '../random.ts';
import { type Destination, REGISTRY, STORAGE, TELEMETRY, TIME } from './destinations.ts';

/** `Node` stands for the nodes' own processes, `Client` for programs outside that call in; both talk at every node. */
export type WorkloadKind = 'Deployment' | 'DaemonSet' | 'CronJob' | 'Node' | 'Client';

/** What one pod of a workload does, again and again. */
export interface Call {
  /** A destination outside, by its place in the list; another workload of the cluster, through its service; or through a port of the node. */
  readonly to: { readonly destination: number } | { readonly service: number } | { readonly nodePort: number };
  /** Calls per second and pod while its container runs, on average. */
  readonly perSecond: number;
  /** Median of how long a connection is held. */
  readonly holdMs: number;
  /** Share of connections that are held for half an hour rather than `holdMs`. */
  readonly kept: number;
  /** How often a call that failed is tried again; absent: never. */
  readonly retries?: number;
  /** When it is made for the first time; absent: always. */
  readonly from?: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

export interface Workload {
  readonly index: number;
  readonly namespace: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly replicas: number;
  readonly hostNetwork: boolean;
  readonly containers: readonly string[];
  /** Port of the service in front of it; null: nobody calls it. */
  readonly servicePort: number | null;
  readonly serviceProtocol: 'tcp' | 'udp';
  /** Of a CronJob: time between two runs, and how long one takes. */
  readonly everyMs: number;
  readonly takesMs: readonly [low: number, high: number];
  readonly calls: readonly Call[];
}

const NAMES =
  'checkout cart catalog search payments invoice shipping profile session notify mailer pricing stock review ledger gateway render encoder ingest export audit recommend quota fraud tax'.split(
    ' ',
  );
const NAMESPACES = ['shop', 'shop', 'data', 'media', 'finance', 'platform'] as const;
const CRON_NAMES = ['report-mail', 'cache-warm', 'invoice-sync', 'index-compact', 'db-vacuum', 'feed-import'] as const;

export interface Sizes {
  readonly nodes: number;
  readonly podsPerNode: number;
  readonly cronJobs: number;
}

/** The workload that stands for the nodes themselves is the first; this is the second. */
const DNS_WORKLOAD = 1;

/** Who there is and how many; a few large and chatty, many small and quiet. */
export const planWorkloads = (
  { nodes, podsPerNode, cronJobs }: Sizes,
  destinations: readonly Destination[],
  random: Random,
): readonly Workload[] => {
  const made: Workload[] = [];
  const add = (spec: Partial<Workload> & Pick<Workload, 'name' | 'kind'>): void => {
    made.push({
      index: made.length,
      namespace: 'kube-system',
      replicas: 1,
      hostNetwork: false,
      containers: [spec.name],
      servicePort: null,
      serviceProtocol: 'tcp',
      everyMs: 0,
      takesMs: [0, 0],
      calls: [],
      ...spec,
    });
  };
  const fixed = (destination: number, perSecond: number, more: Partial<Call> = {}): Call => ({
    to: { destination },
    perSecond,
    holdMs: 60,
    kept: 0,
    bytesOut: 900,
    bytesIn: 4_000,
    ...more,
  });

  const node = [fixed(REGISTRY, 0.02), fixed(STORAGE, 0.1), fixed(TELEMETRY, 0.03), fixed(TIME, 0.015)];
  add({ name: 'node', kind: 'Node', replicas: nodes, hostNetwork: true, calls: node });
  const resolvers = Math.max(1, Math.min(nodes * 2, Math.ceil((nodes * podsPerNode) / 150) + 1));
  const upstream = fixed(
    destinations.findIndex(({ protocol, port }) => protocol === 'udp' && port === 53),
    0.5,
  );
  add({
    name: 'coredns',
    kind: 'Deployment',
    replicas: resolvers,
    servicePort: 53,
    serviceProtocol: 'udp',
    calls: 'destination' in upstream.to && upstream.to.destination >= 0 ? [upstream] : [fixed(TIME, 0.02)],
  });
  const web = { servicePort: 8_080, calls: [fixed(TELEMETRY, 0.05)] };
  add({ name: 'web', kind: 'Deployment', namespace: 'ingress', replicas: Math.max(1, Math.ceil(nodes / 3)), ...web });
  const calledIn = { perSecond: 0.15, holdMs: 200, kept: 0, bytesOut: 700, bytesIn: 9_000 };
  const client = { namespace: '', replicas: nodes, calls: [{ ...calledIn, to: { nodePort: made.length - 1 } }] };
  add({ name: 'client', kind: 'Client', ...client });
  const daemons = Math.max(0, Math.min(3, podsPerNode - 1));
  const host = { kind: 'DaemonSet', replicas: nodes, hostNetwork: true } as const;
  if (daemons > 0) add({ ...host, name: 'csi-azuredisk-node', calls: [fixed(STORAGE, 0.05)] });
  if (daemons > 1) {
    const calls = [fixed(TELEMETRY, 0.1, { kept: 0.03, bytesOut: 20_000 })];
    add({ name: 'otel-collector', kind: 'DaemonSet', namespace: 'monitoring', replicas: nodes, calls });
  }
  if (daemons > 2) add({ ...host, name: 'azure-ip-masq-agent' });

  const standing = made
    .filter(({ kind }) => kind !== 'Node' && kind !== 'Client')
    .reduce((sum, { replicas }) => sum + replicas, 0);
  let free = Math.max(1, nodes * podsPerNode - standing);
  const deployments = Math.max(3, Math.round(1.6 * Math.sqrt(free)));
  const sizes = Array.from({ length: deployments }, (_, i) => 1 / (1 + i) ** 0.7);
  const scale = free / sizes.reduce((sum, size) => sum + size, 0);
  const firstDeployment = made.length;
  for (let i = 0; i < deployments && free > 0; i++) {
    const replicas = Math.min(free, Math.max(1, Math.round((sizes[i] as number) * scale)));
    free -= replicas;
    add({
      name: numbered(NAMES, i),
      kind: 'Deployment',
      namespace: random.pick(NAMESPACES),
      replicas,
      servicePort: random.next() < 0.4 ? 8_080 : null,
      calls: [],
    });
  }
  for (let i = 0; i < cronJobs; i++) {
    const name = numbered(CRON_NAMES, i);
    const takesMs = [random.between(800, 5_000), random.between(6_000, 90_000)] as const;
    const everyMs = 60_000 * random.whole(1, 6);
    add({ name, kind: 'CronJob', namespace: 'batch', replicas: 1 + Math.floor(nodes / 8), everyMs, takesMs });
  }
  const services = made.filter(({ servicePort, kind }) => servicePort !== null && kind === 'Deployment');
  const ranks = made.slice(firstDeployment).map((_, i) => i);
  return made.map((workload) => {
    if (workload.index < firstDeployment) return workload;
    const rank = ranks.splice(random.whole(0, ranks.length), 1)[0] as number;
    const chatty = workload.kind === 'CronJob' ? 1.5 : 2 / (1 + rank) ** 0.9;
    return { ...workload, calls: drawCalls(workload, chatty, destinations, services, random) };
  });
};

const numbered = (names: readonly string[], i: number): string => {
  const round = Math.floor(i / names.length);
  return `${names[i % names.length]}${round === 0 ? '' : `-${round + 1}`}`;
};

/** One to six destinations, popular ones more often, the first of them most of the traffic; DNS, and sometimes a service. */
const drawCalls = (
  workload: Workload,
  perSecond: number,
  destinations: readonly Destination[],
  services: readonly Workload[],
  random: Random,
): readonly Call[] => {
  const calls: Call[] = [];
  const chosen = new Set<number>();
  const count = Math.min(destinations.length, random.whole(1, 7));
  while (chosen.size < count) chosen.add(drawWeighted(destinations, random));
  let place = 1;
  for (const destination of chosen) {
    calls.push(drawCall({ destination, perSecond, place }, destinations, random));
    place += 1;
  }
  const within = (service: Workload, rate: number): Call => ({
    to: { service: service.index },
    perSecond: rate,
    holdMs: service.serviceProtocol === 'udp' ? 1 : random.between(5, 300),
    kept: 0,
    bytesOut: 120,
    bytesIn: service.serviceProtocol === 'udp' ? 240 : 3_000,
  });
  for (const service of services) {
    if (service.index === DNS_WORKLOAD) calls.push(within(service, perSecond * 0.15));
  }
  const others = services.filter(({ index }) => index !== DNS_WORKLOAD && index !== workload.index);
  if (others.length > 0 && random.next() < 0.4) calls.push(within(random.pick(others), perSecond * 0.3));
  return calls;
};

/** A call to one destination outside, at a share of the workload's rate by its place among them; one that fails is made less often. */
export const drawCall = (
  {
    destination,
    perSecond,
    place,
  }: { readonly destination: number; readonly perSecond: number; readonly place: number },
  destinations: readonly Destination[],
  random: Random,
): Call => {
  const { answer, protocol } = destinations[destination] as Destination;
  const share = answer === 'answers' ? 1 : 0.1;
  return {
    to: { destination },
    perSecond: (perSecond * share) / place ** 1.2,
    holdMs: protocol === 'udp' ? random.between(2, 60) : Math.exp(random.between(Math.log(8), Math.log(4_000))),
    kept: protocol === 'tcp' && random.next() < 0.25 ? 0.01 : 0,
    bytesOut: Math.exp(random.between(Math.log(200), Math.log(40_000))),
    bytesIn: Math.exp(random.between(Math.log(300), Math.log(200_000))),
  };
};

export const drawWeighted = (destinations: readonly Destination[], random: Random): number => {
  let left = random.next() * destinations.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, { weight }] of destinations.entries()) {
    left -= weight;
    if (left < 0) return i;
  }
  return destinations.length - 1;
};
