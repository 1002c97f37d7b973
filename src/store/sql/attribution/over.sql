-- Hours that are over and answered by ticks, with the last write that the answers have seen.
SELECT shard, hour_ms, max(write) AS write
FROM window_current FINAL
WHERE cluster = {cluster:String} AND hour_ms < {closed_ms:Int64}
GROUP BY shard, hour_ms
HAVING min(tick) > 0
ORDER BY hour_ms, shard
