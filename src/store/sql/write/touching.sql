-- The windows of the moments in `touching`: ticks of each hour, or the hour where there are many.
SELECT {cluster:String} AS cluster, shard, hour * 3600000 AS hour_ms, arrayJoin(if(length(ticks) > 120, [toUInt16(0)], ticks)) AS tick, {write:UInt64} AS write
FROM
(
    SELECT shard, intDiv(five_seconds, 720) AS hour, groupUniqArray(toUInt16(five_seconds % 720 + 1)) AS ticks
    FROM (SELECT DISTINCT shard, intDiv(ms, 5000) AS five_seconds FROM touching WHERE ms >= 0)
    GROUP BY shard, hour
)
