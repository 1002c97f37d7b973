import type { Engine } from '../src/store/engine.ts';
import { CLUSTER } from './unmasq.ts';

/**
 * Which rows stand in a store, as one number for each kind: a hash over all that a row says, summed up, so that order does not matter.
 * A B (or a NEW) that was folded into the row of what came with it counts as a row of its own: what comes with what depends on how the
 * input was cut, and says nothing. Knows the store's tables: a change of the schema changes this file too.
 */
export interface StoreHash {
  readonly records: string;
  readonly lines: string;
  readonly flows: string;
}

export const storeHash = async (engine: Engine): Promise<StoreHash> => {
  const one = async (sql: string): Promise<string> => {
    const [row] = await engine.rows<{ readonly rows: number; readonly hash: string }>(sql, { cluster: CLUSTER });
    return `${row?.rows} rows, ${row?.hash}`;
  };
  return { records: await one(RECORDS), lines: await one(LINES), flows: await one(FLOWS) };
};

const RECORDS = `
SELECT sum(n) AS rows, toString(sum(h)) AS hash FROM
(
    SELECT 1 AS n, cityHash64(src_ip, dest_ip, src_port, dest_port, protocol, direction, mac, rule, at_ms, state, packets_out, bytes_out, packets_in, bytes_in) AS h
    FROM flow_record WHERE cluster = {cluster:String}
    UNION ALL
    SELECT 1 AS n, cityHash64(src_ip, dest_ip, src_port, dest_port, protocol, direction, mac, rule, first_ms, toUInt8(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0)) AS h
    FROM flow_record WHERE cluster = {cluster:String} AND begun_ago_ms >= 0
)`;

const LINES = `
SELECT sum(n) AS rows, toString(sum(h)) AS hash FROM
(
    SELECT 1 AS n, cityHash64(protocol, orig_src_ip, orig_src_port, reply_src_ip, reply_src_port, reply_dest_ip, reply_dest_port, at_ms, kind, packets_orig, bytes_orig, packets_reply, bytes_reply) AS h
    FROM conntrack_event WHERE cluster = {cluster:String}
    UNION ALL
    SELECT 1 AS n, cityHash64(protocol, orig_src_ip, orig_src_port, reply_src_ip, reply_src_port, reply_dest_ip, reply_dest_port, first_ms, toUInt8(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0)) AS h
    FROM conntrack_event WHERE cluster = {cluster:String} AND new_ago_ms >= 0
)`;

const FLOWS = `
SELECT count() AS rows, toString(sum(cityHash64(begin_ms, last_ms, begun, ended, denied, src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule, observed_by, node, toInt8(said), pod_uids, or_node, pod_port))) AS hash
FROM flow
WHERE cluster = {cluster:String} AND (shard, hour_ms, tick, generation) IN
    (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)`;
