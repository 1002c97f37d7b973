import type { Random } from '../../simulator/random.ts';
import type { Cluster, PodDrawn, Workload } from './cluster.ts';
import type { Destination } from './destinations.ts';
import type { Call, CorednsChange, OutsideChange } from './told.ts';

export const CAUSES = [
  'lb-snat-exhaustion',
  'nat-gateway-drops',
  'firewall-snat',
  'node-port-exhaustion',
  'conntrack-full',
  'pod-port-exhaustion',
  'idle-timeout',
  'dns-failing',
  'coredns-overload',
  'destination-refusing',
  'destination-down',
  'destination-throttling',
  'path-loss',
  'policy-denied',
  'firewall-denied',
  'client-timeout',
  'terminating',
] as const;
export type Cause = (typeof CAUSES)[number];
export const isCause = (text: string): text is Cause => CAUSES.some((cause) => cause === text);

/** What translates once more, behind the nodes. */
export interface Egress {
  kind: 'load-balancer' | 'nat-gateway' | 'firewall';
  /** TCP ports that each node may take, or all of them together behind a NAT gateway or a firewall. */
  ports: number;
}

/** What Azure gives: a node in a small cluster, one address of a NAT gateway, one address of a firewall for each of two instances. */
export const EGRESS_PORTS: Readonly<Record<Egress['kind'], number>> = {
  'load-balancer': 1_024,
  'nat-gateway': 64_512,
  firewall: 4_992,
};

/** What a cause can do to the network that is running. */
export interface Hands {
  /** Every node, by index. */
  readonly nodes: readonly number[];
  readonly nft: (where: 'fabric' | { readonly node: number }, rules: string) => Promise<void>;
  /** No host has the address any more. */
  readonly lose: (address: string) => Promise<void>;
  readonly give: (address: string) => Promise<void>;
  /** Settings below /proc/sys/net. */
  readonly set: (
    where: 'fabric' | { readonly node: number } | { readonly pod: PodDrawn },
    settings: Readonly<Record<string, number | string>>,
  ) => Promise<void>;
  /** Fills the table of a node but for so many entries. */
  readonly fillTable: (node: number, room: number) => Promise<void>;
  readonly outside: (change: OutsideChange) => void;
  readonly coredns: (index: number, change: CorednsChange) => void;
}

export interface Step {
  /** After the traffic began; null: before it. */
  readonly atMs: number | null;
  readonly act: (hands: Hands) => Promise<void> | void;
}

/** Packets that somebody on the way denies: from these nodes to this address. */
export interface Denied {
  readonly by: 'security-group' | 'firewall';
  readonly address: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly rule: string;
}

/** A cause with its parameters, ready to happen. */
export interface CausePlan {
  readonly cause: Cause;
  readonly fromMs: number;
  /** null: to the end. */
  readonly untilMs: number | null;
  readonly destination: Destination | null;
  readonly workload: Workload | null;
  readonly node: string | null;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly steps: readonly Step[];
  readonly denied?: Denied;
  /** Nothing but these can tell of it. Azure's metrics: the stand-in has fewer ports than what it stands for, so that nobody could know that they ran out. */
  readonly toldBy?: 'metrics' | 'applications';
  /** Whether a call is one of those that it can make fail. */
  readonly hits: (pod: PodDrawn, call: Omit<Call, 'n'>) => boolean;
}

/** What a cause is drawn from, and what it may still change. */
export interface Draft {
  readonly random: Random;
  readonly cluster: Cluster;
  readonly egress: Egress;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly endMs: number;
  /** Destinations that another cause of the run has already. */
  readonly taken: ReadonlySet<string>;
}

export type DrawCause = (draft: Draft) => CausePlan;

/** A destination that somebody calls, and whoever does so. */
export const pickDestination = ({ random, cluster, taken }: Draft): Destination => {
  const free = cluster.workloads
    .flatMap(({ habits }) => habits.map(({ to }) => to))
    .filter(({ host }) => !taken.has(host));
  return random.pick(free);
};

/** A workload and one of the destinations it calls. */
export const pickHabit = (
  { random, cluster, taken }: Draft,
  fits: (workload: Workload) => boolean = () => true,
): { readonly workload: Workload; readonly to: Destination } => {
  const habits = cluster.workloads
    .filter(fits)
    .flatMap((workload) => workload.habits.map(({ to }) => ({ workload, to })))
    .filter(({ to }) => !taken.has(to.host));
  return random.pick(habits);
};

export const podsOf = ({ cluster }: Draft, workload: Workload): readonly PodDrawn[] =>
  cluster.pods.filter((pod) => pod.workload === workload && pod.startMs === null && pod.deletedAtMs === null);

/** From its begin on, and back where it ends. */
export const fromUntil = ({ fromMs, untilMs }: Draft, begin: Step['act'], end: Step['act']): readonly Step[] => [
  { atMs: fromMs, act: begin },
  ...(untilMs === null ? [] : [{ atMs: untilMs, act: end }]),
];

export const calls =
  (to: Destination) =>
  (_: PodDrawn, { host, port }: Omit<Call, 'n'>): boolean =>
    host === to.host && port === to.port;

export const span = ({ fromMs, untilMs }: Draft) => ({ fromMs, untilMs });
