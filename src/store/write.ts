import { MINUTE } from '../base/instant.ts';
import { parseCidr } from '../base/ip.ts';
import type { Table } from '../base/table.ts';
import { MAX_APART } from '../core/attribution/clock.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN, STAMP_WIDTH } from '../core/attribution/lease.ts';
import type { Batch, Written } from '../core/ports.ts';
import type { Horizons } from '../core/retention.ts';
import { countRows, dropTables } from './scratch-tables.ts';
import type { Engine, Params } from './engine.ts';
import { foldEntries, foldRecords, unfolded } from './fold.ts';
import { hostSide } from './host-side.ts';
import { loadRows, type Row } from './load-rows.ts';
import { encodeNative, nativeStructure } from './native.ts';
import { writeEvents } from './events.ts';
import type { StandIns, WithoutPurged } from './purge/stand-ins.ts';
import { writeResources } from './resources.ts';
import { CLOSE } from './attribution/windows.ts';
import { allEnded, everyFor, type Parts } from './parts.ts';
import { partOfPair, partsOf } from './shard-of.ts';
import { filtering, sql } from './sql.ts';
import { withoutExpired } from './without-expired.ts';
import { writeSightings } from './write-sightings.ts';

/** What is put in where, and by what. */
interface Writing {
  readonly parts: Parts;
  /** The part whose owner this is. That of the first puts in what is whole on each, too. */
  readonly place: number;
  readonly write: number;
  readonly horizons: Horizons;
  readonly standIns: StandIns;
  /** Windows may be current, or a pass at making them so. */
  readonly isAnswered: boolean;
}

/**
 * Writes a part's share of batches of one cluster. Windows are marked as touched before the rows that touch them are there: a crash between the two costs
 * a window computed in vain, the other order would lose a verdict. Rows that are there already are left out, so a batch may be
 * written again. What is older than is kept, and what purged pods told, is left out and counted. The hot rows of all batches go in together: one large insert costs less than many small ones.
 */
export const writeShare = async (
  { parts, place, write, horizons, standIns, isAnswered }: Writing,
  given: readonly Batch[],
): Promise<Written[]> => {
  const told = given.map((batch) => standIns.applied(batch));
  const sifted = told.map(({ batch }) => withoutExpired(batch, horizons));
  const batches = sifted.map(({ batch }) => batch);
  const every = everyFor(parts, place);
  const spread = await writeSpread(parts.each[place] as Engine, batches, write, isAnswered, every);
  const [whole = []] =
    place === 0 ? await allEnded(parts.eachFor(0).map((engine) => writeWhole(engine, batches, write))) : [];
  const all = sifted.map(({ expired }, i): Written => {
    // What is whole is the same on each.
    const counted = [...(spread[i] ?? []), ...(whole[i] ?? [])];
    const { purged } = told[i] as WithoutPurged;
    return {
      rows: counted.reduce((sum, part) => sum + part.rows, 0),
      known: counted.reduce((sum, part) => sum + part.known, 0),
      ...(expired > 0 ? { expired } : {}),
      ...(purged > 0 ? { purged } : {}),
    };
  });
  await loadRows(
    every,
    'INSERT INTO write_log (cluster, write, format, object, rows, known) SELECT * FROM {source}',
    LOGGED,
    batches.map(({ cluster, format, object }, i) => {
      const { rows, known } = all[i] as Written;
      return { cluster, write, format, object, rows, known };
    }),
    {},
  );
  return all;
};

/** What became of some batches in all, whose shares were written one by one; null: a part had none. */
export const sumOfShares = (batches: number, shares: readonly (readonly Written[] | null)[]): readonly Written[] =>
  Array.from({ length: batches }, (_, i) => {
    const of = shares.flatMap((share) => share?.[i] ?? []);
    const sum = (pick: (one: Written) => number): number => of.reduce((total, one) => total + pick(one), 0);
    const [expired, purged] = [sum((one) => one.expired ?? 0), sum((one) => one.purged ?? 0)];
    return {
      rows: sum(({ rows }) => rows),
      known: sum(({ known }) => known),
      ...(expired > 0 ? { expired } : {}),
      ...(purged > 0 ? { purged } : {}),
    };
  });

/** The shares of each part in the batches, one for each batch: of what is spread over the parts its own, and the first has the rest. null: it has none. */
export const sharesOf = (batches: readonly Batch[], into: number): readonly (readonly Batch[] | null)[] => {
  if (into === 1) return [batches];
  const split = batches.map((batch) => {
    const hot = [FLOW_RECORD, CONNTRACK].map(({ of, sender, receiver }) => {
      const table = of(batch);
      return table === null ? null : partsOf(table, sender, receiver, into);
    });
    const aggregates = Map.groupBy(batch.aggregates, ({ srcIp, destIp }) => partOfPair(srcIp, destIp, into));
    return Array.from({ length: into }, (_, i) => ({
      ...batch,
      ...(i === 0 ? {} : NOTHING_WHOLE),
      flowRecords: hot[0]?.[i] ?? null,
      conntrack: hot[1]?.[i] ?? null,
      aggregates: aggregates.get(i) ?? [],
    }));
  });
  // The first logs that there was something, whatever it was.
  return Array.from({ length: into }, (_, i) => {
    const share = split.map((of) => of[i] as Batch);
    return i === 0 || share.some(hasSpread) ? share : null;
  });
};

const hasSpread = ({ flowRecords, conntrack, aggregates }: Batch): boolean =>
  (flowRecords?.rows ?? 0) + (conntrack?.rows ?? 0) + aggregates.length > 0;

const NOTHING_WHOLE = {
  pods: [],
  nodes: [],
  looks: [],
  events: [],
  sightings: [],
  gaps: [],
  rejects: [],
  logLines: [],
  samples: [],
  resources: [],
} as const satisfies Partial<Batch>;

const writeSpread = async (
  engine: Engine,
  batches: readonly Batch[],
  write: number,
  isAnswered: boolean,
  every: Engine,
): Promise<readonly (readonly Written[])[]> => {
  const records = await writeHot(engine, batches, write, FLOW_RECORD, isAnswered, every);
  const entries = await writeHot(engine, batches, write, CONNTRACK, isAnswered, every);
  for (const batch of batches) await writeAggregates(engine, batch, write);
  return batches.map(({ aggregates }, i) =>
    [records[i], entries[i], { rows: aggregates.length, known: 0 }].filter((part) => part !== undefined),
  );
};

const writeWhole = async (
  engine: Engine,
  batches: readonly Batch[],
  write: number,
): Promise<readonly (readonly Written[])[]> => {
  const whole: Written[][] = [];
  for (const batch of batches) {
    whole.push([
      await writeSmall(engine, batch, write, 'pod_seen', batch.pods.map(podRow)),
      await writeSmall(engine, batch, write, 'node_seen', batch.nodes.map(nodeRow)),
      await writeSightings(engine, batch, write),
      await writeResources(engine, batch, write),
      await writeEvents(engine, batch, write),
      { rows: batch.logLines.length + (batch.samples?.length ?? 0), known: 0 },
    ]);
    await writeRest(engine, batch, write);
  }
  return whole;
};

const LOGGED = {
  cluster: 'String',
  write: 'UInt64',
  format: 'String',
  object: 'String',
  rows: 'UInt64',
  known: 'UInt64',
} as const;

interface HotTable {
  readonly table: 'flow-record' | 'conntrack-event';
  readonly of: (batch: Batch) => Table | null;
  readonly sender: string;
  readonly receiver: string;
  readonly ago: 'begun_ago_ms' | 'new_ago_ms';
  readonly fold: (table: Table) => Table;
  readonly tellers: boolean;
}

const FLOW_RECORD: HotTable = {
  table: 'flow-record',
  of: (batch) => batch.flowRecords,
  sender: 'src_ip',
  receiver: 'dest_ip',
  ago: 'begun_ago_ms',
  fold: foldRecords,
  tellers: false,
};
// The wire's tuple is the reply's, turned round.
const CONNTRACK: HotTable = {
  table: 'conntrack-event',
  of: (batch) => batch.conntrack,
  sender: 'reply_dest_ip',
  receiver: 'reply_src_ip',
  ago: 'new_ago_ms',
  fold: foldEntries,
  tellers: true,
};

/** What became of the rows of each batch; those without any are left out. */
const writeHot = async (
  engine: Engine,
  batches: readonly Batch[],
  write: number,
  hot: HotTable,
  isAnswered: boolean,
  every: Engine,
): Promise<(Written | undefined)[]> => {
  const tables = batches.map(hot.of);
  if (tables.every((table) => table === null || table.rows === 0)) return [];
  const [staged, known, fresh] = ['staged', 'known', 'fresh'].map(
    (name) => `${name}_${write}${engine.mark}_${hot.table.replace('-', '_')}`,
  ) as [string, string, string];
  const params: Params = {
    cluster: (batches[0] as Batch).cluster,
    objects: batches.map((batch) => batch.object),
    nodes: batches.map((batch) => batch.node),
    write,
    ...MARGINS,
  };
  const stage = async (rowsOf: (table: Table) => Table): Promise<void> => {
    const blocks = tables.flatMap((table, part) =>
      table === null || table.rows === 0 ? [] : [asStaged(rowsOf(table), part, hot)],
    );
    await engine.load(
      sql(`write/${hot.table}-stage`),
      { bytes: blocks.flatMap(encodeNative), format: 'Native', structure: nativeStructure(blocks[0] as Table) },
      { staged, recordings: batches.map(recordingOf) },
    );
  };
  try {
    await stage(hot.fold);
    let added = staged;
    if (!(await isAllNew(engine, hot, { ...params, staged, known }))) {
      // Some of it repeats, so each record counts by itself.
      await dropTables(engine, [staged]);
      await stage((table) => unfolded(table, hot.ago));
      await engine.run(
        `CREATE TABLE {fresh:Identifier} ENGINE = Memory AS SELECT * FROM {staged:Identifier}
         WHERE identity NOT IN (SELECT identity FROM {known:Identifier}) LIMIT 1 BY identity`,
        { staged, known, fresh },
      );
      added = fresh;
    }
    // Of lines that the store has already too: a copy of a recording speaks for its node, whichever was read first.
    if (hot.tellers) await writeTellers(engine, { ...params, staged }, every);
    const days = await insertByDay(engine, hot, { ...params, staged: added }, isAnswered);
    const counts = new Map(days.map(({ part, records }) => [part, records]));
    return tables.map((table, part) => {
      const rows = counts.get(part) ?? 0;
      return table === null || table.rows === 0 ? undefined : { rows, known: table.rows - rows };
    });
  } finally {
    await dropTables(engine, [fresh, known, staged]);
  }
};

/**
 * Where an object shows a translation to an address, it was written by the node that has the address; so it speaks for the address. Said before its
 * lines are inserted and never taken back: the object of each line that shows a translation is known.
 */
const writeTellers = async (engine: Engine, params: Params, every: Engine): Promise<void> => {
  if (every === engine) return engine.fill('conntrack_teller', sql('write/conntrack-tellers'), params);
  const told = await engine.rows<Row>(sql('write/conntrack-tellers'), params);
  if (told.length === 0) return;
  await loadRows(every, 'INSERT INTO conntrack_teller SELECT * FROM {source}', TELLER, told, {});
};

const TELLER = { cluster: 'String', object: 'String', ip: 'IPv6', node: 'String' } as const;

/** A node has one conntrack. Where no node is told, copies of a recording begin alike, whatever their names. */
const recordingOf = ({ node, recording, object }: Batch): string => node || recording || object;

/** Whether the staged rows neither repeat what is stored nor themselves. Where not, what is stored of them is in `known`. */
const isAllNew = async (engine: Engine, hot: HotTable, params: Params): Promise<boolean> => {
  const [count] = await engine.rows<{ near: number; records: number; different: number }>(
    sql(`write/${hot.table}-new`),
    params,
  );
  const { near, records, different } = count ?? { near: 0, records: 0, different: 0 };
  if (near === 0 && records === different) return true;
  await engine.run(sql(`write/${hot.table}-known`), params);
  const [stored] = await engine.rows<{ known: number }>('SELECT count() AS known FROM {known:Identifier}', params);
  return stored?.known === 0 && records === different;
};

/** Touches windows, then inserts day by day. Gives the number of records of each batch. */
const insertByDay = async (
  engine: Engine,
  hot: HotTable,
  given: Params,
  isAnswered: boolean,
): Promise<{ readonly part: number; readonly records: number }[]> => {
  // One statement for all that is asked: a small write is mostly the fixed cost of its statements.
  const counts = await engine.rows<{
    part: number;
    records: number;
    days: readonly number[];
    windows: number;
    aggregates: number;
    skew: number;
    alone: number;
    forgotten: number;
  }>(
    `SELECT part, count() + countIf(first_identity != 0) AS records, countIf(first_identity = 0) AS alone,
         groupUniqArray(toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))) AS days,
         (SELECT count() FROM window_current WHERE cluster = {cluster:String}) AS windows,
         (SELECT count() FROM flow_aggregate WHERE cluster = {cluster:String}) AS aggregates,
         (SELECT max(until_ms) FROM entry_forgotten WHERE cluster = {cluster:String}) AS forgotten,
         (SELECT max(abs(offset_ms)) FROM clock_offset WHERE cluster = {cluster:String}
             AND generation = (SELECT max(generation) FROM inventory_current WHERE cluster = {cluster:String})) AS skew
     FROM {staged:Identifier} GROUP BY part`,
    given,
  );
  const [any] = counts;
  if (any === undefined) return [];
  const params = { ...given, skew_ms: any.skew + STAMP_WIDTH };
  await touch(engine, hot, { ...params, forgotten_ms: any.forgotten }, any.windows > 0 || isAnswered);
  if (any.aggregates > 0) await engine.run(sql('write/aggregates-told'), params);
  const isEntryAlone = hot.tellers && counts.some(({ alone }) => alone > 0);
  if (isEntryAlone) await engine.run(sql('write/entry-told'), params);
  const days = [...new Set(counts.flatMap((count) => count.days))].sort((x, y) => x - y);
  for (const day of days) await engine.run(sql(`write/${hot.table}-insert`), { ...params, day });
  if (isEntryAlone) await engine.run(sql('write/entry-gone'), params);
  return counts;
};

/** What reaches back no further than this is looked for among all rows since; what does by its tuples, in all that is kept. */
const FAR = 20 * MINUTE;

/** Touches the windows that staged rows can change. Where none is answered, those are their own. */
const touch = async (engine: Engine, hot: HotTable, given: Params, isAnswered: boolean): Promise<void> => {
  const own = (params: Params): Promise<void> => engine.run(filtering(`write/${hot.table}-touch`, params), params);
  if (!isAnswered) return own(given);
  const [related, loose, reach] = ['related', 'loose', 'reach'].map(
    (name) => `${name}_${given['write'] as number}${engine.mark}_${hot.table.replace('-', '_')}`,
  ) as [string, string, string];
  const params: Params = { ...given, related, loose, reach, near_ms: (given['skew_ms'] as number) + CLOSE };
  try {
    await engine.run(sql('write/related'), params);
    await own(params);
    await engine.run(sql(`write/${hot.table}-loose`), params);
    if ((await countRows(engine, loose)) > 0) await touchFurther(engine, hot, params);
  } finally {
    await dropTables(engine, [related, loose, reach]);
  }
};

/** Touches what lies further back than is close to the staged rows, where that bears on them. */
const touchFurther = async (engine: Engine, hot: HotTable, params: Params): Promise<void> => {
  await engine.run(sql(`write/${hot.table}-reach`), params);
  const [found] = await engine.rows<Record<'bound' | 'near' | 'near_from' | 'far' | 'far_from', number>>(
    sql('write/reaches'),
    { ...params, far_ms: FAR },
  );
  if (found === undefined) return;
  for (const [far, rows, from] of [
    [0, found.near, found.near_from],
    [1, found.far, found.far_from],
  ] as const) {
    if (rows === 0) continue;
    const asked: Params = { ...params, bound_ms: found.bound, far, from_ms: from };
    await engine.run(filtering('write/related-reach', asked), asked);
  }
};

const MARGINS = { idle_ms: IDLE, apart_ms: MAX_APART } as const;

/** With the address that decides the shard, and the number of the batch. */
const asStaged = (table: Table, part: number, { sender, receiver }: HotTable): Table => {
  const [from, to] = [table.columns[sender], table.columns[receiver]];
  if (from?.type !== 'IPv6' || to?.type !== 'IPv6')
    throw new Error(`columns ${sender} and ${receiver} must hold addresses`);
  return {
    rows: table.rows,
    columns: {
      ...table.columns,
      host: { type: 'IPv6', values: hostSide(from.values, to.values, table.rows) },
      part: { type: 'UInt32', values: new Uint32Array(table.rows).fill(part) },
    },
  };
};

const writeSmall = async (
  engine: Engine,
  batch: Batch,
  write: number,
  table: 'pod_seen' | 'node_seen',
  rows: readonly Row[],
): Promise<Written> => {
  if (rows.length === 0) return { rows: 0, known: 0 };
  const staged = `staged_${write}${engine.mark}_${table}`;
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
    await dropTables(engine, [staged]);
  }
};

const insertInto = (engine: Engine, table: keyof typeof STRUCTURE, rows: readonly Row[]): Promise<void> =>
  rows.length === 0
    ? Promise.resolve()
    : loadRows(
        engine,
        `INSERT INTO ${table} (${Object.keys(STRUCTURE[table]).join(', ')}) SELECT * FROM {source}`,
        STRUCTURE[table],
        rows,
        {},
      );

/** Kinds that carry their identity in the table's order key: the same row twice is one row. */
const writeRest = async (engine: Engine, batch: Batch, write: number): Promise<void> => {
  const { cluster, object, format } = batch;
  const insert = (table: keyof typeof STRUCTURE, rows: readonly Row[]): Promise<void> =>
    insertInto(engine, table, rows);
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
    batch.rejects.map((reject) => ({ cluster, object, format, write, ...reject })),
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
    (batch.samples ?? []).map((sample) => ({
      cluster,
      object,
      resource: sample.resource,
      metric: sample.metric,
      aggregation: sample.aggregation,
      dimensions: sample.dimensions,
      at_ms: sample.at,
      interval_ms: sample.intervalMs,
      value: sample.value,
      told_ms: sample.told,
    })),
    (row) => row.at_ms,
  )) {
    await insert('metric_sample', rows);
  }
};

const writeAggregates = async (engine: Engine, batch: Batch, write: number): Promise<void> => {
  const { cluster, object } = batch;
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
    await loadRows(engine, sql('write/flow-aggregate-touch'), STRUCTURE.flow_aggregate, rows, { cluster, write });
    await insertInto(engine, 'flow_aggregate', rows);
  }
};

/** One insert goes to one partition, so that it is there whole or not at all. */
const byDay = <T extends Row>(rows: readonly T[], at: (row: T) => number): T[][] => [
  ...Map.groupBy(rows, (row) => Math.floor(at(row) / 86_400_000)).values(),
];

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
  reject: {
    cluster: 'String',
    object: 'String',
    format: 'String',
    place: 'String',
    why: 'String',
    text: 'String',
    write: 'UInt64',
  },
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
  metric_sample: {
    cluster: 'String',
    object: 'String',
    resource: 'String',
    metric: 'String',
    aggregation: 'String',
    dimensions: 'Array(String)',
    at_ms: 'Int64',
    interval_ms: 'Int64',
    value: 'Float64',
    told_ms: 'Int64',
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
