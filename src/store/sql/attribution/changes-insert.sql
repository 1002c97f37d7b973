-- The flows that moved.
INSERT INTO verdict_change
    (cluster, generation, shard, hour_ms, tick, before, tuple, begin_ms, verdict_before, reason_before, uid_before, verdict_after, reason_after, uid_after)
SELECT
    {cluster:String}, {generation:UInt64}, shard, hour_ms, tick, before, tuple, now.1,
    verdict_before, reason_before, uid_before, now.2, now.3, now.4
FROM {compared:Identifier}
WHERE NOT gone
