-- The ticks of some hours, and which generation answers each.
(
    SELECT shard, hour_ms, tick, max(generation)
    FROM window_current
    WHERE cluster = {cluster:String} AND tick > 0
        AND (shard, hour_ms) IN (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)})))
    GROUP BY shard, hour_ms, tick
)
