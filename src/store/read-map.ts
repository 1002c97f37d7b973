import type { Instant } from '../base/instant.ts';
import {
  BLOCK_BITS,
  CONTROL_TAGS,
  DNS_PORTS,
  type FlowMap,
  type MapDestination,
  type MapEdge,
  type MapHide,
  type MapHolder,
  type MapQuery,
  type MapSender,
  type MapSum,
  MAP_TIERS,
  type MapTier,
  type MapUncut,
  PLATFORM_IPS,
} from '../core/flow-map.ts';
import type { Horizons } from '../core/retention.ts';
import { VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';
import type { Engine, Params } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { filterParams, inventoryInForce, ofChosen } from './read-flows.ts';
import { planSenders, type SenderPlan } from './read-senders.ts';
import { planSettled } from './read-settled.ts';
import { filtering } from './sql.ts';

interface Row {
  /** Empty: nothing hides it. */
  readonly hidden_by: MapHide | '';
  readonly listed: number;
  readonly sender_kind: MapSender['kind'] | '';
  readonly sender_space: string;
  readonly sender_workload: string;
  readonly sender_name: string;
  readonly sender_uid: string;
  readonly sender_pod: string;
  readonly dest_kind: MapDestination['kind'] | '';
  readonly dest_text: string;
  readonly dest_first: string;
  readonly port: number;
  readonly by_protocol: number;
  readonly holder_kind: MapHolder['kind'] | '';
  readonly holder_space: string;
  readonly holder_workload: string;
  readonly holder_name: string;
  readonly flows: readonly number[];
  readonly bytes: readonly number[];
  readonly bytes_out: number;
  readonly bytes_in: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly partly: number;
  readonly is_among: number;
  readonly edges: number;
  readonly senders: number;
  readonly destinations: number;
  readonly dest_addresses: readonly string[];
  readonly address_count: number;
}

/** Addresses of a destination that are listed; the rest are counted. */
const LISTED = 10;

export const readMap = async (engine: Engine, query: MapQuery, horizons: Horizons): Promise<FlowMap> => {
  const withTags = query.to === 'tag' || query.hide.includes('azure');
  const params: Params = {
    ...filterParams(query, horizons.flows),
    inventory: await inventoryInForce(engine, query.cluster),
    tuple: 0,
    sender: query.sender,
    by_dest: true,
    to: query.to,
    by: query.by,
    hide: query.hide,
    limit: query.edges,
    named: query.named,
    host_named: query.to === 'host' ? query.named : [],
    to_host: query.to === 'host',
    with_tags: withTags,
    told_from_ms: horizons.sightings,
    kinds: VERDICT_KINDS,
    block4: 96 + BLOCK_BITS.v4,
    block6: BLOCK_BITS.v6,
    dns_ports: DNS_PORTS,
    platform: PLATFORM_IPS.map((ip) => `::ffff:${ip}`),
    control: CONTROL_TAGS,
    listed_addresses: LISTED,
  };
  const [{ rows, tiers, uncut, summedFirst }, tags] = await Promise.all([
    rowsOf(engine, query, params, horizons),
    withTags
      ? engine.rows<{ n: number }>(
          "SELECT count() AS n FROM azure_resource FINAL WHERE cluster = {cluster:String} AND type = 'service-tag'",
          { cluster: query.cluster },
        )
      : [],
  ]);
  return {
    tiers,
    uncut,
    kept: { from: isOfSenders(query) ? horizons.hours : horizons.flows, flowsFrom: horizons.flows, summedFirst },
    edges: rows.flatMap((row) => (row.hidden_by === '' ? [edgeOf(row)] : [])),
    hidden: rows.flatMap((row) => (row.hidden_by === '' ? [] : [{ preset: row.hidden_by, ...sumOf(row) }])),
    serviceTags: tags[0]?.n ?? null,
  };
};

interface Told {
  readonly rows: readonly Row[];
  readonly tiers: readonly MapTier[];
  readonly uncut: readonly MapUncut[];
  readonly summedFirst: FlowMap['kept']['summedFirst'];
}

/** The cheapest question that can answer, as in read-who.ts. */
const rowsOf = async (engine: Engine, query: MapQuery, params: Params, horizons: Horizons): Promise<Told> => {
  const isAmong = (rows: readonly Row[]): boolean => rows.some(({ is_among }) => is_among === 1);
  const told = (rows: readonly Row[], ...tiers: readonly MapTier[]): Told => ({
    rows,
    tiers: rows.length > 0 ? tiers : [],
    uncut: [],
    summedFirst: null,
  });
  const flows = async (among = true): Promise<Told> =>
    told(await engine.rows<Row>(ofChosen('map', params, among), params), 'flows');
  if (isOfSenders(query)) {
    const settled = await planSettled(engine, query, params, horizons);
    const bySender = async (plan: SenderPlan): Promise<Told> => {
      const asked = { ...params, ...plan.params, ...settled.params };
      const rows = await engine.rows<Row>(ofChosen('map', asked, plan.isAmong), asked);
      return {
        ...told(rows, ...MAP_TIERS.filter((tier) => [plan, settled].some(({ tiers }) => tiers.includes(tier)))),
        uncut: settled.uncut,
        summedFirst: settled.first,
      };
    };
    return (
      (await whileNothingMoves(engine, query.cluster, async () => bySender(await planSenders(engine, params)))) ??
      (await bySender(FLOW_BY_FLOW))
    );
  }
  const byPods = query.namespaces.length > 0 || query.workloads.length > 0;
  const bySource = query.srcIps.length > 0 || query.srcPorts.length > 0;
  if (!byPods && !bySource) {
    const rows = await engine.rows<Row>(filtering('read/map-totals', params), params);
    if (isAmong(rows)) return flows();
    if (rows.every(({ partly }) => partly === 0)) return told(rows, 'destination-hours');
  }
  const bare = byPods ? null : await flows(false);
  return bare === null || isAmong(bare.rows) ? flows() : bare;
};

const FLOW_BY_FLOW: SenderPlan = { tiers: ['flows'], isAmong: true, params: {} };

/** Whether it makes no difference where a flow went, nor what else but its sender's names. */
const isOfSenders = ({
  to,
  hide,
  dest,
  destPorts,
  srcIps,
  srcPorts,
  protocols,
  changedSince,
  flow,
}: MapQuery): boolean =>
  to === 'all' &&
  hide.every((preset) => preset === 'kube-system') &&
  [dest, destPorts, srcIps, srcPorts, protocols].every((given) => given.length === 0) &&
  changedSince === null &&
  flow === null;

/** Roll-ups and flows are asked one after the other: where an answer was replaced between, they are asked anew. null: that goes on. */
const whileNothingMoves = async <Answer>(
  engine: Engine,
  cluster: string,
  ask: () => Promise<Answer>,
): Promise<Answer | null> => {
  const newest = async (): Promise<number | undefined> =>
    (
      await engine.rows<{ generation: number }>(
        'SELECT max(generation) AS generation FROM window_current WHERE cluster = {cluster:String}',
        { cluster },
      )
    )[0]?.generation;
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await newest();
    const answer = await ask();
    if ((await newest()) === before) return answer;
  }
  return null;
};
const TRIES = 5;

const sumOf = (row: Row): MapSum => ({
  byVerdict: Object.fromEntries(
    VERDICT_KINDS.map((verdict, i) => [verdict, { flows: row.flows[i] as number, bytes: row.bytes[i] as number }]),
  ) as Record<VerdictKind, { readonly flows: number; readonly bytes: number }>,
  bytesOut: row.bytes_out,
  bytesIn: row.bytes_in,
  first: row.first_ms as Instant,
  last: row.last_ms as Instant,
});

const edgeOf = (row: Row): MapEdge => ({
  from: row.sender_kind === '' ? null : senderOf(row.sender_kind, row),
  to:
    row.dest_kind === ''
      ? null
      : {
          ...placeOf(row.dest_kind, row),
          addresses: row.dest_addresses.map(ipText),
          addressCount: row.address_count,
        },
  ...sumOf(row),
  edges: row.edges,
  senders: row.senders,
  destinations: row.destinations,
});

const senderOf = (kind: MapSender['kind'], row: Row): MapSender => {
  if (kind !== 'pod') return named(kind, row.sender_space, row.sender_workload, row.sender_name);
  const workload = { kind: row.sender_workload, namespace: row.sender_space, name: row.sender_name };
  return { kind, uid: row.sender_uid, name: row.sender_pod, workload };
};

const named = (
  kind: Exclude<MapSender['kind'], 'pod'>,
  namespace: string,
  workload: string,
  name: string,
): MapSender => {
  if (kind === 'workload') return { kind, workload: { kind: workload, namespace, name } };
  return kind === 'node' ? { kind, node: name } : { kind };
};

const placeOf = (kind: MapDestination['kind'], row: Row) => {
  const holder =
    row.holder_kind === ''
      ? null
      : (named(row.holder_kind, row.holder_space, row.holder_workload, row.holder_name) as MapHolder);
  const ip = ipText(row.dest_first);
  switch (kind) {
    case 'all':
      return { kind };
    case 'workload':
    case 'node':
      return holder as MapHolder;
    case 'address':
      return { kind, ip, holder };
    case 'port':
      return { kind, ip, port: row.port, protocol: protocolName(row.by_protocol), holder };
    case 'block':
      return { kind, block: `${ip}/${ip.includes(':') ? BLOCK_BITS.v6 : BLOCK_BITS.v4}` };
    case 'host':
    case 'tag':
      return { kind, name: row.dest_text };
  }
};
