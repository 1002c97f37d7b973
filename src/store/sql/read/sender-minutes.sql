-- The minutes of those hours, numbered since the epoch, and when the last records of their flows came. Of one that is cut each flow is looked at.
SELECT
    intDiv(hour_ms, 60000) + minute AS number,
    max(first_last_ms < {from_ms:Int64} OR last_begin_ms >= {until_ms:Int64}) AS is_cut,
    min(is_among) AS all_among, max(is_among) AS any_among,
    min(first_last_ms) AS first_ms, max(last_ms) AS newest_ms
FROM
(
    SELECT
        hour_ms, minute, first_last_ms, last_begin_ms, last_ms,
        said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node') AS is_among
    FROM sender_minute
    WHERE cluster = {cluster:String} AND hour_ms IN {minute_hours:Array(Int64)} AND last_ms >= {from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
        AND (shard, hour_ms, tick, generation) IN
            (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
)
GROUP BY number
ORDER BY number
