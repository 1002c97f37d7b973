-- Windows in which a changed address may have sent. A flow may be far older than its window: a change reaches five days on.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT w.cluster, w.shard, w.hour_ms, 0 AS tick, {write:UInt64} AS write
FROM (SELECT DISTINCT cluster, shard, hour_ms FROM window_touched WHERE cluster = {cluster:String}) AS w
INNER JOIN
(
    SELECT toUInt8(cityHash64(toIPv6(tupleElement(c, 1))) % 256) AS shard, min(tupleElement(c, 2)) AS from_ms, max(tupleElement(c, 3)) AS until_ms
    FROM (SELECT arrayJoin(arrayZip({ips:Array(String)}, {from:Array(Int64)}, {until:Array(Int64)})) AS c)
    GROUP BY shard
) AS c ON c.shard = w.shard
WHERE w.hour_ms + 3600000 > c.from_ms - 3600000 AND w.hour_ms < c.until_ms + 432000000
