import type { Table } from '../src/base/table.ts';
import type { Engine } from '../src/store/engine.ts';
import { decodeNative, type Structure } from '../src/store/native-read.ts';
import { CLUSTER } from './unmasq.ts';

const FLOWS = {
  begin_ms: 'Int64',
  last_ms: 'Int64',
  src_ip: 'IPv6',
  dest_ip: 'IPv6',
  src_port: 'UInt16',
  dest_port: 'UInt16',
  protocol: 'UInt8',
  packets_out: 'UInt64',
  bytes_out: 'UInt64',
  packets_in: 'UInt64',
  bytes_in: 'UInt64',
} as const satisfies Structure;

/** Flows of a store that the flow log saw, an hour at a time. Knows its tables, as `store-sums.ts` does. */
export async function* storedFlows(engine: Engine): AsyncGenerator<Table> {
  const seen = `FROM flow WHERE cluster = {cluster:String} AND observed_by != 2 AND (shard, hour_ms, tick, generation) IN
    (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)`;
  const hours = await engine.rows<{ readonly hour: number }>(`SELECT DISTINCT hour_ms AS hour ${seen} ORDER BY hour`, {
    cluster: CLUSTER,
  });
  for (const { hour } of hours) {
    const select = `SELECT ${Object.keys(FLOWS).join(', ')} ${seen} AND hour_ms = {hour:Int64} ORDER BY last_ms`;
    yield await decodeNative(engine.blocks(select, { cluster: CLUSTER, hour }), FLOWS);
  }
}
