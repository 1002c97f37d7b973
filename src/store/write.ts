import { parseCidr } from '../base/ip.ts';
import type { Table } from '../base/table.ts';
import { MAX_APART } from '../core/attribution/clock.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN } from '../core/attribution/lease.ts';
import { TWICE } from '../core/attribution/tuple.ts';
import type { Batch, Written } from '../core/ports.ts';
import type { Engine, Params } from './engine.ts';
import { hostSide } from './host-side.ts';
import { encodeNative, nativeStructure } from './native.ts';
import { sql } from './sql.ts';

/**
 * Writes one batch. Windows are marked as touched before the rows that touch them are there: a crash between the two costs a window
 * computed in vain, the other order would lose a verdict. Rows that are there already are left out, so a batch may be written again.
 */
export const writeBatch = async (engine: Engine, batch: Batch, write: number): Promise<Written> => {
  const hot = [
    batch.flowRecords === null ? null : await writeHot(engine, batch, write, FLOW_RECORD, batch.flowRecords),
    batch.conntrack === null ? null : await writeHot(engine, batch, write, CONNTRACK, batch.conntrack),
  ];
  const small = [
    await writeSmall(engine, batch, write, 'pod_seen', batch.pods.map(podRow)),
    await writeSmall(engine, batch, write, 'node_seen', batch.nodes.map(nodeRow)),
  ];
  await writeRest(engine, batch);
  const all = [...hot.filter((part) => part !== null), ...small];
  const written = {
    rows: all.reduce((sum, part) => sum + part.rows, batch.logLines.length + batch.aggregates.length),
    known: all.reduce((sum, part) => sum + part.known, 0),
  };
  await engine.run(
    `INSERT INTO write_log SELECT {cluster:String}, {write:UInt64}, {format:String}, {object:String}, {rows:UInt64}, {known:UInt64}`,
    { cluster: batch.cluster, write, format: batch.format, object: batch.object, ...written },
  );
  return written;
};

interface HotTable {
  readonly table: string;
  readonly sender: string;
  readonly receiver: string;
  readonly teller: boolean;
}

const FLOW_RECORD: HotTable = { table: 'flow-record', sender: 'src_ip', receiver: 'dest_ip', teller: false };
// The wire's tuple is the reply's, turned round.
const CONNTRACK: HotTable = {
  table: 'conntrack-event',
  sender: 'reply_dest_ip',
  receiver: 'reply_src_ip',
  teller: true,
};

const writeHot = async (engine: Engine, batch: Batch, write: number, hot: HotTable, rows: Table): Promise<Written> => {
  if (rows.rows === 0) return { rows: 0, known: 0 };
  const staged = `staged_${write}_${hot.table.replace('-', '_')}`;
  const fresh = `fresh_${write}_${hot.table.replace('-', '_')}`;
  const params: Params = {
    cluster: batch.cluster,
    object: batch.object,
    node: batch.node,
    staged,
    fresh,
    write,
    ...MARGINS,
  };
  const table = withHost(rows, hot);
  try {
    await engine.load(
      'CREATE TABLE {staged:Identifier} ENGINE = Memory AS SELECT * FROM {source}',
      { bytes: encodeNative(table), format: 'Native', structure: nativeStructure(table) },
      { staged },
    );
    await engine.run(sql(`write/${hot.table}`), params);
    const days = await engine.rows<{ day: number; rows: number }>(
      `SELECT toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC')) AS day, count() AS rows
       FROM {fresh:Identifier} GROUP BY day ORDER BY day`,
      { fresh },
    );
    const added = days.reduce((sum, { rows: n }) => sum + n, 0);
    if (added > 0) {
      await engine.run(sql(`write/${hot.table}-touch`), params);
      if (hot.teller) await engine.run(sql('write/conntrack-teller'), params);
    }
    for (const { day } of days) await engine.run(sql(`write/${hot.table}-insert`), { ...params, day });
    return { rows: added, known: rows.rows - added };
  } finally {
    await engine.run('DROP TABLE IF EXISTS {fresh:Identifier} SYNC', { fresh });
    await engine.run('DROP TABLE IF EXISTS {staged:Identifier} SYNC', { staged });
  }
};

const MARGINS = { idle_ms: IDLE, twice_ms: TWICE, apart_ms: MAX_APART } as const;

const withHost = (table: Table, { sender, receiver }: HotTable): Table => {
  const [from, to] = [table.columns[sender], table.columns[receiver]];
  if (from?.type !== 'IPv6' || to?.type !== 'IPv6')
    throw new Error(`columns ${sender} and ${receiver} must hold addresses`);
  return {
    rows: table.rows,
    columns: { ...table.columns, host: { type: 'IPv6', values: hostSide(from.values, to.values, table.rows) } },
  };
};

type Row = Readonly<Record<string, unknown>>;

const writeSmall = async (
  engine: Engine,
  batch: Batch,
  write: number,
  table: 'pod_seen' | 'node_seen',
  rows: readonly Row[],
): Promise<Written> => {
  if (rows.length === 0) return { rows: 0, known: 0 };
  const staged = `staged_${write}_${table}`;
  const params = { staged, cluster: batch.cluster, object: batch.object };
  const columns = Object.keys(STRUCTURE[table]).join(', ');
  const identity = `cityHash64(${Object.keys(STRUCTURE[table])
    .map((name) => `toString(${name})`)
    .join(', ')})`;
  const unknown = `${identity} NOT IN (SELECT ${identity} FROM ${table} WHERE cluster = {cluster:String}
    AND at_ms >= (SELECT min(at_ms) FROM {staged:Identifier}) AND at_ms <= (SELECT max(at_ms) FROM {staged:Identifier}))`;
  try {
    await loadRows(
      engine,
      'CREATE TABLE {staged:Identifier} ENGINE = Memory AS SELECT * FROM {source}',
      STRUCTURE[table],
      rows,
      { staged },
    );
    const [count] = await engine.rows<{ rows: number }>(
      `SELECT uniqExact(${identity}) AS rows FROM {staged:Identifier} WHERE ${unknown}`,
      params,
    );
    const added = count?.rows ?? 0;
    if (added > 0) {
      await engine.run(
        `INSERT INTO ${table} (cluster, object, ${columns})
         SELECT {cluster:String}, {object:String}, ${columns} FROM {staged:Identifier} WHERE ${unknown} LIMIT 1 BY ${identity}`,
        params,
      );
    }
    return { rows: added, known: rows.length - added };
  } finally {
    await engine.run('DROP TABLE IF EXISTS {staged:Identifier} SYNC', { staged });
  }
};

/** Kinds that carry their identity in the table's order key: the same row twice is one row. */
const writeRest = async (engine: Engine, batch: Batch): Promise<void> => {
  const { cluster, object, format } = batch;
  const insert = (table: keyof typeof STRUCTURE, rows: readonly Row[]): Promise<void> =>
    rows.length === 0
      ? Promise.resolve()
      : loadRows(
          engine,
          `INSERT INTO ${table} (${Object.keys(STRUCTURE[table]).join(', ')}) SELECT * FROM {source}`,
          STRUCTURE[table],
          rows,
          {},
        );
  await insert(
    'inventory_look',
    batch.looks.map((look) => ({
      cluster,
      object,
      kind: look.kind,
      of: look.of,
      from_ms: look.from,
      until_ms: look.until,
    })),
  );
  await insert(
    'gap',
    batch.gaps.map((gap) => ({
      cluster,
      object,
      source: gap.source,
      node: gap.node,
      from_ms: gap.from,
      until_ms: gap.until ?? OPEN,
      why: gap.why,
    })),
  );
  await insert(
    'reject',
    batch.rejects.map((reject) => ({ cluster, object, format, ...reject })),
  );
  for (const rows of byDay(
    batch.logLines.map((line) => ({
      cluster,
      object,
      at_ms: line.at,
      node: line.node,
      namespace: line.namespace,
      pod: line.pod,
      pod_uid: line.podUid,
      container: line.container,
      stream: line.stream,
      level: line.level,
      message: line.message,
    })),
    (row) => row.at_ms,
  )) {
    await insert('log_line', rows);
  }
  for (const rows of byDay(
    batch.aggregates.map((flow) => ({
      cluster,
      object,
      from_ms: flow.from,
      until_ms: flow.until,
      src_ip: flow.srcIp ?? '::',
      dest_ip: flow.destIp ?? '::',
      dest_port: flow.destPort,
      protocol: flow.protocol,
      direction: flow.direction,
      decision: flow.decision,
      mac: flow.mac,
      vm: flow.vm,
      rule: flow.rule,
      flows_started: flow.flowsStarted,
      flows_ended: flow.flowsEnded,
      packets_out: String(flow.packetsOut),
      bytes_out: String(flow.bytesOut),
      packets_in: String(flow.packetsIn),
      bytes_in: String(flow.bytesIn),
    })),
    (row) => row.from_ms,
  )) {
    await insert('flow_aggregate', rows);
  }
};

/** One insert goes to one partition, so that it is there whole or not at all. */
const byDay = <T extends Row>(rows: readonly T[], at: (row: T) => number): T[][] => [
  ...Map.groupBy(rows, (row) => Math.floor(at(row) / 86_400_000)).values(),
];

const loadRows = (
  engine: Engine,
  statement: string,
  structure: Readonly<Record<string, string>>,
  rows: readonly Row[],
  params: Params,
): Promise<void> =>
  engine.load(
    statement,
    {
      bytes: [new TextEncoder().encode(rows.map((row) => JSON.stringify(row, wellFormed)).join('\n'))],
      format: 'JSONEachRow',
      structure: Object.entries(structure)
        .map(([name, type]) => `${name} ${type}`)
        .join(', '),
    },
    params,
  );

/** JSON can spell half a character (`"\\ud83d"`), which is no text: the engine refuses the whole file for it. */
const wellFormed = (_: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value);

const podRow = (pod: Batch['pods'][number]): Row => ({
  at_ms: pod.at,
  event: pod.event,
  uid: pod.uid,
  namespace: pod.namespace,
  name: pod.name,
  node: pod.node,
  ips: pod.ips,
  host_ips: pod.hostIps,
  host_network: pod.hostNetwork === null ? 2 : Number(pod.hostNetwork),
  workload_kind: pod.workload.kind,
  workload_name: pod.workload.name,
  phase: pod.phase,
  terminating: Number(pod.terminating),
  created_ms: pod.createdAt ?? 0,
  accepted_ms: pod.acceptedAt ?? 0,
  started_ms: pod.startedAt ?? 0,
  finished_ms: pod.finishedAt ?? 0,
  deletion_asked_ms: pod.deletionAskedAt ?? 0,
});

const nodeRow = (node: Batch['nodes'][number]): Row => {
  const blocks = node.podCidrs.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  return {
    at_ms: node.at,
    event: node.event,
    uid: node.uid,
    name: node.name,
    ips: node.ips,
    pod_cidr_first: blocks.map((b) => b.first),
    pod_cidr_last: blocks.map((b) => b.last),
    os: node.os,
    created_ms: node.createdAt ?? 0,
  };
};

const STRUCTURE = {
  pod_seen: {
    at_ms: 'Int64',
    event: 'String',
    uid: 'String',
    namespace: 'String',
    name: 'String',
    node: 'String',
    ips: 'Array(IPv6)',
    host_ips: 'Array(IPv6)',
    host_network: 'UInt8',
    workload_kind: 'String',
    workload_name: 'String',
    phase: 'String',
    terminating: 'UInt8',
    created_ms: 'Int64',
    accepted_ms: 'Int64',
    started_ms: 'Int64',
    finished_ms: 'Int64',
    deletion_asked_ms: 'Int64',
  },
  node_seen: {
    at_ms: 'Int64',
    event: 'String',
    uid: 'String',
    name: 'String',
    ips: 'Array(IPv6)',
    pod_cidr_first: 'Array(IPv6)',
    pod_cidr_last: 'Array(IPv6)',
    os: 'String',
    created_ms: 'Int64',
  },
  inventory_look: {
    cluster: 'String',
    object: 'String',
    kind: 'String',
    of: 'String',
    from_ms: 'Int64',
    until_ms: 'Int64',
  },
  gap: {
    cluster: 'String',
    object: 'String',
    source: 'String',
    node: 'String',
    from_ms: 'Int64',
    until_ms: 'Int64',
    why: 'String',
  },
  reject: { cluster: 'String', object: 'String', format: 'String', place: 'String', why: 'String', text: 'String' },
  log_line: {
    cluster: 'String',
    object: 'String',
    at_ms: 'Int64',
    node: 'String',
    namespace: 'String',
    pod: 'String',
    pod_uid: 'String',
    container: 'String',
    stream: 'String',
    level: 'String',
    message: 'String',
  },
  flow_aggregate: {
    cluster: 'String',
    object: 'String',
    from_ms: 'Int64',
    until_ms: 'Int64',
    src_ip: 'IPv6',
    dest_ip: 'IPv6',
    dest_port: 'UInt16',
    protocol: 'UInt8',
    direction: 'String',
    decision: 'String',
    mac: 'String',
    vm: 'String',
    rule: 'String',
    flows_started: 'UInt64',
    flows_ended: 'UInt64',
    packets_out: 'UInt64',
    bytes_out: 'UInt64',
    packets_in: 'UInt64',
    bytes_in: 'UInt64',
  },
} as const;
