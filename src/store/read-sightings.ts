import type { Instant } from '../base/instant.ts';
import type { FormatName, SightingKind } from '../core/facts.ts';
import type { LeaseRow, PodsTold, SightingQuery, SightingRow } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { ipText } from './ip-text.ts';
import { type LeaseRowRaw, leaseRow } from './read-evidence.ts';
import { inventoryInForce } from './read-flows.ts';
import { filtering, sql } from './sql.ts';

export const readSightings = async (
  engine: Engine,
  query: SightingQuery,
  keptFrom: Instant,
): Promise<SightingRow[]> => {
  const params = {
    ...(await paramsOf(engine, query, keptFrom)),
    kinds: query.kinds,
    limit: query.limit,
    newest: query.ids.length === 0,
  };
  const rows = (await engine.rows<Row>(filtering('read/sightings', params), params)).map(sightingRow);
  return query.ids.length === 0 ? rows.toReversed() : rows;
};

export const countSightings = async (
  engine: Engine,
  query: Pick<SightingQuery, 'cluster' | 'from' | 'until' | 'ids' | 'namespaces'>,
  keptFrom: Instant,
): Promise<Map<string, number>> => {
  if (query.ids.length === 0) return new Map();
  const params = await paramsOf(engine, query, keptFrom);
  const rows = await engine.rows<{ id: string; sightings: number }>(filtering('read/sighting-counts', params), params);
  return new Map(rows.map(({ id, sightings }) => [id, sightings]));
};

export const readPodsTold = async (engine: Engine, cluster: string, told: PodsTold): Promise<LeaseRow[]> => {
  if (told.uids.length + told.names.length + told.ips.length === 0) return [];
  const inventory = await inventoryInForce(engine, cluster);
  return (await engine.rows<LeaseRowRaw>(sql('read/pods-told'), { cluster, inventory, ...told })).map(leaseRow);
};

const paramsOf = async (
  engine: Engine,
  {
    cluster,
    from,
    until,
    ids,
    namespaces = [],
  }: Pick<SightingQuery, 'cluster' | 'from' | 'until' | 'ids' | 'namespaces'>,
  keptFrom: Instant,
) => ({
  cluster,
  from_ms: Math.max(from, keptFrom),
  until_ms: until,
  ids,
  namespaces,
  inventory: namespaces.length === 0 ? 0 : await inventoryInForce(engine, cluster),
});

interface Row {
  readonly kind: SightingKind;
  readonly begin_ms: number;
  readonly begin_ns: number;
  readonly until_ms: number;
  readonly pod_uid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly pod_ip: string;
  readonly container: string;
  readonly service: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly dest_host: string;
  readonly protocol: number;
  readonly local_ip: string;
  readonly local_port: number;
  readonly client_ip: string;
  readonly client_port: number;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string;
  readonly ids: readonly string[];
  readonly text: string;
  readonly status: 'ok' | 'error' | '';
  readonly result: string;
  readonly probability: number;
  readonly redirected: number;
  readonly times: number;
  readonly format: FormatName;
  readonly object: string;
}

const sightingRow = (row: Row): SightingRow => ({
  kind: row.kind,
  begin: row.begin_ms as Instant,
  beginNanos: row.begin_ns,
  until: row.until_ms as Instant,
  podUid: row.pod_uid,
  namespace: row.namespace,
  pod: row.pod,
  node: row.node,
  podIp: address(row.pod_ip),
  container: row.container,
  service: row.service,
  destIp: address(row.dest_ip),
  destPort: row.dest_port,
  destHost: row.dest_host,
  protocol: row.protocol,
  localIp: address(row.local_ip),
  localPort: row.local_port,
  clientIp: address(row.client_ip),
  clientPort: row.client_port,
  traceId: row.trace_id,
  spanId: row.span_id,
  parentSpanId: row.parent_span_id,
  ids: row.ids,
  text: row.text,
  status: row.status,
  result: row.result,
  probability: row.probability === 0 ? null : row.probability,
  redirected: row.redirected === 1,
  times: row.times,
  format: row.format,
  object: row.object,
});

const address = (ip: string): SightingRow['destIp'] => (ip === '::' ? null : ipText(ip));
