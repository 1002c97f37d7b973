import type { Protocol } from './plan.ts';
import type { Destination } from './topology.ts';

/** Where a call goes: an outside address, or something of the cluster itself. */
export type Target = Destination | 'web' | 'webV6' | 'dnsService' | 'dnsPod' | 'exporter';

type Range = readonly [low: number, high: number];

export interface Call {
  readonly to: Target;
  readonly protocol: Protocol;
  readonly perSecond: number;
  readonly holdMs: Range;
  readonly bytesUp: Range;
  readonly bytesDown: Range;
  /** Held from the beginning to the end of the run, whatever `holdMs` says. */
  readonly wholeRun?: true;
}

export interface WorkloadSpec {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'DaemonSet';
  /** Of a DaemonSet: ignored. */
  readonly replicas: number;
  readonly containers: readonly string[];
  readonly hostNetwork?: true;
  /** Without a process it is in the inventory only. */
  readonly idle?: true;
  readonly listens?: readonly { readonly protocol: Protocol; readonly port: number }[];
  readonly calls: readonly Call[];
}

export const EXPORTER_PORT = 9_100;

const tcp = (
  to: Target,
  perSecond: number,
  holdMs: Range = [5, 120],
  bytesUp: Range = [200, 2_000],
  bytesDown: Range = [300, 9_000],
): Call => ({ to, protocol: 'tcp', perSecond, holdMs, bytesUp, bytesDown });
const udp = (to: Target, perSecond: number): Call => ({
  to,
  protocol: 'udp',
  perSecond,
  holdMs: [50, 200],
  bytesUp: [30, 120],
  bytesDown: [40, 300],
});
const kept = (to: Target): Call => ({
  to,
  protocol: 'tcp',
  perSecond: 0,
  holdMs: [0, 0],
  bytesUp: [8_000, 40_000],
  bytesDown: [8_000, 90_000],
  wholeRun: true,
});

export const WORKLOADS: readonly WorkloadSpec[] = [
  {
    namespace: 'ingress',
    name: 'web',
    kind: 'Deployment',
    replicas: 3,
    containers: ['nginx'],
    listens: [{ protocol: 'tcp', port: 8_080 }],
    calls: [tcp('telemetry', 0.5)],
  },
  {
    namespace: 'kube-system',
    name: 'coredns',
    kind: 'Deployment',
    replicas: 2,
    containers: ['coredns'],
    listens: [{ protocol: 'udp', port: 53 }],
    calls: [udp('dnsUpstream', 6), udp('dnsUpstreamV6', 1)],
  },
  {
    namespace: 'kube-system',
    name: 'azure-ip-masq-agent',
    kind: 'DaemonSet',
    replicas: 0,
    containers: ['azure-ip-masq-agent'],
    hostNetwork: true,
    idle: true,
    calls: [],
  },
  {
    namespace: 'kube-system',
    name: 'csi-azuredisk-node',
    kind: 'DaemonSet',
    replicas: 0,
    containers: ['liveness-probe', 'azuredisk'],
    hostNetwork: true,
    calls: [tcp('storage', 1.5), tcp('storageV6', 0.4)],
  },
  {
    namespace: 'monitoring',
    name: 'node-exporter',
    kind: 'DaemonSet',
    replicas: 0,
    containers: ['node-exporter'],
    hostNetwork: true,
    listens: [{ protocol: 'tcp', port: EXPORTER_PORT }],
    calls: [],
  },
  {
    namespace: 'monitoring',
    name: 'otel-collector',
    kind: 'DaemonSet',
    replicas: 0,
    containers: ['otel-collector', 'config-reloader'],
    calls: [kept('telemetry'), tcp('telemetryV6', 2), udp('statsd', 2), tcp('exporter', 1)],
  },
  {
    namespace: 'shop',
    name: 'checkout',
    kind: 'Deployment',
    replicas: 4,
    containers: ['checkout'],
    calls: [
      tcp('payments', 4),
      tcp('paymentsV6', 1.5),
      tcp('database', 1, [200, 2_500]),
      udp('dnsService', 1),
      tcp('mail', 0.2),
    ],
  },
  {
    namespace: 'shop',
    name: 'cart',
    kind: 'Deployment',
    replicas: 4,
    containers: ['cart'],
    calls: [tcp('cache', 5, [5, 60]), tcp('database', 0.8, [100, 900]), udp('dnsService', 1), udp('statsd', 1.5)],
  },
  {
    namespace: 'shop',
    name: 'catalog',
    kind: 'Deployment',
    replicas: 6,
    containers: ['catalog'],
    calls: [
      tcp('search', 3),
      tcp('storage', 2),
      tcp('storageV6', 1),
      udp('dnsService', 0.7),
      tcp('web', 0.6),
      tcp('webV6', 0.3),
    ],
  },
  {
    namespace: 'shop',
    name: 'payments',
    kind: 'Deployment',
    replicas: 3,
    containers: ['payments', 'vault-agent'],
    calls: [kept('payments'), kept('database'), tcp('payments', 2, [30, 400]), tcp('refusing', 0.3)],
  },
  {
    namespace: 'data',
    name: 'etl-worker',
    kind: 'Deployment',
    replicas: 5,
    containers: ['worker'],
    calls: [
      tcp('storage', 4, [10, 300], [2_000, 30_000]),
      tcp('database', 1, [300, 3_000]),
      tcp('dead', 0.15),
      udp('dnsPod', 0.7),
    ],
  },
  {
    namespace: 'media',
    name: 'transcoder',
    kind: 'Deployment',
    replicas: 3,
    containers: ['transcoder'],
    calls: [kept('storage'), tcp('storage', 3), tcp('registry', 0.3), udp('time', 0.5), tcp('web', 0.5)],
  },
];

/** What nodes do by themselves: image pulls, the VM agent, the clock. */
export const NODE_CALLS: readonly Call[] = [
  tcp('registry', 1),
  tcp('storage', 1),
  tcp('telemetryV6', 0.5),
  udp('time', 0.5),
];

/** What a job does in the less than a second that it lives. */
export const JOB_CALLS: readonly Call[] = [
  tcp('mail', 3, [5, 60]),
  tcp('storage', 4, [5, 60]),
  tcp('paymentsV6', 2, [5, 60]),
  udp('dnsService', 2),
];

export const JOB_NAMES = ['report-mail', 'cache-warm', 'invoice-sync'] as const;
