-- The windows whose answer changed. Also those that a killed pass said so of, though now nothing changes: its row must not stand.
INSERT INTO window_reopened (cluster, shard, hour_ms, tick, before, generation, at_ms, flows, moved, gone)
SELECT {cluster:String}, w.shard, w.hour_ms, w.tick, w.before, {generation:UInt64}, {at_ms:Int64}, f.flows, c.movers, c.goners
FROM
(
    SELECT tupleElement(w, 1) AS shard, tupleElement(w, 2) AS hour_ms, tupleElement(w, 3) AS tick, tupleElement(w, 4) AS before
    FROM (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_tick:Array(UInt16)}, {w_before:Array(UInt64)})) AS w)
) AS w
INNER JOIN
(
    -- Of an answer without flows nothing can change.
    SELECT shard, hour_ms, tick, generation AS before, count() AS flows
    FROM flow
    WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64}
        AND (shard, hour_ms, tick, generation) IN (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_tick:Array(UInt16)}, {w_before:Array(UInt64)})))
    GROUP BY shard, hour_ms, tick, before
) AS f ON f.shard = w.shard AND f.hour_ms = w.hour_ms AND f.tick = w.tick AND f.before = w.before
LEFT JOIN
(
    SELECT shard, hour_ms, tick, before, countIf(NOT gone) AS movers, countIf(gone) AS goners FROM {compared:Identifier} GROUP BY shard, hour_ms, tick, before
) AS c ON c.shard = w.shard AND c.hour_ms = w.hour_ms AND c.tick = w.tick AND c.before = w.before
WHERE c.movers + c.goners > 0
    OR (w.shard, w.hour_ms, w.tick, w.before) IN (SELECT shard, hour_ms, tick, before FROM window_reopened WHERE cluster = {cluster:String})
