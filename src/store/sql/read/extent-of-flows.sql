SELECT min(begin_ms) AS from_ms, max(last_ms) + 1 AS until_ms, count() AS flows
FROM flow
WHERE cluster = {cluster:String} AND last_ms >= {kept_ms:Int64}
    AND (shard, hour_ms, tick, generation) IN (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
