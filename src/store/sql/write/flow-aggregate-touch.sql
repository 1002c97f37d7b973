-- Windows that these aggregates can change: those in which they end, and those of aggregates that tell of the same flows.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
SELECT DISTINCT
    {cluster:String} AS cluster, {include write/shard-of} AS shard,
    arrayJoin(range(toUInt64(intDiv(from_ms, 3600000)), toUInt64(intDiv(until_ms, 3600000)) + 2)) * 3600000 AS hour_ms, 0 AS tick,
    {write:UInt64} AS write
FROM {source}
