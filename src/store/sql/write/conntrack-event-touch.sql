-- Windows that these lines can change: hours near their own, as the clocks may differ, and those of the same tuples.
INSERT INTO window_touched
WITH
    tuples AS
    (
        SELECT DISTINCT shard, cityHash64(reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol) AS tuple
        FROM {fresh:Identifier}
    )
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin([at_ms - {apart_ms:Int64}, at_ms, at_ms + {apart_ms:Int64}]) AS ms FROM {fresh:Identifier}
    UNION ALL
    -- A line may state that its entry is far older.
    SELECT shard, arrayJoin([started_ms - {apart_ms:Int64}, started_ms, started_ms + {apart_ms:Int64}]) AS ms
    FROM {fresh:Identifier} WHERE started_ms > 0
    UNION ALL
    SELECT shard, at_ms AS ms FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM tuples) AND tuple IN (SELECT tuple FROM tuples)
    UNION ALL
    SELECT shard, arrayJoin(arrayConcat([at_ms - {apart_ms:Int64}, at_ms, at_ms + {apart_ms:Int64}],
        if(started_ms > 0, [started_ms - {apart_ms:Int64}, started_ms, started_ms + {apart_ms:Int64}], []))) AS ms FROM conntrack_event
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM tuples) AND tuple IN (SELECT tuple FROM tuples)
)
