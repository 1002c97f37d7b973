import { type Instant, instant } from '../src/base/instant.ts';
import { type Ip, parseCidr } from '../src/base/ip.ts';
import { candidatesOf } from '../src/core/attribution/attribute.ts';
import type { FlowRecord, WireTuple } from '../src/core/attribution/flow.ts';
import type { ConntrackEvent } from '../src/core/attribution/translation.ts';
import { type AttributedFlow, attributeTuple, isSendersOwn } from '../src/core/attribution/tuple.ts';
import type { Verdict } from '../src/core/attribution/verdict.ts';
import { type World, worldOf } from '../src/core/attribution/world.ts';
import { type CONNTRACK_KINDS, DIRECTIONS } from '../src/core/facts.ts';
import type { Engine } from '../src/store/engine.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { OPEN } from '../src/core/attribution/lease.ts';
import { inventoryFrom, pooledClock, watchedSpans } from '../src/store/inventory.ts';
import { inOnePlace } from '../src/store/parts.ts';
import { filterParams, inventoryInForce, ofChosen } from '../src/store/read-flows.ts';
import { ipText } from '../src/store/ip-text.ts';
import {
  countedOf,
  countersOf,
  type EventFact,
  GAP,
  type RandomWorld,
  type RecordFact,
  tellerOf,
} from './random-world.ts';

/** What is said of one flow, in a form that both sides can be brought into. */
export interface Said {
  readonly tuple: string;
  readonly begin: number;
  readonly last: number;
  readonly outbound: boolean;
  readonly denied: boolean;
  readonly observedBy: AttributedFlow['observedBy'];
  readonly node: string;
  readonly verdict: string;
  readonly reason: string;
  readonly evidence: string;
  readonly pods: readonly string[];
  readonly candidates: number;
  readonly podPort: number;
  readonly begun: boolean;
  readonly ended: boolean;
  readonly counters: string;
  readonly rule: string;
}

const SEEN_BY = { 1: 'flow-log', 2: 'conntrack', 3: 'both' } as const;

const inOrder = (rows: readonly Said[]): Said[] =>
  [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What the SQL said of a cluster's flows. */
export const stored = async (engine: Engine, cluster: string): Promise<Said[]> => {
  const inventory = await inventoryInForce(engine, cluster);
  const rows = await engine.rows<Record<string, never>>(ofChosen('flows'), {
    ...filterParams(allFlows(cluster, { from: 0 as Instant, until: OPEN }), instant(0)),
    inventory,
    tuple: 0,
    listed: 1_000,
    limit: 1_000_000,
  });
  return inOrder(
    rows.map((row) => ({
      tuple: tupleText({
        srcIp: ipText(row['src_ip']!),
        srcPort: row['src_port']!,
        destIp: ipText(row['dest_ip']!),
        destPort: row['dest_port']!,
        protocol: row['protocol']!,
      }),
      begin: row['begin_ms']!,
      last: row['last_ms']!,
      outbound: row['direction'] === 0,
      denied: row['denied'] === 1,
      observedBy: SEEN_BY[row['observed_by']!],
      node: row['node']!,
      verdict: row['verdict']!,
      reason: row['reason']!,
      evidence: row['evidence']!,
      pods: row['shown']!,
      candidates: row['candidates']!,
      podPort: row['pod_port']!,
      begun: row['begun'] === 1,
      ended: row['ended'] === 1,
      counters: [row['packets_out'], row['bytes_out'], row['packets_in'], row['bytes_in']].join(' '),
      rule: row['rule']!,
    })),
  );
};

export const tupleText = (t: {
  srcIp: string;
  srcPort: number;
  destIp: string;
  destPort: number;
  protocol: number;
}): string => `${t.srcIp}:${t.srcPort}>${t.destIp}:${t.destPort}/${t.protocol}`;

/** A flow, and the tuple that it is on. */
export interface CoreFlow extends AttributedFlow {
  readonly tuple: WireTuple;
}

/** The flows of a world as the core tells them apart and judges them; leases and clocks are those that the store worked out. */
const judged = async (
  engine: Engine,
  facts: RandomWorld,
  cluster: string,
): Promise<{ readonly world: World; readonly flows: readonly CoreFlow[] }> => {
  const inventory = await inventoryFrom(inOnePlace(engine), cluster);
  const podIps = new Set(inventory.podLeases.filter((lease) => !lease.hostNetwork).map((lease) => lease.ip));
  const tellers = new Set(facts.events.filter((e) => e.originIp !== e.srcIp).map((e) => `${tellerOf(e)} ${e.srcIp}`));
  const world: World = {
    ...worldOf({
      ...inventory,
      watched: await watchedSpans(engine, cluster),
      podBlocks: facts.nodes
        .flatMap((node) => node.podCidrs.map((text) => parseCidr(text)))
        .flatMap((block) => (block.ok ? [block.value] : [])),
      pooledClock: pooledClock(inventory.clocks),
      conntrackGaps: new Map(),
      relays: new Map(),
    }),
    conntrackGaps: (ip) =>
      facts.gaps
        .filter((k) => tellers.has(`0 of ${k} ${ip}`))
        .map(() => ({ from: GAP.from as Instant, until: GAP.until as Instant })),
  };
  const nodesOf = (teller: string): string[] =>
    inventory.nodeLeases.filter((lease) => tellers.has(`${teller} ${lease.ip}`)).map((lease) => lease.node);
  const told = (e: EventFact): boolean =>
    (e.originIp !== e.srcIp || podIps.has(e.srcIp as Ip) || tellers.has(`${tellerOf(e)} ${e.srcIp}`)) &&
    isSendersOwn(nodesOf(tellerOf(e)), e.srcIp as Ip, e.originIp !== e.srcIp, world);
  const tuples = Map.groupBy([...facts.records, ...facts.events], tupleText);
  const flows = [...tuples.entries()].flatMap(([text, [first]]) => {
    const tuple = { ...(first as RecordFact), srcIp: first!.srcIp as Ip, destIp: first!.destIp as Ip };
    const records = facts.records.filter((r) => tupleText(r) === text);
    const events = facts.events.filter((e) => tupleText(e) === text && told(e));
    const sent = records.filter((r) => r.direction === DIRECTIONS.O).map(asRecord);
    const received = records.filter((r) => r.direction === DIRECTIONS.I).map(asRecord);
    return attributeTuple({ tuple, sent, received, events: events.map(asEvent) }, world).map((flow) => ({
      ...flow,
      tuple,
    }));
  });
  return { world, flows };
};

export const flowsFromCore = async (
  engine: Engine,
  facts: RandomWorld,
  cluster: string,
): Promise<readonly CoreFlow[]> => (await judged(engine, facts, cluster)).flows;

/** What the core says of them. */
export const fromCore = async (engine: Engine, facts: RandomWorld, cluster: string): Promise<Said[]> => {
  const { world, flows } = await judged(engine, facts, cluster);
  return inOrder(
    flows.map((flow): Said => {
      const { tuple, verdict } = flow;
      const pods = candidatesOf(flow, { ...flow, srcIp: tuple.srcIp }, world);
      return {
        tuple: tupleText(tuple),
        begin: flow.begin,
        last: flow.last,
        outbound: flow.outbound,
        denied: flow.denied,
        observedBy: flow.observedBy,
        node: flow.node,
        verdict: verdict.kind,
        reason: 'reason' in verdict ? verdict.reason : '',
        evidence: evidenceOf(verdict),
        pods,
        candidates: pods.length + (verdict.kind === 'ambiguous' && verdict.orNode ? 1 : 0),
        podPort: flow.podPort,
        begun: flow.begun,
        ended: flow.ended,
        counters: [flow.packetsOut, flow.bytesOut, flow.packetsIn, flow.bytesIn].join(' '),
        rule: flow.rule,
      };
    }),
  );
};

/** A lease is evidence for the pod that it names, not for several. */
const evidenceOf = (verdict: Verdict): string => {
  if (verdict.kind === 'node' || verdict.kind === 'relayed') return 'translation';
  return verdict.kind === 'exact' || verdict.by === 'translation' ? (verdict.by ?? '') : '';
};

export const asRecord = (r: RecordFact): FlowRecord => ({
  at: r.at as Instant,
  state: r.state as FlowRecord['state'],
  rule: 'x',
  packetsOut: BigInt(countersOf(r).packetsOut),
  bytesOut: BigInt(countersOf(r).bytesOut),
  packetsIn: BigInt(countersOf(r).packetsIn),
  bytesIn: BigInt(countersOf(r).bytesIn),
});

export const asEvent = (e: EventFact): ConntrackEvent => ({
  at: e.at as Instant,
  kind: e.kind as (typeof CONNTRACK_KINDS)['NEW'],
  originIp: e.originIp as Ip,
  originPort: e.originPort,
  startedAt: e.startedAt as Instant,
  timeoutMs: e.timeout * 1_000,
  forced: e.forced,
  packetsOut: BigInt(countedOf(e).packetsOut),
  bytesOut: BigInt(countedOf(e).bytesOut),
  packetsIn: BigInt(countedOf(e).packetsIn),
  bytesIn: BigInt(countedOf(e).bytesIn),
});
