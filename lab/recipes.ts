/** What a run puts its weight on. The cluster and its workloads are the same in all of them. */
export interface Recipe {
  readonly description: string;
  /** Factor on every workload's rate of calls. */
  readonly traffic: number;
  readonly jobsPerSecond: number;
  /** Deployments of `shop` whose pods are all replaced, in this order. */
  readonly rollouts: readonly ('cart' | 'catalog' | 'checkout')[];
  /** A freed address is given to the next pod no sooner; every third pod takes the shorter. */
  readonly reuseGapMs: readonly [usual: number, short: number];
  /** How often several pods of a node, some of the times with the node itself, insist on one source port towards one destination. */
  readonly collisions: number;
  /** How often a pod takes the source port, towards the same destination, that another pod of the node just gave back. */
  readonly portHandovers: number;
  /** How soon, every second time; otherwise after 4.5 to 6 s. */
  readonly handoverGapMs: readonly [low: number, high: number];
  /** How long conntrack keeps a closed TCP connection's ports: sooner, the kernel gives the next pod another port; later, the same. */
  readonly timeWaitSeconds: number;
  /** Connections a second from outside to the NodePort. */
  readonly nodePortPerSecond: number;
  /** Factor on what the nodes themselves and their host-network pods do. */
  readonly host: number;
  /** Factor on calls to IPv6 destinations. */
  readonly ipv6: number;
  /** One replica of `shop/checkout` calls 203.0.113.66:443. */
  readonly suspicious: boolean;
}

const everything: Recipe = {
  description: 'A bit of everything: the mix that the other runs take their emphasis from.',
  traffic: 1,
  jobsPerSecond: 0.9,
  rollouts: ['cart'],
  reuseGapMs: [3_000, 1_200],
  collisions: 40,
  portHandovers: 30,
  handoverGapMs: [700, 1_500],
  timeWaitSeconds: 3,
  nodePortPerSecond: 6,
  host: 1,
  ipv6: 1,
  suspicious: true,
};

export const RECIPES = {
  everything,
  incident: {
    ...everything,
    description:
      'One replica of deploy/checkout in namespace shop calls 203.0.113.66:443, among the ordinary traffic of three nodes; later an engineer tries the same address with curl from a node.',
    traffic: 0.45,
    collisions: 20,
    portHandovers: 15,
    nodePortPerSecond: 3,
  },
  'skewed-clocks': {
    ...everything,
    description:
      'The flow log runs ahead of true time and one node behind it; ports change hands faster than the clocks agree.',
    traffic: 0.25,
    portHandovers: 40,
    handoverGapMs: [1_400, 2_000],
    timeWaitSeconds: 1,
    collisions: 10,
    nodePortPerSecond: 2,
    suspicious: false,
  },
  'pod-ip-reuse': {
    ...everything,
    description:
      'Short jobs and three rollouts: addresses pass from pod to pod within seconds, some while the finished pod still shows them.',
    traffic: 0.25,
    jobsPerSecond: 2.5,
    rollouts: ['cart', 'checkout', 'catalog'],
    reuseGapMs: [3_000, 1_200],
    collisions: 5,
    portHandovers: 10,
    handoverGapMs: [1_400, 2_000],
    timeWaitSeconds: 1,
    nodePortPerSecond: 1,
    suspicious: false,
  },
  'port-remap': {
    ...everything,
    description:
      'Pods of one node insist on the same source port towards the same destination, so the kernel must give some of them another.',
    traffic: 0.2,
    jobsPerSecond: 0.4,
    collisions: 220,
    portHandovers: 60,
    nodePortPerSecond: 1,
    suspicious: false,
  },
  'host-and-node-port': {
    ...everything,
    description: 'Nodes, host-network pods and forwarded outside clients use the node address beside the pods.',
    traffic: 0.2,
    jobsPerSecond: 0.4,
    collisions: 30,
    portHandovers: 10,
    nodePortPerSecond: 25,
    host: 6,
    suspicious: false,
  },
  'dual-stack': {
    ...everything,
    description: 'Most calls go over IPv6, which is masqueraded to the node address as IPv4 is.',
    traffic: 0.25,
    jobsPerSecond: 0.5,
    ipv6: 6,
    nodePortPerSecond: 1,
    suspicious: false,
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof RECIPES;
export const isRecipeName = (text: string): text is RecipeName => Object.hasOwn(RECIPES, text);
