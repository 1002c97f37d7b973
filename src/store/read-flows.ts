import { type Instant, MINUTE } from '../base/instant.ts';
import { compareIp } from '../base/ip.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN } from '../core/attribution/lease.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import type { FlowQuery, FlowRow, PodNamed, VerdictKind } from '../core/ports.ts';
import { OBSERVED_BY } from './attribution/flow-rows.ts';
import { endpointParams } from './endpoint-params.ts';
import type { Engine, Params } from './engine.ts';
import { flowId, parseFlowId } from './flow-id.ts';
import { ipText } from './ip-text.ts';
import type { KeptAnswers, States } from './kept-answers.ts';
import { BY_UID, readPods } from './read-pods.ts';
import { protocolName, protocolNumber } from './protocol.ts';
import { filtering, sql } from './sql.ts';

/** No limit. */
const ALL = 1_000_000_000;
/** An aggregate is shared out over so many parts at most (read/graded.sql). */
const MOST_PARTS = 60;
/** Candidates that a row lists; the rest are counted. */
const LISTED = 10;

/** Flows of the query, oldest first. An id that no flow answers to gives none. */
export const readFlows = async (engine: Engine, query: FlowQuery, keptFrom: Instant): Promise<FlowRow[]> => {
  if (query.flow !== null || query.limit === null) return flowsOf(engine, query, keptFrom);
  const begin = Math.max(query.from, keptFrom);
  for (let reach = FIRST_REACH; query.until - reach > begin; reach *= REACH_GROWS) {
    const from = (query.until - reach) as Instant;
    const newest = await flowsOf(engine, { ...query, from }, keptFrom);
    // Whatever began since then is among those that were alive since then.
    if (newest.filter(({ begin: at }) => at >= from).length >= query.limit) return newest;
  }
  return flowsOf(engine, query, keptFrom);
};

/** Who wants the newest few need not wait for all: they are looked for in the last minute, and then further and further back. */
const FIRST_REACH = MINUTE;
const REACH_GROWS = 8;

const flowsOf = async (engine: Engine, query: FlowQuery, keptFrom: Instant): Promise<FlowRow[]> => {
  const asked = query.flow === null ? null : parseFlowId(query.flow);
  if (query.flow !== null && asked === null) return [];
  const inventory = await inventoryInForce(engine, query.cluster);
  const tuple = asked === null ? 0n : await unmixed(engine, query.cluster, asked.tuple);
  // What a verdict or a pod decides is only known of flows that were looked up.
  const isPlain = query.verdicts.length === 0 && query.namespaces.length === 0 && query.workloads.length === 0;
  const limit = query.limit === null || asked !== null ? ALL : query.limit;
  const params: Params = {
    ...filterParams(query, keptFrom),
    inventory,
    listed: query.everyCandidate === true ? ALL : LISTED,
    tuple,
    // Before what was summed up is whole again, it is up to so many rows.
    limit: isPlain || limit === ALL ? ALL : limit * ((await hasAggregates(engine, query.cluster)) ? MOST_PARTS : 1),
    newest: isPlain && limit < ALL ? limit : 0,
    ...(asked === null ? {} : { from_ms: keptFrom, until_ms: OPEN }),
  };
  const rows = await engine.rows<Row>(ofChosen('flows', params), params);
  const whole = wholeFlows(rows, params['listed'] as number);
  const kept = asked === null ? whole.slice(0, limit) : nearest(whole, asked.beginMs);
  const [pods, watermark] = await Promise.all([
    podsOf(engine, query.cluster, inventory, kept),
    flowLogWatermark(engine, query.cluster),
  ]);
  const was = query.changedSince === null ? null : await readWas(engine, query.cluster, inventory, kept, params);
  return kept.map((row) => ({ ...flowRow(row, query.cluster, pods, watermark), ...was?.get(keyOf(row)) })).toReversed();
};

const keyOf = ({ id, begin_ms }: Pick<Row, 'id' | 'begin_ms'>): string => `${id} ${begin_ms}`;

/** What was said before of flows that changed. */
const readWas = async (
  engine: Engine,
  cluster: string,
  inventory: number,
  rows: readonly Row[],
  params: Params,
): Promise<ReadonlyMap<string, Pick<FlowRow, 'was'>>> => {
  const told = await engine.rows<{
    id: string;
    begin_ms: number;
    at_ms: number;
    verdict: VerdictKind;
    reason: string;
    uid: string;
  }>(sql('read/changed-of'), { ...params, ids: rows.length > BY_UID ? [] : rows.map(({ id }) => id) });
  const uids = [...new Set(told.flatMap(({ uid }) => (uid === '' ? [] : [uid])))];
  const pods = await readPods(engine, cluster, inventory, uids);
  return new Map(
    told.map(({ id, begin_ms, at_ms, verdict, reason, uid }) => [
      keyOf({ id, begin_ms }),
      {
        was: {
          at: at_ms as Instant,
          verdict,
          reason: reason === '' ? null : (reason as Reason),
          pod: uid === '' ? null : (pods.get(uid) ?? { uid }),
        },
      },
    ]),
  );
};

/** A question about the flows that pass the filters. `isAmong`: some verdict may be among all pods of a node. */
export const ofChosen = (
  question: 'flows' | 'who' | 'steps' | 'map' | 'settled',
  params: Params = {},
  isAmong = true,
): string =>
  [
    filtering('read/kept', params),
    filtering(isAmong ? 'read/chosen' : 'read/chosen-bare', params),
    filtering(`read/${question}`, params),
  ].join('\n');

export const inventoryInForce = async (engine: Engine, cluster: string): Promise<number> =>
  (await engine.rows<{ generation: number }>(sql('read/inventory'), { cluster }))[0]?.generation ?? 0;

/** Pods by UID, as the inventory in force names them; where there are none nothing is asked. */
export const podsInForce = async (
  engine: Engine,
  cluster: string,
  uids: readonly string[],
): Promise<ReadonlyMap<string, PodNamed>> =>
  uids.length === 0 ? new Map() : readPods(engine, cluster, await inventoryInForce(engine, cluster), uids);

/** The inventory in force, where it is kept. */
export const keptInventory = async (
  engine: Engine,
  kept: KeptAnswers,
  cluster: string,
  states: States,
): Promise<number> =>
  (await kept.rows<{ generation: number }>(engine, states, 'read/inventory', { cluster }))[0]?.generation ?? 0;

const hasAggregates = async (engine: Engine, cluster: string): Promise<boolean> =>
  (
    await engine.rows<{ n: number }>(
      'SELECT count() AS n FROM (SELECT 1 FROM flow_aggregate WHERE cluster = {cluster:String} LIMIT 1)',
      { cluster },
    )
  )[0]?.n === 1;

export const flowLogWatermark = async (engine: Engine, cluster: string): Promise<number> =>
  (await engine.rows<{ watermark_ms: number }>(sql('read/flow-log-watermark'), { cluster }))[0]?.watermark_ms ?? 0;

/** The tuple's hash behind an id, which is mixed with the cluster's name. */
export const unmixed = async (engine: Engine, cluster: string, mixed: bigint): Promise<bigint> => {
  const [row] = await engine.rows<{ tuple: string }>(
    'SELECT toString(bitXor({mixed:UInt64}, cityHash64({cluster:String}))) AS tuple',
    {
      mixed,
      cluster,
    },
  );
  return BigInt(row?.tuple ?? 0);
};

/** The flow that was alive at the id's time; else the one that began nearest to it, as a clock may have been measured better since. */
const nearest = (rows: readonly Row[], beginMs: number): Row[] => {
  const alive = rows.filter((row) => row.begin_ms <= beginMs && beginMs <= row.last_ms);
  const all = (alive.length > 0 ? alive : rows).filter(
    (row) => alive.length > 0 || Math.abs(row.begin_ms - beginMs) <= IDLE,
  );
  return all.sort((a, b) => Math.abs(a.begin_ms - beginMs) - Math.abs(b.begin_ms - beginMs)).slice(0, 1);
};

/** Of what is older than is kept, something may be left that is not yet dropped. */
export const filterParams = (query: FlowQuery, keptFrom: Instant): Params => ({
  cluster: query.cluster,
  from_ms: Math.max(query.from, keptFrom),
  until_ms: query.until,
  ...destBounds(query.dest),
  ...endpointParams('dest', query.dest),
  ...endpointParams('src', query.srcIps),
  dest_ports: query.destPorts,
  src_ports: query.srcPorts,
  protocols: query.protocols.map(protocolNumber),
  verdicts: query.verdicts,
  nodes: query.nodes,
  namespaces: query.namespaces,
  workloads: query.workloads,
  changed_since_ms: query.changedSince ?? 0,
  idle_ms: IDLE,
});

/** The stretch of addresses that holds all blocks: what the order of the table can skip by. */
const destBounds = (blocks: FlowQuery['dest']): Params => {
  const [first] = blocks.map((block) => block.first).sort(compareIp);
  const last = blocks
    .map((block) => block.last)
    .sort(compareIp)
    .at(-1);
  const [only, ...more] = blocks;
  return {
    dest_from: first ?? '::',
    dest_until: last ?? 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    // What lies between the bounds is not all that is asked for.
    dest_apart: more.length > 0 || only?.port !== undefined,
  };
};

interface Row {
  readonly id: string;
  readonly begin_ms: number;
  readonly last_ms: number;
  readonly begun: number;
  readonly ended: number;
  readonly denied: number;
  readonly src_ip: string;
  readonly src_port: number;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly direction: number;
  readonly flows: number;
  /** The share of what was summed up that the row is about; of a flow 1. */
  readonly part: number;
  readonly packets_out: string;
  readonly bytes_out: string;
  readonly packets_in: string;
  readonly bytes_in: string;
  readonly rule: string;
  readonly observed_by: number;
  readonly node: string;
  readonly verdict: VerdictKind;
  readonly reason: string;
  readonly or_node: number;
  readonly candidates: number;
  readonly evidence: string;
  readonly pod_port: number;
  readonly from_node: number;
  readonly shown: readonly string[];
  readonly shown_chances: readonly number[];
  readonly node_chance: number;
  readonly workload_chance: number;
  /** 1: the workload of the first pod is named by the rates; 2: the node. */
  readonly sure: number;
  readonly sightings: number;
  readonly sightings_by_port: number;
  readonly sightings_by_name: number;
  readonly sightings_by_learned: number;
  readonly before_sightings: number;
}

/** The parts of what was summed up follow each other; together they are one row, of which each candidate has the mean of its parts. */
const wholeFlows = (rows: readonly Row[], most: number): readonly Row[] => {
  const whole: Row[] = [];
  for (let from = 0; from < rows.length; ) {
    const row = rows[from] as Row;
    let until = from + 1;
    while (row.part < 1 && until < rows.length && isSameAggregate(row, rows[until] as Row)) until++;
    whole.push(until === from + 1 ? { ...row, part: 1 } : oneOf(rows.slice(from, until), most));
    from = until;
  }
  return whole;
};

const isSameAggregate = (a: Row, b: Row): boolean =>
  a.id === b.id &&
  a.begin_ms === b.begin_ms &&
  a.last_ms === b.last_ms &&
  a.rule === b.rule &&
  a.direction === b.direction &&
  a.denied === b.denied;

const oneOf = (parts: readonly Row[], most: number): Row => {
  const first = parts[0] as Row;
  const all = parts.reduce((sum, { part }) => sum + part, 0);
  const isGraded = parts.some(({ shown_chances: chances, node_chance: node }) => chances.length > 0 || node > 0);
  const chanceOf = new Map<string, number>();
  let [node, workload] = [0, 0];
  for (const { part, shown, shown_chances: chances, node_chance, workload_chance, candidates, or_node } of parts) {
    const byRates = chances.length > 0 || node_chance > 0;
    const [share, each] = [part / all, 1 / candidates];
    for (const [i, uid] of shown.entries())
      chanceOf.set(uid, (chanceOf.get(uid) ?? 0) + share * (byRates ? (chances[i] as number) : each));
    node += share * (byRates ? node_chance : or_node * each);
    workload += share * workload_chance;
  }
  const listed = [...chanceOf].sort(([, a], [, b]) => b - a);
  const isNode = isGraded ? node > 0 : first.or_node === 1;
  return {
    ...first,
    part: 1,
    verdict: parts.every(({ verdict }) => verdict === first.verdict) ? first.verdict : 'ambiguous',
    sure: parts.every(({ sure }) => sure === first.sure) ? first.sure : 0,
    candidates: listed.length + Number(isNode),
    shown: listed.slice(0, most).map(([uid]) => uid),
    shown_chances: isGraded ? listed.slice(0, most).map(([, chance]) => chance) : [],
    node_chance: isGraded ? node : 0,
    workload_chance: workload,
  };
};

const podsOf = async (
  engine: Engine,
  cluster: string,
  inventory: number,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, PodNamed>> =>
  readPods(engine, cluster, inventory, [...new Set(rows.flatMap((row) => row.shown))]);

const flowRow = (row: Row, cluster: string, pods: ReadonlyMap<string, PodNamed>, watermark: number): FlowRow => {
  const named = row.shown.flatMap((uid) => pods.get(uid) ?? []);
  const exact = row.verdict === 'exact' || (row.verdict === 'relayed' && named.length > 0);
  const byRates = row.shown_chances.length > 0 || row.node_chance > 0;
  return {
    flow: flowId({ tuple: BigInt(row.id), beginMs: row.begin_ms }),
    cluster,
    begin: row.begin_ms as Instant,
    end: endOf(row, watermark),
    last: row.last_ms as Instant,
    node: row.node === '' ? null : row.node,
    srcIp: ipText(row.src_ip),
    srcPort: row.observed_by === OBSERVED_BY['traffic-analytics'] ? null : row.src_port,
    destIp: ipText(row.dest_ip),
    destPort: row.dest_port,
    protocol: protocolName(row.protocol),
    direction: row.direction === 0 ? 'outbound' : 'inbound',
    decision: row.denied === 1 ? 'denied' : 'allowed',
    rule: row.rule === '' ? null : row.rule,
    packetsOut: counter(row.packets_out),
    bytesOut: counter(row.bytes_out),
    packetsIn: counter(row.packets_in),
    bytesIn: counter(row.bytes_in),
    observedBy: [
      ...(row.observed_by & 1 ? (['flow-log'] as const) : []),
      ...(row.observed_by & 2 ? (['conntrack'] as const) : []),
      ...(row.observed_by & 4 ? (['traffic-analytics'] as const) : []),
    ],
    flows: row.flows,
    translated: row.from_node === 1 && row.node !== '',
    verdict: row.verdict,
    reason: row.reason === '' ? null : (row.reason as Reason),
    pod: exact ? (named[0] ?? null) : null,
    podPort: exact
      ? row.evidence === 'translation'
        ? row.pod_port
        : row.observed_by === OBSERVED_BY['traffic-analytics']
          ? null
          : row.src_port
      : null,
    ...(byRates
      ? likelyOf(row, pods)
      : { candidates: exact ? [] : [...named, ...(row.or_node === 1 ? [null] : [])], chances: [], probable: null }),
    sighted:
      row.sightings === 0
        ? null
        : {
            sightings: row.sightings,
            byPort: row.sightings_by_port,
            byName: row.sightings_by_name,
            byLearned: row.sightings_by_learned,
            before: row.before_sightings,
          },
    candidateCount: row.candidates,
    evidence: [
      ...(row.evidence === ''
        ? []
        : row.evidence === 'translation' && exact
          ? ['translation', 'lease']
          : [row.evidence]),
      ...(row.sightings > 0 ? ['span'] : []),
      ...(byRates ? ['rates'] : []),
    ],
  };
};

/** Who the rates say it was, most probable first. */
const likelyOf = (
  { shown, shown_chances, node_chance, workload_chance, sure }: Row,
  pods: ReadonlyMap<string, PodNamed>,
): Pick<FlowRow, 'candidates' | 'chances' | 'probable'> => {
  const likely: { who: PodNamed | null; chance: number }[] = shown.flatMap((uid, i) => {
    const who = pods.get(uid);
    return who === undefined ? [] : [{ who, chance: shown_chances[i] as number }];
  });
  const first = likely[0]?.who ?? null;
  if (node_chance > 0) likely.push({ who: null, chance: node_chance });
  likely.sort((a, b) => b.chance - a.chance);
  const ofNode = sure === 2 || node_chance > workload_chance || first === null;
  return {
    candidates: likely.map(({ who }) => who),
    chances: likely.map(({ chance }) => chance),
    probable: ofNode ? { workload: null, chance: node_chance } : { workload: first.workload, chance: workload_chance },
  };
};

/** E, or ten idle minutes after the last record; until the flow log has told of those, the flow may go on. */
const endOf = (row: Row, watermark: number): Instant | null => {
  // An aggregate ends with its interval.
  if (row.ended === 1 || row.denied === 1) return row.last_ms as Instant;
  if (row.observed_by === 2) return null;
  return row.last_ms + IDLE <= watermark ? ((row.last_ms + IDLE) as Instant) : null;
};

const counter = (text: string): number | string => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
