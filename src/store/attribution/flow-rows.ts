import type { Table } from '../../base/table.ts';
import type { Judgement } from '../../core/attribution/attribute.ts';
import type { Reason, Verdict } from '../../core/attribution/verdict.ts';
import { putWords } from './chunk-facts.ts';

/** A flow as it goes into the store; counters as numbers where they are exact, else as bigints. */
export interface FlowOut {
  readonly begin: number;
  readonly last: number;
  readonly begun: boolean;
  readonly ended: boolean;
  readonly denied: boolean;
  readonly packetsOut: number | bigint;
  readonly bytesOut: number | bigint;
  readonly packetsIn: number | bigint;
  readonly bytesIn: number | bigint;
}

/** Where a flow's tuple stands: a row of a table of records or of lines. */
export interface TupleAt {
  readonly shard: Uint8Array;
  readonly srcIp: Uint32Array;
  readonly destIp: Uint32Array;
  readonly srcPort: Uint16Array;
  readonly destPort: Uint16Array;
  readonly protocol: Uint8Array;
}

export const OBSERVED_BY = { 'flow-log': 1, conntrack: 2, both: 3, 'traffic-analytics': 4 } as const;
export type SeenBy = (typeof OBSERVED_BY)[keyof typeof OBSERVED_BY];

/** Rows of the table `flow`, by column, with room for `room` of them, in memory that threads share. */
export const flowRows = (room: number) => {
  const shared = (width: number): SharedArrayBuffer => new SharedArrayBuffer(room * width);
  const bytes = (): Uint8Array => new Uint8Array(shared(1));
  const shorts = (): Uint16Array => new Uint16Array(shared(2));
  const ips = (): Uint8Array => new Uint8Array(shared(16));
  const [shard, begun, ended, denied, protocol, direction, observedBy, orNode] = Array.from({ length: 8 }, bytes) as [
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
  ];
  const said = new Int8Array(shared(1));
  const [srcIp, destIp] = [ips(), ips()];
  const [srcWords, destWords] = [new Uint32Array(srcIp.buffer), new Uint32Array(destIp.buffer)];
  const [srcPort, destPort, srcPortMoved, lingered] = [shorts(), shorts(), shorts(), shorts()];
  const tick = shorts();
  const [last, lasted] = [new BigInt64Array(shared(8)), new BigInt64Array(shared(8))];
  const counters = Array.from({ length: 4 }, () => new BigUint64Array(shared(8))) as [
    Counter,
    Counter,
    Counter,
    Counter,
  ];
  const words = (values: Counter | BigInt64Array): Uint32Array => new Uint32Array(values.buffer);
  const [lastWords, lastedWords] = [words(last), words(lasted)];
  const counterWords = counters.map(words) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const [rule, node] = [dictionary(room), dictionary(room)];
  const uids = dictionary(room);
  const uidEnds = new BigUint64Array(shared(8));
  const uidEndWords = words(uidEnds);
  let rows = 0;

  const count = (which: 0 | 1 | 2 | 3, value: number | bigint): void => {
    if (typeof value === 'number') putWords(counterWords[which], rows, value);
    else counters[which][rows] = value;
  };

  return {
    rows: () => rows,
    push: (
      tuple: TupleAt,
      at: number,
      flow: FlowOut,
      ruleText: string,
      isOutbound: boolean,
      seenBy: SeenBy,
      judgement: Judgement,
      tickOf: number,
    ): void => {
      shard[rows] = tuple.shard[at] as number;
      for (let word = 0; word < 4; word++) {
        srcWords[4 * rows + word] = tuple.srcIp[4 * at + word] as number;
        destWords[4 * rows + word] = tuple.destIp[4 * at + word] as number;
      }
      srcPort[rows] = tuple.srcPort[at] as number;
      destPort[rows] = tuple.destPort[at] as number;
      protocol[rows] = tuple.protocol[at] as number;
      putWords(lastWords, rows, flow.last);
      putWords(lastedWords, rows, flow.last - flow.begin);
      begun[rows] = Number(flow.begun);
      ended[rows] = Number(flow.ended);
      denied[rows] = Number(flow.denied);
      count(0, flow.packetsOut);
      count(1, flow.bytesOut);
      count(2, flow.packetsIn);
      count(3, flow.bytesIn);
      direction[rows] = isOutbound ? 0 : 1;
      observedBy[rows] = seenBy;
      rule.push(ruleText);
      node.push(judgement.node);
      const { verdict } = judgement;
      said[rows] = saidOf(verdict);
      if ('podUid' in verdict) uids.push(verdict.podUid);
      else if (verdict.kind === 'ambiguous') {
        orNode[rows] = Number(verdict.orNode);
        if (verdict.podUids !== 'every') for (const uid of verdict.podUids) uids.push(uid);
      }
      putWords(uidEndWords, rows, uids.size());
      srcPortMoved[rows] = judgement.podPort === 0 ? 0 : judgement.podPort - (srcPort[rows] as number);
      lingered[rows] = lingeredOf(judgement.goneAt, flow.last);
      tick[rows] = tickOf;
      rows++;
    },
    table: (): Table => ({
      rows,
      columns: {
        shard: { type: 'UInt8', values: shard },
        tick: { type: 'UInt16', values: tick },
        last_ms: { type: 'Int64', values: last },
        lasted_ms: { type: 'Int64', values: lasted },
        begun: { type: 'UInt8', values: begun },
        ended: { type: 'UInt8', values: ended },
        denied: { type: 'UInt8', values: denied },
        src_ip: { type: 'IPv6', values: srcIp },
        dest_ip: { type: 'IPv6', values: destIp },
        src_port: { type: 'UInt16', values: srcPort },
        dest_port: { type: 'UInt16', values: destPort },
        protocol: { type: 'UInt8', values: protocol },
        direction: { type: 'UInt8', values: direction },
        packets_out: { type: 'UInt64', values: counters[0] },
        bytes_out: { type: 'UInt64', values: counters[1] },
        packets_in: { type: 'UInt64', values: counters[2] },
        bytes_in: { type: 'UInt64', values: counters[3] },
        rule: { type: 'Dictionary', ...rule.done() },
        observed_by: { type: 'UInt8', values: observedBy },
        node: { type: 'Dictionary', ...node.done() },
        said: { type: 'Int8', values: said },
        pod_uids: { type: 'Dictionaries', ends: uidEnds, ...uids.done() },
        or_node: { type: 'UInt8', values: orNode },
        src_port_moved: { type: 'UInt16', values: srcPortMoved },
        lingered: { type: 'UInt16', values: lingered },
      },
    }),
  };
};

/** One more than the tenths of a second, those begun counted; 0: not told (schema/0016-ports.sql). */
const lingeredOf = (goneAt: number, last: number): number =>
  goneAt === 0 ? 0 : 1 + Math.min(65_534, Math.max(0, Math.ceil((goneAt - last) / 100)));

type Bytes = Uint8Array;
type Counter = BigUint64Array;

const sharedPlaces = (count: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(count * 4));

/** Words by their places, and a column of places. */
export const dictionary = (room: number) => {
  let values = sharedPlaces(room);
  let used = 0;
  const words: string[] = [];
  const places = new Map<string, number>();
  let lastWord: string | undefined;
  let lastPlace = 0;
  const placeOf = (word: string): number => {
    if (word === lastWord) return lastPlace;
    lastWord = word;
    const known = places.get(word);
    lastPlace = known ?? words.push(word) - 1;
    if (known === undefined) places.set(word, lastPlace);
    return lastPlace;
  };
  return {
    size: () => used,
    words,
    placeOf,
    push: (word: string): void => {
      if (used === values.length) {
        const wider = sharedPlaces(used * 2 + 16);
        wider.set(values);
        values = wider;
      }
      values[used++] = placeOf(word);
    },
    done: () => ({ values, words }),
  };
};

/** The numbers of `said` in the table of flows: verdict, reason and what it rests on, in one. */
export const saidOf = (verdict: Verdict): number => {
  switch (verdict.kind) {
    case 'exact':
      return verdict.by === 'translation' ? 1 : 2;
    case 'node':
      return 3;
    case 'relayed':
      return REASON_NUMBERS[verdict.reason]['by' in verdict ? verdict.by : 'translation'] as number;
    default:
      return REASON_NUMBERS[verdict.reason][verdict.by ?? 'nothing'] as number;
  }
};

const REASON_NUMBERS: Readonly<Record<Reason, Partial<Record<string, number>>>> = {
  'forwarded-inbound': { translation: 4 },
  'no-translation': { nothing: 5 },
  // Told apart by what observed it: schema/0007-traffic-analytics.sql.
  aggregated: { nothing: 5 },
  'translation-uncertain': { nothing: 6 },
  'conntrack-gap': { nothing: 7 },
  'windows-node': { nothing: 8 },
  'ip-shared': { lease: 9 },
  'lease-uncertain': { lease: 10, translation: 11 },
  'tuple-shared': { translation: 12 },
  'node-unknown': { nothing: 13 },
  'not-outbound': { nothing: 14 },
  'inventory-gap': { nothing: 15 },
  'no-lease-then': { lease: 16, translation: 17 },
  dns: { translation: 18, lease: 19 },
  proxy: { translation: 20, lease: 21 },
  'egress-gateway': { translation: 22, lease: 23 },
  sidecar: { translation: 24, lease: 25 },
};
