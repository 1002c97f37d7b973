-- Windows that were touched since they were last computed, and the generation of their verdicts; 0: there are none yet.
SELECT t.shard AS shard, t.hour_ms AS hour_ms, t.write AS write, c.generation AS generation
FROM (SELECT shard, hour_ms, max(write) AS write FROM window_touched WHERE cluster = {cluster:String} GROUP BY shard, hour_ms) AS t
LEFT JOIN (SELECT shard, hour_ms, write, generation FROM window_current FINAL WHERE cluster = {cluster:String}) AS c
    ON c.shard = t.shard AND c.hour_ms = t.hour_ms
WHERE t.write > c.write
ORDER BY hour_ms, shard
