-- Windows far from these rows that they can change all the same: every hour in which the same tuples were recorded or translated.
-- Only where windows are current already; what was never computed will be.
INSERT INTO window_touched
WITH
    tuples AS (SELECT DISTINCT cityHash64(reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol) AS tuple FROM {staged:Identifier}),
    shards AS (SELECT DISTINCT shard FROM {staged:Identifier})
SELECT DISTINCT {cluster:String} AS cluster, shard, intDiv(ms, 3600000) * 3600000 AS hour_ms, {write:UInt64} AS write
FROM
(
    SELECT shard, arrayJoin([first_ms, r.at_ms]) AS ms FROM flow_record AS r
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
    UNION ALL
    SELECT shard, arrayJoin(arrayConcat(
        [first_ms - {apart_ms:Int64}, first_ms, first_ms + {apart_ms:Int64}, c.at_ms - {apart_ms:Int64}, c.at_ms, c.at_ms + {apart_ms:Int64}],
        if(started_ms > 0, [started_ms - {apart_ms:Int64}, started_ms, started_ms + {apart_ms:Int64}], []))) AS ms
    FROM conntrack_event AS c
    WHERE cluster = {cluster:String} AND shard IN (SELECT shard FROM shards) AND tuple IN (SELECT tuple FROM tuples)
)
