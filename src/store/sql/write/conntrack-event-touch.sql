-- Windows that these lines can change: hours near their own, as the clocks may differ.
INSERT INTO window_touched
SELECT DISTINCT {cluster:String} AS cluster, shard, hour * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin(range(intDiv(min(ms) - {apart_ms:Int64}, 3600000), intDiv(max(ms) + {apart_ms:Int64}, 3600000) + 1)) AS hour
    FROM
    (
        SELECT shard, at_ms AS ms FROM {staged:Identifier}
        UNION ALL
        SELECT shard, first_ms AS ms FROM {staged:Identifier} WHERE new_ago_ms >= 0
        UNION ALL
        -- A line may state that its entry is far older.
        SELECT shard, started_ms AS ms FROM {staged:Identifier} WHERE started_ms > 0
    )
    GROUP BY shard, intDiv(ms, 3600000)
)
