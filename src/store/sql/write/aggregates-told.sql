-- Windows of aggregates whose flows these rows tell of (attribution/aggregates.sql).
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT {cluster:String} AS cluster, a.shard AS shard, intDiv(a.until_ms, 3600000) * 3600000 AS hour_ms, 0 AS tick, {write:UInt64} AS write
FROM (SELECT shard, from_ms, until_ms FROM flow_aggregate WHERE cluster = {cluster:String}) AS a
INNER JOIN
(
    SELECT shard, min(first_ms) AS first_ms, max(at_ms) AS last_ms
    FROM {staged:Identifier}
    GROUP BY shard, intDiv(at_ms, 3600000)
) AS s ON s.shard = a.shard
WHERE a.from_ms - {apart_ms:Int64} <= s.last_ms AND a.until_ms + {apart_ms:Int64} >= s.first_ms
