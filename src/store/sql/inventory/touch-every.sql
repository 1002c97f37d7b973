INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT cluster, shard, hour_ms, 0 AS tick, {write:UInt64} AS write FROM window_touched WHERE cluster = {cluster:String}
