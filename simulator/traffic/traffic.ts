import type { Cluster } from '../plan/cluster.ts';
import { type Destination, RESET } from '../plan/destinations.ts';
import type { Workload } from '../plan/workloads.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import type { Degree } from '../parameters.ts';
import type { Random } from '../random.ts';
import { type Addresses, CLIENTS } from './addresses.ts';
import { Backends } from './backends.ts';
import type { Calls } from './calls.ts';
import { Connections, FLAGS } from './connections.ts';
import type { Load } from './load.ts';
import { exponential, lognormal, poisson } from '../draws.ts';
import { OpenedSlots } from './opened-slots.ts';
import { Presence } from './presence.ts';
import { Retries } from './retries.ts';
import type { Rotation } from './rotation.ts';
import { Schedule, SLICE, UNITS_PER_MS } from './schedule.ts';
import { presentIn, type Talkers } from './talkers.ts';
import { Timeline } from './timeline.ts';
import { Translator } from './translator.ts';

export interface TrafficOptions {
  readonly startAt: number;
  readonly endAt: number;
  readonly tellsUpdates: boolean;
  readonly portReuse: Degree;
  readonly ipv6: number;
}

/** In a key of an arrival: what is above is a talker that comes, above that one that goes. */
const COMES = 2 ** 26;
const GOES = 2 ** 27;
const UNIT = 2 ** 28;
const KEPT_MS = 1_800_000;
/** Before the first retry; before each next one twice as long. */
const BACKOFF_MS = 400;
/** Between two nodes of one network. */
const INSIDE_RTT_MS = 0.3;
const NODE_PORT = 30_080;
const PAYLOAD = 1_400;
const HEADERS = 52;
/** Sent to a host that does not answer until the program gives up. */
const SYNS = 4;

/** Makes the connections of one slice after the other, in the order of time on each node. */
export class Traffic {
  readonly connections = new Connections();
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  readonly translator: Translator;
  /** Connections of the slice whose truth is to be told: all that left with a node's address. */
  readonly opened = new OpenedSlots();
  readonly eastWest = new OpenedSlots();
  readonly inbound = new OpenedSlots();
  /** Calls that found no free port. */
  portless = 0;
  readonly #cluster: Cluster;
  readonly #calls: Calls;
  readonly #talkers: Talkers;
  readonly #load: Load;
  readonly #rotation: Rotation;
  readonly #addresses: Addresses;
  readonly #options: TrafficOptions;
  readonly #random: Random;
  readonly #presence: Presence;
  readonly #backends: Backends;
  /** By node: how many of its talkers have come, and those that are there. */
  readonly #come: Int32Array;
  readonly #there: number[][];
  readonly #retries: readonly Retries[];
  #arrivals = new Float64Array(1_024);
  #arrived = 0;

  constructor(
    cluster: Cluster,
    calls: Calls,
    talkers: Talkers,
    addresses: Addresses,
    { load, rotation }: { readonly load: Load; readonly rotation: Rotation },
    options: TrafficOptions,
    random: Random,
  ) {
    const { nodes, destinations } = cluster;
    this.#cluster = cluster;
    this.#calls = calls;
    this.#talkers = talkers;
    this.#load = load;
    this.#rotation = rotation;
    this.#addresses = addresses;
    this.#options = options;
    this.#random = random;
    this.schedule = new Schedule(nodes.length);
    this.timeline = new Timeline(this.connections, this.schedule, options.tellsUpdates, random);
    const sizes = { nodes: nodes.length, destinations: destinations.length * 2, services: cluster.workloads.length };
    this.translator = new Translator(this.connections, this.timeline, talkers, sizes, options.portReuse, random);
    this.#backends = new Backends(talkers, cluster.workloads.length);
    this.#presence = new Presence(cluster, talkers, calls, load);
    this.#come = new Int32Array(nodes.length);
    this.#there = nodes.map(() => []);
    this.#retries = nodes.map(() => new Retries());
  }

  /** Slices come one after the other, and in each every node. */
  begin(slice: number): void {
    this.#load.begin(slice);
    this.#rotation.begin(slice);
  }

  /** Opens what one node opens in the slice. */
  open(node: number, slice: number): void {
    this.#draw(node, slice);
    const keys = this.#arrivals.subarray(0, this.#arrived).sort();
    for (const key of keys) {
      const unit = Math.floor(key / UNIT);
      const at = slice * SLICE + unit;
      const what = key - unit * UNIT;
      this.#retryUntil(node, at);
      if (what >= GOES) this.#presence.change(what - GOES, -1);
      else if (what >= COMES) this.#presence.change(what - COMES, 1);
      else this.#call(node, what, at, 0);
    }
    this.#retryUntil(node, (slice + 1) * SLICE);
  }

  #retryUntil(node: number, until: number): void {
    const retries = this.#retries[node] as Retries;
    while (retries.next < until) {
      const { next: at, pair, tries } = retries;
      retries.drop();
      this.#call(node, pair, at, tries);
    }
  }

  /** What failed is tried again, each time after a longer wait, while there is somebody to try. */
  #retryLater(slot: number, pair: number, tries: number): void {
    const c = this.connections.columns;
    if (tries >= (this.#calls.retries[c.call[slot] as number] as number)) return;
    const waitMs = BACKOFF_MS * 2 ** tries * this.#random.between(0.5, 1.5);
    const at = Math.floor((c.end[slot] as number) + waitMs * UNITS_PER_MS);
    const until = Math.min(this.#talkers.until[c.talker[slot] as number] as number, this.#options.endAt);
    if (at < until) (this.#retries[c.node[slot] as number] as Retries).add(at, pair, tries + 1);
  }

  /** When each pair of a talker and its call speaks in the slice, and who comes and goes. */
  #draw(node: number, slice: number): void {
    this.#arrived = 0;
    const { from, until, byNode } = this.#talkers;
    const begins = byNode[node] as Int32Array;
    const there = this.#there[node] as number[];
    const [first, end] = [slice * SLICE, (slice + 1) * SLICE];
    for (let next = this.#come[node] as number; next < begins.length; next++) {
      const talker = begins[next] as number;
      const at = from[talker] as number;
      if (at >= end) break;
      this.#come[node] = next + 1;
      there.push(talker);
      this.#arrive(Math.max(0, at - first), COMES + talker);
    }
    let kept = 0;
    for (const talker of there) {
      this.#drawCalls(talker, slice);
      const goes = until[talker] as number;
      if (goes < end) this.#arrive(Math.max(0, goes - first), GOES + talker);
      else there[kept++] = talker;
    }
    there.length = kept;
  }

  #drawCalls(talker: number, slice: number): void {
    const { firstPair, pairCall } = this.#talkers;
    const [present, gone] = presentIn(this.#talkers, talker, slice);
    const from = Math.max(present, this.#options.startAt);
    const until = Math.min(gone, this.#options.endAt);
    if (until <= from) return;
    const seconds = (until - from) / (1_000 * UNITS_PER_MS);
    this.#load.stir(talker, slice);
    for (let pair = firstPair[talker] as number; pair < (firstPair[talker + 1] as number); pair++) {
      const rate = this.#calls.perSecond[pairCall[pair] as number] as number;
      const mean = rate * seconds * this.#load.of(talker, pair, slice);
      for (let left = poisson(mean, this.#random); left > 0; left--) {
        this.#arrive(Math.floor(from + this.#random.next() * (until - from)) - slice * SLICE, pair);
      }
    }
  }

  #arrive(unit: number, what: number): void {
    if (this.#arrived === this.#arrivals.length) {
      const wider = new Float64Array(this.#arrived * 2);
      wider.set(this.#arrivals);
      this.#arrivals = wider;
    }
    this.#arrivals[this.#arrived++] = unit * UNIT + what;
  }

  #call(node: number, pair: number, at: number, tries: number): void {
    const call = this.#talkers.pairCall[pair] as number;
    if ((this.#calls.destination[call] as number) >= 0) this.#callOutside(node, pair, call, at, tries);
    else if ((this.#calls.service[call] as number) >= 0) this.#callService(node, pair, call, at);
    else this.#callIn(node, pair, call, at);
  }

  /** A connection that leaves the cluster, with the node's address. */
  #callOutside(node: number, pair: number, call: number, at: number, tries: number): void {
    const { nodes, destinations } = this.#cluster;
    const talker = this.#talkers.pairTalker[pair] as number;
    const host = this.#talkers.host[talker] as number;
    const index = this.#rotation.addressOf(this.#calls.destination[call] as number, node, at);
    const { port, protocol, answer, rttMs, ipv6 } = destinations[index] as Destination;
    const isIpv6 = ipv6 !== null && this.#random.next() < this.#options.ipv6;
    const family = isIpv6 ? 1 : 0;
    const own = this.#addresses.node(node, family);
    const src = host === 0 ? own : this.#addresses.pod(node, host, family);
    const { fullyRandom } = nodes[node] as NodeSpec;
    const place = index * 2 + family;
    const ports = this.translator.choose(node, pair, place, src, at, fullyRandom && host !== 0);
    if (ports === null) {
      this.portless++;
      return;
    }
    const slot = this.connections.take();
    const c = this.connections.columns;
    c.node[slot] = node;
    c.peer[slot] = -1;
    c.talker[slot] = talker;
    c.call[slot] = call;
    c.origSrc[slot] = src;
    c.origDst[slot] = c.replySrc[slot] = this.#addresses.destination(index, family);
    c.replyDst[slot] = own;
    c.origSrcPort[slot] = ports.own;
    c.origDstPort[slot] = c.replySrcPort[slot] = port;
    c.replyDstPort[slot] = ports.wire;
    const isUdp = protocol === 'udp';
    const isReset = !isUdp && answer === 'answers' && this.#random.next() < RESET;
    c.flags[slot] =
      FLAGS.onWire |
      (isUdp ? FLAGS.udp : 0) |
      (isIpv6 ? FLAGS.ipv6 : 0) |
      (answer === 'is-dead' ? FLAGS.unanswered : 0) |
      (answer === 'is-denied' ? FLAGS.denied : 0) |
      (answer === 'refuses' ? FLAGS.refused : 0) |
      (isReset ? FLAGS.reset : 0);
    this.#presence.judge(talker, call);
    c.oracle[slot] = this.#presence.probability;
    c.oracleTop1[slot] = this.#presence.top1;
    c.key[slot] = this.translator.hold(ports, pair, slot);
    const until = this.#talkers.until[talker] as number;
    this.#fill(slot, call, at, rttMs * UNITS_PER_MS, until);
    this.opened.add(at, slot);
    if (isReset || answer !== 'answers') this.#retryLater(slot, pair, tries);
  }

  /** A connection to another pod through a service: the node picks who answers, and nobody translates the source. */
  #callService(node: number, pair: number, call: number, at: number): void {
    const talker = this.#talkers.pairTalker[pair] as number;
    const service = this.#calls.service[call] as number;
    const backend = this.#backends.pick(service, talker, at, this.#random);
    if (backend < 0) return;
    const src = this.#addresses.pod(node, this.#talkers.host[talker] as number, 0);
    const ports = this.translator.chooseInside(pair, src, service, at);
    if (ports === null) {
      this.portless++;
      return;
    }
    const { servicePort, serviceProtocol } = this.#cluster.workloads[service] as Workload;
    const slot = this.#openInside({ node, talker, call, backend, port: servicePort ?? 0 });
    const c = this.connections.columns;
    c.origSrc[slot] = c.replyDst[slot] = src;
    c.origDst[slot] = this.#addresses.service(service);
    c.origSrcPort[slot] = c.replyDstPort[slot] = ports.own;
    c.origDstPort[slot] = servicePort ?? 0;
    c.flags[slot] =
      FLAGS.inside |
      (c.peer[slot] === node ? 0 : FLAGS.onWire) |
      (serviceProtocol === 'udp' ? FLAGS.udp : this.#random.next() < RESET ? FLAGS.reset : 0);
    c.key[slot] = this.translator.hold(ports, pair, slot);
    this.#openedInside(slot, backend, at);
    this.eastWest.add(at, slot);
  }

  /** A client outside calls a port of the node, which forwards it to a pod, there or elsewhere, with its own address. */
  #callIn(node: number, pair: number, call: number, at: number): void {
    const talker = this.#talkers.pairTalker[pair] as number;
    const behind = this.#calls.nodePort[call] as number;
    const backend = this.#backends.pick(behind, talker, at, this.#random);
    const ports = backend < 0 ? null : this.translator.chooseForwarded(node, backend, at);
    if (ports === null) return;
    const { servicePort } = this.#cluster.workloads[behind] as Workload;
    const slot = this.#openInside({ node, talker, call, backend, port: servicePort ?? 0 });
    const c = this.connections.columns;
    const own = this.#addresses.node(node, 0);
    c.origSrc[slot] = this.#addresses.client(this.#random.whole(0, CLIENTS));
    c.origDst[slot] = c.replyDst[slot] = own;
    c.origSrcPort[slot] = ports.own;
    c.origDstPort[slot] = NODE_PORT;
    c.replyDstPort[slot] = ports.wire;
    c.flags[slot] = FLAGS.inside | FLAGS.inbound | FLAGS.onWire;
    c.key[slot] = this.translator.hold(ports, pair, slot);
    this.#openedInside(slot, backend, at);
    this.inbound.add(at, slot);
  }

  #openInside(of: {
    readonly node: number;
    readonly talker: number;
    readonly call: number;
    readonly backend: number;
    readonly port: number;
  }): number {
    const slot = this.connections.take();
    const c = this.connections.columns;
    const peer = this.#talkers.node[of.backend] as number;
    c.node[slot] = of.node;
    c.peer[slot] = peer;
    c.talker[slot] = of.talker;
    c.backend[slot] = of.backend;
    c.call[slot] = of.call;
    c.replySrc[slot] = this.#addresses.pod(peer, this.#talkers.host[of.backend] as number, 0);
    c.replySrcPort[slot] = of.port;
    c.oracle[slot] = 0;
    return slot;
  }

  #openedInside(slot: number, backend: number, at: number): void {
    const c = this.connections.columns;
    const until = Math.min(
      this.#talkers.until[c.talker[slot] as number] as number,
      this.#talkers.until[backend] as number,
    );
    this.#fill(slot, c.call[slot] as number, at, INSIDE_RTT_MS * UNITS_PER_MS, until);
  }

  /** How long it lasts and how much it carries; then everything about it is put down. */
  #fill(slot: number, call: number, at: number, rtt: number, until: number): void {
    const c = this.connections.columns;
    const random = this.#random;
    const bits = c.flags[slot] as number;
    const isKept = random.next() < (this.#calls.kept[call] as number);
    const hold = isKept ? exponential(KEPT_MS, random) : lognormal(this.#calls.holdMs[call] as number, 0.7, random);
    c.id[slot] = random.whole(1, 0xffff_ffff);
    c.begin[slot] = at;
    const end = at + Math.max(hold * UNITS_PER_MS, rtt * 1.5 + 20);
    c.end[slot] = Math.max(at + 1, Math.floor(Math.min(end, Math.max(until - 1, at + rtt + 20))));
    const many = isKept ? hold / 60_000 : 1;
    const isUdp = (bits & FLAGS.udp) !== 0;
    const [least, extra] = isUdp ? [1, 2] : [5, 3];
    const out = Math.round(lognormal(this.#calls.bytesOut[call] as number, 0.6, random) * many);
    const back = Math.round(lognormal(this.#calls.bytesIn[call] as number, 0.6, random) * many);
    const isRefused = (bits & FLAGS.refused) !== 0;
    const isCut = isRefused || (bits & (FLAGS.unanswered | FLAGS.denied)) !== 0;
    const tries = isRefused || isUdp ? 1 : SYNS;
    const packetsOut = isCut ? tries : Math.ceil(out / PAYLOAD) + least;
    const packetsIn = isCut ? Number(isRefused) : Math.ceil(back / PAYLOAD) + least - extra + 2;
    c.packetsOut[slot] = packetsOut;
    c.bytesOut[slot] = isCut ? 60 * packetsOut : out + HEADERS * packetsOut;
    c.packetsIn[slot] = packetsIn;
    c.bytesIn[slot] = isCut ? 40 * packetsIn : back + HEADERS * packetsIn;
    this.timeline.begin(slot, rtt);
  }
}
