-- Windows that these records can change: their own hours, those in which a flow may end that they prolong,
-- and every hour in which the same tuple was recorded or translated.
INSERT INTO window_touched
WITH
    tuples AS
    (
        SELECT DISTINCT shard, cityHash64(src_ip, src_port, dest_ip, dest_port, protocol) AS tuple FROM {fresh:Identifier}
    )
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin([at_ms - {idle_ms:Int64}, at_ms, at_ms + {twice_ms:Int64}]) AS ms FROM {fresh:Identifier}
    UNION ALL
    SELECT shard, at_ms AS ms FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM tuples) AND tuple IN (SELECT tuple FROM tuples)
    UNION ALL
    SELECT shard, arrayJoin(arrayConcat([at_ms - {apart_ms:Int64}, at_ms, at_ms + {apart_ms:Int64}],
        if(started_ms > 0, [started_ms - {apart_ms:Int64}, started_ms, started_ms + {apart_ms:Int64}], []))) AS ms FROM conntrack_event
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM tuples) AND tuple IN (SELECT tuple FROM tuples)
)
