import type { Cluster } from '../plan/cluster.ts';
import type { Random } from '../random.ts';
import { SLICE, UNITS_PER_MS } from './schedule.ts';

/** Linux's `ip_local_port_range`; connect() takes the even ones first (net/ipv4/inet_hashtables.c). */
const FIRST_PORT = 32_768;
const EVEN_PORTS = 14_116;

/** Who makes connections: every pod, every node for itself, and at every node the clients outside; with a place for what is remembered of each of its calls. */
export interface Talkers {
  readonly count: number;
  readonly node: Int32Array;
  readonly workload: Int32Array;
  readonly role: Int32Array;
  /** Place of its own address in the node's range; 0: the node's address. */
  readonly host: Uint8Array;
  readonly from: Float64Array;
  readonly until: Float64Array;
  readonly podUid: readonly (string | null)[];
  /** Of a talker's calls the first pair; the next ones follow. */
  readonly firstPair: Int32Array;
  /** A pair is one call of one talker. */
  readonly pairTalker: Int32Array;
  readonly pairCall: Int32Array;
  /** The port that Linux gave it last, or would give it first. */
  readonly pairPort: Uint16Array;
  /** By node, those that begin there, earliest first. */
  readonly byNode: readonly Int32Array[];
}

export const seatTalkers = (
  { nodes, workloads, lives, roles, roleOf }: Cluster,
  firstCall: Int32Array,
  originMs: number,
  endMs: number,
  random: Random,
): Talkers => {
  const atNodes = workloads.filter(({ kind }) => kind === 'Node' || kind === 'Client');
  const first = nodes.length * atNodes.length;
  const count = first + lives.length;
  const node = new Int32Array(count);
  const workload = new Int32Array(count);
  const role = new Int32Array(count);
  const host = new Uint8Array(count);
  const from = new Float64Array(count);
  const until = new Float64Array(count).fill((endMs - originMs) * UNITS_PER_MS);
  const podUid: (string | null)[] = [];
  for (const { index: of } of atNodes) {
    for (const { index } of nodes) {
      node[podUid.length] = index;
      workload[podUid.length] = of;
      role[podUid.length] = of;
      podUid.push(null);
    }
  }
  for (const [i, { lived, workload: of, host: at }] of lives.entries()) {
    const talker = first + i;
    node[talker] = lived.spec.node.index;
    workload[talker] = of;
    role[talker] = roleOf[i] as number;
    host[talker] = at;
    from[talker] = Math.max(0, Math.ceil((lived.startedAt - originMs) * UNITS_PER_MS));
    if (lived.finishedAt !== null) until[talker] = Math.floor((lived.finishedAt - originMs) * UNITS_PER_MS);
    podUid.push(lived.spec.uid);
  }
  const firstPair = new Int32Array(count + 1);
  for (let talker = 0; talker < count; talker++) {
    const calls = roles[role[talker] as number]?.calls.length ?? 0;
    firstPair[talker + 1] = (firstPair[talker] as number) + calls;
  }
  const pairs = firstPair[count] as number;
  const pairTalker = new Int32Array(pairs);
  const pairCall = new Int32Array(pairs);
  const pairPort = new Uint16Array(pairs);
  for (let talker = 0; talker < count; talker++) {
    const own = firstPair[talker] as number;
    for (let pair = own; pair < (firstPair[talker + 1] as number); pair++) {
      pairTalker[pair] = talker;
      pairCall[pair] = (firstCall[role[talker] as number] as number) + pair - own;
      pairPort[pair] = FIRST_PORT + 2 * random.whole(0, EVEN_PORTS);
    }
  }
  const lists: number[][] = nodes.map(() => []);
  for (let talker = 0; talker < count; talker++) lists[node[talker] as number]?.push(talker);
  const byNode = lists.map((list) => Int32Array.from(list).sort((a, b) => (from[a] as number) - (from[b] as number)));
  return { count, node, workload, role, host, from, until, podUid, firstPair, pairTalker, pairCall, pairPort, byNode };
};

/** The port after this one, as connect() walks on: past a few even ones at random. */
export const portAfter = (port: number, random: Random): number => {
  const next = port + 2 * random.whole(1, 9);
  return next > FIRST_PORT + 2 * (EVEN_PORTS - 1) ? FIRST_PORT + 2 * random.whole(0, 8) : next;
};

/** First and last moment of a slice that a talker is there; nothing when the second is not later. */
export const presentIn = ({ from, until }: Talkers, talker: number, slice: number): readonly [number, number] => [
  Math.max(from[talker] as number, slice * SLICE),
  Math.min(until[talker] as number, (slice + 1) * SLICE),
];
