-- Rows of Traffic Analytics that are a flow: of the others something else tells.
SELECT count() AS flows FROM flow
WHERE cluster = {cluster:String} AND observed_by = 4
    AND (shard, hour_ms, tick, generation) IN (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
