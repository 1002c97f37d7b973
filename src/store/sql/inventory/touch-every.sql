INSERT INTO window_touched
SELECT DISTINCT cluster, shard, hour_ms, {write:UInt64} AS write FROM window_touched WHERE cluster = {cluster:String}
