-- The hours whose flows may have been alive in the interval. `is_cut`: some were and some were not, or the hour is still told, so that its minutes have to
-- be asked; of one that is not, when the last records came of flows that the rates may name: those are looked at one by one.
SELECT
    hour_ms,
    max(cut) AS is_cut, min(is_among) AS all_among, max(is_among) AS any_among,
    minIf(first_ms, is_among) AS among_from_ms, maxIf(newest_ms, is_among) AS among_until_ms
FROM
(
    SELECT
        hour_ms, first_last_ms < {from_ms:Int64} OR last_begin_ms >= {until_ms:Int64} AS cut,
        said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node') AS is_among, first_last_ms AS first_ms, last_ms AS newest_ms
    FROM sender_hour
    WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
        AND (shard, hour_ms, tick, generation) IN
            (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
    UNION ALL
    SELECT DISTINCT hour_ms, 1, 0, 0, 0 FROM window_current WHERE cluster = {cluster:String} AND tick > 0
)
GROUP BY hour_ms
ORDER BY hour_ms
