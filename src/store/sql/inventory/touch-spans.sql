-- Windows near stretches of time, whoever sent. A flow may be far older than its window: a change reaches five days on.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT cluster, shard, hour_ms, 0 AS tick, {write:UInt64} AS write
FROM window_touched
WHERE cluster = {cluster:String}
    AND arrayExists((f, u) -> hour_ms + 3600000 > f - 3600000 AND hour_ms < u + 432000000, {from:Array(Int64)}, {until:Array(Int64)})
