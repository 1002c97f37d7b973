-- Windows with flows that these pods are named for, whatever address stands on the wire. A flow may be far older than its window: a change reaches five days on.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT cluster, shard, hour_ms, 0 AS tick, {write:UInt64} AS write
FROM sender_minute
WHERE cluster = {cluster:String} AND hour_ms + 3600000 > {from_ms:Int64} - 3600000 AND hour_ms < {until_ms:Int64} + 432000000
    AND hasAny(pod_uids, {uids:Array(String)})
