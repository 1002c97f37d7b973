-- Flows that began before facts are kept and go on into the time that flows are kept of: conntrack alone saw them. What is left of their lines may
-- tell another begin. Touched are the windows that they are in, and those that they may be in.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    cut AS
    (
        SELECT cluster, shard, hour_ms, tuple FROM flow
        WHERE hour_ms < {records_from_ms:Int64} AND last_ms >= {from_ms:Int64}
            AND (cluster, shard, hour_ms, tick, generation) IN
            (
                SELECT cluster, shard, hour_ms, tick, max(generation) FROM window_current
                WHERE hour_ms < {records_from_ms:Int64} GROUP BY cluster, shard, hour_ms, tick
            )
    )
SELECT DISTINCT cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, 0 AS tick, {write:UInt64} AS write
FROM
(
    SELECT cluster, shard, hour_ms AS ms FROM cut
    UNION ALL
    SELECT cluster, shard, arrayJoin(arrayConcat(
        [first_ms - {apart_ms:Int64}, first_ms, first_ms + {apart_ms:Int64}],
        if(made_ms > 0, [made_ms - {apart_ms:Int64}, made_ms, made_ms + {apart_ms:Int64}], []))) AS ms
    FROM conntrack_event
    WHERE (cluster, shard) IN (SELECT cluster, shard FROM cut) AND (cluster, tuple) IN (SELECT cluster, tuple FROM cut)
)
