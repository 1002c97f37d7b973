-- From the first begin of a flow to its last record, from flows that are counted together already. `partly`: only some of the flows of a row are kept, so that they have to be looked at one by one.
SELECT min(first_begin_ms) AS from_ms, max(last_ms) + 1 AS until_ms, sum(flows) AS flows, max(first_last_ms < {kept_ms:Int64}) AS partly
FROM flow_total
WHERE cluster = {cluster:String} AND last_ms >= {kept_ms:Int64}
    AND (shard, hour_ms, tick, generation) IN (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
