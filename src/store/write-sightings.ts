import { type Sighting, SIGHTING_KINDS } from '../core/facts.ts';
import type { Batch, Written } from '../core/ports.ts';
import { dropTables } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { loadRows, type Row } from './load-rows.ts';
import { sql } from './sql.ts';

/** Columns of a sighting, in the order in which its identity is made of them. */
const STRUCTURE = {
  kind: `Enum8(${SIGHTING_KINDS.map((kind, i) => `'${kind}' = ${i + 1}`).join(', ')})`,
  begin_ms: 'Int64',
  begin_ns: 'UInt32',
  until_ms: 'Int64',
  pod_uid: 'String',
  namespace: 'String',
  pod: 'String',
  node: 'String',
  pod_ip: 'IPv6',
  container: 'String',
  service: 'String',
  dest_ip: 'IPv6',
  dest_port: 'UInt16',
  dest_host: 'String',
  protocol: 'UInt8',
  local_ip: 'IPv6',
  local_port: 'UInt16',
  client_ip: 'IPv6',
  client_port: 'UInt16',
  trace_id: 'String',
  span_id: 'String',
  parent_span_id: 'String',
  ids: 'Array(String)',
  text: 'String',
  status: 'String',
  result: 'String',
  probability: 'Float64',
  redirected: 'UInt8',
  times: 'UInt32',
} as const;
const COLUMNS = Object.keys(STRUCTURE);

/** Writes the sightings of one batch. Those that are there already, of whatever object, are left out. */
export const writeSightings = async (engine: Engine, batch: Batch, write: number): Promise<Written> => {
  const { cluster, object, format, sightings } = batch;
  if (sightings.length === 0) return { rows: 0, known: 0 };
  const [staged, known] = ['staged', 'known'].map((name) => `${name}_${write}${engine.mark}_sighting`) as [
    string,
    string,
  ];
  const params = { staged, known, cluster, object, format, write };
  const isNew = 'identity NOT IN (SELECT identity FROM {known:Identifier})';
  try {
    await loadRows(
      engine,
      `CREATE TABLE {staged:Identifier} ENGINE = Memory AS
       SELECT *, cityHash64(${COLUMNS.map((name) => `toString(${name})`).join(', ')}) AS identity FROM {source} LIMIT 1 BY identity`,
      STRUCTURE,
      sightings.map(sightingRow),
      { staged },
    );
    await engine.run(sql('write/sighting-known'), params);
    const days = await engine.rows<{ day: number; rows: number }>(
      `SELECT toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC')) AS day, count() AS rows
       FROM {staged:Identifier} WHERE ${isNew} GROUP BY day ORDER BY day`,
      params,
    );
    if (days.length > 0) await engine.run(sql('write/sighting-days'), params);
    for (const { day } of days) {
      await engine.run(sql('write/sighting-id-insert'), { ...params, day });
      await engine.run(
        `INSERT INTO sighting (cluster, format, object, identity, ${COLUMNS.join(', ')})
         SELECT {cluster:String}, {format:String}, {object:String}, identity, ${COLUMNS.join(', ')} FROM {staged:Identifier}
         WHERE toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC')) = {day:UInt32} AND ${isNew}`,
        { ...params, day },
      );
    }
    const rows = days.reduce((sum, day) => sum + day.rows, 0);
    return { rows, known: sightings.length - rows };
  } finally {
    await dropTables(engine, [staged, known]);
  }
};

const NO_ADDRESS = '::';

const sightingRow = (s: Sighting): Row => ({
  kind: s.kind,
  begin_ms: s.begin,
  begin_ns: s.beginNanos,
  until_ms: s.until,
  pod_uid: s.podUid,
  namespace: s.namespace,
  pod: s.pod,
  node: s.node,
  pod_ip: s.podIp ?? NO_ADDRESS,
  container: s.container,
  service: s.service,
  dest_ip: s.destIp ?? NO_ADDRESS,
  dest_port: s.destPort,
  dest_host: s.destHost,
  protocol: s.protocol,
  local_ip: s.localIp ?? NO_ADDRESS,
  local_port: s.localPort,
  client_ip: s.clientIp ?? NO_ADDRESS,
  client_port: s.clientPort,
  trace_id: s.traceId,
  span_id: s.spanId,
  parent_span_id: s.parentSpanId,
  ids: s.ids,
  text: s.text,
  status: s.status,
  result: s.result,
  probability: s.probability ?? 0,
  redirected: Number(s.redirected),
  times: s.times,
});
