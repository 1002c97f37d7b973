import type { Engine } from '../src/store/engine.ts';
import { type FlowSums, type RecordSums, SAID_BY_TRANSLATION } from './checksum.ts';
import { CLUSTER } from './unmasq.ts';

/** What stands in a store, added up. Knows its tables: a change of the schema changes this file too. */

export const recordSums = async (engine: Engine): Promise<RecordSums> => {
  const [row] = await engine.rows<RecordSums>(
    `SELECT count() + countIf(begun_ago_ms >= 0) AS records, sum(bytes_out) + sum(bytes_in) AS bytes
     FROM flow_record WHERE cluster = {cluster:String}`,
    { cluster: CLUSTER },
  );
  return row ?? { records: 0, bytes: 0 };
};

export const lineSums = async (engine: Engine): Promise<{ readonly lines: number; readonly packets: number }> => {
  const [row] = await engine.rows<{ readonly lines: number; readonly packets: number }>(
    `SELECT count() + countIf(new_ago_ms >= 0) AS lines, sum(packets_orig) + sum(packets_reply) AS packets
     FROM conntrack_event WHERE cluster = {cluster:String}`,
    { cluster: CLUSTER },
  );
  return row ?? { lines: 0, packets: 0 };
};

export const flowSums = async (engine: Engine): Promise<FlowSums> => {
  const [row] = await engine.rows<FlowSums>(
    `SELECT count() AS flows, sum(bytes_out) + sum(bytes_in) AS bytes,
       countIf(toInt8(said) IN {by_translation:Array(Int8)}) AS named,
       sumIf(src_port * toUInt64(reinterpretAsUInt16(reverse(unhex(concat('0', substring(pod_uids[1], 1, 3)))))), toInt8(said) IN {by_translation:Array(Int8)}) AS pods
     FROM flow WHERE cluster = {cluster:String} AND observed_by != 2 AND (shard, hour_ms, tick, generation) IN
       (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)`,
    { cluster: CLUSTER, by_translation: [...SAID_BY_TRANSLATION] },
  );
  return row ?? { flows: 0, bytes: 0, named: 0, pods: 0 };
};

/** Destinations outside the cluster, those of most flows first. */
export const destinationRanks = async (engine: Engine): Promise<readonly string[]> => {
  const rows = await engine.rows<{ readonly dest: string }>(
    `SELECT replaceOne(toString(dest_ip), '::ffff:', '') AS dest FROM flow
     WHERE cluster = {cluster:String} AND observed_by != 2 AND NOT startsWith(dest, '10.2') AND (shard, hour_ms, tick, generation) IN
       (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
     GROUP BY dest ORDER BY count() DESC, dest`,
    { cluster: CLUSTER },
  );
  return rows.map(({ dest }) => dest);
};

/** Bytes on disk by table: what is in use, not what merges have left behind and not yet removed. */
export const tableBytes = async (engine: Engine): Promise<Readonly<Record<string, number>>> => {
  const rows = await engine.rows<{ readonly table: string; readonly bytes: number }>(
    'SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table',
  );
  return Object.fromEntries(rows.map(({ table, bytes }) => [table, bytes]));
};

/** Ends what merges would do in the hours after. */
export const mergeAll = async (engine: Engine): Promise<void> => {
  for (const table of Object.keys(await tableBytes(engine)))
    await engine.run('OPTIMIZE TABLE {table:Identifier} FINAL', { table });
};
