import type { NodeSpec } from '../kube/node-spec.ts';
import { type ConntrackWriter, type Line, type LineKind } from '../write/conntrack-writer.ts';
import { type FlowLogWriter, type FlowTuple, RULE, type Rule, type State } from '../write/flow-log-writer.ts';
import type { TrafficAnalyticsWriter } from '../write/traffic-analytics-writer.ts';
import type { Addresses } from './addresses.ts';
import { type Connections, FLAGS } from './connections.ts';
import { kindOf, restOf, SLICE, SLICE_MS, slotOf, unitOf, UNITS_PER_MS } from './schedule.ts';
import { CONTINUES_EVERY, KINDS } from './timeline.ts';
import type { Traffic } from './traffic.ts';

/** How a line of conntrack says it, by kind: the event, seconds until the entry would go, the state of TCP. */
const EVENTS: LineKind[] = [];
const TIMEOUTS: number[] = [];
const TCP_STATES: string[] = [];
const says = (kind: number, event: LineKind, timeoutS: number, state: string): void => {
  EVENTS[kind] = event;
  TIMEOUTS[kind] = timeoutS;
  TCP_STATES[kind] = state;
};
says(KINDS.opened, 'NEW', 120, 'SYN_SENT ');
says(KINDS.answered, 'UPDATE', 60, 'SYN_RECV ');
says(KINDS.established, 'UPDATE', 432_000, 'ESTABLISHED ');
says(KINDS.fin, 'UPDATE', 120, 'FIN_WAIT ');
says(KINDS.lastAck, 'UPDATE', 30, 'LAST_ACK ');
says(KINDS.closed, 'UPDATE', 120, 'TIME_WAIT ');
says(KINDS.reset, 'UPDATE', 10, 'CLOSE ');
says(KINDS.destroyed, 'DESTROY', 0, 'TIME_WAIT ');
const STATES: Readonly<Record<number, State>> = {
  [KINDS.began]: 'B',
  [KINDS.denied]: 'D',
  [KINDS.continues]: 'C',
  [KINDS.ended]: 'E',
};

const NOTHING = new Uint8Array();

/** Tells the sources of one node what happened in a slice, in the order in which it happened. */
export class Telling {
  readonly #traffic: Traffic;
  readonly #connections: Connections;
  readonly #addresses: Addresses;
  readonly #nodes: readonly NodeSpec[];
  /** What is made of records: the flow log itself, and what sums it up. */
  readonly #recorders: readonly (FlowLogWriter | TrafficAnalyticsWriter)[];
  readonly #conntrack: ConntrackWriter | null;
  readonly #originMs: number;
  readonly #aheadMs: number;
  readonly #endAt: number;
  // One of each, written over for every line: what is told is many times what is kept.
  readonly #line: Line = {
    atUs: 0,
    kind: 'NEW',
    isUdp: false,
    isIpv6: false,
    timeoutS: 0,
    state: '',
    origSrc: NOTHING,
    origDst: NOTHING,
    origSrcPort: 0,
    origDstPort: 0,
    replySrc: NOTHING,
    replyDst: NOTHING,
    replySrcPort: 0,
    replyDstPort: 0,
    isUnreplied: false,
    isAssured: false,
    packetsOut: 0,
    bytesOut: 0,
    packetsIn: 0,
    bytesIn: 0,
    aliveS: 0,
    id: 0,
  };
  readonly #tuple: FlowTuple = {
    atMs: 0,
    src: NOTHING,
    dest: NOTHING,
    srcPort: 0,
    destPort: 0,
    protocol: 6,
    isOut: true,
    state: 'B',
    packetsOut: 0,
    bytesOut: 0,
    packetsIn: 0,
    bytesIn: 0,
    rule: RULE.internetOut,
  };

  constructor(
    traffic: Traffic,
    addresses: Addresses,
    nodes: readonly NodeSpec[],
    to: {
      readonly flowLog: FlowLogWriter | null;
      readonly analytics: TrafficAnalyticsWriter | null;
      readonly conntrack: ConntrackWriter | null;
    },
    times: { readonly originMs: number; readonly aheadMs: number; readonly endAt: number },
  ) {
    this.#traffic = traffic;
    this.#connections = traffic.connections;
    this.#addresses = addresses;
    this.#nodes = nodes;
    this.#recorders = [to.flowLog, to.analytics].filter((recorder) => recorder !== null);
    this.#conntrack = to.conntrack;
    this.#originMs = times.originMs;
    this.#aheadMs = times.aheadMs;
    this.#endAt = times.endAt;
  }

  tell(node: number, slice: number): void {
    const { timeline, translator, schedule } = this.#traffic;
    const keys = schedule.take(node, slice);
    // In the flow log's time a slice is a minute: the first one begins where a minute does.
    const minute = this.#originMs + this.#aheadMs + slice * SLICE_MS;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      const unit = unitOf(key);
      const at = slice * SLICE + unit;
      const rest = restOf(key, unit);
      const slot = slotOf(rest);
      const kind = kindOf(rest);
      const c = this.#connections.columns;
      const isGone = kind === KINDS.destroyed && node === c.node[slot] && at !== c.destroyed[slot];
      if (!isGone && at < this.#endAt) {
        const state = STATES[kind];
        if (state === undefined) this.#tellConntrack(node, slot, at, kind);
        else if (this.#recorders.length > 0) this.#tellFlowLog(node, minute, slot, at, state);
      }
      if (kind === KINDS.continues) timeline.goOn(node, slot, at);
      const pending = (c.pending[slot] as number) - 1;
      c.pending[slot] = pending;
      if (pending > 0) continue;
      translator.release(c.key[slot] as number, slot);
      this.#connections.give(slot);
    }
    for (const recorder of this.#recorders) recorder.finish(node, minute);
    this.#conntrack?.finish(node);
  }

  #tellConntrack(node: number, slot: number, at: number, kind: number): void {
    if (this.#conntrack === null) return;
    const c = this.#connections.columns;
    const line = this.#line;
    const bits = c.flags[slot] as number;
    const isOwn = node === c.node[slot];
    const isUdp = (bits & FLAGS.udp) !== 0;
    const isRefused = (bits & FLAGS.refused) !== 0;
    const isUnanswered = (bits & (FLAGS.unanswered | FLAGS.denied)) !== 0;
    const isDestroy = kind === KINDS.destroyed;
    const { skewMs } = this.#nodes[node] as NodeSpec;
    line.atUs = (this.#originMs + skewMs) * 1_000 + at * 4;
    line.kind = EVENTS[kind] as LineKind;
    line.isUdp = isUdp;
    line.isIpv6 = (bits & FLAGS.ipv6) !== 0;
    line.timeoutS = isUdp ? (kind === KINDS.established ? 120 : 30) : (TIMEOUTS[kind] as number);
    line.state = isUdp ? '' : (TCP_STATES[kind] as string);
    if (isDestroy && !isUdp && isUnanswered) line.state = 'SYN_SENT ';
    if (isDestroy && (bits & FLAGS.reset) !== 0) line.state = 'CLOSE ';
    if (isDestroy && isRefused) line.state = '120 CLOSE ';
    const texts = this.#addresses;
    line.replySrc = texts.text(c.replySrc[slot] as number);
    line.replyDst = texts.text(c.replyDst[slot] as number);
    line.replySrcPort = c.replySrcPort[slot] as number;
    line.replyDstPort = c.replyDstPort[slot] as number;
    // The node at the other end sees what is on the wire, and translates nothing.
    line.origSrc = isOwn ? texts.text(c.origSrc[slot] as number) : line.replyDst;
    line.origDst = isOwn ? texts.text(c.origDst[slot] as number) : line.replySrc;
    line.origSrcPort = isOwn ? (c.origSrcPort[slot] as number) : line.replyDstPort;
    line.origDstPort = isOwn ? (c.origDstPort[slot] as number) : line.replySrcPort;
    line.isUnreplied = kind === KINDS.opened || (isDestroy && (isUnanswered || isRefused));
    line.isAssured = (bits & FLAGS.assured) !== 0 && kind !== KINDS.opened && kind !== KINDS.answered;
    line.id = ((c.id[slot] as number) ^ (isOwn ? 0 : 0x5bd1_e995)) >>> 0;
    if (isDestroy) {
      line.packetsOut = c.packetsOut[slot] as number;
      line.bytesOut = c.bytesOut[slot] as number;
      line.packetsIn = c.packetsIn[slot] as number;
      line.bytesIn = c.bytesIn[slot] as number;
      const begunS = Math.floor(line.atUs / 1_000_000 - (at - (c.begin[slot] as number)) / 250_000);
      line.aliveS = Math.floor(line.atUs / 1_000_000) - begunS;
    }
    this.#conntrack.add(node, line);
  }

  #tellFlowLog(node: number, minute: number, slot: number, at: number, state: State): void {
    const c = this.#connections.columns;
    const tuple = this.#tuple;
    const bits = c.flags[slot] as number;
    const isOwn = node === c.node[slot];
    tuple.atMs = this.#originMs + this.#aheadMs + Math.floor(at / UNITS_PER_MS);
    tuple.protocol = (bits & FLAGS.udp) !== 0 ? 17 : 6;
    tuple.state = state;
    this.#count(slot, at, state);
    if (isOwn && (bits & FLAGS.inbound) !== 0) {
      tuple.src = this.#addresses.text(c.origSrc[slot] as number);
      tuple.dest = this.#addresses.text(c.origDst[slot] as number);
      tuple.srcPort = c.origSrcPort[slot] as number;
      tuple.destPort = c.origDstPort[slot] as number;
      tuple.isOut = false;
      tuple.rule = RULE.loadBalancer;
      for (const recorder of this.#recorders) recorder.add(node, minute, tuple);
      // What it forwards to a pod of its own never reaches the NIC again.
      if (c.peer[slot] === node) return;
    }
    tuple.src = this.#addresses.text(c.replyDst[slot] as number);
    tuple.dest = this.#addresses.text(c.replySrc[slot] as number);
    tuple.srcPort = c.replyDstPort[slot] as number;
    tuple.destPort = c.replySrcPort[slot] as number;
    tuple.isOut = isOwn;
    tuple.rule = ruleOf(bits, isOwn);
    for (const recorder of this.#recorders) recorder.add(node, minute, tuple);
  }

  /** Counters are what came since the record before; a kept connection carries evenly. */
  #count(slot: number, at: number, state: State): void {
    const c = this.#connections.columns;
    const tuple = this.#tuple;
    const isCounted = state === 'C' || state === 'E';
    const begin = c.begin[slot] as number;
    const lasted = (c.end[slot] as number) - begin;
    if (!isCounted || lasted <= CONTINUES_EVERY) {
      tuple.packetsOut = isCounted ? (c.packetsOut[slot] as number) : 0;
      tuple.bytesOut = isCounted ? (c.bytesOut[slot] as number) : 0;
      tuple.packetsIn = isCounted ? (c.packetsIn[slot] as number) : 0;
      tuple.bytesIn = isCounted ? (c.bytesIn[slot] as number) : 0;
      return;
    }
    const records = Math.max(0, Math.ceil(lasted / CONTINUES_EVERY) - 1);
    const until = state === 'C' ? (at - begin) / lasted : 1;
    const from = (CONTINUES_EVERY * (state === 'C' ? (at - begin) / CONTINUES_EVERY - 1 : records)) / lasted;
    const since = (total: number): number => Math.floor(total * until) - (from <= 0 ? 0 : Math.floor(total * from));
    tuple.packetsOut = since(c.packetsOut[slot] as number);
    tuple.bytesOut = since(c.bytesOut[slot] as number);
    tuple.packetsIn = since(c.packetsIn[slot] as number);
    tuple.bytesIn = since(c.bytesIn[slot] as number);
  }
}

const ruleOf = (bits: number, isOwn: boolean): Rule => {
  if ((bits & FLAGS.denied) !== 0) return RULE.deny;
  if ((bits & FLAGS.inside) === 0) return RULE.internetOut;
  return isOwn ? RULE.vnetOut : RULE.vnetIn;
};
