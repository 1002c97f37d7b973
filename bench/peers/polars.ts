import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pl, { type DataFrame, type DataType, type Expr, type LazyDataFrame } from 'nodejs-polars';
import { IDLE } from '../../src/core/attribution/flow.ts';
import { type FlowSums, type RecordSums, uidBits } from '../checksum.ts';
import type { Data } from '../data.ts';
import { naiveLeases } from './naive.ts';

/** The same work over data frames by Polars, on as many threads as there are cores. */

const BLOB = pl.Struct({
  records: pl.List(
    pl.Struct({
      macAddress: pl.String,
      flowRecords: pl.Struct({
        flows: pl.List(
          pl.Struct({ flowGroups: pl.List(pl.Struct({ rule: pl.String, flowTuples: pl.List(pl.String) })) }),
        ),
      }),
    }),
  ),
});

type Types = Readonly<Record<string, DataType>>;

/** What stands between the commas of a tuple, in order. */
const TUPLE: Types = {
  at_ms: pl.Int64,
  src_ip: pl.String,
  dest_ip: pl.String,
  src_port: pl.UInt16,
  dest_port: pl.UInt16,
  protocol: pl.UInt8,
  direction: pl.String,
  state: pl.String,
  encryption: pl.String,
  packets_out: pl.UInt64,
  bytes_out: pl.UInt64,
  packets_in: pl.UInt64,
  bytes_in: pl.UInt64,
};

const split = (text: string, types: Types): readonly Expr[] =>
  Object.entries(types).map(([name, type], i) => pl.col(text).list.get(i).cast(type).alias(name));

const field = (column: string, name: string): Expr => pl.col(column).struct.field(name);

/** Text of blobs to typed columns. Nothing is checked and nothing deduplicated: that favours Polars. */
export const polarsRecords = (texts: readonly string[]): LazyDataFrame =>
  pl
    .DataFrame({ blob: texts })
    .lazy()
    .select(pl.col('blob').str.jsonDecode(BLOB).struct.field('records').alias('record'))
    .explode('record')
    .select(
      field('record', 'macAddress').alias('mac'),
      field('record', 'flowRecords').struct.field('flows').alias('flow'),
    )
    .explode('flow')
    .select(pl.col('mac'), field('flow', 'flowGroups').alias('group'))
    .explode('group')
    .select(pl.col('mac'), field('group', 'rule').alias('rule'), field('group', 'flowTuples').alias('tuple'))
    .explode('tuple')
    .select(pl.col('mac'), pl.col('rule'), pl.col('tuple').str.split(',').alias('tuple'))
    .select(...split('tuple', TUPLE), pl.col('rule'), pl.col('mac'));

export const polarsRecordsOf = (paths: readonly string[]): LazyDataFrame => polarsRecords(textsOf(paths));

const textsOf = (paths: readonly string[]): readonly string[] => paths.map((path) => readFileSync(path, 'utf8'));

const LINE =
  /^\[(\d+)\.(\d{3})\d*\]\s+\[\w+\s*\] ipv[46]\s+\d+ \w+\s+(\d+) .*?src=(\S+) dst=\S+ sport=\d+ dport=\d+ .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+).* id=(\d+).*$/;
const LINE_IN_ORDER = '${1}${2},${3},${4},${5},${6},${7},${8},${9}';
const EVENT: Types = {
  at_ms: pl.Int64,
  protocol: pl.UInt8,
  orig_src_ip: pl.String,
  reply_src_ip: pl.String,
  reply_dest_ip: pl.String,
  reply_src_port: pl.UInt16,
  reply_dest_port: pl.UInt16,
  id: pl.UInt64,
};

/** Lines of conntrack to typed columns. */
const eventsOf = (paths: readonly string[]): LazyDataFrame =>
  pl
    .DataFrame({ line: textsOf(paths) })
    .lazy()
    .select(pl.col('line').str.split('\n'))
    .explode('line')
    .filter(pl.col('line').str.contains(LINE))
    .select(pl.col('line').str.replace(LINE, LINE_IN_ORDER).str.split(',').alias('line'))
    .select(...split('line', EVENT));

/** Who held which address from when: given to the peer as it truly was. */
const leasesOf = ({ folder }: Data): LazyDataFrame => {
  const held = [...naiveLeases(join(folder, 'placement.jsonl'))].flatMap(([ip, leases]) =>
    leases.map(({ from, until, uid }) => ({ ip, uid, from, until: Math.min(until, Number.MAX_SAFE_INTEGER) })),
  );
  return pl
    .DataFrame({
      ip: held.map(({ ip }) => ip),
      pod_uid: held.map(({ uid }) => uid),
      from_ms: pl.Series(
        'from_ms',
        held.map(({ from }) => from),
        pl.Int64,
      ),
      until_ms: pl.Series(
        'until_ms',
        held.map(({ until }) => until),
        pl.Int64,
      ),
    })
    .lazy();
};

/** A number in code is a float to Polars, and times are not. */
const ms = (value: number): Expr => pl.lit(value).cast(pl.Int64);

const COUNTS = ['packets_out', 'bytes_out', 'packets_in', 'bytes_in'];
const KEYS = ['src_ip', 'src_port', 'dest_ip', 'dest_port', 'protocol', 'direction', 'denied'];

/** A B begins a flow, and a D that no D was before for ten minutes; what follows on its tuple belongs to it. Sorted, each tuple is a run. */
const flowsOf = (records: LazyDataFrame, own: readonly string[]): LazyDataFrame => {
  const isDenied = pl.col('denied');
  const before = pl.col('at_ms').shift(1);
  const isFirst = pl.anyHorizontal(KEYS.map((key) => pl.col(key).neq(pl.col(key).shift(1)).fillNull(pl.lit(true))));
  const begins = isFirst
    .or(pl.col('state').eq(pl.lit('B')))
    .or(isDenied.and(pl.col('at_ms').minus(before).gt(ms(IDLE))));
  return (
    records
      // What the sender's NIC logged, the receiver's logged again.
      .filter(pl.col('direction').eq(pl.lit('O')).or(pl.col('src_ip').isIn(own).not()))
      .withColumn(pl.col('state').eq(pl.lit('D')).alias('denied'))
      .sort([...KEYS, 'at_ms', 'state'])
      .withColumn(begins.cast(pl.UInt32).cumSum().alias('flow'))
      .groupBy('flow', { maintainOrder: false })
      .agg(
        ...KEYS.map((key) => pl.col(key).first()),
        pl.col('at_ms').min().alias('begin_ms'),
        pl.col('at_ms').max().alias('last_ms'),
        ...COUNTS.map((name) => pl.col(name).sum()),
      )
  );
};

/** NEW and DESTROY of an entry are one translation of a wire tuple. */
const translationsOf = (events: LazyDataFrame, nodes: readonly string[]): LazyDataFrame =>
  events
    .filter(pl.col('reply_dest_ip').isIn(nodes))
    .groupBy(['reply_dest_ip', 'reply_dest_port', 'reply_src_ip', 'reply_src_port', 'protocol', 'orig_src_ip', 'id'], {
      maintainOrder: false,
    })
    .agg(pl.col('at_ms').min().alias('from_ms'));

interface Input {
  readonly records: LazyDataFrame;
  readonly events: LazyDataFrame;
  readonly leases: LazyDataFrame;
  readonly nodes: readonly string[];
}

/** The files of a run; what is made of their text is made when it is asked for. */
export const polarsInput = (data: Data): Input => ({
  records: polarsRecordsOf(data.blobs),
  events: eventsOf(data.conntrack),
  leases: leasesOf(data),
  nodes: data.run.nodes.map(({ ip }) => ip),
});

/** The same, made. */
export const inMemory = ({ records, events, leases, nodes }: Input): Input => {
  const made = (frame: LazyDataFrame): LazyDataFrame => frame.collectSync().lazy();
  return { records: made(records), events: made(events), leases: made(leases), nodes };
};

/** The newest translation of the wire tuple at the flow's begin, and who held its origin then. */
export const polarsVerdicts = ({ records, events, leases, nodes }: Input): LazyDataFrame =>
  flowsOf(records, [...nodes, ...(leases.select('ip').collectSync().getColumn('ip').toArray() as string[])])
    // Clocks of one millisecond: a record may be stamped a little before the line.
    .withColumns(
      pl.col('begin_ms').plus(ms(100)).alias('line_by_ms'),
      pl.col('begin_ms').plus(ms(2_000)).alias('lease_by_ms'),
    )
    .sort('begin_ms')
    .joinAsof(translationsOf(events, nodes).sort('from_ms'), {
      leftOn: 'line_by_ms',
      rightOn: 'from_ms',
      byLeft: ['src_ip', 'src_port', 'dest_ip', 'dest_port', 'protocol'],
      byRight: ['reply_dest_ip', 'reply_dest_port', 'reply_src_ip', 'reply_src_port', 'protocol'],
      checkSortedness: false,
    })
    .withColumn(pl.col('orig_src_ip').fillNull(pl.col('src_ip')).alias('held_ip'))
    .joinAsof(leases.sort('from_ms'), {
      leftOn: 'lease_by_ms',
      rightOn: 'from_ms',
      byLeft: 'held_ip',
      byRight: 'ip',
      suffix: '_of_lease',
      checkSortedness: false,
    })
    .select(
      ...[...KEYS, 'begin_ms', 'last_ms', ...COUNTS].map((name) => pl.col(name)),
      pl
        .col('src_ip')
        .isIn(nodes)
        .and(pl.col('direction').eq(pl.lit('O')))
        .alias('translated'),
      pl
        .when(pl.col('until_ms').gtEq(pl.col('begin_ms').minus(ms(2_000))))
        .then(pl.col('pod_uid'))
        .otherwise(pl.lit(null))
        .alias('pod_uid'),
    );

const FILE = 'written.parquet';

/** Into a file, on the disk for good. */
export const polarsWrite = (frame: LazyDataFrame, folder: string): void => {
  frame.sinkParquet(join(folder, FILE), { syncOnClose: 'all' }).collectSync();
};

export const polarsWritten = (folder: string): DataFrame => pl.readParquet(join(folder, FILE));

const sumOf = (frame: DataFrame, name: string): number => frame.getColumn(name).sum();

export const polarsRecordSums = (frame: DataFrame): RecordSums => ({
  records: frame.height,
  bytes: sumOf(frame, 'bytes_out') + sumOf(frame, 'bytes_in'),
});

export const polarsFlowSums = (frame: DataFrame): FlowSums => {
  const byPod = frame
    .filter(pl.col('translated').and(pl.col('pod_uid').isNotNull()))
    .groupBy('pod_uid')
    .agg(pl.col('src_port').cast(pl.Int64).sum().alias('ports'), pl.len().alias('flows'))
    .toRecords() as { readonly pod_uid: string; readonly ports: number; readonly flows: number }[];
  return {
    flows: frame.height,
    bytes: sumOf(frame, 'bytes_out') + sumOf(frame, 'bytes_in'),
    named: byPod.reduce((sum, { flows }) => sum + flows, 0),
    pods: byPod.reduce((sum, { pod_uid, ports }) => sum + ports * uidBits(pod_uid), 0),
  };
};
