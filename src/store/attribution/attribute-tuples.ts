import type { Instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Table } from '../../base/table.ts';
import { attribute, type Judgement } from '../../core/attribution/attribute.ts';
import type { ClockOffset } from '../../core/attribution/clock.ts';
import type { FlowRecord, WireTuple } from '../../core/attribution/flow.ts';
import type { ConntrackEvent, Translation } from '../../core/attribution/translation.ts';
import { type AttributedFlow, attributeTuple, isNear, isOf, isSendersOwn } from '../../core/attribution/tuple.ts';
import type { World } from '../../core/attribution/world.ts';
import { CONNTRACK_KINDS, DIRECTIONS, FLOW_STATES, type FlowState } from '../../core/facts.ts';
import { addressTexts } from './address-texts.ts';
import { signedAt, textWordsOf, valuesOf, wordsOf } from './chunk-facts.ts';
import { OBSERVED_BY, type FlowOut, type TupleAt } from './flow-rows.ts';
import {
  type LineSum,
  lineAdder,
  noSums,
  type RecordSum,
  recordAdder,
  type Sums,
  translationFrom,
  UNCOUNTED,
} from './plain.ts';
import { tuplesOf } from './tuples.ts';

/** Takes each flow that has a verdict. `tuple` and `at` say where its tuple stands. */
export type TakeFlow = (
  tuple: TupleAt,
  at: number,
  flow: FlowOut,
  rule: string,
  isOutbound: boolean,
  seenBy: 1 | 2 | 3,
  judgement: Judgement,
) => void;

export interface Asked {
  /** Does the flow of this shard belong to the windows in question? `hourOf` is the time that it counts by. */
  readonly isWanted: (shard: number, hourOf: number) => boolean;
  /** There are records further away than those given: a translation that no record shows may be one of theirs. */
  readonly mayBeRecordedElsewhere: boolean;
  /** Hashes of tuples; the lines of others are not asked about. null: all are. */
  readonly only: ReadonlySet<bigint> | null;
  readonly take: TakeFlow;
  /** The nodes whose conntrack an object is; empty when nothing tells. */
  readonly nodesOf: (object: string) => readonly string[];
}

/**
 * The flows of all tuples that some records and lines are about, with their verdicts.
 * Gives the hashes of those that cannot be told without the records that are further away.
 */
export const attributeTuples = (records: Table, lines: Table, world: World, asked: Asked): bigint[] => {
  const textOf = addressTexts();
  const record = recordReader(records, textOf);
  const line = lineReader(lines, textOf);
  const tuples = tuplesOf(records, lines, heard(line, world, asked.nodesOf));
  const [sent, received, entries] = [noSums<RecordSum>(), noSums<RecordSum>(), noSums<LineSum>()];
  const hashes = valuesOf(lines, 'tuple', 'UInt64');
  const later: bigint[] = [];

  /** Flows and entries that sums tell, each entry part of a flow. */
  const takePlain = (firstRecord: number, firstLine: number): boolean => {
    if (firstRecord < 0) return false;
    sent.count = 0;
    received.count = 0;
    entries.count = 0;
    for (let row = firstRecord; row >= 0; row = tuples.nextRecord[row] as number) {
      if (!record.add(record.direction[row] === DIRECTIONS.O ? sent : received, row)) return false;
    }
    for (let row = firstLine; row >= 0; row = tuples.nextLine[row] as number) {
      if (!line.add(entries, row)) return false;
    }
    if (!isSeenSent(received, sent)) return false;
    const srcIp = record.srcIpAt(firstRecord);
    const translations = entries.count === 0 ? NONE : translationsOf(srcIp);
    if (translations === null) return false;
    const isSent = sent.count > 0;
    const flows = isSent ? sent : received;
    for (let i = 0; i < flows.count; i++) takeFlow(flows.all[i] as RecordSum, isSent, srcIp, translations);
    return true;
  };

  /** null: one of them is no part of a flow. */
  const translationsOf = (srcIp: Ip): Translation[] | null => {
    const clock = world.clockOf(srcIp);
    const translations: Translation[] = [];
    for (let i = 0; i < entries.count; i++) {
      const sum = entries.all[i] as LineSum;
      const translation = translationFrom(sum, line.originIpAt(sum.row), line.originPort[sum.row] as number);
      if (!isOfSome(translation, sent, clock) && !isOfSome(translation, received, clock)) return null;
      translations.push(translation);
    }
    return translations;
  };

  const takeFlow = (flow: RecordSum, isSent: boolean, srcIp: Ip, translations: readonly Translation[]): void => {
    if (!asked.isWanted(record.at.shard[flow.row] as number, flow.last)) return;
    const judgement = attribute(
      {
        srcIp,
        destPort: record.at.destPort[flow.row] as number,
        protocol: record.at.protocol[flow.row] as number,
        begin: flow.begin as Instant,
        last: flow.last as Instant,
        begun: flow.begun,
        outbound: isSent,
      },
      translations,
      world,
    );
    const seenBy = judgement.isTranslated ? OBSERVED_BY.both : OBSERVED_BY['flow-log'];
    asked.take(record.at, flow.row, flow, record.rules[flow.rule] as string, isSent, seenBy, judgement);
  };

  /** By the core, from lists. */
  const takeTangled = (firstRecord: number, firstLine: number): void => {
    const [at, row] = firstRecord >= 0 ? [record.at, firstRecord] : [line.at, firstLine];
    const tuple = firstRecord >= 0 ? record.tupleAt(row) : line.tupleAt(row);
    const [out, into]: [FlowRecord[], FlowRecord[]] = [[], []];
    for (let r = firstRecord; r >= 0; r = tuples.nextRecord[r] as number) {
      (record.direction[r] === DIRECTIONS.O ? out : into).push(...record.recordsAt(r));
    }
    const events: ConntrackEvent[] = [];
    for (let r = firstLine; r >= 0; r = tuples.nextLine[r] as number) events.push(...line.eventsAt(r));
    const flows = attributeTuple({ tuple, sent: out, received: into, events }, world).filter((flow) =>
      asked.isWanted(at.shard[row] as number, hourOf(flow)),
    );
    if (asked.mayBeRecordedElsewhere && flows.some((flow) => flow.observedBy === 'conntrack')) {
      later.push(hashes[firstLine] as bigint);
      return;
    }
    for (const flow of flows) asked.take(at, row, flow, flow.rule, flow.outbound, OBSERVED_BY[flow.observedBy], flow);
  };

  for (let tuple = 0; tuple < tuples.count; tuple++) {
    const firstRecord = tuples.firstRecord[tuple] as number;
    const firstLine = tuples.firstLine[tuple] as number;
    if (asked.only !== null && firstRecord < 0 && !asked.only.has(hashes[firstLine] as bigint)) continue;
    if (!takePlain(firstRecord, firstLine)) takeTangled(firstRecord, firstLine);
  }
  return later;
};

const NONE: readonly Translation[] = [];

/** Where both NICs logged a tuple the sender's flows count, if each of the receiver's is one of them. */
const isSeenSent = (received: Sums<RecordSum>, sent: Sums<RecordSum>): boolean => {
  for (let i = 0; i < received.count && sent.count > 0; i++) {
    let seen = false;
    for (let k = 0; k < sent.count && !seen; k++) {
      const { begin, last } = sent.all[k] as RecordSum;
      seen = isNear(begin, received.all[i] as RecordSum) || isNear(last, received.all[i] as RecordSum);
    }
    if (!seen) return false;
  }
  return true;
};

const isOfSome = (translation: Translation, flows: Sums<RecordSum>, clock: ClockOffset): boolean => {
  for (let i = 0; i < flows.count; i++) if (isOf(translation, flows.all[i] as RecordSum, clock)) return true;
  return false;
};

/** The query has left out what other nodes saw of a node's address; of a pod's it could not know. */
const heard = (
  line: ReturnType<typeof lineReader>,
  world: World,
  nodesOf: Asked['nodesOf'],
): ((row: number) => boolean) => {
  const tellers = line.objects.map(nodesOf);
  // Most lines are translated, and of these nothing has to be looked up.
  return (row) =>
    line.isTranslated(row) ||
    isSendersOwn(tellers[line.object[row] as number] as readonly string[], line.srcIpAt(row), false, world);
};

/** A flow lives in the hour of its last record; a translation without a record in the hour of its first line. */
const hourOf = ({ observedBy, begin, last }: AttributedFlow): number => (observedBy === 'conntrack' ? begin : last);

type TextOf = (bytes: Uint8Array, words: Uint32Array, row: number) => Ip;

const tupleReader = (table: Table, textOf: TextOf) => {
  const [srcBytes, destBytes] = [valuesOf(table, 'src_ip', 'IPv6'), valuesOf(table, 'dest_ip', 'IPv6')];
  const at: TupleAt = {
    shard: valuesOf(table, 'shard', 'UInt8'),
    srcIp: wordsOf(table, 'src_ip', 'IPv6'),
    destIp: wordsOf(table, 'dest_ip', 'IPv6'),
    srcPort: valuesOf(table, 'src_port', 'UInt16'),
    destPort: valuesOf(table, 'dest_port', 'UInt16'),
    protocol: valuesOf(table, 'protocol', 'UInt8'),
  };
  const srcIpAt = (row: number): Ip => textOf(srcBytes, at.srcIp, row);
  return {
    at,
    srcIpAt,
    tupleAt: (row: number): WireTuple => ({
      srcIp: srcIpAt(row),
      destIp: textOf(destBytes, at.destIp, row),
      srcPort: at.srcPort[row] as number,
      destPort: at.destPort[row] as number,
      protocol: at.protocol[row] as number,
    }),
  };
};

const countersReader = (table: Table) => {
  const counter = (name: string) => valuesOf(table, name, 'UInt64');
  const [packetsOut, bytesOut] = [counter('packets_out'), counter('bytes_out')];
  const [packetsIn, bytesIn] = [counter('packets_in'), counter('bytes_in')];
  return (row: number) => ({
    packetsOut: packetsOut[row] as bigint,
    bytesOut: bytesOut[row] as bigint,
    packetsIn: packetsIn[row] as bigint,
    bytesIn: bytesIn[row] as bigint,
  });
};

const recordReader = (table: Table, textOf: TextOf) => {
  const times = wordsOf(table, 'at_ms', 'Int64');
  const ago = wordsOf(table, 'begun_ago_ms', 'Int64');
  const state = valuesOf(table, 'state', 'UInt8');
  const rule = valuesOf(table, 'rule', 'Dictionary');
  const rules = textWordsOf(table, 'rule');
  const countersAt = countersReader(table);
  return {
    ...tupleReader(table, textOf),
    rules,
    direction: valuesOf(table, 'direction', 'UInt8'),
    add: recordAdder(table),
    /** The row's record, and the B that rides on it. */
    recordsAt: (row: number): FlowRecord[] => {
      const at = signedAt(times, row);
      const begunAgo = signedAt(ago, row);
      const text = rules[rule[row] as number] as string;
      const own = { at: at as Instant, state: state[row] as FlowState, rule: text, ...countersAt(row) };
      if (begunAgo < 0) return [own];
      return [{ at: (at - begunAgo) as Instant, state: FLOW_STATES.B, rule: text, ...UNCOUNTED }, own];
    },
  };
};

const lineReader = (table: Table, textOf: TextOf) => {
  const times = wordsOf(table, 'at_ms', 'Int64');
  const ago = wordsOf(table, 'new_ago_ms', 'Int64');
  const kind = valuesOf(table, 'kind', 'UInt8');
  const started = wordsOf(table, 'started_ms', 'Int64');
  const timeout = valuesOf(table, 'timeout_s', 'UInt32');
  const forced = valuesOf(table, 'forced', 'UInt8');
  const originBytes = valuesOf(table, 'origin_ip', 'IPv6');
  const originWords = wordsOf(table, 'origin_ip', 'IPv6');
  const originPort = valuesOf(table, 'origin_port', 'UInt16');
  const countersAt = countersReader(table);
  const originIpAt = (row: number): Ip => textOf(originBytes, originWords, row);
  const tuple = tupleReader(table, textOf);
  return {
    ...tuple,
    object: valuesOf(table, 'object', 'Dictionary'),
    objects: textWordsOf(table, 'object'),
    isTranslated: (row: number): boolean =>
      originWords[4 * row + 3] !== tuple.at.srcIp[4 * row + 3] ||
      originWords[4 * row + 2] !== tuple.at.srcIp[4 * row + 2] ||
      originWords[4 * row + 1] !== tuple.at.srcIp[4 * row + 1] ||
      originWords[4 * row] !== tuple.at.srcIp[4 * row],
    originPort,
    originIpAt,
    add: lineAdder(table),
    /** The row's line, and the NEW that rides on it; a DESTROY states no timeout, so there it is the NEW's. */
    eventsAt: (row: number): ConntrackEvent[] => {
      const at = signedAt(times, row);
      const newAgo = signedAt(ago, row);
      const timeoutMs = (timeout[row] as number) * 1_000;
      const origin = { originIp: originIpAt(row), originPort: originPort[row] as number };
      const own: ConntrackEvent = {
        ...origin,
        at: at as Instant,
        kind: kind[row] as ConntrackEvent['kind'],
        startedAt: Math.max(0, signedAt(started, row)) as Instant,
        timeoutMs: newAgo < 0 ? timeoutMs : 0,
        forced: forced[row] === 1,
        ...countersAt(row),
      };
      if (newAgo < 0) return [own];
      return [
        {
          ...origin,
          at: (at - newAgo) as Instant,
          kind: CONNTRACK_KINDS.NEW,
          startedAt: 0,
          timeoutMs,
          forced: false,
          ...UNCOUNTED,
        },
        own,
      ];
    },
  };
};
