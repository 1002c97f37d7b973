-- Windows that were touched since they were last computed, and the generation of their verdicts; 0: there are none yet.
-- An hour is one window when it has been answered as one, or is over by {closed_ms} and was not answered by ticks; else each of its ticks is one.
WITH
    answered AS (SELECT shard, hour_ms, tick, write, generation FROM window_current FINAL WHERE cluster = {cluster:String}),
    hours AS (SELECT shard, hour_ms, min(tick) = 0 AS is_whole, 1 AS is_answered FROM answered GROUP BY shard, hour_ms)
SELECT t.shard AS shard, t.hour_ms AS hour_ms, t.window_tick AS tick, t.newest AS write, c.generation AS generation
FROM
(
    SELECT shard, hour_ms, max(write) AS newest,
        arrayJoin(multiIf(h.is_whole OR (h.is_answered = 0 AND hour_ms < {closed_ms:Int64}), [toUInt16(0)],
            tick = 0, arrayMap(i -> toUInt16(i), range(1, 721)), [tick])) AS window_tick
    FROM (SELECT shard, hour_ms, tick, max(write) AS write FROM window_touched WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick) AS w
    LEFT JOIN hours AS h ON h.shard = w.shard AND h.hour_ms = w.hour_ms
    GROUP BY shard, hour_ms, window_tick
) AS t
LEFT JOIN answered AS c ON c.shard = t.shard AND c.hour_ms = t.hour_ms AND c.tick = t.window_tick
WHERE t.newest > c.write
ORDER BY hour_ms, shard, tick
