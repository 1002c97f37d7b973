-- Windows that were touched since they were last computed.
SELECT t.shard AS shard, t.hour_ms AS hour_ms, t.write AS write
FROM (SELECT shard, hour_ms, max(write) AS write FROM window_touched WHERE cluster = {cluster:String} GROUP BY shard, hour_ms) AS t
LEFT JOIN
(
    SELECT shard, hour_ms, max(write) AS write FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms
) AS c ON c.shard = t.shard AND c.hour_ms = t.hour_ms
WHERE t.write > c.write
ORDER BY hour_ms, shard
